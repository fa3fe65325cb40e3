//! A score → what the folds, the noise and the resonances do over time.

use super::consonants::{BANDS, locus, noise, transition_s};
use super::lane::Lane;
use super::vowels::formants;
use crate::speech::prosody::{Note, Score};
use crate::speech::{Manner, Phoneme, Place};

/// Everything that moves, each on its own lane.
#[derive(Default)]
pub struct Gestures {
    /// F1, F2 and F3 in Hz, for an adult male tract.
    pub formants: [Lane; 3],
    /// Their bandwidths in Hz.
    pub bandwidths: [Lane; 3],
    /// Strength of the voice, 0..1.
    pub voice: Lane,
    /// Strength of the breath through the whole tract.
    pub breath: Lane,
    /// Strength of the noise per band.
    pub bands: [Lane; BANDS],
    /// How far the nose is open, 0..1.
    pub nose: Lane,
}

/// One stretch of a sound with steady strengths.
struct Stretch {
    start_s: f32,
    end_s: f32,
    voice: f32,
    breath: f32,
    bands: [f32; BANDS],
    rise_s: f32,
    fall_s: f32,
}

impl Gestures {
    /// Lays the lanes of a score.
    pub fn new(score: &Score) -> Self {
        let mut out = Self::default();
        let notes = &score.notes;
        for index in 0..notes.len() {
            out.move_formants(notes, index);
            for stretch in stretches(notes, index) {
                out.sound(&stretch);
            }
            out.open_nose(notes, index);
        }
        out
    }

    fn sound(&mut self, stretch: &Stretch) {
        let (start, end, rise, fall) = (
            stretch.start_s,
            stretch.end_s,
            stretch.rise_s,
            stretch.fall_s,
        );
        self.voice.hold(start, end, stretch.voice, rise, fall);
        self.breath.hold(start, end, stretch.breath, rise, fall);
        for (lane, strength) in self.bands.iter_mut().zip(stretch.bands) {
            lane.hold(start, end, strength, rise, fall);
        }
    }

    fn move_formants(&mut self, notes: &[Note], index: usize) {
        let note = notes[index];
        let left = edge(notes, index, Side::Left);
        let right = edge(notes, index, Side::Right);
        let (start_s, end_s) = (note.start_s, note.end_s() - note.release_s);
        let (first, last) = targets(notes, index, left, right);
        // A vowel moves for as long as its neighbour asks, but always gets to its target.
        let reach = |side: Option<Phoneme>| {
            let own = if note.phoneme.is_vowel() {
                side.map_or(0.05, transition_s)
            } else {
                0.02
            };
            own.min((end_s - start_s) * 0.4)
        };
        let before = index.checked_sub(1).map(|before| notes[before]);
        let after = notes.get(index + 1);
        // The vowel's way out of a plosive starts at the burst, before the vowel does.
        let head_start = before.map_or(0.0, |before| before.release_s);
        let arrive_s =
            start_s + (reach(before.map(|note| note.phoneme)) - head_start * 0.8).max(0.004);
        let leave_s = end_s - reach(after.map(|note| note.phoneme));
        for formant in 0..3 {
            let lane = &mut self.formants[formant];
            if head_start == 0.0 {
                lane.push(start_s, left[formant]);
            }
            lane.push(arrive_s, first[formant]);
            lane.push(leave_s.max(arrive_s), last[formant]);
            lane.push(end_s, right[formant]);
            let width = bandwidth(note.phoneme)[formant];
            self.bandwidths[formant].hold(start_s, note.end_s(), width, 0.01, 0.01);
        }
    }

    fn open_nose(&mut self, notes: &[Note], index: usize) {
        let note = notes[index];
        let after = notes.get(index + 1).map(|note| note.phoneme.manner());
        let open = match note.phoneme.manner() {
            Manner::Nasal => 1.0,
            Manner::Vowel => formants(note.phoneme).nasal,
            _ => 0.0,
        };
        // The velum sinks before the mouth closes.
        let early_s: f32 = if open == 0.0 && after == Some(Manner::Nasal) {
            0.05
        } else {
            0.008
        };
        self.nose.hold(
            note.start_s,
            note.end_s(),
            open,
            0.01,
            early_s.min(note.duration_s * 0.4),
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
}

/// The formants on the border to a neighbour.
fn edge(notes: &[Note], index: usize, side: Side) -> [f32; 3] {
    let note = notes[index];
    let other = match side {
        Side::Left => index.checked_sub(1).map(|before| notes[before]),
        Side::Right => notes.get(index + 1).copied(),
    };
    let own = own_formants(note.phoneme, side);
    let Some(other) = other.filter(|other| other.phoneme != Phoneme::Pause) else {
        return own.unwrap_or_else(|| locus(note.phoneme, near_vowel(notes, index)));
    };
    let facing = if side == Side::Left {
        Side::Right
    } else {
        Side::Left
    };
    match (own, own_formants(other.phoneme, facing)) {
        (Some(own), Some(theirs)) => mean(own, theirs),
        (Some(own), None) => locus(other.phoneme, own),
        (None, Some(theirs)) => locus(note.phoneme, theirs),
        (None, None) => {
            let vowel = near_vowel(notes, index);
            mean(locus(note.phoneme, vowel), locus(other.phoneme, vowel))
        }
    }
}

/// Formants of a vowel on one side; a consonant has none of its own.
fn own_formants(phoneme: Phoneme, side: Side) -> Option<[f32; 3]> {
    let vowel = phoneme.is_vowel().then(|| formants(phoneme))?;
    Some(if side == Side::Left {
        vowel.start
    } else {
        vowel.end
    })
}

/// Where the formants rest inside a sound, first and last.
fn targets(notes: &[Note], index: usize, left: [f32; 3], right: [f32; 3]) -> ([f32; 3], [f32; 3]) {
    let phoneme = notes[index].phoneme;
    if phoneme.is_vowel() {
        let vowel = formants(phoneme);
        return (vowel.start, vowel.end);
    }
    if phoneme == Phoneme::Pause {
        return (left, right);
    }
    match phoneme.manner() {
        Manner::Glide | Manner::Liquid => {
            let rest = locus(phoneme, mean(left, right));
            (rest, rest)
        }
        _ => (left, right),
    }
}

/// The formants of the nearest vowel, the following one first.
fn near_vowel(notes: &[Note], index: usize) -> [f32; 3] {
    let after = notes[index..]
        .iter()
        .take_while(|note| note.phoneme != Phoneme::Pause);
    let before = notes[..index]
        .iter()
        .rev()
        .take_while(|note| note.phoneme != Phoneme::Pause);
    let next = after
        .map(|note| note.phoneme)
        .find(|phoneme| phoneme.is_vowel());
    let last = before
        .map(|note| note.phoneme)
        .find(|phoneme| phoneme.is_vowel());
    match (next, last) {
        (Some(next), _) => formants(next).start,
        (None, Some(last)) => formants(last).end,
        (None, None) => formants(Phoneme::Ax).start,
    }
}

fn mean(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [0, 1, 2].map(|formant| (a[formant] + b[formant]) * 0.5)
}

fn bandwidth(phoneme: Phoneme) -> [f32; 3] {
    match phoneme.manner() {
        Manner::Vowel => formants(phoneme).bandwidths,
        Manner::Nasal => [60.0, 250.0, 280.0],
        Manner::Liquid | Manner::Glide => [60.0, 110.0, 180.0],
        _ if phoneme.is_voiced() => [70.0, 110.0, 190.0],
        _ => [200.0, 130.0, 220.0],
    }
}

/// What sounds during a note.
fn stretches(notes: &[Note], index: usize) -> Vec<Stretch> {
    let note = notes[index];
    let (start_s, end_s) = (note.start_s, note.end_s());
    let phoneme = note.phoneme;
    let after = notes
        .get(index + 1)
        .map_or(Phoneme::Pause, |next| next.phoneme);
    let f2 = near_vowel(notes, index)[1];
    let even = |voice: f32, breath: f32, rise_s: f32, fall_s: f32| Stretch {
        start_s,
        end_s,
        voice,
        breath,
        bands: noise(phoneme, f2),
        rise_s,
        fall_s,
    };
    match phoneme.manner() {
        Manner::Silence => vec![even(0.0, 0.0, 0.004, 0.004)],
        Manner::Vowel => {
            let weak = phoneme == Phoneme::Ax || phoneme == Phoneme::FrSchwa;
            let fall_s = if after == Phoneme::Pause { 0.06 } else { 0.012 };
            vec![even(if weak { 0.8 } else { 1.0 }, 0.0, 0.012, fall_s)]
        }
        Manner::Nasal => vec![even(
            0.75,
            0.0,
            0.008,
            if after == Phoneme::Pause { 0.05 } else { 0.008 },
        )],
        Manner::Liquid | Manner::Glide if phoneme == Phoneme::Rr => {
            vec![even(0.45, 0.05, 0.02, 0.02)]
        }
        Manner::Liquid | Manner::Glide => vec![even(0.62, 0.0, 0.02, 0.02)],
        Manner::Fricative if phoneme == Phoneme::Hh => vec![even(0.0, 0.35, 0.02, 0.02)],
        Manner::Fricative if phoneme.is_voiced() => vec![even(0.36, 0.0, 0.015, 0.015)],
        Manner::Fricative => vec![even(0.0, 0.0, 0.022, 0.018)],
        Manner::Plosive | Manner::Affricate => plosive(notes, index, f2),
    }
}

/// A closure, a burst, and the breath or friction until the voice is back.
fn plosive(notes: &[Note], index: usize, f2: f32) -> Vec<Stretch> {
    let note = notes[index];
    let phoneme = note.phoneme;
    let burst_s = note.end_s() - note.release_s;
    let silent = [0.0; BANDS];
    if phoneme == Phoneme::Dx {
        return vec![Stretch {
            start_s: note.start_s,
            end_s: note.end_s(),
            voice: 0.22,
            breath: 0.0,
            bands: silent,
            rise_s: 0.006,
            fall_s: 0.006,
        }];
    }
    let bar = if phoneme.is_voiced() { 0.085 } else { 0.0 };
    let closure = Stretch {
        start_s: note.start_s,
        end_s: burst_s,
        voice: bar,
        breath: 0.0,
        bands: silent,
        rise_s: 0.006,
        fall_s: 0.001,
    };
    let bands = noise(phoneme, f2);
    if phoneme.manner() == Manner::Affricate {
        let friction = Stretch {
            start_s: burst_s,
            end_s: note.end_s(),
            voice: bar,
            breath: 0.0,
            bands,
            rise_s: 0.003,
            fall_s: 0.012,
        };
        return vec![closure, friction];
    }
    let burst_end_s = burst_s
        + note.release_s.min(if phoneme.place() == Place::Velar {
            0.022
        } else {
            0.012
        });
    let burst = Stretch {
        start_s: burst_s,
        end_s: burst_end_s,
        voice: bar,
        breath: 0.0,
        bands,
        rise_s: 0.0008,
        fall_s: 0.005,
    };
    let breathed = !phoneme.is_voiced() && note.release_s > 0.03;
    let breath = Stretch {
        start_s: burst_end_s,
        end_s: note.end_s(),
        voice: 0.0,
        breath: if breathed { 0.32 } else { 0.1 },
        bands: bands.map(|strength| strength * 0.12),
        rise_s: 0.004,
        fall_s: 0.008,
    };
    vec![closure, burst, breath]
}
