//! A picture as a source: its JPEG travels inside, since a recipe is all that a clip is made from.

use ciborium::Value;

use super::{Extra, RecipeError, Source, SourceRole};

const PICTURE: &str = "picture";
const AS: &str = "as";
const SUBJECT: &str = "subject";

/// The largest picture in a recipe, in bytes of its JPEG.
pub const MAX_PICTURE_BYTES: usize = 24 * 1024;
/// The longest side of a picture, in pixels.
pub const MAX_PICTURE_SIDE: u32 = 512;

/// What a picture is in a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureUse {
    /// Everything but the subjects: role `image`.
    Place,
    /// The first subject: role `image`, as `subject`.
    Subject,
    /// The head of the person, under a grant: role `cameo`.
    Head,
}

/// What a source says of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    /// What it is used as.
    pub used: PictureUse,
    /// The JPEG; none where it travels in the recipe of the clip that is another source.
    pub jpeg: Option<&'a [u8]>,
}

impl PictureUse {
    /// Whether the picture is cut out: colours above, and below them, as bright as it covers, its coverage.
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
    /// A picture, as a JPEG of at most [`MAX_PICTURE_BYTES`]; its hash is that of these bytes.
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

    /// Whether this is a picture, not a clip.
    pub fn is_picture(&self) -> bool {
        matches!(self.role, SourceRole::Image | SourceRole::Cameo)
    }

    /// Whether this is a picture that is used so.
    pub fn is_used_as(&self, used: PictureUse) -> bool {
        matches!(self.picture(), Ok(Some(picture)) if picture.used == used)
    }

    /// The picture; none where the source is a clip.
    pub fn picture(&self) -> Result<Option<Picture<'_>>, RecipeError> {
        if !self.is_picture() {
            return Ok(None);
        }
        let used = match (self.role, self.extra.get(AS).map(Value::as_text)) {
            (SourceRole::Cameo, None) => PictureUse::Head,
            (_, None) => PictureUse::Place,
            (SourceRole::Image, Some(Some(SUBJECT))) => PictureUse::Subject,
            (_, Some(_)) => return Err(bad("this build does not know what it is used as")),
        };
        let Some(value) = self.extra.get(PICTURE) else {
            return Ok(Some(Picture { used, jpeg: None }));
        };
        let jpeg = value
            .as_bytes()
            .ok_or_else(|| bad("it is not made of bytes"))?;
        if jpeg.len() > MAX_PICTURE_BYTES {
            return Err(bad("it is too large"));
        }
        if blake3::hash(jpeg).to_hex().as_str() != self.hash {
            return Err(bad("it was damaged or exchanged"));
        }
        let jpeg = Some(jpeg.as_slice());
        Ok(Some(Picture { used, jpeg }))
    }

    /// The same picture without its JPEG, for a recipe whose clip brings it along.
    pub fn without_jpeg(&self) -> Self {
        Self {
            extra: self.extra.without(PICTURE),
            ..self.clone()
        }
    }
}

fn bad(why: &str) -> RecipeError {
    RecipeError::BadField {
        detail: format!("a picture cannot be used, because {why}"),
    }
}
