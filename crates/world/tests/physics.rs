//! Motion obeys its laws, contacts happen when they happen, and subjects stay in sight.

use kinora_sound::tokens;
use kinora_world::physics::With;
use kinora_world::{Action, Colour, Material, Object, Place, Scene, SceneSpec, Shape, Subject};

fn scene(seed: u64) -> Scene {
    Scene::new(SceneSpec::from_seed(seed), Shape::DEFAULT)
}

fn ball(action: Action) -> SceneSpec {
    let subject = Subject {
        object: Object::Ball,
        colour: Colour::Red,
        material: Material::Rubber,
    };
    SceneSpec::new(subject, action, Place::WoodenFloor)
}

#[test]
fn energy_never_grows() {
    for seed in 0..60 {
        let scene = scene(seed);
        let energy = &scene.simulation.energy;
        for (frame, pair) in energy.windows(2).enumerate() {
            let growth = pair[1] - pair[0];
            assert!(
                growth < 0.006 * energy[0],
                "seed {seed} frame {frame}: {growth}"
            );
        }
    }
}

#[test]
fn bouncing_loses_energy() {
    for seed in 0..20 {
        let scene = Scene::new(ball(Action::Bounce).with_seed(seed), Shape::DEFAULT);
        let energy = &scene.simulation.energy;
        assert!(energy[32] < 0.8 * energy[0]);
        let strong = scene
            .simulation
            .contacts
            .iter()
            .filter(|contact| contact.energy > 0.25)
            .count();
        assert!(strong >= 3, "seed {seed}: {strong} bounces");
    }
}

#[test]
fn a_fall_lands_when_newton_says() {
    for seed in 0..20 {
        let scene = Scene::new(ball(Action::Fall).with_seed(seed), Shape::DEFAULT);
        let (track, contact) = (&scene.simulation.tracks[0], scene.simulation.contacts[0]);
        let (start, later) = (track.poses[0].y, track.poses[3].y);
        // Free fall from rest: the way grows with the square of time, and 3 frames are 0.25 s.
        let half_gravity = (start - later) / 0.0625;
        let lands = ((start - track.radius) / half_gravity).sqrt();
        assert!(
            (contact.time_s - lands).abs() < 0.012,
            "{} {lands}",
            contact.time_s
        );
        assert_eq!((contact.subject, contact.with), (0, With::Ground));
    }
}

#[test]
fn nothing_sinks_into_the_ground() {
    for seed in 0..60 {
        for track in &scene(seed).simulation.tracks {
            for pose in &track.poses {
                let low = pose.y - track.profile.depth(pose.cos, pose.sin) * track.radius;
                assert!(low > -0.012, "seed {seed}: {low}");
                assert!((pose.cos * pose.cos + pose.sin * pose.sin - 1.0).abs() < 1e-3);
            }
        }
    }
}

#[test]
fn every_collision_is_a_contact() {
    for seed in (0..400).filter(|seed| SceneSpec::from_seed(*seed).action == Action::Collide) {
        let contacts = scene(seed).simulation.contacts;
        let first = contacts.iter().find(|contact| contact.with == With::Other);
        assert!(
            first.is_some_and(|contact| contact.time_s < 1.2),
            "seed {seed}"
        );
    }
}

#[test]
fn a_pendulum_turns_back() {
    for seed in 0..10 {
        let scene = Scene::new(ball(Action::Pendulum).with_seed(seed), Shape::DEFAULT);
        let x: Vec<f32> = scene.simulation.tracks[0]
            .poses
            .iter()
            .map(|pose| pose.x)
            .collect();
        let crossings = x
            .windows(2)
            .filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0))
            .count();
        assert!((2..=3).contains(&crossings), "seed {seed}: {crossings}");
        let [ax, ay] = scene.simulation.rope.unwrap();
        let length = |frame: usize| {
            let pose = scene.simulation.tracks[0].poses[frame];
            ((pose.x - ax) * (pose.x - ax) + (pose.y - ay) * (pose.y - ay)).sqrt()
        };
        assert!((0..33).all(|frame| (length(frame) - length(0)).abs() < 0.01));
    }
}

#[test]
fn subjects_stay_in_sight_in_every_shape() {
    for (width, height) in [(128, 128), (160, 96), (96, 160)] {
        let shape = Shape {
            width,
            height,
            frames: 33,
        };
        let (mut inside, mut all) = (0, 0);
        for seed in 0..120 {
            let scene = Scene::new(SceneSpec::from_seed(seed), shape);
            for values in scene.plan().chunks_exact(17) {
                for subject in 0..scene.simulation.tracks.len() {
                    let (x, y) = (values[subject * 6], values[subject * 6 + 1]);
                    inside += usize::from(x.abs() < shape.aspect() && y.abs() < 1.0);
                    all += 1;
                }
            }
        }
        assert!(
            inside * 100 > all * 97,
            "{width}x{height}: {inside} of {all}"
        );
    }
}

#[test]
fn tokens_hold_every_contact_to_two_milliseconds() {
    for seed in 0..60 {
        let scene = scene(seed);
        let heard = tokens::decode(&scene.sound_tokens()).impacts;
        for impact in &heard {
            let nearest = scene
                .simulation
                .contacts
                .iter()
                .map(|contact| (contact.time_s - impact.time_s).abs())
                .fold(f32::MAX, f32::min);
            assert!(nearest < 0.002, "seed {seed}: {nearest}");
        }
        // Of neighbours in adjacent frames one is heard; strong ones that stand alone are all heard.
        let strong = scene
            .simulation
            .contacts
            .iter()
            .find(|contact| contact.energy > 0.5);
        if let Some(strong) = strong {
            assert!(
                heard
                    .iter()
                    .any(|impact| (impact.time_s - strong.time_s).abs() < 0.1)
            );
        }
    }
}
