//! Finds the graphics adapter that the browser offers, and whether it is hardware.

use crate::platform::{navigator_property, property};
use crate::protocol::{Adapter, AdapterKind};
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Parts of the names of adapters that the CPU emulates.
const SOFTWARE: [&str; 6] = [
    "swiftshader",
    "llvmpipe",
    "lavapipe",
    "softpipe",
    "basic render",
    "warp",
];

/// Requests an adapter and describes it.
pub async fn find() -> Adapter {
    match request().await {
        Some(adapter) => describe(&adapter),
        None => Adapter::default(),
    }
}

async fn request() -> Option<JsValue> {
    let gpu = navigator_property("gpu");
    let ask: Function = property(&gpu, "requestAdapter").dyn_into().ok()?;
    let answer: Promise = ask.call0(&gpu).ok()?.dyn_into().ok()?;
    JsFuture::from(answer)
        .await
        .ok()
        .filter(|adapter| !adapter.is_null() && !adapter.is_undefined())
}

fn describe(adapter: &JsValue) -> Adapter {
    let info = property(adapter, "info");
    let words: Vec<String> = ["description", "device", "architecture", "vendor"]
        .iter()
        .filter_map(|name| property(&info, name).as_string())
        .filter(|word| !word.is_empty())
        .collect();
    let fallback = [&info, adapter]
        .iter()
        .any(|of| property(of, "isFallbackAdapter").is_truthy());
    let all = words.join(" ").to_lowercase();
    let software = fallback || SOFTWARE.iter().any(|name| all.contains(name));
    Adapter {
        name: words.into_iter().next().unwrap_or_default(),
        kind: if software {
            AdapterKind::Software
        } else {
            AdapterKind::Hardware
        },
    }
}
