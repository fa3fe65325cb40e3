//! Motion: a spec becomes rigid bodies, and the bodies become tracks and contacts.
//!
//! Units: half the image height is 1, y up from the ground line; seconds. Bodies move in x and y and turn about z only.

use rapier3d::prelude::*;

use crate::profile::Profile;
use crate::setup::{Body, Setup, setup};
use crate::spec::{Action, SceneSpec};
use crate::{FRAMES_PER_SECOND, GROUND_Y};

/// Physics steps per second.
pub const STEPS_PER_SECOND: usize = 480;
/// Approach speed to the ground that counts as energy 1.
pub const FULL_SPEED: f32 = 4.2;
/// Approach speed of two subjects that counts as energy 1: they meet slower than things fall, and both ring.
pub const FULL_SPEED_OF_PAIR: f32 = 1.8;
const GRAVITY: f32 = 6.0;
/// Slower touches make no event.
const AUDIBLE_SPEED: f32 = 0.28;
/// Contacts of one pair closer than this are one event.
const REFRACTORY_S: f32 = 0.075;
/// Half depth of the polygons' bodies in z.
const HALF_DEPTH: f32 = 0.2;

/// Where a subject is at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose2 {
    /// Right, image centre = 0.
    pub x: f32,
    /// Up from the ground line.
    pub y: f32,
    /// Cosine of the rotation, counter-clockwise.
    pub cos: f32,
    /// Sine of the rotation, counter-clockwise.
    pub sin: f32,
}

/// The motion of one subject.
#[derive(Clone, Debug)]
pub struct Track {
    /// Radius of the bounding circle.
    pub radius: f32,
    /// The outline, unit size.
    pub profile: Profile,
    /// One pose per pixel frame, at the instant the frame is shown.
    pub poses: Vec<Pose2>,
}

/// What a subject touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The ground.
    Ground,
    /// The other subject.
    Other,
}

/// The instant at which two things meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// Seconds from the start, finer than a physics step.
    pub time_s: f32,
    /// Strength 0..1: approach speed over [`FULL_SPEED`] or [`FULL_SPEED_OF_PAIR`].
    pub energy: f32,
    /// Which subject.
    pub subject: usize,
    /// What it met.
    pub with: With,
}

/// Everything that moves in a clip.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// Pixel frames.
    pub frames: usize,
    /// One per subject.
    pub tracks: Vec<Track>,
    /// In order of time.
    pub contacts: Vec<Contact>,
    /// Roll and slide level of the first subject per frame, 0..1.
    pub roll: Vec<f32>,
    /// The fixed end of the rope, if there is one.
    pub rope: Option<[f32; 2]>,
    /// Mechanical energy of all subjects (kinetic and potential) over their mass, per frame.
    pub energy: Vec<f32>,
}

/// Plays a scene for `frames` pixel frames; `aspect` is width over height and bounds how far things may move sideways.
pub fn simulate(spec: &SceneSpec, frames: usize, aspect: f32) -> Simulation {
    let setup = setup(spec, aspect);
    let mut stage = Stage::new(&setup);
    let steps_per_frame = STEPS_PER_SECOND / FRAMES_PER_SECOND as usize;
    for step in 0..frames * steps_per_frame {
        if step % steps_per_frame == 0 {
            stage.record();
        }
        stage.step(step);
    }
    let mut simulation = stage.finish(frames);
    simulation.rope = setup.anchor;
    if spec.action == Action::Pendulum {
        simulation.roll.fill(0.0);
    }
    simulation
}

/// How two things come together before a step: the gap between them and the speed at which it closes.
struct Approach {
    gap: f32,
    speed: f32,
}

/// The world of rapier with the bookkeeping of one run.
struct Stage {
    world: PhysicsWorld,
    ground: ColliderHandle,
    bodies: Vec<(RigidBodyHandle, ColliderHandle)>,
    tracks: Vec<Track>,
    contacts: Vec<Contact>,
    /// Last event per subject with the ground, then of the pair.
    last: [f32; 3],
    roll: Vec<f32>,
    energy: Vec<f32>,
}

impl Stage {
    fn new(setup: &Setup) -> Self {
        let mut world = PhysicsWorld::new();
        world.gravity = Vector::Y * -GRAVITY;
        world.integration_parameters.dt = 1.0 / STEPS_PER_SECOND as f32;
        world.integration_parameters.contact_recycling = false;
        world.integration_parameters.contact_clustering = false;
        world.integration_parameters.max_ccd_substeps = 0;
        let slab = ColliderBuilder::cuboid(20.0, 1.0, 2.0)
            .friction(1.0)
            .friction_combine_rule(CoefficientCombineRule::Min)
            .restitution(0.0)
            .restitution_combine_rule(CoefficientCombineRule::Max);
        let at = RigidBodyBuilder::fixed().translation(Vector::new(0.0, -1.0, 0.0));
        let (_, ground) = world.insert(at, slab);
        let bodies: Vec<_> = setup
            .bodies
            .iter()
            .map(|body| add_body(&mut world, body))
            .collect();
        if let Some([x, y]) = setup.anchor {
            hang(&mut world, bodies[0].0, &setup.bodies[0], [x, y]);
        }
        let tracks = setup.bodies.iter().map(|body| Track {
            radius: body.radius,
            profile: body.profile.clone(),
            poses: Vec::new(),
        });
        let tracks = tracks.collect();
        Self {
            world,
            ground,
            bodies,
            tracks,
            contacts: Vec::new(),
            last: [-1.0; 3],
            roll: Vec::new(),
            energy: Vec::new(),
        }
    }

    /// Notes poses, roll level and energy at the start of a pixel frame.
    fn record(&mut self) {
        let (mut energy, mut mass) = (0.0, 0.0);
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let body = &self.world.bodies[self.bodies[index].0];
            track.poses.push(pose(body));
            energy += energy_of(body);
            mass += body.mass();
        }
        self.energy.push(energy / mass);
        self.roll.push(self.roll_level());
    }

    /// One physics step. A contact is an impulse in this step between things that approached each other before it.
    fn step(&mut self, step: usize) {
        let now = step as f32 / STEPS_PER_SECOND as f32;
        let ground: Vec<_> = (0..self.bodies.len())
            .map(|it| self.ground_approach(it))
            .collect();
        let before = self.motions();
        self.world.step();
        for (subject, approach) in ground.into_iter().enumerate() {
            if self.impulse(self.ground, subject) > 0.0 {
                self.note(subject, now, approach, subject, With::Ground);
            }
        }
        if let Some(approach) = self.pair_approach(&before) {
            self.note(2, now, approach, 0, With::Other);
        }
    }

    /// What a subject received from another collider in the last step, per mass: a change of speed.
    fn impulse(&self, other: ColliderHandle, subject: usize) -> f32 {
        let (body, collider) = self.bodies[subject];
        let pair = self.world.contact_pair(other, collider);
        pair.map_or(0.0, |pair| {
            pair.total_impulse_magnitude() / self.world.bodies[body].mass()
        })
    }

    /// Gap and approach speed of a subject's lowest point.
    fn ground_approach(&self, subject: usize) -> Approach {
        let body = &self.world.bodies[self.bodies[subject].0];
        let (track, pose) = (&self.tracks[subject], pose(body));
        let [x, y] = track.profile.lowest(pose.cos, pose.sin);
        let at = Vector::new(pose.x + x * track.radius, pose.y + y * track.radius, 0.0);
        Approach {
            gap: at.y,
            speed: -body.velocity_at_point(at).y,
        }
    }

    /// Position, velocity and spin of the bodies before a step.
    fn motions(&self) -> Vec<(Vector, Vector, Vector)> {
        let motion = |handle: RigidBodyHandle| {
            let body = &self.world.bodies[handle];
            (body.center_of_mass(), body.linvel(), body.angvel())
        };
        self.bodies
            .iter()
            .map(|(handle, _)| motion(*handle))
            .collect()
    }

    /// Gap and approach speed between the two subjects before the step just made.
    fn pair_approach(&self, before: &[(Vector, Vector, Vector)]) -> Option<Approach> {
        let [(_, first), (_, second)] = self.bodies[..] else {
            return None;
        };
        let pair = self.world.contact_pair(first, second)?;
        if pair.total_impulse_magnitude() <= 0.0 {
            return None;
        }
        let (manifold, contact) = pair.find_deepest_contact()?;
        let flip = if pair.collider1 == first { 1.0 } else { -1.0 };
        let normal = manifold.data.normal * flip;
        let (from, to) = (&before[0], &before[1]);
        let middle = (from.0 + to.0) * 0.5;
        let at = |motion: &(Vector, Vector, Vector)| motion.1 + motion.2.cross(middle - motion.0);
        let speed = (at(from) - at(to)).dot(normal);
        Some(Approach {
            gap: contact.dist,
            speed,
        })
    }

    /// Notes a contact at the instant in the step at which the gap closes, if it can be heard.
    fn note(&mut self, pair: usize, now: f32, approach: Approach, subject: usize, with: With) {
        let Approach { gap, speed } = approach;
        if speed < AUDIBLE_SPEED || now - self.last[pair] < REFRACTORY_S {
            return;
        }
        let time_s = now + (gap / speed).clamp(0.0, 1.0 / STEPS_PER_SECOND as f32);
        self.last[pair] = now;
        let full = if with == With::Other {
            FULL_SPEED_OF_PAIR
        } else {
            FULL_SPEED
        };
        let energy = (speed / full).min(1.0);
        self.contacts.push(Contact {
            time_s,
            energy,
            subject,
            with,
        });
    }

    /// How loudly the first subject rolls or slides now.
    fn roll_level(&self) -> f32 {
        let body = &self.world.bodies[self.bodies[0].0];
        let pose = pose(body);
        let track = &self.tracks[0];
        let gap = pose.y - track.profile.depth(pose.cos, pose.sin) * track.radius;
        let near = (1.0 - gap / 0.02).clamp(0.0, 1.0);
        let steady = body.linvel().y.abs() < 0.25;
        if steady {
            near * (body.linvel().x.abs() / 1.4).min(1.0)
        } else {
            0.0
        }
    }

    fn finish(self, frames: usize) -> Simulation {
        let mut contacts = self.contacts;
        contacts.retain(|contact| contact.time_s < frames as f32 / FRAMES_PER_SECOND as f32);
        contacts.sort_by(|a, b| a.time_s.total_cmp(&b.time_s));
        Simulation {
            frames,
            tracks: self.tracks,
            contacts,
            roll: self.roll,
            rope: None,
            energy: self.energy,
        }
    }
}

fn add_body(world: &mut PhysicsWorld, body: &Body) -> (RigidBodyHandle, ColliderHandle) {
    // Nothing pushes in z, so that it needs no lock; with one, friction's two directions would be a singular pair and the
    // solver would drop both.
    let rigid = RigidBodyBuilder::dynamic()
        .translation(Vector::new(body.x, body.y, 0.0))
        .rotation(Vector::Z * body.angle)
        .linvel(Vector::new(body.velocity[0], body.velocity[1], 0.0))
        .angvel(Vector::Z * body.spin)
        .angular_damping(body.damping)
        .linear_damping(body.drag)
        .enabled_rotations(false, false, true)
        .can_sleep(false);
    let collider = collider(&body.profile, body.radius)
        .density(body.density)
        .friction(body.friction)
        .friction_combine_rule(CoefficientCombineRule::Min)
        .restitution(body.restitution)
        .restitution_combine_rule(CoefficientCombineRule::Max);
    world.insert(rigid, collider)
}

/// Circles are balls; polygons are prisms.
fn collider(profile: &Profile, radius: f32) -> ColliderBuilder {
    let corners = match profile {
        Profile::Circle(unit) => return ColliderBuilder::ball(unit * radius),
        Profile::Polygon(corners) => corners,
    };
    let points: Vec<Vector> = [-HALF_DEPTH, HALF_DEPTH]
        .iter()
        .flat_map(|z| {
            corners
                .iter()
                .map(move |[x, y]| Vector::new(x * radius, y * radius, *z))
        })
        .collect();
    // A flat set of points is the only failure, and none of the outlines is flat.
    ColliderBuilder::convex_hull(&points).unwrap_or_else(|| ColliderBuilder::ball(radius))
}

/// Ties a body to a fixed point by a stiff rope without mass.
fn hang(world: &mut PhysicsWorld, handle: RigidBodyHandle, body: &Body, [x, y]: [f32; 2]) {
    let fixed = world.insert_body(RigidBodyBuilder::fixed().translation(Vector::new(x, y, 0.0)));
    let (dx, dy) = (x - body.x, y - body.y);
    let length = (dx * dx + dy * dy).sqrt();
    // Only x and y are tied; the other axes are locked or nothing moves along them.
    let joint = GenericJointBuilder::new(JointAxesMask::LIN_X | JointAxesMask::LIN_Y)
        .local_anchor1(Vector::ZERO)
        .local_anchor2(Vector::new(0.0, length, 0.0))
        .contacts_enabled(false);
    world.insert_impulse_joint(fixed, handle, joint.build());
}

/// Kinetic and potential energy. (Rapier's own sum is undefined where rotations are locked.)
fn energy_of(body: &RigidBody) -> f32 {
    let inertia = body
        .mass_properties()
        .local_mprops
        .reconstruct_inertia_matrix()
        .z_axis
        .z;
    let (speed, spin) = (body.linvel(), body.angvel().z);
    let moving = 0.5 * speed.dot(speed) * body.mass() + 0.5 * spin * spin * inertia;
    moving + GRAVITY * body.center_of_mass().y * body.mass()
}

fn pose(body: &RigidBody) -> Pose2 {
    let (at, turn) = (body.translation(), body.rotation());
    // A rotation about z is the quaternion (0, 0, sin θ/2, cos θ/2).
    let (z, w) = (turn.z, turn.w);
    let scale = 1.0 / (z * z + w * w);
    Pose2 {
        x: at.x,
        y: at.y,
        cos: (w * w - z * z) * scale,
        sin: 2.0 * z * w * scale,
    }
}

/// Screen y (down, half the height = 1) of a height over the ground line.
pub fn screen_y(height: f32) -> f32 {
    GROUND_Y - height
}
