//! The worker's end of the line to the page.

use crate::protocol::{self, ToPage, Update};
use js_sys::{ArrayBuffer, Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// The worker itself.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells the page something; the bytes move there and are gone here.
pub fn send(message: &ToPage, bytes: Option<Uint8Array>) {
    let (envelope, transfer) = protocol::pack(message, bytes);
    // Fails only for values that cannot be cloned, and plain data always can.
    let _ = scope().post_message_with_transfer(&envelope, &transfer);
}

/// Tells the page something about a run.
pub fn update(job: u32, update: Update, bytes: Option<Uint8Array>) {
    send(&ToPage::Job { job, update }, bytes);
}

/// Bytes of the worker's memory.
pub fn heap_bytes() -> f64 {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: ArrayBuffer = memory.buffer().unchecked_into();
    buffer.byte_length().into()
}
