//! A scene in all its forms: what training, tests and the command line ask for.

use std::ops::Range;

use kinora_sound::{FRAMES_PER_SECOND, Impact, SoundTrack, tokens};

use crate::matter::{ambience_of, sound_of};
use crate::physics::{Simulation, simulate};
use crate::plan::plan;
use crate::render::{Layers, Renderer, render};
use crate::spec::{Object, SceneSpec, Subject};
use crate::truth::Truth;

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
        kinora_sound::render(&self.sound_track(), kinora_sound::SAMPLE_RATE)
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

/// BLAKE3 of the frames, a frame in layers, the samples, the plan and the captions of a seed, as hex: equal on every platform.
pub fn fingerprint(seed: u64) -> String {
    let shape = Shape {
        width: 64,
        height: 64,
        frames: 17,
        ..Shape::DEFAULT
    };
    let scene = Scene::new(SceneSpec::from_seed(seed), shape);
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
    for caption in crate::captions(&scene.spec, seed) {
        hasher.update(caption.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Radius in half image heights to the 0..1 of sound.
fn size(radius: f32) -> f32 {
    ((radius - 0.18) / 0.20).clamp(0.0, 1.0)
}
