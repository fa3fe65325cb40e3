//! How things come into the world of rapier: bodies, their shapes, and the rope.

use rapier3d::prelude::*;

use crate::geometry::outline::Profile;
use crate::motion::initial_state::Body;

/// Half depth of the polygons' bodies in z.
const HALF_DEPTH: f32 = 0.2;

/// Puts a body into the world as it is before the first step.
pub fn add_body(world: &mut PhysicsWorld, body: &Body) -> (RigidBodyHandle, ColliderHandle) {
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
pub fn hang(world: &mut PhysicsWorld, handle: RigidBodyHandle, body: &Body, [x, y]: [f32; 2]) {
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
