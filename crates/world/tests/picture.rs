//! Pictures show what the plan says.

use kinora_world::{
    Action, Camera, Colour, Material, Object, Place, Scene, SceneSpec, Shape, Style, Subject,
    render,
};

/// Middle and radius of the strongly red pixels of a frame, in screen units.
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

#[test]
fn red_pixels_lie_where_the_plan_puts_the_ball() {
    let subject = Subject {
        object: Object::Egg,
        colour: Colour::Red,
        material: Material::Rubber,
    };
    for (action, camera, style, width) in [
        (Action::Bounce, Camera::Static, Style::Realistic, 128),
        (Action::Roll, Camera::Pan, Style::Animated, 128),
        (Action::Pendulum, Camera::Zoom, Style::Realistic, 96),
        (Action::Fall, Camera::Zoom, Style::Animated, 160),
    ] {
        let shape = Shape {
            width,
            height: 128,
            frames: 33,
        };
        let spec = SceneSpec::new(subject, action, Place::Meadow)
            .with_style(style)
            .with_camera(camera);
        let scene = Scene::new(spec, shape);
        let frames = render(&spec, &scene.simulation, shape.width, shape.height);
        let plan = scene.plan();
        let mut seen = 0;
        for (frame, pixels) in frames.chunks_exact(width * 128 * 3).enumerate() {
            let row = if frame == 0 { 0 } else { frame + 3 };
            let values = &plan[row * 17..];
            let (x, y, r) = (values[0], values[1], values[2]);
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
        let spec = SceneSpec::from_seed(3)
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
fn a_still_place_does_not_flicker() {
    let spec = SceneSpec::from_seed(3).with_camera(Camera::Static);
    let frames = render(
        &spec,
        &Scene::new(spec, Shape::DEFAULT).simulation,
        128,
        128,
    );
    let size = 128 * 128 * 3;
    let same = (0..size)
        .filter(|at| (1..33).all(|frame| frames[frame * size + at] == frames[*at]))
        .count();
    assert!(same * 2 > size, "{same} of {size}");
}
