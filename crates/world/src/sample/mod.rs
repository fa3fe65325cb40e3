//! A scene in all its forms: what training, tests and the command line ask for.

use std::ops::Range;

use kinora_sound::speech::Viseme;
use kinora_sound::{FRAMES_PER_SECOND, Impact, SoundTrack, Surroundings, tokens};

use crate::heads::{Expression, TRAINING_IDS};
use crate::matter::{ambience_of, falling, heard_at, sound_of};
use crate::perform::Speech;
use crate::physics::{Simulation, With, simulate, simulate_saying};
use crate::plan::plan;
use crate::portrait::Kind;
use crate::render::{Layers, Renderer, render};
use crate::spec::{Object, SceneSpec, Subject, Time};
use crate::truth::Truth;

/// Values of the mouth per sub-frame: opening 0..1, width -1..1, then the viseme one-hot ±1.
pub const MOUTH_SUBFRAME: usize = 2 + Viseme::ALL.len();
/// Values of the mouth per latent frame.
pub const MOUTH_DIM: usize = tokens::SUBFRAMES * MOUTH_SUBFRAME;
/// Loudness of speech.
const SPEECH_GAIN: f32 = 0.9;
/// Share of their level that other sounds keep while somebody speaks.
const UNDER_SPEECH: f32 = 0.6;

/// The size of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Pixel frames; 4n+1 where a plan or sound tokens are wanted.
    pub frames: usize,
    /// Pixel frames per second, 8 to 24.
    pub frames_per_second: u32,
}

impl Shape {
    /// The default: 128 x 128, 33 frames, 12 a second.
    pub const DEFAULT: Self = Self {
        width: 128,
        height: 128,
        frames: 33,
        frames_per_second: FRAMES_PER_SECOND,
    };

    /// Width over height.
    pub fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }
}

/// A spec with its motion, in a shape.
pub struct Scene {
    /// What it is.
    pub spec: SceneSpec,
    /// How big and long.
    pub shape: Shape,
    /// How it moves.
    pub simulation: Simulation,
}

impl Scene {
    /// Simulates a spec.
    pub fn new(spec: SceneSpec, shape: Shape) -> Self {
        let simulation = simulate(&spec, shape);
        Self {
            spec,
            shape,
            simulation,
        }
    }

    /// Simulates a portrait whose person says this text in place of the line of the spec.
    pub fn saying(spec: SceneSpec, shape: Shape, text: &str) -> Self {
        let simulation = simulate_saying(&spec, shape, Some(text));
        Self {
            spec,
            shape,
            simulation,
        }
    }

    /// What is said, and when.
    pub fn speech(&self) -> Option<&Speech> {
        self.simulation.performance.as_ref()?.speech.as_ref()
    }

    /// Mouth rows `[latent_frames, MOUTH_DIM]`: the mouth of the first subject on the sub-frames of the plan; at rest where
    /// nobody is seen from near.
    pub fn mouth(&self) -> Vec<f32> {
        mouth_rows(&self.simulation)
    }

    /// Frames `[frames, height, width, 3]`, drawn by a renderer of the same size.
    pub fn frames(&self, renderer: &Renderer) -> Vec<u8> {
        renderer.render(&self.spec, &self.simulation)
    }

    /// Some of the frames: a continuation is the later part of a longer scene of the same spec.
    pub fn frames_in(&self, renderer: &Renderer, frames: Range<usize>) -> Vec<u8> {
        renderer.render_range(&self.spec, &self.simulation, frames)
    }

    /// Some of the frames in layers: the place, and each subject in its own frame.
    pub fn layers_in(&self, renderer: &Renderer, frames: Range<usize>) -> Layers {
        renderer.layers(&self.spec, &self.simulation, frames)
    }

    /// Instances, depth, normals and flow of some of the frames.
    pub fn truth(&self, renderer: &Renderer, frames: Range<usize>) -> Vec<Truth> {
        renderer.truth(&self.spec, &self.simulation, frames)
    }

    /// Plan rows `[latent_frames, PLAN_DIM]`.
    pub fn plan(&self) -> Vec<f32> {
        plan(&self.spec, &self.simulation, self.shape.aspect())
    }

    /// What sounds.
    pub fn sound_track(&self) -> SoundTrack {
        sound_track(&self.spec, &self.simulation)
    }

    /// Sound token rows `[latent_frames, 40]`, on the clock of the sound: 12 frames a second.
    pub fn sound_tokens(&self) -> Vec<f32> {
        let track = self.sound_track();
        tokens::encode(&track, track.frames)
    }

    /// Mono samples.
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

/// What sounds in a simulated scene, on the clock of the sound.
pub fn sound_track(spec: &SceneSpec, simulation: &Simulation) -> SoundTrack {
    let subjects: Vec<Subject> = spec.subjects().collect();
    let impacts = simulation.contacts.iter().map(|contact| {
        let (subject, track) = (
            subjects[contact.subject],
            &simulation.tracks[contact.subject],
        );
        let step = track.build.is_some();
        let soft = step && subject.object != Object::Robot;
        Impact {
            time_s: contact.time_s,
            energy: contact.energy,
            size: if step { 0.55 } else { size(track.radius) },
            // Shoes and paws are soft; a robot's are not.
            material: if soft {
                kinora_sound::Material::Rubber
            } else {
                sound_of(subject.material)
            },
        }
    });
    SoundTrack {
        frames: simulation.roll.len(),
        place: ambience_of(spec.place),
        material: sound_of(subjects[0].material),
        size: size(simulation.tracks[0].radius),
        impacts: impacts.collect(),
        roll: simulation.roll.clone(),
    }
}

/// Where a simulated scene is heard.
pub fn surroundings(spec: &SceneSpec, simulation: &Simulation) -> Surroundings {
    let (ground, ambience) = heard_at(spec.place);
    let steps = simulation.contacts.iter().map(|contact| {
        let walks = simulation.tracks[contact.subject].build.is_some();
        walks && contact.with == With::Ground
    });
    Surroundings {
        ground,
        ambience,
        weather: falling(spec.weather),
        night: spec.time == Time::Night,
        water: simulation.stream.is_some(),
        footsteps: steps.collect(),
    }
}

fn mouth_rows(simulation: &Simulation) -> Vec<f32> {
    let mut rows = vec![0.0; tokens::latent_frames(simulation.frames) * MOUTH_DIM];
    for (index, values) in rows.chunks_exact_mut(MOUTH_SUBFRAME).enumerate() {
        let frame = tokens::pixel_frame(index / tokens::SUBFRAMES, index % tokens::SUBFRAMES);
        let act = simulation.performance.as_ref().map(|play| play.acts[frame]);
        let mouth = act
            .map_or(Expression::default(), |act| act.expression)
            .mouth;
        values[0] = mouth.open;
        values[1] = mouth.width;
        values[2..].fill(-1.0);
        values[2 + mouth.viseme as usize] = 1.0;
    }
    rows
}

/// BLAKE3 of the frames, a frame in layers, the samples, the plan and the captions of a seed, as hex: equal on every platform.
pub fn fingerprint(seed: u64) -> String {
    fingerprint_of(SceneSpec::from_seed(seed), seed)
}

/// The same of a portrait: of one who talks for odd seeds, of one who looks about for even ones.
pub fn portrait_fingerprint(seed: u64) -> String {
    let kind = if seed % 2 == 1 {
        Kind::Talk
    } else {
        Kind::Heads
    };
    fingerprint_of(SceneSpec::of_kind(seed, kind, TRAINING_IDS), seed)
}

fn fingerprint_of(spec: SceneSpec, seed: u64) -> String {
    let shape = Shape {
        width: 64,
        height: 64,
        frames: 17,
        ..Shape::DEFAULT
    };
    let scene = Scene::new(spec, shape);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&render(
        &scene.spec,
        &scene.simulation,
        shape.width,
        shape.height,
    ));
    let renderer = Renderer::new(shape.width, shape.height);
    let layers = scene.layers_in(&renderer, 8..9);
    hasher.update(&layers.ground).update(&layers.subjects);
    for value in scene
        .samples()
        .iter()
        .chain(&scene.plan())
        .chain(&scene.sound_tokens())
    {
        hasher.update(&value.to_le_bytes());
    }
    if scene.spec.portrait.is_some() {
        for value in scene.mouth() {
            hasher.update(&value.to_le_bytes());
        }
    }
    for caption in crate::captions(&scene.spec, seed) {
        hasher.update(caption.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Radius in half image heights to the 0..1 of sound.
fn size(radius: f32) -> f32 {
    ((radius - 0.18) / 0.20).clamp(0.0, 1.0)
}
