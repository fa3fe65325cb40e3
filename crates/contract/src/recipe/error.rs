//! Errors of recipes. Each message is a complete sentence for display to the user.

use thiserror::Error;

use super::link::MAX_LINK_CHARS;
use super::validate::{
    MAX_FPS, MAX_FRAMES, MAX_GUIDANCE_SCALE, MAX_PROMPT_CHARS, MAX_SEED, MAX_STEPS, SIDE_STEP,
    SIDES,
};
use super::{MAX_BYTES, VERSION};

/// Reason why a recipe is invalid or cannot be read.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// The prompt has no visible character.
    #[error("The prompt is empty. Describe what the clip shows.")]
    EmptyPrompt,
    /// The prompt is too long.
    #[error("The prompt has {chars} characters; at most {MAX_PROMPT_CHARS} are allowed.")]
    PromptTooLong {
        /// Length of the prompt in characters.
        chars: usize,
    },
    /// A text contains a control character such as NUL.
    #[error("The {field} contains a control character, which is not allowed.")]
    ControlCharacter {
        /// Name of the field.
        field: &'static str,
    },
    /// The seed is not exactly representable in JSON and JavaScript.
    #[error("The seed {seed} is out of range; it must be between 0 and {MAX_SEED}.")]
    SeedOutOfRange {
        /// Rejected seed.
        seed: u64,
    },
    /// The size is not one of a video.
    #[error(
        "The size {width}×{height} is not possible; sides are multiples of {SIDE_STEP} between {} and {} pixels.", SIDES.start(), SIDES.end()
    )]
    SizeNotAllowed {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The clip has no frames or too many.
    #[error("{frames} frames are not possible; the number must be between 1 and {MAX_FRAMES}.")]
    FramesNotAllowed {
        /// Number of frames.
        frames: u32,
    },
    /// The frame rate is not one of a video.
    #[error("{fps} frames per second are not possible; the rate must be between 1 and {MAX_FPS}.")]
    FpsNotAllowed {
        /// Frames per second.
        fps: u32,
    },
    /// The number of denoising steps is out of range.
    #[error("{steps} steps are out of range; it must be between 1 and {MAX_STEPS}.")]
    StepsOutOfRange {
        /// Number of denoising steps.
        steps: u32,
    },
    /// The guidance scale is out of range or NaN.
    #[error(
        "The guidance scale {value} is out of range; it must be between 0 and {MAX_GUIDANCE_SCALE}."
    )]
    GuidanceOutOfRange {
        /// Rejected guidance scale.
        value: f32,
    },
    /// The style is not one of [`Style::ALL`](super::Style::ALL).
    #[error("The style \"{found}\" is not known; choose realistic, cinematic or animated.")]
    UnknownStyle {
        /// Rejected word.
        found: String,
    },
    /// The camera move is not one of [`Camera::ALL`](super::Camera::ALL).
    #[error(
        "The camera move \"{found}\" is not known; choose static, pan, tilt, zoom, zoom out, handheld or follow."
    )]
    UnknownCamera {
        /// Rejected word.
        found: String,
    },
    /// The model id is empty, too long or has other characters.
    #[error(
        "The model's name must have 1 to 64 characters: letters, digits, '.', '-', '_' or '/'."
    )]
    BadModelId,
    /// A hash is not 64 lower-case hexadecimal digits.
    #[error("The {field} must be 64 lower-case hexadecimal digits.")]
    BadHash {
        /// Name of the field.
        field: &'static str,
    },
    /// An array has too many items.
    #[error("The recipe has {count} {field}; at most {max} are allowed.")]
    TooMany {
        /// Name of the items.
        field: &'static str,
        /// Number of items.
        count: usize,
        /// Upper limit.
        max: usize,
    },
    /// A text other than the prompt is empty or too long.
    #[error("The {field} must have 1 to {max} characters; it has {chars}.")]
    BadText {
        /// Name of the field.
        field: &'static str,
        /// Length in characters.
        chars: usize,
        /// Upper limit in characters.
        max: usize,
    },
    /// The recipe has a newer format version.
    #[error(
        "This recipe has version {found}, made by a newer Kinora; this one reads up to version {VERSION}. Update to open it."
    )]
    NewerVersion {
        /// Version of the recipe.
        found: u64,
    },
    /// The version is less than 1.
    #[error("The recipe's version {found} does not exist.")]
    BadVersion {
        /// Version of the recipe.
        found: i64,
    },
    /// The bytes are not CBOR, or not a map with unique text keys.
    #[error("The recipe is damaged: {detail}.")]
    Damaged {
        /// Description of the damage.
        detail: String,
    },
    /// A field is missing or has the wrong type.
    #[error("The recipe has a field that cannot be read: {detail}.")]
    BadField {
        /// Name of the field and reason.
        detail: String,
    },
    /// The bytes are valid CBOR but not the canonical encoding.
    #[error("The recipe is not in its canonical form, so its identity cannot be trusted.")]
    NotCanonical,
    /// The encoding exceeds [`MAX_BYTES`].
    #[error("The recipe has {bytes} bytes; at most {MAX_BYTES} are read.")]
    TooLong {
        /// Length of the encoding in bytes.
        bytes: usize,
    },
    /// The link fragment exceeds [`MAX_LINK_CHARS`].
    #[error(
        "The recipe needs a link of {chars} characters; at most {MAX_LINK_CHARS} fit. Shorten the prompt or share the file."
    )]
    LinkTooLong {
        /// Length of the fragment in characters.
        chars: usize,
    },
    /// The fragment does not start with `r=`, or is empty after it.
    #[error("The link has no recipe; it should contain \"#r=\" followed by letters and digits.")]
    NotARecipeLink,
    /// The check bytes of the link do not match, or the link is truncated.
    #[error(
        "The link is damaged: it was changed or cut short after it was made. Ask for it again."
    )]
    LinkDamaged,
}
