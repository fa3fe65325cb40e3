//! The manifest of a model: its files with hashes, its family, its licence, and the limits of the clips that it makes.
//!
//! A manifest is the file `model.json` beside the weights. `docs/formats.md` describes it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::recipe::{MAX_FPS, MAX_FRAMES, SIDE_STEP, SIDES};
use crate::{ModelRef, Recipe};

/// The newest manifest version that this build reads.
pub const MANIFEST_VERSION: u32 = 1;

/// A model that can be opened: `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format version, [`MANIFEST_VERSION`].
    pub version: u32,
    /// Short name that recipes carry, such as `starter-6`.
    pub id: String,
    /// Name of the family that can run it, such as `starter`.
    pub family: String,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// Name of the file whose BLAKE3 recipes carry as the hash of the model.
    pub weights: String,
    /// All files, relative to the manifest.
    pub files: Vec<ModelFile>,
    /// Clips that the model can make.
    pub limits: Limits,
}

/// A file of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Name, without a folder.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// BLAKE3, 64 lower-case hexadecimal digits.
    pub blake3: String,
}

/// Sizes, rate and lengths of the clips that a model makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Width and height in pixels; the first is the default.
    pub sizes: Vec<[u32; 2]>,
    /// Frames per second.
    pub fps: u32,
    /// Frames of the shortest clip.
    pub min_frames: u32,
    /// Frames of the longest clip.
    pub max_frames: u32,
    /// Every length is `min_frames + n · frame_step`.
    pub frame_step: u32,
    /// Frames of a clip unless the recipe says otherwise.
    pub default_frames: u32,
    /// Frames that an extension adds unless the recipe says otherwise; 0: the model cannot extend.
    pub extension_frames: u32,
}

/// Reasons to refuse a manifest.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ManifestError {
    /// The manifest is of a newer format.
    #[error(
        "the model's manifest has version {found}; this Kinora reads version {MANIFEST_VERSION}; update to open it"
    )]
    Version {
        /// Version in the manifest.
        found: u32,
    },
    /// A field has a value that cannot be used.
    #[error("the model's manifest cannot be used: {0}")]
    Field(String),
    /// A file differs from the one that the manifest names.
    #[error(
        "the file {name} of the model is damaged: expected BLAKE3 {expected}, found {found} in {bytes} bytes; download it again"
    )]
    Damaged {
        /// Name of the file.
        name: String,
        /// Hash in the manifest.
        expected: String,
        /// Hash of the bytes.
        found: String,
        /// Length of the bytes.
        bytes: usize,
    },
}

/// A recipe that asks for a clip outside of a model's limits.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum LimitError {
    /// The model has no such size.
    #[error("clips of {width}×{height} pixels; it makes {available}")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Sizes of the model, in words.
        available: String,
    },
    /// The model has another frame rate.
    #[error("{fps} frames per second; it makes {available}")]
    Rate {
        /// Frames per second.
        fps: u32,
        /// Rate of the model.
        available: u32,
    },
    /// The model has no such length.
    #[error("clips of {frames} frames; it makes {min} + {step}n, up to {max}")]
    Length {
        /// Frames asked for.
        frames: u32,
        /// Frames of the shortest clip.
        min: u32,
        /// Step between lengths.
        step: u32,
        /// Frames of the longest clip.
        max: u32,
    },
}

impl Manifest {
    /// Checks what serde cannot: the version, names, and that limits make sense.
    pub fn validate(&self) -> Result<(), ManifestError> {
        let fail = |why: &str| Err(ManifestError::Field(why.to_owned()));
        if self.version != MANIFEST_VERSION {
            let found = self.version;
            return Err(ManifestError::Version { found });
        }
        let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
        if !self.files.iter().all(|file| plain(&file.name)) {
            return fail("a file has no plain name");
        }
        if self.file(&self.weights).is_none() {
            return fail("its weights are not among its files");
        }
        let limits = &self.limits;
        let side = |side: &u32| SIDES.contains(side) && side.is_multiple_of(SIDE_STEP);
        let possible = (1..=MAX_FPS).contains(&limits.fps)
            && (1..=MAX_FRAMES).contains(&limits.max_frames)
            && limits.min_frames > 0
            && limits.frame_step > 0
            && limits.sizes.iter().flatten().all(side);
        if limits.sizes.is_empty() || !possible {
            return fail("its limits allow no clip, or one that is no video");
        }
        let allowed = |frames| limits.allows_frames(frames);
        let extension = limits.extension_frames;
        let steps = extension <= MAX_FRAMES && extension.is_multiple_of(limits.frame_step);
        if !allowed(limits.default_frames) || !allowed(limits.max_frames) || !steps {
            return fail("its lengths do not follow its frame_step");
        }
        Ok(())
    }

    /// Finds a file by its name.
    pub fn file(&self, name: &str) -> Option<&ModelFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Returns the reference that recipes carry: the id and the hash of the weights.
    pub fn model_ref(&self) -> ModelRef {
        let hash = self.file(&self.weights).map_or("", |file| &file.blake3);
        ModelRef::new(self.id.clone(), hash)
    }

    /// Makes a recipe with the default size, rate and length of this model.
    pub fn recipe(&self, prompt: impl Into<String>, seed: u64) -> Recipe {
        let mut recipe = Recipe::new(self.model_ref(), prompt, seed);
        if let Some([width, height]) = self.limits.sizes.first() {
            (recipe.width, recipe.height) = (*width, *height);
        }
        recipe.frames = self.limits.default_frames;
        recipe.fps = self.limits.fps;
        recipe
    }
}

impl ModelFile {
    /// Checks that `bytes` are this file.
    pub fn verify(&self, bytes: &[u8]) -> Result<(), ManifestError> {
        let found = blake3::hash(bytes).to_hex().to_string();
        if found == self.blake3 {
            return Ok(());
        }
        Err(ManifestError::Damaged {
            name: self.name.clone(),
            expected: self.blake3.clone(),
            found,
            bytes: bytes.len(),
        })
    }
}

impl Limits {
    /// Checks that a recipe asks for a clip that the model can make.
    pub fn check(&self, recipe: &Recipe) -> Result<(), LimitError> {
        let (width, height) = (recipe.width, recipe.height);
        if !self.sizes.contains(&[width, height]) {
            let size = |[width, height]: &[u32; 2]| format!("{width}×{height}");
            let sizes: Vec<String> = self.sizes.iter().map(size).collect();
            return Err(LimitError::Size {
                width,
                height,
                available: sizes.join(", "),
            });
        }
        if recipe.fps != self.fps {
            return Err(LimitError::Rate {
                fps: recipe.fps,
                available: self.fps,
            });
        }
        if !self.allows_frames(recipe.frames) {
            return Err(LimitError::Length {
                frames: recipe.frames,
                min: self.min_frames,
                step: self.frame_step,
                max: self.max_frames,
            });
        }
        Ok(())
    }

    /// Returns the allowed number of frames nearest to a length in seconds.
    pub fn frames_for_seconds(&self, seconds: f32) -> u32 {
        let steps = (seconds * self.fps as f32 - self.min_frames as f32) / self.frame_step as f32;
        // A NaN or a negative length becomes 0 in the cast: the shortest clip.
        let frames = (steps.round() as u32)
            .saturating_mul(self.frame_step)
            .saturating_add(self.min_frames);
        frames.min(self.max_frames)
    }

    /// Returns the length of an extension of a clip of `frames` frames, or none if it cannot be extended.
    pub fn extended_frames(&self, frames: u32) -> Option<u32> {
        let extended = (frames + self.extension_frames).min(self.max_frames);
        (extended > frames).then_some(extended)
    }

    /// Length of the longest clip in seconds.
    pub fn max_seconds(&self) -> f32 {
        self.max_frames as f32 / self.fps as f32
    }

    /// Whether the model makes clips of this many frames.
    pub fn allows_frames(&self, frames: u32) -> bool {
        (self.min_frames..=self.max_frames).contains(&frames)
            && (frames - self.min_frames).is_multiple_of(self.frame_step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            version: 1,
            id: "toy".into(),
            family: "toy".into(),
            licence: "MIT".into(),
            weights: "w".into(),
            files: vec![ModelFile {
                name: "w".into(),
                bytes: 3,
                blake3: blake3::hash(b"abc").to_hex().to_string(),
            }],
            limits: Limits {
                sizes: vec![[128, 128], [160, 96]],
                fps: 12,
                min_frames: 5,
                max_frames: 97,
                frame_step: 4,
                default_frames: 33,
                extension_frames: 28,
            },
        }
    }

    #[test]
    fn a_recipe_of_the_manifest_is_within_its_limits() {
        let recipe = manifest().recipe("a ball", 1);
        recipe.validate().unwrap();
        manifest().limits.check(&recipe).unwrap();
    }

    #[test]
    fn each_limit_names_what_the_model_makes() {
        let limits = manifest().limits;
        let error = |change: fn(&mut Recipe)| {
            let mut recipe = manifest().recipe("a ball", 1);
            change(&mut recipe);
            recipe.validate().unwrap();
            limits.check(&recipe).unwrap_err().to_string()
        };
        let size = error(|recipe| (recipe.width, recipe.height) = (448, 832));
        assert_eq!(size, "clips of 448×832 pixels; it makes 128×128, 160×96");
        assert!(error(|recipe| recipe.fps = 16).contains("makes 12"));
        assert!(error(|recipe| recipe.frames = 34).contains("5 + 4n"));
        assert!(error(|recipe| recipe.frames = 101).contains("up to 97"));
    }

    #[test]
    fn seconds_become_the_nearest_possible_number_of_frames() {
        let cases = [
            (2.75, 33),
            (3.0, 37),
            (1.4, 17),
            (0.0, 5),
            (-1.0, 5),
            (f32::NAN, 5),
            (1e9, 97),
        ];
        let limits = manifest().limits;
        for (seconds, frames) in cases {
            assert_eq!(limits.frames_for_seconds(seconds), frames, "{seconds} s");
            assert!(limits.allows_frames(frames));
        }
    }

    #[test]
    fn an_extension_ends_at_the_longest_clip() {
        let limits = manifest().limits;
        assert_eq!(limits.extended_frames(33), Some(61));
        assert_eq!(limits.extended_frames(89), Some(97));
        assert_eq!(limits.extended_frames(97), None);
    }

    #[test]
    fn a_manifest_that_cannot_be_used_is_refused() {
        let refused = |change: fn(&mut Manifest)| {
            let mut manifest = manifest();
            change(&mut manifest);
            manifest.validate().unwrap_err().to_string()
        };
        manifest().validate().unwrap();
        assert!(refused(|it| it.version = 2).contains("version 2"));
        assert!(refused(|it| it.files[0].name = "../w".into()).contains("plain name"));
        assert!(refused(|it| it.weights = "v".into()).contains("weights"));
        assert!(refused(|it| it.limits.sizes.clear()).contains("no clip"));
        assert!(refused(|it| it.limits.default_frames = 32).contains("frame_step"));
        let mut json = serde_json::to_value(manifest()).unwrap();
        json["surprise"] = 1.into();
        assert!(serde_json::from_value::<Manifest>(json).is_err());
    }

    #[test]
    fn a_damaged_file_is_named_with_both_hashes() {
        let file = &manifest().files[0];
        file.verify(b"abc").unwrap();
        let error = file.verify(b"abd").unwrap_err().to_string();
        assert!(
            error.contains(&file.blake3) && error.contains("in 3 bytes"),
            "{error}"
        );
    }
}
