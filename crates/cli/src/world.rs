//! `kinora world`: one scene to a file, a contact sheet to judge by, or an endless stream for training.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::slice::ChunksExact;

use anyhow::{Context, Result, ensure};
use kinora_codec::{ClipFormat, Encoder, PlatformEncoder};
use kinora_sound::SAMPLE_RATE;
use kinora_world::{
    Action, Camera, Colour, FRAMES_PER_SECOND, Material, Object, Place, Renderer, Scene, SceneSpec,
    Shape, Style, Subject, captions, captions::vocabulary,
};
use rayon::prelude::*;
use serde::de::DeserializeOwned;

/// First four bytes of a record in the stream, little endian.
const MAGIC: u32 = 0x4B57_5331;

/// Arguments of `kinora world`.
#[derive(clap::Args)]
pub struct Args {
    /// Seed of the scene.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Fields that replace those of the seed.
    #[command(flatten)]
    fields: Fields,
    /// An MP4, or a folder for the frames (PNG) and the sound (WAV) of the scene.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Write training records to standard output.
    #[arg(long, conflicts_with_all = ["output", "sheet", "vocabulary"])]
    stream: bool,
    /// First seed of the stream.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// Number of seeds to look at.
    #[arg(long, default_value_t = 1)]
    count: u64,
    /// Frame width in pixels.
    #[arg(long, default_value_t = 128)]
    width: usize,
    /// Frame height in pixels.
    #[arg(long, default_value_t = 128)]
    height: usize,
    /// Pixel frames, 4n+1.
    #[arg(long, default_value_t = 33)]
    frames: usize,
    /// Leave the pixels out of the records.
    #[arg(long)]
    no_frames: bool,
    /// Add the samples of the sound to the records.
    #[arg(long)]
    audio: bool,
    /// Stream held-out scenes too.
    #[arg(long)]
    include_held_out: bool,
    /// Stream held-out scenes only.
    #[arg(long, conflicts_with = "include_held_out")]
    only_held_out: bool,
    /// Threads of the stream.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Draw a contact sheet of `count` seeds from `start` into this PNG.
    #[arg(long)]
    sheet: Option<PathBuf>,
    /// Print every word that captions can hold.
    #[arg(long)]
    vocabulary: bool,
}

/// A scene from fields: each is a canonical word, such as `--object ball --place "wooden floor"`.
#[derive(clap::Args)]
struct Fields {
    /// ball, cube, can, cone, ring, egg, star or pyramid.
    #[arg(long, value_parser = word::<Object>)]
    object: Option<Object>,
    /// red, orange, yellow, green, blue, purple, pink or white.
    #[arg(long, value_parser = word::<Colour>)]
    colour: Option<Colour>,
    /// rubber, wood, metal or stone.
    #[arg(long, value_parser = word::<Material>)]
    material: Option<Material>,
    /// wooden floor, beach, meadow or street.
    #[arg(long, value_parser = word::<Place>)]
    place: Option<Place>,
    /// realistic, cinematic or animated.
    #[arg(long, value_parser = word::<Style>)]
    style: Option<Style>,
    /// static, pan or zoom.
    #[arg(long, value_parser = word::<Camera>)]
    camera: Option<Camera>,
    /// bounce, roll, collide, fall or pendulum.
    #[arg(long, value_parser = word::<Action>)]
    action: Option<Action>,
}

/// Reads a canonical word.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    ensure!(
        args.frames % 4 == 1,
        "--frames must be 4n+1, for example 33"
    );
    ensure!(
        (16..=4096).contains(&args.width),
        "--width must be 16 to 4096"
    );
    ensure!(
        (16..=4096).contains(&args.height),
        "--height must be 16 to 4096"
    );
    if args.vocabulary {
        vocabulary().iter().for_each(|word| println!("{word}"));
        return Ok(());
    }
    if args.stream {
        return stream(args);
    }
    if let Some(path) = &args.sheet {
        return sheet(args, path);
    }
    let output = args
        .output
        .as_deref()
        .context("give -o FILE.mp4, --stream, --sheet FILE or --vocabulary")?;
    write_scene(args, output)
}

impl Args {
    fn shape(&self) -> Shape {
        Shape {
            width: self.width,
            height: self.height,
            frames: self.frames,
        }
    }

    /// The scene of a seed with the given fields in place of its own.
    fn spec(&self, seed: u64) -> SceneSpec {
        let (own, fields) = (SceneSpec::from_seed(seed), &self.fields);
        let first = Subject {
            object: fields.object.unwrap_or(own.first.object),
            colour: fields.colour.unwrap_or(own.first.colour),
            material: fields.material.unwrap_or(own.first.material),
        };
        let action = fields.action.unwrap_or(own.action);
        let mut spec = SceneSpec::new(first, action, fields.place.unwrap_or(own.place))
            .with_seed(seed)
            .with_style(fields.style.unwrap_or(own.style))
            .with_camera(fields.camera.unwrap_or(own.camera));
        if action == Action::Collide && own.second.is_some() {
            spec.second = own.second;
        }
        spec
    }

    fn wants(&self, spec: &SceneSpec) -> bool {
        self.include_held_out || spec.is_held_out() == self.only_held_out
    }
}

/// Writes records in order of seed until the reader closes the pipe.
fn stream(args: &Args) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.max(1))
        .build()?;
    let renderer = Renderer::new(args.width, args.height);
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
                .filter(|spec| args.wants(spec));
            specs
                .map(|spec| record(args, &renderer, spec))
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

/// One record: magic, length of the JSON, JSON, frames, plan, sound tokens, samples.
fn record(args: &Args, renderer: &Renderer, spec: SceneSpec) -> Result<Vec<u8>> {
    let scene = Scene::new(spec, args.shape());
    let header = serde_json::to_vec(&serde_json::json!({
        "seed": spec.seed,
        "spec": spec,
        "captions": captions(&spec, spec.seed),
        "frames": args.frames,
        "width": args.width,
        "height": args.height,
        "T": (args.frames - 1) / 4 + 1,
    }))?;
    let mut out =
        Vec::with_capacity(header.len() + args.frames * args.width * args.height * 3 + 65_536);
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.extend_from_slice(&(header.len() as u32).to_le_bytes());
    out.extend_from_slice(&header);
    if !args.no_frames {
        out.extend_from_slice(&scene.frames(renderer));
    }
    push_floats(&mut out, &scene.plan());
    push_floats(&mut out, &scene.sound_tokens());
    if args.audio {
        push_floats(&mut out, &scene.samples());
    }
    Ok(out)
}

fn push_floats(out: &mut Vec<u8>, values: &[f32]) {
    values
        .iter()
        .for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
}

/// Writes one scene, as an MP4 or into a folder, and says what it shows.
fn write_scene(args: &Args, output: &Path) -> Result<()> {
    let spec = args.spec(args.seed);
    let scene = Scene::new(spec, args.shape());
    let frames = scene.frames(&Renderer::new(args.width, args.height));
    let frames = frames.chunks_exact(args.width * args.height * 3);
    if output
        .extension()
        .is_some_and(|extension| extension == "mp4")
    {
        let mp4 = pollster::block_on(encode(args.shape(), frames, &scene.samples()))?;
        std::fs::write(output, mp4)
            .with_context(|| format!("cannot write {}", output.display()))?;
    } else {
        write_folder(args, output, frames, &scene.samples())?;
    }
    println!("{}", captions(&spec, args.seed)[0]);
    Ok(())
}

/// An MP4 without a recipe: no model made it.
async fn encode(shape: Shape, frames: ChunksExact<'_, u8>, samples: &[f32]) -> Result<Vec<u8>> {
    let mut encoder = PlatformEncoder::open(ClipFormat {
        width: shape.width as u32,
        height: shape.height as u32,
        fps: FRAMES_PER_SECOND,
        sample_rate: SAMPLE_RATE,
    })
    .await?;
    for frame in frames {
        encoder.push_frame(frame).await?;
    }
    encoder.push_audio(samples).await?;
    Ok(encoder.finish(None).await?)
}

/// Writes `frame_00.png` … and `sound.wav`.
fn write_folder(
    args: &Args,
    folder: &Path,
    frames: ChunksExact<'_, u8>,
    samples: &[f32],
) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (index, frame) in frames.enumerate() {
        let path = folder.join(format!("frame_{index:02}.png"));
        write_png(&path, args.width, args.height, frame)?;
    }
    let wav = kinora_sound::wav::to_bytes(samples, SAMPLE_RATE);
    Ok(std::fs::write(folder.join("sound.wav"), wav)?)
}

/// Eight frames of each seed, one seed per row, with the captions on standard output.
fn sheet(args: &Args, path: &Path) -> Result<()> {
    const SHOWN: usize = 8;
    let renderer = Renderer::new(args.width, args.height);
    let (row_bytes, rows) = (SHOWN * args.width * 3, args.count as usize * args.height);
    let mut picture = vec![0; row_bytes * rows];
    for (line, seed) in (args.start..args.start + args.count).enumerate() {
        let spec = args.spec(seed);
        let frames = Scene::new(spec, args.shape()).frames(&renderer);
        for column in 0..SHOWN {
            let frame = column * (args.frames - 1) / (SHOWN - 1);
            for y in 0..args.height {
                let from = ((frame * args.height) + y) * args.width * 3;
                let to = (line * args.height + y) * row_bytes + column * args.width * 3;
                picture[to..to + args.width * 3]
                    .copy_from_slice(&frames[from..from + args.width * 3]);
            }
        }
        println!(
            "{seed}: {}, {} camera",
            captions(&spec, seed)[0],
            spec.camera.word()
        );
    }
    write_png(path, SHOWN * args.width, rows, &picture)
}

fn write_png(path: &Path, width: usize, height: usize, rgb: &[u8]) -> Result<()> {
    let file =
        std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(rgb)?;
    Ok(())
}
