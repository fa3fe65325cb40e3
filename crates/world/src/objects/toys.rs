//! Toys and gifts: heart, book, car, rocket, gift.

use kinora_scene::smoothstep;

use super::solids::band;
use super::{Form, Tint};
use crate::geometry::outline::{Profile, rectangle};
use crate::geometry::sdf::{across_y, block, cone_capsule, cylinder, ellipsoid, torus_z, triangle};
use crate::geometry::vector::{V3, hypot};

const PAPER: V3 = V3(0.95, 0.92, 0.84);
const TYRE: V3 = V3(0.13, 0.13, 0.15);
const PANE: V3 = V3(0.62, 0.80, 0.90);

pub struct Heart;

impl Form for Heart {
    fn distance(p: V3) -> f32 {
        let p = V3(p.0.abs(), p.1, p.2 * 1.25);
        cone_capsule(p, V3(0.0, -0.80, 0.0), V3(0.42, 0.30, 0.0), 0.10, 0.50) * 0.75
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.06, -0.90],
            [0.06, -0.90],
            [0.72, -0.10],
            [0.92, 0.30],
            [0.78, 0.66],
            [0.42, 0.80],
            [-0.42, 0.80],
            [-0.78, 0.66],
            [-0.92, 0.30],
            [-0.72, -0.10],
        ])
    }
}

pub struct Book;

impl Form for Book {
    fn distance(p: V3) -> f32 {
        let cover = block(p, V3(0.58, 0.80, 0.26), 0.04);
        // The pages are inset from the cover on three sides.
        let groove = block(p - V3(0.10, 0.0, 0.0), V3(0.56, 0.86, 0.17), 0.01);
        let pages = block(p, V3(0.52, 0.74, 0.20), 0.01);
        cover.max(-groove).min(pages)
    }

    fn tint(p: V3) -> Tint {
        if p.2.abs() < 0.19 && p.0 > -0.44 {
            return Tint::Own(PAPER);
        }
        let title = band(p.1 - 0.34, 0.13) * band(p.0 - 0.04, 0.36);
        Tint::Mark(if p.2 < 0.0 { title } else { 0.0 })
    }

    fn outline() -> Profile {
        rectangle(0.58, 0.80)
    }
}

/// A book on its back, its spine towards the camera.
pub struct LyingBook;

impl Form for LyingBook {
    const BOUND: f32 = 1.15;

    fn distance(p: V3) -> f32 {
        let cover = block(p, V3(0.88, 0.30, 0.62), 0.04);
        let groove = block(p - V3(0.10, 0.0, 0.10), V3(0.94, 0.20, 0.64), 0.01);
        let pages = block(p, V3(0.80, 0.23, 0.56), 0.01);
        cover.max(-groove).min(pages)
    }

    fn tint(p: V3) -> Tint {
        if p.1.abs() < 0.22 && p.2 > -0.48 {
            return Tint::Own(PAPER);
        }
        Tint::Mark(band(p.0, 0.40) * band(p.1, 0.10) * if p.2 < -0.5 { 1.0 } else { 0.0 })
    }

    fn outline() -> Profile {
        rectangle(0.88, 0.30)
    }
}

/// A book on edge, spine towards the camera.
pub struct EdgeBook;

impl Form for EdgeBook {
    fn distance(p: V3) -> f32 {
        Book::distance(V3(p.2, p.1, -p.0))
    }

    fn tint(p: V3) -> Tint {
        if p.2 > -0.44 && p.0.abs() < 0.19 {
            return Tint::Own(PAPER);
        }
        Tint::Mark((band(p.1 - 0.42, 0.07) + band(p.1 + 0.42, 0.07)) * f32::from(p.2 < -0.5))
    }

    fn outline() -> Profile {
        rectangle(0.26, 0.80)
    }
}

pub struct Car;

impl Form for Car {
    fn distance(p: V3) -> f32 {
        hull(p).min(wheels(p))
    }

    fn tint(p: V3) -> Tint {
        if wheels(p) < hull(p) {
            let x = p.0.abs() - 0.52;
            let hub = hypot(x, p.1 + 0.38);
            return Tint::Own(if hub < 0.12 {
                V3(0.80, 0.82, 0.85)
            } else {
                TYRE
            });
        }
        let glass = (0.08..0.36).contains(&p.1) && p.0.abs() < 0.50;
        let post = p.0.abs() < 0.04 || (p.0.abs() > 0.40 && p.2 < -0.25);
        if glass && !post {
            return Tint::Own(PANE);
        }
        if p.0.abs() > 0.80 && (p.1 + 0.10).abs() < 0.08 {
            return Tint::Own(V3(0.98, 0.93, 0.70));
        }
        Tint::Main
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.66, -0.64],
            [0.66, -0.64],
            [0.95, -0.34],
            [0.93, -0.02],
            [0.46, 0.46],
            [-0.46, 0.46],
            [-0.93, -0.02],
            [-0.95, -0.34],
        ])
    }
}

fn hull(p: V3) -> f32 {
    let body = block(p - V3(0.0, -0.17, 0.0), V3(0.95, 0.22, 0.44), 0.12);
    let lean = 1.0 + 0.35 * (p.1 - 0.2).clamp(-0.3, 0.3);
    let roof = block(V3(p.0 * lean, p.1 - 0.20, p.2), V3(0.52, 0.27, 0.36), 0.10);
    body.min(roof * 0.9)
}

fn wheels(p: V3) -> f32 {
    let across = hypot(p.0.abs() - 0.52, p.1 + 0.38);
    cylinder(p.2, across, 0.46, 0.26, 0.06)
}

pub struct Rocket;

impl Form for Rocket {
    const BOUND: f32 = 1.10;

    fn distance(p: V3) -> f32 {
        body(p).min(fins(p))
    }

    fn tint(p: V3) -> Tint {
        if fins(p) < body(p) {
            return Tint::Shade(0.62);
        }
        if p.2 < 0.0 {
            let port = hypot(p.0, p.1 - 0.22);
            if port < 0.13 {
                return Tint::Own(PANE);
            }
            if port < 0.19 {
                return Tint::Own(V3(0.85, 0.86, 0.88));
            }
        }
        Tint::Mark(smoothstep(0.52, 0.58, p.1))
    }

    fn outline() -> Profile {
        Profile::Polygon(vec![
            [-0.62, -0.86],
            [0.62, -0.86],
            [0.64, -0.60],
            [0.36, 0.30],
            [0.0, 0.98],
            [-0.36, 0.30],
            [-0.64, -0.60],
        ])
    }
}

fn body(p: V3) -> f32 {
    let hull = ellipsoid(p - V3(0.0, -0.06, 0.0), V3(0.38, 1.04, 0.38));
    hull.max(-(p.1 + 0.74))
}

fn fins(p: V3) -> f32 {
    let side = V3(p.0.abs(), p.1, p.2);
    let front = V3(-p.2, p.1, p.0);
    let corners = [[0.20, -0.84], [0.64, -0.86], [0.20, -0.18]];
    triangle(side, corners, 0.08, 0.04).min(triangle(front, corners, 0.08, 0.04))
}

pub struct Gift;

impl Form for Gift {
    const BOUND: f32 = 1.16;

    fn distance(p: V3) -> f32 {
        let case = block(p - V3(0.0, -0.08, 0.0), V3(0.62, 0.58, 0.62), 0.04);
        case.min(bow(p))
    }

    fn tint(p: V3) -> Tint {
        if bow(p) < 0.02 {
            return Tint::Mark(1.0);
        }
        let front = p.2 < -0.58 || p.1 > 0.46;
        let across = band(p.0, 0.12) * f32::from(front);
        let along = band(p.2, 0.12) * f32::from(p.1 > 0.46 || p.0.abs() > 0.58);
        Tint::Mark(across.max(along))
    }

    fn outline() -> Profile {
        rectangle(0.62, 0.66)
    }
}

fn bow(p: V3) -> f32 {
    let p = V3(p.0.abs(), p.1 - 0.64, p.2);
    let (x, y) = (p.0 - 0.22, p.1 - 0.04);
    let loops = torus_z(
        V3(0.85 * x + 0.5 * y, (0.85 * y - 0.5 * x) * 1.5, p.2),
        0.17,
        0.07,
    );
    (loops * 0.7).min(across_y(p).max(p.1.abs()) - 0.09)
}
