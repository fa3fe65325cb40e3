//! Motion conserves or loses energy, contacts are exact in time, and subjects stay in the frame.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::plan::{SUBFRAME_DIM, SUBJECT_DIM};
use kinora_sound::tokens;
use kinora_world::heads::TRAINING_IDS;
use kinora_world::motion::track::With;
use kinora_world::{
    Action, Colour, Kind, Material, Object, Place, Scene, SceneSpec, Shape, Subject, surroundings,
};

/// Actions without energy input.
const PASSIVE: [Action; 7] = [
    Action::Bounce,
    Action::Roll,
    Action::Collide,
    Action::Fall,
    Action::Pendulum,
    Action::Stack,
    Action::Topple,
];

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
    let passive = |seed: &u64| PASSIVE.contains(&SceneSpec::from_seed(*seed).action);
    for seed in (0..400).filter(passive) {
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
fn a_fall_lands_at_the_ballistic_time() {
    for seed in 0..20 {
        let scene = Scene::new(ball(Action::Fall).with_seed(seed), Shape::DEFAULT);
        let (track, contact) = (&scene.simulation.tracks[0], scene.simulation.contacts[0]);
        let (start, later) = (track.poses[0].y, track.poses[3].y);
        // Free fall from rest: distance grows with the square of time; 3 frames are 0.25 s.
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
    for seed in 0..100 {
        for track in scene(seed)
            .simulation
            .tracks
            .iter()
            .filter(|track| track.build.is_none())
        {
            for pose in &track.poses {
                let low = pose.y - track.profile.depth(pose.cos, pose.sin) * track.radius;
                assert!(low > -0.012, "seed {seed}: {low}");
                assert!((pose.cos * pose.cos + pose.sin * pose.sin - 1.0).abs() < 1e-3);
            }
        }
    }
}

#[test]
fn bodies_do_not_tunnel_through_each_other() {
    let piled = |seed: &u64| {
        matches!(
            SceneSpec::from_seed(*seed).action,
            Action::Collide | Action::Stack
        )
    };
    for seed in (0..250).filter(piled) {
        let tracks = scene(seed).simulation.tracks;
        for (index, one) in tracks.iter().enumerate() {
            for two in &tracks[index + 1..] {
                let sides = one.poses.iter().zip(&two.poses);
                // Centres never come nearer than two solid cores allow.
                let nearest = sides
                    .map(|(a, b)| (a.x - b.x).hypot(a.y - b.y))
                    .fold(f32::MAX, f32::min);
                let cores = 0.25 * (one.radius + two.radius);
                assert!(nearest > cores, "seed {seed}: {nearest} of {cores}");
            }
        }
    }
}

/// A body that tunnels would be far below the ground or lack a contact. Falls have the fastest impacts.
#[test]
fn the_fastest_hits_stop_at_the_ground() {
    let mut fastest = 0.0f32;
    for seed in 0..300 {
        let scene = scene(seed);
        let hits = scene.simulation.contacts.iter();
        for hit in hits.filter(|hit| hit.with == With::Ground && hit.energy > 0.5) {
            fastest = fastest.max(hit.energy);
            let track = &scene.simulation.tracks[hit.subject];
            let after = scene.simulation.frame_of(hit.time_s) + 1;
            for pose in track.poses.iter().skip(after) {
                assert!(pose.y > 0.0, "seed {seed}: {} after {}", pose.y, hit.time_s);
            }
        }
    }
    assert!(fastest > 0.7, "nothing hit hard: {fastest}");
}

#[test]
fn stacks_stand() {
    for seed in (0..250).filter(|seed| SceneSpec::from_seed(*seed).action == Action::Stack) {
        let simulation = scene(seed).simulation;
        let last = simulation.frames - 1;
        for track in &simulation.tracks[1..] {
            let first = &simulation.tracks[0];
            assert!(
                first.poses[last].y > track.poses[last].y + 0.1,
                "seed {seed} fell"
            );
        }
    }
}

#[test]
fn toppled_bodies_end_on_their_side() {
    for seed in (0..250).filter(|seed| SceneSpec::from_seed(*seed).action == Action::Topple) {
        let track = &scene(seed).simulation.tracks[0];
        let (first, last) = (track.poses[0], track.poses[32]);
        assert!(
            last.cos < first.cos - 0.05,
            "seed {seed}: {} {}",
            first.cos,
            last.cos
        );
    }
}

#[test]
fn toppled_bodies_come_to_rest() {
    for seed in (0..900).filter(|seed| SceneSpec::from_seed(*seed).action == Action::Topple) {
        let scene = scene(seed);
        for (subject, track) in scene.spec.subjects().zip(&scene.simulation.tracks) {
            let turn = |frame: usize| track.poses[frame].sin.atan2(track.poses[frame].cos);
            // Some still fall or roll; none rocks: rotations do not reverse.
            let ways: Vec<f32> = (22..32)
                .map(|frame| turn(frame + 1) - turn(frame))
                .collect();
            let back =
                ways.iter().map(|way| way.abs()).sum::<f32>() - ways.iter().sum::<f32>().abs();
            assert!(
                back < 0.10,
                "seed {seed}: {subject:?} rocks by {back}: {ways:?}"
            );
        }
    }
}

#[test]
fn every_contact_sounds_within_two_milliseconds() {
    let mut heard = 0;
    for seed in 0..120 {
        let scene = scene(seed);
        let contacts = &scene.simulation.contacts;
        let alone = |at: usize| {
            let near =
                |other: &&kinora_world::Contact| (other.time_s - contacts[at].time_s).abs() < 0.12;
            contacts.iter().filter(near).count() == 1
        };
        let strong = (0..contacts.len()).filter(|at| contacts[*at].energy > 0.3 && alone(*at));
        for at in strong.take(2) {
            // The difference to the sound without this contact is the sound of the contact.
            let (track, around) = (
                scene.sound_track(),
                surroundings(&scene.spec, &scene.simulation),
            );
            let mut without = track.clone();
            without.impacts[at].energy = 0.0;
            let (with, without) = (
                kinora_sound::render_in(&track, &around, 16_000),
                kinora_sound::render_in(&without, &around, 16_000),
            );
            let added: Vec<f32> = with
                .iter()
                .zip(&without)
                .map(|(a, b)| (a - b).abs())
                .collect();
            let peak = added.iter().copied().fold(0.0, f32::max);
            let onset =
                added.iter().position(|level| *level > 0.2 * peak).unwrap() as f32 / 16_000.0;
            let off_s = onset - contacts[at].time_s;
            assert!(
                peak > 0.01 && off_s.abs() < 0.002,
                "seed {seed}: {off_s} s, {peak}"
            );
            heard += 1;
        }
    }
    assert!(heard > 60, "{heard}");
}

#[test]
fn samples_never_clip() {
    for seed in 0..150 {
        let spec = SceneSpec::of_kind(seed, Kind::of_seed(&Kind::ALL, seed), TRAINING_IDS);
        let samples = Scene::new(spec, Shape::DEFAULT).samples();
        assert_eq!(samples.len(), 44_000);
        let peak = samples
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!(peak < 0.99, "seed {seed}: {peak}");
    }
}

#[test]
fn a_longer_clip_begins_with_the_shorter_one() {
    for seed in 0..40 {
        let long = Shape {
            frames: 65,
            ..Shape::DEFAULT
        };
        let (short, long) = (scene(seed), Scene::new(SceneSpec::from_seed(seed), long));
        for (a, b) in short.simulation.tracks.iter().zip(&long.simulation.tracks) {
            assert_eq!(a.poses[..], b.poses[..33], "seed {seed}");
        }
        let contacts = long
            .simulation
            .contacts
            .iter()
            .filter(|it| it.time_s < 2.75);
        assert_eq!(
            short.simulation.contacts.len(),
            contacts.count(),
            "seed {seed}"
        );
    }
}

#[test]
fn motion_is_independent_of_the_frame_rate() {
    for seed in 0..18 {
        for frames_per_second in [8, 15, 24] {
            let shape = Shape {
                frames: 2 * frames_per_second as usize + 1,
                frames_per_second,
                ..Shape::DEFAULT
            };
            let other = Scene::new(SceneSpec::from_seed(seed), shape).simulation;
            for (a, b) in scene(seed).simulation.tracks.iter().zip(&other.tracks) {
                let (a, b) = (a.poses[24], b.poses[2 * frames_per_second as usize]);
                assert!(
                    (a.x - b.x).hypot(a.y - b.y) < 1e-3,
                    "seed {seed}: {a:?} {b:?}"
                );
            }
        }
    }
}

#[test]
fn every_collision_is_a_contact() {
    for seed in (0..300).filter(|seed| SceneSpec::from_seed(*seed).action == Action::Collide) {
        let contacts = scene(seed).simulation.contacts;
        let first = contacts
            .iter()
            .find(|contact| contact.with == With::Subject(1));
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
fn subjects_stay_in_the_frame_in_every_aspect() {
    for (width, height) in [(128, 128), (160, 96), (96, 160)] {
        let shape = Shape {
            width,
            height,
            ..Shape::DEFAULT
        };
        let (mut inside, mut all) = (0, 0);
        for seed in 0..60 {
            let scene = Scene::new(SceneSpec::from_seed(seed), shape);
            for values in scene.plan().rows().chunks_exact(SUBFRAME_DIM) {
                for subject in 0..scene.simulation.tracks.len() {
                    let at = subject * SUBJECT_DIM;
                    let (x, y) = (values[at], values[at + 1]);
                    inside += usize::from(x.abs() < shape.aspect() && y.abs() < 1.0);
                    all += 1;
                }
            }
        }
        assert!(
            inside * 100 > all * 95,
            "{width}x{height}: {inside} of {all}"
        );
    }
}

#[test]
fn tokens_keep_contacts_to_two_milliseconds() {
    for seed in 0..100 {
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
        // Of contacts in adjacent frames one is kept; strong isolated ones are all kept.
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
