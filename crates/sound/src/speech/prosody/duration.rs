//! Phoneme durations: the rules of Klatt (1979) for English; even syllables with a lengthened last one for French.

use super::Note;
use crate::speech::pronounce::{Sound, SpokenWord, Stress};
use crate::speech::{Language, Manner, Phoneme, Place};

/// Appends the notes of `words[position]`.
pub fn push_word(
    notes: &mut Vec<Note>,
    words: &[SpokenWord],
    position: usize,
    language: Language,
    pace: f32,
) {
    let word = &words[position];
    let next_word = words
        .get(position + 1)
        .and_then(|next| next.sounds.first())
        .map(|sound| sound.phoneme);
    for index in 0..word.sounds.len() {
        let context = SoundContext {
            word,
            index,
            before: before(notes),
            after: word
                .sounds
                .get(index + 1)
                .map(|sound| sound.phoneme)
                .or(next_word),
            ends_phrase: position + 1 == words.len(),
            language,
        };
        let sound = flapped(&context);
        let start_s = notes.last().map_or(0.0, Note::end_s);
        let release_s = context.release_ms(sound.phoneme) / 1000.0 / pace.max(0.8);
        let body_s = context.duration_ms(sound) / 1000.0 / pace;
        notes.push(Note {
            phoneme: sound.phoneme,
            stress: sound.stress,
            start_s,
            duration_s: body_s + release_s,
            release_s,
        });
    }
}

fn before(notes: &[Note]) -> Phoneme {
    notes.last().map_or(Phoneme::Pause, |note| note.phoneme)
}

/// Replaces an American English t or d between a vowel and an unstressed vowel by a flap.
fn flapped(context: &SoundContext) -> Sound {
    let sound = context.word.sounds[context.index];
    let weak_next = context.word.sounds.get(context.index + 1);
    let weak_next =
        weak_next.is_some_and(|next| next.phoneme.is_vowel() && next.stress == Stress::None);
    let after_vowel = context.language == Language::English
        && matches!(sound.phoneme, Phoneme::T | Phoneme::D)
        && context.index > 0
        && (context.before.is_vowel() || context.before == Phoneme::R);
    if after_vowel && weak_next {
        Sound {
            phoneme: Phoneme::Dx,
            ..sound
        }
    } else {
        sound
    }
}

/// A sound of a word with its neighbours.
struct SoundContext<'a> {
    word: &'a SpokenWord,
    index: usize,
    before: Phoneme,
    after: Option<Phoneme>,
    ends_phrase: bool,
    language: Language,
}

impl SoundContext<'_> {
    fn vowels_after(&self) -> usize {
        let rest = &self.word.sounds[self.index + 1..];
        rest.iter().filter(|sound| sound.phoneme.is_vowel()).count()
    }

    fn syllables(&self) -> usize {
        self.word
            .sounds
            .iter()
            .filter(|sound| sound.phoneme.is_vowel())
            .count()
    }

    /// Returns the stress of the next vowel, including this sound.
    fn stress(&self) -> Stress {
        let rest = &self.word.sounds[self.index..];
        rest.iter()
            .find(|sound| sound.phoneme.is_vowel())
            .map_or(Stress::None, |sound| sound.stress)
    }

    /// Computes the duration without the release, in ms.
    fn duration_ms(&self, sound: Sound) -> f32 {
        let (inherent, least) = (sound.phoneme.inherent_ms(), sound.phoneme.least_ms());
        match self.language {
            Language::English => {
                let weak = if sound.phoneme.is_vowel() {
                    sound.stress == Stress::None
                } else {
                    self.stress() == Stress::None
                };
                let least = if weak { least * 0.7 } else { least };
                least + (inherent - least).max(0.0) * self.english_share(sound, weak)
            }
            Language::French => {
                let last = sound.phoneme.is_vowel() && self.vowels_after() == 0;
                let share = match (last, self.ends_phrase) {
                    (true, true) => 1.5,
                    (true, false) => 0.95,
                    _ => 0.75,
                };
                let lengthens = matches!(
                    self.after,
                    Some(Phoneme::Rr | Phoneme::V | Phoneme::Z | Phoneme::Zh)
                );
                let share = if last && self.ends_phrase && lengthens {
                    share * 1.2
                } else {
                    share
                };
                least + (inherent - least) * share
            }
        }
    }

    fn english_share(&self, sound: Sound, weak: bool) -> f32 {
        let vowel = sound.phoneme.is_vowel();
        let last_syllable = self.vowels_after() == 0;
        let mut share = 1.0;
        if self.ends_phrase && last_syllable {
            share *= if vowel { 1.35 } else { 1.15 };
        } else if vowel {
            share *= 0.75;
        }
        if vowel && !last_syllable {
            share *= 0.85;
        }
        if vowel && self.syllables() > 2 {
            share *= 0.85;
        }
        if !vowel && self.index > 0 {
            share *= 0.85;
        }
        if weak {
            share *= if vowel { 0.6 } else { 0.75 };
        } else if sound.stress == Stress::Secondary {
            share *= 0.8;
        }
        share
            * if vowel {
                self.before_consonant()
            } else {
                self.in_cluster()
            }
    }

    /// Returns the factor on the duration of a vowel by the following consonant: short before a voiceless plosive, long
    /// before a voiced fricative.
    fn before_consonant(&self) -> f32 {
        let Some(after) = self
            .after
            .filter(|_| self.index + 1 < self.word.sounds.len())
        else {
            return 1.1;
        };
        let full = match (after.manner(), after.is_voiced()) {
            (Manner::Fricative, true) => 1.5,
            (Manner::Plosive | Manner::Affricate, true) => 1.2,
            (Manner::Plosive | Manner::Affricate, false) => 0.72,
            (Manner::Nasal, _) => 0.9,
            (Manner::Vowel, _) => 1.15,
            _ => 1.0,
        };
        if self.ends_phrase {
            full
        } else {
            0.4 + 0.6 * full
        }
    }

    /// Returns the factor on the duration of a consonant in a cluster.
    fn in_cluster(&self) -> f32 {
        let consonant = |phoneme: Phoneme| !phoneme.is_vowel() && phoneme != Phoneme::Pause;
        match (consonant(self.before), self.after.is_some_and(consonant)) {
            (true, true) => 0.6,
            (true, false) | (false, true) => 0.75,
            _ => 1.0,
        }
    }

    /// Computes the duration of burst and aspiration after a closure, in ms.
    fn release_ms(&self, phoneme: Phoneme) -> f32 {
        match phoneme.manner() {
            Manner::Plosive if phoneme == Phoneme::Dx => 0.0,
            Manner::Affricate if phoneme.is_voiced() => 40.0,
            Manner::Affricate => 62.0,
            Manner::Plosive => self.plosive_release_ms(phoneme),
            _ => 0.0,
        }
    }

    fn plosive_release_ms(&self, phoneme: Phoneme) -> f32 {
        let slow = match phoneme.place() {
            Place::Bilabial => 0.0,
            Place::Velar => 14.0,
            _ => 7.0,
        };
        if phoneme.is_voiced() {
            return 8.0 + slow * 0.6;
        }
        let closure_next = self.after.is_some_and(|after| {
            matches!(
                after.manner(),
                Manner::Plosive | Manner::Affricate | Manner::Nasal
            )
        });
        if closure_next {
            return 12.0 + slow * 0.5;
        }
        let sonorant_next = self.after.is_some_and(|after| !after.is_obstruent());
        let breathed = self.language == Language::English
            && sonorant_next
            && self.index + 1 < self.word.sounds.len()
            && (self.stress() != Stress::None || self.index == 0)
            && self.before != Phoneme::S;
        if breathed { 42.0 + slow } else { 20.0 + slow }
    }
}
