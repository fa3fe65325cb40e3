//! Facial traits and quoted speech in a prompt.

use kinora_scene::vocabulary::Shot;

use super::Stated;
use crate::heads::{Age, Beard, Cut, Glasses, HairColour, Noun, Traits};

/// Facial traits that a prompt states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StatedFace {
    /// Woman or man.
    pub noun: Option<Stated<Noun>>,
    /// Age.
    pub age: Option<Stated<Age>>,
    /// Colour of the hair.
    pub hair: Option<Stated<HairColour>>,
    /// Haircut.
    pub cut: Option<Stated<Cut>>,
    /// Facial hair.
    pub beard: Option<Stated<Beard>>,
    /// Glasses.
    pub glasses: Option<Stated<Glasses>>,
    /// Freckles.
    pub freckles: Option<Stated<bool>>,
    /// Framing.
    pub shot: Option<Stated<Shot>>,
}

impl StatedFace {
    /// Returns true if a head has all stated traits.
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

/// Splits a prompt into its first quotation and the rest without quotations.
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
    // An unterminated quote is not a quotation.
    if let Some(text) = inside {
        rest.push(' ');
        rest.push_str(&text);
    }
    (said, rest)
}
