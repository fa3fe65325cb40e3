//! `kinora world --truth DIR`: the ground truth of a clip, as raw arrays and one JSON file.
//!
//! `ids.u8 [frames,height,width]`, `depth.f32 [frames,height,width]`, `normals.f32 [frames,height,width,3]` and
//! `flow.f32 [frames,height,width,2]` are little endian; `truth.json` has the spec, contacts, key points and the camera.

use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use kinora_contract::plan::CameraState;
use kinora_world::motion::head_performance::{Act, Speech};
use kinora_world::motion::track::{Track, With, screen_y};
use kinora_world::{Renderer, Scene, camera_path};
use serde_json::{Value, json};

/// Writes the ground truth of some frames of a scene.
pub fn write(
    folder: &Path,
    scene: &Scene,
    renderer: &Renderer,
    frames: Range<usize>,
) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let truths = scene.truth(renderer, frames.clone());
    let save = |name: &str, bytes: Vec<u8>| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    };
    save(
        "ids.u8",
        truths.iter().flat_map(|truth| truth.ids.clone()).collect(),
    )?;
    save(
        "depth.f32",
        bytes(truths.iter().flat_map(|truth| truth.depth.iter().copied())),
    )?;
    save(
        "normals.f32",
        bytes(
            truths
                .iter()
                .flat_map(|truth| truth.normals.iter().flatten().copied()),
        ),
    )?;
    save(
        "flow.f32",
        bytes(
            truths
                .iter()
                .flat_map(|truth| truth.flow.iter().flatten().copied()),
        ),
    )?;
    save(
        "truth.json",
        serde_json::to_vec_pretty(&events(scene, renderer, frames))?,
    )
}

fn bytes(values: impl Iterator<Item = f32>) -> Vec<u8> {
    values.flat_map(f32::to_le_bytes).collect()
}

/// Everything that is not stored per pixel.
fn events(scene: &Scene, renderer: &Renderer, frames: Range<usize>) -> Value {
    let (clip, shape) = (&scene.simulation, scene.shape);
    let cameras = camera_path(&scene.spec, clip);
    let contacts = clip.contacts.iter().map(|contact| {
        let with = match contact.with {
            With::Ground => json!("ground"),
            With::Water => json!("water"),
            With::Subject(index) => json!(index + 1),
        };
        json!({
            "time_s": contact.time_s,
            "subject": contact.subject + 1,
            "with": with,
            "energy": contact.energy,
            "at": contact.at,
        })
    });
    // The head of a portrait has its own track but is not a subject.
    let subjects = clip.tracks.iter().take(scene.spec.subjects().count());
    let subjects = subjects.map(|track| {
        let points = frames
            .clone()
            .map(|frame| points(track, frame, &cameras[frame], shape.height, shape.width));
        json!({ "radius": track.radius, "key_points": points.collect::<Vec<_>>() })
    });
    let faces = faces(scene, renderer, std::slice::from_ref(&frames));
    json!({
        "spec": scene.spec,
        "speech": scene.speech().map(speech),
        "faces": faces,
        "frames_per_second": shape.frames_per_second,
        "first_frame": frames.start,
        "ids": { "0": "place", "1": "first", "2": "second", "3": "third", "4": "pillar", "5": "rope", "6": "water" },
        "contacts": contacts.collect::<Vec<_>>(),
        "subjects": subjects.collect::<Vec<_>>(),
        "camera": frames.map(|frame| [cameras[frame].pan_x, cameras[frame].pan_y, cameras[frame].zoom]).collect::<Vec<_>>(),
    })
}

/// The face in the given frames; `null` in scenes without a portrait.
pub fn faces(scene: &Scene, renderer: &Renderer, frames: &[Range<usize>]) -> Value {
    let clip = &scene.simulation;
    let Some(play) = &clip.performance else {
        return Value::Null;
    };
    let of_range = |range: &Range<usize>| {
        let points = renderer.face_points(&scene.spec, clip, range.clone());
        let acts = &play.acts[range.clone()];
        let faces = acts.iter().zip(points);
        faces
            .map(|(act, points)| face(act, &points))
            .collect::<Vec<_>>()
    };
    frames.iter().flat_map(of_range).collect()
}

/// The speech: words with their times in the clip.
pub fn speech(speech: &Speech) -> Value {
    let start_s = speech.start_s;
    let words = speech.utterance.words.iter().map(|word| {
        json!({ "text": word.text, "start_s": start_s + word.start_s, "duration_s": word.duration_s })
    });
    json!({
        "text": speech.text,
        "voice": speech.voice,
        "start_s": start_s,
        "duration_s": speech.utterance.duration_s(),
        "words": words.collect::<Vec<_>>(),
    })
}

/// A face in one frame: pose in radians, mouth, lids, and key points in pixels.
fn face(act: &Act, points: &[(&'static str, [f32; 2])]) -> Value {
    let points: serde_json::Map<String, Value> = points
        .iter()
        .map(|(name, at)| (name.to_string(), json!(at)))
        .collect();
    json!({
        "yaw": act.pose.yaw,
        "pitch": act.pose.pitch,
        "roll": act.pose.roll,
        "mouth": act.expression.mouth,
        "blink": act.expression.blink,
        "brow": act.expression.brow,
        "smile": act.expression.smile,
        "key_points": points,
    })
}

/// Key points of a subject in pixels: its centre, and a character's joints.
fn points(track: &Track, frame: usize, camera: &CameraState, height: usize, width: usize) -> Value {
    let half = height as f32 * 0.5;
    let place = |x: f32, y: f32| {
        let (x, y) = camera.project(x, screen_y(y));
        json!([x * half + width as f32 * 0.5, y * half + half])
    };
    let pose = track.poses[frame];
    let mut all = serde_json::Map::new();
    all.insert("centre".into(), place(pose.x, pose.y));
    all.insert("angle".into(), json!(pose.sin.atan2(pose.cos)));
    if let Some(joints) = track.joints.get(frame) {
        for (name, point) in joints.named() {
            all.insert(name.into(), place(point.0, point.1));
        }
    }
    Value::Object(all)
}
