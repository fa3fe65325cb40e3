//! Outdoor backgrounds: beach, meadow, desert, snowfield, forest, mountain.

use kinora_scene::smoothstep;

use super::{HORIZON, distance};
use crate::geometry::vector::{V3, wave, whole};
use crate::render::lighting::Air;

/// Sky, sea, a line of foam and sand.
pub fn beach(air: Air, x: f32, y: f32) -> V3 {
    let shore = 0.12 + 0.03 * wave(x * 0.45 + 0.2);
    if y < HORIZON {
        return air.sky(x, y, HORIZON);
    }
    if y < shore {
        let near = smoothstep(HORIZON, 0.12, y);
        let sea = V3(0.08, 0.38, 0.66).mix(V3(0.22, 0.66, 0.76), near);
        let foam = smoothstep(shore - 0.07, shore - 0.03, y) * 0.9;
        let sky = air.sky(x, HORIZON * 2.0 - y, HORIZON);
        let water = air.lit(sea, distance(y)).mix(sky, 0.25);
        return water.mix(air.lit(V3(0.97, 0.98, 0.97), 0.3), foam);
    }
    let wet = smoothstep(shore + 0.10, shore + 0.02, y);
    let depth = y - HORIZON;
    let ripple = wave(2.2 / depth + 0.25 * wave(x / depth * 0.35));
    let sand = V3(0.90, 0.79, 0.55) * (0.97 + 0.035 * ripple);
    air.lit(sand.mix(V3(0.66, 0.55, 0.38), wet * 0.8), distance(y))
}

/// Hills, and grass in bands.
pub fn meadow(air: Air, x: f32, y: f32) -> V3 {
    let far = HORIZON - 0.10 - 0.07 * wave(x * 0.42 + 0.1);
    let near = HORIZON + 0.06 - 0.05 * wave(x * 0.31 + 0.6);
    if y < far {
        return air.sky(x, y, far);
    }
    if y < near {
        let hill = V3(0.30, 0.52, 0.42).mix(V3(0.42, 0.62, 0.40), smoothstep(far, near, y));
        return air.lit(hill, 0.85);
    }
    let depth = y - HORIZON + 0.05;
    let band = wave(0.9 / depth + 0.3 * wave(x / depth * 0.25));
    let grass = V3(0.40, 0.66, 0.22).mix(V3(0.26, 0.55, 0.16), smoothstep(near, 1.0, y));
    let flower = flowers(x / depth, 0.9 / depth) * smoothstep(near + 0.05, near + 0.2, y);
    let petal = V3(0.98, 0.95, 0.82);
    air.lit(
        (grass * (1.0 + 0.06 * band)).mix(petal, flower),
        distance(y),
    )
}

/// Dunes with a lit and a shaded side, two cactuses.
pub fn desert(air: Air, x: f32, y: f32) -> V3 {
    let far = HORIZON - 0.04 - 0.09 * wave(x * 0.36 + 0.35);
    let near = HORIZON + 0.14 - 0.08 * wave(x * 0.24 + 0.85);
    let cactus =
        cactus(x + 0.66, y - near - 0.04, 0.24).min(cactus(x - 0.80, y - near - 0.02, 0.17));
    if cactus < 0.0 && y < near + 0.06 {
        let shade = V3(0.26, 0.46, 0.26).mix(V3(0.16, 0.34, 0.22), smoothstep(-0.04, 0.0, cactus));
        return air.lit(shade, 0.35);
    }
    if y < far {
        return air.sky(x, y, far);
    }
    if y < near {
        let slope = wave(x * 0.36 + 0.60);
        let dune = V3(0.80, 0.58, 0.36).mix(V3(0.94, 0.75, 0.48), smoothstep(-0.4, 0.6, slope));
        return air.lit(dune, 0.8);
    }
    let depth = y - HORIZON;
    let ripple = wave(2.6 / depth + 0.5 * wave(x / depth * 0.30));
    let sand = V3(0.95, 0.76, 0.48).mix(V3(0.88, 0.66, 0.40), smoothstep(near, 1.0, y));
    air.lit(sand * (0.975 + 0.03 * ripple), distance(y))
}

/// A white field before a row of firs and pale hills.
pub fn snow(air: Air, x: f32, y: f32) -> V3 {
    let far = HORIZON - 0.16 - 0.08 * wave(x * 0.33 + 0.5);
    let near = HORIZON + 0.12 - 0.04 * wave(x * 0.27 + 0.2);
    let fir = firs(x, y - near, 0.34, 0.30);
    if y < near && fir < 0.0 {
        let snowy = smoothstep(-0.05, 0.0, fir) * 0.75;
        return air.lit(V3(0.16, 0.34, 0.30).mix(V3(0.92, 0.95, 0.98), snowy), 0.45);
    }
    if y < far {
        return air.sky(x, y, far);
    }
    if y < near {
        return air.lit(
            V3(0.72, 0.80, 0.90).mix(V3(0.86, 0.91, 0.96), smoothstep(far, near, y)),
            0.8,
        );
    }
    let depth = y - HORIZON;
    let drift = wave(1.1 / depth + 0.4 * wave(x / depth * 0.22));
    let snow = V3(0.88, 0.92, 0.97).mix(V3(0.95, 0.97, 0.99), smoothstep(near, 0.7, y));
    air.lit(snow * (0.985 + 0.018 * drift), distance(y))
}

/// Trunks in two rows, leaves above, moss below.
pub fn forest(air: Air, x: f32, y: f32) -> V3 {
    const FLOOR: f32 = 0.10;
    let leaves = -0.52 + 0.10 * wave(x * 1.1) + 0.05 * wave(x * 2.7 + 0.3);
    if y < leaves {
        let tuft = wave(x * 1.9 + 0.5 * wave(y * 1.7));
        return air.lit(V3(0.15, 0.36, 0.17) * (1.0 + 0.16 * tuft), 0.2);
    }
    if let Some(across) = trunk(x, 0.66, 0.30, 0.080).filter(|_| y < FLOOR + 0.10) {
        return air.lit(V3(0.40, 0.28, 0.19) * (1.08 - 0.45 * across), 0.15);
    }
    if let Some(across) = trunk(x, 0.37, 0.04, 0.035).filter(|_| y < FLOOR) {
        return air.lit(V3(0.38, 0.36, 0.28) * (1.05 - 0.3 * across), 0.65);
    }
    if y < FLOOR {
        let glow = V3(0.58, 0.72, 0.44).mix(V3(0.40, 0.58, 0.34), smoothstep(-0.5, FLOOR, y));
        return air.lit(glow, 0.75);
    }
    let depth = y - HORIZON;
    let patch = wave(1.3 / depth + 0.4 * wave(x / depth * 0.4)) * wave(x / depth * 0.33 + 0.2);
    let moss = V3(0.34, 0.44, 0.18).mix(V3(0.42, 0.34, 0.20), smoothstep(-0.2, 0.6, patch));
    air.lit(
        moss * (0.88 + 0.14 * smoothstep(FLOOR, 0.9, y)),
        distance(y),
    )
}

/// Peaks with snow over a lake and a stony shore.
pub fn mountain(air: Air, x: f32, y: f32) -> V3 {
    const LAKE: f32 = -0.06;
    const SHORE: f32 = 0.16;
    let peak = |x: f32| {
        let one = -0.78 + 1.15 * (x + 0.38).abs();
        let two = -0.62 + 1.0 * (x - 0.56).abs();
        let three = -0.50 + 0.9 * (x - 1.4).abs();
        one.min(two).min(three).min(-0.50 + 0.9 * (x + 1.4).abs()) + 0.025 * wave(x * 3.1)
    };
    if y < LAKE {
        let top = peak(x);
        if y < top {
            return air.sky(x, y, LAKE);
        }
        return air.lit(rock(x, y), 0.72);
    }
    if y < SHORE {
        let mirrored = LAKE - (y - LAKE) * 2.2;
        let top = peak(x);
        let seen = if mirrored < top {
            air.sky(x, mirrored, LAKE)
        } else {
            air.lit(rock(x, mirrored), 0.7)
        };
        return seen.mix(air.lit(V3(0.16, 0.40, 0.52), 0.5), 0.45);
    }
    let depth = y - HORIZON;
    let pebble = wave(1.9 / depth + 0.3 * wave(x / depth * 0.9)) * wave(x / depth * 0.7);
    let ground = V3(0.50, 0.54, 0.40).mix(V3(0.42, 0.50, 0.30), smoothstep(SHORE, 0.9, y));
    air.lit(ground * (1.0 + 0.05 * pebble), distance(y))
}

/// A mountainside: snow above, blue-grey rock below, one side lit.
fn rock(x: f32, y: f32) -> V3 {
    let side = smoothstep(
        -0.03,
        0.03,
        (x + 0.38).min(0.5) * if x > 0.1 { -1.0 } else { 1.0 } + 0.1 * wave(y * 2.0),
    );
    let stone = V3(0.46, 0.50, 0.58).mix(V3(0.36, 0.40, 0.49), side);
    let line = -0.40 + 0.06 * wave(x * 2.3);
    let white = V3(0.96, 0.97, 0.99).mix(V3(0.80, 0.86, 0.94), side);
    stone.mix(white, smoothstep(line + 0.03, line - 0.03, y))
}

/// Small flowers on a grid over the ground.
fn flowers(u: f32, v: f32) -> f32 {
    let (column, row) = (whole(u * 3.0), whole(v * 3.0));
    let hash = column * 0.618_034 + row * 0.754_878;
    let (a, b) = (hash - whole(hash), hash * 5.7 - whole(hash * 5.7));
    if b > 0.30 {
        return 0.0;
    }
    let (dx, dy) = (u * 3.0 - column - 0.25 - 0.5 * a, v * 3.0 - row - 0.5);
    smoothstep(0.13, 0.07, (dx * dx + dy * dy).sqrt())
}

/// Signed distance to a cactus that stands on y = 0.
fn cactus(x: f32, y: f32, height: f32) -> f32 {
    let bar = |x0: f32, from: f32, to: f32, half: f32| {
        let dy = (y + height * from).max(-(y + height * to)).max(0.0);
        let dx = x - x0 * height;
        (dx * dx + dy * dy).sqrt() - half * height
    };
    let arm = |x0: f32, level: f32| {
        let dx = (x.min(x0.max(0.0) * height)).max(x0.min(0.0) * height) - x;
        let dy = y + level * height;
        (dx * dx + dy * dy).sqrt() - 0.075 * height
    };
    bar(0.0, 0.0, 1.0, 0.11)
        .min(bar(-0.30, 0.45, 0.75, 0.075))
        .min(arm(-0.30, 0.45))
        .min(bar(0.30, 0.58, 0.88, 0.075))
        .min(arm(0.30, 0.58))
}

/// Signed distance to a row of firs that stand on y = 0: three stacked triangles each.
fn firs(x: f32, y: f32, spacing: f32, tallest: f32) -> f32 {
    let place = x / spacing;
    let tree = whole(place);
    let hash = tree * 0.618_034 - whole(tree * 0.618_034);
    let height = tallest * (0.60 + 0.40 * hash);
    let dx = ((place - tree - 0.35 - 0.3 * hash) * spacing).abs();
    let up = -y / height;
    if !(0.0..1.0).contains(&up) {
        return 1.0;
    }
    let tier = up * 3.0 - whole(up * 3.0);
    let half = 0.34 * height * (1.0 - whole(up * 3.0) / 3.6) * (1.0 - 0.62 * tier);
    dx - half
}

/// Position across a trunk in a row: 0 at its left side, 1 at its right side.
fn trunk(x: f32, spacing: f32, shift: f32, half: f32) -> Option<f32> {
    let place = (x + shift + 9.0) / spacing;
    let tree = whole(place);
    let hash = tree * 0.618_034 - whole(tree * 0.618_034);
    let dx = (place - tree - 0.3 - 0.4 * hash) * spacing;
    let half = half * (0.8 + 0.4 * hash);
    (dx.abs() < half).then_some(0.5 + 0.5 * dx / half)
}
