//! The record of a finished clip.

use kinora_models::starter::LatentInput;
use kinora_pipeline::{Event, SpokenLine, Summary};
use serde_json::{Map, Value, json};

use crate::record::RecordWriter;

/// Bytes of a record besides its frames, roughly.
const ROOM: usize = 1 << 18;

/// What the events of a generation say of a clip.
#[derive(Default)]
pub struct CollectedClip {
    /// Value and confidence by slot.
    pub reading: Map<String, Value>,
    /// Words that the model does not know.
    pub unknown: Vec<String>,
    /// The lines of dialogue with their times.
    pub speech: Vec<SpokenLine>,
    frames: Vec<u8>,
    samples: Vec<f32>,
}

impl CollectedClip {
    /// Collects an event.
    pub fn keep(&mut self, event: Event) {
        match event {
            Event::PromptRead(reading) => {
                self.unknown = reading.unknown;
                let fields = reading.understood.into_iter().map(|read| {
                    let value = json!({ "value": read.value, "confidence": read.confidence });
                    (read.slot, value)
                });
                self.reading = fields.collect();
            }
            Event::Frame { rgb, .. } => self.frames.extend_from_slice(&rgb),
            Event::Speech { lines } => self.speech = lines,
            Event::Sound { samples, .. } => self.samples = samples,
            _ => {}
        }
    }

    /// A record with `frames`, `plan`, `sound_tokens` and `samples`; device, timings and the frames' hash join the header.
    pub fn record(
        &self,
        mut header: Value,
        [width, height]: [u32; 2],
        summary: &Summary,
        latents: &LatentInput,
    ) -> RecordWriter {
        header["device"] = summary.device.as_str().into();
        header["frames_blake3"] = summary.frames_blake3.as_str().into();
        let seconds = summary.seconds.iter();
        header["seconds"] = seconds
            .map(|(stage, seconds)| json!([stage, seconds]))
            .collect();
        let mut out = RecordWriter::new(header, self.frames.len() + ROOM);
        let (width, height) = (width as usize, height as usize);
        let count = self.frames.len() / (width * height * 3);
        out.bytes("frames", &[count, height, width, 3], &self.frames);
        let rows = latents.plan.latent_frames();
        let row = |values: &[f32]| [rows, values.len() / rows];
        let (plan, sound) = (latents.plan.rows(), &latents.tokens.sound);
        out.floats("plan", &row(plan), plan);
        out.floats("sound_tokens", &row(sound), sound);
        out.floats("samples", &[self.samples.len()], &self.samples);
        out
    }
}
