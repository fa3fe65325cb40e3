//! Simulation: initial states become tracks, contacts and energies.
//!
//! Units as in [`crate::motion::track`]. Bodies move in x and y and rotate about z.

use kinora_scene::constants::{FRAMES_PER_SECOND, GROUND_Y};
use kinora_scene::effects::LiquidStream;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::Action;

use crate::geometry::outline::Profile;
use crate::motion::character::{Figure, Joints};
use crate::motion::head_performance::Performance;
use crate::motion::initial_state::{Actor, Body, Hold, Setup, Tilt, setup};
use crate::motion::rigid_bodies::{RigidBodies, STEPS_PER_SECOND};
use crate::motion::track::{Contact, Pose2, Track, With};
use crate::spec::SceneSpec;
use crate::spec::shape::Shape;

/// Steps between two values of the roll level, which runs on the clock of the sound.
const STEPS_PER_ROLL: usize = STEPS_PER_SECOND / FRAMES_PER_SECOND as usize;

/// Motion of all subjects of a clip.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Pixel frames.
    pub frames: usize,
    /// Pixel frames per second.
    pub frames_per_second: u32,
    /// One entry per subject.
    pub tracks: Vec<Track>,
    /// Contacts in order of time.
    pub contacts: Vec<Contact>,
    /// Roll, slide and splash level, 0 ..= 1, at [`FRAMES_PER_SECOND`].
    pub roll: Vec<f32>,
    /// Anchor of the rope, if there is one.
    pub rope: Option<[f32; 2]>,
    /// Poured liquid.
    pub stream: Option<LiquidStream>,
    /// Intervals in which characters hold bodies.
    pub holds: Vec<Hold>,
    /// Performance of a portrait.
    pub performance: Option<Box<Performance>>,
    /// Mechanical energy of all bodies (kinetic and potential) over their mass, per frame; 0 without bodies.
    pub energy: Vec<f32>,
}

impl Simulation {
    /// Returns the time of a pixel frame in seconds.
    pub fn time_of(&self, frame: usize) -> f32 {
        frame as f32 / self.frames_per_second as f32
    }

    /// Returns the pixel frame that contains a time.
    pub fn frame_of(&self, time_s: f32) -> usize {
        (time_s * self.frames_per_second as f32).max(0.0) as usize
    }

    /// Returns the duration in seconds.
    pub fn seconds(&self) -> f32 {
        self.time_of(self.frames)
    }
}

/// Simulates a scene. The aspect of `shape` bounds horizontal motion. A longer clip begins as the shorter one.
pub fn simulate(spec: &SceneSpec, shape: Shape) -> Simulation {
    simulate_saying(spec, shape, None)
}

/// Like [`simulate`], with `text` in place of the spoken line.
pub fn simulate_saying(spec: &SceneSpec, shape: Shape, text: Option<&str>) -> Simulation {
    let setup = setup(spec, shape, text);
    let mut bodies = RigidBodies::new(&setup);
    let fps = shape.frames_per_second as usize;
    let step_of = |frame: usize| (frame * STEPS_PER_SECOND + fps / 2) / fps;
    let (mut frame, mut roll) = (0, Vec::new());
    for step in 0..=step_of(shape.frames) {
        if frame < shape.frames && step == step_of(frame) {
            bodies.record();
            frame += 1;
        }
        if step % STEPS_PER_ROLL == 0 {
            roll.push(bodies.roll_level());
        }
        bodies.step(step);
    }
    let seconds = shape.frames as f32 / shape.frames_per_second as f32;
    roll.truncate(libm::ceilf(seconds * FRAMES_PER_SECOND as f32 - 1e-3) as usize);
    let (tracks, contacts, energy) = bodies.finish();
    let mut simulation = Simulation {
        frames: shape.frames,
        frames_per_second: shape.frames_per_second,
        tracks: Vec::new(),
        contacts,
        roll,
        rope: setup.anchor,
        stream: setup.stream,
        holds: setup.holds.clone(),
        performance: None,
        energy,
    };
    simulation.tracks = tracks_of(&setup, tracks, &simulation);
    simulation.quiet_or_splash(spec);
    simulation.play_figures(&setup);
    simulation.performance = setup.actors.into_iter().find_map(|actor| match actor {
        Actor::Head(play) => Some(play),
        _ => None,
    });
    simulation
        .contacts
        .retain(|contact| contact.time_s < seconds);
    simulation
        .contacts
        .sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
    simulation
}

impl Simulation {
    /// Silences rolling on a rope or in a hand, and adds the splash of poured liquid.
    fn quiet_or_splash(&mut self, spec: &SceneSpec) {
        if spec.action == Action::Pendulum || !self.holds.is_empty() {
            self.roll.fill(0.0);
        }
        let Some(stream) = self.stream else {
            return;
        };
        let (first, last) = LiquidStream::POUR_S;
        let (first, last) = (first + stream.fall_s(), last + stream.fall_s());
        for (index, level) in self.roll.iter_mut().enumerate() {
            let time_s = index as f32 / FRAMES_PER_SECOND as f32;
            *level = smoothstep(first - 0.04, first + 0.08, time_s)
                * smoothstep(last + 0.10, last - 0.05, time_s)
                * 0.8;
        }
        let [x, y] = stream.at(stream.fall_s());
        self.contacts.push(Contact {
            time_s: first,
            energy: 0.3,
            subject: usize::from(self.tracks.len() > 1),
            with: With::Water,
            at: [x, GROUND_Y - y],
        });
    }

    /// Adds the contacts of footfalls and catches.
    fn play_figures(&mut self, setup: &Setup) {
        let seconds = self.seconds();
        for (subject, actor) in setup.actors.iter().enumerate() {
            let Actor::Figure(figure) = actor else {
                continue;
            };
            self.contacts
                .extend(figure.footfalls(seconds).iter().map(|fall| Contact {
                    time_s: fall.time_s,
                    energy: fall.energy,
                    subject,
                    with: With::Ground,
                    at: [figure.joints(fall.time_s).pelvis.0, 0.0],
                }));
        }
        for hold in self.holds.iter().filter(|hold| hold.from_s > 0.0) {
            if let Actor::Figure(figure) = &setup.actors[hold.by] {
                let at = figure.grip(hold.from_s, 0.0);
                self.contacts.push(Contact {
                    time_s: hold.from_s,
                    energy: 0.35,
                    subject: hold.body,
                    with: With::Subject(hold.by),
                    at: [at.0, at.1],
                });
            }
        }
    }
}

/// Builds the tracks of all actors; `bodies` holds the simulated poses.
fn tracks_of(setup: &Setup, bodies: Vec<Vec<Pose2>>, clip: &Simulation) -> Vec<Track> {
    let times: Vec<f32> = (0..clip.frames).map(|frame| clip.time_of(frame)).collect();
    let mut bodies = bodies.into_iter();
    let track = |(index, actor): (usize, &Actor)| match actor {
        Actor::Body(body) => {
            let mut track = thing(body, bodies.next().unwrap_or_default());
            let held = |time: &f32| held_depth(setup, index, *time, body.radius);
            track.depths = times.iter().map(held).collect();
            track
        }
        Actor::Vessel(body, tilt) => thing(
            body,
            times.iter().map(|time| tilted(body, tilt, *time)).collect(),
        ),
        Actor::Figure(figure) => character(figure, &times),
        Actor::Head(play) => portrait(play),
    };
    let mut tracks: Vec<Track> = setup.actors.iter().enumerate().map(track).collect();
    let heads = setup.actors.iter().filter_map(|actor| match actor {
        Actor::Head(play) => Some(head(play)),
        _ => None,
    });
    tracks.extend(heads);
    tracks
}

fn thing(body: &Body, poses: Vec<Pose2>) -> Track {
    Track {
        radius: body.radius,
        profile: body.profile.clone(),
        depths: vec![0.0; poses.len()],
        poses,
        build: None,
        joints: Vec::new(),
    }
}

/// Depth of a body: that of the hand while held, else the plane of action.
fn held_depth(setup: &Setup, body: usize, time_s: f32, radius: f32) -> f32 {
    let hold = setup
        .holds
        .iter()
        .find(|hold| hold.body == body && (hold.from_s..hold.to_s).contains(&time_s));
    match hold.map(|hold| &setup.actors[hold.by]) {
        Some(Actor::Figure(figure)) => figure.grip(time_s, radius).2 - 0.05,
        _ => 0.0,
    }
}

/// Pose of a vessel that tilts and returns.
fn tilted(body: &Body, tilt: &Tilt, time_s: f32) -> Pose2 {
    let back = tilt.to_s + 1.25;
    let part =
        smoothstep(tilt.from_s, tilt.to_s, time_s) * (1.0 - smoothstep(back, back + 0.6, time_s));
    let angle = tilt.angle * part;
    Pose2 {
        x: body.x,
        y: body.y,
        cos: libm::cosf(angle),
        sin: libm::sinf(angle),
    }
}

fn character(figure: &Figure, times: &[f32]) -> Track {
    let joints: Vec<Joints> = times.iter().map(|time| figure.joints(*time)).collect();
    let poses = times.iter().zip(&joints).map(|(time, joints)| {
        let (centre, turn) = (joints.centre(&figure.build), figure.turn(*time));
        Pose2 {
            x: centre.0,
            y: centre.1,
            cos: libm::cosf(turn),
            sin: libm::sinf(turn),
        }
    });
    Track {
        radius: figure.build.tall() * 0.5,
        profile: Profile::Circle(1.0),
        poses: poses.collect(),
        build: Some(figure.build),
        depths: vec![0.0; times.len()],
        joints,
    }
}

/// Static track of head and shoulders.
fn portrait(play: &Performance) -> Track {
    let pose = Pose2 {
        x: play.centre[0],
        y: play.centre[1],
        cos: 1.0,
        sin: 0.0,
    };
    Track {
        radius: play.radius,
        profile: Profile::Circle(1.0),
        poses: vec![pose; play.acts.len()],
        build: None,
        joints: Vec::new(),
        depths: vec![0.0; play.acts.len()],
    }
}

/// Track of the head in front of the body. Its layer follows the face.
fn head(play: &Performance) -> Track {
    let frames = 0..play.acts.len();
    Track {
        radius: play.head_radius(),
        profile: Profile::Circle(1.0),
        depths: vec![-0.1; frames.len()],
        poses: frames.map(|frame| play.head(frame)).collect(),
        build: None,
        joints: Vec::new(),
    }
}
