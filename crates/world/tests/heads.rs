//! Heads: equal ids are equal people, other ids differ, and mouths follow the speech.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_world::heads::{Cut, Genes, HELD_OUT_IDS, Head, TRAINING_IDS};
use kinora_world::{
    Action, Kind, Line, Place, Portrait, Renderer, Scene, SceneSpec, Shape, Shot, Style,
};

const SMALL: Shape = Shape {
    width: 48,
    height: 48,
    ..Shape::DEFAULT
};

/// A still of a head in the pose of the seed.
fn still(id: u64, seed: u64, style: Style) -> Vec<f32> {
    let spec = SceneSpec::of_kind(seed, Kind::Heads, TRAINING_IDS).with_style(style);
    let spec = SceneSpec {
        place: Place::Kitchen,
        ..spec
    };
    let spec = spec.with_portrait(Portrait {
        head: id,
        shot: Shot::CloseUp,
        line: None,
    });
    let scene = Scene::new(spec, SMALL);
    let pixels = scene.frames_in(&Renderer::new(48, 48), 6..7);
    pixels.into_iter().map(f32::from).collect()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    let sum: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    (sum / a.len() as f32).sqrt()
}

#[test]
fn there_are_six_thousand_heads_with_more_than_sixty_parameters() {
    const { assert!(Genes::NAMES.len() > 60) }
    assert_eq!(TRAINING_IDS.end - TRAINING_IDS.start, 5_000);
    assert_eq!(HELD_OUT_IDS.end - HELD_OUT_IDS.start, 1_000);
    assert!(!TRAINING_IDS.contains(&HELD_OUT_IDS.start));
    assert_eq!(Head::from_id(77), Head::from_id(77));
}

#[test]
fn parameters_are_uniform_and_uncorrelated() {
    const PEOPLE: usize = 3_000;
    let all: Vec<Vec<f32>> = (0..PEOPLE as u64)
        .map(|id| Head::from_id(id).genes.units())
        .collect();
    let count = Genes::NAMES.len();
    for a in 0..count {
        let mean: f32 = all.iter().map(|units| units[a]).sum::<f32>() / PEOPLE as f32;
        assert!((mean - 0.5).abs() < 0.03, "{}: {mean}", Genes::NAMES[a]);
        for b in 0..a {
            // Uniform numbers have a variance of 1/12.
            let product: f32 = all.iter().map(|u| (u[a] - 0.5) * (u[b] - 0.5)).sum();
            let correlation = product * 12.0 / PEOPLE as f32;
            assert!(
                correlation.abs() < 0.1,
                "{} and {}: {correlation}",
                Genes::NAMES[a],
                Genes::NAMES[b]
            );
        }
    }
}

#[test]
fn every_haircut_occurs() {
    let traits: Vec<_> = (0..500).map(|id| Head::from_id(id).traits).collect();
    for cut in Cut::ALL {
        assert!(traits.iter().any(|traits| traits.cut == *cut), "{cut:?}");
    }
}

#[test]
fn different_ids_look_different() {
    let stills: Vec<Vec<f32>> = (0..120).map(|id| still(id, 4, Style::Realistic)).collect();
    for (a, one) in stills.iter().enumerate() {
        for (b, two) in stills[..a].iter().enumerate() {
            let far = distance(one, two);
            assert!(far > 6.0, "{a} and {b}: {far} steps of 255");
        }
    }
}

#[test]
fn training_excludes_held_out_heads() {
    for seed in 0..2_000 {
        let own = SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS);
        let head = own.portrait.unwrap().head;
        assert!(TRAINING_IDS.contains(&head));
        let stranger = SceneSpec::of_kind(seed, Kind::Talk, HELD_OUT_IDS);
        assert!(stranger.is_held_out());
    }
}

#[test]
fn portraits_do_not_change_other_scenes() {
    for seed in 0..300 {
        let scene = SceneSpec::of_kind(seed, Kind::Scenes, TRAINING_IDS);
        assert_eq!(scene, SceneSpec::from_seed(seed));
        assert!(scene.portrait.is_none() && !scene.action.is_portrait());
        let json = serde_json::to_string(&scene).unwrap();
        assert!(!json.contains("head") && !json.contains("line"), "{json}");
    }
}

#[test]
fn portraits_round_trip_through_json() {
    for seed in 0..60 {
        let spec = SceneSpec::of_kind(seed, Kind::of_seed(&Kind::ALL, seed), TRAINING_IDS);
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(
            serde_json::from_str::<SceneSpec>(&text).unwrap(),
            spec,
            "{text}"
        );
    }
}

#[test]
fn every_line_fits_the_clip() {
    for number in 0..Line::count() as u64 {
        let spec = SceneSpec::of_kind(number, Kind::Talk, TRAINING_IDS);
        let own = spec.portrait.unwrap();
        let spec = spec.with_portrait(Portrait {
            line: Some(Line::new(number)),
            ..own
        });
        let scene = Scene::new(spec, SMALL);
        let speech = scene.speech();
        let speech = speech.unwrap_or_else(|| panic!("{:?} is not said", Line::new(number).text()));
        let end = speech.start_s + speech.utterance.duration_s();
        assert!(end < 2.72, "{:?} ends at {end} s", speech.text);
        let widest = scene
            .mouth()
            .chunks_exact(12)
            .map(|row| row[0])
            .fold(0.0, f32::max);
        assert!(
            widest > 0.2,
            "{:?} opens the mouth by {widest}",
            speech.text
        );
    }
}

#[test]
fn the_mouth_moves_during_speech_alone() {
    for seed in 0..40 {
        let scene = Scene::new(SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS), SMALL);
        let speech = scene.speech().unwrap();
        let play = scene.simulation.performance.as_ref().unwrap();
        for (frame, act) in play.acts.iter().enumerate() {
            let time_s = frame as f32 / 12.0 - speech.start_s;
            if time_s < -0.05 || time_s > speech.utterance.duration_s() + 0.05 {
                assert_eq!(act.expression.mouth.open, 0.0, "seed {seed} frame {frame}");
            }
        }
        assert_eq!(scene.mouth().len(), 9 * 48);
    }
}

/// Measures the mean change of the pixels around the mouth between frames.
#[test]
fn an_open_mouth_is_visible() {
    let (mut talking, mut silent) = (0.0, 0.0);
    for seed in 0..6 {
        for (kind, sum) in [(Kind::Talk, &mut talking), (Kind::Heads, &mut silent)] {
            let spec = SceneSpec::of_kind(seed, kind, TRAINING_IDS).with_style(Style::Realistic);
            let shape = Shape {
                width: 96,
                height: 96,
                ..Shape::DEFAULT
            };
            let scene = Scene::new(spec, shape);
            let renderer = Renderer::new(96, 96);
            let points = renderer.face_points(&spec, &scene.simulation, 0..33);
            let gaps = points.iter().map(|face| {
                let at = |name: &str| face.iter().find(|(known, _)| *known == name).unwrap().1;
                at("lower_lip")[1] - at("upper_lip")[1]
            });
            *sum += gaps.fold(0.0, f32::max);
        }
    }
    assert!(talking > 6.0 * 2.0 && silent < 0.1, "{talking} {silent}");
}

#[test]
fn speech_is_loud_when_the_mouth_is_open() {
    for seed in 0..20 {
        let spec = SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS);
        let scene = Scene::new(spec, SMALL);
        let silent = SceneSpec {
            action: Action::Look,
            ..spec
        };
        let (with, without) = (
            scene.samples(),
            Scene::new(silent.fitted(), SMALL).samples(),
        );
        let loud = |from_s: f32, to_s: f32| {
            let range = (from_s * 16_000.0) as usize..((to_s * 16_000.0) as usize).min(with.len());
            let power: f32 = with[range.clone()]
                .iter()
                .map(|sample| sample * sample)
                .sum();
            let quiet: f32 = without[range].iter().map(|sample| sample * sample).sum();
            power / quiet.max(1e-9)
        };
        let speech = scene.speech().unwrap();
        let open = speech.utterance.mouth(100.0);
        let widest = (0..open.len()).max_by(|a, b| open[*a].open.total_cmp(&open[*b].open));
        let at_s = speech.start_s + widest.unwrap() as f32 / 100.0;
        assert!(
            loud(at_s, at_s + 0.05) > 3.0,
            "seed {seed}: {}",
            loud(at_s, at_s + 0.05)
        );
    }
}

#[test]
fn custom_text_is_spoken() {
    let spec = SceneSpec::of_kind(3, Kind::Talk, TRAINING_IDS);
    let scene = Scene::saying(spec, SMALL, "Seven wooden spoons");
    assert_eq!(scene.speech().unwrap().text, "Seven wooden spoons");
    assert_eq!(spec.action, Action::Talk);
    let own = Scene::new(spec, SMALL);
    assert_ne!(own.samples(), scene.samples());
}

#[test]
fn face_points_lie_on_the_face() {
    for seed in 0..20 {
        let spec = SceneSpec::of_kind(seed, Kind::Heads, TRAINING_IDS);
        let scene = Scene::new(spec, Shape::DEFAULT);
        let renderer = Renderer::new(128, 128);
        let truth = &scene.truth(&renderer, 8..9)[0];
        for (name, [x, y]) in &renderer.face_points(&spec, &scene.simulation, 8..9)[0] {
            let (x, y) = (*x as usize, *y as usize);
            if x < 128 && y < 128 {
                assert_eq!(truth.ids[y * 128 + x], 1, "seed {seed}: {name} at {x} {y}");
            }
        }
    }
}
