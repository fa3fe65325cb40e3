//! Sound tokens: layout as documented, exact round trip of clean rows, robust decoding of noisy ones.

use std::fmt::Debug;

use kinora_sound::tokens::{ROW, SUBFRAME, SUBFRAMES, decode, encode};
use kinora_sound::{Impact, Material, Place, SAMPLE_RATE, SoundTrack};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

const DOCUMENT: &str = include_str!("../../../docs/formats.md");

fn track() -> SoundTrack {
    let impact = |time_s, energy, material| Impact {
        time_s,
        energy,
        size: 0.4,
        material,
    };
    SoundTrack {
        frames: 33,
        place: Place::Meadow,
        material: Material::Stone,
        size: 0.4,
        impacts: vec![
            impact(0.02, 0.9, Material::Stone),
            impact(0.61, 0.7, Material::Metal),
            impact(1.43, 0.35, Material::Stone),
            impact(2.74, 0.1, Material::Rubber),
        ],
        roll: (0..33).map(|frame| frame as f32 / 33.0).collect(),
    }
}

#[test]
fn clean_rows_round_trip() {
    let before = track();
    let rows = encode(&before, 33);
    assert_eq!(rows.len(), 9 * ROW);
    let after = decode(&rows);
    assert_eq!(
        (after.frames, after.place, after.material),
        (33, Place::Meadow, Material::Stone)
    );
    assert_eq!(after.roll, before.roll);
    assert_eq!(after.impacts.len(), before.impacts.len());
    for (a, b) in after.impacts.iter().zip(&before.impacts) {
        assert!((a.time_s - b.time_s).abs() < 1e-4, "{a:?} {b:?}");
        assert_eq!(
            (a.energy, a.size, a.material),
            (b.energy, b.size, b.material)
        );
    }
}

#[test]
fn noisy_rows_decode_to_the_same_events() {
    let before = track();
    let mut rows = encode(&before, 33);
    let mut state = 7u32;
    for value in &mut rows {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value += (state >> 16) as f32 / 65_536.0 * 0.8 - 0.4;
    }
    let after = decode(&rows);
    assert_eq!(
        (after.place, after.material),
        (before.place, before.material)
    );
    assert_eq!(after.impacts.len(), before.impacts.len());
    for (a, b) in after.impacts.iter().zip(&before.impacts) {
        assert_eq!(a.material, b.material);
        assert!((a.time_s - b.time_s).abs() < 0.2 / 12.0 + 1e-4);
    }
}

#[test]
fn onset_spread_over_two_frames_is_one_event() {
    let mut rows = encode(&track(), 33);
    // The contact at 0.61 s falls into pixel frame 7: latent frame 2, sub-frame 2.
    let onset = 2 * ROW + 2 * SUBFRAME;
    assert_eq!(rows[onset], 1.0);
    rows[onset + SUBFRAME] = 0.6;
    let times: Vec<f32> = decode(&rows)
        .impacts
        .iter()
        .map(|impact| impact.time_s)
        .collect();
    assert_eq!(times.len(), 4);
    assert!((times[1] - 0.61).abs() < 1e-4);
}

#[test]
fn values_out_of_range_are_clamped() {
    let rows: Vec<f32> = (0..9 * ROW)
        .map(|index| if index % 2 == 0 { 50.0 } else { -50.0 })
        .collect();
    let track = decode(&rows);
    assert!(
        track
            .impacts
            .iter()
            .all(|impact| (0.0..=1.0).contains(&impact.energy))
    );
    assert!(
        kinora_sound::render(&track, 16_000)
            .iter()
            .all(|sample| sample.abs() < 1.0)
    );
}

/// Rows of the table of constants; `kinora-contract` checks that every row is compared by some test.
#[test]
fn constants_of_the_document_match_the_code() {
    for (name, value) in [
        ("`tokens::SUBFRAMES`", SUBFRAMES),
        ("`SUBFRAME`", SUBFRAME),
        ("`ROW`", ROW),
        (
            "`SAMPLE_RATE` (Hz, of rendered sound)",
            SAMPLE_RATE as usize,
        ),
    ] {
        assert_eq!(cell(name), value.to_string(), "{name}");
    }
    assert_eq!(classes::<Material>(cell("`Material`")), Material::ALL);
    assert_eq!(classes::<Place>(cell("`Place`")), Place::ALL);
}

#[test]
fn sub_frame_layout_of_the_document_matches_the_code() {
    let track = SoundTrack {
        impacts: vec![Impact {
            time_s: 0.75 / 12.0,
            energy: 0.9,
            size: 0.3,
            material: Material::Metal,
        }],
        roll: vec![0.2; 33],
        ..track()
    };
    let rows = encode(&track, 33);
    let range = |label: &str| -> Vec<f32> {
        let line = DOCUMENT
            .lines()
            .find(|line| line.contains(&format!("| {label}")));
        let range = line.and_then(|line| line.split('|').nth(1)).expect(label);
        let (first, last) = range.split_once('–').unwrap_or((range, range));
        let index = |text: &str| text.trim().parse::<usize>().expect(label);
        rows[index(first)..=index(last)].to_vec()
    };
    assert_eq!(range("onset of a contact"), [1.0]);
    assert!((range("instant of the contact")[0] - 0.5).abs() < 1e-5);
    assert_eq!(range("energy, 0 … 1"), [0.9]);
    assert_eq!(range("size of the object"), [0.3]);
    assert_eq!(range("material of the object"), [-1.0, -1.0, 1.0, -1.0]);
    assert_eq!(range("level of rolling"), [0.2]);
    assert_eq!(rows[SUBFRAMES * SUBFRAME..ROW], [-1.0, -1.0, 1.0, -1.0]);
}

/// Returns the second cell of the table row whose first cell is `name`.
fn cell(name: &str) -> &'static str {
    let start = format!("| {name} | ");
    let row = DOCUMENT.lines().find_map(|line| line.strip_prefix(&start));
    row.and_then(|row| row.strip_suffix(" |")).expect(name)
}

fn classes<T: DeserializeOwned + Debug>(names: &str) -> Vec<T> {
    let class = |name: &str| {
        let name: StrDeserializer<Error> = name.into_deserializer();
        T::deserialize(name).expect("a class")
    };
    names.split(", ").map(class).collect()
}
