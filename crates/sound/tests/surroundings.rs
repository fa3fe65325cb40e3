//! Weather, grounds, footsteps and water: audibility, timing and clipping.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_sound::{
    Ambience, Ground, Impact, Material, Place, SAMPLE_RATE, SoundTrack, Surroundings, Weather,
    render, render_in,
};

const AMBIENCES: [Ambience; 10] = [
    Ambience::Room,
    Ambience::Kitchen,
    Ambience::Hall,
    Ambience::Sea,
    Ambience::Meadow,
    Ambience::Forest,
    Ambience::Street,
    Ambience::Roof,
    Ambience::Wind,
    Ambience::Lake,
];
const WEATHERS: [Weather; 4] = [Weather::Calm, Weather::Rain, Weather::Snow, Weather::Fog];

fn track(impacts: Vec<Impact>, roll: f32) -> SoundTrack {
    SoundTrack {
        frames: 24,
        place: Place::WoodenFloor,
        material: Material::Wood,
        size: 0.5,
        impacts,
        roll: vec![roll; 24],
    }
}

fn hit(time_s: f32, energy: f32, material: Material) -> Impact {
    Impact {
        time_s,
        energy,
        size: 0.5,
        material,
    }
}

fn around(ground: Ground, ambience: Ambience, weather: Weather) -> Surroundings {
    Surroundings {
        ground,
        ambience,
        weather,
        night: false,
        water: false,
        footsteps: Vec::new(),
    }
}

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

/// Computes the ratio of the RMS of first differences to the RMS of the samples; high for bright sounds.
fn brightness(samples: &[f32]) -> f32 {
    let steps: Vec<f32> = samples.windows(2).map(|pair| pair[1] - pair[0]).collect();
    loudness(&steps) / loudness(samples)
}

#[test]
fn render_uses_the_default_surroundings_of_the_place() {
    let track = track(vec![hit(0.5, 0.6, Material::Wood)], 0.3);
    let same = render_in(&track, &Surroundings::of(track.place), SAMPLE_RATE);
    assert_eq!(render(&track, SAMPLE_RATE), same);
}

#[test]
fn impacts_and_steps_start_within_two_milliseconds() {
    for ground in Ground::ALL {
        for weather in WEATHERS {
            for material in Material::ALL {
                for (step, at_s) in [(false, 0.5037), (true, 0.5037), (true, 1.2501)] {
                    let mut around = around(ground, Ambience::Room, weather);
                    around.footsteps = vec![step];
                    let with = track(vec![hit(at_s, 0.5, material)], 0.0);
                    let sound = render_in(&with, &around, SAMPLE_RATE);
                    let silence = render_in(&track(Vec::new(), 0.0), &around, SAMPLE_RATE);
                    let added: Vec<f32> = sound
                        .iter()
                        .zip(&silence)
                        .map(|(a, b)| (a - b).abs())
                        .collect();
                    let peak = added.iter().copied().fold(0.0, f32::max);
                    let onset = added.iter().position(|level| *level > 0.2 * peak).unwrap();
                    let off_s = onset as f32 / SAMPLE_RATE as f32 - at_s;
                    assert!(peak > 0.02, "{ground:?} {material:?} {step}: {peak}");
                    assert!(
                        off_s.abs() < 0.002,
                        "{ground:?} {material:?} {step}: {off_s} s"
                    );
                }
            }
        }
    }
}

#[test]
fn many_simultaneous_events_do_not_clip() {
    let many: Vec<Impact> = (0..40)
        .map(|n| hit(0.4 + 0.01 * n as f32, 1.0, Material::ALL[n % 4]))
        .collect();
    for (index, ambience) in AMBIENCES.into_iter().enumerate() {
        for weather in WEATHERS {
            for water in [false, true] {
                let mut around = around(Ground::ALL[index % 8], ambience, weather);
                around.water = water;
                around.footsteps = (0..40).map(|n| n % 3 == 0).collect();
                let samples = render_in(&track(many.clone(), 1.0), &around, SAMPLE_RATE);
                assert!(samples.iter().all(|sample| sample.abs() < 1.0));
            }
        }
    }
}

#[test]
fn weather_changes_level_and_brightness() {
    let quiet = track(Vec::new(), 0.0);
    for ambience in [
        Ambience::Meadow,
        Ambience::Street,
        Ambience::Wind,
        Ambience::Sea,
    ] {
        let heard = |weather| {
            let samples = render_in(
                &quiet,
                &around(Ground::Grass, ambience, weather),
                SAMPLE_RATE,
            );
            (loudness(&samples), brightness(&samples))
        };
        let (calm, rain, snow) = (
            heard(Weather::Calm),
            heard(Weather::Rain),
            heard(Weather::Snow),
        );
        assert!(
            rain.0 > calm.0 * 1.15 && rain.1 > calm.1,
            "{ambience:?}: {calm:?} {rain:?}"
        );
        assert!(snow.0 < calm.0 * 0.9, "{ambience:?}: {calm:?} {snow:?}");
    }
}

#[test]
fn grounds_sound_different() {
    let heard: Vec<(f32, f32)> = Ground::ALL
        .iter()
        .map(|ground| {
            let mut around = around(*ground, Ambience::Room, Weather::Calm);
            around.footsteps = vec![true];
            let samples = render_in(
                &track(vec![hit(0.5, 0.8, Material::Rubber)], 0.0),
                &around,
                SAMPLE_RATE,
            );
            let step = &samples[8_000..8_000 + 2_400];
            (loudness(step), brightness(step))
        })
        .collect();
    for (a, one) in heard.iter().enumerate() {
        assert!(one.0 > 0.01, "{:?}: {one:?}", Ground::ALL[a]);
        for (b, two) in heard[..a].iter().enumerate() {
            let (loud, bright) = ((one.0 / two.0).ln(), (one.1 / two.1).ln());
            let apart = (loud * loud + bright * bright).sqrt();
            assert!(
                apart > 0.08,
                "{:?} {:?}: {one:?} {two:?}",
                Ground::ALL[a],
                Ground::ALL[b]
            );
        }
    }
}

#[test]
fn water_sounds_only_while_it_flows() {
    let mut roll = vec![0.0; 24];
    roll[10..18].fill(0.8);
    let flowing = SoundTrack {
        roll,
        ..track(Vec::new(), 0.0)
    };
    let mut around = around(Ground::Tiles, Ambience::Room, Weather::Calm);
    around.water = true;
    let samples = render_in(&flowing, &around, SAMPLE_RATE);
    let (before, during) = (&samples[..12_000], &samples[15_000..23_000]);
    assert!(loudness(during) > 3.0 * loudness(before));
}
