//! Measures the priming (delay) of an AAC encoder, which WebCodecs does not report: up to 45 ms.
//!
//! Encodes and decodes a click; its position in the decoded sound gives the delay.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::audio::RawAudio;
use super::bindings::{AudioData, AudioDecoder};
use super::object::{message, object, within_limit};
use super::sink::Received;
use crate::CodecError;
use crate::format::TRACK_RATE;

/// Start and length of the click, and length of the probe, in samples.
const CLICK_AT: usize = 9600;
const CLICK_LEN: usize = 960;
const PROBE_LEN: usize = 19_200;
/// Priming of Apple's encoder, the most common one; used if the click cannot be decoded.
const USUAL_PRIMING: u64 = 2112;
const LONGEST_PRIMING: usize = 4096;

#[wasm_bindgen]
extern "C" {
    type EncodedAudioChunk;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &JsValue) -> Result<EncodedAudioChunk, JsValue>;
}

/// Measures the priming in samples with a new encoder.
///
/// # Errors
///
/// Fails if the encoder does. A failing decoder gives [`USUAL_PRIMING`].
pub(super) async fn measure_priming(mut encoder: RawAudio, codec: &str) -> Result<u64, CodecError> {
    let tone = |n: usize| (n as f32 * 1000.0 * std::f32::consts::TAU / TRACK_RATE as f32).cos();
    let mut probe = vec![0.0; PROBE_LEN];
    for (n, sample) in probe[CLICK_AT..CLICK_AT + CLICK_LEN].iter_mut().enumerate() {
        *sample = tone(n) * 0.8;
    }
    encoder.push(&probe)?;
    let received = encoder.finish().await?;
    crate::entry::audio_entry(crate::AudioCodec::Aac, TRACK_RATE, &received.description)?;
    let decoded = decode(codec, &received).await.unwrap_or_default();
    let loudest = decoded
        .iter()
        .fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let onset = decoded
        .iter()
        .position(|sample| sample.abs() > loudest * 0.5);
    let priming = onset.and_then(|onset| onset.checked_sub(CLICK_AT));
    let plausible = priming.filter(|priming| loudest > 0.2 && *priming <= LONGEST_PRIMING);
    Ok(plausible.map_or(USUAL_PRIMING, |priming| priming as u64))
}

/// Decodes packets to samples, priming included.
async fn decode(codec: &str, received: &Received) -> Result<Vec<f32>, String> {
    let samples = Rc::new(RefCell::new(Vec::new()));
    let into = Rc::clone(&samples);
    let output = Closure::<dyn FnMut(AudioData)>::new(move |data: AudioData| {
        let part = Float32Array::new_with_length(data.number_of_frames());
        let options = object([("planeIndex", 0.into()), ("format", "f32-planar".into())]);
        if data.copy_to(&part, &options).is_ok() {
            into.borrow_mut().extend(part.to_vec());
        }
        data.close();
    });
    // A failing decoder also rejects the flush below.
    let error = Closure::<dyn FnMut(JsValue)>::new(|_: JsValue| {});
    let init = object([
        ("output", output.as_ref().clone()),
        ("error", error.as_ref().clone()),
    ]);
    let decoder = AudioDecoder::new(&init).map_err(|error| message(&error))?;
    let decoded = feed(&decoder, codec, received).await;
    // Fails only if an error has closed the decoder already.
    let _ = decoder.close();
    decoded.map_err(|error| message(&error))?;
    Ok(samples.take())
}

async fn feed(decoder: &AudioDecoder, codec: &str, received: &Received) -> Result<(), JsValue> {
    decoder.configure(&object([
        ("codec", codec.into()),
        ("sampleRate", TRACK_RATE.into()),
        ("numberOfChannels", 1.into()),
        (
            "description",
            Uint8Array::from(received.description.as_slice()).into(),
        ),
    ]))?;
    for (n, packet) in received.packets.iter().enumerate() {
        let microseconds = (n as f64 * 1024.0 * 1e6 / f64::from(TRACK_RATE)).round();
        let chunk = EncodedAudioChunk::new(&object([
            ("type", "key".into()),
            ("timestamp", microseconds.into()),
            ("data", Uint8Array::from(packet.data.as_slice()).into()),
        ]))?;
        decoder.decode(&chunk)?;
    }
    within_limit(decoder.flush()?).await.map(drop)
}
