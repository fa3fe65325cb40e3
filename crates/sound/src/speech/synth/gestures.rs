//! Control parameters of the synthesizer over time: formants, bandwidths, source and noise levels, velum.

use super::consonants::{BANDS, locus, noise, transition_s};
use super::envelope::Envelope;
use super::vowels::formants;
use crate::speech::prosody::{Note, Score};
use crate::speech::{Manner, Phoneme, Place};

/// Envelopes of all control parameters.
#[derive(Default)]
pub struct Gestures {
    /// F1, F2 and F3 in Hz, for an adult male vocal tract.
    pub formants: [Envelope; 3],
    /// Bandwidths of F1, F2 and F3 in Hz.
    pub bandwidths: [Envelope; 3],
    /// Amplitude of voicing, 0..1.
    pub voice: Envelope,
    /// Amplitude of aspiration through the cascade.
    pub breath: Envelope,
    /// Amplitude of frication per band.
    pub bands: [Envelope; BANDS],
    /// Opening of the velum, 0..1.
    pub nose: Envelope,
}

/// Interval of a note with constant amplitudes.
struct Segment {
    start_s: f32,
    end_s: f32,
    voice: f32,
    breath: f32,
    bands: [f32; BANDS],
    rise_s: f32,
    fall_s: f32,
}

impl Gestures {
    /// Computes the envelopes of a score.
    pub fn new(score: &Score) -> Self {
        let mut out = Self::default();
        let notes = &score.notes;
        for index in 0..notes.len() {
            out.move_formants(notes, index);
            for segment in segments(notes, index) {
                out.set_amplitudes(&segment);
            }
            out.open_nose(notes, index);
        }
        out
    }

    fn set_amplitudes(&mut self, segment: &Segment) {
        let (start, end, rise, fall) = (
            segment.start_s,
            segment.end_s,
            segment.rise_s,
            segment.fall_s,
        );
        self.voice.hold(start, end, segment.voice, rise, fall);
        self.breath.hold(start, end, segment.breath, rise, fall);
        for (envelope, amplitude) in self.bands.iter_mut().zip(segment.bands) {
            envelope.hold(start, end, amplitude, rise, fall);
        }
    }

    fn move_formants(&mut self, notes: &[Note], index: usize) {
        let note = notes[index];
        let left = edge(notes, index, Side::Left);
        let right = edge(notes, index, Side::Right);
        let (start_s, end_s) = (note.start_s, note.end_s() - note.release_s);
        let (first, last) = targets(notes, index, left, right);
        // A vowel's transition lasts as long as its neighbour requires, but leaves time to reach the target.
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
        // The transition from a plosive starts at the burst, before the vowel.
        let head_start = before.map_or(0.0, |before| before.release_s);
        let arrive_s =
            start_s + (reach(before.map(|note| note.phoneme)) - head_start * 0.8).max(0.004);
        let leave_s = end_s - reach(after.map(|note| note.phoneme));
        for formant in 0..3 {
            let envelope = &mut self.formants[formant];
            if head_start == 0.0 {
                envelope.push(start_s, left[formant]);
            }
            envelope.push(arrive_s, first[formant]);
            envelope.push(leave_s.max(arrive_s), last[formant]);
            envelope.push(end_s, right[formant]);
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
        // The velum opens before the oral closure.
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

/// Computes the formants on the border to a neighbour.
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

/// Returns the formants of a vowel on one side, or `None` for a consonant.
fn own_formants(phoneme: Phoneme, side: Side) -> Option<[f32; 3]> {
    let vowel = phoneme.is_vowel().then(|| formants(phoneme))?;
    Some(if side == Side::Left {
        vowel.start
    } else {
        vowel.end
    })
}

/// Returns the first and last formant targets inside a sound.
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

/// Returns the formants of the nearest vowel, preferring the following one.
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

/// Splits a note into segments of constant amplitudes.
fn segments(notes: &[Note], index: usize) -> Vec<Segment> {
    let note = notes[index];
    let (start_s, end_s) = (note.start_s, note.end_s());
    let phoneme = note.phoneme;
    let after = notes
        .get(index + 1)
        .map_or(Phoneme::Pause, |next| next.phoneme);
    let f2 = near_vowel(notes, index)[1];
    let whole = |voice: f32, breath: f32, rise_s: f32, fall_s: f32| Segment {
        start_s,
        end_s,
        voice,
        breath,
        bands: noise(phoneme, f2),
        rise_s,
        fall_s,
    };
    match phoneme.manner() {
        Manner::Silence => vec![whole(0.0, 0.0, 0.004, 0.004)],
        Manner::Vowel => {
            let weak = phoneme == Phoneme::Ax || phoneme == Phoneme::FrSchwa;
            let fall_s = if after == Phoneme::Pause { 0.06 } else { 0.012 };
            vec![whole(if weak { 0.8 } else { 1.0 }, 0.0, 0.012, fall_s)]
        }
        Manner::Nasal => vec![whole(
            0.75,
            0.0,
            0.008,
            if after == Phoneme::Pause { 0.05 } else { 0.008 },
        )],
        Manner::Liquid | Manner::Glide if phoneme == Phoneme::Rr => {
            vec![whole(0.45, 0.05, 0.02, 0.02)]
        }
        Manner::Liquid | Manner::Glide => vec![whole(0.62, 0.0, 0.02, 0.02)],
        Manner::Fricative if phoneme == Phoneme::Hh => vec![whole(0.0, 0.35, 0.02, 0.02)],
        Manner::Fricative if phoneme.is_voiced() => vec![whole(0.36, 0.0, 0.015, 0.015)],
        Manner::Fricative => vec![whole(0.0, 0.0, 0.022, 0.018)],
        Manner::Plosive | Manner::Affricate => plosive(notes, index, f2),
    }
}

/// Splits a plosive or affricate into closure, burst, and aspiration or friction.
fn plosive(notes: &[Note], index: usize, f2: f32) -> Vec<Segment> {
    let note = notes[index];
    let phoneme = note.phoneme;
    let burst_s = note.end_s() - note.release_s;
    let silent = [0.0; BANDS];
    if phoneme == Phoneme::Dx {
        return vec![Segment {
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
    let closure = Segment {
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
        let friction = Segment {
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
    let burst = Segment {
        start_s: burst_s,
        end_s: burst_end_s,
        voice: bar,
        breath: 0.0,
        bands,
        rise_s: 0.0008,
        fall_s: 0.005,
    };
    let breathed = !phoneme.is_voiced() && note.release_s > 0.03;
    let breath = Segment {
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
