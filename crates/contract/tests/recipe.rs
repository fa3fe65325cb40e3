//! Encoding, hash, link and validation of recipes.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use ciborium::Value;
use kinora_contract::recipe::{MAX_LINK_CHARS, MAX_SEED, SIDES};
use kinora_contract::{
    Camera, DialogueLine, Edit, Extra, ModelRef, Recipe, RecipeError, Source, SourceRole, Style,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const GOLDEN: &[u8] = include_bytes!("fixtures/recipe-v1.cbor");
const GOLDEN_LINK: &str = include_str!("fixtures/recipe-v1.link");
const GOLDEN_HASH: &str = include_str!("fixtures/recipe-v1.blake3");

/// The recipe of the fixtures, which `fixtures/make.py` writes with an independent CBOR library.
fn golden() -> Recipe {
    let hash = "0123456789abcdef".repeat(4);
    let mut recipe = Recipe::new(
        ModelRef::new("starter", &hash),
        "a red rubber ball bounces on a wooden floor, cinematic",
        7,
    );
    recipe.style = Some(Style::Cinematic);
    recipe.camera = Some(Camera::Zoom);
    recipe.guidance_scale = 4.5;
    recipe.dialogue.push(DialogueLine {
        speaker: None,
        text: "Look out! Überraschung 🎈".into(),
        extra: Extra::default(),
    });
    recipe.sources.push(Source {
        role: SourceRole::Remix,
        hash,
        extra: Extra::default(),
    });
    let mut edit = Edit {
        op: "recolour".into(),
        extra: Extra::default(),
    };
    edit.extra.insert("to", Value::from("blue"));
    recipe.edits.push(edit);
    recipe.extra.insert("zzz", Value::Bytes(vec![0, 255]));
    recipe
}

fn plain() -> Recipe {
    Recipe::new(ModelRef::of_weights("starter", b"weights"), "a red ball", 1)
}

/// Decodes a recipe to its CBOR map.
fn entries(recipe: &Recipe) -> Vec<(Value, Value)> {
    let value: Value = ciborium::from_reader(recipe.to_bytes().as_slice()).unwrap();
    value.into_map().unwrap()
}

fn written(entries: Vec<(Value, Value)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(entries), &mut bytes).unwrap();
    bytes
}

/// Encodes a recipe with one field replaced.
fn with_field(name: &str, value: Value) -> Vec<u8> {
    let mut entries = entries(&plain());
    entries
        .iter_mut()
        .find(|(key, _)| key.as_text() == Some(name))
        .unwrap()
        .1 = value;
    written(entries)
}

#[test]
fn golden_bytes_hash_and_link_do_not_change() {
    let recipe = golden();
    assert_eq!(recipe.to_bytes(), GOLDEN);
    assert_eq!(recipe.hash(), GOLDEN_HASH.trim());
    assert_eq!(recipe.to_link_fragment().unwrap(), GOLDEN_LINK.trim());
    assert_eq!(Recipe::from_bytes(GOLDEN).unwrap(), recipe);
    assert_eq!(Recipe::from_link_fragment(GOLDEN_LINK).unwrap(), recipe);
}

#[test]
fn keys_are_sorted_by_their_encoded_bytes() {
    let keys: Vec<Vec<u8>> = entries(&golden())
        .iter()
        .map(|(key, _)| {
            let mut bytes = Vec::new();
            ciborium::into_writer(key, &mut bytes).unwrap();
            bytes
        })
        .collect();
    assert!(keys.is_sorted());
    assert_eq!(keys.len(), 16);
}

#[test]
fn newer_version_is_reported_before_other_errors() {
    let newer = written(vec![
        (Value::from("version"), 2.into()),
        (Value::from("shots"), 1.into()),
    ]);
    let error = Recipe::from_bytes(&newer).unwrap_err();
    assert_eq!(error, RecipeError::NewerVersion { found: 2 });
    assert!(error.to_string().contains("newer Kinora"), "{error}");
}

#[test]
fn every_invalid_field_has_its_own_message() {
    let cases: Vec<(&str, Recipe, &str)> = vec![
        (
            "version 0",
            Recipe {
                version: 0,
                ..plain()
            },
            "version 0 does not exist",
        ),
        (
            "version 2",
            Recipe {
                version: 2,
                ..plain()
            },
            "version 2",
        ),
        (
            "empty",
            Recipe {
                prompt: " \n\t".into(),
                ..plain()
            },
            "prompt is empty",
        ),
        (
            "invisible",
            Recipe {
                prompt: "\u{200B}\u{FEFF}".into(),
                ..plain()
            },
            "prompt is empty",
        ),
        (
            "long",
            Recipe {
                prompt: "a".repeat(10_000),
                ..plain()
            },
            "10000 characters",
        ),
        (
            "NUL",
            Recipe {
                prompt: "a\0b".into(),
                ..plain()
            },
            "control character",
        ),
        (
            "seed",
            Recipe {
                seed: MAX_SEED + 1,
                ..plain()
            },
            "seed 9007199254740992",
        ),
        (
            "size",
            Recipe {
                width: 129,
                ..plain()
            },
            "129×128",
        ),
        (
            "far too large",
            Recipe {
                width: 8192,
                ..plain()
            },
            "8192×128",
        ),
        (
            "no frames",
            Recipe {
                frames: 0,
                ..plain()
            },
            "0 frames",
        ),
        (
            "frames 5000",
            Recipe {
                frames: 5000,
                ..plain()
            },
            "5000 frames",
        ),
        ("fps", Recipe { fps: 0, ..plain() }, "0 frames per second"),
        (
            "steps 0",
            Recipe {
                steps: 0,
                ..plain()
            },
            "0 steps",
        ),
        (
            "steps 65",
            Recipe {
                steps: 65,
                ..plain()
            },
            "65 steps",
        ),
        (
            "NaN",
            Recipe {
                guidance_scale: f32::NAN,
                ..plain()
            },
            "guidance scale NaN",
        ),
        (
            "guidance",
            Recipe {
                guidance_scale: -1.0,
                ..plain()
            },
            "guidance scale -1",
        ),
        (
            "model",
            Recipe {
                model: ModelRef::new("", "0".repeat(64)),
                ..plain()
            },
            "model's name",
        ),
        (
            "hash",
            Recipe {
                model: ModelRef::new("m", "AB"),
                ..plain()
            },
            "model's hash",
        ),
    ];
    for (name, recipe, sentence) in cases {
        let error = recipe.validate().expect_err(name).to_string();
        assert!(error.contains(sentence), "{name}: {error}");
        assert_eq!(
            recipe.to_link_fragment().unwrap_err().to_string(),
            error,
            "{name}"
        );
    }
    plain().validate().unwrap();
}

#[test]
fn prompts_in_any_script_are_valid() {
    for prompt in ["🎈", "كرة حمراء تقفز", "红球", "a\nball", &"é".repeat(2000)] {
        let recipe = Recipe {
            prompt: prompt.into(),
            ..plain()
        };
        recipe.validate().unwrap();
        assert_eq!(Recipe::from_bytes(&recipe.to_bytes()).unwrap(), recipe);
    }
}

#[test]
fn errors_name_fields_of_wrong_type_or_value() {
    let cases = [
        (
            with_field("seed", Value::from("seven")),
            "field that cannot be read",
        ),
        (
            with_field("seed", Value::from(-1)),
            "field that cannot be read",
        ),
        (with_field("prompt", Value::from("")), "prompt is empty"),
        (with_field("version", Value::from(-3)), "-3"),
        (
            with_field("version", Value::from("1")),
            "version is missing",
        ),
        (
            with_field("guidance_scale", Value::from(1)),
            "field that cannot be read",
        ),
        (
            with_field("guidance_scale", Value::from(0.1_f64)),
            "canonical",
        ),
        (
            with_field("model", Value::from("starter")),
            "field that cannot be read",
        ),
    ];
    for (bytes, sentence) in cases {
        let error = Recipe::from_bytes(&bytes).unwrap_err().to_string();
        assert!(error.contains(sentence), "{sentence}: {error}");
    }
    let mut missing = entries(&plain());
    missing.retain(|(key, _)| key.as_text() != Some("prompt"));
    let error = Recipe::from_bytes(&written(missing))
        .unwrap_err()
        .to_string();
    assert!(error.contains("prompt"), "{error}");
}

#[test]
fn non_canonical_bytes_are_rejected() {
    let mut swapped = entries(&plain());
    swapped.swap(0, 1);
    assert_eq!(
        Recipe::from_bytes(&written(swapped)),
        Err(RecipeError::NotCanonical)
    );

    let mut twice = entries(&plain());
    twice.push(twice[0].clone());
    assert!(matches!(
        Recipe::from_bytes(&written(twice)),
        Err(RecipeError::Damaged { .. })
    ));

    let mut longer = plain().to_bytes();
    longer.push(0);
    assert!(matches!(
        Recipe::from_bytes(&longer),
        Err(RecipeError::Damaged { .. })
    ));
    assert!(matches!(
        Recipe::from_bytes(&[0; 100_000]),
        Err(RecipeError::TooLong { .. })
    ));
}

#[test]
fn damaged_link_is_an_error() {
    let recipe = plain();
    let link = recipe.to_link_fragment().unwrap();
    assert_eq!(
        Recipe::from_link_fragment(&format!(" #{link}\n")).unwrap(),
        recipe
    );
    for at in 2..link.len() {
        let mut changed = link.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            Recipe::from_link_fragment(&changed),
            Err(RecipeError::LinkDamaged),
            "{at}"
        );
        let cut = Recipe::from_link_fragment(&link[..at]);
        assert!(
            matches!(
                cut,
                Err(RecipeError::LinkDamaged | RecipeError::NotARecipeLink)
            ),
            "{at}"
        );
    }
    for other in ["", "#", "c/abc", "r", "r=", "x=AAAA"] {
        assert_eq!(
            Recipe::from_link_fragment(other),
            Err(RecipeError::NotARecipeLink),
            "{other}"
        );
    }
    assert_eq!(
        Recipe::from_link_fragment("r=Ünïcödé"),
        Err(RecipeError::LinkDamaged)
    );
}

#[test]
fn link_length_is_limited() {
    let fits = Recipe {
        prompt: "a".repeat(2000),
        ..plain()
    };
    assert!(fits.to_link_fragment().unwrap().len() <= MAX_LINK_CHARS);
    let wide = Recipe {
        prompt: "🎈".repeat(2000),
        ..plain()
    };
    assert!(matches!(
        wide.to_link_fragment(),
        Err(RecipeError::LinkTooLong { .. })
    ));
    let long = format!("r={}", "A".repeat(MAX_LINK_CHARS));
    assert!(matches!(
        Recipe::from_link_fragment(&long),
        Err(RecipeError::LinkTooLong { .. })
    ));
}

#[test]
fn unknown_field_named_extra_is_preserved() {
    let mut recipe = plain();
    recipe.extra.insert("extra", Value::from(5));
    recipe.extra.insert("prompt", Value::from("not the prompt"));
    let read = Recipe::from_bytes(&recipe.to_bytes()).unwrap();
    assert_eq!(read.extra.get("extra"), Some(&Value::from(5)));
    assert_eq!(read.prompt, "a red ball");
    assert_eq!(read.extra.names().collect::<Vec<_>>(), ["extra"]);
}

#[test]
fn a_recipe_of_any_video_size_is_valid_and_keeps_its_numbers() {
    let recipe = Recipe {
        width: 448,
        height: 832,
        frames: 77,
        fps: 16,
        ..plain()
    };
    recipe.validate().unwrap();
    assert_eq!(Recipe::from_bytes(&recipe.to_bytes()).unwrap(), recipe);
}

/// Generates nested CBOR values.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        vec(any::<u8>(), 0..24).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(".{0,30}", inner.clone(), 0..4).prop_map(|map| {
                Value::Map(
                    map.into_iter()
                        .map(|(key, value)| (Value::from(key), value))
                        .collect(),
                )
            }),
            (100_u64..1000, inner).prop_map(|(tag, value)| Value::Tag(tag, Box::new(value))),
        ]
    })
}

/// Generates unknown fields; names begin with `x`, so none is a known field.
fn any_extra() -> impl Strategy<Value = Extra> {
    proptest::collection::btree_map("x[a-z]{0,30}", any_value(), 0..3).prop_map(|fields| {
        let mut extra = Extra::default();
        fields
            .into_iter()
            .for_each(|(name, value)| extra.insert(name, value));
        extra
    })
}

fn any_text() -> impl Strategy<Value = String> {
    "[a-zA-Zäß🎈ك红 ,.!]{0,60}x"
}

prop_compose! {
    fn any_recipe()(
        prompt in any_text(),
        seed in 0..=MAX_SEED,
        size in (SIDES, SIDES).prop_map(|(width, height)| (width & !1, height & !1)),
        frames in 1_u32..=4096,
        steps in 1_u32..=64,
        guidance_scale in 0.0_f32..=20.0,
        style in option::of(select(&Style::ALL[..])),
        camera in option::of(select(&Camera::ALL[..])),
        dialogue in vec((option::of(any_text()), any_text(), any_extra()), 0..3),
        sources in vec((select(vec![SourceRole::Cameo, SourceRole::Extend]), any_extra()), 0..3),
        edits in vec((any_text(), any_extra()), 0..3),
        model_extra in any_extra(),
        extra in any_extra(),
    ) -> Recipe {
        let mut recipe = Recipe::new(ModelRef::of_weights("a/b-1.3_x", prompt.as_bytes()), prompt, seed);
        recipe.model.extra = model_extra;
        (recipe.width, recipe.height) = size;
        let hash = recipe.model.hash.clone();
        let line = |(speaker, text, extra): (Option<String>, String, Extra)| {
            DialogueLine { speaker: speaker.map(|name| name.chars().take(30).chain(['x']).collect()), text, extra }
        };
        Recipe {
            frames, steps, guidance_scale, style, camera, extra,
            dialogue: dialogue.into_iter().map(line).collect(),
            sources: sources.into_iter().map(|(role, extra)| Source { role, hash: hash.clone(), extra }).collect(),
            edits: edits.into_iter().map(|(op, extra)| Edit { op: op.chars().rev().take(60).collect(), extra }).collect(),
            ..recipe
        }
    }
}

proptest! {
    #[test]
    fn bytes_round_trip_with_unknown_fields(recipe in any_recipe()) {
        let bytes = recipe.to_bytes();
        let read = Recipe::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &recipe);
        prop_assert_eq!(read.to_bytes(), bytes);
        prop_assert_eq!(read.hash(), recipe.hash());
    }

    #[test]
    fn links_round_trip(recipe in any_recipe()) {
        match recipe.to_link_fragment() {
            Ok(link) => prop_assert_eq!(Recipe::from_link_fragment(&link).unwrap(), recipe),
            Err(error) => prop_assert!(matches!(error, RecipeError::LinkTooLong { .. }), "{error}"),
        }
    }

    #[test]
    fn json_round_trips_with_unknown_fields(recipe in any_recipe()) {
        let json = serde_json::to_string(&recipe).unwrap();
        let read: Recipe = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read.to_bytes(), recipe.to_bytes());
    }

    #[test]
    fn random_bytes_are_an_error(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(Recipe::from_bytes(&bytes).is_err());
    }

    #[test]
    fn random_fragments_are_an_error(text in "(#?r=)?.{0,200}") {
        prop_assert!(Recipe::from_link_fragment(&text).is_err());
    }

    /// Damaged bytes are rejected or are the canonical encoding of another recipe.
    #[test]
    fn damaged_bytes_never_panic(
        recipe in any_recipe(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = recipe.to_bytes();
        prop_assert!(Recipe::from_bytes(&bytes[..length.index(bytes.len())]).is_err());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(read) = Recipe::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes);
        }
    }
}
