//! Town backgrounds: a street between houses, and a rooftop.

use kinora_scene::smoothstep;

use super::{HORIZON, distance};
use crate::geometry::vector::{V3, wave, whole};
use crate::render::lighting::Air;

const LAMP: V3 = V3(0.98, 0.82, 0.46);
/// Maximum screen y of windows.
const KERB_TOP: f32 = -0.12;

/// Houses, a pavement, and asphalt with a dashed line.
pub fn street(air: Air, x: f32, y: f32) -> V3 {
    const KERB: f32 = 0.10;
    if y < KERB - 0.14 {
        return houses(air, x, y);
    }
    if y < KERB - 0.03 {
        return air.lit(V3(0.70, 0.69, 0.67), 0.4);
    }
    if y < KERB {
        return air.lit(V3(0.52, 0.51, 0.50), 0.4);
    }
    let depth = y - HORIZON;
    let asphalt = V3(0.36, 0.37, 0.40) * (0.92 + 0.14 * smoothstep(KERB, 1.0, y));
    let dashes = smoothstep(-0.05, 0.05, wave(x / depth * 0.62));
    let line = smoothstep(0.040, 0.026, (y - 0.30).abs()) * dashes;
    air.lit(asphalt.mix(V3(0.88, 0.86, 0.78), line * 0.85), distance(y))
}

/// A flat roof with slabs and a parapet before towers.
pub fn rooftop(air: Air, x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.08;
    if y < EDGE - 0.17 {
        return skyline(air, x, y);
    }
    if y < EDGE - 0.12 {
        return air.lit(V3(0.74, 0.72, 0.69), 0.3);
    }
    if y < EDGE {
        let brick = (x * 5.0 + 0.5 * (whole(y * 25.0) % 2.0))
            - whole(x * 5.0 + 0.5 * (whole(y * 25.0) % 2.0));
        let joint = brick < 0.07 || y * 25.0 - whole(y * 25.0) < 0.16;
        let wall = if joint {
            V3(0.50, 0.38, 0.33)
        } else {
            V3(0.62, 0.40, 0.32)
        };
        return air.lit(wall, 0.3);
    }
    let depth = y - HORIZON;
    let (u, v) = (x / depth * 1.1, 1.0 / depth);
    let edge = (u - whole(u))
        .min(1.0 - (u - whole(u)))
        .min((v - whole(v)).min(1.0 - (v - whole(v))));
    let slab = V3(0.58, 0.58, 0.58) * (0.94 + 0.10 * smoothstep(EDGE, 1.0, y));
    let tone = 1.0 + 0.04 * wave(whole(u) * 0.37 + whole(v) * 0.61);
    air.lit(
        (slab * tone).mix(V3(0.42, 0.42, 0.43), smoothstep(0.05, 0.02, edge)),
        distance(y),
    )
}

/// A row of houses with windows.
fn houses(air: Air, x: f32, y: f32) -> V3 {
    const WALLS: [V3; 4] = [
        V3(0.72, 0.45, 0.36),
        V3(0.80, 0.74, 0.62),
        V3(0.52, 0.58, 0.66),
        V3(0.68, 0.60, 0.46),
    ];
    const TOPS: [f32; 4] = [-0.62, -0.46, -0.74, -0.54];
    let place = (x + 8.0) / 0.56;
    let (house, inside) = (place as usize % 4, place - place.floor());
    if y < TOPS[house] {
        return air.sky(x, y, -0.4);
    }
    let (column, row) = (inside * 2.0, (y - TOPS[house]) / 0.24);
    let (dx, dy) = (
        (column - column.floor() - 0.5).abs(),
        (row - row.floor() - 0.55).abs(),
    );
    let pane = dx < 0.22 && dy < 0.27 && y < KERB_TOP;
    if pane {
        let lights = (whole(place * 2.0) + whole(row) * 3.0 + house as f32) % 3.0;
        let dark = V3(0.30, 0.36, 0.46);
        return if lights < 1.5 {
            air.glowing(dark, LAMP, 0.5)
        } else {
            air.lit(dark, 0.5)
        };
    }
    air.lit(
        WALLS[house] * (1.0 - 0.12 * smoothstep(0.94, 1.0, inside)),
        0.5,
    )
}

/// Towers in two rows, with rows of windows.
fn skyline(air: Air, x: f32, y: f32) -> V3 {
    let tower = |spacing: f32, shift: f32, low: f32, high: f32| {
        let place = (x + shift + 9.0) / spacing;
        let index = whole(place);
        let hash = index * 0.618_034 - whole(index * 0.618_034);
        let inside = (place - index - 0.06) / 0.88;
        let top = low - (low - high) * hash;
        ((0.0..1.0).contains(&inside) && y > top).then_some((inside, y - top, hash))
    };
    let near = tower(0.42, 0.10, -0.24, -0.66);
    let far = tower(0.30, 0.0, -0.34, -0.58);
    let (part, wall, haze) = match (near, far) {
        (Some(part), _) => (part, V3(0.40, 0.45, 0.55), 0.55),
        (None, Some(part)) => (part, V3(0.56, 0.63, 0.74), 0.8),
        (None, None) => return air.sky(x, y, -0.1),
    };
    let (inside, down, hash) = part;
    let (u, v) = (inside * 4.0, down / 0.075);
    let pane = (u - whole(u) - 0.5).abs() < 0.26 && (v - whole(v) - 0.5).abs() < 0.28;
    if !pane || haze > 0.7 {
        return air.lit(wall, haze);
    }
    let lights = (whole(u) * 2.0 + whole(v) * 3.0 + whole(hash * 9.0)) % 5.0;
    let dark = wall * 0.80;
    if lights < 2.5 {
        air.glowing(dark, LAMP, haze)
    } else {
        air.lit(dark, haze)
    }
}
