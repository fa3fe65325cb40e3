//! Frames agree with the plan and with the ground truth.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_world::{
    Action, Camera, Colour, Cover, Material, Object, Place, Renderer, Scene, SceneSpec, Shape,
    Style, Subject, render,
};

/// Centre and radius of the saturated red pixels of a frame, in screen units.
fn red_spot(frame: &[u8], width: usize, height: usize) -> Option<(f32, f32, f32)> {
    let (mut count, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    for (index, rgb) in frame.chunks_exact(3).enumerate() {
        let (r, g, b) = (rgb[0] as f32, rgb[1] as f32, rgb[2] as f32);
        if r > 1.9 * g.max(b) && r > 40.0 {
            count += 1.0;
            sum_x += (index % width) as f32 + 0.5;
            sum_y += (index / width) as f32 + 0.5;
        }
    }
    let half = height as f32 * 0.5;
    let radius = (count / core::f32::consts::PI).sqrt() / half;
    (count > 0.0).then(|| {
        (
            sum_x / count / half - width as f32 / height as f32,
            sum_y / count / half - 1.0,
            radius,
        )
    })
}

fn egg() -> Subject {
    Subject {
        object: Object::Egg,
        colour: Colour::Red,
        material: Material::Rubber,
    }
}

#[test]
fn red_pixels_agree_with_the_plan() {
    let subject = egg();
    for (action, camera, style, width) in [
        (Action::Bounce, Camera::Static, Style::Realistic, 128),
        (Action::Roll, Camera::Pan, Style::Animated, 128),
        (Action::Pendulum, Camera::Zoom, Style::Realistic, 96),
        (Action::Fall, Camera::Zoom, Style::Animated, 160),
    ] {
        let shape = Shape {
            width,
            height: 128,
            ..Shape::DEFAULT
        };
        let spec = SceneSpec::new(subject, action, Place::Meadow)
            .with_style(style)
            .with_camera(camera);
        let scene = Scene::new(spec, shape);
        let frames = render(&spec, &scene.simulation, shape.width, shape.height);
        let plan = scene.plan();
        let mut seen = 0;
        for (frame, pixels) in frames.chunks_exact(width * 128 * 3).enumerate() {
            let ball = plan.frame(frame).unwrap().subjects[0];
            let (x, y, r) = (ball.x, ball.y, ball.r);
            if x.abs() + r > shape.aspect() || y.abs() + r > 1.0 {
                continue;
            }
            let (seen_x, seen_y, seen_r) = red_spot(pixels, width, 128).unwrap();
            let off = ((seen_x - x) * (seen_x - x) + (seen_y - y) * (seen_y - y)).sqrt();
            assert!(off < 0.2 * r, "{action:?} frame {frame}: {off} of {r}");
            assert!(
                (0.6..1.1).contains(&(seen_r / r)),
                "{action:?} frame {frame}: {seen_r} of {r}"
            );
            seen += 1;
        }
        assert!(seen > 20, "{action:?}: {seen}");
    }
}

#[test]
fn styles_differ_and_bars_are_black() {
    let frame = |style: Style| {
        let spec = SceneSpec::new(egg(), Action::Bounce, Place::Meadow)
            .with_style(style)
            .with_camera(Camera::Static);
        render(
            &spec,
            &Scene::new(spec, Shape::DEFAULT).simulation,
            128,
            128,
        )
    };
    let (realistic, cinematic, animated) = (
        frame(Style::Realistic),
        frame(Style::Cinematic),
        frame(Style::Animated),
    );
    assert_eq!(realistic.len(), 33 * 128 * 128 * 3);
    assert!(cinematic[..128 * 3 * 8].iter().all(|byte| *byte == 0));
    let differ = |a: &[u8], b: &[u8]| a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > 8).count();
    assert!(differ(&realistic, &animated) > realistic.len() / 20);
    assert!(differ(&realistic, &cinematic) > realistic.len() / 2);
}

#[test]
fn a_static_background_does_not_flicker() {
    let spec = SceneSpec::new(egg(), Action::Bounce, Place::Meadow);
    let frames = render(
        &spec,
        &Scene::new(spec, Shape::DEFAULT).simulation,
        128,
        128,
    );
    let size = 128 * 128 * 3;
    let same = (0..size)
        // Grain changes a pixel by one or two steps.
        .filter(|at| (1..33).all(|frame| frames[frame * size + at].abs_diff(frames[*at]) < 4))
        .count();
    assert!(same * 2 > size, "{same} of {size}");
}

#[test]
fn instance_ids_cover_the_subjects() {
    for seed in 0..24 {
        let spec = SceneSpec::from_seed(seed).with_style(Style::Realistic);
        let scene = Scene::new(spec, Shape::DEFAULT);
        let renderer = Renderer::new(128, 128);
        let truth = &scene.truth(&renderer, 16..17)[0];
        for (index, track) in scene.simulation.tracks.iter().enumerate() {
            let seen = truth
                .ids
                .iter()
                .filter(|id| **id == index as u8 + 1)
                .count();
            let area = core::f32::consts::PI * (track.radius * 64.0) * (track.radius * 64.0);
            assert!((seen as f32) < area * 1.9, "seed {seed}: {seen} of {area}");
        }
        assert!(
            truth.ids.iter().any(|id| *id > 0)
                || spec.cover == Cover::Behind
                || spec.action == Action::Bounce
        );
        assert!(truth.depth.iter().all(|depth| *depth > 0.2));
    }
}

#[test]
fn flow_maps_instances_to_the_next_frame() {
    let (mut kept, mut all) = (0, 0);
    for seed in 0..40 {
        let scene = Scene::new(SceneSpec::from_seed(seed), Shape::DEFAULT);
        let truth = scene.truth(&Renderer::new(128, 128), 8..10);
        for (at, id) in truth[0]
            .ids
            .iter()
            .enumerate()
            .filter(|(_, id)| (1..=3).contains(*id))
        {
            let [dx, dy] = truth[0].flow[at];
            let (x, y) = ((at % 128) as f32 + dx + 0.5, (at / 128) as f32 + dy + 0.5);
            if (0.0..128.0).contains(&x) && (0.0..128.0).contains(&y) {
                all += 1;
                kept += usize::from(truth[1].ids[y as usize * 128 + x as usize] == *id);
            }
        }
    }
    assert!(all > 10_000 && kept * 100 > all * 88, "{kept} of {all}");
}

#[test]
fn a_range_of_frames_equals_that_of_the_whole_clip() {
    let spec = SceneSpec::from_seed(5);
    let long = Scene::new(
        spec,
        Shape {
            frames: 40,
            ..Shape::DEFAULT
        },
    );
    let renderer = Renderer::new(64, 64);
    let (all, later) = (long.frames(&renderer), long.frames_in(&renderer, 33..40));
    assert_eq!(all[33 * 64 * 64 * 3..], later[..]);
}

#[test]
fn animated_drawings_hold_two_frames_at_24_fps() {
    let spec = SceneSpec::new(egg(), Action::Bounce, Place::Meadow).with_style(Style::Animated);
    let shape = Shape {
        width: 64,
        height: 64,
        frames: 24,
        frames_per_second: 24,
    };
    let frames = Scene::new(spec, shape).frames(&Renderer::new(64, 64));
    let frames: Vec<&[u8]> = frames.chunks_exact(64 * 64 * 3).collect();
    assert!((0..12).all(|pair| frames[2 * pair] == frames[2 * pair + 1]));
    assert!((0..11).all(|pair| frames[2 * pair + 1] != frames[2 * pair + 2]));
}
