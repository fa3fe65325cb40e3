//! Measures the world on one core: `cargo run --release -p kinora-world --example throughput [clips] [scenes|heads|talk]`.

use std::time::Instant;

use kinora_world::heads::TRAINING_IDS;
use kinora_world::{Kind, Renderer, Scene, SceneSpec, Shape, captions};

fn main() {
    let clips: u64 = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(200);
    let kind = std::env::args().nth(2);
    let kind = kind.map_or(Some(Kind::Scenes), |word| Kind::from_word(&word));
    let kind = kind.expect("kinds are scenes, heads and talk");
    let renderer = Renderer::new(128, 128);
    let (mut motion, mut picture, mut sound, mut words) = (0.0, 0.0, 0.0, 0.0);
    let mut lap = Instant::now();
    let mut stop = |sum: &mut f64| {
        *sum += lap.elapsed().as_secs_f64();
        lap = Instant::now();
    };
    let mut bytes = 0;
    for seed in 0..clips {
        let spec = SceneSpec::of_kind(seed, kind, TRAINING_IDS);
        let scene = Scene::new(spec, Shape::DEFAULT);
        stop(&mut motion);
        bytes += scene.frames(&renderer).len();
        stop(&mut picture);
        bytes += scene.samples().len() + scene.plan().rows().len() + scene.sound_tokens().len();
        stop(&mut sound);
        bytes += captions(&spec, seed).iter().map(String::len).sum::<usize>();
        stop(&mut words);
    }
    let all = motion + picture + sound + words;
    println!(
        "{clips} clips of 128x128x33, {bytes} values: {:.1} clips per second and core",
        clips as f64 / all
    );
    for (name, seconds) in [
        ("motion", motion),
        ("picture", picture),
        ("sound, plan", sound),
        ("captions", words),
    ] {
        println!("{name:12} {:6.2} ms per clip", seconds * 1e3 / clips as f64);
    }
}
