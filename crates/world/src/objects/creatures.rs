//! Creatures without limbs: duck, fish, snowman, bird. They face right.

use super::{Form, Tint};
use crate::geometry::outline::Profile;
use crate::geometry::sdf::{ball, cone_capsule, ellipsoid, smooth_union, torus_y, triangle};
use crate::geometry::vector::V3;

const BEAK: V3 = V3(0.98, 0.58, 0.10);
const EYE: V3 = V3(0.07, 0.07, 0.09);

/// Returns true if a point lies on an eye, seen from the front.
fn is_eye(p: V3, x: f32, y: f32, radius: f32) -> bool {
    let (dx, dy) = (p.0 - x, p.1 - y);
    p.2 < 0.0 && dx * dx + dy * dy < radius * radius
}

pub struct Duck;

impl Form for Duck {
    fn distance(p: V3) -> f32 {
        plump(p).min(bill(p))
    }

    fn tint(p: V3) -> Tint {
        if bill(p) < 0.02 {
            Tint::Own(BEAK)
        } else if is_eye(p, 0.48, 0.52, 0.085) {
            Tint::Own(EYE)
        } else if ellipsoid(p - V3(-0.18, -0.32, -0.40), V3(0.36, 0.20, 0.3)) < 0.0 {
            Tint::Shade(0.80)
        } else {
            Tint::Main
        }
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.46, -0.82],
            [0.46, -0.82],
            [0.78, -0.42],
            [0.98, 0.30],
            [0.62, 0.76],
            [0.20, 0.80],
            [-0.90, 0.06],
            [-0.78, -0.44],
        ])
    }
}

fn plump(p: V3) -> f32 {
    let body = ellipsoid(p - V3(-0.04, -0.34, 0.0), V3(0.76, 0.52, 0.50));
    let tail = cone_capsule(p, V3(-0.45, -0.20, 0.0), V3(-0.82, 0.08, 0.0), 0.26, 0.08);
    let head = ball(p - V3(0.36, 0.40, 0.0), 0.40);
    smooth_union(smooth_union(body, tail, 0.2), head, 0.14) * 0.9
}

fn bill(p: V3) -> f32 {
    ellipsoid(p - V3(0.78, 0.32, 0.0), V3(0.24, 0.11, 0.20))
}

pub struct Fish;

impl Form for Fish {
    fn distance(p: V3) -> f32 {
        trunk(p).min(fins(p))
    }

    fn tint(p: V3) -> Tint {
        if is_eye(p, 0.52, 0.12, 0.075) {
            return Tint::Own(EYE);
        }
        if is_eye(p, 0.52, 0.12, 0.13) {
            return Tint::Own(V3(0.96, 0.96, 0.94));
        }
        if fins(p) < trunk(p) {
            return Tint::Shade(0.74);
        }
        let stripe = (p.0 - 0.22).abs().min((p.0 + 0.16).abs());
        Tint::Mark(if stripe < 0.07 { 0.9 } else { 0.0 })
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.92, -0.46],
            [0.10, -0.52],
            [0.62, -0.34],
            [0.94, 0.0],
            [0.62, 0.36],
            [0.10, 0.66],
            [-0.92, 0.46],
        ])
    }
}

fn trunk(p: V3) -> f32 {
    ellipsoid(p - V3(0.20, 0.0, 0.0), V3(0.74, 0.50, 0.34))
}

fn fins(p: V3) -> f32 {
    let tail = V3(p.0, p.1.abs(), p.2);
    let half = triangle(
        tail,
        [[-0.34, -0.06], [-0.92, 0.48], [-0.74, -0.06]],
        0.09,
        0.03,
    );
    let back = triangle(p, [[-0.16, 0.36], [0.40, 0.36], [-0.04, 0.68]], 0.08, 0.03);
    half.min(back)
}

pub struct Snowman;

impl Form for Snowman {
    const BOUND: f32 = 1.04;

    fn distance(p: V3) -> f32 {
        let belly = smooth_union(ball(p - V3(0.0, -0.48, 0.0), 0.50), chest(p), 0.05);
        belly.min(head(p)).min(scarf(p)).min(carrot(p))
    }

    fn tint(p: V3) -> Tint {
        if carrot(p) < 0.02 {
            return Tint::Own(BEAK);
        }
        if scarf(p) < 0.02 {
            return Tint::Mark(1.0);
        }
        let eyes = is_eye(p, -0.08, 0.76, 0.055) || is_eye(p, 0.16, 0.76, 0.055);
        let buttons = is_eye(p, 0.06, 0.20, 0.055) || is_eye(p, 0.07, -0.02, 0.055);
        if eyes || buttons {
            return Tint::Own(EYE);
        }
        Tint::Main
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.28, -0.96],
            [0.28, -0.96],
            [0.50, -0.50],
            [0.38, 0.20],
            [0.22, 0.84],
            [0.0, 0.96],
            [-0.22, 0.84],
            [-0.38, 0.20],
            [-0.50, -0.50],
        ])
    }
}

fn chest(p: V3) -> f32 {
    ball(p - V3(0.0, 0.14, 0.0), 0.37)
}

fn head(p: V3) -> f32 {
    ball(p - V3(0.0, 0.68, 0.0), 0.29)
}

fn scarf(p: V3) -> f32 {
    torus_y(p - V3(0.0, 0.44, 0.0), 0.24, 0.09)
}

fn carrot(p: V3) -> f32 {
    cone_capsule(p, V3(0.08, 0.66, -0.24), V3(0.34, 0.62, -0.48), 0.08, 0.02)
}

pub struct Bird;

impl Form for Bird {
    fn distance(p: V3) -> f32 {
        feathers(p).min(beak(p)).min(legs(p))
    }

    fn tint(p: V3) -> Tint {
        if beak(p) < 0.02 || legs(p) < 0.015 {
            return Tint::Own(BEAK);
        }
        if is_eye(p, 0.50, 0.46, 0.075) {
            return Tint::Own(EYE);
        }
        let wing = ellipsoid(p - V3(-0.16, -0.08, -0.36), V3(0.46, 0.24, 0.30)) < 0.0;
        let belly = ellipsoid(p - V3(0.30, -0.30, -0.20), V3(0.34, 0.36, 0.5)) < 0.0;
        match (wing, belly) {
            (true, _) => Tint::Shade(0.62),
            (_, true) => Tint::Mark(0.75),
            _ => Tint::Main,
        }
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.24, -0.92],
            [0.34, -0.92],
            [0.66, -0.20],
            [0.97, 0.40],
            [0.62, 0.72],
            [0.24, 0.74],
            [-0.98, 0.06],
            [-0.92, -0.12],
        ])
    }
}

fn feathers(p: V3) -> f32 {
    let (x, y) = (p.0 - 0.04, p.1 + 0.10);
    let body = ellipsoid(
        V3(0.94 * x + 0.34 * y, 0.94 * y - 0.34 * x, p.2),
        V3(0.62, 0.46, 0.44),
    );
    let head = ball(p - V3(0.42, 0.40, 0.0), 0.32);
    let tail = cone_capsule(p, V3(-0.40, -0.06, 0.0), V3(-0.90, 0.0, 0.0), 0.20, 0.08);
    smooth_union(smooth_union(body, head, 0.16), tail, 0.16) * 0.9
}

fn beak(p: V3) -> f32 {
    cone_capsule(p, V3(0.66, 0.40, 0.0), V3(0.95, 0.36, 0.0), 0.11, 0.02)
}

fn legs(p: V3) -> f32 {
    let leg = cone_capsule(
        p,
        V3(0.05, -0.4, -0.12),
        V3(0.05, -0.86, -0.12),
        0.055,
        0.055,
    );
    let other = cone_capsule(p, V3(0.05, -0.4, 0.16), V3(0.05, -0.86, 0.16), 0.055, 0.055);
    let toes = cone_capsule(
        p,
        V3(-0.10, -0.88, -0.12),
        V3(0.28, -0.88, -0.12),
        0.045,
        0.045,
    );
    leg.min(other).min(toes)
}
