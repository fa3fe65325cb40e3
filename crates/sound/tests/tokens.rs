//! Sound tokens: clean rows come back as they were, noisy ones as the same events.

use kinora_sound::tokens::{ROW, SUBFRAME, decode, encode};
use kinora_sound::{Impact, Material, Place, SoundTrack};

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
fn clean_rows_come_back() {
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
fn noisy_rows_give_the_same_events() {
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
fn an_onset_smeared_over_two_frames_is_one_event() {
    let mut rows = encode(&track(), 33);
    // The contact at 0.61 s falls into pixel frame 7: latent frame 2, sub-frame 2.
    let sure = 2 * ROW + 2 * SUBFRAME;
    assert_eq!(rows[sure], 1.0);
    rows[sure + SUBFRAME] = 0.6;
    let times: Vec<f32> = decode(&rows)
        .impacts
        .iter()
        .map(|impact| impact.time_s)
        .collect();
    assert_eq!(times.len(), 4);
    assert!((times[1] - 0.61).abs() < 1e-4);
}

#[test]
fn values_outside_their_ranges_stay_harmless() {
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
