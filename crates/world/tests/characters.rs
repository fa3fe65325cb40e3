//! Characters: planted feet stay put, nothing sinks, flights are parabolas.

use kinora_scene::constants::GRAVITY;
use kinora_world::motion::character::{Build, Figure, Gait, Leap, Motion, Tumble};
use kinora_world::{Action, Object, Scene, SceneSpec, Shape};

const STEP_S: f32 = 1.0 / 240.0;

fn figure(object: Object, motion: impl Fn(&Build) -> Motion) -> Figure {
    let build = Build::of(object, 0.9);
    let motion = motion(&build);
    Figure {
        build,
        origin: 0.0,
        side: 1.0,
        yaw: 0.0,
        motion,
        limit: 100.0,
    }
}

fn movers() -> Vec<(&'static str, Figure)> {
    let mut movers = Vec::new();
    for object in [Object::Person, Object::Robot, Object::Bear] {
        movers.push((
            "walk",
            figure(object, |build| Motion::Gait(Gait::walk(build, 0.42))),
        ));
        movers.push(("run", figure(object, |_| Motion::Gait(Gait::run(0.65)))));
        movers.push((
            "jump",
            figure(object, |_| {
                Motion::Leap(Leap {
                    speed: 2.0,
                    wait_s: 0.1,
                })
            }),
        ));
        movers.push((
            "flip",
            figure(object, |_| {
                Motion::Tumble(Tumble::new(0.72, 3, 1, 2.3, 0.42))
            }),
        ));
    }
    movers
}

#[test]
fn planted_feet_neither_slide_nor_sink() {
    for (name, figure) in movers() {
        let sole = figure.build.leg_radius;
        let mut planted = 0;
        for step in 0..700 {
            let time_s = step as f32 * STEP_S;
            let (now, next) = (figure.joints(time_s), figure.joints(time_s + STEP_S));
            for side in 0..2 {
                let (a, b) = (now.ankles[side], next.ankles[side]);
                assert!(
                    a.1 > sole - 1e-3,
                    "{name} {time_s}: sinks by {}",
                    sole - a.1
                );
                if a.1 < sole + 1e-5 && b.1 < sole + 1e-5 {
                    planted += 1;
                    assert!(
                        (a.0 - b.0).abs() < 2e-3,
                        "{name} {time_s}: slides by {}",
                        b.0 - a.0
                    );
                }
            }
        }
        assert!(planted > 300, "{name}: {planted}");
    }
}

#[test]
fn limbs_keep_their_lengths() {
    for (name, figure) in movers() {
        let build = figure.build;
        for step in 0..350 {
            let joints = figure.joints(step as f32 * 0.008);
            for side in 0..2 {
                let shin = (joints.ankles[side] - joints.knees[side]).length();
                let thigh = (joints.knees[side] - joints.hips[side]).length();
                let stretch = (shin + thigh) / build.leg();
                assert!((0.97..1.06).contains(&stretch), "{name} {step}: {stretch}");
                let arm = (joints.hands[side] - joints.elbows[side]).length() / build.forearm;
                assert!((arm - 1.0).abs() < 0.01, "{name} {step}: forearm {arm}");
            }
        }
    }
}

#[test]
fn flights_are_parabolas_and_somersaults_are_complete() {
    for object in [Object::Person, Object::Robot, Object::Bear] {
        let tumble = Tumble::new(0.72, 3, 2, 2.3, 0.42);
        let figure = figure(object, |_| Motion::Tumble(tumble));
        for flip in 0..2 {
            let [from, to] = tumble.flight(flip);
            let centre = |time_s: f32| figure.joints(time_s).centre(&figure.build);
            for step in 1..20 {
                let time_s = from + (to - from) * step as f32 / 21.0;
                let dt = 0.01;
                let rise = centre(time_s - dt).1 - 2.0 * centre(time_s).1 + centre(time_s + dt).1;
                let falls = -rise / (dt * dt);
                assert!(
                    (falls / GRAVITY - 1.0).abs() < 0.05,
                    "{object:?} {time_s}: {falls}"
                );
            }
            let turned = figure.turn(to - 1e-3) - figure.turn(from + 1e-3);
            assert!(
                (turned.abs() - core::f32::consts::TAU).abs() < 0.1,
                "{turned}"
            );
        }
    }
}

#[test]
fn footfalls_coincide_with_touchdowns() {
    for (name, figure) in movers() {
        let falls = figure.footfalls(2.5);
        assert!(!falls.is_empty(), "{name}");
        for fall in falls {
            let sole = figure.build.leg_radius;
            let height = |time_s: f32| {
                let joints = figure.joints(time_s);
                [joints.ankles[0].1 - sole, joints.ankles[1].1 - sole]
            };
            let (before, at) = (height(fall.time_s - 0.03), height(fall.time_s + 0.002));
            let lands = (0..2).any(|side| before[side] > 1e-4 && at[side] < 2e-3);
            assert!(lands, "{name} {}: {before:?} {at:?}", fall.time_s);
        }
    }
}

#[test]
fn a_caught_ball_stays_in_the_hands() {
    for seed in 0..600 {
        let spec = SceneSpec::from_seed(seed);
        if spec.action != Action::Catch {
            continue;
        }
        let clip = Scene::new(spec, Shape::DEFAULT).simulation;
        let caught = clip.holds[0].from_s;
        for frame in (0..33).filter(|frame| clip.time_of(*frame) > caught + 0.01) {
            let (ball, hands) = (
                clip.tracks[1].poses[frame],
                clip.tracks[0].joints[frame].hands,
            );
            let x = (hands[0].0 + hands[1].0) * 0.5 - ball.x;
            let y = (hands[0].1 + hands[1].1) * 0.5 - ball.y;
            assert!(
                (x * x + y * y).sqrt() < 0.2,
                "seed {seed} frame {frame}: {x} {y}"
            );
        }
        // The ball arrives by its own flight: no jump at the catch.
        let poses = &clip.tracks[1].poses;
        let ways = poses
            .windows(2)
            .map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y));
        assert!(ways.fold(0.0, f32::max) < 0.35, "seed {seed}");
    }
}
