//! Casting → computed motion: who takes part, how large, and what all do.

use kinora_contract::Recipe;
use kinora_contract::plan::{SUBJECTS, latent_frames};
use kinora_scene::casting::{Casting, PictureSubject};
use kinora_scene::dynamics::motion::{Actor, Choreography, ComputedMotion, compute};
use kinora_scene::dynamics::staging::scale_of;
use kinora_scene::vocabulary::{Facing, Gait, Material, Object, Size};

use crate::conditioning::initial_state::InitialState;
use crate::conditioning::library_pictures::LibrarySubject;
use crate::text::slots::{SceneReading, SubjectReading};

/// Radius of one, two and three subjects of a usual extent, in world units.
const RADII: [f32; SUBJECTS] = [0.42, 0.33, 0.27];
/// Extent in metres that gets the usual radius, and the power by which others differ: an ant and a whale share a frame.
const USUAL_M: f32 = 0.8;
const COMPRESSION: f32 = 0.1;
/// Limits of the factor by which radii differ.
const FACTORS: (f32, f32) = (0.62, 1.3);
/// Extent of the model's own characters and objects.
const CHARACTER_M: f32 = 1.7;
const OBJECT_M: f32 = 0.4;

/// Computes the motion of a clip; none where the model plans it, or where a source has planned it already.
pub(super) fn computed_motion(
    casting: &Casting,
    pictures: &[Option<LibrarySubject>; SUBJECTS],
    recipe: &Recipe,
    reading: &SceneReading,
    initial: &InitialState,
) -> Option<ComputedMotion> {
    let motion = casting.motion?;
    match initial {
        InitialState::Extend(_) => return None,
        InitialState::Remix(_, preserved) if preserved.plan => return None,
        InitialState::Noise | InitialState::Remix(..) => {}
    }
    let present = (0..SUBJECTS).filter(|&s| reading.subjects[s].object.is_some());
    let present: Vec<usize> = present.collect();
    let usual = RADII[present.len().clamp(1, SUBJECTS) - 1];
    let actors = present.into_iter().map(|s| {
        let own = &reading.subjects[s];
        let stated = reading.size.filter(|_| s == 0);
        match (&casting.pictures[s], &pictures[s]) {
            (Some(picture), Some(loaded)) => of_picture(picture, loaded.half, usual),
            _ => of_object(own, stated, usual),
        }
    });
    let choreography = Choreography {
        actors: actors.collect(),
        motion,
        then: casting.then,
        direction: reading.direction,
        arrangement: casting.arrangement,
        place: reading.place,
        seed: recipe.seed,
    };
    let frames = latent_frames(recipe.frames as usize);
    Some(compute(&choreography, frames, recipe.fps as f32))
}

fn of_picture(picture: &PictureSubject, half: [f32; 2], usual: f32) -> Actor {
    Actor {
        radius: radius(usual, picture.extent_mm as f32 / 1000.0, picture.size),
        half,
        gait: picture.gait,
        facing: picture.facing,
        material: picture.material,
    }
}

/// A subject that the model draws. Its image turns with its rows and has no front of its own.
fn of_object(subject: &SubjectReading, size: Option<Size>, usual: f32) -> Actor {
    let object = subject.object.unwrap_or(Object::Ball);
    let extent = match object.is_character() {
        true => CHARACTER_M,
        false => OBJECT_M,
    };
    Actor {
        radius: radius(usual, extent, size),
        half: [1.0, 1.0],
        gait: gait(object),
        facing: Facing::Front,
        material: subject.material.unwrap_or(Material::Plastic),
    }
}

fn radius(usual: f32, extent_m: f32, size: Option<Size>) -> f32 {
    let factor = libm::powf(extent_m / USUAL_M, COMPRESSION);
    usual * factor.clamp(FACTORS.0, FACTORS.1) * scale_of(size)
}

fn gait(object: Object) -> Gait {
    match object {
        Object::Person | Object::Robot | Object::Bear => Gait::Walk,
        Object::Duck | Object::Snowman => Gait::Waddle,
        Object::Bird | Object::Rocket => Gait::Fly,
        Object::Car => Gait::Drive,
        Object::Fish => Gait::Swim,
        Object::Ball | Object::Ring | Object::Apple | Object::Barrel | Object::Can => Gait::Roll,
        _ => Gait::Still,
    }
}
