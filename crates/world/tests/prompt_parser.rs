//! Captions parse back to their fields, and unknown words are reported.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_world::heads::{Cut, HairColour, Noun, TRAINING_IDS};
use kinora_world::language::prompt_parser::{Parsed, parse};
use kinora_world::{
    Action, Colour, Kind, Material, Object, Place, SceneSpec, Style, Time, Weather, captions,
};

/// Counts the stated fields and the correct ones.
fn score(spec: &SceneSpec, parsed: &Parsed) -> (usize, usize) {
    let (mut stated, mut right) = (0, 0);
    let mut note = |is: Option<bool>| {
        stated += usize::from(is.is_some());
        right += usize::from(is == Some(true));
    };
    note(parsed.action.map(|it| it.value == spec.action));
    note(parsed.place.map(|it| it.value == spec.place));
    note(parsed.weather.map(|it| it.value == spec.weather));
    note(parsed.time.map(|it| it.value == spec.time));
    note(parsed.style.map(|it| it.value == spec.style));
    note(parsed.camera.map(|it| it.value == spec.camera));
    note(parsed.cover.map(|it| it.value == spec.cover));
    let subjects: Vec<_> = spec.subjects().collect();
    note(Some(parsed.subjects.len() == subjects.len()));
    for (read, own) in parsed.subjects.iter().zip(subjects) {
        note(Some(read.object.value == own.object));
        note(read.colour.map(|it| it.value == own.colour));
        note(read.material.map(|it| it.value == own.material));
    }
    (stated, right)
}

#[test]
fn caption_fields_are_parsed_back() {
    let (mut stated, mut right) = (0, 0);
    let mut wrong = Vec::new();
    for seed in 0..1500 {
        let spec = SceneSpec::from_seed(seed);
        for caption in captions(&spec, seed) {
            let (all, good) = score(&spec, &parse(&caption));
            (stated, right) = (stated + all, right + good);
            if good < all {
                wrong.push(caption);
            }
        }
    }
    wrong.truncate(12);
    assert!(
        right * 1000 >= stated * 995,
        "{right} of {stated}: {wrong:#?}"
    );
}

#[test]
fn dense_captions_reproduce_the_scene() {
    let (mut all, mut same) = (0, 0);
    let mut wrong = Vec::new();
    for seed in 0..1500 {
        let spec = SceneSpec::from_seed(seed);
        let said = captions(&spec, seed);
        all += 1;
        if parse(&said[1]).to_spec(seed) == spec {
            same += 1;
        } else {
            wrong.push(said[1].clone());
        }
    }
    wrong.truncate(12);
    assert!(same * 100 >= all * 99, "{same} of {all}: {wrong:#?}");
}

#[test]
fn portrait_captions_are_parsed_back() {
    let (mut stated, mut right, mut wrong) = (0, 0, Vec::new());
    for seed in 0..800 {
        let kind = Kind::of_seed(&[Kind::Heads, Kind::Talk], seed);
        let spec = SceneSpec::of_kind(seed, kind, TRAINING_IDS);
        let portrait = spec.portrait.unwrap();
        for caption in captions(&spec, seed) {
            let read = parse(&caption);
            let (all, good) = score(&spec, &read);
            let said = read.said.as_deref() == portrait.line.map(|line| line.text());
            let shot = read
                .face
                .shot
                .is_none_or(|shot| shot.value == portrait.shot);
            let fits = read.face.fits(&portrait.head().traits);
            (stated, right) = (stated + all + 3, right + good);
            right += usize::from(said) + usize::from(shot) + usize::from(fits);
            if good < all || !said || !shot || !fits {
                wrong.push(caption);
            }
        }
    }
    wrong.truncate(12);
    assert!(
        right * 1000 >= stated * 995,
        "{right} of {stated}: {wrong:#?}"
    );
}

#[test]
fn dense_portrait_captions_reproduce_scene_and_traits() {
    let (mut all, mut same, mut wrong) = (0, 0, Vec::new());
    for seed in 0..800 {
        let kind = Kind::of_seed(&[Kind::Heads, Kind::Talk], seed);
        let spec = SceneSpec::of_kind(seed, kind, TRAINING_IDS);
        let said = captions(&spec, seed);
        let again = parse(&said[1]).to_spec(seed);
        let (own, read) = (spec.portrait.unwrap(), again.portrait);
        let alike = read.is_some_and(|read| {
            let (a, b) = (own.head().traits, read.head().traits);
            // Captions omit middle age and the absence of glasses, beard and freckles.
            let people =
                a.noun == b.noun && a.cut == b.cut && (a.hair == b.hair || a.cut == Cut::Bald);
            people && read.line == own.line && read.shot == own.shot
        });
        let rest = SceneSpec {
            portrait: spec.portrait,
            ..again
        };
        all += 1;
        if alike && rest == spec {
            same += 1;
        } else {
            wrong.push(said[1].clone());
        }
    }
    wrong.truncate(12);
    assert!(same * 100 >= all * 99, "{same} of {all}: {wrong:#?}");
}

#[test]
fn quoted_words_are_spoken() {
    let read =
        parse("A young woman with long red hair says “Nice to meet you!” on a beach at night");
    assert_eq!(read.said.as_deref(), Some("Nice to meet you!"));
    let spec = read.to_spec(7);
    let portrait = spec.portrait.unwrap();
    let traits = portrait.head().traits;
    assert_eq!(
        (traits.noun, traits.hair, traits.cut),
        (Noun::Woman, HairColour::Red, Cut::Long)
    );
    assert_eq!(
        (spec.action, spec.place, spec.time),
        (Action::Talk, Place::Beach, Time::Night)
    );
    assert_eq!(portrait.line.unwrap().text(), "nice to meet you");
    assert_eq!(parse("a robot \"beeps").said, None);
}

#[test]
fn unknown_words_are_reported_with_their_substitute() {
    let read = parse("A green dragon juggles over a castle at midnight, anime");
    let used = |word: &str| {
        let unknown = read.unknown.iter().find(|unknown| unknown.word == word);
        unknown
            .unwrap_or_else(|| panic!("{word} is not named"))
            .used
    };
    assert_eq!(used("dragon"), Some("bird"));
    assert_eq!(used("castle"), Some("rooftop"));
    assert_eq!(used("midnight"), Some("night"));
    assert_eq!(used("anime"), Some("animated"));
    assert_eq!(used("juggles"), None);
    let bird = read.subjects[0];
    assert_eq!(
        (bird.object.value, bird.colour.unwrap().value),
        (Object::Bird, Colour::Green)
    );
    assert!(bird.object.confidence < 0.5 && bird.colour.unwrap().confidence == 1.0);
}

#[test]
fn adjectives_attach_to_their_nouns() {
    let read = parse("a person in red throws a ball made of wood to a blue robot, not at night");
    let colours: Vec<_> = read
        .subjects
        .iter()
        .map(|it| it.colour.map(|it| it.value))
        .collect();
    assert_eq!(colours, [Some(Colour::Red), None, Some(Colour::Blue)]);
    assert_eq!(read.subjects[1].material.unwrap().value, Material::Wood);
    assert_eq!(read.action.unwrap().value, Action::Throw);
    assert_eq!(read.time, None);
}

#[test]
fn typing_errors_reduce_confidence_alone() {
    let read = parse("a yelow rubber ball bonces on the baech in the rain, cinematc, by nigth");
    assert_eq!(read.subjects[0].colour.unwrap().value, Colour::Yellow);
    assert_eq!(read.action.unwrap().value, Action::Bounce);
    assert_eq!(read.place.unwrap().value, Place::Beach);
    assert_eq!(read.weather.unwrap().value, Weather::Rain);
    assert_eq!(read.style.unwrap().value, Style::Cinematic);
    assert_eq!(read.time.unwrap().value, Time::Night);
    assert!(read.style.unwrap().confidence < 1.0 && read.weather.unwrap().confidence == 1.0);
}

#[test]
fn every_prompt_yields_a_scene() {
    for prompt in [
        "",
        ",,,",
        "xyzzy",
        "not",
        "a a a a",
        "🐉 fliegt",
        "no no no ball",
    ] {
        let spec = parse(prompt).to_spec(3);
        assert_eq!(spec, spec.fitted());
    }
}
