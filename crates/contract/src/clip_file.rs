//! Reads the top-level boxes of a clip file (MP4) and the recipe in its `uuid` box, without parsing any media.

use thiserror::Error;

use crate::{Recipe, RecipeError};

/// Extended type of the recipe box: e111bf5a-3aa8-4d5f-870b-77a29e03c67f.
pub const RECIPE_UUID: [u8; 16] = [
    0xe1, 0x11, 0xbf, 0x5a, 0x3a, 0xa8, 0x4d, 0x5f, 0x87, 0x0b, 0x77, 0xa2, 0x9e, 0x03, 0xc6, 0x7f,
];

/// Error while reading the recipe of a file.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ClipFileError {
    /// The bytes are not an MP4.
    #[error("the file is not an MP4")]
    NotMp4,
    /// The file ends inside a box, or the size field of a box is invalid.
    #[error("the MP4 is cut short or damaged at byte {at}")]
    Damaged {
        /// Offset of the damaged box in bytes.
        at: usize,
    },
    /// The recipe box does not contain a valid recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// A top-level box of an MP4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopBox<'a> {
    /// Box type (four-character code).
    pub kind: [u8; 4],
    /// Offset of the box in the file, in bytes.
    pub at: usize,
    /// Length of the box header in bytes: 8, or 16 with a 64-bit size.
    pub header_len: usize,
    /// Payload, without the header.
    pub content: &'a [u8],
}

impl TopBox<'_> {
    /// Returns the offset of the next box in the file, in bytes.
    pub fn end(&self) -> usize {
        self.at + self.header_len + self.content.len()
    }
}

/// Reads the recipe of an MP4. Returns `None` if the file has no recipe box.
///
/// Reads box headers up to the first recipe box and stops there, so a file truncated after that box is still readable.
///
/// # Errors
///
/// Fails if the bytes are not an MP4, if a box before the recipe is damaged, or if the recipe is invalid.
pub fn read_recipe(mp4: &[u8]) -> Result<Option<Recipe>, ClipFileError> {
    for found in top_boxes(mp4) {
        if let Some(bytes) = recipe_bytes(&found?) {
            return Ok(Some(Recipe::from_bytes(bytes)?));
        }
    }
    Ok(None)
}

/// Returns the payload of a recipe box without its extended type, or `None` for any other box.
pub fn recipe_bytes<'a>(found: &TopBox<'a>) -> Option<&'a [u8]> {
    let (uuid, bytes) = found.content.split_first_chunk()?;
    (found.kind == *b"uuid" && *uuid == RECIPE_UUID).then_some(bytes)
}

/// Iterates over the top-level boxes in file order. The first box must be `ftyp`. The iterator ends after an error.
pub fn top_boxes(mp4: &[u8]) -> TopBoxes<'_> {
    TopBoxes { mp4, at: 0 }
}

/// Iterator returned by [`top_boxes`].
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
            // If the first box is damaged, the file is reported as not an MP4.
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

/// Parses the box at offset `at`. Returns `None` if the box is truncated or its size field is invalid.
///
/// Not done with `shiguredo_mp4`, which reads the extended type of a `uuid` box before its 64-bit size; ISO/IEC 14496-12
/// specifies the opposite order.
fn read_box(mp4: &[u8], at: usize) -> Option<TopBox<'_>> {
    let bytes = mp4.get(at..)?;
    let (size, rest) = bytes.split_first_chunk()?;
    let (kind, rest) = rest.split_first_chunk()?;
    let (len, header_len) = match u32::from_be_bytes(*size) {
        // Size 0: the box extends to the end of the file.
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
