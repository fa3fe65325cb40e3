//! Muxes encoded packets into a progressive MP4: `ftyp`, `moov`, recipe (`uuid`), `mdat`.
//!
//! `shiguredo_mp4` builds the sample tables. This module adds the edit list that compensates the delay of an audio encoder,
//! the colour tags, and the index in front of the media.

use std::num::NonZeroU32;

use kinora_contract::Recipe;
use shiguredo_mp4::boxes::{
    Brand, EdtsBox, ElstBox, ElstEntry, FtypBox, MdatBox, MoovBox, SampleEntry, TrakBox, UnknownBox,
};
use shiguredo_mp4::mux::{Mp4FileMuxer, Sample};
use shiguredo_mp4::{BoxSize, BoxType, Either, Encode, FixedPointNumber, TrackKind};

use crate::format::TRACK_RATE;
use crate::recipe_box::recipe_box;
use crate::{CodecError, colour};

/// Timescale of the movie; represents the durations of both tracks exactly.
const MOVIE_TIMESCALE: NonZeroU32 = NonZeroU32::new(TRACK_RATE).unwrap();

/// An encoded frame or audio packet.
pub(crate) struct Packet {
    pub data: Vec<u8>,
    pub keyframe: bool,
}

/// An encoded track; all packets have the same duration.
pub(crate) struct Track {
    pub kind: TrackKind,
    pub entry: SampleEntry,
    /// Time units per second.
    pub timescale: u32,
    /// Duration of a packet in time units.
    pub packet_duration: u32,
    pub packets: Vec<Packet>,
    /// Encoder delay in time units, which players skip.
    pub skip: u64,
    /// Duration after the delay, in time units.
    pub length: u64,
}

/// Writes the file.
pub(crate) fn mux(mut tracks: Vec<Track>, recipe: Option<&Recipe>) -> Result<Vec<u8>, CodecError> {
    for track in &mut tracks {
        tag_colour(&mut track.entry);
    }
    let (mut moov, media, media_at) = interleave(&tracks)?;
    for (trak, track) in moov.trak_boxes.iter_mut().zip(&tracks) {
        add_edit_list(trak, track);
    }
    moov.mvhd_box.timescale = MOVIE_TIMESCALE;
    let longest = moov
        .trak_boxes
        .iter()
        .map(|trak| trak.tkhd_box.duration)
        .max();
    moov.mvhd_box.duration = longest.unwrap_or(0);

    let ftyp = FtypBox {
        major_brand: Brand::ISOM,
        minor_version: 0x200,
        compatible_brands: vec![Brand::ISOM, Brand::ISO2, Brand::MP41],
    };
    let mut file = ftyp.encode_to_vec()?;
    let recipe = recipe.map(recipe_box).transpose()?.unwrap_or_default();
    let media_len = media.len();
    let mdat = MdatBox { payload: media }.encode_to_vec()?;
    // Chunk offsets have a fixed width, so moving the media does not change the length of the index.
    let moov_len = moov.encode_to_vec()?.len();
    let new_media_at = file.len() + moov_len + recipe.len() + mdat.len() - media_len;
    move_chunks(&mut moov, media_at, new_media_at as u64)?;
    file.extend(moov.encode_to_vec()?);
    file.extend(recipe);
    file.extend(mdat);
    Ok(file)
}

/// Builds the sample tables and the media, interleaving half a second of each track, so that a player that reads
/// sequentially has both. Also returns the file offset of the media that the tables assume.
fn interleave(tracks: &[Track]) -> Result<(MoovBox, Vec<u8>, u64), CodecError> {
    let mut muxer = Mp4FileMuxer::new()?;
    let media_at = muxer.initial_boxes_bytes().len() as u64;
    let mut media = Vec::new();
    let mut next = vec![0; tracks.len()];
    for half_second in 1_u64.. {
        if tracks
            .iter()
            .zip(&next)
            .all(|(track, next)| *next == track.packets.len())
        {
            break;
        }
        for (track, next) in tracks.iter().zip(&mut next) {
            let until = half_second * u64::from(track.timescale) / 2;
            while let Some(packet) = track.packets.get(*next) {
                if *next as u64 * u64::from(track.packet_duration) >= until {
                    break;
                }
                muxer.append_sample(&sample(track, packet, media_at + media.len() as u64)?)?;
                media.extend_from_slice(&packet.data);
                *next += 1;
            }
        }
    }
    let moov = muxer.finalize()?.moov_box().clone();
    Ok((moov, media, media_at))
}

fn sample(track: &Track, packet: &Packet, data_offset: u64) -> Result<Sample, CodecError> {
    let timescale = NonZeroU32::new(track.timescale).ok_or_else(|| CodecError::Mux {
        message: "a track has no timescale".into(),
    })?;
    Ok(Sample {
        track_kind: track.kind,
        sample_entry: Some(track.entry.clone()),
        keyframe: packet.keyframe,
        timescale,
        duration: track.packet_duration,
        composition_time_offset: None,
        data_offset,
        data_size: packet.data.len(),
    })
}

/// Adds an edit list that plays the track from the end of the encoder delay for the duration of the clip.
fn add_edit_list(trak: &mut TrakBox, track: &Track) {
    let scale = u64::from(MOVIE_TIMESCALE.get());
    let duration = (track.length * scale).div_ceil(u64::from(track.timescale));
    trak.tkhd_box.duration = duration;
    let entry = ElstEntry {
        edit_duration: duration,
        // An encoder delay has at most some thousand samples, so the cast is lossless.
        media_time: track.skip as i64,
        media_rate: FixedPointNumber::new(1, 0),
    };
    let elst_box = Some(ElstBox {
        entries: vec![entry],
    });
    trak.edts_box = Some(EdtsBox {
        elst_box,
        unknown_boxes: Vec::new(),
    });
}

/// Rebases the chunk offsets of an index from one media offset to another.
fn move_chunks(moov: &mut MoovBox, from: u64, to: u64) -> Result<(), CodecError> {
    let too_long = || CodecError::Mux {
        message: "the clip is larger than 4 GB".into(),
    };
    for trak in &mut moov.trak_boxes {
        match &mut trak.mdia_box.minf_box.stbl_box.stco_or_co64_box {
            Either::A(stco) => {
                for offset in &mut stco.chunk_offsets {
                    let moved = u64::from(*offset) - from + to;
                    *offset = u32::try_from(moved).map_err(|_| too_long())?;
                }
            }
            Either::B(_) => return Err(too_long()),
        }
    }
    Ok(())
}

/// Adds a `colr` box of type `nclx` to a video sample entry.
fn tag_colour(entry: &mut SampleEntry) {
    let boxes = match entry {
        SampleEntry::Avc1(avc1) => &mut avc1.unknown_boxes,
        SampleEntry::Vp09(vp09) => &mut vp09.unknown_boxes,
        SampleEntry::Av01(av01) => &mut av01.unknown_boxes,
        _ => return,
    };
    let mut payload = b"nclx".to_vec();
    for code in [colour::PRIMARIES, colour::TRANSFER, colour::MATRIX] {
        payload.extend(u16::from(code).to_be_bytes());
    }
    payload.push(0); // limited range
    let box_type = BoxType::Normal(*b"colr");
    let box_size = BoxSize::with_payload_size(box_type, payload.len() as u64);
    boxes.push(UnknownBox {
        box_type,
        box_size,
        payload,
    });
}
