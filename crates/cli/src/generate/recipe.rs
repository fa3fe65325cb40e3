//! The arguments of `kinora generate` → a recipe: from a sentence, a link, or the clip of a file.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use kinora_contract::manifest::Limits;
use kinora_contract::{Manifest, ModelRef, Parent, PictureUse, Recipe, Source, SourceRole};
use kinora_model::SamplerDefaults;

use super::Args;
use super::pictures;

/// The recipe that the arguments ask for; its prompt is not read yet.
pub fn of(args: &Args, manifest: &Manifest, defaults: SamplerDefaults) -> Result<Recipe> {
    if let Some(link) = &args.recipe {
        return of_link(link);
    }
    let (loaded, limits) = (manifest.model_ref(), &manifest.limits);
    let mut recipe = match (&args.remix, &args.go_on) {
        (Some(file), _) => clip_as(SourceRole::Remix, file, (&loaded, limits))?,
        (None, Some(file)) => clip_as(SourceRole::Extend, file, (&loaded, limits))?,
        (None, None) => fresh(manifest, defaults),
    };
    set(&mut recipe.prompt, args.prompt.clone());
    set(&mut recipe.seed, args.seed);
    set(
        &mut recipe.frames,
        args.seconds.map(|s| frames(s, limits)).transpose()?,
    );
    set(&mut recipe.steps, args.steps);
    set(&mut recipe.guidance_scale, args.guidance);
    if let Some(size) = args.size {
        (recipe.width, recipe.height) = size;
    }
    recipe.style = args.style.or(recipe.style);
    recipe.camera = args.camera.or(recipe.camera);
    for (used, file) in [
        (PictureUse::Place, &args.picture),
        (PictureUse::Subject, &args.cut_out),
        (PictureUse::Head, &args.face),
    ] {
        if let Some(file) = file {
            recipe.sources.retain(|known| !known.is_used_as(used));
            recipe.sources.push(pictures::source(used, file)?);
        }
    }
    if let Some(file) = &args.go_on {
        check_longer(&recipe, file, limits)?;
    }
    recipe.scene = None;
    recipe.validate()?;
    Ok(recipe)
}

/// Reads the recipe of a link or of its part after `#`.
pub fn of_link(link: &str) -> Result<Recipe> {
    let fragment = link.rsplit('#').next().unwrap_or(link);
    Ok(Recipe::from_link_fragment(fragment)?)
}

/// Makes a recipe without a prompt, with the defaults of the model.
pub fn fresh(manifest: &Manifest, defaults: SamplerDefaults) -> Recipe {
    Recipe {
        steps: defaults.steps,
        guidance_scale: defaults.guidance_scale,
        ..manifest.recipe("", 0)
    }
}

/// Returns the frames of a clip of this length.
fn frames(seconds: f32, limits: &Limits) -> Result<u32> {
    let longest = limits.max_seconds();
    ensure!(
        seconds > 0.0 && seconds <= longest,
        "a clip lasts up to {longest:.1} seconds"
    );
    Ok(limits.frames_for_seconds(seconds))
}

/// A recipe like that of a clip file, with the clip as its source.
fn clip_as(role: SourceRole, file: &Path, (model, limits): (&ModelRef, &Limits)) -> Result<Recipe> {
    let name = file.display();
    let mp4 = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
    let clip = kinora_codec::read_recipe(&mp4).with_context(|| format!("no recipe in {name}"))?;
    let clip = clip.with_context(|| {
        format!("there is no recipe in {name}; it takes an MP4 that Kinora made")
    })?;
    ensure!(
        clip.model.hash == model.hash,
        "{name} was made with the model {}, and {} is loaded here: its pictures cannot be drawn again (choose a model with --model)",
        named(&clip.model),
        named(model),
    );
    let hash = blake3::hash(&mp4).to_hex().to_string();
    Ok(derived(role, clip, hash, limits))
}

/// Makes a recipe like that of a clip, with the clip as its source; `hash` identifies the clip's file.
pub fn derived(role: SourceRole, clip: Recipe, hash: String, limits: &Limits) -> Recipe {
    let source = Source::of_clip(role, hash.clone(), &clip);
    let mut recipe = clip.with_parent(&Parent { hash, clip: None });
    // Reference images travel in the recipe of the source.
    let pictures = recipe.sources.iter().filter(|source| source.is_picture());
    let pictures: Vec<_> = pictures.map(Source::without_jpeg).collect();
    recipe.sources = vec![source];
    recipe.sources.extend(pictures);
    if role == SourceRole::Extend {
        let longer = limits.extended_frames(recipe.frames);
        recipe.frames = longer.unwrap_or(recipe.frames);
    }
    recipe
}

fn check_longer(recipe: &Recipe, file: &Path, limits: &Limits) -> Result<()> {
    let clip = recipe.sources.first().map(Source::recipe).transpose()?;
    let frames = clip.flatten().map_or(0, |clip| clip.frames);
    let seconds = |frames: u32| frames as f32 / limits.fps as f32;
    ensure!(
        frames < limits.max_frames,
        "{} lasts {:.2} s already, and no clip is longer",
        file.display(),
        seconds(frames),
    );
    ensure!(
        recipe.frames > frames,
        "{} lasts {:.2} s; to go on, the new clip must be longer (--seconds up to 8)",
        file.display(),
        seconds(frames),
    );
    Ok(())
}

fn named(model: &ModelRef) -> String {
    format!("{} {}", model.id, &model.hash[..model.hash.len().min(8)])
}

/// Replaces a field if there is a value for it.
pub fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser;
    use kinora_contract::clip_file::RECIPE_UUID;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    const DEFAULTS: SamplerDefaults = SamplerDefaults {
        steps: 4,
        guidance_scale: 2.0,
    };

    /// The manifest of the shipped model, with other weights.
    fn manifest() -> Manifest {
        let json = include_str!("../../../../models/starter/model.json");
        let mut manifest: Manifest = serde_json::from_str(json).unwrap();
        let weights = manifest.weights.clone();
        let mut files = manifest.files.iter_mut();
        let file = files.find(|file| file.name == weights).unwrap();
        file.blake3 = model(b"a").hash;
        manifest
    }

    fn model(weights: &[u8]) -> ModelRef {
        ModelRef::of_weights("starter", weights)
    }

    fn clip() -> Recipe {
        let mut clip = Recipe::new(model(b"a"), "a red ball bounces", 5);
        (clip.width, clip.height, clip.steps) = (160, 96, 3);
        clip
    }

    /// A file that begins like a clip with this recipe; the path differs by name.
    fn file(name: &str, recipe: Option<&Recipe>) -> PathBuf {
        let mut mp4 = Vec::new();
        let mut add = |kind: &[u8; 4], content: &[u8]| {
            mp4.extend((content.len() as u32 + 8).to_be_bytes());
            mp4.extend(kind);
            mp4.extend(content);
        };
        add(b"ftyp", b"isom\0\0\0\0");
        if let Some(recipe) = recipe {
            add(b"uuid", &[&RECIPE_UUID[..], &recipe.to_bytes()].concat());
        }
        let path = std::env::temp_dir().join(format!("kinora-{}-{name}.mp4", std::process::id()));
        std::fs::write(&path, mp4).unwrap();
        path
    }

    fn read(line: &[&str]) -> Result<Recipe> {
        let line = ["generate", "-o", "out.mp4"].iter().chain(line);
        of(&Line::try_parse_from(line)?.args, &manifest(), DEFAULTS)
    }

    fn refusal(line: &[&str]) -> String {
        format!("{:#}", read(line).unwrap_err())
    }

    #[test]
    fn a_sentence_has_the_models_own_settings() {
        let recipe = read(&["a ball", "--seconds", "8"]).unwrap();
        assert_eq!((recipe.steps, recipe.seed, recipe.frames), (4, 0, 97));
        assert!(refusal(&["a ball", "--seconds", "20"]).contains("up to 8.1 seconds"));
        assert!(read(&[]).is_err());
    }

    #[test]
    fn a_remix_keeps_the_settings_of_its_clip() {
        let path = file("remix", Some(&clip()));
        let line = ["--remix", path.to_str().unwrap(), "a blue ball bounces"];
        let remix = read(&line).unwrap();
        assert_eq!((remix.seed, remix.steps, remix.width), (5, 3, 160));
        assert_eq!(remix.prompt, "a blue ball bounces");
        let [source] = &remix.sources[..] else {
            panic!("one source")
        };
        assert_eq!(source.role, SourceRole::Remix);
        assert_eq!(source.recipe().unwrap(), Some(clip()));
        assert_eq!(remix.parent().unwrap().unwrap().hash, source.hash);
    }

    #[test]
    fn a_clip_goes_on_for_longer_than_it_lasts() {
        let path = file("go-on", Some(&clip()));
        let path = path.to_str().unwrap();
        let longer = read(&["--go-on", path, "it stops", "--seconds", "5"]).unwrap();
        assert_eq!(
            (longer.frames, longer.sources[0].role),
            (61, SourceRole::Extend)
        );
        assert_eq!(read(&["--go-on", path]).unwrap().frames, 61);
        assert!(refusal(&["--go-on", path, "--seconds", "2"]).contains("must be longer"));
        let mut longest = clip();
        longest.frames = manifest().limits.max_frames;
        let path = file("longest", Some(&longest));
        assert!(refusal(&["--go-on", path.to_str().unwrap()]).contains("no clip is longer"));
    }

    #[test]
    fn what_cannot_be_drawn_again_is_refused() {
        let none = file("none", None);
        assert!(
            refusal(&["--remix", none.to_str().unwrap(), "x"]).contains("there is no recipe in")
        );
        assert!(refusal(&["--remix", "/nowhere.mp4", "x"]).contains("cannot be read"));
        let mut other = clip();
        other.model = model(b"b");
        let other = file("other", Some(&other));
        let told = refusal(&["--remix", other.to_str().unwrap(), "x"]);
        assert!(told.contains("was made with the model starter"), "{told}");
    }
}
