//! `kinora world --stream`: records for training on standard output, in order of seed, whatever the number of threads.

use std::io::{BufWriter, ErrorKind, Write};

use anyhow::Result;
use kinora_world::{
    LAYER_SIZE, MOUTH_SUBFRAME, REFERENCE_FRAME, Renderer, SceneSpec, captions,
    language::remix_pairs::remix, reference, revised,
};
use rayon::prelude::*;

use super::Args;

/// First four bytes of a record, little endian.
const MAGIC: u32 = 0x4B57_5331;

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

/// One record: magic, length of the JSON, JSON, frames, layers, reference, plan, sound tokens, samples, mouth; frames, layers,
/// reference, samples and mouth only if wanted.
fn record(
    args: &Args,
    renderers: &Renderers,
    spec: SceneSpec,
    instruction: Option<&str>,
) -> Result<Vec<u8>> {
    let scene = args.scene(spec)?;
    let mut header = serde_json::json!({
        "seed": spec.seed,
        "spec": spec,
        "captions": captions(&spec, spec.seed),
        "revised": [revised(&spec, 0), revised(&spec, 1)],
        "frames": args.frames,
        "width": args.width,
        "height": args.height,
        "T": (args.frames - 1) / 4 + 1,
        "subjects": scene.simulation.tracks.len(),
        "layer_size": LAYER_SIZE,
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
    let header = serde_json::to_vec(&header)?;
    let mut out =
        Vec::with_capacity(header.len() + args.frames * args.width * args.height * 3 + 65_536);
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.extend_from_slice(&(header.len() as u32).to_le_bytes());
    out.extend_from_slice(&header);
    if !args.no_frames {
        for frames in args.picked() {
            out.extend_from_slice(&scene.frames_in(&renderers.clip, frames));
        }
    }
    if args.layers {
        let layers = scene.layers_in(&renderers.clip, 0..args.frames);
        out.extend_from_slice(&layers.ground);
        out.extend_from_slice(&layers.subjects);
    }
    out.extend_from_slice(&reference.unwrap_or_default());
    push_floats(&mut out, scene.plan().rows());
    push_floats(&mut out, &scene.sound_tokens());
    if args.audio {
        push_floats(&mut out, &scene.samples());
    }
    if args.mouth {
        push_floats(&mut out, &scene.mouth());
    }
    Ok(out)
}

fn push_floats(out: &mut Vec<u8>, values: &[f32]) {
    values
        .iter()
        .for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
}
