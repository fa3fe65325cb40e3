//! A scene in all its forms: what training, tests and the command line ask for.

use kinora_sound::{Impact, SoundTrack, tokens};

use crate::physics::{Simulation, simulate};
use crate::plan::plan;
use crate::render::{Renderer, render};
use crate::spec::SceneSpec;

/// The size of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Pixel frames, 4n+1.
    pub frames: usize,
}

impl Shape {
    /// The default: 128 x 128, 33 frames.
    pub const DEFAULT: Self = Self {
        width: 128,
        height: 128,
        frames: 33,
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
        let simulation = simulate(&spec, shape.frames, shape.aspect());
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

    /// Plan rows `[latent_frames, 68]`.
    pub fn plan(&self) -> Vec<f32> {
        plan(&self.spec, &self.simulation, self.shape.aspect())
    }

    /// What sounds.
    pub fn sound_track(&self) -> SoundTrack {
        sound_track(&self.spec, &self.simulation)
    }

    /// Sound token rows `[latent_frames, 40]`.
    pub fn sound_tokens(&self) -> Vec<f32> {
        tokens::encode(&self.sound_track(), self.shape.frames)
    }

    /// Mono samples.
    pub fn samples(&self) -> Vec<f32> {
        kinora_sound::render(&self.sound_track(), kinora_sound::SAMPLE_RATE)
    }
}

/// What sounds in a simulated scene.
pub fn sound_track(spec: &SceneSpec, simulation: &Simulation) -> SoundTrack {
    let materials: Vec<_> = spec.subjects().map(|subject| subject.material).collect();
    let sizes: Vec<f32> = simulation
        .tracks
        .iter()
        .map(|track| size(track.radius))
        .collect();
    let impacts = simulation.contacts.iter().map(|contact| Impact {
        time_s: contact.time_s,
        energy: contact.energy,
        size: sizes[contact.subject],
        material: materials[contact.subject],
    });
    SoundTrack {
        frames: simulation.frames,
        place: spec.place,
        material: materials[0],
        size: sizes[0],
        impacts: impacts.collect(),
        roll: simulation.roll.clone(),
    }
}

/// BLAKE3 of the frames, the samples, the plan and the captions of a seed, as hex: equal on every platform.
pub fn fingerprint(seed: u64) -> String {
    let shape = Shape {
        width: 64,
        height: 64,
        frames: 17,
    };
    let scene = Scene::new(SceneSpec::from_seed(seed), shape);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&render(
        &scene.spec,
        &scene.simulation,
        shape.width,
        shape.height,
    ));
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
