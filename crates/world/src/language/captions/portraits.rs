//! Captions of portraits.

use kinora_scene::vocabulary::{Time, Vocabulary, Weather};

use super::clauses::{Detail, mistyped};
use super::{Writer, capital};
use crate::heads::{Cut, Traits};
use crate::language::phrases::*;
use crate::spec::portrait::Portrait;

impl Writer<'_> {
    /// Writes 6 to 12 captions, in the same order of forms as for scenes.
    pub(super) fn portraits(&mut self, portrait: &Portrait) -> Vec<String> {
        let traits = portrait.head().traits;
        let mut out = vec![self.plain_portrait(portrait, &traits)];
        let more = 5 + self.rng.below(7);
        for index in 0..more {
            out.push(match index % 5 {
                0 => self.dense_portrait(portrait, &traits),
                1 => self.middle_portrait(portrait, &traits),
                2 => self.portrait_tags(portrait, &traits),
                3 => self.short_portrait(portrait, &traits),
                _ => self.told_portrait(portrait, &traits),
            });
        }
        out
    }

    /// "a woman with red hair says "hello there" on a beach, realistic"
    fn plain_portrait(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let spec = self.spec;
        let noun = noun_words(traits.noun)[0];
        let who = match traits.cut {
            Cut::Bald => format!("a bald {noun}"),
            _ => format!("a {noun} with {}", hair_words(traits.hair)[0]),
        };
        let verb = verbs(spec.action)[0];
        let mut text = format!(
            "{who} {verb}{} {}",
            quoted(portrait),
            place_phrases(spec.place)[0]
        );
        if spec.time != Time::Day {
            text = format!("{text} {}", time_phrases(spec.time)[0]);
        }
        if spec.weather != Weather::Clear {
            text = format!("{text} {}", weather_phrases(spec.weather)[0]);
        }
        format!("{text}, {}", spec.style.word())
    }

    /// Every field.
    fn dense_portrait(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let who = self.person(traits, Detail::Full);
        let verb = self.rng.pick(verbs(self.spec.action));
        let gerund = self.rng.pick(gerunds(self.spec.action));
        let (place, said) = (self.place(Detail::Full), quoted(portrait));
        let (shot, style, camera) = (
            self.rng.pick(shot_words(portrait.shot)),
            self.style(),
            self.camera(),
        );
        match self.rng.below(3) {
            0 => format!("{who} {verb}{said} {place}, {shot}, {style}, {camera}"),
            1 => format!("{shot} of {who} {gerund}{said} {place}, {camera}, {style}"),
            _ => format!("{style}, {camera}, {shot}: {who} {verb}{said} {place}"),
        }
    }

    /// Person, action and place.
    fn middle_portrait(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let who = self.person(traits, Detail::Some);
        let place = self.place(Detail::Some);
        let verb = self.rng.pick(verbs(self.spec.action));
        match self.rng.below(2) {
            0 => format!("{who} {verb}{} {place}", quoted(portrait)),
            _ => format!("{place} {who} {verb}{}, {}", quoted(portrait), self.style()),
        }
    }

    /// Little more than the person and the spoken line.
    fn short_portrait(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let noun = self.rng.pick(noun_words(traits.noun));
        let verb = self.rng.pick(verbs(self.spec.action));
        let text = mistyped(&format!("a {noun} {verb}"), &mut self.rng);
        // The spoken line has no typing errors, because it is synthesised.
        format!("{text}{}", quoted(portrait))
    }

    /// "woman, long red hair, talk, "hello there", beach, cinematic"
    fn portrait_tags(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let mut tags = vec![self.rng.pick(noun_words(traits.noun)).to_string()];
        tags.extend(self.features(traits, Detail::Full));
        tags.push(self.rng.pick(action_tags(self.spec.action)).to_string());
        tags.extend(portrait.line.map(|line| format!("\"{}\"", line.text())));
        tags.push(self.rng.pick(place_tags(self.spec.place)).to_string());
        tags.push(self.style().to_string());
        if self.rng.chance(0.5) {
            tags.push(self.rng.pick(shot_words(portrait.shot)).to_string());
        }
        if self.spec.weather != Weather::Clear {
            tags.push(
                self.rng
                    .pick(weather_phrases(self.spec.weather))
                    .to_string(),
            );
        }
        if self.spec.time != Time::Day {
            tags.push(self.rng.pick(time_phrases(self.spec.time)).to_string());
        }
        tags.join(", ")
    }

    /// Every field, in several sentences.
    fn told_portrait(&mut self, portrait: &Portrait, traits: &Traits) -> String {
        let who = self.person(traits, Detail::Full);
        let verb = self.rng.pick(verbs(self.spec.action));
        let place = self.rng.pick(place_phrases(self.spec.place));
        let shot = self.rng.pick(shot_words(portrait.shot));
        let rest = self.circumstances();
        let said = quoted(portrait);
        format!(
            "{}.{rest} {}.",
            capital(&format!("{who} {verb}{said} {place}")),
            capital(shot)
        )
    }

    /// A person with visible features.
    fn person(&mut self, traits: &Traits, detail: Detail) -> String {
        let noun = self.rng.pick(noun_words(traits.noun));
        let mut before = Vec::new();
        let said = detail == Detail::Full || self.rng.chance(0.4);
        if let (true, [_, ..]) = (said, age_words(traits.age)) {
            before.push(self.rng.pick(age_words(traits.age)));
        }
        if traits.cut == Cut::Bald {
            before.push("bald");
        }
        before.push(noun);
        let name = before.join(" ");
        let article = article(&name);
        let features = self.features(traits, detail);
        let mut text = format!("{article} {name}");
        if !features.is_empty() {
            text = format!("{text} {}", listed(&features));
        }
        let colour = self.rng.pick(colour_words(self.spec.first.colour));
        if detail == Detail::Full || self.rng.chance(0.3) {
            text = match self.rng.below(2) {
                0 => format!("{text} in a {colour} shirt"),
                _ => format!("{text} wearing a {colour} shirt"),
            };
        }
        text
    }

    /// Hair, its cut, beard, glasses and freckles; hair first, with its "with".
    fn features(&mut self, traits: &Traits, detail: Detail) -> Vec<String> {
        let full = detail == Detail::Full;
        let mut out = Vec::new();
        if traits.cut != Cut::Bald && (full || self.rng.chance(0.7)) {
            let hair = self.rng.pick(hair_words(traits.hair));
            match cut_adjective(traits.cut) {
                Some(cut) if full || self.rng.chance(0.6) => out.push(format!("{cut} {hair}")),
                _ => out.push(format!("with {hair}")),
            }
            if full && cut_adjective(traits.cut).is_none() {
                out.push(self.rng.pick(cut_words(traits.cut)).to_string());
            }
        }
        let others = [
            beard_words(traits.beard),
            glasses_words(traits.glasses),
            if traits.freckles { &["freckles"] } else { &[] },
        ];
        for words in others {
            if !words.is_empty() && (full || self.rng.chance(0.5)) {
                out.push(self.rng.pick(words).to_string());
            }
        }
        out
    }
}

/// "with long red hair, glasses and freckles"
fn listed(features: &[String]) -> String {
    let start = match features.first() {
        Some(first) if first.starts_with("with ") => "",
        _ => "with ",
    };
    match features {
        [] => String::new(),
        [one] => format!("{start}{one}"),
        [before @ .., last] => format!("{start}{} and {last}", before.join(", ")),
    }
}

/// The spoken line in quotes, with a leading space.
fn quoted(portrait: &Portrait) -> String {
    portrait
        .line
        .map_or(String::new(), |line| format!(" \"{}\"", line.text()))
}
