//! Bindings to the used part of WebCodecs. `web-sys` offers them only with a compiler flag.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub(super) type VideoEncoder;
    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(init: &JsValue) -> Result<VideoEncoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn configure(this: &VideoEncoder, config: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn encode(
        this: &VideoEncoder,
        frame: &VideoFrame,
        options: &JsValue,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn flush(this: &VideoEncoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &VideoEncoder) -> Result<(), JsValue>;

    pub(super) type VideoFrame;
    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(data: &Uint8Array, init: &JsValue) -> Result<VideoFrame, JsValue>;
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &VideoFrame);

    pub(super) type AudioEncoder;
    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(init: &JsValue) -> Result<AudioEncoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn configure(this: &AudioEncoder, config: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn encode(this: &AudioEncoder, data: &AudioData) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn flush(this: &AudioEncoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &AudioEncoder) -> Result<(), JsValue>;

    pub(super) type AudioDecoder;
    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(init: &JsValue) -> Result<AudioDecoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn configure(this: &AudioDecoder, config: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn decode(this: &AudioDecoder, chunk: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn flush(this: &AudioDecoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub(super) fn close(this: &AudioDecoder) -> Result<(), JsValue>;

    pub(super) type AudioData;
    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(init: &JsValue) -> Result<AudioData, JsValue>;
    #[wasm_bindgen(method, getter, js_name = numberOfFrames)]
    pub(super) fn number_of_frames(this: &AudioData) -> u32;
    #[wasm_bindgen(method, catch, js_name = copyTo)]
    pub(super) fn copy_to(
        this: &AudioData,
        to: &js_sys::Float32Array,
        options: &JsValue,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &AudioData);

    /// An `EncodedVideoChunk` or an `EncodedAudioChunk`.
    pub(super) type EncodedChunk;
    #[wasm_bindgen(method, getter, js_name = type)]
    pub(super) fn kind(this: &EncodedChunk) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn timestamp(this: &EncodedChunk) -> f64;
    #[wasm_bindgen(method, getter, js_name = byteLength)]
    pub(super) fn byte_length(this: &EncodedChunk) -> u32;
    #[wasm_bindgen(method, catch, js_name = copyTo)]
    pub(super) fn copy_to(this: &EncodedChunk, to: &Uint8Array) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_name = setTimeout)]
    pub(super) fn set_timeout(callback: &JsValue, milliseconds: u32) -> Result<JsValue, JsValue>;
}
