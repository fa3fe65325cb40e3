//! Seeds, fields, the held-out share, and fingerprints.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_world::heads::TRAINING_IDS;
use kinora_world::language::captions::vocabulary;
use kinora_world::language::prompt_parser::parse;
use kinora_world::language::remix_pairs::{Field, remix, revision};
use kinora_world::specification::casting::{ROLLING, role, seats};
use kinora_world::{
    Action, Kind, Object, SceneSpec, Time, Weather, captions, fingerprint, portrait_fingerprint,
    revised,
};

/// Lines `seed hash`, then `portrait seed hash`. `KINORA_BLESS=1` rewrites the file after an intended change of the world.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fingerprints.txt");

#[test]
fn fingerprints_are_stable() {
    let now: String = (0..12)
        .map(|seed| format!("{seed} {}\n", fingerprint(seed)))
        .chain((0..6).map(|seed| format!("portrait {seed} {}\n", portrait_fingerprint(seed))))
        .collect();
    if std::env::var_os("KINORA_BLESS").is_some() {
        std::fs::write(GOLDEN, &now).unwrap();
    }
    assert_eq!(now, std::fs::read_to_string(GOLDEN).unwrap());
}

#[test]
fn specs_round_trip_through_json() {
    for seed in 0..50 {
        let spec = SceneSpec::from_seed(seed);
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(
            serde_json::from_str::<SceneSpec>(&text).unwrap(),
            spec,
            "{text}"
        );
    }
}

#[test]
fn one_scene_in_sixteen_is_held_out_independent_of_its_seed() {
    let held = (0..8000)
        .filter(|seed| SceneSpec::from_seed(*seed).is_held_out())
        .count();
    assert!((400..600).contains(&held), "{held} of 8000");
    let spec = SceneSpec::from_seed(5);
    assert!((0..20).all(|seed| spec.with_seed(seed).is_held_out() == spec.is_held_out()));
}

#[test]
fn seeds_cover_all_actions_and_favour_bounces() {
    let count = |action| {
        (0..2000)
            .filter(|seed| SceneSpec::from_seed(*seed).action == action)
            .count()
    };
    let others = Action::ALL
        .iter()
        .filter(|action| **action != Action::Bounce);
    let bounces = count(Action::Bounce);
    for action in others.take_while(|action| !action.is_portrait()) {
        assert!((60..bounces).contains(&count(*action)), "{action:?}");
    }
}

#[test]
fn subjects_differ_in_colour_and_fit_their_seats() {
    for spec in (0..2000).map(SceneSpec::from_seed) {
        let colours: Vec<_> = spec.subjects().map(|subject| subject.colour).collect();
        for (index, colour) in colours.iter().enumerate() {
            assert!(!colours[..index].contains(colour), "{spec:?}");
        }
        let seats = seats(spec.action);
        assert!((seats.least..=seats.most).contains(&colours.len()));
        for (seat, subject) in spec.subjects().enumerate() {
            assert!(
                role(spec.action, seat).contains(&subject.object),
                "{spec:?}"
            );
        }
        assert_eq!(spec, spec.fitted());
        assert!(!spec.place.is_indoors() || spec.weather == Weather::Clear);
    }
}

#[test]
fn drawn_rollers_are_round_or_cars_and_prompts_allow_any() {
    for spec in (0..4000).map(SceneSpec::from_seed) {
        assert!(
            spec.action != Action::Roll || ROLLING.contains(&spec.first.object),
            "{spec:?}"
        );
    }
    let asked = parse("a red cube rolls on a street").to_spec(3);
    assert_eq!(
        (asked.first.object, asked.action),
        (Object::Cube, Action::Roll)
    );
}

#[test]
fn version_1_specs_are_readable() {
    let text = r#"{"seed":4,"object1":"ball","colour1":"red","material1":"rubber","object2":null,"colour2":null,
        "material2":null,"place":"beach","style":"cinematic","camera":"pan","action":"bounce"}"#;
    let spec: SceneSpec = serde_json::from_str(text).unwrap();
    assert_eq!((spec.weather, spec.time), (Weather::Clear, Time::Day));
    assert_eq!((spec.seed, spec.action), (4, Action::Bounce));
}

#[test]
fn edits_change_exactly_the_named_field() {
    for seed in 0..600 {
        let before = if seed < 400 {
            SceneSpec::from_seed(seed)
        } else {
            SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS)
        };
        let remix = remix(&before, seed);
        assert_ne!(remix.before, remix.after, "{remix:?}");
        assert_eq!(remix.before.seed, remix.after.seed);
        let mut restored = remix.after;
        match remix.field {
            Field::Object => restored.first = before.first,
            Field::Colour => restored.first.colour = before.first.colour,
            Field::OtherColour => restored.second = before.second,
            Field::Material => restored.first.material = before.first.material,
            Field::Place => restored.place = before.place,
            Field::Weather => restored.weather = before.weather,
            Field::Time => restored.time = before.time,
            Field::Style => restored.style = before.style,
            Field::Camera => restored.camera = before.camera,
            Field::Cover => restored.cover = before.cover,
            Field::Person | Field::Line => restored.portrait = before.portrait,
            Field::Action => panic!("what happens is not edited"),
        }
        assert_eq!(restored, before, "{remix:?}");
    }
}

#[test]
fn revisions_lead_to_their_scene_in_known_words() {
    let mut fields = Vec::new();
    for seed in 0..600 {
        let after = match seed % 3 {
            0 => SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS),
            _ => SceneSpec::from_seed(seed),
        };
        let edit = revision(&after, seed);
        assert_eq!(edit.after, after);
        assert_ne!(edit.before, after, "{edit:?}");
        assert!(
            edit.instruction.len() > 4 && edit.before.portrait == after.portrait,
            "{edit:?}"
        );
        let known = vocabulary();
        for word in edit
            .instruction
            .split(|c: char| !c.is_alphanumeric() && c != '-')
        {
            assert!(word.is_empty() || known.contains(&word), "{word}: {edit:?}");
        }
        fields.push(format!("{:?}", edit.field));
        assert_eq!(revised(&after, 1), revised(&after, 1));
    }
    fields.sort();
    fields.dedup();
    assert_eq!(fields.len(), 10, "{fields:?}");
}

#[test]
fn captions_are_deterministic() {
    let spec = SceneSpec::from_seed(9);
    assert_eq!(captions(&spec, 1), captions(&spec, 1));
    assert_ne!(captions(&spec, 1), captions(&spec, 2));
}
