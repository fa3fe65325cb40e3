//! Procedural material textures, coarse enough to survive at ten pixels and fixed in the object's frame.
//!
//! Textures are planar and vary little with depth, so that all shapes share them and rotating objects carry
//! them along.

use kinora_scene::smoothstep;
use kinora_scene::vocabulary::Material;

use crate::geometry::vector::{V3, hypot, wave};

const TAN: V3 = V3(0.80, 0.58, 0.34);
const FROST: V3 = V3(0.86, 0.95, 1.0);

/// Applies the texture of a material to a base colour, at a point of the object's frame.
pub fn grained(material: Material, paint: V3, at: V3) -> V3 {
    let (x, y) = (at.0 + 0.30 * at.2, at.1 + 0.20 * at.2);
    match material {
        Material::Plastic | Material::Metal | Material::Glass => paint,
        Material::Rubber => etched(paint * 0.92, 0.72 * tread(x, y)),
        Material::Wood => {
            let ring = rings(x, y);
            etched(paint.mix(TAN, 0.30), 0.52 * ring) * (1.12 - 0.12 * ring)
        }
        Material::Stone => {
            let spots = blotches(x, y);
            let dull = paint.mix(grey(0.50), 0.24);
            let dark = etched(dull, 0.68 * smoothstep(0.35, 0.75, -spots));
            dark.mix(grey(0.92), 0.55 * smoothstep(0.45, 0.85, spots))
        }
        Material::Ice => {
            let (facet, crack) = facets(x, y);
            let clear = paint.mix(V3(0.62, 0.80, 0.95), 0.16) * (0.86 + 0.20 * facet);
            clear.mix(FROST, 0.88 * crack)
        }
        Material::Cloth => {
            let (across, along) = (stripe(x / 0.66 + 0.25), stripe(y / 0.66 + 0.25));
            let thread = (across + along) * 0.5;
            let pale = paint.mix(grey(0.97), 0.58 * smoothstep(0.5, 0.0, thread));
            etched(pale, 0.62 * smoothstep(0.5, 1.0, thread))
        }
    }
}

/// Darkens a base colour by an amount; lightens it if nearly black.
fn etched(paint: V3, amount: f32) -> V3 {
    let black = smoothstep(0.27, 0.17, paint.luma());
    let lighter = paint.mix(grey(0.62), 0.55 * amount);
    (paint * (1.0 - amount)).mix(lighter, black)
}

/// Tyre tread: 1 in grooves that run from the centre to both sides.
fn tread(x: f32, y: f32) -> f32 {
    let aside = hypot(x, 0.08);
    smoothstep(-0.10, 0.45, wave((y + 0.75 * aside) / 0.72 + 0.30))
}

/// Wood grain: 1 in dark elongated rings around a knot.
fn rings(x: f32, y: f32) -> f32 {
    let from_knot = hypot(x - 0.28, (y - 0.18) * 0.45) + 0.05 * wave(y * 0.7);
    smoothstep(-0.30, 0.45, wave(from_knot / 0.42 + 0.1))
}

/// Irregular spots: positive values are light, negative ones dark.
fn blotches(x: f32, y: f32) -> f32 {
    let first = wave(0.95 * x + 0.42 * y + 0.10);
    let second = wave(1.15 * y - 0.52 * x + 0.35);
    let third = wave(0.85 * x - 1.10 * y + 0.70);
    (first + second + third) * 0.55
}

/// Cracked panes: the brightness of a pane, and 1 in the cracks.
fn facets(x: f32, y: f32) -> (f32, f32) {
    let lines = [
        0.94 * x + 0.34 * y - 0.20,
        0.34 * x - 0.94 * y - 0.22,
        0.78 * x + 0.62 * y + 0.48,
    ];
    lines.iter().fold((1.0, 0.0f32), |(facet, crack), line| {
        let here = smoothstep(0.11, 0.04, line.abs());
        let side = if *line < 0.0 { -1.0 } else { 1.0 };
        (facet * side, crack.max(here))
    })
}

fn stripe(x: f32) -> f32 {
    smoothstep(-0.35, 0.35, wave(x))
}

fn grey(level: f32) -> V3 {
    V3(level, level, level)
}
