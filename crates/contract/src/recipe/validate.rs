//! Validation of recipes and its limits.

use super::{Recipe, RecipeError, VERSION};

/// Maximum length of a prompt, in characters.
pub const MAX_PROMPT_CHARS: usize = 2000;
/// Largest seed: 2⁵³ − 1, the largest integer that JavaScript and JSON represent exactly.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// The shortest and the longest side of a clip, in pixels.
pub const SIDES: std::ops::RangeInclusive<u32> = 16..=4096;
/// Sides are multiples of this, in pixels: video encoders halve the resolution of colour.
pub const SIDE_STEP: u32 = 2;
/// The most frames of a clip.
pub const MAX_FRAMES: u32 = 4096;
/// The most frames per second.
pub const MAX_FPS: u32 = 120;
/// Clips in a row that are drawn again for one: a remix of a remix of a remix of a remix.
pub const MOST_SOURCES_IN_A_ROW: usize = 4;
/// The most denoising steps.
pub const MAX_STEPS: u32 = 64;
/// Largest guidance scale.
pub const MAX_GUIDANCE_SCALE: f32 = 20.0;
/// Maximum number of items in `dialogue`, `sources` and `edits`.
pub const MAX_ITEMS: usize = 64;
/// Maximum length of a model id, a speaker and an edit operation, in characters.
pub const MAX_NAME_CHARS: usize = 64;
/// Maximum length of a line of dialogue, in characters.
pub const MAX_LINE_CHARS: usize = 500;

impl Recipe {
    /// Checks all fields.
    ///
    /// # Errors
    ///
    /// Returns the error of the first invalid field.
    pub fn validate(&self) -> Result<(), RecipeError> {
        self.check_version()?;
        self.check_prompt()?;
        self.check_numbers()?;
        self.check_model()?;
        self.check_scene()?;
        self.check_lists()
    }

    fn check_scene(&self) -> Result<(), RecipeError> {
        let Some(scene) = &self.scene else {
            return Ok(());
        };
        check_text("scene's caption", &scene.caption, MAX_PROMPT_CHARS)?;
        check_count("fields of the scene", scene.fields.len())?;
        check_count("open fields of the scene", scene.chosen.len())?;
        for (field, value) in &scene.fields {
            check_text("field of the scene", field, MAX_NAME_CHARS)?;
            check_text("value of the scene", value, MAX_NAME_CHARS)?;
        }
        check_count("spoken lines of the scene", scene.speech.len())?;
        for line in &scene.speech {
            check_text("spoken line of the scene", line, MAX_LINE_CHARS)?;
        }
        for field in &scene.chosen {
            check_text("open field of the scene", field, MAX_NAME_CHARS)?;
        }
        check_count("libraries of the scene", scene.libraries.len())?;
        for (name, hash) in &scene.libraries {
            check_text("library of the scene", name, MAX_NAME_CHARS)?;
            check_hash("library's hash", hash)?;
        }
        Ok(())
    }

    fn check_version(&self) -> Result<(), RecipeError> {
        match self.version {
            0 => Err(RecipeError::BadVersion { found: 0 }),
            1..=VERSION => Ok(()),
            newer => Err(RecipeError::NewerVersion {
                found: newer.into(),
            }),
        }
    }

    fn check_prompt(&self) -> Result<(), RecipeError> {
        let chars = self.prompt.chars().count();
        if chars > MAX_PROMPT_CHARS {
            return Err(RecipeError::PromptTooLong { chars });
        }
        if !self.prompt.chars().any(is_visible) {
            return Err(RecipeError::EmptyPrompt);
        }
        check_control_characters("prompt", &self.prompt)
    }

    fn check_numbers(&self) -> Result<(), RecipeError> {
        let Self {
            seed,
            width,
            height,
            frames,
            fps,
            steps,
            guidance_scale,
            ..
        } = *self;
        if seed > MAX_SEED {
            return Err(RecipeError::SeedOutOfRange { seed });
        }
        let possible = |side| SIDES.contains(&side) && side.is_multiple_of(SIDE_STEP);
        if !(possible(width) && possible(height)) {
            return Err(RecipeError::SizeNotAllowed { width, height });
        }
        if !(1..=MAX_FRAMES).contains(&frames) {
            return Err(RecipeError::FramesNotAllowed { frames });
        }
        if !(1..=MAX_FPS).contains(&fps) {
            return Err(RecipeError::FpsNotAllowed { fps });
        }
        if !(1..=MAX_STEPS).contains(&steps) {
            return Err(RecipeError::StepsOutOfRange { steps });
        }
        if !(0.0..=MAX_GUIDANCE_SCALE).contains(&guidance_scale) {
            return Err(RecipeError::GuidanceOutOfRange {
                value: guidance_scale,
            });
        }
        Ok(())
    }

    fn check_model(&self) -> Result<(), RecipeError> {
        let id = &self.model.id;
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_/".contains(c);
        if id.is_empty() || id.len() > MAX_NAME_CHARS || !id.chars().all(allowed) {
            return Err(RecipeError::BadModelId);
        }
        check_hash("model's hash", &self.model.hash)
    }

    fn check_lists(&self) -> Result<(), RecipeError> {
        check_count("lines of dialogue", self.dialogue.len())?;
        check_count("sources", self.sources.len())?;
        check_count("edits", self.edits.len())?;
        for line in &self.dialogue {
            check_text("line of dialogue", &line.text, MAX_LINE_CHARS)?;
            if let Some(speaker) = &line.speaker {
                check_text("speaker", speaker, MAX_NAME_CHARS)?;
            }
        }
        for source in &self.sources {
            check_hash("source's hash", &source.hash)?;
        }
        for edit in &self.edits {
            check_text("edit's name", &edit.op, MAX_NAME_CHARS)?;
        }
        Ok(())
    }
}

fn check_count(field: &'static str, count: usize) -> Result<(), RecipeError> {
    let ok = count <= MAX_ITEMS;
    ok.then_some(()).ok_or(RecipeError::TooMany {
        field,
        count,
        max: MAX_ITEMS,
    })
}

fn check_text(field: &'static str, value: &str, max: usize) -> Result<(), RecipeError> {
    let chars = value.chars().count();
    if chars > max || !value.chars().any(is_visible) {
        return Err(RecipeError::BadText { field, chars, max });
    }
    check_control_characters(field, value)
}

fn check_hash(field: &'static str, value: &str) -> Result<(), RecipeError> {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let ok = value.len() == 64 && value.bytes().all(digit);
    ok.then_some(()).ok_or(RecipeError::BadHash { field })
}

/// Rejects control characters except tab and line breaks, which a text box produces.
fn check_control_characters(field: &'static str, value: &str) -> Result<(), RecipeError> {
    let control = value
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    if control {
        Err(RecipeError::ControlCharacter { field })
    } else {
        Ok(())
    }
}

/// Tests whether a character is visible: not white space, not a control character, not an invisible joiner or mark. A
/// prompt of invisible characters alone looks empty.
fn is_visible(c: char) -> bool {
    let invisible = matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}');
    !(c.is_whitespace() || c.is_control() || invisible)
}
