//! Rapier bodies, colliders and the pendulum joint.

use rapier3d::prelude::*;

use crate::geometry::outline::Profile;
use crate::motion::initial_state::Body;

/// Half depth of polygon colliders in z.
const HALF_DEPTH: f32 = 0.2;

/// Inserts a body in its initial state.
pub fn add_body(world: &mut PhysicsWorld, body: &Body) -> (RigidBodyHandle, ColliderHandle) {
    // No force acts in z, so z needs no lock; a lock would make the two friction directions a singular pair, and the
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

/// Circles become balls, polygons prisms.
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
    // The hull fails for coplanar points only; no outline has zero area.
    ColliderBuilder::convex_hull(&points).unwrap_or_else(|| ColliderBuilder::ball(radius))
}

/// Joins a body to a fixed point by a rigid massless rope.
pub fn hang(world: &mut PhysicsWorld, handle: RigidBodyHandle, body: &Body, [x, y]: [f32; 2]) {
    let fixed = world.insert_body(RigidBodyBuilder::fixed().translation(Vector::new(x, y, 0.0)));
    let (dx, dy) = (x - body.x, y - body.y);
    let length = (dx * dx + dy * dy).sqrt();
    // The joint constrains x and y; no motion occurs along the other axes.
    let joint = GenericJointBuilder::new(JointAxesMask::LIN_X | JointAxesMask::LIN_Y)
        .local_anchor1(Vector::ZERO)
        .local_anchor2(Vector::new(0.0, length, 0.0))
        .contacts_enabled(false);
    world.insert_impulse_joint(fixed, handle, joint.build());
}
