//! `kinora world --stream`: records for training on standard output, in order of seed, whatever the number of threads.

use std::io::{BufWriter, ErrorKind, Write};

use anyhow::Result;
use kinora_sound::SAMPLE_RATE;
use kinora_world::{
    FRAMES_PER_SECOND, GRAVITY, GROUND_Y, LAYER_SIZE, MOUTH_SUBFRAME, Profile, REFERENCE_FRAME,
    Renderer, Scene, SceneSpec, bounce_restitution, captions, language::remix_pairs::remix,
    reference, revised,
};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::Args;
use crate::record::RecordWriter;

/// Values of a pixel of the ground and of a layer.
const RGBA: usize = 4;

/// Writes records in order of seed until the reader closes the pipe.
pub fn write(args: &Args) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.max(1))
        .build()?;
    let renderers = Renderers {
        clip: Renderer::new(args.width, args.height),
        reference: Renderer::new(REFERENCE_FRAME, REFERENCE_FRAME),
    };
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let end = args.start.saturating_add(args.count);
    let chunk = args.threads.max(1) as u64 * 8;
    let mut next = args.start;
    while next < end {
        let seeds = next..end.min(next + chunk);
        next = seeds.end;
        let records: Vec<Vec<u8>> = pool.install(|| {
            let specs = seeds
                .into_par_iter()
                .map(|seed| args.spec(seed))
                .filter(|spec| spec.as_ref().map_or(true, |spec| args.wants(spec)));
            specs
                .map(|spec| records(args, &renderers, spec?))
                .collect::<Result<_>>()
        })?;
        for bytes in records {
            match out.write_all(&bytes) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                result => result?,
            }
        }
    }
    match out.flush() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// One renderer per size, shared by all threads with its cache of backgrounds.
struct Renderers {
    clip: Renderer,
    reference: Renderer,
}

/// The record of a scene, and that of its edit if edits are wanted.
fn records(args: &Args, renderers: &Renderers, spec: SceneSpec) -> Result<Vec<u8>> {
    let mut out = record(args, renderers, spec, None)?;
    if args.edits {
        let remix = remix(&spec, spec.seed);
        out.append(&mut record(
            args,
            renderers,
            remix.after,
            Some(&remix.instruction),
        )?);
    }
    Ok(out)
}

/// One record: frames, layers, reference, plan, sound tokens, samples, mouth; frames, layers, reference, samples and mouth
/// only if wanted.
fn record(
    args: &Args,
    renderers: &Renderers,
    spec: SceneSpec,
    instruction: Option<&str>,
) -> Result<Vec<u8>> {
    let scene = args.scene(spec)?;
    let latent_frames = (args.frames - 1) / 4 + 1;
    let subjects = scene.simulation.tracks.len();
    let mut header = json!({
        "seed": spec.seed,
        "spec": spec,
        "captions": captions(&spec, spec.seed),
        "revised": [revised(&spec, 0), revised(&spec, 1)],
        "frames": args.frames,
        "width": args.width,
        "height": args.height,
        "T": latent_frames,
        "fps": FRAMES_PER_SECOND,
        "sample_rate": SAMPLE_RATE,
        "subjects": subjects,
        "layer_size": LAYER_SIZE,
        "laws": laws(&scene),
    });
    if let Some(instruction) = instruction {
        header["instruction"] = instruction.into();
    }
    if let Some(speech) = scene.speech() {
        header["speech"] = super::truth::speech(speech);
    }
    let reference = args
        .reference
        .then(|| reference(&spec, &renderers.reference))
        .flatten();
    header["reference"] = reference.is_some().into();
    if args.mouth {
        header["mouth"] = MOUTH_SUBFRAME.into();
    }
    if args.faces {
        header["faces"] = super::truth::faces(&scene, &renderers.clip, &args.picked());
        header["genes"] = spec
            .portrait
            .map(|portrait| portrait.head().genes.units())
            .into();
    }
    let capacity = args.frames * args.width * args.height * 3 + 65_536;
    let mut out = RecordWriter::new(header, capacity);
    let size = [args.height, args.width];
    if !args.no_frames {
        let picked = args.picked();
        let count = picked.iter().map(ExactSizeIterator::len).sum();
        let frames = picked.into_iter();
        let frames = frames.map(|frames| scene.frames_in(&renderers.clip, frames));
        let frames: Vec<Vec<u8>> = frames.collect();
        let shape = [count, size[0], size[1], 3];
        out.bytes("frames", &shape, &frames.concat());
    }
    if args.layers {
        let layers = scene.layers_in(&renderers.clip, 0..args.frames);
        let background = [args.frames, size[0], size[1], RGBA];
        out.bytes("background", &background, &layers.ground);
        let shape = [args.frames, subjects, LAYER_SIZE, LAYER_SIZE, RGBA];
        out.bytes("layers", &shape, &layers.subjects);
    }
    if let Some(reference) = reference {
        let shape = [LAYER_SIZE, LAYER_SIZE, RGBA];
        out.bytes("reference", &shape, &reference);
    }
    let rows = |values: &[f32]| [latent_frames, values.len() / latent_frames];
    let plan = scene.plan().into_rows();
    out.floats("plan", &rows(&plan), &plan);
    let tokens = scene.sound_tokens();
    out.floats("sound_tokens", &rows(&tokens), &tokens);
    if args.audio {
        let samples = scene.samples();
        out.floats("samples", &[samples.len()], &samples);
    }
    if args.mouth {
        let mouth = scene.mouth();
        out.floats("mouth", &rows(&mouth), &mouth);
    }
    out.finish()
}

/// The constants that the motion of a scene obeys, in screen units (half the image height) and seconds; the evaluation
/// measures clips against them. `round` says per subject whether its outline is a circle in the plane of action.
fn laws(scene: &Scene) -> Value {
    let round = scene.simulation.tracks.iter();
    let round: Vec<bool> = round
        .map(|track| matches!(track.profile, Profile::Circle(_)))
        .collect();
    let anchor = scene.simulation.rope;
    json!({
        "gravity": GRAVITY,
        "ground_y": GROUND_Y,
        "bounce_restitution": bounce_restitution(scene.spec.first.material, scene.spec.place),
        "rope_anchor": anchor.map(|[x, height]| [x, GROUND_Y - height]),
        "round": round,
    })
}
