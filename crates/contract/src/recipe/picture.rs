//! Reference images. The JPEG is embedded in the recipe, because a recipe alone determines a clip.

use ciborium::Value;

use super::{Extra, RecipeError, Source, SourceRole};

const PICTURE: &str = "picture";
const AS: &str = "as";
const SUBJECT: &str = "subject";

/// Maximum size of an embedded JPEG, in bytes.
pub const MAX_PICTURE_BYTES: usize = 24 * 1024;
/// Maximum width and height of a reference image, in pixels.
pub const MAX_PICTURE_SIDE: u32 = 512;

/// Use of a reference image in a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureUse {
    /// Background: role `image`.
    Place,
    /// Subject 1, cut out: role `image` with `as: subject`.
    Subject,
    /// Head of the person, cut out: role `cameo`; requires a grant to share.
    Head,
}

/// Reference image of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    /// Use of the image.
    pub used: PictureUse,
    /// JPEG bytes; `None` if the recipe of the clip source embeds the image.
    pub jpeg: Option<&'a [u8]>,
}

impl PictureUse {
    /// Tests whether the image is a cut-out, stored with colours in the upper half and coverage as grey in the lower half.
    pub fn is_cut_out(self) -> bool {
        self != Self::Place
    }

    fn role(self) -> SourceRole {
        match self {
            Self::Place | Self::Subject => SourceRole::Image,
            Self::Head => SourceRole::Cameo,
        }
    }
}

impl Source {
    /// Creates a source from a JPEG of at most [`MAX_PICTURE_BYTES`]; `hash` is the BLAKE3 of its bytes.
    pub fn of_picture(used: PictureUse, jpeg: Vec<u8>) -> Self {
        let hash = blake3::hash(&jpeg).to_hex().to_string();
        let mut extra = Extra::default();
        extra.insert(PICTURE, Value::Bytes(jpeg));
        if used == PictureUse::Subject {
            extra.insert(AS, Value::from(SUBJECT));
        }
        Self {
            role: used.role(),
            hash,
            extra,
        }
    }

    /// Tests whether the source is a reference image rather than a clip.
    pub fn is_picture(&self) -> bool {
        matches!(self.role, SourceRole::Image | SourceRole::Cameo)
    }

    /// Tests whether the source is a valid reference image with this use.
    pub fn is_used_as(&self, used: PictureUse) -> bool {
        matches!(self.picture(), Ok(Some(picture)) if picture.used == used)
    }

    /// Returns the reference image, or `None` if the source is a clip.
    ///
    /// # Errors
    ///
    /// Fails on an unknown `as`, a `picture` that is not a byte string or longer than [`MAX_PICTURE_BYTES`], or a hash
    /// mismatch.
    pub fn picture(&self) -> Result<Option<Picture<'_>>, RecipeError> {
        if !self.is_picture() {
            return Ok(None);
        }
        let used = match (self.role, self.extra.get(AS).map(Value::as_text)) {
            (SourceRole::Cameo, None) => PictureUse::Head,
            (_, None) => PictureUse::Place,
            (SourceRole::Image, Some(Some(SUBJECT))) => PictureUse::Subject,
            (_, Some(_)) => return Err(bad("this build does not know its use")),
        };
        let Some(value) = self.extra.get(PICTURE) else {
            return Ok(Some(Picture { used, jpeg: None }));
        };
        let jpeg = value
            .as_bytes()
            .ok_or_else(|| bad("it is not a byte string"))?;
        if jpeg.len() > MAX_PICTURE_BYTES {
            return Err(bad("it is too large"));
        }
        if blake3::hash(jpeg).to_hex().as_str() != self.hash {
            return Err(bad("it does not match its hash"));
        }
        let jpeg = Some(jpeg.as_slice());
        Ok(Some(Picture { used, jpeg }))
    }

    /// Returns a copy without the JPEG, for a recipe whose clip source embeds it.
    pub fn without_jpeg(&self) -> Self {
        Self {
            extra: self.extra.without(PICTURE),
            ..self.clone()
        }
    }
}

fn bad(why: &str) -> RecipeError {
    RecipeError::BadField {
        detail: format!("a picture is invalid, because {why}"),
    }
}
