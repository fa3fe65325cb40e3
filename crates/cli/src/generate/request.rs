//! A line of a request stream → a recipe.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use kinora_contract::{Camera, Manifest, PictureUse, Recipe, SourceRole, Style};
use kinora_model::SamplerDefaults;
use serde::Deserialize;

use super::{pictures, recipe, scene};

/// One clip to generate. Fields that are left out have the defaults of `kinora generate`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// The prompt.
    prompt: Option<String>,
    /// A recipe link, or its part after `#`, in place of everything else.
    recipe: Option<String>,
    /// Seed of the noise.
    seed: Option<u64>,
    /// Width and height in pixels.
    size: Option<[u32; 2]>,
    /// Pixel frames, 4n+1.
    frames: Option<u32>,
    /// Denoising steps.
    steps: Option<u32>,
    /// Scale of the classifier-free guidance.
    guidance: Option<f32>,
    /// Style, whatever the prompt says.
    style: Option<Style>,
    /// Camera move, whatever the prompt says.
    camera: Option<Camera>,
    /// Remix the clip of this request.
    remix: Option<Box<Request>>,
    /// Extend the clip of this request.
    extend: Option<Box<Request>>,
    /// Image file that is the background.
    picture: Option<PathBuf>,
    /// Image file with a transparent background that is the first subject.
    cut_out: Option<PathBuf>,
    /// Image file of a head with a transparent background.
    face: Option<PathBuf>,
    /// Let the model's text encoder read the prompt instead of the reader.
    unread: bool,
    /// Stop after reading the prompt; the record has no arrays.
    pub reading_only: bool,
}

impl Request {
    /// Parses a line: a JSON object, or a prompt as it is.
    pub fn of_line(line: &str) -> Result<Self> {
        if line.trim_start().starts_with('{') {
            return serde_json::from_str(line).with_context(|| format!("no request: {line}"));
        }
        Ok(Self {
            prompt: Some(line.to_owned()),
            ..Self::default()
        })
    }

    /// The recipe of the request, validated. `things` is the hash of the library of things.
    pub fn recipe(
        &self,
        manifest: &Manifest,
        defaults: SamplerDefaults,
        things: Option<&str>,
    ) -> Result<Recipe> {
        if let Some(link) = &self.recipe {
            return recipe::of_link(link);
        }
        let mut made = match (&self.remix, &self.extend) {
            (Some(_), Some(_)) => bail!("a clip is a remix or an extension, not both"),
            (Some(clip), None) => derived(SourceRole::Remix, clip, (manifest, defaults), things)?,
            (None, Some(clip)) => derived(SourceRole::Extend, clip, (manifest, defaults), things)?,
            (None, None) => recipe::fresh(manifest, defaults),
        };
        recipe::set(&mut made.prompt, self.prompt.clone());
        recipe::set(&mut made.seed, self.seed);
        recipe::set(&mut made.frames, self.frames);
        recipe::set(&mut made.steps, self.steps);
        recipe::set(&mut made.guidance_scale, self.guidance);
        if let Some([width, height]) = self.size {
            (made.width, made.height) = (width, height);
        }
        made.style = self.style.or(made.style);
        made.camera = self.camera.or(made.camera);
        for (used, file) in [
            (PictureUse::Place, &self.picture),
            (PictureUse::Subject, &self.cut_out),
            (PictureUse::Head, &self.face),
        ] {
            if let Some(file) = file {
                made.sources.retain(|known| !known.is_used_as(used));
                made.sources.push(pictures::source(used, file)?);
            }
        }
        made.scene = None;
        if !self.unread {
            scene::read_into(&mut made, &manifest.family, things);
        }
        made.validate()?;
        manifest.limits.check(&made)?;
        Ok(made)
    }
}

/// A recipe with the clip of a request as its source. No file of that clip exists: the hash of its recipe stands for it.
fn derived(
    role: SourceRole,
    clip: &Request,
    (manifest, defaults): (&Manifest, SamplerDefaults),
    things: Option<&str>,
) -> Result<Recipe> {
    let clip = clip.recipe(manifest, defaults, things)?;
    let hash = clip.hash();
    Ok(recipe::derived(role, clip, hash, &manifest.limits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(line: &str) -> Result<Recipe> {
        let manifest = include_str!("../../../../models/starter/model.json");
        let manifest: Manifest = serde_json::from_str(manifest)?;
        let defaults = SamplerDefaults {
            steps: 4,
            guidance_scale: 2.0,
        };
        Request::of_line(line)?.recipe(&manifest, defaults, None)
    }

    #[test]
    fn a_line_is_a_prompt_or_an_object() {
        let plain = recipe("a red ball bounces").unwrap();
        assert_eq!(
            (plain.prompt.as_str(), plain.steps),
            ("a red ball bounces", 4)
        );
        let line = r#"{"prompt": "a ball", "seed": 9, "size": [160, 96], "frames": 61, "style": "animated", "steps": 2}"#;
        let set = recipe(line).unwrap();
        assert_eq!((set.width, set.height, set.frames), (160, 96, 61));
        assert_eq!(
            (set.seed, set.steps, set.style),
            (9, 2, Some(Style::Animated))
        );
        for bad in [
            r#"{"promt": "a ball"}"#,
            r#"{"seed": 1}"#,
            r#"{"prompt": "a", "frames": 6}"#,
        ] {
            assert!(recipe(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_remix_has_the_recipe_of_its_source() {
        let line = r#"{"prompt": "a blue ball", "remix": {"prompt": "a red ball", "seed": 5}}"#;
        let remix = recipe(line).unwrap();
        assert_eq!((remix.prompt.as_str(), remix.seed), ("a blue ball", 5));
        let source = remix.sources[0].recipe().unwrap().unwrap();
        assert_eq!(source.prompt, "a red ball");
        assert_eq!(remix.sources[0].hash, source.hash());
        let extended = recipe(r#"{"prompt": "it stops", "extend": {"prompt": "a ball"}}"#).unwrap();
        assert_eq!(extended.frames, 61);
        assert_eq!(extended.sources[0].role, SourceRole::Extend);
    }
}
