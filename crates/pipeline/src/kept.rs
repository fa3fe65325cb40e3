//! What of a clip stays as it is in a remix, by how both prompts are read.

use kinora_contract::plan::SUBJECTS;
use kinora_contract::{PictureUse, Source};
use kinora_model::layers::HEAD;

use crate::readings::{is_portrait, value};
use kinora_contract::event::SlotReading as Understood;

/// What of a clip stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Who moves how.
    pub plan: bool,
    /// Everything but the subjects.
    pub place: bool,
    /// The subjects' pictures.
    pub subjects: [bool; SUBJECTS],
    /// The head is that of the same person, of whom not every picture stays.
    pub person: Option<Person>,
}

/// How somebody stays the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// By one picture throughout.
    Held,
    /// By a picture that new ones are drawn after: the style is another.
    Shown,
}

/// Which picture is used so.
pub(crate) fn hash_of(sources: &[Source], used: PictureUse) -> Option<&str> {
    let found = sources.iter().find(|source| source.is_used_as(used));
    found.map(|source| &*source.hash)
}

/// Compares how two prompts are read: what both say stays, as far as nothing that changes shows in it.
pub(crate) fn of(before: &[Understood], after: &[Understood]) -> Kept {
    let same = |slot: &str| value(before, slot) == value(after, slot);
    let there =
        |all: &[Understood], s: usize| !["", "none"].contains(&value(all, &format!("object{s}")));
    let as_many = (1..=SUBJECTS).all(|s| there(before, s) == there(after, s));
    let plan = same("action") && same("camera") && as_many;
    let light = same("style") && same("time") && same("weather");
    let mut subjects = [false; SUBJECTS];
    for (index, stays) in subjects.iter_mut().enumerate() {
        let mut fields = ["object", "colour", "material"].iter();
        let alike = fields.all(|field| same(&format!("{field}{}", index + 1)));
        *stays = plan && light && alike;
    }
    let portrait = is_portrait(before) && is_portrait(after);
    let same_person = portrait && same("object1");
    if portrait {
        // The colour is that of the shirt; what is said moves the mouth, which is no part of the picture.
        subjects[HEAD] = plan && light && same_person;
    }
    let person = match same("style") {
        true => Person::Held,
        false => Person::Shown,
    };
    Kept {
        plan,
        place: plan && light && same("place"),
        subjects,
        person: (same_person && !subjects[HEAD]).then_some(person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Vec<Understood> {
        let mut fields = vec![
            ("object1", "ball"),
            ("colour1", "red"),
            ("material1", "rubber"),
            ("object2", "cube"),
            ("colour2", "blue"),
            ("material2", "wood"),
            ("object3", "none"),
            ("place", "beach"),
            ("style", "realistic"),
            ("camera", "static"),
            ("action", "collide"),
            ("weather", "clear"),
            ("time", "day"),
        ];
        for (slot, value) in changes {
            fields.retain(|(known, _)| known != slot);
            fields.push((slot, value));
        }
        let understood = |(slot, value): (&str, &str)| Understood {
            slot: slot.into(),
            value: value.into(),
            confidence: 1.0,
        };
        fields.into_iter().map(understood).collect()
    }

    fn kept_with(changes: &[(&str, &str)]) -> Kept {
        of(&read(&[]), &read(changes))
    }

    #[test]
    fn what_a_remix_does_not_name_stays() {
        let colour = kept_with(&[("colour1", "green")]);
        assert!(colour.plan && colour.place);
        assert_eq!(colour.subjects, [false, true, true]);
        let place = kept_with(&[("place", "kitchen")]);
        assert!(place.plan && !place.place);
        assert_eq!(place.subjects, [true; SUBJECTS]);
        let style = kept_with(&[("style", "animated")]);
        assert!(style.plan && !style.place);
        assert_eq!(style.subjects, [false; SUBJECTS]);
        let action = kept_with(&[("action", "bounce")]);
        assert_eq!(action, Kept::default());
        assert_eq!(kept_with(&[("object3", "egg")]), Kept::default());
    }

    #[test]
    fn who_is_seen_in_another_light_stays_the_same_person() {
        let talks = [("action", "talk"), ("object1", "person")];
        let with = |change| of(&read(&talks), &read(&[talks[0], talks[1], change]));
        let shirt = with(("colour1", "blue"));
        assert!(
            shirt.place && shirt.subjects[HEAD] && !shirt.subjects[0] && shirt.person.is_none()
        );
        let night = with(("time", "night"));
        assert!(!night.place && !night.subjects[HEAD]);
        assert_eq!(night.person, Some(Person::Held));
        assert_eq!(with(("style", "animated")).person, Some(Person::Shown));
        assert_eq!(with(("action", "look")).person, Some(Person::Held));
        assert_eq!(with(("action", "walk")).person, None);
        assert_eq!(with(("object1", "robot")).person, None);
    }
}
