//! Wrappers of browser functions. Where the browser refuses, they return a default.

use crate::platform::property;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, HtmlElement, ScrollBehavior,
    ScrollIntoViewOptions, ScrollLogicalPosition, Storage, Url, UrlSearchParams,
};

/// Shows the notice in `index.html` that this program has panicked.
pub fn show_broken() {
    if let Some(notice) = document().get_element_by_id("broken") {
        // If this fails too, the console has the panic.
        let _ = notice.remove_attribute("hidden");
    }
}

/// Reads a setting.
pub fn read_setting(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

/// Writes a setting; a no-op without local storage.
pub fn write_setting(key: &str, value: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Creates an object URL for bytes.
pub fn object_url(bytes: &Uint8Array, mime: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()?;
    blob_url(&blob)
}

/// Creates an object URL for a blob.
pub fn blob_url(blob: &Blob) -> Option<String> {
    Url::create_object_url_with_blob(blob).ok()
}

/// Encodes a text as a data URL.
pub fn data_url(mime: &str, text: &str) -> String {
    format!(
        "data:{mime};charset=utf-8,{}",
        js_sys::encode_uri_component(text)
    )
}

/// Revokes a URL of [`object_url`] or [`blob_url`].
pub fn revoke(url: &str) {
    // Revoking an unknown URL is no error.
    let _ = Url::revoke_object_url(url);
}

/// Moves the focus to an element after the next frame.
pub fn focus_soon(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        if let Some(element) = element(id) {
            // If the element cannot take the focus, the focus stays.
            let _ = element.focus();
        }
    });
}

/// Whether an element has the focus.
pub fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|e| e.id() == id)
}

/// Scrolls an element into view, smoothly unless the user prefers reduced motion.
pub fn reveal(id: &str) {
    let Some(element) = element(id) else { return };
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    let instant = prefers_reduced_motion();
    options.set_behavior(if instant {
        ScrollBehavior::Instant
    } else {
        ScrollBehavior::Smooth
    });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Whether the user prefers reduced motion.
pub fn prefers_reduced_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|q| q.matches())
}

/// Copies a text to the clipboard. Returns false where the browser forbids it.
pub async fn copy(text: &str) -> bool {
    let clipboard = crate::platform::navigator_property("clipboard");
    if clipboard.is_undefined() {
        return false;
    }
    let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Returns a parameter of the page's query string.
pub fn query(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Whether the visitor asks sites to save data.
pub fn saves_data() -> bool {
    let connection = property(window().navigator().as_ref(), "connection");
    property(&connection, "saveData").is_truthy()
}

/// Resolves a path against the site's base URL.
pub fn site_url(name: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(name, &base).map_or_else(|_| name.to_owned(), |url| url.href())
}

/// Dispatches a custom event on the document, for tests and embedders.
pub fn dispatch(event: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, &init) {
        // Returns whether a listener called preventDefault; there is no default.
        let _ = document().dispatch_event(&event);
    }
}

/// [`dispatch`] with an object of these properties as detail.
pub fn dispatch_with(event: &str, properties: &[(&str, JsValue)]) {
    let detail = Object::new();
    for (name, value) in properties {
        // A property of a fresh plain object can always be set.
        let _ = Reflect::set(&detail, &(*name).into(), value);
    }
    dispatch(event, &detail);
}

/// Reads the bytes behind an object URL.
pub async fn fetch_blob(url: &str) -> Option<Uint8Array> {
    let response: web_sys::Response = JsFuture::from(window().fetch_with_str(url))
        .await
        .ok()?
        .unchecked_into();
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn local_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
