//! Mouth shapes from timed phonemes: viseme, opening and width.

use serde::Serialize;

use super::{Manner, Phoneme, Place, TimedPhoneme};

/// A visually distinct mouth shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Viseme {
    /// Closed at rest.
    Rest,
    /// Lips pressed: p, b, m.
    Closed,
    /// Lower lip at the teeth: f, v.
    Teeth,
    /// Tongue seen between the teeth: th.
    Tongue,
    /// Slightly open, teeth close: t, d, n, s, k and similar.
    Narrow,
    /// Lips pushed forward: sh, ch, r.
    Pushed,
    /// Open: the vowels of father and cat.
    Open,
    /// Half open: the vowels of bet and but.
    Half,
    /// Spread: the vowels of beat and bit.
    Spread,
    /// Rounded: the vowels of boat and boot, w.
    Round,
}

impl Viseme {
    /// All visemes in class order.
    pub const ALL: [Self; 10] = [
        Self::Rest,
        Self::Closed,
        Self::Teeth,
        Self::Tongue,
        Self::Narrow,
        Self::Pushed,
        Self::Open,
        Self::Half,
        Self::Spread,
        Self::Round,
    ];

    /// Returns the viseme of a phoneme; of a diphthong, that of its first half.
    pub fn of(phoneme: Phoneme) -> Self {
        use Phoneme as P;
        match phoneme {
            P::Pause => Self::Rest,
            P::Iy | P::Ih | P::Ey | P::FrI | P::FrE | P::Y => Self::Spread,
            P::Eh | P::Ah | P::Ax | P::Er | P::FrEh | P::FrIn | P::FrSchwa | P::Hh | P::Rr => {
                Self::Half
            }
            P::Ae | P::Aa | P::Ay | P::Aw | P::FrA | P::FrAn => Self::Open,
            P::Ao | P::Ow | P::Uh | P::Uw | P::Oy | P::W | P::Hy => Self::Round,
            P::FrO | P::FrOpenO | P::FrU | P::FrY | P::FrEu | P::FrOe | P::FrOn | P::FrUn => {
                Self::Round
            }
            P::Sh | P::Zh | P::Ch | P::Jh | P::R => Self::Pushed,
            P::Th | P::Dh => Self::Tongue,
            other => match other.place() {
                Place::Bilabial => Self::Closed,
                Place::Labiodental => Self::Teeth,
                _ => Self::Narrow,
            },
        }
    }
}

/// Mouth shape at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mouth {
    /// Viseme.
    pub viseme: Viseme,
    /// Opening between the lips, 0 (closed) to 1 (maximum of speech).
    pub open: f32,
    /// Width of the lips, −1 (rounded) to 1 (spread); 0 is neutral.
    pub width: f32,
}

/// Maximum frame rate.
const FASTEST: f32 = 1_000.0;

/// Computes the mouth shape of each frame with [`within`]. A rate that is not a positive number gives no frames.
pub fn frames(phonemes: &[TimedPhoneme], fps: f32) -> Vec<Mouth> {
    let Some(last) = phonemes.last().filter(|_| fps > 0.0) else {
        return Vec::new();
    };
    let fps = fps.min(FASTEST);
    let count = libm::ceilf((last.start_s + last.duration_s) * fps) as usize;
    (0..count)
        .map(|frame| within(phonemes, frame as f32 / fps, 1.0 / fps))
        .collect()
}

/// Computes the mouth shape of a frame that starts at `start_s` and lasts `length_s` seconds: the shape in the middle of
/// the frame, or closed lips if a bilabial closure falls within it. Without that exception low frame rates miss closures.
pub fn within(phonemes: &[TimedPhoneme], start_s: f32, length_s: f32) -> Mouth {
    let meets = |phoneme: &&TimedPhoneme| {
        let middle_s = phoneme.start_s + phoneme.duration_s * 0.4;
        Viseme::of(phoneme.phoneme) == Viseme::Closed
            && (start_s..start_s + length_s).contains(&middle_s)
    };
    match phonemes.iter().find(meets) {
        Some(lips) => at(phonemes, lips.start_s + lips.duration_s * 0.4),
        None => at(phonemes, start_s + length_s * 0.5),
    }
}

/// Computes the mouth shape at a time in seconds; at rest before the start and after the end.
pub fn at(phonemes: &[TimedPhoneme], time_s: f32) -> Mouth {
    let rest = Mouth {
        viseme: Viseme::Rest,
        open: 0.0,
        width: 0.0,
    };
    let now = phonemes.partition_point(|phoneme| phoneme.start_s <= time_s);
    let Some(index) = now.checked_sub(1) else {
        return rest;
    };
    let current = &phonemes[index];
    if time_s >= current.start_s + current.duration_s {
        return rest;
    }
    let (open, width) = shape(phonemes, index, time_s);
    let viseme = Viseme::of(current.phoneme);
    Mouth {
        viseme,
        open,
        width,
    }
}

/// Computes opening and width: each phoneme holds its pose in the middle and interpolates to its neighbours around the
/// borders.
fn shape(phonemes: &[TimedPhoneme], index: usize, time_s: f32) -> (f32, f32) {
    let current = &phonemes[index];
    let along = (time_s - current.start_s) / current.duration_s.max(1e-6);
    let own = pose(current.phoneme, along);
    let neighbour = if along < 0.5 {
        index.checked_sub(1)
    } else {
        Some(index + 1)
    };
    let Some(other) = neighbour.and_then(|neighbour| phonemes.get(neighbour)) else {
        return own;
    };
    let facing = pose(other.phoneme, if along < 0.5 { 1.0 } else { 0.0 });
    // Lips stay closed for the whole closure; the transition happens in the neighbour.
    let (own_holds, other_holds) = (holds_pose(current.phoneme), holds_pose(other.phoneme));
    let border = match (own_holds, other_holds) {
        (true, false) => own,
        (false, true) => facing,
        _ => ((own.0 + facing.0) * 0.5, (own.1 + facing.1) * 0.5),
    };
    let away_s = if along < 0.5 {
        time_s - current.start_s
    } else {
        current.start_s + current.duration_s - time_s
    };
    let glide_s = GLIDE_S.min(current.duration_s * 0.5);
    let share = (away_s / glide_s.max(1e-6)).clamp(0.0, 1.0);
    let smooth = share * share * (3.0 - 2.0 * share);
    (
        border.0 + (own.0 - border.0) * smooth,
        border.1 + (own.1 - border.1) * smooth,
    )
}

/// Duration in seconds of the lips' transition from a border to the pose of a phoneme.
const GLIDE_S: f32 = 0.06;

/// Tests whether the pose of a phoneme is unaffected by its neighbours.
fn holds_pose(phoneme: Phoneme) -> bool {
    matches!(
        Viseme::of(phoneme),
        Viseme::Closed | Viseme::Teeth | Viseme::Rest
    )
}

/// Returns opening and width of a phoneme at the fraction `along` of its duration; diphthongs move.
fn pose(phoneme: Phoneme, along: f32) -> (f32, f32) {
    let glide = |from: (f32, f32), to: (f32, f32)| {
        (
            from.0 + (to.0 - from.0) * along,
            from.1 + (to.1 - from.1) * along,
        )
    };
    match phoneme {
        Phoneme::Ay => return glide((0.95, 0.1), (0.4, 0.6)),
        Phoneme::Aw => return glide((0.95, 0.0), (0.35, -0.8)),
        Phoneme::Oy => return glide((0.6, -0.8), (0.35, 0.5)),
        Phoneme::Ow => return glide((0.6, -0.6), (0.3, -0.95)),
        Phoneme::Ey => return glide((0.5, 0.5), (0.32, 0.8)),
        Phoneme::Aa | Phoneme::FrAn | Phoneme::FrA => return (1.0, 0.0),
        Phoneme::Uw | Phoneme::FrU | Phoneme::FrY | Phoneme::W | Phoneme::Hy => {
            return (0.22, -1.0);
        }
        Phoneme::Iy | Phoneme::FrI => return (0.3, 1.0),
        _ => {}
    }
    let quiet = matches!(phoneme.manner(), Manner::Plosive | Manner::Nasal);
    match Viseme::of(phoneme) {
        Viseme::Rest | Viseme::Closed => (0.0, 0.0),
        Viseme::Teeth => (0.1, 0.1),
        Viseme::Tongue => (0.25, 0.2),
        Viseme::Narrow => (if quiet { 0.2 } else { 0.24 }, 0.25),
        Viseme::Pushed => (0.25, -0.6),
        Viseme::Open => (0.95, 0.2),
        Viseme::Half => (0.55, 0.2),
        Viseme::Spread => (0.36, 0.75),
        Viseme::Round => (0.42, -0.8),
    }
}
