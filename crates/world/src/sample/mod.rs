//! A sample of the world: one scene in all its modalities.

pub mod acoustics;
mod cameo_reference;
mod fingerprint;
mod mouth_track;
pub mod plan;

use std::ops::Range;

use kinora_contract::Plan;
use kinora_sound::{SoundTrack, tokens};

pub use acoustics::{sound_track, surroundings};
pub use cameo_reference::{REFERENCE_FRAME, reference};
pub use fingerprint::{fingerprint, portrait_fingerprint};
pub use mouth_track::{MOUTH_DIM, MOUTH_SUBFRAME};

use crate::motion::head_performance::Speech;
use crate::motion::simulation::{Simulation, simulate, simulate_saying};
use crate::render::ground_truth::Truth;
use crate::render::{Layers, Renderer};
use crate::spec::SceneSpec;
use crate::spec::shape::Shape;

/// Gain of speech.
const SPEECH_GAIN: f32 = 0.9;
/// Gain of other sounds during speech.
const UNDER_SPEECH: f32 = 0.6;

/// A simulated scene.
pub struct Scene {
    /// Specification.
    pub spec: SceneSpec,
    /// Size, length and rate.
    pub shape: Shape,
    /// Motion.
    pub simulation: Simulation,
}

impl Scene {
    /// Simulates a specification.
    pub fn new(spec: SceneSpec, shape: Shape) -> Self {
        let simulation = simulate(&spec, shape);
        Self {
            spec,
            shape,
            simulation,
        }
    }

    /// Simulates a portrait with `text` in place of its spoken line.
    pub fn saying(spec: SceneSpec, shape: Shape, text: &str) -> Self {
        let simulation = simulate_saying(&spec, shape, Some(text));
        Self {
            spec,
            shape,
            simulation,
        }
    }

    /// Returns the speech of a talking portrait.
    pub fn speech(&self) -> Option<&Speech> {
        self.simulation.performance.as_ref()?.speech.as_ref()
    }

    /// Computes the mouth of the first subject on the sub-frames of the plan, `[latent_frames, MOUTH_DIM]`; at rest in scenes
    /// without a portrait.
    pub fn mouth(&self) -> Vec<f32> {
        mouth_track::mouth_rows(&self.simulation)
    }

    /// Renders frames `[frames, height, width, 3]`; the renderer has the size of the clip.
    pub fn frames(&self, renderer: &Renderer) -> Vec<u8> {
        renderer.render(&self.spec, &self.simulation)
    }

    /// Renders a range of frames. An extension is the later part of a longer scene of the same spec.
    pub fn frames_in(&self, renderer: &Renderer, frames: Range<usize>) -> Vec<u8> {
        renderer.render_range(&self.spec, &self.simulation, frames)
    }

    /// Renders a range of frames in layers.
    pub fn layers_in(&self, renderer: &Renderer, frames: Range<usize>) -> Layers {
        renderer.layers(&self.spec, &self.simulation, frames)
    }

    /// Computes the ground truth of a range of frames.
    pub fn truth(&self, renderer: &Renderer, frames: Range<usize>) -> Vec<Truth> {
        renderer.truth(&self.spec, &self.simulation, frames)
    }

    /// Computes the plan.
    pub fn plan(&self) -> Plan {
        plan::plan(&self.spec, &self.simulation, self.shape.aspect())
    }

    /// Builds the sound track.
    pub fn sound_track(&self) -> SoundTrack {
        sound_track(&self.spec, &self.simulation)
    }

    /// Encodes the sound track as token rows `[latent_frames, 40]` at 12 frames per second.
    pub fn sound_tokens(&self) -> Vec<f32> {
        let track = self.sound_track();
        tokens::encode(&track, track.frames)
    }

    /// Synthesises mono samples at [`kinora_sound::SAMPLE_RATE`].
    pub fn samples(&self) -> Vec<f32> {
        let (track, around) = (
            self.sound_track(),
            surroundings(&self.spec, &self.simulation),
        );
        let mut samples = kinora_sound::render_in(&track, &around, kinora_sound::SAMPLE_RATE);
        if let Some(speech) = self.speech() {
            kinora_sound::speech::mix(
                &mut samples,
                &speech.utterance,
                speech.start_s,
                SPEECH_GAIN,
                UNDER_SPEECH,
            );
        }
        samples
    }
}
