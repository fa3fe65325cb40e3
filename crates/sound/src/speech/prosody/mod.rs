//! Phrases → a score: when each sound starts, how long it lasts, and the melody over it.

mod duration;
mod melody;

pub use melody::at as melody_at;

use super::pronounce::{Phrase, Stress};
use super::text::Break;
use super::{Language, Phoneme, TimedPhoneme, TimedWord, Voice};

/// Silence before the first and after the last sound, in s.
const EDGE_S: f32 = 0.08;

/// A sound with its time.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// What sounds.
    pub phoneme: Phoneme,
    /// Stress of the syllable.
    pub stress: Stress,
    /// Seconds from the start.
    pub start_s: f32,
    /// Seconds, the release included.
    pub duration_s: f32,
    /// Of a plosive or affricate: seconds from the burst to its end.
    pub release_s: f32,
}

impl Note {
    /// Seconds from the start of the utterance to the end of the sound.
    pub fn end_s(&self) -> f32 {
        self.start_s + self.duration_s
    }
}

/// What is sung when.
#[derive(Clone, Debug)]
pub struct Score {
    /// Sounds and silences without gaps.
    pub notes: Vec<Note>,
    /// The words.
    pub words: Vec<TimedWord>,
    /// Pitch in semitones around the voice's mean: (seconds, semitones), in order of time.
    pub melody: Vec<(f32, f32)>,
}

impl Score {
    /// The notes as the world sees them.
    pub fn phonemes(&self) -> Vec<TimedPhoneme> {
        let timed = |note: &Note| TimedPhoneme {
            phoneme: note.phoneme,
            start_s: note.start_s,
            duration_s: note.duration_s,
            stress: note.stress,
        };
        self.notes.iter().map(timed).collect()
    }

    /// Seconds.
    pub fn duration_s(&self) -> f32 {
        self.notes.last().map_or(0.0, Note::end_s)
    }
}

/// Times a text.
pub fn score(phrases: &[Phrase], language: Language, voice: &Voice, pace: f32) -> Score {
    let mut score = Score {
        notes: Vec::new(),
        words: Vec::new(),
        melody: Vec::new(),
    };
    push_pause(&mut score, EDGE_S);
    for (index, phrase) in phrases.iter().enumerate() {
        let first = score.notes.len();
        for (place, word) in phrase.words.iter().enumerate() {
            let start_s = score.duration_s();
            duration::push_word(&mut score.notes, &phrase.words, place, language, pace);
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
