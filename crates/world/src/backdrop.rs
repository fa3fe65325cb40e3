//! Places: what is behind and under the subjects, as a picture larger than the frame that a camera can move over.

use crate::spec::{Place, Style};
use crate::vector::{V3, smoothstep, wave};

/// Screen y of the horizon.
pub const HORIZON: f32 = -0.22;
/// How far the picture reaches beyond the frame on the left and right, for pans.
pub const MARGIN: f32 = 0.36;

/// A picture of a place. Its resolution is that of the frame; it is as high as the frame and wider by twice [`MARGIN`].
pub struct Backdrop {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Display colours by row.
    pub pixels: Vec<V3>,
}

impl Backdrop {
    /// Paints a place for frames of `width` x `height`, with nine samples per pixel.
    pub fn new(place: Place, style: Style, width: usize, height: usize) -> Self {
        let scale = 2.0 / height as f32;
        let extra = (MARGIN / scale) as usize + 2;
        let (columns, middle) = (
            width + 2 * extra,
            (width as f32 * 0.5 + extra as f32) * scale,
        );
        let mut pixels = Vec::with_capacity(columns * height);
        for row in 0..height {
            for column in 0..columns {
                let mut sum = V3::default();
                for sample in 0..9 {
                    let (dx, dy) = (
                        (sample % 3) as f32 * 2.0 + 1.0,
                        (sample / 3) as f32 * 2.0 + 1.0,
                    );
                    let x = (column as f32 + dx / 6.0) * scale - middle;
                    let y = (row as f32 + dy / 6.0) * scale - 1.0;
                    sum = sum + paint(place, style, x, y);
                }
                pixels.push(sum * (1.0 / 9.0));
            }
        }
        Self {
            width: columns,
            height,
            pixels,
        }
    }

    /// The colour at a point in pixels (centres at .5), between the four nearest, clamped to the edge.
    pub fn sample(&self, x: f32, y: f32) -> V3 {
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (left, top) = (
            (x as i32 as usize).min(self.width - 2),
            (y as i32 as usize).min(self.height - 2),
        );
        let (fx, fy) = ((x - left as f32).min(1.0), (y - top as f32).min(1.0));
        let at = top * self.width + left;
        let upper = self.pixels[at].mix(self.pixels[at + 1], fx);
        let lower = self.pixels[at + self.width].mix(self.pixels[at + self.width + 1], fx);
        upper.mix(lower, fy)
    }
}

/// Ungraded colour of a place at a screen point.
fn paint(place: Place, style: Style, x: f32, y: f32) -> V3 {
    let crisp = if style == Style::Animated { 0.25 } else { 1.0 };
    let colour = match place {
        Place::WoodenFloor => room(x, y),
        Place::Beach => beach(x, y, crisp),
        Place::Meadow => meadow(x, y, crisp),
        Place::Street => street(x, y),
    };
    if style == Style::Animated {
        saturated(colour, 1.25)
    } else {
        colour
    }
}

/// A wall with a skirting board over floorboards.
fn room(x: f32, y: f32) -> V3 {
    const EDGE: f32 = 0.06;
    if y < EDGE - 0.07 {
        let light = 1.0 - 0.20 * smoothstep(-0.2, 1.3, x) - 0.10 * smoothstep(0.2, -1.0, y);
        return window(x, y).unwrap_or(V3(0.80, 0.76, 0.66) * light);
    }
    if y < EDGE {
        return V3(0.93, 0.91, 0.86);
    }
    let depth = y - HORIZON;
    let across = x / depth * 1.25;
    let board = across.floor();
    let tone = 0.5 + 0.5 * wave(board * 0.37 + 0.1);
    let seam = smoothstep(0.045, 0.0, (across - board).min(1.0 - (across - board)));
    let near = smoothstep(EDGE, 1.0, y);
    let wood = V3(0.60, 0.40, 0.22).mix(V3(0.72, 0.50, 0.30), tone) * (0.86 + 0.18 * near);
    wood.mix(V3(0.34, 0.21, 0.11), seam * 0.75) * (1.0 - 0.25 * smoothstep(0.05, 0.0, y - EDGE))
}

/// A window with a cross, left of the middle.
fn window(x: f32, y: f32) -> Option<V3> {
    let (dx, dy) = ((x + 0.62).abs(), (y + 0.55).abs());
    if dx > 0.30 || dy > 0.34 {
        return None;
    }
    let frame = dx > 0.25 || dy > 0.29 || dx < 0.025 || dy < 0.025;
    Some(if frame {
        V3(0.95, 0.94, 0.90)
    } else {
        V3(0.66, 0.82, 0.95).mix(V3(0.88, 0.93, 0.96), (y + 0.9) * 1.2)
    })
}

/// Sky, sun, sea, a line of foam and sand.
fn beach(x: f32, y: f32, crisp: f32) -> V3 {
    let shore = 0.12 + 0.03 * wave(x * 0.45 + 0.2);
    if y < HORIZON {
        let (dx, dy) = (x - 0.58, y + 0.66);
        let sun = (dx * dx + dy * dy).sqrt();
        let sky = V3(0.36, 0.66, 0.95).mix(V3(0.80, 0.90, 0.96), smoothstep(-1.0, HORIZON, y));
        let glow = sky.mix(
            V3(1.0, 0.97, 0.80),
            smoothstep(0.5 * crisp, 0.15, sun) * 0.5,
        );
        return glow.mix(V3(1.0, 0.96, 0.72), smoothstep(0.16, 0.13, sun));
    }
    if y < shore {
        let near = smoothstep(HORIZON, 0.12, y);
        let sea = V3(0.08, 0.38, 0.66).mix(V3(0.22, 0.66, 0.76), near);
        return sea.mix(
            V3(0.97, 0.98, 0.97),
            smoothstep(shore - 0.07, shore - 0.03, y) * 0.9,
        );
    }
    let wet = smoothstep(shore + 0.10, shore + 0.02, y);
    let depth = y - HORIZON;
    let ripple = wave(2.2 / depth + 0.25 * wave(x / depth * 0.35));
    let sand = V3(0.90, 0.79, 0.55) * (0.97 + 0.035 * ripple);
    sand.mix(V3(0.66, 0.55, 0.38), wet * 0.8)
}

/// Sky with clouds, hills, and grass in bands.
fn meadow(x: f32, y: f32, crisp: f32) -> V3 {
    let far = HORIZON - 0.10 - 0.07 * wave(x * 0.42 + 0.1);
    let near = HORIZON + 0.06 - 0.05 * wave(x * 0.31 + 0.6);
    if y < far {
        let sky = V3(0.40, 0.68, 0.96).mix(V3(0.84, 0.92, 0.97), smoothstep(-1.0, far, y));
        let cloud = [
            (-0.55, -0.68, 0.24),
            (-0.32, -0.64, 0.18),
            (0.60, -0.52, 0.20),
            (0.40, -0.55, 0.14),
        ]
        .iter()
        .map(|(cx, cy, r)| {
            let (dx, dy) = ((x - cx) / r, (y - cy) / (r * 0.45));
            smoothstep(1.0, 1.0 - 0.6 * crisp, (dx * dx + dy * dy).sqrt())
        })
        .fold(0.0f32, f32::max);
        return sky.mix(V3(0.98, 0.98, 0.98), cloud * 0.9);
    }
    if y < near {
        return V3(0.30, 0.52, 0.42).mix(V3(0.42, 0.62, 0.40), smoothstep(far, near, y));
    }
    let depth = y - HORIZON + 0.05;
    let band = wave(0.9 / depth + 0.3 * wave(x / depth * 0.25));
    let grass = V3(0.40, 0.66, 0.22).mix(V3(0.26, 0.55, 0.16), smoothstep(near, 1.0, y));
    grass * (1.0 + 0.06 * band)
}

/// Houses, a pavement, and asphalt with a dashed line.
fn street(x: f32, y: f32) -> V3 {
    const KERB: f32 = 0.10;
    if y < KERB - 0.14 {
        return houses(x, y);
    }
    if y < KERB - 0.03 {
        return V3(0.70, 0.69, 0.67);
    }
    if y < KERB {
        return V3(0.52, 0.51, 0.50);
    }
    let depth = y - HORIZON;
    let asphalt = V3(0.36, 0.37, 0.40) * (0.92 + 0.14 * smoothstep(KERB, 1.0, y));
    let dashes = smoothstep(-0.05, 0.05, wave(x / depth * 0.62));
    let line = smoothstep(0.040, 0.026, (y - 0.30).abs()) * dashes;
    asphalt.mix(V3(0.88, 0.86, 0.78), line * 0.85)
}

/// A row of houses with windows under a pale sky.
fn houses(x: f32, y: f32) -> V3 {
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
        return V3(0.60, 0.76, 0.92).mix(V3(0.86, 0.91, 0.94), smoothstep(-1.0, -0.4, y));
    }
    let (column, row) = (inside * 2.0, (y - TOPS[house]) / 0.24);
    let (dx, dy) = (
        (column - column.floor() - 0.5).abs(),
        (row - row.floor() - 0.55).abs(),
    );
    let pane = dx < 0.22 && dy < 0.27 && y < KERB_TOP;
    if pane {
        V3(0.30, 0.36, 0.46)
    } else {
        WALLS[house] * (1.0 - 0.12 * smoothstep(0.94, 1.0, inside))
    }
}

/// No windows below this screen y.
const KERB_TOP: f32 = -0.12;

/// More (or less) colour at equal brightness.
pub fn saturated(colour: V3, amount: f32) -> V3 {
    let grey = colour.luma();
    V3(grey, grey, grey).mix(colour, amount)
}
