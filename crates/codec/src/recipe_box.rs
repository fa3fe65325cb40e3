//! The recipe inside the file: a top-level `uuid` box whose content is the recipe's canonical bytes.

use kinora_contract::Recipe;
use shiguredo_mp4::boxes::UnknownBox;
use shiguredo_mp4::{BoxSize, BoxType, Encode};

use crate::CodecError;

/// The type of the box that holds a recipe: e111bf5a-3aa8-4d5f-870b-77a29e03c67f.
pub const RECIPE_UUID: [u8; 16] = [
    0xe1, 0x11, 0xbf, 0x5a, 0x3a, 0xa8, 0x4d, 0x5f, 0x87, 0x0b, 0x77, 0xa2, 0x9e, 0x03, 0xc6, 0x7f,
];

/// The recipe of an MP4; none where the file has none.
///
/// Reads box headers only, and no further than the recipe: a file that is cut after it still gives it. The first
/// recipe counts.
pub fn read_recipe(mp4: &[u8]) -> Result<Option<Recipe>, CodecError> {
    let mut at = 0;
    while at < mp4.len() {
        let TopBox { kind, content, len } =
            TopBox::read(&mp4[at..]).ok_or_else(|| not_mp4_or_damaged(at))?;
        if at == 0 && kind != *b"ftyp" {
            return Err(CodecError::NotMp4);
        }
        let recipe = content
            .split_first_chunk()
            .filter(|(uuid, _)| **uuid == RECIPE_UUID);
        if let (b"uuid", Some((_, bytes))) = (&kind, recipe) {
            return Ok(Some(Recipe::from_bytes(bytes)?));
        }
        at += len;
    }
    if at == 0 {
        Err(CodecError::NotMp4)
    } else {
        Ok(None)
    }
}

/// A box of the file itself. (The library reads the extended type of a `uuid` box before its 64-bit size; the standard
/// has them the other way round.)
struct TopBox<'a> {
    kind: [u8; 4],
    content: &'a [u8],
    /// With the header.
    len: usize,
}

impl<'a> TopBox<'a> {
    /// The box at the start of `bytes`; none if it is cut short or its size is impossible.
    fn read(bytes: &'a [u8]) -> Option<Self> {
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
        Some(Self {
            kind: *kind,
            content: bytes.get(header_len..len)?,
            len,
        })
    }
}

/// The bytes of the box with a recipe.
pub(crate) fn recipe_box(recipe: &Recipe) -> Result<Vec<u8>, CodecError> {
    let box_type = BoxType::Uuid(RECIPE_UUID);
    let payload = recipe.to_bytes();
    let box_size = BoxSize::with_payload_size(box_type, payload.len() as u64);
    Ok(UnknownBox {
        box_type,
        box_size,
        payload,
    }
    .encode_to_vec()?)
}

/// A file whose very first box is damaged was never an MP4.
fn not_mp4_or_damaged(at: usize) -> CodecError {
    if at == 0 {
        CodecError::NotMp4
    } else {
        CodecError::Damaged { at }
    }
}
