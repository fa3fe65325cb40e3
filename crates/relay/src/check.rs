//! Whether bytes are what they claim to be. Nothing here decodes a picture or a sound; the bytes are stored untouched.
//!
//! A clip must be a progressive MP4: index before media, one video track and at most one of sound in codecs that browsers
//! play, every sample inside the file, and a recipe that agrees with the picture.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kinora_contract::Recipe;
use kinora_contract::clip_file::{ClipFileError, TopBox, recipe_bytes, top_boxes};
use shiguredo_mp4::Decode;
use shiguredo_mp4::aux::SampleTableAccessor;
use shiguredo_mp4::boxes::{DrefBox, MoovBox, SampleEntry, TrakBox};
use thiserror::Error;

/// The largest index, in bytes. One of ours has about one kilobyte.
const MAX_MOOV_BYTES: usize = 1 << 20;
/// The most boxes in the file itself.
const MAX_TOP_BOXES: usize = 32;
/// The most samples in one track.
const MAX_SAMPLES: u32 = 200_000;
/// The longest clip, in seconds.
const MAX_SECONDS: u64 = 120;

/// What a checked clip says about itself.
#[derive(Clone, Debug)]
pub struct CheckedClip {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length in milliseconds.
    pub millis: u64,
    /// What made it.
    pub recipe: Recipe,
}

/// Why a file cannot be published.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CheckError {
    /// It is no MP4, is cut short, or its recipe cannot be read.
    #[error(transparent)]
    File(#[from] ClipFileError),
    /// There is no recipe.
    #[error("it has no recipe inside; only clips made by Kinora can be published")]
    NoRecipe,
    /// Boxes are missing, twice there, or in an order that cannot be played while it loads.
    #[error(
        "its parts must be ftyp, then moov, then mdat, each once, with nothing but uuid and free beside them"
    )]
    Layout,
    /// The index is damaged.
    #[error("its index is damaged")]
    Index,
    /// A track is missing, one too many, or in a codec that not all browsers play.
    #[error(
        "it must have one video track (H.264, VP9 or AV1) and at most one of sound (AAC or Opus)"
    )]
    Tracks,
    /// A sample lies outside the media.
    #[error("its index points outside its media")]
    Samples,
    /// Too long, or with no length.
    #[error("it must be longer than nothing and at most {MAX_SECONDS} seconds")]
    Length,
    /// The picture has another size than the recipe.
    #[error("its picture is {found}, and its recipe says {recipe}")]
    Size {
        /// Width × height of the track.
        found: String,
        /// Width × height of the recipe.
        recipe: String,
    },
    /// The picture is none that browsers show.
    #[error("the still is not a PNG, JPEG or WebP picture")]
    Poster,
}

/// Checks a clip. Takes time in proportion to its index, never to what the index claims.
pub fn clip(mp4: &[u8]) -> Result<CheckedClip, CheckError> {
    // The parser is not ours. Should it panic on bytes that we did not think of, one upload fails.
    catch_unwind(AssertUnwindSafe(|| inspect(mp4))).unwrap_or(Err(CheckError::Index))
}

/// The media type of a still, told by its first bytes.
pub fn poster(bytes: &[u8]) -> Result<&'static str, CheckError> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok("image/png"),
        [0xff, 0xd8, 0xff, ..] => Ok("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Ok("image/webp"),
        _ => Err(CheckError::Poster),
    }
}

fn inspect(mp4: &[u8]) -> Result<CheckedClip, CheckError> {
    let Layout { moov, mdat, recipe } = layout(mp4)?;
    let moov = index(&mp4[moov.at..moov.end()])?;
    let media = mdat.at + mdat.header_len..mdat.end();
    let (mut video, mut sound) = (None, 0);
    for track in &moov.trak_boxes {
        match samples(track, &media)? {
            Kind::Video(width, height) if video.is_none() => video = Some((width, height)),
            Kind::Sound if sound == 0 => sound = 1,
            _ => return Err(CheckError::Tracks),
        }
    }
    let (width, height) = video.ok_or(CheckError::Tracks)?;
    let recipe = Recipe::from_bytes(recipe).map_err(ClipFileError::from)?;
    if (recipe.width, recipe.height) != (width, height) {
        return Err(CheckError::Size {
            found: format!("{width}×{height}"),
            recipe: format!("{}×{}", recipe.width, recipe.height),
        });
    }
    let millis = millis(&moov)?;
    Ok(CheckedClip {
        width,
        height,
        millis,
        recipe,
    })
}

/// The parts of a file that count.
struct Layout<'a> {
    moov: TopBox<'a>,
    mdat: TopBox<'a>,
    recipe: &'a [u8],
}

fn layout(mp4: &[u8]) -> Result<Layout<'_>, CheckError> {
    let (mut moov, mut mdat, mut recipe) = (None, None, None);
    for (number, found) in top_boxes(mp4).enumerate() {
        let found = found?;
        if number >= MAX_TOP_BOXES {
            return Err(CheckError::Layout);
        }
        let place = match &found.kind {
            b"ftyp" if number == 0 => continue,
            b"moov" if mdat.is_none() => &mut moov,
            b"mdat" => &mut mdat,
            b"uuid" => {
                recipe = recipe.or(recipe_bytes(&found));
                continue;
            }
            b"free" => continue,
            _ => return Err(CheckError::Layout),
        };
        if place.replace(found).is_some() {
            return Err(CheckError::Layout);
        }
    }
    let (Some(moov), Some(mdat)) = (moov, mdat) else {
        return Err(CheckError::Layout);
    };
    Ok(Layout {
        moov,
        mdat,
        recipe: recipe.ok_or(CheckError::NoRecipe)?,
    })
}

fn index(bytes: &[u8]) -> Result<MoovBox, CheckError> {
    if bytes.len() > MAX_MOOV_BYTES {
        return Err(CheckError::Index);
    }
    let (moov, read) = MoovBox::decode(bytes).map_err(|_| CheckError::Index)?;
    // Fragments would bring samples that the index does not list.
    let whole = read == bytes.len() && moov.mvex_box.is_none();
    whole.then_some(moov).ok_or(CheckError::Index)
}

enum Kind {
    /// Width and height in pixels.
    Video(u32, u32),
    Sound,
}

/// What a track holds, once each of its samples lies in `media`.
fn samples(track: &TrakBox, media: &std::ops::Range<usize>) -> Result<Kind, CheckError> {
    let info = &track.mdia_box.minf_box;
    if info.dinf_box.dref_box != DrefBox::LOCAL_FILE {
        return Err(CheckError::Samples);
    }
    let table = &info.stbl_box;
    let [entry] = table.stsd_box.entries.as_slice() else {
        return Err(CheckError::Tracks);
    };
    let kind = kind(entry)?;
    let table = SampleTableAccessor::new(table).map_err(|_| CheckError::Index)?;
    if !(1..=MAX_SAMPLES).contains(&table.sample_count()) {
        return Err(CheckError::Samples);
    }
    let inside = |offset: u64, size: u32| {
        let end = offset.checked_add(size.into());
        offset >= media.start as u64 && end.is_some_and(|end| end <= media.end as u64)
    };
    let mut all = table.samples();
    all.all(|sample| inside(sample.data_offset(), sample.data_size()))
        .then_some(kind)
        .ok_or(CheckError::Samples)
}

fn kind(entry: &SampleEntry) -> Result<Kind, CheckError> {
    let visual = match entry {
        SampleEntry::Avc1(entry) => &entry.visual,
        SampleEntry::Vp09(entry) => &entry.visual,
        SampleEntry::Av01(entry) => &entry.visual,
        SampleEntry::Opus(_) | SampleEntry::Mp4a(_) => return Ok(Kind::Sound),
        _ => return Err(CheckError::Tracks),
    };
    Ok(Kind::Video(visual.width.into(), visual.height.into()))
}

fn millis(moov: &MoovBox) -> Result<u64, CheckError> {
    let timescale = u64::from(moov.mvhd_box.timescale.get());
    let millis = moov
        .mvhd_box
        .duration
        .checked_mul(1000)
        .map(|units| units / timescale);
    millis
        .filter(|millis| (1..=MAX_SECONDS * 1000).contains(millis))
        .ok_or(CheckError::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIP: &[u8] = include_bytes!("../tests/fixtures/clip.mp4");

    #[test]
    fn a_clip_of_ours_is_one() {
        let checked = clip(CLIP).expect("it was made by our own codec");
        assert_eq!(
            (checked.width, checked.height, checked.millis),
            (128, 128, 750)
        );
        assert_eq!(checked.recipe.seed, 7);
    }

    #[test]
    fn changed_files_never_panic() {
        let mdat = CLIP
            .windows(4)
            .position(|name| name == b"mdat")
            .expect("a box")
            - 4;
        // xorshift64: the same changes on every machine.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut refused = 0;
        for _ in 0..30_000 {
            let mut bytes = CLIP.to_vec();
            for _ in 0..=random() % 3 {
                let at = random() as usize % mdat;
                bytes[at] = match random() % 4 {
                    0 => 0,
                    1 => 0xff,
                    2 => bytes[at].wrapping_add(1),
                    _ => random() as u8,
                };
            }
            refused += u32::from(inspect(&bytes).is_err());
        }
        assert!(refused > 10_000, "{refused} of 30,000 were refused");
        for len in 0..CLIP.len() {
            assert!(inspect(&CLIP[..len]).is_err(), "cut to {len} bytes");
        }
    }
}
