//! The person of a portrait in another clip: what a cameo is recognised by.

use kinora_scene::rng::Rng;

use crate::heads::TRAINING_IDS;
use crate::render::Renderer;
use crate::sample::Scene;
use crate::spec::SceneSpec;
use crate::spec::sampling::Kind;
use crate::spec::shape::{LAYER_SIZE, Shape};

/// Pixel frames of the clip that the reference is taken from; it is never drawn whole.
const FRAMES: usize = 13;
/// Pixels along a side of its frame; the picture in the person's own frame does not depend on it.
pub const REFERENCE_FRAME: usize = 32;

/// The head of a portrait's person in its own frame, `[LAYER_SIZE, LAYER_SIZE, 4]` as in [`crate::Layers::subjects`], from
/// another clip: another pose, light, place and shirt, and half of the time another style. None of scenes without a portrait.
///
/// The renderer is one of [`REFERENCE_FRAME`] pixels a side.
pub fn reference(spec: &SceneSpec, renderer: &Renderer) -> Option<Vec<u8>> {
    let portrait = spec.portrait?;
    let mut rng = Rng::new(spec.seed, 70);
    let other = SceneSpec::of_kind(rng.next_u64(), Kind::Heads, TRAINING_IDS);
    let shown = other.portrait.unwrap_or(portrait);
    let style = if rng.chance(0.5) {
        spec.style
    } else {
        other.style
    };
    let other = other
        .with_style(style)
        .with_portrait(crate::spec::portrait::Portrait {
            head: portrait.head,
            ..shown
        });
    let shape = Shape {
        width: REFERENCE_FRAME,
        height: REFERENCE_FRAME,
        frames: FRAMES,
        ..Shape::DEFAULT
    };
    let frame = rng.below(FRAMES);
    let layers = Scene::new(other, shape).layers_in(renderer, frame..frame + 1);
    // The body comes first.
    let head = layers
        .subjects
        .chunks_exact(LAYER_SIZE * LAYER_SIZE * 4)
        .nth(1)?;
    Some(head.to_vec())
}
