//! Collects the output of an encoder's callbacks.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::bindings::EncodedChunk;
use super::object::{message, object, property};
use crate::mux::Packet;

/// Output received so far.
#[derive(Default)]
pub(super) struct Received {
    pub packets: Vec<Packet>,
    /// Timestamp of the last packet in microseconds.
    pub last_timestamp: Option<f64>,
    /// `decoderConfig.description` of the metadata.
    pub description: Vec<u8>,
    pub error: Option<String>,
}

/// Callbacks of an encoder. Must outlive the encoder.
pub(super) struct Sink {
    received: Rc<RefCell<Received>>,
    output: Closure<dyn FnMut(EncodedChunk, JsValue)>,
    error: Closure<dyn FnMut(JsValue)>,
}

impl Sink {
    pub(super) fn new() -> Self {
        let received = Rc::new(RefCell::new(Received::default()));
        let into = Rc::clone(&received);
        let output = Closure::new(move |chunk: EncodedChunk, metadata: JsValue| {
            let mut received = into.borrow_mut();
            if let Err(error) = received.add(&chunk, &metadata) {
                received.error.get_or_insert(error);
            }
        });
        let into = Rc::clone(&received);
        let error = Closure::new(move |error: JsValue| {
            into.borrow_mut().error.get_or_insert(message(&error));
        });
        Self {
            received,
            output,
            error,
        }
    }

    /// Returns the argument of an encoder's constructor.
    pub(super) fn init(&self) -> JsValue {
        let output = self.output.as_ref().clone();
        object([("output", output), ("error", self.error.as_ref().clone())])
    }

    /// Fails with the message of the first reported error.
    pub(super) fn check(&self) -> Result<(), String> {
        self.received.borrow().error.clone().map_or(Ok(()), Err)
    }

    /// Takes the received output.
    pub(super) fn take(&self) -> Received {
        self.received.take()
    }
}

impl Received {
    fn add(&mut self, chunk: &EncodedChunk, metadata: &JsValue) -> Result<(), String> {
        if !metadata.is_undefined() && !metadata.is_null() {
            let description = property(&property(metadata, "decoderConfig"), "description");
            if let Some(bytes) = bytes_of(&description) {
                self.description = bytes;
            }
        }
        let timestamp = chunk.timestamp();
        if self.last_timestamp.is_some_and(|last| timestamp < last) {
            return Err("it reordered frames".into());
        }
        self.last_timestamp = Some(timestamp);
        let data = Uint8Array::new_with_length(chunk.byte_length());
        chunk.copy_to(&data).map_err(|error| message(&error))?;
        self.packets.push(Packet {
            data: data.to_vec(),
            keyframe: chunk.kind() == "key",
        });
        Ok(())
    }
}

/// Copies the bytes of an `ArrayBuffer` or of a view. Returns `None` for `undefined` and `null`.
fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    if value.is_undefined() || value.is_null() {
        return None;
    }
    let buffer = Reflect::get(value, &"buffer".into())
        .ok()
        .filter(|buffer| !buffer.is_undefined());
    let Some(buffer) = buffer else {
        return Some(Uint8Array::new(value).to_vec());
    };
    let number = |name| property(value, name).as_f64().unwrap_or(0.0) as u32;
    let (offset, len) = (number("byteOffset"), number("byteLength"));
    Some(Uint8Array::new_with_byte_offset_and_length(&buffer, offset, len).to_vec())
}
