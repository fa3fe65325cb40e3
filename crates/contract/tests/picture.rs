//! Reference images in recipes: round trips and validation.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use ciborium::Value;
use kinora_contract::recipe::{MAX_PICTURE_BYTES, Picture};
use kinora_contract::{ModelRef, PictureUse, Recipe, Source, SourceRole};

const USES: [PictureUse; 3] = [PictureUse::Place, PictureUse::Subject, PictureUse::Head];

fn jpeg() -> Vec<u8> {
    (0..1500u32).map(|i| (i * i) as u8).collect()
}

#[test]
fn reference_image_round_trips_in_bytes_and_links() {
    for used in USES {
        let mut recipe = Recipe::new(ModelRef::of_weights("starter", b"w"), "a red ball", 7);
        recipe.sources = vec![Source::of_picture(used, jpeg())];
        let read = Recipe::from_bytes(&recipe.to_bytes()).unwrap();
        assert_eq!(read, recipe);
        let link = recipe.to_link_fragment().unwrap();
        let read = Recipe::from_link_fragment(&link).unwrap();
        let whole = Picture {
            used,
            jpeg: Some(&jpeg()),
        };
        assert_eq!(read.sources[0].picture(), Ok(Some(whole)));
        assert_eq!(read.sources[0].recipe(), Ok(None));
        let named = read.sources[0].without_jpeg();
        assert_eq!(named.hash, read.sources[0].hash);
        let elsewhere = Picture {
            jpeg: None,
            ..whole
        };
        assert_eq!(named.picture(), Ok(Some(elsewhere)));
    }
}

#[test]
fn uses_map_to_the_roles_of_the_format() {
    let role = |used| Source::of_picture(used, jpeg()).role;
    assert_eq!(
        USES.map(role),
        [SourceRole::Image, SourceRole::Image, SourceRole::Cameo]
    );
    assert_eq!(USES.map(PictureUse::is_cut_out), [false, true, true]);
}

#[test]
fn clip_source_is_not_an_image() {
    let other = Recipe::new(ModelRef::of_weights("starter", b"w"), "a red ball", 7);
    let clip = Source::of_clip(SourceRole::Remix, "ab".repeat(32), &other);
    assert_eq!((clip.picture(), clip.is_picture()), (Ok(None), false));
}

#[test]
fn cameo_is_found_at_any_depth() {
    let recipe = |sources| {
        let mut recipe = Recipe::new(ModelRef::of_weights("starter", b"w"), "a woman talks", 7);
        recipe.sources = sources;
        recipe
    };
    for used in USES {
        let mut clip = recipe(vec![Source::of_picture(used, jpeg())]);
        for _ in 0..3 {
            assert_eq!(clip.shows_cameo(), Ok(used == PictureUse::Head), "{used:?}");
            clip = recipe(vec![Source::of_clip(SourceRole::Remix, clip.hash(), &clip)]);
        }
    }
    let mut broken = recipe(vec![Source::of_picture(PictureUse::Place, jpeg())]);
    broken.sources[0].extra.insert("recipe", Value::from(1));
    assert!(broken.shows_cameo().is_err());
}

#[test]
fn invalid_reference_images_are_errors() {
    let with = |key: &str, value: Value| {
        let mut source = Source::of_picture(PictureUse::Place, jpeg());
        source.extra.insert(key, value);
        source.picture().unwrap_err().to_string()
    };
    assert!(with("picture", Value::from("text")).contains("not a byte string"));
    let large = Value::Bytes(vec![0; MAX_PICTURE_BYTES + 1]);
    assert!(with("picture", large).contains("too large"));
    assert!(with("picture", Value::Bytes(vec![1])).contains("does not match its hash"));
    assert!(with("as", Value::from("weather")).contains("does not know"));
    assert!(with("as", Value::from(1)).contains("does not know"));
    let mut cameo = Source::of_picture(PictureUse::Head, jpeg());
    cameo.extra.insert("as", Value::from("subject"));
    assert!(cameo.picture().is_err());
}
