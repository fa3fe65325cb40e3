//! Composited layers equal the frames.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::plan::{CameraState, Subject};
use kinora_scene::effects::Lens;
use kinora_world::heads::TRAINING_IDS;
use kinora_world::{
    Camera, Cover, Kind, LAYER_EXTENT, LAYER_SIZE, Renderer, Scene, SceneSpec, Shape, camera_path,
};

const SIZE: usize = 128;
const SIDE: usize = LAYER_SIZE;

/// Samples a subject's layer bilinearly at a screen point: premultiplied colour and coverage, 0 outside.
fn sampled(picture: &[u8], subject: &Subject, x: f32, y: f32) -> [f32; 4] {
    let (dx, dy) = ((x - subject.x) / subject.r, (y - subject.y) / subject.r);
    let (cos, sin) = (subject.cos, subject.sin);
    let to_pixel = |own: f32| (own / LAYER_EXTENT + 1.0) * 0.5 * SIDE as f32 - 0.5;
    let (column, row) = (to_pixel(dx * cos + dy * sin), to_pixel(dy * cos - dx * sin));
    let mut sum = [0.0; 4];
    for (r, near_r) in [
        (row.floor(), 1.0 - row.fract().abs()),
        (row.floor() + 1.0, row.fract().abs()),
    ] {
        for (c, near_c) in [
            (column.floor(), 1.0 - column.fract().abs()),
            (column.floor() + 1.0, column.fract().abs()),
        ] {
            if (0.0..SIDE as f32).contains(&r) && (0.0..SIDE as f32).contains(&c) {
                let at = (r as usize * SIDE + c as usize) * 4;
                for (sum, value) in sum.iter_mut().zip(&picture[at..at + 4]) {
                    *sum += f32::from(*value) / 255.0 * near_r * near_c;
                }
            }
        }
    }
    sum
}

/// Samples the plate bilinearly at a point of its screen, clamped to the edge: RGB, and the coverage of props in front.
fn plate_at(ground: &[u8], x: f32, y: f32) -> [f32; 4] {
    let at = |screen: f32| ((screen + 1.0) * 0.5 * SIZE as f32 - 0.5).clamp(0.0, SIZE as f32 - 1.0);
    let (column, row) = (at(x), at(y));
    let value = |r: f32, c: f32, i: usize| {
        let (r, c) = (
            r.min(SIZE as f32 - 1.0) as usize,
            c.min(SIZE as f32 - 1.0) as usize,
        );
        f32::from(ground[(r * SIZE + c) * 4 + i]) / 255.0
    };
    std::array::from_fn(|i| {
        let (r, c) = (row.floor(), column.floor());
        let line = |r: f32| {
            value(r, c, i) * (1.0 - column.fract()) + value(r, c + 1.0, i) * column.fract()
        };
        line(r) * (1.0 - row.fract()) + line(r + 1.0) * row.fract()
    })
}

/// Mean squared error between a frame and its composited layers, in units of 1.
fn difference(scene: &Scene, renderer: &Renderer, frame: usize) -> f32 {
    let truth = scene.frames_in(renderer, frame..frame + 1);
    let layers = scene.layers_in(renderer, frame..frame + 1);
    let (plan, count) = (scene.plan(), scene.simulation.tracks.len());
    let cameras = camera_path(&scene.spec, &scene.simulation);
    let (camera, plate) = (cameras[frame], CameraState::around(cameras, 1.0));
    let subjects = plan.frame(frame).unwrap().subjects;
    let mut order: Vec<usize> = (0..count).rev().collect();
    order.sort_by(|a, b| subjects[*b].depth.total_cmp(&subjects[*a].depth));
    let mut total = 0.0;
    for (at, truth) in truth.chunks_exact(3).enumerate() {
        let on_screen = |index: usize| (index as f32 + 0.5) / (SIZE as f32 * 0.5) - 1.0;
        let (x, y) = (on_screen(at % SIZE), on_screen(at / SIZE));
        let mut over = [0.0; 4];
        for &index in &order {
            let picture = &layers.subjects[index * SIDE * SIDE * 4..];
            let pixel = sampled(picture, &subjects[index], x, y);
            over = std::array::from_fn(|i| over[i] * (1.0 - pixel[3]) + pixel[i]);
        }
        let (plate_x, plate_y) = camera.back(x, y);
        let (plate_x, plate_y) = plate.project(plate_x, plate_y);
        let ground = plate_at(&layers.ground, plate_x, plate_y);
        let open = 1.0 - ground[3];
        let light = Lens::of_style(scene.spec.style).transmittance_at(x, y);
        for channel in 0..3 {
            let under = ground[channel] * (1.0 - over[3] * open);
            let made = (under + over[channel] * open) * light;
            total += (made - f32::from(truth[channel]) / 255.0).powi(2);
        }
    }
    total / (SIZE * SIZE * 3) as f32
}

/// The plate is magnified under a moving camera; everything else is exact.
#[test]
fn composited_layers_equal_the_frame() {
    let renderer = Renderer::new(SIZE, SIZE);
    for seed in 0..24 {
        let scene = Scene::new(SceneSpec::from_seed(seed), Shape::DEFAULT);
        for frame in [5, 16, 31] {
            let error = difference(&scene, &renderer, frame);
            let psnr = -10.0 * error.log10();
            assert!(
                psnr > 25.0,
                "{psnr:.1} dB in frame {frame} of seed {seed}: {:?}",
                scene.spec
            );
        }
    }
}

#[test]
fn composited_portrait_layers_equal_the_frame() {
    let renderer = Renderer::new(SIZE, SIZE);
    for seed in 0..12 {
        let kind = Kind::of_seed(&[Kind::Heads, Kind::Talk], seed);
        let spec = SceneSpec::of_kind(seed, kind, TRAINING_IDS);
        let scene = Scene::new(spec, Shape::DEFAULT);
        for frame in [5, 20] {
            let psnr = -10.0 * difference(&scene, &renderer, frame).log10();
            // A face has finer details than 64 pixels resolve.
            assert!(
                psnr > 21.0,
                "{psnr:.1} dB in frame {frame} of seed {seed}: {spec:?}"
            );
        }
    }
}

#[test]
fn a_pillar_in_front_covers_subjects() {
    let renderer = Renderer::new(SIZE, SIZE);
    let mut met = 0;
    for seed in 0..400 {
        let spec = SceneSpec::from_seed(seed);
        if spec.cover != Cover::Behind || spec.camera != Camera::Static {
            continue;
        }
        met += 1;
        let layers = Scene::new(spec, Shape::DEFAULT).layers_in(&renderer, 16..17);
        let front = layers
            .ground
            .chunks_exact(4)
            .filter(|pixel| pixel[3] == 255)
            .count();
        assert!(
            front > SIZE * SIZE / 20,
            "the pillar of seed {seed} is in front"
        );
    }
    assert!(met > 0, "no pillar in 400 seeds");
}
