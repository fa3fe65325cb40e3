//! The clip file from outside: its top-level boxes, and the recipe in one of them. No sample is looked at.

use thiserror::Error;

use crate::{Recipe, RecipeError};

/// The type of the box that holds a recipe: e111bf5a-3aa8-4d5f-870b-77a29e03c67f.
pub const RECIPE_UUID: [u8; 16] = [
    0xe1, 0x11, 0xbf, 0x5a, 0x3a, 0xa8, 0x4d, 0x5f, 0x87, 0x0b, 0x77, 0xa2, 0x9e, 0x03, 0xc6, 0x7f,
];

/// Why a file gives no recipe.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ClipFileError {
    /// The bytes are not an MP4.
    #[error("the file is not an MP4")]
    NotMp4,
    /// The file ends in the middle of a box, or a box has an impossible size.
    #[error("the MP4 is cut short or damaged at byte {at}")]
    Damaged {
        /// Where the damaged box begins.
        at: usize,
    },
    /// The file holds a recipe that cannot be read.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// One box of the file itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopBox<'a> {
    /// Its four letters.
    pub kind: [u8; 4],
    /// Where it begins in the file, in bytes.
    pub at: usize,
    /// Bytes of its header.
    pub header_len: usize,
    /// What is in it.
    pub content: &'a [u8],
}

impl TopBox<'_> {
    /// Where the next box begins, in bytes from the start of the file.
    pub fn end(&self) -> usize {
        self.at + self.header_len + self.content.len()
    }
}

/// The recipe of an MP4; none where the file has none.
///
/// Reads box headers only, and no further than the recipe: a file that is cut after it still gives it. The first
/// recipe counts.
pub fn read_recipe(mp4: &[u8]) -> Result<Option<Recipe>, ClipFileError> {
    for found in top_boxes(mp4) {
        if let Some(bytes) = recipe_bytes(&found?) {
            return Ok(Some(Recipe::from_bytes(bytes)?));
        }
    }
    Ok(None)
}

/// The content of a box that holds a recipe, without the extended type; none for any other box.
pub fn recipe_bytes<'a>(found: &TopBox<'a>) -> Option<&'a [u8]> {
    let (uuid, bytes) = found.content.split_first_chunk()?;
    (found.kind == *b"uuid" && *uuid == RECIPE_UUID).then_some(bytes)
}

/// The boxes of a file in order. The first must be `ftyp`; nothing follows an error.
pub fn top_boxes(mp4: &[u8]) -> TopBoxes<'_> {
    TopBoxes { mp4, at: 0 }
}

/// See [`top_boxes`].
#[derive(Clone, Debug)]
pub struct TopBoxes<'a> {
    mp4: &'a [u8],
    at: usize,
}

impl<'a> Iterator for TopBoxes<'a> {
    type Item = Result<TopBox<'a>, ClipFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        if at >= self.mp4.len() && at > 0 {
            return None;
        }
        self.at = usize::MAX;
        let found = match read_box(self.mp4, at) {
            // A file whose very first box is damaged was never an MP4.
            None if at == 0 => return Some(Err(ClipFileError::NotMp4)),
            None => return Some(Err(ClipFileError::Damaged { at })),
            Some(found) => found,
        };
        if at == 0 && found.kind != *b"ftyp" {
            return Some(Err(ClipFileError::NotMp4));
        }
        self.at = found.end();
        Some(Ok(found))
    }
}

/// The box at `at`; none if it is cut short or its size is impossible.
///
/// (`shiguredo_mp4` reads the extended type of a `uuid` box before its 64-bit size; the standard has them the other way
/// round.)
fn read_box(mp4: &[u8], at: usize) -> Option<TopBox<'_>> {
    let bytes = mp4.get(at..)?;
    let (size, rest) = bytes.split_first_chunk()?;
    let (kind, rest) = rest.split_first_chunk()?;
    let (len, header_len) = match u32::from_be_bytes(*size) {
        // Up to the end of the file.
        0 => (bytes.len(), 8),
        1 => (
            usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?,
            16,
        ),
        size => (size as usize, 8),
    };
    Some(TopBox {
        kind: *kind,
        at,
        header_len,
        content: bytes.get(header_len..len)?,
    })
}
