//! Indoor backgrounds: parlour, kitchen, sports hall, theatre stage.

use kinora_scene::smoothstep;
use kinora_scene::vocabulary::Time;

use super::HORIZON;
use crate::geometry::vector::{V3, wave, whole};
use crate::render::lighting::Air;

/// A wall with a window and a skirting board over floorboards.
pub fn room(air: Air, x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.06;
    if y < EDGE - 0.07 {
        let light = 1.0 - 0.20 * smoothstep(-0.2, 1.3, x) - 0.10 * smoothstep(0.2, -1.0, y);
        return window(air, x, y)
            .or_else(|| picture(air, x, y))
            .unwrap_or_else(|| air.lit(V3(0.80, 0.76, 0.66) * light, 0.0));
    }
    if y < EDGE {
        return air.lit(V3(0.93, 0.91, 0.86), 0.0);
    }
    air.lit(
        boards(x, y, V3(0.60, 0.40, 0.22), V3(0.72, 0.50, 0.30)) * under(y, EDGE),
        0.0,
    )
}

/// Tiles, cupboards, a worktop and an oven.
pub fn kitchen(air: Air, x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.10;
    if y > EDGE {
        let depth = y - HORIZON;
        let (column, row) = (whole(x / depth * 1.5 + 40.0), whole(1.3 / depth + 40.0));
        let dark = (column + row) % 2.0;
        let tile = V3(0.90, 0.89, 0.85).mix(V3(0.45, 0.58, 0.62), dark);
        return air.lit(tile * under(y, EDGE), 0.0);
    }
    if y > EDGE - 0.05 {
        return air.lit(V3(0.30, 0.27, 0.25), 0.0);
    }
    if y > -0.22 {
        return air.lit(cupboard(x, y), 0.0);
    }
    if y > -0.28 {
        return air.lit(V3(0.80, 0.66, 0.46), 0.0);
    }
    if y > -0.62 {
        let (dx, dy) = (x * 7.0 - whole(x * 7.0), y * 7.0 - whole(y * 7.0));
        let joint = dx < 0.08 || dy < 0.08;
        let tile = if joint {
            V3(0.78, 0.80, 0.79)
        } else {
            V3(0.93, 0.94, 0.92)
        };
        return window(air, x, y - 0.10).unwrap_or_else(|| air.lit(tile, 0.0));
    }
    window(air, x, y - 0.10).unwrap_or_else(|| air.lit(V3(0.95, 0.88, 0.70), 0.0))
}

/// A sports hall: wall bars, high windows, a line on a parquet, a mat.
pub fn gym(air: Air, x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.02;
    if y < EDGE - 0.05 {
        return hall(air, x, y);
    }
    if y < EDGE {
        return air.lit(V3(0.42, 0.30, 0.20), 0.0);
    }
    if (0.30..0.94).contains(&y) {
        let edge = smoothstep(0.30, 0.325, y) * smoothstep(0.94, 0.915, y);
        let mat = V3(0.16, 0.34, 0.62).mix(V3(0.20, 0.42, 0.74), smoothstep(0.3, 0.9, y));
        return air.lit(V3(0.90, 0.90, 0.90).mix(mat, edge), 0.0);
    }
    air.lit(
        boards(x, y, V3(0.78, 0.58, 0.36), V3(0.84, 0.65, 0.42)) * under(y, EDGE),
        0.0,
    )
}

/// A theatre: a red curtain in folds over dark boards, two cones of light.
pub fn stage(air: Air, x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.04;
    let beam = |foot: f32| {
        let middle = foot * (0.45 + 0.55 * (y + 1.2) / 2.0);
        let half = 0.10 + 0.22 * (y + 1.2) / 2.0;
        smoothstep(half, half * 0.55, (x - middle).abs())
    };
    let light = beam(-0.75).max(beam(0.75));
    let warm = V3(1.0, 0.93, 0.76);
    if y < EDGE {
        let fold = wave(x * 2.6 + 0.06 * wave(y * 0.8));
        let swag = smoothstep(
            -0.62 + 0.10 * wave(x * 0.9).abs(),
            -0.66 + 0.10 * wave(x * 0.9).abs(),
            y,
        );
        let cloth =
            V3(0.56, 0.08, 0.10) * (0.78 + 0.26 * fold) * (1.0 - 0.35 * smoothstep(-0.3, 0.05, y));
        let top = V3(0.74, 0.14, 0.12) * (0.9 + 0.12 * wave(x * 1.8));
        let hem = smoothstep(
            0.02,
            0.0,
            (y + 0.64 - 0.10 * wave(x * 0.9).abs()).abs() - 0.012,
        );
        let colour = cloth.mix(top, swag).mix(V3(0.88, 0.68, 0.28), hem);
        return air.lit(colour, 0.0) + warm * (0.10 * light);
    }
    let (dx, dy) = (x / 0.95, (y - 0.58) / 0.30);
    let pool = smoothstep(1.0, 0.5, (dx * dx + dy * dy).sqrt());
    let wood = boards(x, y, V3(0.30, 0.20, 0.15), V3(0.37, 0.25, 0.18));
    air.lit(wood * under(y, EDGE), 0.0) + warm * (0.16 * pool)
}

/// Floorboards in perspective.
fn boards(x: f32, y: f32, dark: V3, pale: V3) -> V3 {
    let depth = y - HORIZON;
    let across = x / depth * 1.25;
    let board = across.floor();
    let tone = 0.5 + 0.5 * wave(board * 0.37 + 0.1);
    let seam = smoothstep(0.045, 0.0, (across - board).min(1.0 - (across - board)));
    let near = smoothstep(0.06, 1.0, y);
    (dark.mix(pale, tone) * (0.86 + 0.18 * near)).mix(dark * 0.55, seam * 0.75)
}

/// The floor darkens where it meets a wall.
fn under(y: f32, edge: f32) -> f32 {
    1.0 - 0.25 * smoothstep(0.05, 0.0, y - edge)
}

/// A window with a cross, left of the centre, with sky behind it.
fn window(air: Air, x: f32, y: f32) -> Option<V3> {
    let (dx, dy) = ((x + 0.62).abs(), (y + 0.55).abs());
    if dx > 0.30 || dy > 0.34 {
        return None;
    }
    let frame = dx > 0.25 || dy > 0.29 || dx < 0.025 || dy < 0.025;
    if frame {
        return Some(air.lit(V3(0.95, 0.94, 0.90), 0.0));
    }
    let outside = match air.time {
        Time::Day => V3(0.66, 0.82, 0.95).mix(V3(0.88, 0.93, 0.96), (y + 0.9) * 1.2),
        Time::Sunset => V3(0.62, 0.42, 0.62).mix(V3(1.0, 0.66, 0.34), (y + 0.9) * 1.3),
        Time::Night => V3(0.05, 0.07, 0.18).mix(V3(0.12, 0.16, 0.32), (y + 0.9) * 1.2),
    };
    Some(outside)
}

/// A framed picture of hills, right of the centre.
fn picture(air: Air, x: f32, y: f32) -> Option<V3> {
    let (dx, dy) = ((x - 0.62).abs(), (y + 0.52).abs());
    if dx > 0.22 || dy > 0.17 {
        return None;
    }
    if dx > 0.19 || dy > 0.14 {
        return Some(air.lit(V3(0.45, 0.30, 0.17), 0.0));
    }
    let hill = -0.50 + 0.05 * wave(x * 1.6);
    let colour = if y > hill {
        V3(0.36, 0.54, 0.38)
    } else {
        V3(0.93, 0.84, 0.62)
    };
    Some(air.lit(colour, 0.0))
}

/// A row of doors with handles and an oven.
fn cupboard(x: f32, y: f32) -> V3 {
    let place = (x + 8.0) / 0.44;
    let inside = place - whole(place);
    let oven = whole(place) == 18.0;
    let (dx, dy) = ((inside - 0.5).abs(), (y + 0.08).abs());
    if oven {
        if y < -0.16 {
            let knob = ((x + 8.0) / 0.11 - whole((x + 8.0) / 0.11) - 0.5).abs() < 0.22;
            return if knob {
                V3(0.25, 0.25, 0.27)
            } else {
                V3(0.76, 0.77, 0.78)
            };
        }
        let glass = dx < 0.34 && dy < 0.08;
        return if glass {
            V3(0.18, 0.17, 0.18)
        } else {
            V3(0.66, 0.67, 0.69)
        };
    }
    if dx > 0.47 {
        return V3(0.32, 0.45, 0.44);
    }
    if dx < 0.14 && (y + 0.17).abs() < 0.010 {
        return V3(0.86, 0.80, 0.62);
    }
    let panel = dx < 0.38 && dy < 0.11;
    if panel {
        V3(0.46, 0.62, 0.60)
    } else {
        V3(0.42, 0.57, 0.55)
    }
}

/// The wall of a sports hall.
fn hall(air: Air, x: f32, y: f32) -> V3 {
    let (dx, dy) = (x / 0.5 - whole(x / 0.5), (y + 0.74).abs());
    if dy < 0.15 && (dx - 0.5).abs() < 0.44 {
        let cross = (dx - 0.5).abs() < 0.015 || dy > 0.135;
        let day = V3(0.80, 0.89, 0.95);
        return if cross {
            air.lit(V3(0.55, 0.55, 0.53), 0.0)
        } else {
            air.glowing(day, V3(0.10, 0.13, 0.24), 0.0)
        };
    }
    let bars = (-1.2..-0.30).contains(&x) || (0.42..1.32).contains(&x);
    if bars && y > -0.50 {
        let post = ((x + 3.0) / 0.45 - whole((x + 3.0) / 0.45)) < 0.07;
        let rung = ((y + 3.0) / 0.085 - whole((y + 3.0) / 0.085)) < 0.36;
        if post {
            return air.lit(V3(0.52, 0.34, 0.18), 0.0);
        }
        if rung {
            return air.lit(V3(0.76, 0.55, 0.33), 0.0);
        }
        return air.lit(V3(0.70, 0.73, 0.68), 0.0);
    }
    let stripe = smoothstep(0.012, 0.006, (y + 0.30).abs() - 0.01);
    air.lit(
        V3(0.86, 0.87, 0.80).mix(V3(0.85, 0.45, 0.20), stripe * 0.8),
        0.0,
    )
}
