//! Hair: a shell over the skull that dips under the skin at the hairline, and protruding parts.

use kinora_scene::smoothstep;

use super::mesh::{Mesh, Part};
use super::skull::{azimuth, bell, from_front, row_at, surface};
use super::{Cut, Genes, Head};
use crate::geometry::vector::{V3, wave};

/// Points around the shell and down its rows.
const GRID: (usize, usize) = (48, 24);
/// Depth of the shell under the skin where no hair grows.
const UNDER: f32 = -0.045;

/// Parameters of a haircut.
struct Shape {
    /// Thickness on top, at the sides and at the back.
    top: f32,
    sides: f32,
    back: f32,
    /// Height of the front hairline.
    front: f32,
    /// Lowest point before and behind the ears.
    temple: f32,
    nape: f32,
    /// Height of locks.
    curl: f32,
    /// Thickness of the fringe.
    forelock: f32,
}

/// Builds the hair of a head; beards are painted.
pub fn meshes(head: &Head) -> Vec<Mesh> {
    let cut = head.traits.cut;
    let mut out = Vec::new();
    if let Some(shape) = shape(cut) {
        out.push(shell(head, &shape));
    }
    let genes = &head.genes;
    match cut {
        Cut::Bob => out.push(curtain(head, -0.78 + genes.hair_length * 0.4, 0.90, 0.0)),
        Cut::Long => out.push(curtain(head, -1.55 - genes.hair_length, 0.98, 0.02)),
        Cut::Wavy => out.push(curtain(head, -1.42 - genes.hair_length, 0.94, 0.075)),
        Cut::Ponytail => tail(
            &mut out,
            head,
            V3(0.0, 0.55, -1.04),
            V3(0.34, -0.85, -1.12),
            0.21,
        ),
        Cut::Bun => {
            let size = 0.25 + 0.07 * (genes.hair_volume - 0.6);
            out.push(ball(V3(0.0, 1.06 * genes.skull_height, -0.30), size));
        }
        Cut::Pigtails => {
            for side in [-1.0, 1.0] {
                let from = V3(side * 0.80, 0.10, -0.30);
                let to = V3(side * 1.02, -0.85 - genes.hair_length, -0.22);
                tail(&mut out, head, from, to, 0.19);
            }
        }
        _ => {}
    }
    out
}

fn shape(cut: Cut) -> Option<Shape> {
    let usual = Shape {
        top: 0.11,
        sides: 0.06,
        back: 0.08,
        front: 0.60,
        temple: -0.02,
        nape: -0.58,
        curl: 0.0,
        forelock: 0.0,
    };
    Some(match cut {
        Cut::Bald => return None,
        Cut::Buzz => Shape {
            top: 0.026,
            sides: 0.018,
            back: 0.022,
            ..usual
        },
        Cut::Short => usual,
        Cut::Quiff => Shape {
            top: 0.17,
            sides: 0.035,
            back: 0.05,
            forelock: 0.20,
            ..usual
        },
        Cut::Curly => Shape {
            top: 0.20,
            sides: 0.15,
            back: 0.16,
            front: 0.54,
            curl: 0.055,
            ..usual
        },
        Cut::Afro => Shape {
            top: 0.40,
            sides: 0.38,
            back: 0.38,
            front: 0.58,
            temple: 0.02,
            nape: -0.45,
            curl: 0.03,
            forelock: 0.0,
        },
        Cut::Bob => Shape {
            top: 0.10,
            sides: 0.10,
            front: 0.30,
            ..usual
        },
        Cut::Long | Cut::Wavy => Shape {
            top: 0.09,
            sides: 0.08,
            ..usual
        },
        Cut::Ponytail | Cut::Bun | Cut::Pigtails => Shape {
            top: 0.055,
            sides: 0.045,
            back: 0.06,
            front: 0.58,
            ..usual
        },
        Cut::Mohawk => Shape {
            top: 0.02,
            sides: 0.012,
            back: 0.015,
            ..usual
        },
        Cut::Fringe => Shape {
            top: 0.11,
            sides: 0.11,
            front: 0.26,
            temple: -0.18,
            nape: -0.55,
            ..usual
        },
    })
}

fn shell(head: &Head, shape: &Shape) -> Mesh {
    Mesh::new(Part::Hair, GRID, true, |u, v| {
        let angle = azimuth(u);
        let row = v * 9.6;
        let at = surface(head, row, angle);
        let thick = thickness(head, shape, at, from_front(angle));
        // Outwards from the centre of the skull.
        let away = V3(at.0, (at.1 - 0.15).max(-0.1), at.2 + 0.10).normal();
        at + away * thick
    })
}

/// Height of the shell above the skin; negative where no hair grows.
fn thickness(head: &Head, shape: &Shape, at: V3, off: f32) -> f32 {
    let (genes, cut) = (&head.genes, head.traits.cut);
    let V3(x, y, z) = at;
    let line = hairline(genes, shape, cut, x, off);
    let grown = smoothstep(-0.02, 0.13, y - line);
    let up = smoothstep(0.35, 0.80, y);
    let behind = smoothstep(0.1, -0.5, z);
    let sides = shape.sides + (shape.back - shape.sides) * behind;
    let mut thick = (sides + (shape.top - sides) * up) * genes.hair_volume;
    if cut == Cut::Mohawk {
        thick += 0.36
            * genes.hair_volume
            * smoothstep(0.17, 0.11, x.abs())
            * smoothstep(0.10, 0.5, y - line + 0.3);
    }
    // A forelock overhangs the forehead.
    thick +=
        shape.forelock * genes.hair_volume * smoothstep(0.1, 0.55, z) * smoothstep(0.50, 0.78, y);
    if shape.curl > 0.0 {
        let curl = wave(x * 2.6 + 0.4 * wave(y * 1.9) + z * 0.7) * wave(y * 2.4 + z * 2.1 + 0.3);
        thick += shape.curl * curl;
    }
    if !matches!(cut, Cut::Afro | Cut::Curly | Cut::Buzz | Cut::Mohawk) {
        let parting = (x - 0.34 * genes.hair_part) / 0.045;
        thick -= 0.035 * bell(parting) * up * smoothstep(-0.3, 0.2, z);
        thick += 0.014 * wave(x * 3.1 + z * 1.3 + 0.5 * y) * (0.4 + genes.hair_wave);
    }
    UNDER + (thick - UNDER) * grown
}

/// The height of the hairline at an angle from straight ahead.
fn hairline(genes: &Genes, shape: &Shape, cut: Cut, x: f32, off: f32) -> f32 {
    let covers = matches!(cut, Cut::Fringe | Cut::Bob);
    let high = if covers { 0.4 } else { 1.0 };
    let front = shape.front + genes.hair_line * high;
    // The hairline recedes beside the centre first.
    let corner = bell((off - 0.62) / 0.22) * genes.recession * high;
    let edge = front + corner + 0.02 * wave(x * 1.7 + genes.hair_part);
    let ear = shape.temple + 0.16 * bell((off - 1.62) / 0.20);
    let side = smoothstep(0.78, 1.12, off);
    let behind = smoothstep(1.75, 2.15, off);
    let low = ear + (shape.nape - ear) * behind;
    edge + (low - edge) * side
}

/// Hair that falls from the crown around the sides and the back, open in front.
fn curtain(head: &Head, end: f32, opening: f32, curl: f32) -> Mesh {
    let genes = &head.genes;
    let sides = 0.10 * genes.hair_volume;
    Mesh::new(Part::Hair, (36, 18), false, |u, v| {
        let way = (u - 0.5) * 2.0;
        let off = opening + (1.0 - way.abs()) * (core::f32::consts::PI - opening);
        let angle = core::f32::consts::FRAC_PI_2 - off * way.signum();
        let y = 0.62 + (end - 0.62) * v;
        let held = y.max(-0.12);
        let base = surface(head, row_at(held), angle);
        let fall = (held - y).max(0.0);
        let tip = smoothstep(0.75, 1.0, v);
        let lock = curl * wave(y * 1.5 + off * 0.55) * smoothstep(0.2, -0.5, y);
        let spread = sides * smoothstep(0.70, 0.30, y) + 0.05 * fall
            - 0.06 * tip * f32::from(end > -1.0)
            + lock
            + 0.012 * wave(off * 3.5);
        let out = V3(base.0, 0.0, base.2 + 0.10).normal();
        // In front, locks hang straight down in front of the shoulders.
        let forward = 0.10 * fall * smoothstep(1.6, 1.0, off);
        V3(base.0, y, base.2 + forward) + out * spread
    })
}

fn ball(middle: V3, size: f32) -> Mesh {
    Mesh::ball(Part::Hair, middle, V3(size, size * 0.92, size), (16, 10))
}

/// A tied tail between two points.
fn tail(out: &mut Vec<Mesh>, head: &Head, from: V3, to: V3, size: f32) {
    let size = size * (0.75 + 0.3 * head.genes.hair_volume);
    let curl = 0.06 * head.genes.hair_wave;
    let along = to - from;
    out.push(Mesh::new(Part::Hair, (12, 12), true, |u, v| {
        let turn = u * core::f32::consts::TAU;
        let ring = size * libm::sqrtf((v * (1.0 - v) * 4.0).max(0.0)) * (1.15 - 0.45 * v);
        let sag = V3(curl * wave(v * 1.3), 0.0, 0.0);
        let middle = from + along * v + sag;
        middle
            + V3(
                ring * libm::cosf(turn),
                0.25 * ring,
                ring * libm::sinf(turn),
            )
    }));
}
