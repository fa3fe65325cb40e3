//! Subjects that are pictures of a library: shown where computed motion has them, and refused without their library.

use std::collections::BTreeMap;
use std::sync::Arc;

use image_webp::{ColorType, WebPEncoder};
use kinora_contract::plan::{GROUND_Y, SUBFRAMES};
use kinora_contract::{Recipe, Scene};
use kinora_library::{Library, pack};
use kinora_pipeline::{Event, GenerateError};

use crate::resolved_scene::{scene, with};
use crate::{Host, draft, on_cpu, on_gpu, run};

/// A magenta square, a colour that the starter draws nowhere.
const COLOUR: [u8; 4] = [255, 0, 255, 255];

fn library() -> Arc<Library> {
    let mut webp = Vec::new();
    let pixels = COLOUR.repeat(40 * 40);
    WebPEncoder::new(&mut webp)
        .encode(&pixels, 40, 40, ColorType::Rgba8)
        .unwrap();
    let bytes = pack(&BTreeMap::from([("1f40e".to_owned(), webp)]));
    Arc::new(Library::open(bytes).unwrap())
}

/// The picture slides to the right.
fn cast(library: &Library) -> Scene {
    let mut scene = scene("blue");
    let fields = [
        ("picture1", "1f40e"),
        ("thing1", "horse"),
        ("extent1", "2400"),
        ("gait1", "still"),
        ("facing1", "front"),
        ("substance1", "ice"),
        ("motion", "slide"),
        ("direction", "right"),
    ];
    let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned()));
    scene.fields.extend(fields);
    let hash = library.hash().to_owned();
    scene.libraries.insert("things".to_owned(), hash);
    scene
}

fn recipe(host: &Host, scene: Scene) -> Recipe {
    with(&draft(host), "a horse slides on a beach", scene)
}

/// Mean column and number of the magenta pixels of a frame.
fn magenta(rgb: &[u8], width: usize) -> (f32, usize) {
    let is_magenta = |[r, g, b]: &[u8; 3]| *r > 150 && *b > 150 && *g < 90;
    let found: Vec<usize> = rgb
        .as_chunks::<3>()
        .0
        .iter()
        .enumerate()
        .filter(|(_, pixel)| is_magenta(pixel))
        .map(|(at, _)| at % width)
        .collect();
    let mean = found.iter().sum::<usize>() as f32 / found.len().max(1) as f32;
    (mean, found.len())
}

fn frames(events: &[Event]) -> Vec<&[u8]> {
    let frames = events.iter().filter_map(|event| match event {
        Event::Frame { rgb, .. } => Some(rgb.as_slice()),
        _ => None,
    });
    frames.collect()
}

#[test]
fn a_picture_is_shown_where_its_motion_has_it() {
    let (mut host, library) = (on_cpu(), library());
    host.runtime.set_library(Some(Arc::clone(&library)));
    let recipe = recipe(&host, cast(&library));
    let (clip, events) = run(&recipe, &mut host).unwrap();
    let plan = events.iter().find_map(|event| match event {
        Event::Plan { plan } => Some(plan),
        _ => None,
    });
    let plan = plan.unwrap();
    for (index, rgb) in frames(&events).into_iter().enumerate() {
        let subject = plan.frame(index).unwrap().subjects[0];
        let (column, count) = magenta(rgb, 128);
        // A square of half a side `r`, as far as it is in the frame.
        let expected = (2.0 * subject.r * 64.0).powi(2);
        if subject.x.abs() + subject.r < 1.0 {
            assert!(
                (column - (subject.x + 1.0) * 64.0).abs() < 2.0,
                "frame {index}"
            );
            assert!(
                (count as f32 / expected - 1.0).abs() < 0.15,
                "frame {index}: {count}"
            );
        }
        assert!((subject.y + subject.r - GROUND_Y).abs() < 0.02);
    }
    let x = |frame| plan.frame(frame).unwrap().subjects[0].x;
    assert!(x(plan.latent_frames() * SUBFRAMES - SUBFRAMES) > x(0) + 0.5);
    assert_eq!(
        run(&recipe, &mut host).unwrap().0.frames_blake3,
        clip.frames_blake3
    );
}

#[test]
fn both_executors_show_the_same_picture() {
    let library = library();
    let [cpu, gpu] = [on_cpu(), on_gpu()].map(|mut host| {
        host.runtime.set_library(Some(Arc::clone(&library)));
        let recipe = recipe(&host, cast(&library));
        run(&recipe, &mut host).unwrap().1
    });
    for (cpu, gpu) in frames(&cpu).into_iter().zip(frames(&gpu)) {
        let error = cpu
            .iter()
            .zip(gpu)
            .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
        let error = error.sum::<f64>() / cpu.len() as f64;
        assert!(error < 255.0 * 255.0 / 10f64.powf(4.5), "{error}");
    }
}

#[test]
fn a_clip_without_its_library_is_refused() {
    let (mut host, library) = (on_cpu(), library());
    let recipe = recipe(&host, cast(&library));
    let absent = run(&recipe, &mut host).map(|(summary, _)| summary);
    assert!(matches!(absent, Err(GenerateError::Library)), "{absent:?}");
    // Another library, with the same picture.
    let mut other = recipe.clone();
    let scene = other.scene.as_mut().unwrap();
    scene.libraries.insert("things".to_owned(), "0".repeat(64));
    host.runtime.set_library(Some(library));
    let other = run(&other, &mut host).map(|(summary, _)| summary);
    assert!(matches!(other, Err(GenerateError::Library)), "{other:?}");
    // A picture that the library lacks.
    let mut lacking = recipe;
    let scene = lacking.scene.as_mut().unwrap();
    scene
        .fields
        .insert("picture1".to_owned(), "1f984".to_owned());
    let lacking = run(&lacking, &mut host).map(|(summary, _)| summary);
    assert!(
        matches!(lacking, Err(GenerateError::LibraryPicture(_))),
        "{lacking:?}"
    );
}

#[test]
fn the_models_own_subjects_follow_computed_motion_too() {
    let mut host = on_cpu();
    let mut flies = scene("blue");
    flies.fields.insert("motion".to_owned(), "fly".to_owned());
    let recipe = recipe(&host, flies);
    let (_, events) = run(&recipe, &mut host).unwrap();
    let plan = events.iter().find_map(|event| match event {
        Event::Plan { plan } => Some(plan),
        _ => None,
    });
    let plan = plan.unwrap();
    for frame in 0..plan.frames() {
        let subject = plan.frame(frame).unwrap().subjects[0];
        assert!(subject.y + subject.r < GROUND_Y - 0.3);
    }
}
