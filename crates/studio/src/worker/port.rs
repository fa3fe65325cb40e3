//! The worker's message port to the page.

use crate::protocol::{self, RunUpdate, ToPage};
use js_sys::{ArrayBuffer, Uint8Array, WebAssembly};
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Returns the worker's global scope.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Posts a message to the page and transfers the bytes.
pub fn send(message: &ToPage, bytes: Option<Uint8Array>) {
    let (envelope, transfer) = protocol::pack(message, bytes);
    // Fails only for values that cannot be cloned, and plain data always can.
    let _ = scope().post_message_with_transfer(&envelope, &transfer);
}

/// Posts an update of a run.
pub fn update(job: u32, update: RunUpdate, bytes: Option<Uint8Array>) {
    send(&ToPage::Job { job, update }, bytes);
}

/// Returns the size of the worker's memory in bytes.
pub fn heap_bytes() -> f64 {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: ArrayBuffer = memory.buffer().unchecked_into();
    buffer.byte_length().into()
}
