//! Layout of a plan and its typed view.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::Plan;
use kinora_contract::plan::{
    CameraState, Contact, PLAN_DIM, SUBFRAME_DIM, SUBJECTS, Subframe, Subject, frame_of,
    latent_frames, subframe_of,
};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn layout_matches_the_trained_models() {
    assert_eq!((SUBFRAME_DIM, PLAN_DIM, SUBJECTS), (29, 116, 3));
    let ramp: [f32; SUBFRAME_DIM] = std::array::from_fn(|i| i as f32);
    let state = Subframe::from_values(&ramp);
    let subject = |at: f32| Subject {
        x: at,
        y: at + 1.0,
        r: at + 2.0,
        cos: at + 3.0,
        sin: at + 4.0,
        visible: at + 5.0,
        depth: at + 6.0,
        mouth: at + 7.0,
    };
    assert_eq!(state.subjects, [0.0, 8.0, 16.0].map(subject));
    assert_eq!(
        state.camera,
        CameraState {
            pan_x: 24.0,
            pan_y: 25.0,
            zoom: 27.0
        }
    );
    assert_eq!(
        state.contact,
        Contact {
            onset: 27.0,
            energy: 28.0
        }
    );
    assert_eq!(state.to_values(), ramp);
}

#[test]
fn pixel_frames_map_to_latent_frames_and_back() {
    assert_eq!([1, 5, 9, 33].map(latent_frames), [1, 2, 3, 9]);
    assert_eq!(
        [0, 1, 4, 5, 32].map(subframe_of),
        [(0, 0), (1, 0), (1, 3), (2, 0), (8, 3)]
    );
    for frame in 0..33 {
        let (j, k) = subframe_of(frame);
        assert_eq!(frame_of(j, k), frame);
    }
    assert_eq!((0..4).map(|k| frame_of(0, k)).sum::<usize>(), 0);
}

#[test]
fn frames_round_trip_and_frame_0_fills_its_row() {
    let mut plan = Plan::empty(9);
    assert_eq!(plan.frames(), 33);
    assert!((0..33).all(|frame| plan.frame(frame) == Some(Subframe::EMPTY)));
    let mut state = Subframe::EMPTY;
    state.subjects[1] = Subject {
        x: 0.5,
        y: -0.25,
        r: 0.2,
        cos: 1.0,
        sin: 0.0,
        visible: 1.0,
        depth: 0.1,
        mouth: 0.5,
    };
    state.contact.onset = 1.0;
    for frame in [0, 7, 32] {
        assert!(plan.set_frame(frame, &state));
        assert_eq!(plan.frame(frame), Some(state));
    }
    assert!((0..4).all(|k| plan.subframe(0, k) == Some(state)));
    assert_eq!(plan.frame(6), Some(Subframe::EMPTY));
    assert_eq!(plan.frame(8), Some(Subframe::EMPTY));
    assert!(!plan.set_frame(33, &state));
    assert_eq!(plan.frame(33), None);
    assert_eq!(plan.subframe(0, 4), None);
}

#[test]
fn subject_is_present_above_the_absent_radius() {
    assert!(!Subject::ABSENT.is_present());
    let of_radius = |r| Subject {
        r,
        ..Subject::ABSENT
    };
    assert!(!of_radius(Subject::ABSENT_RADIUS).is_present());
    assert!(of_radius(0.06).is_present());
    assert!(!of_radius(f32::NAN).is_present());
}

#[test]
fn rows_of_wrong_length_are_rejected() {
    assert!(Plan::from_rows(2, vec![0.0; PLAN_DIM]).is_err());
    assert!(Plan::from_rows(usize::MAX, vec![]).is_err());
    let error = serde_json::from_str::<Plan>(r#"{"latent_frames":1,"rows":[1.0]}"#).unwrap_err();
    assert!(
        error.to_string().contains("has 116 values, not 1"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn plans_round_trip_in_json(rows in vec(-2.0_f32..2.0, PLAN_DIM * 3)) {
        let plan = Plan::from_rows(3, rows).unwrap();
        let json = serde_json::to_string(&plan).unwrap();
        prop_assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    }
}

#[test]
fn background_view_is_the_union_of_camera_views() {
    let at_rest = Plan::empty(3);
    assert_eq!(at_rest.plate(1.0), CameraState::AT_REST);
    let mut plan = Plan::empty(3);
    for frame in 0..plan.frames() {
        let mut state = Subframe::EMPTY;
        let progress = frame as f32 / 8.0;
        state.camera = CameraState {
            pan_x: 0.3 - 0.5 * progress,
            pan_y: -0.1,
            zoom: 1.0 + 0.25 * progress,
        };
        assert!(plan.set_frame(frame, &state));
    }
    for aspect in [1.0, 160.0 / 96.0, 0.6] {
        let plate = plan.plate(aspect);
        let mut edges = [f32::MAX, f32::MIN, f32::MAX, f32::MIN];
        for frame in 0..plan.frames() {
            let camera = plan.frame(frame).unwrap().camera;
            for (x, y) in [(-aspect, -1.0), (aspect, 1.0)] {
                let (world_x, world_y) = camera.back(x, y);
                let (x, y) = plate.project(world_x, world_y);
                assert!(x.abs() <= aspect + 1e-5 && y.abs() <= 1.0 + 1e-5);
                edges = [
                    edges[0].min(x),
                    edges[1].max(x),
                    edges[2].min(y),
                    edges[3].max(y),
                ];
            }
        }
        let [left, right, top, bottom] = edges;
        let fills = right - left > 2.0 * aspect - 1e-4 || bottom - top > 2.0 - 1e-4;
        assert!(fills, "{edges:?} leaves a margin on every side");
    }
    let (x, y) = CameraState {
        pan_x: 0.2,
        pan_y: 0.1,
        zoom: 1.5,
    }
    .back(0.5, 0.4);
    assert!((x - 0.2).abs() < 1e-6 && (y - 0.2).abs() < 1e-6);
}
