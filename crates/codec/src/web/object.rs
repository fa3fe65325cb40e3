//! Helpers for JavaScript objects, error messages, and promises with a timeout.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::bindings::set_timeout;

/// Timeout after which an encoder counts as failed; operations take less than a second.
const LIMIT_MILLISECONDS: u32 = 20_000;

/// Creates an object with these properties.
pub(super) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // Setting a property of a new plain object does not fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// Reads a property; `undefined` if it does not exist.
pub(super) fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Formats the message of an error on one line.
pub(super) fn message(error: &JsValue) -> String {
    let text = property(error, "message")
        .as_string()
        .filter(|text| !text.is_empty());
    let text = text
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"));
    text.replace('\n', " ")
}

/// Awaits a promise with a timeout of [`LIMIT_MILLISECONDS`].
pub(super) async fn within_limit(promise: Promise) -> Result<JsValue, JsValue> {
    let limit = Promise::new(&mut |_, reject| {
        let reason = JsValue::from_str("it did not answer");
        let timeout = reject.bind1(&JsValue::UNDEFINED, &reason);
        // Without timers there is no timeout; the promise itself still settles.
        let _ = set_timeout(timeout.as_ref(), LIMIT_MILLISECONDS);
    });
    JsFuture::from(Promise::race(&Array::of2(&promise, &limit))).await
}
