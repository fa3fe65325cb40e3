//! Vessels and instruments: cup, bottle, bell, drum, barrel.

use kinora_scene::smoothstep;

use super::solids::band;
use super::{Form, Tint};
use crate::geometry::outline::{Profile, rectangle};
use crate::geometry::sdf::{across_y, ball, cylinder, smooth_union, torus_z};
use crate::geometry::vector::V3;

/// Radius of a bottle.
pub const BOTTLE_RADIUS: f32 = 0.40;
/// Radius of a drum.
pub const DRUM_RADIUS: f32 = 0.74;
/// Maximum radius of a barrel.
pub const BARREL_RADIUS: f32 = 0.66;
const SKIN: V3 = V3(0.95, 0.91, 0.82);
const IRON: V3 = V3(0.30, 0.31, 0.34);

pub struct Cup;

impl Form for Cup {
    fn distance(p: V3) -> f32 {
        let p = p - V3(-0.12, 0.0, 0.0);
        let wall = cylinder(p.1, across_y(p), 0.66, 0.58, 0.06);
        let hollow = cylinder(p.1 - 0.20, across_y(p), 0.70, 0.48, 0.06);
        let handle = torus_z(V3(p.0 - 0.60, p.1, p.2), 0.30, 0.09);
        wall.min(handle).max(-hollow)
    }

    fn tint(p: V3) -> Tint {
        let p = p - V3(-0.12, 0.0, 0.0);
        if across_y(p) < 0.52 && p.1 > -0.4 {
            return Tint::Shade(0.55);
        }
        Tint::Mark(band(p.1, 0.12) * f32::from(p.0 < 0.56))
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.70, -0.66],
            [0.46, -0.66],
            [0.86, -0.20],
            [0.86, 0.20],
            [0.46, 0.66],
            [-0.70, 0.66],
        ])
    }
}

pub struct Bottle;

impl Form for Bottle {
    fn distance(p: V3) -> f32 {
        let across = across_y(p);
        let body = cylinder(p.1 + 0.36, across, 0.60, BOTTLE_RADIUS, 0.12);
        let neck = cylinder(p.1 - 0.52, across, 0.44, 0.15, 0.04);
        smooth_union(body, neck, 0.22)
    }

    fn tint(p: V3) -> Tint {
        if p.1 > 0.78 {
            return Tint::Mark(1.0);
        }
        Tint::Mark(band(p.1 + 0.36, 0.26))
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-BOTTLE_RADIUS, -0.96],
            [BOTTLE_RADIUS, -0.96],
            [BOTTLE_RADIUS, 0.16],
            [0.16, 0.96],
            [-0.16, 0.96],
            [-BOTTLE_RADIUS, 0.16],
        ])
    }
}

/// A bottle without its cap: the neck is hollow.
pub struct OpenBottle;

impl Form for OpenBottle {
    fn distance(p: V3) -> f32 {
        let hollow = cylinder(p.1 - 0.86, across_y(p), 0.16, 0.10, 0.02);
        Bottle::distance(p).max(-hollow)
    }

    fn tint(p: V3) -> Tint {
        if across_y(p) < 0.115 && p.1 > 0.68 {
            return Tint::Shade(0.35);
        }
        if p.1 > 0.86 {
            return Tint::Shade(0.80);
        }
        Tint::Mark(band(p.1 + 0.36, 0.26))
    }

    fn outline() -> Profile {
        Bottle::outline()
    }
}

pub struct Bell;

impl Form for Bell {
    fn distance(p: V3) -> f32 {
        skirt(p)
            .min(ball(p - V3(0.0, -0.58, 0.0), 0.17))
            .min(loop_of(p))
    }

    fn tint(p: V3) -> Tint {
        if ball(p - V3(0.0, -0.58, 0.0), 0.17) < 0.03 && skirt(p) > 0.02 {
            return Tint::Own(IRON);
        }
        Tint::Mark(band(p.1 + 0.36, 0.06) * 0.8)
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.80, -0.70],
            [0.80, -0.70],
            [0.50, 0.20],
            [0.30, 0.72],
            [0.12, 0.98],
            [-0.12, 0.98],
            [-0.30, 0.72],
            [-0.50, 0.20],
        ])
    }
}

fn skirt(p: V3) -> f32 {
    let flare = ((0.0 - p.1) / 0.66).clamp(0.0, 1.0);
    let across = across_y(p) - (0.46 + 0.34 * flare * flare);
    let wall = across.max(p.1 - 0.22).max(-0.66 - p.1) * 0.72;
    let dome = ball(p - V3(0.0, 0.24, 0.0), 0.465);
    smooth_union(wall, dome, 0.05)
}

fn loop_of(p: V3) -> f32 {
    torus_z(p - V3(0.0, 0.78, 0.0), 0.14, 0.06)
}

pub struct Drum;

impl Form for Drum {
    fn distance(p: V3) -> f32 {
        let across = across_y(p);
        let shell = cylinder(p.1, across, 0.54, 0.70, 0.03);
        let rims = cylinder(p.1.abs() - 0.46, across, 0.09, DRUM_RADIUS, 0.03);
        shell.min(rims)
    }

    fn tint(p: V3) -> Tint {
        if p.1.abs() > 0.51 && across_y(p) < 0.66 {
            return Tint::Own(SKIN);
        }
        if (p.1.abs() - 0.46).abs() < 0.10 {
            return Tint::Mark(1.0);
        }
        Tint::Main
    }

    fn outline() -> Profile {
        rectangle(DRUM_RADIUS, 0.55)
    }
}

pub struct Barrel;

impl Form for Barrel {
    const BOUND: f32 = 1.06;

    fn distance(p: V3) -> f32 {
        let t = p.1 / 0.82;
        let belly = across_y(p) - (BARREL_RADIUS - 0.16 * t * t);
        let (a, b) = (p.1.abs() - 0.82 + 0.04, belly + 0.04);
        let out = V3(a.max(0.0), b.max(0.0), 0.0).length();
        (out + a.max(b).min(0.0) - 0.04) * 0.9
    }

    fn tint(p: V3) -> Tint {
        if (p.1.abs() - 0.46).abs() < 0.08 {
            return Tint::Own(IRON);
        }
        if p.1.abs() > 0.80 && across_y(p) < 0.42 {
            return Tint::Shade(0.72);
        }
        let plank = (p.0 * 5.0 - (p.0 * 5.0).floor() - 0.5).abs();
        Tint::Shade(1.0 - 0.22 * smoothstep(0.40, 0.5, plank))
    }

    fn outline() -> Profile {
        // Between belly and hoops: a curved side would rock for seconds.
        const SIDE: f32 = BARREL_RADIUS - 0.035;
        Profile::Polygon(vec![
            [-0.50, -0.82],
            [0.50, -0.82],
            [SIDE, -0.66],
            [SIDE, 0.66],
            [0.50, 0.82],
            [-0.50, 0.82],
            [-SIDE, 0.66],
            [-SIDE, -0.66],
        ])
    }
}
