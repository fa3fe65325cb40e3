//! Compares the numbers of `docs/formats.md` with the constants of the code.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::collections::BTreeMap;

use kinora_contract::clip_file::RECIPE_UUID;
use kinora_contract::manifest::MANIFEST_VERSION;
use kinora_contract::plan::{
    self, CAMERA_DIM, CONTACT_DIM, PLAN_DIM, SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS, Subject,
};
use kinora_contract::recipe::{self, Camera, SIDES, Style};
use kinora_contract::{SourceRole, share, signing};

const DOCUMENT: &str = include_str!("../../../docs/formats.md");
/// Sections whose constants belong to other crates, which test them: the clip file (except [`RECIPE_UUID`]) and the sound
/// tokens.
const TESTED_ELSEWHERE: [&str; 12] = [
    "TRACK_RATE",
    "FRAME_DURATION",
    "KEYFRAME_SECONDS",
    "PRIMARIES",
    "TRANSFER",
    "MATRIX",
    "tokens::SUBFRAMES",
    "SUBFRAME",
    "ROW",
    "Material",
    "Place",
    "SAMPLE_RATE",
];

#[test]
fn constants_of_the_document_match_the_code() {
    let found = constants(DOCUMENT);
    let expected = expected();
    for (name, value) in &expected {
        assert_eq!(
            found.get(name.as_str()),
            Some(value),
            "row `{name}` of docs/formats.md"
        );
    }
    for name in found.keys().filter(|name| !expected.contains_key(*name)) {
        assert!(
            TESTED_ELSEWHERE.contains(&name.as_str()),
            "no test compares row `{name}` of docs/formats.md"
        );
    }
}

#[test]
fn value_ranges_of_a_sub_frame_match_the_plan() {
    let mut at = 0;
    let mut range = |len: usize| {
        at += len;
        format!("{}–{}", at - len, at - 1)
    };
    let mut expected: Vec<String> = (0..SUBJECTS).map(|_| range(SUBJECT_DIM)).collect();
    expected.extend([range(CAMERA_DIM), range(CONTACT_DIM)]);
    assert_eq!(first_column(DOCUMENT, "values"), expected);
}

/// A test of the parser: without it, a renamed table header would compare nothing.
#[test]
fn parser_reads_constant_tables_only() {
    let text = "| key | value |\n|---|---|\n| `A` | 1 |\n\n| constant | value |\n|---|---|\n| `B` (Hz) | 2 |\n\n| `C` | 3 |\n";
    let expected = BTreeMap::from([("B".to_owned(), "2".to_owned())]);
    assert_eq!(constants(text), expected);
}

fn expected() -> BTreeMap<String, String> {
    let roles = [
        SourceRole::Remix,
        SourceRole::Extend,
        SourceRole::Image,
        SourceRole::Cameo,
    ];
    let roles = roles.map(|role| {
        let name = serde_json::to_value(role).unwrap();
        name.as_str().unwrap().to_owned()
    });
    let rows = [
        ("VERSION", recipe::VERSION.to_string()),
        ("MAX_BYTES", recipe::MAX_BYTES.to_string()),
        ("MAX_NAME_CHARS", recipe::MAX_NAME_CHARS.to_string()),
        ("MAX_PROMPT_CHARS", recipe::MAX_PROMPT_CHARS.to_string()),
        ("MAX_LINE_CHARS", recipe::MAX_LINE_CHARS.to_string()),
        ("MAX_CLIP_CHARS", recipe::MAX_CLIP_CHARS.to_string()),
        ("MAX_ITEMS", recipe::MAX_ITEMS.to_string()),
        ("MAX_SEED", recipe::MAX_SEED.to_string()),
        ("SIDES", format!("{}–{}", SIDES.start(), SIDES.end())),
        ("SIDE_STEP", recipe::SIDE_STEP.to_string()),
        ("MAX_FRAMES", recipe::MAX_FRAMES.to_string()),
        ("MAX_FPS", recipe::MAX_FPS.to_string()),
        ("MANIFEST_VERSION", MANIFEST_VERSION.to_string()),
        ("MAX_STEPS", recipe::MAX_STEPS.to_string()),
        ("MAX_GUIDANCE_SCALE", recipe::MAX_GUIDANCE_SCALE.to_string()),
        ("Style", Style::ALL.map(Style::as_str).join(", ")),
        ("Camera", Camera::ALL.map(Camera::as_str).join(", ")),
        ("SourceRole", roles.join(", ")),
        (
            "MOST_SOURCES_IN_A_ROW",
            recipe::MOST_SOURCES_IN_A_ROW.to_string(),
        ),
        ("MAX_PICTURE_BYTES", recipe::MAX_PICTURE_BYTES.to_string()),
        ("MAX_PICTURE_SIDE", recipe::MAX_PICTURE_SIDE.to_string()),
        ("LINK_PREFIX", recipe::LINK_PREFIX.to_owned()),
        ("CHECK_BYTES", recipe::CHECK_BYTES.to_string()),
        ("MAX_LINK_CHARS", recipe::MAX_LINK_CHARS.to_string()),
        ("RECIPE_UUID", uuid(&RECIPE_UUID)),
        ("SUBJECTS", SUBJECTS.to_string()),
        ("SUBFRAMES", plan::SUBFRAMES.to_string()),
        ("SUBJECT_DIM", SUBJECT_DIM.to_string()),
        ("CAMERA_DIM", CAMERA_DIM.to_string()),
        ("CONTACT_DIM", CONTACT_DIM.to_string()),
        ("SUBFRAME_DIM", SUBFRAME_DIM.to_string()),
        ("PLAN_DIM", PLAN_DIM.to_string()),
        ("ABSENT_RADIUS", Subject::ABSENT_RADIUS.to_string()),
        ("GRAVITY", plan::GRAVITY.to_string()),
        ("GROUND_Y", plan::GROUND_Y.to_string()),
        ("MAX_TITLE_CHARS", share::MAX_TITLE_CHARS.to_string()),
        ("MAX_MAKER_CHARS", share::MAX_MAKER_CHARS.to_string()),
        ("MAX_CAPTIONS_BYTES", share::MAX_CAPTIONS_BYTES.to_string()),
        ("SCHEME", signing::SCHEME.to_owned()),
        (
            "MAX_CLOCK_SKEW_SECS",
            signing::MAX_CLOCK_SKEW_SECS.to_string(),
        ),
        ("NONCE_LEN", signing::NONCE_LEN.to_string()),
    ];
    rows.map(|(name, value)| (name.to_owned(), value)).into()
}

fn uuid(bytes: &[u8; 16]) -> String {
    let hex = |range: std::ops::Range<usize>| -> String {
        let digits = bytes[range].iter().map(|byte| format!("{byte:02x}"));
        digits.collect()
    };
    [0..4, 4..6, 6..8, 8..10, 10..16].map(hex).join("-")
}

/// Reads the rows of all tables with the header `| constant | value |`. A name is the text between the first backticks.
fn constants(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for row in rows(text, "constant") {
        let name = row[0].split('`').nth(1).expect("a name in backticks");
        let earlier = found.insert(name.to_owned(), row[1].clone());
        assert_eq!(earlier, None, "`{name}` occurs twice");
    }
    found
}

fn first_column(text: &str, header: &str) -> Vec<String> {
    let rows = rows(text, header).into_iter();
    rows.map(|mut row| row.swap_remove(0)).collect()
}

/// Reads the rows of all two-column tables whose first header cell is `header`.
fn rows(text: &str, header: &str) -> Vec<Vec<String>> {
    let mut inside = false;
    let mut rows = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if !line.starts_with('|') {
            inside = false;
        } else if cells.len() == 2 && cells[0] == header {
            inside = true;
        } else if inside && !cells[0].starts_with("---") {
            rows.push(cells.into_iter().map(str::to_owned).collect());
        }
    }
    rows
}
