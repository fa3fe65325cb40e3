//! `kinora world`: one scene to a file, contact sheets to judge by, ground truth, or an endless stream for training.

mod gallery;
mod sheets;
mod stream;
mod truth;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::slice::ChunksExact;

use anyhow::{Context, Result, bail, ensure};
use kinora_codec::{ClipFormat, Encoder, PlatformEncoder};
use kinora_sound::SAMPLE_RATE;
use kinora_world::{
    Action, Camera, Colour, Cover, FRAMES_PER_SECOND, Kind, Material, Object, Place, Portrait,
    Renderer, Scene, SceneSpec, Shape, Style, Subject, Time, Weather, captions,
    heads::{HELD_OUT_IDS, TRAINING_IDS},
    language::{captions::vocabulary, prompt_parser::parse, remix_pairs::remix},
};
use serde::de::DeserializeOwned;

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
    #[arg(long, conflicts_with_all = ["output", "sheet", "vocabulary", "truth", "gallery", "from"])]
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
    /// Pixel frames; 4n+1 in a stream.
    #[arg(long, default_value_t = 33)]
    frames: usize,
    /// Pixel frames per second, 8 to 24; a stream has 12.
    #[arg(long, default_value_t = FRAMES_PER_SECOND)]
    fps: u32,
    /// First frame that is written: `--from 33 --frames 33` continues the usual clip.
    #[arg(long, default_value_t = 0)]
    from: usize,
    /// A sentence whose words replace the fields of the seed; what is not in this world is named.
    #[arg(long)]
    prompt: Option<String>,
    /// Change one field, chosen by this seed, and print the instruction that asks for it.
    #[arg(long, conflicts_with = "stream")]
    remix: Option<u64>,
    /// Let each record of the stream be followed by the same scene with one field changed and the instruction that asks for it.
    #[arg(long, requires = "stream")]
    edits: bool,
    /// Write instances, depth, normals, flow, contacts and key points into this folder.
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Write a page with contact sheets and clips of everything in this world into this folder.
    #[arg(long)]
    gallery: Option<PathBuf>,
    /// Kinds of scenes, separated by commas: scenes (the usual world), heads (somebody looks about, seen from near), talk
    /// (somebody says a sentence). Of several kinds each seed has one.
    #[arg(long, value_delimiter = ',', value_parser = kind, default_value = "scenes")]
    kinds: Vec<Kind>,
    /// Add the mouth to the records: opening, width and viseme, four times per latent frame.
    #[arg(long, requires = "stream")]
    mouth: bool,
    /// Add to the JSON of the records what each picked frame of a face shows: pose, mouth, lids and key points; and the
    /// measures of the head.
    #[arg(long, requires = "stream")]
    faces: bool,
    /// Let people appear in turn: each next seed of a portrait has the next person.
    #[arg(long, requires = "stream")]
    in_turn: bool,
    /// Leave the pixels out of the records.
    #[arg(long)]
    no_frames: bool,
    /// Frames of the records that are drawn, separated by commas; all of them if none is named.
    #[arg(long, requires = "stream", value_delimiter = ',')]
    pick: Vec<usize>,
    /// Add to the records the place without its subjects, and each subject in its own frame.
    #[arg(long)]
    layers: bool,
    /// Add to the records of portraits the same person in another clip, in that person's own frame.
    #[arg(long, requires = "stream")]
    reference: bool,
    /// Add the samples of the sound to the records.
    #[arg(long)]
    audio: bool,
    /// Stream held-out scenes too.
    #[arg(long)]
    include_held_out: bool,
    /// Stream held-out scenes only; people in them are those that training never meets.
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
    /// ball, cube, can, cone, ring, egg, star, pyramid, apple, heart, mushroom, cup, bottle, book, duck, car, fish, rocket,
    /// bell, drum, barrel, pumpkin, snowman, gift, bird, person, robot or bear.
    #[arg(long, value_parser = word::<Object>)]
    object: Option<Object>,
    /// red, orange, yellow, green, blue, purple, pink, white, black, brown, turquoise or grey.
    #[arg(long, value_parser = word::<Colour>)]
    colour: Option<Colour>,
    /// rubber, wood, metal, stone, glass, plastic, ice or cloth.
    #[arg(long, value_parser = word::<Material>)]
    material: Option<Material>,
    /// wooden floor, beach, meadow, street, desert, snowfield, forest, kitchen, gym, stage, rooftop or mountain.
    #[arg(long, value_parser = word::<Place>)]
    place: Option<Place>,
    /// realistic, cinematic or animated.
    #[arg(long, value_parser = word::<Style>)]
    style: Option<Style>,
    /// clear, rain, snow or fog; outdoors only.
    #[arg(long, value_parser = word::<Weather>)]
    weather: Option<Weather>,
    /// day, sunset or night.
    #[arg(long, value_parser = word::<Time>)]
    time: Option<Time>,
    /// open, behind or "in front": whether the subject passes a pillar.
    #[arg(long, value_parser = word::<Cover>)]
    cover: Option<Cover>,
    /// static, pan, zoom, "zoom out", tilt, follow or handheld.
    #[arg(long, value_parser = word::<Camera>)]
    camera: Option<Camera>,
    /// bounce, roll, collide, fall, pendulum, stack, topple, throw, catch, walk, run, jump, flip, pour, wave, dance, talk or look.
    #[arg(long, value_parser = word::<Action>)]
    action: Option<Action>,
}

/// Reads a canonical word.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// Reads a kind.
fn kind(text: &str) -> Result<Kind, String> {
    Kind::from_word(text).ok_or_else(|| "kinds are scenes, heads and talk".to_string())
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.frames > 0, "--frames must be 1 or more");
    ensure!((8..=24).contains(&args.fps), "--fps must be 8 to 24");
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
    if let Some(folder) = &args.gallery {
        return gallery::write(folder);
    }
    if args.stream {
        ensure!(
            args.frames % 4 == 1,
            "--frames must be 4n+1 in a stream, for example 33"
        );
        ensure!(
            args.fps == FRAMES_PER_SECOND,
            "a stream has {FRAMES_PER_SECOND} frames per second"
        );
        ensure!(
            args.pick.iter().all(|frame| *frame < args.frames),
            "--pick names a frame after the last"
        );
        return stream::write(args);
    }
    if let Some(path) = &args.sheet {
        return sheets::write_sheet(args, path);
    }
    ensure!(
        args.output.is_some() || args.truth.is_some(),
        "give -o FILE.mp4, --truth DIR, --gallery DIR, --stream, --sheet FILE or --vocabulary"
    );
    write_scene(args)
}

impl Args {
    /// The shape of the whole scene, up to the last frame that is written.
    fn shape(&self) -> Shape {
        Shape {
            width: self.width,
            height: self.height,
            frames: self.from + self.frames,
            frames_per_second: self.fps,
        }
    }

    /// The scene of a seed with the given words and fields in place of its own.
    fn spec(&self, seed: u64) -> Result<SceneSpec> {
        let fields = &self.fields;
        let own = match &self.prompt {
            Some(prompt) => parse(prompt).to_spec(seed),
            None => self.of_kinds(seed),
        };
        let first = Subject {
            object: fields.object.unwrap_or(own.first.object),
            colour: fields.colour.unwrap_or(own.first.colour),
            material: fields.material.unwrap_or(own.first.material),
        };
        let wanted = SceneSpec {
            first,
            place: fields.place.unwrap_or(own.place),
            weather: fields.weather.unwrap_or(own.weather),
            time: fields.time.unwrap_or(own.time),
            style: fields.style.unwrap_or(own.style),
            camera: fields.camera.unwrap_or(own.camera),
            action: fields.action.unwrap_or(own.action),
            cover: fields.cover.unwrap_or(own.cover),
            ..own
        };
        let spec = wanted.fitted();
        self.fields.check(&spec)?;
        Ok(spec)
    }

    /// The scene of a seed, of one of the wanted kinds.
    fn of_kinds(&self, seed: u64) -> SceneSpec {
        let people = if self.only_held_out {
            HELD_OUT_IDS
        } else {
            TRAINING_IDS
        };
        let spec = SceneSpec::of_kind(seed, Kind::of_seed(&self.kinds, seed), people.clone());
        match spec.portrait {
            Some(portrait) if self.in_turn => spec.with_portrait(Portrait {
                head: people.start + seed % (people.end - people.start),
                ..portrait
            }),
            _ => spec,
        }
    }

    /// The scene of a spec; words between quotes in the prompt are said whether or not they are a line of this world.
    fn scene(&self, spec: SceneSpec) -> Result<Scene> {
        let said = self.prompt.as_ref().and_then(|prompt| parse(prompt).said);
        let Some(text) = said.filter(|_| spec.action == Action::Talk) else {
            return Ok(Scene::new(spec, self.shape()));
        };
        let scene = Scene::saying(spec, self.shape(), &text);
        ensure!(
            scene.speech().is_some(),
            "“{text}” cannot be said: voices speak English and French, up to 2,000 letters"
        );
        Ok(scene)
    }

    /// The frames of a record that are drawn.
    fn picked(&self) -> Vec<Range<usize>> {
        match self.pick.is_empty() {
            true => std::iter::once(0..self.frames).collect(),
            false => self.pick.iter().map(|frame| *frame..frame + 1).collect(),
        }
    }

    fn wants(&self, spec: &SceneSpec) -> bool {
        self.include_held_out || spec.is_held_out() == self.only_held_out
    }
}

impl Fields {
    /// Fails where a given field does not fit the others.
    fn check(&self, spec: &SceneSpec) -> Result<()> {
        if let Some(object) = self.object.filter(|object| *object != spec.first.object) {
            bail!("a {} can't {}", object.word(), spec.action.word());
        }
        if let Some(material) = self.material.filter(|it| *it != spec.first.material) {
            bail!(
                "a {} is never made of {}",
                spec.first.object.word(),
                material.word()
            );
        }
        if self.weather.is_some_and(|weather| weather != spec.weather) {
            bail!("there is no weather in a {}", spec.place.word());
        }
        if self.cover.is_some_and(|cover| cover != spec.cover) {
            bail!("nothing passes a pillar in {}", spec.action.word());
        }
        Ok(())
    }
}

/// Writes one scene, as an MP4 or into a folder, and its ground truth if asked for, and says what it shows.
fn write_scene(args: &Args) -> Result<()> {
    let mut spec = args.spec(args.seed)?;
    for unknown in args.prompt.iter().flat_map(|prompt| parse(prompt).unknown) {
        match unknown.used {
            Some(used) => eprintln!("{} is not in this world; used: {used}", unknown.word),
            None => eprintln!("{} is not in this world", unknown.word),
        }
    }
    if let Some(seed) = args.remix {
        let remix = remix(&spec, seed);
        eprintln!("{}", remix.instruction);
        spec = remix.after;
    }
    let shape = args.shape();
    let scene = args.scene(spec)?;
    warn_if_cut(&scene);
    let renderer = Renderer::new(args.width, args.height);
    let range = args.from..args.from + args.frames;
    if let Some(folder) = &args.truth {
        truth::write(folder, &scene, &renderer, range.clone())?;
    }
    if let Some(output) = &args.output {
        let frames = scene.frames_in(&renderer, range);
        let frames = frames.chunks_exact(args.width * args.height * 3);
        let samples = scene.samples();
        let start = (args.from * SAMPLE_RATE as usize / args.fps as usize).min(samples.len());
        let length = args.frames * SAMPLE_RATE as usize / args.fps as usize;
        let samples = &samples[start..samples.len().min(start + length)];
        if output
            .extension()
            .is_some_and(|extension| extension == "mp4")
        {
            let mp4 = pollster::block_on(encode(shape, frames, samples))?;
            std::fs::write(output, mp4)
                .with_context(|| format!("cannot write {}", output.display()))?;
        } else {
            write_folder(args, output, frames, samples)?;
        }
    }
    let mut caption = captions(&spec, args.seed).swap_remove(0);
    let line = spec.portrait.and_then(|portrait| portrait.line);
    if let (Some(line), Some(speech)) = (line, scene.speech()) {
        caption = caption.replace(line.text(), &speech.text);
    }
    println!("{caption}");
    Ok(())
}

/// Says so where what is said lasts longer than the clip.
fn warn_if_cut(scene: &Scene) {
    let Some(speech) = scene.speech() else {
        return;
    };
    let end_s = speech.start_s + speech.utterance.duration_s();
    let frames = (end_s * scene.shape.frames_per_second as f32).ceil() as usize;
    if frames > scene.shape.frames {
        eprintln!(
            "the clip is too short for “{}”: its end is cut; try --frames {frames}",
            speech.text
        );
    }
}

/// An MP4 without a recipe: no model made it.
async fn encode(shape: Shape, frames: ChunksExact<'_, u8>, samples: &[f32]) -> Result<Vec<u8>> {
    let mut encoder = PlatformEncoder::open(ClipFormat {
        width: shape.width as u32,
        height: shape.height as u32,
        fps: shape.frames_per_second,
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
        sheets::write_png(&path, args.width, args.height, frame)?;
    }
    let wav = kinora_sound::wav::to_bytes(samples, SAMPLE_RATE);
    Ok(std::fs::write(folder.join("sound.wav"), wav)?)
}
