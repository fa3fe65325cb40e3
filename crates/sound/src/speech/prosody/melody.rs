//! Pitch contour: accents on stressed syllables over a declination line, and a final contour by sentence type.

use super::{Note, Score};
use crate::speech::Voice;
use crate::speech::pronounce::{Phrase, Stress};
use crate::speech::text::Break;

/// Question words; a question that starts with one has a falling final contour.
const QUESTION_WORDS: [&str; 20] = [
    "what", "who", "whom", "whose", "which", "when", "where", "why", "how", "what's", "who's",
    "where's", "qui", "que", "quoi", "quand", "où", "comment", "pourquoi", "combien",
];

/// Adds the contour of a phrase with these notes, in semitones scaled by the range of the voice.
pub fn add(melody: &mut Vec<(f32, f32)>, notes: &[Note], phrase: &Phrase, voice: &Voice) {
    let (Some(first), Some(last)) = (notes.first(), notes.last()) else {
        return;
    };
    let (start_s, end_s) = (first.start_s, last.end_s());
    let has_question_word = phrase
        .words
        .first()
        .is_some_and(|word| QUESTION_WORDS.contains(&word.text.as_str()));
    let end = if phrase.end == Break::Question && has_question_word {
        Break::Statement
    } else {
        phrase.end
    };
    let range = voice.range
        * if phrase.end == Break::Exclamation {
            1.45
        } else {
            1.0
        };
    let line = |time_s: f32| 1.5 - 3.5 * (time_s - start_s) / (end_s - start_s).max(0.8);
    let accents: Vec<&Note> = notes
        .iter()
        .filter(|note| note.stress == Stress::Primary)
        .collect();
    let mut points = vec![(start_s, line(start_s))];
    let nuclear = accents
        .last()
        .copied()
        .or_else(|| notes.iter().rev().find(|note| note.phoneme.is_vowel()));
    for (index, note) in accents.iter().enumerate() {
        if Some(note.start_s) == nuclear.map(|nuclear| nuclear.start_s) {
            break;
        }
        let height = if index == 0 { 4.0 } else { 3.0 };
        points.push((note.start_s - 0.04, line(note.start_s) + 0.3));
        points.push((
            note.start_s + note.duration_s * 0.5,
            line(note.start_s) + height,
        ));
        points.push((note.end_s() + 0.06, line(note.end_s()) + 0.6));
    }
    if let Some(note) = nuclear {
        points.extend(ending(note, end, end_s, line(note.start_s)));
    }
    // Close accents overlap; the later one replaces the earlier one from its start.
    let mut clean: Vec<(f32, f32)> = Vec::with_capacity(points.len());
    for point in points {
        while clean.last().is_some_and(|last| last.0 >= point.0) && clean.len() > 1 {
            clean.pop();
        }
        clean.push((point.0.max(start_s), point.1));
    }
    melody.extend(
        clean
            .into_iter()
            .map(|(time_s, height)| (time_s, height * range)),
    );
}

/// Computes the final contour, from the last accent to the end, as (seconds, semitones).
fn ending(note: &Note, end: Break, end_s: f32, base: f32) -> Vec<(f32, f32)> {
    let peak_s = note.start_s + note.duration_s * 0.35;
    match end {
        Break::Statement | Break::Exclamation => vec![
            (note.start_s - 0.03, base + 0.5),
            (peak_s, base + 3.5),
            (note.end_s(), base - 2.0),
            (end_s + 0.02, base - 4.0),
        ],
        Break::Question => vec![
            (note.start_s - 0.03, base + 0.3),
            (peak_s, base - 0.5),
            (end_s, base + 8.0),
        ],
        Break::Comma => vec![
            (note.start_s - 0.03, base + 0.3),
            (peak_s, base + 2.5),
            (note.end_s(), base - 0.5),
            (end_s + 0.02, base + 1.5),
        ],
    }
}

/// Shifts the contour so that its mean over vowels is 0: the mean pitch of the voice.
pub fn centre(score: &mut Score) {
    let (mut sum, mut weight) = (0.0f64, 0.0f64);
    for note in score.notes.iter().filter(|note| note.phoneme.is_vowel()) {
        for part in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let height = at(&score.melody, note.start_s + note.duration_s * part);
            sum += f64::from(height * note.duration_s);
            weight += f64::from(note.duration_s);
        }
    }
    if weight > 0.0 {
        let mean = (sum / weight) as f32;
        score
            .melody
            .iter_mut()
            .for_each(|(_, height)| *height -= mean);
    }
}

/// Evaluates the contour at a time, in semitones.
pub fn at(melody: &[(f32, f32)], time_s: f32) -> f32 {
    let next = melody.partition_point(|(point_s, _)| *point_s <= time_s);
    match (
        next.checked_sub(1).map(|before| melody[before]),
        melody.get(next),
    ) {
        (None, None) => 0.0,
        (Some((_, height)), None) => height,
        (None, Some((_, height))) => *height,
        (Some((from_s, from)), Some((to_s, to))) => {
            let along = (time_s - from_s) / (to_s - from_s);
            let smooth = along * along * (3.0 - 2.0 * along);
            from + (to - from) * smooth
        }
    }
}
