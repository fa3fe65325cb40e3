//! Primitive solids: ball, cube, can, cone, ring, egg, star, pyramid.

use kinora_scene::smoothstep;

use super::{Form, Tint};
use crate::geometry::outline::{
    BASE, BASE_HALF, CAN_HALF, CAN_LID, CAN_RADIUS, CUBE_HALF, Profile, STAR_NOTCH, TIP, egg,
    rectangle, star,
};
use crate::geometry::sdf::{across_y, ball, block, cylinder, torus_z};
use crate::geometry::vector::{V3, hypot};

/// Half length of a can on its side.
const CAN_LYING_HALF: f32 = 0.40;
/// Rounding of edges: softer silhouettes, softer highlights.
const ROUND: f32 = 0.06;

/// A soft band around a centre: 1 inside, 0 outside.
pub fn band(distance: f32, half: f32) -> f32 {
    smoothstep(half + 0.05, half - 0.05, distance.abs())
}

pub struct Ball;

impl Form for Ball {
    fn distance(p: V3) -> f32 {
        ball(p, 1.0)
    }

    fn tint(p: V3) -> Tint {
        Tint::Mark(band(p.1, 0.17))
    }

    fn outline() -> Profile {
        Profile::Circle(1.0)
    }
}

pub struct Cube;

impl Form for Cube {
    const BOUND: f32 = 1.24;

    fn distance(p: V3) -> f32 {
        block(p, V3(CUBE_HALF, CUBE_HALF, CUBE_HALF), ROUND)
    }

    fn outline() -> Profile {
        rectangle(CUBE_HALF, CUBE_HALF)
    }
}

pub struct Can;

impl Form for Can {
    fn distance(p: V3) -> f32 {
        cylinder(p.1, across_y(p), CAN_HALF, CAN_RADIUS, ROUND)
    }

    fn tint(p: V3) -> Tint {
        Tint::Mark(band(p.1, 0.22))
    }

    fn outline() -> Profile {
        rectangle(CAN_RADIUS, CAN_HALF)
    }
}

/// A short, wide tin, lid towards the camera.
pub struct LyingCan;

impl Form for LyingCan {
    fn distance(p: V3) -> f32 {
        cylinder(p.2, hypot(p.0, p.1), CAN_LYING_HALF, CAN_LID, ROUND)
    }

    fn tint(p: V3) -> Tint {
        Tint::Mark(band(p.1, 0.16))
    }

    fn outline() -> Profile {
        Profile::Circle(CAN_LID)
    }
}

pub struct Cone;

impl Form for Cone {
    fn distance(p: V3) -> f32 {
        roof(across_y(p), p.1)
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![[-BASE_HALF, -BASE], [BASE_HALF, -BASE], [0.0, TIP]])
    }
}

pub struct Pyramid;

impl Form for Pyramid {
    const BOUND: f32 = 1.24;

    fn distance(p: V3) -> f32 {
        roof(p.0.abs().max(p.2.abs()), p.1)
    }

    fn outline() -> Profile {
        Cone::outline()
    }
}

pub struct Ring;

impl Form for Ring {
    fn distance(p: V3) -> f32 {
        torus_z(p, 0.70, 0.30)
    }

    fn tint(p: V3) -> Tint {
        Tint::Mark(band(p.0, 0.16) * 0.9)
    }

    fn outline() -> Profile {
        Profile::Circle(1.0)
    }
}

pub struct Egg;

impl Form for Egg {
    fn distance(p: V3) -> f32 {
        let across = across_y(p) / (0.72 - 0.13 * p.1.clamp(-1.0, 1.0));
        (hypot(across, p.1) - 1.0) * 0.62
    }

    fn outline() -> Profile {
        Profile::Polygon(egg())
    }
}

pub struct Star;

impl Form for Star {
    /// A five-pointed star, thick, rounded.
    fn distance(p: V3) -> f32 {
        // cos and sin of 36°, the half angle of a point.
        const C: f32 = 0.809_017;
        const S: f32 = 0.587_785_25;
        const SOFT: f32 = 0.09;
        // Fold the plane into one half point around +y.
        let (mut x, mut y) = (p.0.abs(), p.1);
        for (nx, ny) in [(C, -S), (-C, -S)] {
            let over = 2.0 * (nx * x + ny * y).max(0.0);
            x -= over * nx;
            y -= over * ny;
        }
        x = x.abs();
        // The edge from the tip (0, 1) to the notch, both inset by the rounding.
        let tip = 1.0 - SOFT * 2.2;
        let notch = STAR_NOTCH - SOFT;
        let (ex, ey) = (notch * S, notch * C - tip);
        let (px, py) = (x, y - tip);
        let t = ((px * ex + py * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
        let (dx, dy) = (px - ex * t, py - ey * t);
        let side = if px * ey - py * ex < 0.0 { 1.0 } else { -1.0 };
        let flat = hypot(dx, dy) * side;
        // Thinner towards the tips, like a pillow.
        let thick = p.2.abs() - 0.22;
        hypot(flat.max(0.0), thick.max(0.0)) + flat.max(thick).min(0.0) - SOFT
    }

    fn outline() -> Profile {
        Profile::Polygon(star())
    }
}

/// Distance to a cone or a pyramid, depending on the metric of `across`.
fn roof(across: f32, y: f32) -> f32 {
    const HEIGHT: f32 = TIP + BASE;
    let slant = (HEIGHT * HEIGHT + BASE_HALF * BASE_HALF).sqrt();
    let wall = (across * HEIGHT + (y - TIP) * BASE_HALF) / slant;
    // Blunter than the sharp intersection: close to a rounding of 0.05.
    let (a, b) = (wall + 0.05, -y - BASE + 0.05);
    hypot(a.max(0.0), b.max(0.0)) + a.max(b).min(0.0) - 0.05
}
