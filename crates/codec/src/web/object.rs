//! Plain JavaScript objects, messages of errors, and promises with a limit of time.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::bindings::set_timeout;

/// An encoder that says nothing for this long has failed: nothing here takes a second.
const LIMIT_MILLISECONDS: u32 = 20_000;

/// An object with these properties.
pub(super) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object has no way to fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// A property, `undefined` if there is none.
pub(super) fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// What an error says, in one line.
pub(super) fn message(error: &JsValue) -> String {
    let text = property(error, "message")
        .as_string()
        .filter(|text| !text.is_empty());
    let text = text
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"));
    text.replace('\n', " ")
}

/// Waits for a promise, but not for ever.
pub(super) async fn within_limit(promise: Promise) -> Result<JsValue, JsValue> {
    let limit = Promise::new(&mut |_, reject| {
        let reason = JsValue::from_str("it did not answer");
        let late = reject.bind1(&JsValue::UNDEFINED, &reason);
        // Without timers there is no limit; the promise itself still settles.
        let _ = set_timeout(late.as_ref(), LIMIT_MILLISECONDS);
    });
    JsFuture::from(Promise::race(&Array::of2(&promise, &limit))).await
}
