//! Lineage of recipes: parents, source clips and changes.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use ciborium::Value;
use kinora_contract::{
    Change, DialogueLine, Extra, ModelRef, Parent, Recipe, RecipeError, Source, SourceRole, Style,
};

fn recipe() -> Recipe {
    Recipe::new(ModelRef::of_weights("starter", b"w"), "a red ball", 7)
}

fn parent() -> Parent {
    Parent {
        hash: "ab".repeat(32),
        clip: Some("0123456789abcdef".into()),
    }
}

#[test]
fn parent_round_trips_in_bytes_and_links() {
    assert_eq!(recipe().parent(), Ok(None));
    let child = recipe().with_parent(&parent());
    assert_ne!(
        child.hash(),
        recipe().hash(),
        "the parent is part of the identity"
    );
    let link = child.to_link_fragment().unwrap();
    let read = Recipe::from_link_fragment(&link).unwrap();
    assert_eq!(read.parent(), Ok(Some(parent())));
    assert_eq!(Recipe::from_bytes(&child.to_bytes()).unwrap(), child);
    let other = Parent {
        hash: "cd".repeat(32),
        clip: None,
    };
    assert_eq!(read.with_parent(&other).parent(), Ok(Some(other)));
}

#[test]
fn invalid_parents_are_errors() {
    let with = |value: Value| {
        let mut recipe = recipe();
        recipe.extra.insert("parent", value);
        recipe.parent()
    };
    let map =
        |hash: Value, clip: Value| Value::Map(vec![("hash".into(), hash), ("clip".into(), clip)]);
    let hash = || Value::from("ab".repeat(32));
    for bad in [
        Value::from("abc"),
        Value::Map(vec![]),
        map("AB".repeat(32).into(), "x".into()),
        map(1.into(), "x".into()),
        map(hash(), "".into()),
        map(hash(), 1.into()),
        map(hash(), "../x".into()),
        map(hash(), "x".repeat(65).into()),
    ] {
        let found = with(bad.clone());
        assert!(
            matches!(
                found,
                Err(RecipeError::BadField { .. } | RecipeError::BadHash { .. })
            ),
            "{bad:?}: {found:?}"
        );
    }
    assert!(with(map(hash(), "x".into())).is_ok());
}

#[test]
fn ancestors_are_the_parent_and_the_source_clips() {
    let source = |role, byte: &str| Source {
        role,
        hash: byte.repeat(32),
        extra: Extra::default(),
    };
    let mut recipe = recipe().with_parent(&parent());
    recipe.sources = vec![
        source(SourceRole::Remix, "ab"),
        source(SourceRole::Image, "01"),
        source(SourceRole::Extend, "ef"),
        source(SourceRole::Cameo, "02"),
    ];
    let hashes: Vec<String> = recipe
        .ancestors()
        .unwrap()
        .into_iter()
        .map(|parent| parent.hash)
        .collect();
    assert_eq!(hashes, ["ab".repeat(32), "ef".repeat(32)]);
}

#[test]
fn source_clip_embeds_its_recipe() {
    let (first, mut second) = (recipe(), recipe());
    second.prompt = "the same, but blue".into();
    second.sources = vec![Source::of_clip(SourceRole::Remix, "ab".repeat(32), &first)];
    let read = Recipe::from_bytes(&second.to_bytes()).unwrap();
    assert_eq!(read.sources[0].recipe().unwrap().as_ref(), Some(&first));
    let changed: Vec<_> = first
        .changes(&read)
        .into_iter()
        .map(|it| it.field)
        .collect();
    assert_eq!(changed, ["prompt"], "lineage is not a change");
    let mut plain = read.sources[0].clone();
    plain.extra = Extra::default();
    assert_eq!(plain.recipe().unwrap(), None);
    for broken in [ciborium::Value::Bytes(vec![1, 2, 3]), "x".into()] {
        plain.extra.insert("recipe", broken);
        assert!(plain.recipe().is_err());
    }
}

#[test]
fn changes_list_every_differing_field() {
    let before = recipe();
    assert_eq!(before.changes(&before.clone().with_parent(&parent())), []);
    let mut after = before.clone();
    after.prompt = "a blue ball".into();
    after.style = Some(Style::Animated);
    (after.width, after.height) = (160, 96);
    after.dialogue.push(DialogueLine {
        speaker: Some("Ada".into()),
        text: "Hello".into(),
        extra: Extra::default(),
    });
    after.extra.insert("x-later", 1.into());
    let change = |field: &str, before: &str, after: &str| Change {
        field: field.into(),
        before: before.into(),
        after: after.into(),
    };
    assert_eq!(
        before.changes(&after),
        [
            change("prompt", "a red ball", "a blue ball"),
            change("style", "", "animated"),
            change("dialogue", "", "Ada: Hello"),
            change("size", "128×128", "160×96"),
            change("x-later", "", "set"),
        ]
    );
}
