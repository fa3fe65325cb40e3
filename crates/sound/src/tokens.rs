//! Sound tokens: encodes a track as rows of values for the video model, and decodes them.
//!
//! `[latent_frames, ROW]`; a row holds four sub-frames of [`SUBFRAME`] values
//! `[onset ±1, offset in the frame -1..1, energy 0..1, size 0..1, material one-hot ±1 (4), roll 0..1]`, then the place one-hot
//! ±1 (4). Latent frame 0 repeats pixel frame 0 four times; latent frame `j` covers pixel frames `4j-3 ..= 4j`. Specified in
//! `docs/formats.md`.

use crate::track::{FRAMES_PER_SECOND, Impact, Material, Place, SoundTrack};

/// Pixel frames per latent frame.
pub const SUBFRAMES: usize = 4;
/// Values per sub-frame.
pub const SUBFRAME: usize = 9;
/// Values per latent frame.
pub const ROW: usize = SUBFRAMES * SUBFRAME + Place::ALL.len();

const ONSET: usize = 0;
const OFFSET: usize = 1;
const ENERGY: usize = 2;
const SIZE: usize = 3;
const MATERIAL: usize = 4;
const ROLL: usize = 8;
const PLACE: usize = SUBFRAMES * SUBFRAME;

/// Returns the number of latent frames of a clip of `frames` = 4n + 1 pixel frames.
pub fn latent_frames(frames: usize) -> usize {
    frames.saturating_sub(1) / SUBFRAMES + 1
}

/// Maps sub-frame `sub` of latent frame `latent` to its pixel frame.
pub fn pixel_frame(latent: usize, sub: usize) -> usize {
    if latent == 0 {
        0
    } else {
        latent * SUBFRAMES - (SUBFRAMES - 1) + sub
    }
}

/// Encodes a track as `[latent_frames, ROW]`. Of several contacts within one pixel frame the strongest is kept.
pub fn encode(track: &SoundTrack, frames: usize) -> Vec<f32> {
    let mut rows = vec![0.0; latent_frames(frames) * ROW];
    for (latent, row) in rows.chunks_exact_mut(ROW).enumerate() {
        for sub in 0..SUBFRAMES {
            let values = &mut row[sub * SUBFRAME..(sub + 1) * SUBFRAME];
            encode_subframe(track, pixel_frame(latent, sub), values);
        }
        one_hot(&mut row[PLACE..], track.place as usize);
    }
    rows
}

/// Decodes clean or predicted rows `[latent_frames, ROW]`. A positive onset value is an onset, at most one in two adjacent
/// frames; a one-hot group is decoded by its maximum. Place, material and size are averaged over the clip.
pub fn decode(rows: &[f32]) -> SoundTrack {
    let latents = rows.len() / ROW;
    let frames = latents.max(1) * SUBFRAMES - (SUBFRAMES - 1);
    let mut place = [0.0; 4];
    let mut material = [0.0; 4];
    let mut size = 0.0;
    let mut roll = Vec::with_capacity(frames);
    let mut onsets: Vec<(usize, f32, Impact)> = Vec::new();
    for (latent, row) in rows.chunks_exact(ROW).enumerate() {
        add(&mut place, &row[PLACE..]);
        for sub in if latent == 0 { 0..1 } else { 0..SUBFRAMES } {
            let mean = mean_of_first(row, latent);
            let values = if latent == 0 {
                &mean[..]
            } else {
                &row[sub * SUBFRAME..(sub + 1) * SUBFRAME]
            };
            add(&mut material, &values[MATERIAL..ROLL]);
            size += values[SIZE];
            roll.push(values[ROLL].clamp(0.0, 1.0));
            push_onset(&mut onsets, pixel_frame(latent, sub), values);
        }
    }
    SoundTrack {
        frames,
        place: Place::ALL[argmax(&place)],
        material: Material::ALL[argmax(&material)],
        size: (size / roll.len().max(1) as f32).clamp(0.0, 1.0),
        impacts: onsets.into_iter().map(|(_, _, impact)| impact).collect(),
        roll,
    }
}

fn encode_subframe(track: &SoundTrack, frame: usize, values: &mut [f32]) {
    let start = frame as f32 / FRAMES_PER_SECOND as f32;
    let strongest = track
        .impacts
        .iter()
        .filter(|impact| frame_of(impact.time_s) == frame)
        .reduce(|best, next| {
            if next.energy > best.energy {
                next
            } else {
                best
            }
        });
    values[ONSET] = -1.0;
    values[SIZE] = track.size;
    values[ROLL] = track.roll.get(frame).copied().unwrap_or(0.0);
    let mut material = track.material;
    if let Some(impact) = strongest {
        let inside = ((impact.time_s - start) * FRAMES_PER_SECOND as f32).clamp(0.0, 1.0);
        values[ONSET] = 1.0;
        values[OFFSET] = inside * 2.0 - 1.0;
        values[ENERGY] = impact.energy;
        values[SIZE] = impact.size;
        material = impact.material;
    }
    one_hot(&mut values[MATERIAL..ROLL], material as usize);
}

/// Adds the onset of one frame. Of onsets in two adjacent frames only the one with the larger value is kept.
fn push_onset(onsets: &mut Vec<(usize, f32, Impact)>, frame: usize, values: &[f32]) {
    let confidence = values[ONSET];
    if confidence <= 0.0 {
        return;
    }
    let inside = (values[OFFSET].clamp(-1.0, 1.0) + 1.0) * 0.5;
    let impact = Impact {
        time_s: (frame as f32 + inside) / FRAMES_PER_SECOND as f32,
        energy: values[ENERGY].clamp(0.0, 1.0),
        size: values[SIZE].clamp(0.0, 1.0),
        material: Material::ALL[argmax(&values[MATERIAL..ROLL])],
    };
    match onsets.last_mut() {
        Some(last) if last.0 + 1 == frame => {
            if confidence > last.1 {
                *last = (frame, confidence, impact);
            }
        }
        _ => onsets.push((frame, confidence, impact)),
    }
}

/// Averages the four copies of pixel frame 0 in row 0 of a noisy prediction. Returns zeros for other rows.
fn mean_of_first(row: &[f32], latent: usize) -> [f32; SUBFRAME] {
    let mut mean = [0.0; SUBFRAME];
    if latent == 0 {
        for (value, slot) in mean.iter_mut().enumerate() {
            *slot = (0..SUBFRAMES)
                .map(|sub| row[sub * SUBFRAME + value])
                .sum::<f32>()
                / SUBFRAMES as f32;
        }
    }
    mean
}

/// Returns the pixel frame that contains an instant in seconds.
pub fn frame_of(time_s: f32) -> usize {
    (time_s * FRAMES_PER_SECOND as f32).max(0.0) as usize
}

fn one_hot(values: &mut [f32], class: usize) {
    for (index, value) in values.iter_mut().enumerate() {
        *value = if index == class { 1.0 } else { -1.0 };
    }
}

fn add(sum: &mut [f32; 4], values: &[f32]) {
    for (total, value) in sum.iter_mut().zip(values) {
        *total += value;
    }
}

/// Returns the index of the maximum; of equal values, the first.
fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}
