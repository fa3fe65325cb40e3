//! Captions state the scene in known words.

use kinora_scene::vocabulary::{Action, Colour, Material, Object, Place, Style};

use super::*;
use crate::spec::Subject;

fn specs() -> impl Iterator<Item = SceneSpec> {
    (0..300).map(SceneSpec::from_seed)
}

fn says(caption: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| caption.contains(phrase))
}

#[test]
fn the_sentence_of_the_page_is_the_plain_caption() {
    let ball = Subject {
        object: Object::Ball,
        colour: Colour::Red,
        material: Material::Rubber,
    };
    let spec =
        SceneSpec::new(ball, Action::Bounce, Place::WoodenFloor).with_style(Style::Cinematic);
    let first = captions(&spec, 1).swap_remove(0);
    assert_eq!(
        first,
        "a red rubber ball bounces on a wooden floor, cinematic"
    );
}

#[test]
fn there_are_six_to_twelve_and_all_words_are_known() {
    let words = vocabulary();
    assert!(words.len() < 760);
    let (mut known, mut all_words) = (0, 0);
    for spec in specs() {
        let all = captions(&spec, 3);
        assert!((6..=12).contains(&all.len()));
        for word in all
            .iter()
            .flat_map(|caption| caption.split([' ', ',', ':', '.']))
        {
            all_words += 1;
            known += usize::from(word.is_empty() || words.contains(&word.to_lowercase().as_str()));
        }
    }
    // Short captions have a few typing errors; nothing else is unknown.
    assert!(
        known < all_words && known * 200 > all_words * 199,
        "{known} of {all_words}"
    );
}

#[test]
fn dense_captions_state_every_field() {
    for spec in specs() {
        let all = captions(&spec, 5);
        let dense = &all[1];
        let camera = camera_phrases(spec.camera);
        assert!(
            says(dense, camera) && says(dense, place_phrases(spec.place)),
            "{dense}"
        );
        assert!(
            says(dense, style_phrases(spec.style)) || says(dense, style_adjectives(spec.style)),
            "{dense}"
        );
        let action = [verbs(spec.action), action_tags(spec.action)].concat();
        assert!(says(dense, &action), "{dense}");
        for subject in spec.subjects() {
            assert!(says(dense, colour_words(subject.colour)), "{dense}");
            assert!(says(dense, object_words(subject.object)), "{dense}");
            let material = [
                material_adjectives(subject.material),
                material_nouns(subject.material),
            ]
            .concat();
            let unsaid = subject.object.is_character();
            assert!(unsaid || says(dense, &material), "{dense}");
        }
    }
}

#[test]
fn words_of_people_come_after_those_of_scenes_and_before_those_of_instructions() {
    let words = vocabulary();
    let breaks: Vec<usize> = (1..words.len())
        .filter(|at| words[at - 1] > words[*at])
        .collect();
    let [end, instructions] = breaks[..] else {
        panic!("three sorted parts, not {}", breaks.len() + 1);
    };
    for word in ["woman", "hair", "says", "happens"] {
        assert!(
            words[end..instructions].binary_search(&word).is_ok(),
            "{word}"
        );
    }
    assert!(words[instructions..].binary_search(&"should").is_ok());
    for word in ["ball", "bounces", "zoom"] {
        assert!(words[..end].binary_search(&word).is_ok(), "{word}");
    }
}
