//! Small doings of the browser, each with a quiet answer where the browser refuses.

use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, HtmlElement, ScrollBehavior,
    ScrollIntoViewOptions, ScrollLogicalPosition, Storage, Url, UrlSearchParams,
};

/// Unhides the notice that stands in `index.html` for the case that this program has stopped.
pub fn show_broken() {
    if let Some(notice) = document().get_element_by_id("broken") {
        // Nothing is left to do when even this fails: the console has the panic.
        let _ = notice.remove_attribute("hidden");
    }
}

/// Reads a small setting.
pub fn recall(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

/// Writes a small setting. A browser without local storage only forgets it.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// An address at which the page can show or save these bytes.
pub fn object_url(bytes: &Uint8Array, mime: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()?;
    blob_url(&blob)
}

/// An address at which the page can show or save this blob.
pub fn blob_url(blob: &Blob) -> Option<String> {
    Url::create_object_url_with_blob(blob).ok()
}

/// A text as an address of its own.
pub fn data_url(mime: &str, text: &str) -> String {
    format!(
        "data:{mime};charset=utf-8,{}",
        js_sys::encode_uri_component(text)
    )
}

/// Lets go of an address made by [`object_url`] or [`blob_url`].
pub fn revoke(url: &str) {
    // Revoking an unknown address is no error.
    let _ = Url::revoke_object_url(url);
}

/// Moves the keyboard to an element once the page has been redrawn.
pub fn focus_soon(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        if let Some(element) = element(id) {
            // An element that cannot take focus keeps it where it was.
            let _ = element.focus();
        }
    });
}

/// Whether the keyboard is on this element.
pub fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|e| e.id() == id)
}

/// Scrolls an element into view, gently unless the person prefers less motion.
pub fn reveal(id: &str) {
    let Some(element) = element(id) else { return };
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    let calm = prefers_less_motion();
    options.set_behavior(if calm {
        ScrollBehavior::Instant
    } else {
        ScrollBehavior::Smooth
    });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The person's wish for less motion.
pub fn prefers_less_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|q| q.matches())
}

/// Copies a text; false where the browser forbids it.
pub async fn copy(text: &str) -> bool {
    let clipboard = crate::platform::navigator_property("clipboard");
    if clipboard.is_undefined() {
        return false;
    }
    let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// The value of a parameter of the page's address.
pub fn query(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The address of a file beside the page, wherever the site is mounted.
pub fn beside(name: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(name, &base).map_or_else(|_| name.to_owned(), |url| url.href())
}

/// Tells whoever listens on the document; tests and embedders do.
pub fn tell(event: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, &init) {
        // The answer says whether a listener called preventDefault; there is no default.
        let _ = document().dispatch_event(&event);
    }
}

/// [`tell`] with an object of these properties.
pub fn tell_of(event: &str, properties: &[(&str, JsValue)]) {
    let detail = Object::new();
    for (name, value) in properties {
        // A property of a fresh plain object can always be set.
        let _ = Reflect::set(&detail, &(*name).into(), value);
    }
    tell(event, &detail);
}

/// The bytes behind an address made by [`object_url`]; nothing goes over the network.
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
