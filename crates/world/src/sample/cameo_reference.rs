//! Cameo reference: the head of a portrait's person in another clip.

use kinora_scene::rng::Rng;

use crate::heads::TRAINING_IDS;
use crate::render::Renderer;
use crate::sample::Scene;
use crate::spec::SceneSpec;
use crate::spec::sampling::Kind;
use crate::spec::shape::{LAYER_SIZE, Shape};

/// Pixel frames of the clip from which the reference is taken. Only one of them is rendered.
const FRAMES: usize = 13;
/// Side of that clip's frame in pixels; the layer does not depend on it.
pub const REFERENCE_FRAME: usize = 32;

/// Renders the head layer of a portrait's person, `[LAYER_SIZE, LAYER_SIZE, 4]` as in [`crate::Layers::subjects`], in
/// another pose, light, place and shirt, and half of the time another style. `None` for scenes without a portrait.
///
/// `renderer` has [`REFERENCE_FRAME`] pixels per side.
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
    // Layer 0 is the body.
    let head = layers
        .subjects
        .chunks_exact(LAYER_SIZE * LAYER_SIZE * 4)
        .nth(1)?;
    Some(head.to_vec())
}
