//! Browser interfaces of windows and workers alike that web-sys keeps behind an unstable flag.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A window or a worker's global scope.
    pub type Scope;
    /// `navigator` of either.
    pub type Navigator;
    /// `navigator.locks`.
    pub type Locks;

    #[wasm_bindgen(method, getter)]
    fn navigator(this: &Scope) -> Navigator;

    #[wasm_bindgen(method, getter)]
    fn storage(this: &Navigator) -> Option<web_sys::StorageManager>;

    #[wasm_bindgen(method, getter)]
    fn locks(this: &Navigator) -> Option<Locks>;

    /// `locks.request(name, options, callback)`: passes the lock or null to `callback` and holds the lock until the
    /// promise that `callback` returns settles.
    #[wasm_bindgen(method, catch)]
    pub fn request(
        this: &Locks,
        name: &str,
        options: &Object,
        held: &Function,
    ) -> Result<Promise, JsValue>;
}

/// Returns the origin's storage manager; `None` in an insecure context.
pub fn storage() -> Option<web_sys::StorageManager> {
    scope().navigator().storage()
}

/// Returns the origin's lock manager; `None` in an insecure context.
pub fn locks() -> Option<Locks> {
    scope().navigator().locks()
}

/// Reads a property of `navigator`; `undefined` where the browser lacks it.
pub fn navigator_property(name: &str) -> JsValue {
    property(scope().navigator().as_ref(), name)
}

/// Reads a property of an object; `undefined` where it is missing.
pub fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Returns the `name` of an error value, such as `QuotaExceededError`.
pub fn error_name(error: &JsValue) -> String {
    property(error, "name").as_string().unwrap_or_default()
}

/// Returns the message of an error value, or its text.
pub fn error_text(error: &JsValue) -> String {
    property(error, "message")
        .as_string()
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}

fn scope() -> Scope {
    js_sys::global().unchecked_into()
}
