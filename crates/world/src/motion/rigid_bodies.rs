//! Rigid-body simulation in rapier: poses, contacts, energy and roll level of one run.

use kinora_scene::constants::GRAVITY;
use rapier3d::prelude::*;

use crate::geometry::outline::Profile;
use crate::motion::character::Figure;
use crate::motion::colliders::{add_body, hang};
use crate::motion::initial_state::{Actor, Hold, Setup};
use crate::motion::track::{Contact, FULL_SPEED, FULL_SPEED_OF_PAIR, Pose2, With};

/// Physics steps per second.
pub const STEPS_PER_SECOND: usize = 480;
/// Minimum approach speed of an audible contact.
const AUDIBLE_SPEED: f32 = 0.28;
/// Minimum interval between two contacts of one pair.
const REFRACTORY_S: f32 = 0.075;
/// Contact tolerance of the ground.
const NEAR: f32 = 0.006;
/// Duration of a step in seconds.
const STEP_S: f32 = 1.0 / STEPS_PER_SECOND as f32;

/// Gap between two bodies before a step and its closing speed.
struct Approach {
    gap: f32,
    speed: f32,
}

/// Interval in which a character holds a body.
struct Held {
    body: usize,
    by: Figure,
    from_s: f32,
    to_s: f32,
    throw: [f32; 2],
    thrown: bool,
}

/// A rigid body of the simulation.
struct Member {
    /// Index of the subject.
    subject: usize,
    rigid: RigidBodyHandle,
    collider: ColliderHandle,
    profile: Profile,
    radius: f32,
    poses: Vec<Pose2>,
}

/// A rapier world and the record of its run.
pub struct RigidBodies {
    world: PhysicsWorld,
    ground: ColliderHandle,
    bodies: Vec<Member>,
    holds: Vec<Held>,
    contacts: Vec<Contact>,
    /// Time of the last contact per body with the ground, then per pair of bodies.
    last: Vec<f32>,
    energy: Vec<f32>,
}

impl RigidBodies {
    pub fn new(setup: &Setup) -> Self {
        let mut world = PhysicsWorld::new();
        world.gravity = Vector::Y * -GRAVITY;
        world.integration_parameters.dt = STEP_S;
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
        let mut bodies = Vec::new();
        for (subject, actor) in setup.actors.iter().enumerate() {
            if let Actor::Body(body) = actor {
                let (rigid, collider) = add_body(&mut world, body);
                bodies.push(Member {
                    subject,
                    rigid,
                    collider,
                    profile: body.profile.clone(),
                    radius: body.radius,
                    poses: Vec::new(),
                });
            }
        }
        if let (Some([x, y]), Some(Actor::Body(body))) = (setup.anchor, setup.actors.first()) {
            hang(&mut world, bodies[0].rigid, body, [x, y]);
        }
        let count = bodies.len();
        Self {
            world,
            ground,
            holds: holds_of(setup, &bodies),
            bodies,
            contacts: Vec::new(),
            last: vec![-1.0; count + count * count],
            energy: Vec::new(),
        }
    }

    /// Records poses and energy of a pixel frame.
    pub fn record(&mut self) {
        let (mut energy, mut mass) = (0.0, 0.0);
        for member in &mut self.bodies {
            let body = &self.world.bodies[member.rigid];
            member.poses.push(pose(body));
            energy += energy_of(body);
            mass += body.mass();
        }
        self.energy
            .push(if mass > 0.0 { energy / mass } else { 0.0 });
    }

    /// Advances one step. A contact is an impulse in this step between bodies that approached each other before it.
    pub fn step(&mut self, step: usize) {
        if self.bodies.is_empty() {
            return;
        }
        let now = step as f32 / STEPS_PER_SECOND as f32;
        let held = self.hold(now);
        let ground: Vec<_> = (0..self.bodies.len()).map(|it| self.falling(it)).collect();
        let before = self.motions();
        self.world.step();
        for (index, falling) in ground.into_iter().enumerate() {
            if held.contains(&index) || self.impulse(self.ground, index) <= 0.0 {
                continue;
            }
            if let Some((approach, at)) = self.landed(index, falling) {
                self.note(index, now, approach, index, With::Ground, at);
            }
        }
        let count = self.bodies.len();
        for one in 0..count {
            for two in one + 1..count {
                if let Some((approach, at)) = self.pair_approach(&before, one, two) {
                    let with = With::Subject(self.bodies[two].subject);
                    self.note(count + one * count + two, now, approach, one, with, at);
                }
            }
        }
    }

    /// Moves held bodies with their hands and throws released ones; returns the held ones.
    fn hold(&mut self, now: f32) -> Vec<usize> {
        let mut held = Vec::new();
        for hold in &mut self.holds {
            let member = &self.bodies[hold.body];
            let body = &mut self.world.bodies[member.rigid];
            if (hold.from_s..hold.to_s).contains(&now) {
                let at = hold.by.grip(now, member.radius);
                body.set_translation(Vector::new(at.0, at.1, 0.0), true);
                body.set_linvel(Vector::ZERO, true);
                let spin = body.angvel() * 0.97;
                body.set_angvel(spin, true);
                held.push(hold.body);
            } else if now >= hold.to_s && !hold.thrown {
                hold.thrown = true;
                body.set_linvel(Vector::new(hold.throw[0], hold.throw[1], 0.0), true);
                body.set_angvel(Vector::Z * -4.0 * hold.throw[0].signum(), true);
            }
        }
        held
    }

    /// Impulse per mass that a body received from another collider in the last step.
    fn impulse(&self, other: ColliderHandle, index: usize) -> f32 {
        let member = &self.bodies[index];
        let pair = self.world.contact_pair(other, member.collider);
        pair.map_or(0.0, |pair| {
            pair.total_impulse_magnitude() / self.world.bodies[member.rigid].mass()
        })
    }

    /// Points of a body that may reach the ground in the next step, with their approach.
    fn falling(&self, index: usize) -> Vec<(Approach, Vector)> {
        let member = &self.bodies[index];
        let body = &self.world.bodies[member.rigid];
        let pose = pose(body);
        let feet = member.profile.feet(pose.cos, pose.sin).into_iter();
        let approaches = feet.map(|[x, y]| {
            let at = body.translation() + Vector::new(x, y, 0.0) * member.radius;
            let (gap, speed) = (at.y, -body.velocity_at_point(at).y);
            (Approach { gap, speed }, at)
        });
        approaches
            .filter(|(it, _)| it.gap <= it.speed * STEP_S + NEAR)
            .collect()
    }

    /// The fastest point that fell before the step and was stopped in it. A pivoting body rests on one corner and hits the
    /// ground with another, so the lowest point is not enough.
    fn landed(
        &self,
        index: usize,
        falling: Vec<(Approach, Vector)>,
    ) -> Option<(Approach, [f32; 2])> {
        let body = &self.world.bodies[self.bodies[index].rigid];
        falling
            .into_iter()
            .filter(|(it, at)| -body.velocity_at_point(*at).y < 0.5 * it.speed)
            .max_by(|(a, _), (b, _)| a.speed.total_cmp(&b.speed))
            .map(|(approach, at)| (approach, [at.x, at.y]))
    }

    /// Position, velocity and spin of the bodies before a step.
    fn motions(&self) -> Vec<(Vector, Vector, Vector)> {
        let motion = |handle: RigidBodyHandle| {
            let body = &self.world.bodies[handle];
            (body.center_of_mass(), body.linvel(), body.angvel())
        };
        self.bodies
            .iter()
            .map(|member| motion(member.rigid))
            .collect()
    }

    /// Approach of two bodies before the last step, and the point of contact.
    fn pair_approach(
        &self,
        before: &[(Vector, Vector, Vector)],
        one: usize,
        two: usize,
    ) -> Option<(Approach, [f32; 2])> {
        let (first, second) = (self.bodies[one].collider, self.bodies[two].collider);
        let pair = self.world.contact_pair(first, second)?;
        if pair.total_impulse_magnitude() <= 0.0 {
            return None;
        }
        let (manifold, contact) = pair.find_deepest_contact()?;
        let flip = if pair.collider1 == first { 1.0 } else { -1.0 };
        let normal = manifold.data.normal * flip;
        let (from, to) = (&before[one], &before[two]);
        let middle = (from.0 + to.0) * 0.5;
        let at = |motion: &(Vector, Vector, Vector)| motion.1 + motion.2.cross(middle - motion.0);
        let speed = (at(from) - at(to)).dot(normal);
        let approach = Approach {
            gap: contact.dist,
            speed,
        };
        Some((approach, [middle.x, middle.y]))
    }

    /// Records an audible contact at the time within the step at which the gap closes.
    fn note(
        &mut self,
        pair: usize,
        now: f32,
        approach: Approach,
        index: usize,
        with: With,
        at: [f32; 2],
    ) {
        let Approach { gap, speed } = approach;
        if speed < AUDIBLE_SPEED || now - self.last[pair] < REFRACTORY_S {
            return;
        }
        let time_s = now + (gap / speed).clamp(0.0, STEP_S);
        self.last[pair] = now;
        let full = match with {
            With::Subject(_) => FULL_SPEED_OF_PAIR,
            With::Ground | With::Water => FULL_SPEED,
        };
        let energy = (speed / full).min(1.0);
        self.contacts.push(Contact {
            time_s,
            energy,
            subject: self.bodies[index].subject,
            with,
            at,
        });
    }

    /// Roll or slide level of the first body, 0 ..= 1.
    pub fn roll_level(&self) -> f32 {
        let Some(member) = self.bodies.first() else {
            return 0.0;
        };
        let body = &self.world.bodies[member.rigid];
        let pose = pose(body);
        let gap = pose.y - member.profile.depth(pose.cos, pose.sin) * member.radius;
        let near = (1.0 - gap / 0.02).clamp(0.0, 1.0);
        let steady = body.linvel().y.abs() < 0.25;
        // A polygon is audible where its lowest corner slides; pivoting is silent.
        let along = match member.profile {
            Profile::Circle(_) => body.linvel().x,
            Profile::Polygon(_) => {
                let [x, y] = member.profile.lowest(pose.cos, pose.sin);
                let foot = Vector::new(x, y, 0.0) * member.radius;
                body.velocity_at_point(body.translation() + foot).x
            }
        };
        if steady {
            near * (along.abs() / 1.4).min(1.0)
        } else {
            0.0
        }
    }

    /// Returns poses per body, contacts, and energy per frame.
    pub fn finish(self) -> (Vec<Vec<Pose2>>, Vec<Contact>, Vec<f32>) {
        let poses = self.bodies.into_iter().map(|member| member.poses);
        (poses.collect(), self.contacts, self.energy)
    }
}

/// Resolves the holds to characters and simulated bodies.
fn holds_of(setup: &Setup, bodies: &[Member]) -> Vec<Held> {
    let held = |hold: &Hold| {
        let body = bodies
            .iter()
            .position(|member| member.subject == hold.body)?;
        let Actor::Figure(figure) = &setup.actors[hold.by] else {
            return None;
        };
        Some(Held {
            body,
            by: (**figure).clone(),
            from_s: hold.from_s,
            to_s: hold.to_s,
            throw: hold.throw,
            thrown: false,
        })
    };
    setup.holds.iter().filter_map(held).collect()
}

/// Kinetic and potential energy. (Rapier's own sum is undefined with locked rotations.)
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
