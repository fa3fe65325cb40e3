//! Food: apple, mushroom, pumpkin.

use kinora_scene::smoothstep;

use super::{Form, Tint};
use crate::geometry::outline::Profile;
use crate::geometry::sdf::{across_y, cone_capsule, cylinder, ellipsoid, smooth_union, torus_y};
use crate::geometry::vector::V3;

const STEM: V3 = V3(0.36, 0.24, 0.13);
const LEAF: V3 = V3(0.25, 0.58, 0.20);
const CREAM: V3 = V3(0.94, 0.88, 0.76);

pub struct Apple;

impl Form for Apple {
    const BOUND: f32 = 1.12;

    fn distance(p: V3) -> f32 {
        flesh(p)
            .min(cone_capsule(
                p,
                V3(0.0, 0.4, 0.0),
                V3(0.10, 0.98, 0.0),
                0.06,
                0.08,
            ))
            .min(leaf(p))
    }

    fn tint(p: V3) -> Tint {
        if leaf(p) < 0.03 {
            Tint::Own(LEAF)
        } else if flesh(p) > 0.03 {
            Tint::Own(STEM)
        } else {
            Tint::Main
        }
    }

    fn outline() -> Profile {
        Profile::Circle(0.88)
    }
}

/// A sphere with dimples at both poles, narrower below.
fn flesh(p: V3) -> f32 {
    let narrow = 1.0 + 0.10 * smoothstep(0.2, -0.8, p.1);
    torus_y(V3(p.0 * narrow, p.1 * 0.70, p.2 * narrow), 0.28, 0.60) * 0.85
}

fn leaf(p: V3) -> f32 {
    let (x, y) = (p.0 - 0.36, p.1 - 0.86);
    ellipsoid(
        V3(0.9 * x + 0.43 * y, 0.9 * y - 0.43 * x, p.2),
        V3(0.30, 0.13, 0.12),
    )
}

pub struct Mushroom;

impl Form for Mushroom {
    fn distance(p: V3) -> f32 {
        stem(p).min(cap(p))
    }

    fn tint(p: V3) -> Tint {
        if stem(p) < cap(p) {
            return Tint::Own(CREAM);
        }
        let dots = [
            (V3(0.05, 0.74, -0.42), 0.20),
            (V3(-0.52, 0.42, -0.52), 0.17),
            (V3(0.56, 0.36, -0.55), 0.19),
            (V3(0.02, 0.26, -0.86), 0.16),
        ];
        let dot = dots.iter().fold(0.0f32, |most, (middle, radius)| {
            most.max(smoothstep(
                radius + 0.03,
                radius - 0.03,
                (p - *middle).length(),
            ))
        });
        Tint::Mark(dot)
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.36, -0.92],
            [0.36, -0.92],
            [0.90, 0.0],
            [0.62, 0.58],
            [0.0, 0.86],
            [-0.62, 0.58],
            [-0.90, 0.0],
        ])
    }
}

fn stem(p: V3) -> f32 {
    let wide = 0.28 + 0.08 * smoothstep(0.0, -0.9, p.1);
    cylinder(p.1 + 0.42, across_y(p), 0.50, wide, 0.10)
}

fn cap(p: V3) -> f32 {
    let dome = ellipsoid(V3(p.0, p.1 + 0.04, p.2), V3(0.90, 0.90, 0.90));
    let under = -(p.1 + 0.02);
    smooth_max(dome, under, 0.10)
}

fn smooth_max(a: f32, b: f32, seam: f32) -> f32 {
    -smooth_union(-a, -b, seam)
}

pub struct Pumpkin;

impl Form for Pumpkin {
    const BOUND: f32 = 1.06;

    fn distance(p: V3) -> f32 {
        let body = ribbed(p);
        body.min(cone_capsule(
            p,
            V3(0.0, 0.5, 0.0),
            V3(0.10, 0.90, 0.0),
            0.12,
            0.09,
        ))
    }

    fn tint(p: V3) -> Tint {
        if ribbed(p) > 0.04 {
            return Tint::Own(V3(0.34, 0.46, 0.18));
        }
        Tint::Shade(1.0 - 0.34 * smoothstep(0.55, 1.0, rib(p)))
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.42, -0.72],
            [0.42, -0.72],
            [0.82, -0.46],
            [0.97, 0.0],
            [0.82, 0.44],
            [0.40, 0.72],
            [-0.40, 0.72],
            [-0.82, 0.44],
            [-0.97, 0.0],
            [-0.82, -0.46],
        ])
    }
}

fn ribbed(p: V3) -> f32 {
    ellipsoid(p, V3(0.97, 0.76, 0.97)) * 0.9 + 0.04 * rib(p)
}

/// 1 in the grooves, 0 on the ribs: the tenfold cosine of the angle about y.
fn rib(p: V3) -> f32 {
    let across = across_y(p).max(1e-3);
    let (c, s) = (p.0 / across, p.2 / across);
    // Real and imaginary part of (c + i s)^5.
    let (c2, s2) = (c * c - s * s, 2.0 * c * s);
    let (c4, s4) = (c2 * c2 - s2 * s2, 2.0 * c2 * s2);
    let c5 = c4 * c - s4 * s;
    let near = 1.0 - c5 * c5;
    near * near * near * near
}
