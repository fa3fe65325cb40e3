//! Sound classes of materials and places, and the sound events of a simulation.

use kinora_scene::constants::FRAMES_PER_SECOND;
use kinora_scene::vocabulary::{Material, Object, Place, Time, Weather};
use kinora_sound::{Ambience, Ground, Impact, SoundTrack, Surroundings};

use crate::motion::simulation::Simulation;
use crate::motion::track::With;
use crate::spec::{SceneSpec, Subject};

const _: () = assert!(
    FRAMES_PER_SECOND == kinora_sound::FRAMES_PER_SECOND,
    "plans and sound share one clock"
);

/// Returns the sound class of a material.
pub fn sound_of(material: Material) -> kinora_sound::Material {
    match material {
        Material::Rubber | Material::Cloth => kinora_sound::Material::Rubber,
        Material::Wood | Material::Plastic => kinora_sound::Material::Wood,
        Material::Metal | Material::Glass => kinora_sound::Material::Metal,
        Material::Stone | Material::Ice => kinora_sound::Material::Stone,
    }
}

/// Returns the sound class of a place.
pub fn ambience_of(place: Place) -> kinora_sound::Place {
    match place {
        Place::WoodenFloor | Place::Kitchen | Place::Gym | Place::Stage => {
            kinora_sound::Place::WoodenFloor
        }
        Place::Beach | Place::Desert => kinora_sound::Place::Beach,
        Place::Meadow | Place::Snow | Place::Forest | Place::Mountain => {
            kinora_sound::Place::Meadow
        }
        Place::Street | Place::Rooftop => kinora_sound::Place::Street,
    }
}

/// Returns the ground and the ambience of a place.
pub fn heard_at(place: Place) -> (Ground, Ambience) {
    match place {
        Place::WoodenFloor => (Ground::Boards, Ambience::Room),
        Place::Beach => (Ground::Sand, Ambience::Sea),
        Place::Meadow => (Ground::Grass, Ambience::Meadow),
        Place::Street => (Ground::Asphalt, Ambience::Street),
        Place::Desert => (Ground::Sand, Ambience::Wind),
        Place::Snow => (Ground::Snow, Ambience::Wind),
        Place::Forest => (Ground::Leaves, Ambience::Forest),
        Place::Kitchen => (Ground::Tiles, Ambience::Kitchen),
        Place::Gym => (Ground::Boards, Ambience::Hall),
        Place::Stage => (Ground::Boards, Ambience::Hall),
        Place::Rooftop => (Ground::Asphalt, Ambience::Roof),
        Place::Mountain => (Ground::Gravel, Ambience::Lake),
    }
}

/// Returns the sound class of a weather.
pub fn falling(weather: Weather) -> kinora_sound::Weather {
    match weather {
        Weather::Clear => kinora_sound::Weather::Calm,
        Weather::Rain => kinora_sound::Weather::Rain,
        Weather::Snow => kinora_sound::Weather::Snow,
        Weather::Fog => kinora_sound::Weather::Fog,
    }
}

/// Collects the sound events of a simulated scene, on the clock of the sound.
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
            // Shoes and paws are soft; a robot's feet are not.
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

/// Describes the acoustic surroundings of a simulated scene.
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

/// Maps a radius in half image heights to the size parameter of sounds, 0 ..= 1.
fn size(radius: f32) -> f32 {
    ((radius - 0.18) / 0.20).clamp(0.0, 1.0)
}
