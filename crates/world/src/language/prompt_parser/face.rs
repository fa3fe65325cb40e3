//! What a prompt says of somebody's face, and what is said in quotes.

use kinora_scene::vocabulary::Shot;

use super::Stated;
use crate::heads::{Age, Beard, Cut, Glasses, HairColour, Noun, Traits};

/// The face that a prompt states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StatedFace {
    /// Woman or man.
    pub noun: Option<Stated<Noun>>,
    /// How old.
    pub age: Option<Stated<Age>>,
    /// Colour of the hair.
    pub hair: Option<Stated<HairColour>>,
    /// How it is worn.
    pub cut: Option<Stated<Cut>>,
    /// Hair in the face.
    pub beard: Option<Stated<Beard>>,
    /// What is worn before the eyes.
    pub glasses: Option<Stated<Glasses>>,
    /// Freckles.
    pub freckles: Option<Stated<bool>>,
    /// Framing.
    pub shot: Option<Stated<Shot>>,
}

impl StatedFace {
    /// Whether somebody has all that is stated.
    pub fn fits(&self, traits: &Traits) -> bool {
        fn agrees<T: PartialEq>(stated: Option<Stated<T>>, own: T) -> bool {
            stated.is_none_or(|stated| stated.value == own)
        }
        agrees(self.noun, traits.noun)
            && agrees(self.age, traits.age)
            && agrees(self.hair, traits.hair)
            && agrees(self.cut, traits.cut)
            && agrees(self.beard, traits.beard)
            && agrees(self.glasses, traits.glasses)
            && agrees(self.freckles, traits.freckles)
    }
}

/// The first text in quotes, and the prompt without any.
pub(super) fn unquoted(prompt: &str) -> (Option<String>, String) {
    let (mut said, mut rest) = (None, String::with_capacity(prompt.len()));
    let mut inside: Option<String> = None;
    for letter in prompt.chars() {
        let mark = matches!(letter, '"' | '“' | '”' | '„' | '«' | '»');
        match (&mut inside, mark) {
            (None, false) => rest.push(letter),
            (None, true) => inside = Some(String::new()),
            (Some(text), false) => text.push(letter),
            (Some(text), true) => {
                let text = text.trim().to_string();
                said = said.or(Some(text).filter(|text| !text.is_empty()));
                inside = None;
                rest.push(' ');
            }
        }
    }
    // A quote that never ends was none.
    if let Some(text) = inside {
        rest.push(' ');
        rest.push_str(&text);
    }
    (said, rest)
}
