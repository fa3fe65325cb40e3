//! Hashes of all modalities of a seed, equal on every platform.

use super::Scene;
use crate::heads::TRAINING_IDS;
use crate::language::captions::captions;
use crate::render::{Renderer, render};
use crate::spec::SceneSpec;
use crate::spec::sampling::Kind;
use crate::spec::shape::Shape;

/// BLAKE3 of frames, layers of one frame, samples, plan, sound tokens and captions of a seed, in hex. Equal on every platform.
pub fn fingerprint(seed: u64) -> String {
    fingerprint_of(SceneSpec::from_seed(seed), seed)
}

/// The same for a portrait: talking for odd seeds, silent for even ones.
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
        .chain(scene.plan().rows())
        .chain(&scene.sound_tokens())
    {
        hasher.update(&value.to_le_bytes());
    }
    if scene.spec.portrait.is_some() {
        for value in scene.mouth() {
            hasher.update(&value.to_le_bytes());
        }
    }
    for caption in captions(&scene.spec, seed) {
        hasher.update(caption.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
