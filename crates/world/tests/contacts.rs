//! Every impact is one contact; resting and pivoting are none.

use kinora_world::motion::track::With;
use kinora_world::{Action, Contact, Scene, SceneSpec, Shape};

/// Simulated scenes of an action, with their counts of contacts on the ground and with other subjects.
fn played(action: Action, seeds: u64) -> Vec<(SceneSpec, Scene, [usize; 2])> {
    let specs = (0..seeds).map(SceneSpec::from_seed);
    specs
        .filter(|spec| spec.action == action)
        .map(|spec| {
            let scene = Scene::new(spec, Shape::DEFAULT);
            let all = &scene.simulation.contacts;
            let ground = all.iter().filter(|it| it.with == With::Ground).count();
            let counts = [ground, all.len() - ground];
            (spec, scene, counts)
        })
        .collect()
}

fn on_ground(scene: &Scene) -> impl Iterator<Item = &Contact> {
    let all = scene.simulation.contacts.iter();
    all.filter(|contact| contact.with == With::Ground)
}

#[test]
fn a_single_toppling_body_hits_the_ground_hard() {
    let alone = |spec: &SceneSpec| spec.second.is_none();
    let mut slaps = 0;
    for (spec, scene, _) in played(Action::Topple, 900) {
        if !alone(&spec) {
            continue;
        }
        let loudest = on_ground(&scene).fold(0.0f32, |most, it| most.max(it.energy));
        assert!(loudest > 0.25, "seed {}: {loudest}", spec.seed);
        slaps += 1;
    }
    assert!(slaps > 10, "{slaps}");
}

#[test]
fn pivoting_makes_no_rolling_noise() {
    for (spec, scene, _) in played(Action::Topple, 900) {
        let roll = &scene.simulation.roll;
        let level = roll.iter().sum::<f32>() / roll.len() as f32;
        assert!(level < 0.05, "seed {}: {level}", spec.seed);
    }
}

#[test]
fn contact_counts_per_action_are_plausible() {
    // Minimum, median and maximum on the ground; maximum with others.
    for (action, [least, usual, most], others) in [
        (Action::Bounce, [3, 8, 12], 0),
        (Action::Roll, [0, 0, 0], 0),
        (Action::Collide, [0, 1, 4], 5),
        (Action::Fall, [1, 3, 6], 0),
        (Action::Stack, [0, 1, 3], 3),
        (Action::Throw, [0, 3, 8], 2),
        (Action::Pendulum, [0, 0, 0], 0),
    ] {
        let played = played(action, 600);
        let mut ground: Vec<usize> = played.iter().map(|(.., [ground, _])| *ground).collect();
        ground.sort_unstable();
        let middle = ground[ground.len() / 2];
        assert!(ground[0] >= least, "{action:?}: {ground:?}");
        assert!(middle.abs_diff(usual) <= 1, "{action:?}: {ground:?}");
        assert!(ground[ground.len() - 1] <= most, "{action:?}: {ground:?}");
        for (spec, _, [_, with]) in &played {
            assert!(*with <= others, "{action:?} seed {}: {with}", spec.seed);
        }
    }
}
