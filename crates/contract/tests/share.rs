//! Validation of displayed texts, and JSON names of the relay's messages.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::share::{
    ClipEdit, Licence, PublishRequest, Remixes, ShareError, Uploaded, Visibility,
};
use serde_json::json;

fn request(title: &str, captions: Option<&str>) -> PublishRequest {
    PublishRequest {
        video: Uploaded {
            upload: "u".into(),
            blake3: "ab".repeat(32),
        },
        poster: None,
        captions: captions.map(str::to_owned),
        title: title.into(),
        maker: None,
        visibility: Visibility::Link,
        remix: Remixes::Open,
        licence: Licence::Cc0,
    }
}

#[test]
fn titles_are_trimmed_and_validated() {
    assert_eq!(
        request("  A ball 🎈 ", None).checked().unwrap().title,
        "A ball 🎈"
    );
    assert_eq!(
        request("👩‍🚀 خانه‌ام", None).checked().unwrap().title,
        "👩‍🚀 خانه‌ام"
    );
    for bad in ["", "   ", &"x".repeat(101)] {
        let found = request(bad, None).checked();
        assert!(matches!(found, Err(ShareError::Length { .. })), "{bad}");
    }
    for bad in [
        "a\nb",
        "a\0b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{feff}b",
        "a\u{e0041}b",
    ] {
        assert_eq!(
            request(bad, None).checked(),
            Err(ShareError::Character("title"))
        );
    }
    let edit = ClipEdit {
        title: Some(" \u{2028}".into()),
        ..ClipEdit::default()
    };
    assert!(edit.checked().is_err());
}

#[test]
fn captions_must_be_webvtt() {
    for good in [
        "WEBVTT",
        "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
        "\u{feff}WEBVTT - title\r\n",
    ] {
        assert!(request("t", Some(good)).checked().is_ok(), "{good}");
    }
    for bad in [
        "",
        "webvtt",
        "WEBVTTX",
        "<html>",
        "WEBVTT\n\0",
        &format!("WEBVTT\n{}", "x".repeat(33_000)),
    ] {
        assert_eq!(
            request("t", Some(bad)).checked(),
            Err(ShareError::Captions),
            "{bad:.20}"
        );
    }
}

#[test]
fn json_uses_the_documented_names() {
    let wish = json!({
        "video": { "upload": "u", "blake3": "ab".repeat(32) },
        "title": "t", "visibility": "link", "remix": "open", "licence": "CC0-1.0",
    });
    assert_eq!(serde_json::to_value(request("t", None)).unwrap(), wish);
    assert_eq!(
        serde_json::from_value::<PublishRequest>(wish.clone()).unwrap(),
        request("t", None)
    );
    let mut unknown = wish;
    unknown["rating"] = json!(5);
    assert!(serde_json::from_value::<PublishRequest>(unknown).is_err());
    let words: Vec<_> = [
        Visibility::Unpublished,
        Visibility::Link,
        Visibility::Listed,
    ]
    .map(|v| serde_json::to_value(v).unwrap())
    .into();
    assert_eq!(words, ["unpublished", "link", "listed"]);
    for (licence, word) in [
        (Licence::AllRightsReserved, "all-rights-reserved"),
        (Licence::CcBy, "CC-BY-4.0"),
        (Licence::CcBySa, "CC-BY-SA-4.0"),
    ] {
        assert_eq!(serde_json::to_value(licence).unwrap(), word);
    }
}
