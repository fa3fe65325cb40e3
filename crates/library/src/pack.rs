//! The pack: an index of names, then the pictures as WebP files.

use std::collections::BTreeMap;
use std::ops::Range;

use thiserror::Error;

use crate::picture::Picture;

/// First bytes of a pack, with the version of its format.
const MAGIC: &[u8; 8] = b"KINLIB\0\x01";

/// A faulty library.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LibraryError {
    /// The file is no pack, or it is cut.
    #[error("it is not a library of Kinora, or it is incomplete")]
    Format,
    /// The pack is another one than its manifest or a recipe names.
    #[error("its hash is {found}, not {expected}")]
    Hash {
        /// Expected BLAKE3.
        expected: String,
        /// BLAKE3 of the file.
        found: String,
    },
    /// There is no picture of this name.
    #[error("it has no picture {0}")]
    Missing(String),
    /// A picture cannot be decoded.
    #[error("its picture {name} cannot be decoded: {reason}")]
    Picture {
        /// Name of the picture.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// An open library.
#[derive(Debug)]
pub struct Library {
    bytes: Vec<u8>,
    hash: String,
    pictures: BTreeMap<Box<str>, Range<usize>>,
}

/// Packs pictures in WebP by name, in the order of their names.
///
/// # Panics
///
/// Panics on a name of more than 255 bytes, and on more than 4 GiB.
pub fn pack(pictures: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).expect("a pack of at most 4 GiB");
    let mut bytes = MAGIC.to_vec();
    bytes.extend(number(pictures.len()).to_le_bytes());
    for (name, picture) in pictures {
        bytes.push(u8::try_from(name.len()).expect("a name of at most 255 bytes"));
        bytes.extend(name.as_bytes());
        bytes.extend(number(picture.len()).to_le_bytes());
    }
    pictures.values().for_each(|it| bytes.extend(it));
    bytes
}

impl Library {
    /// Opens a pack.
    ///
    /// # Errors
    ///
    /// [`LibraryError::Format`] for anything but a complete pack.
    pub fn open(bytes: Vec<u8>) -> Result<Self, LibraryError> {
        let pictures = index(&bytes).ok_or(LibraryError::Format)?;
        let hash = blake3::hash(&bytes).to_hex().to_string();
        Ok(Self {
            bytes,
            hash,
            pictures,
        })
    }

    /// Opens a pack that must have this BLAKE3.
    ///
    /// # Errors
    ///
    /// [`LibraryError::Hash`] for another file, [`LibraryError::Format`] for one that is no pack.
    pub fn open_verified(bytes: Vec<u8>, expected: &str) -> Result<Self, LibraryError> {
        let library = Self::open(bytes)?;
        if library.hash != expected {
            let (expected, found) = (expected.to_owned(), library.hash);
            return Err(LibraryError::Hash { expected, found });
        }
        Ok(library)
    }

    /// BLAKE3 of the pack, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Names of the pictures, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pictures.keys().map(|name| &**name)
    }

    /// Hashes the decoded pixels of all pictures, in order.
    ///
    /// # Errors
    ///
    /// [`LibraryError::Picture`].
    pub fn pixels(&self) -> Result<String, LibraryError> {
        let mut hasher = blake3::Hasher::new();
        for name in self.names() {
            hasher.update(self.picture(name)?.rgba.as_flattened());
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Decodes a picture.
    ///
    /// # Errors
    ///
    /// [`LibraryError::Missing`] and [`LibraryError::Picture`].
    pub fn picture(&self, name: &str) -> Result<Picture, LibraryError> {
        let found = self.pictures.get(name);
        let range = found.ok_or_else(|| LibraryError::Missing(name.to_owned()))?;
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        Picture::decode(bytes).map_err(|reason| LibraryError::Picture {
            name: name.to_owned(),
            reason,
        })
    }
}

/// Reads the index of a pack: where each picture lies.
fn index(bytes: &[u8]) -> Option<BTreeMap<Box<str>, Range<usize>>> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let count = take_number(&mut rest)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let (&length, after) = rest.split_first()?;
        let (name, after) = after.split_at_checked(length.into())?;
        rest = after;
        entries.push((std::str::from_utf8(name).ok()?, take_number(&mut rest)?));
    }
    let mut at = bytes.len() - rest.len();
    let mut pictures = BTreeMap::new();
    for (name, length) in entries {
        let end = at.checked_add(length)?;
        pictures.insert(name.into(), at..end);
        at = end;
    }
    (at == bytes.len()).then_some(pictures)
}

fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WebP of 2×1 pixels: red, and green at half coverage.
    fn webp() -> Vec<u8> {
        let mut out = Vec::new();
        image_webp::WebPEncoder::new(&mut out)
            .encode(
                &[255, 0, 0, 255, 0, 255, 0, 128],
                2,
                1,
                image_webp::ColorType::Rgba8,
            )
            .unwrap();
        out
    }

    fn two() -> Vec<u8> {
        pack(&BTreeMap::from([
            ("1f40e".to_owned(), webp()),
            ("26bd".to_owned(), b"no picture".to_vec()),
        ]))
    }

    #[test]
    fn a_picture_is_found_by_its_name() {
        let library = Library::open(two()).unwrap();
        assert_eq!(library.names().collect::<Vec<_>>(), ["1f40e", "26bd"]);
        let picture = library.picture("1f40e").unwrap();
        assert_eq!((picture.width, picture.height), (2, 1));
        assert_eq!(picture.rgba, [[255, 0, 0, 255], [0, 255, 0, 128]]);
        assert_eq!(
            library.picture("1f41d"),
            Err(LibraryError::Missing("1f41d".to_owned()))
        );
        assert!(matches!(
            library.picture("26bd"),
            Err(LibraryError::Picture { .. })
        ));
    }

    #[test]
    fn a_pack_that_is_cut_longer_or_other_is_refused() {
        let whole = two();
        for cut in 0..whole.len() {
            let cut = whole[..cut].to_vec();
            assert_eq!(Library::open(cut).err(), Some(LibraryError::Format));
        }
        let longer = [&whole[..], &[0]].concat();
        assert_eq!(Library::open(longer).err(), Some(LibraryError::Format));
        let hash = Library::open(whole.clone()).unwrap().hash().to_owned();
        assert!(Library::open_verified(whole.clone(), &hash).is_ok());
        let other = Library::open_verified(whole, "00").err();
        assert!(matches!(other, Some(LibraryError::Hash { .. })));
    }
}
