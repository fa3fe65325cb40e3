//! Prosody: assigns durations, pauses and a pitch contour to phrases.

mod duration;
mod melody;

pub use melody::at as melody_at;

use super::pronounce::{Phrase, Stress};
use super::text::Break;
use super::{Language, Phoneme, TimedPhoneme, TimedWord, Voice};

/// Silence before the first sound in seconds; the one after the last is 1.5 times as long.
const EDGE_S: f32 = 0.08;

/// A phoneme with its time.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// Phoneme.
    pub phoneme: Phoneme,
    /// Stress of the syllable.
    pub stress: Stress,
    /// Start in seconds from the start of the utterance.
    pub start_s: f32,
    /// Duration in seconds, including the release.
    pub duration_s: f32,
    /// Duration of the release of a plosive or affricate in seconds, from the burst to the end of the note.
    pub release_s: f32,
}

impl Note {
    /// Returns the end in seconds from the start of the utterance.
    pub fn end_s(&self) -> f32 {
        self.start_s + self.duration_s
    }
}

/// Input of the synthesizer: timed phonemes and pitch contour.
#[derive(Clone, Debug)]
pub struct Score {
    /// Phonemes and pauses without gaps.
    pub notes: Vec<Note>,
    /// Words in order.
    pub words: Vec<TimedWord>,
    /// Pitch contour: (seconds, semitones relative to the mean pitch of the voice), in order of time.
    pub melody: Vec<(f32, f32)>,
}

impl Score {
    /// Converts the notes to the public type.
    pub fn phonemes(&self) -> Vec<TimedPhoneme> {
        let timed = |note: &Note| TimedPhoneme {
            phoneme: note.phoneme,
            start_s: note.start_s,
            duration_s: note.duration_s,
            stress: note.stress,
        };
        self.notes.iter().map(timed).collect()
    }

    /// Returns the duration in seconds.
    pub fn duration_s(&self) -> f32 {
        self.notes.last().map_or(0.0, Note::end_s)
    }
}

/// Computes the score of a text.
pub fn score(phrases: &[Phrase], language: Language, voice: &Voice, pace: f32) -> Score {
    let mut score = Score {
        notes: Vec::new(),
        words: Vec::new(),
        melody: Vec::new(),
    };
    push_pause(&mut score, EDGE_S);
    for (index, phrase) in phrases.iter().enumerate() {
        let first = score.notes.len();
        for (position, word) in phrase.words.iter().enumerate() {
            let start_s = score.duration_s();
            duration::push_word(&mut score.notes, &phrase.words, position, language, pace);
            score.words.push(TimedWord {
                text: word.text.clone(),
                start_s,
                duration_s: score.duration_s() - start_s,
            });
        }
        melody::add(&mut score.melody, &score.notes[first..], phrase, voice);
        let last = index + 1 == phrases.len();
        push_pause(
            &mut score,
            if last {
                EDGE_S * 1.5
            } else {
                pause_s(phrase.end) / pace
            },
        );
    }
    melody::centre(&mut score);
    score
}

fn pause_s(end: Break) -> f32 {
    match end {
        Break::Comma => 0.2,
        Break::Statement | Break::Question | Break::Exclamation => 0.42,
    }
}

fn push_pause(score: &mut Score, duration_s: f32) {
    let start_s = score.duration_s();
    score.notes.push(Note {
        phoneme: Phoneme::Pause,
        stress: Stress::None,
        start_s,
        duration_s,
        release_s: 0.0,
    });
}
