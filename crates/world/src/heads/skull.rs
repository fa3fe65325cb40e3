//! Head surface: rows of rounded cross-sections displaced by nose, brows, cheeks, lips and chin.

use core::f32::consts::{FRAC_PI_2, PI, TAU};

use kinora_scene::smoothstep;

use super::mesh::{Mesh, Part};
use super::{Expression, Genes, Head};
use crate::geometry::vector::V3;

/// Points around the head and down its rows.
const GRID: (usize, usize) = (60, 46);

/// Height, half width, front, back and depth of the widest place of a cross-section, from the crown down.
const SECTIONS: [[f32; 5]; 14] = [
    [1.000, 0.000, -0.10, 0.10, -0.10],
    [0.965, 0.300, 0.22, 0.45, -0.10],
    [0.860, 0.500, 0.50, 0.70, -0.10],
    [0.680, 0.620, 0.66, 0.86, -0.10],
    [0.450, 0.675, 0.74, 0.93, -0.10],
    [0.220, 0.685, 0.765, 0.93, -0.10],
    [0.000, 0.665, 0.745, 0.86, -0.08],
    [-0.200, 0.640, 0.735, 0.74, -0.03],
    [-0.420, 0.585, 0.720, 0.58, 0.03],
    [-0.620, 0.520, 0.695, 0.42, 0.10],
    [-0.800, 0.420, 0.655, 0.24, 0.20],
    [-0.930, 0.290, 0.600, 0.06, 0.30],
    [-0.990, 0.150, 0.520, -0.10, 0.33],
    [-1.000, 0.000, 0.330, -0.33, 0.33],
];

/// Positions and sizes of facial features.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Distance of an eye from the centre line.
    pub eye_x: f32,
    /// Height of the eyes.
    pub eye_y: f32,
    /// Half length of an eye's slit.
    pub eye_half: f32,
    /// Half height of an open eye's slit.
    pub eye_open: f32,
    /// Height of the eyebrows over the eyes.
    pub brow_rise: f32,
    /// Height of the tip of the nose.
    pub nose_y: f32,
    /// Half width of the nose.
    pub nose_half: f32,
    /// Height of the mouth.
    pub mouth_y: f32,
    /// Half width of the mouth at rest.
    pub mouth_half: f32,
}

impl Layout {
    /// Computes the layout of a head.
    pub fn of(genes: &Genes) -> Self {
        let eye_y = 0.02 + genes.eye_height;
        Self {
            eye_x: 0.275 * genes.eye_spacing,
            eye_y,
            eye_half: 0.150 * genes.eye_width,
            eye_open: 0.062 * genes.eye_open,
            brow_rise: 0.155 + genes.brow_height,
            nose_y: -0.33 - genes.nose_length,
            nose_half: 0.135 * genes.nose_width,
            mouth_y: -0.60 + genes.mouth_height - 0.4 * genes.nose_length,
            mouth_half: 0.225 * genes.mouth_width,
        }
    }
}

/// Builds the head at rest.
pub fn mesh(head: &Head) -> Mesh {
    Mesh::new(Part::Face, GRID, true, |u, v| {
        surface(head, row_of(v), azimuth(u))
    })
}

/// Maps 0 ..= 1 to an angle, denser in front; a quarter turn is straight ahead.
pub fn azimuth(u: f32) -> f32 {
    let s = u - 0.5;
    FRAC_PI_2 + TAU * (s - 0.55 * libm::sinf(TAU * s) / TAU)
}

/// Maps 0 ..= 1 to a position in `SECTIONS`, denser in the face.
fn row_of(v: f32) -> f32 {
    match v {
        v if v < 0.20 => v / 0.20 * 5.0,
        v if v < 0.88 => 5.0 + (v - 0.20) / 0.68 * 6.0,
        v => 11.0 + (v - 0.88) / 0.12 * 2.0,
    }
}

/// Position in `SECTIONS` of a height.
pub fn row_at(y: f32) -> f32 {
    let last = SECTIONS.len() - 1;
    let below = (0..last).find(|index| SECTIONS[index + 1][0] <= y);
    let index = below.unwrap_or(last - 1);
    let (high, low) = (SECTIONS[index][0], SECTIONS[index + 1][0]);
    index as f32 + ((high - y) / (high - low)).clamp(0.0, 1.0)
}

/// Surface point at a row and an angle.
pub fn surface(head: &Head, row: f32, angle: f32) -> V3 {
    let bare = bare(head, row, angle);
    let front = smoothstep(-0.05, 0.40, bare.2);
    if front <= 0.0 {
        return bare;
    }
    bare + relief(head, bare) * front
}

/// Surface point without facial features.
fn bare(head: &Head, row: f32, angle: f32) -> V3 {
    let genes = &head.genes;
    let [y, width, front, back, middle] = section(row);
    let low = smoothstep(-0.25, -0.65, y);
    let high = smoothstep(0.15, 0.45, y);
    let at_cheek = bell((y + 0.20 - genes.cheekbone_height) / 0.22);
    let at_jaw = bell((y + 0.62 - genes.jaw_height) / 0.20);
    let at_chin = smoothstep(-0.78, -0.95, y);
    let slim = 0.045 * (genes.femininity - 0.5);
    let mut wide = width * mix(1.0, genes.skull_width, smoothstep(-0.3, 0.2, y));
    wide *= mix(1.0, genes.forehead_width, high * (1.0 - high * 0.3));
    wide *= mix(1.0, genes.cheekbone_width, at_cheek);
    wide *= mix(1.0, genes.jaw_width * (1.0 - slim * 1.6), low);
    wide *= 1.0 + at_jaw * (0.10 * genes.jaw_square - 0.04 - slim);
    wide *= mix(1.0, genes.chin_width, at_chin * 0.8);
    wide -= genes.temple_hollow * bell((y - 0.26) / 0.16);
    wide += (genes.cheek_fullness * 0.7 + 0.03 * fat(genes)) * bell((y + 0.5) / 0.22);
    let lean = genes.forehead_slope * smoothstep(0.2, 0.7, y) * smoothstep(1.0, 0.8, y);
    let front = front - lean + genes.chin_forward * smoothstep(-0.7, -0.9, y) * 0.6;
    let depth = genes.skull_depth;
    let (cos, sin) = (libm::cosf(angle), libm::sinf(angle));
    // A flat front is a boxy cross-section.
    let box_x = if sin > 0.0 { genes.face_flatness } else { 1.0 };
    let x = wide * signed_power(cos, box_x);
    let z = if sin > 0.0 {
        middle + (front - middle) * signed_power(sin, mix(1.0, box_x, 0.5))
    } else {
        middle + (back * depth + middle) * sin
    };
    let y = if y > 0.2 {
        0.2 + (y - 0.2) * genes.skull_height
    } else if y < -0.6 {
        -0.6 + (y + 0.6) * (1.0 + genes.chin_length * 2.2)
    } else {
        y
    };
    V3(x, y, z)
}

/// Additional thickness of flesh.
pub fn fat(genes: &Genes) -> f32 {
    smoothstep(0.6, 1.0, genes.double_chin)
}

/// Displacement by facial features at a point of the bare head.
fn relief(head: &Head, at: V3) -> V3 {
    let (genes, layout) = (&head.genes, Layout::of(&head.genes));
    let V3(x, y, _) = at;
    let side = x.abs();
    let spot = |cx: f32, cy: f32, sx: f32, sy: f32| bell2((side - cx) / sx, (y - cy) / sy);
    let Layout {
        eye_x,
        eye_y,
        mouth_y,
        ..
    } = layout;
    let man = 1.0 - genes.femininity;
    let mut z = nose(genes, &layout, x, y);
    z -= 0.085 * genes.socket_depth * spot(eye_x, eye_y + 0.01, 0.17, 0.11);
    z += 0.055 * spot(eye_x, eye_y, 0.11, 0.075);
    z += (genes.brow_ridge + 0.02 * man) * spot(0.24, eye_y + 0.17, 0.22, 0.07);
    z += genes.cheekbone_forward * spot(0.42, -0.20 + genes.cheekbone_height, 0.16, 0.13);
    z += genes.cheek_fullness * 0.8 * spot(0.36, -0.48, 0.20, 0.20);
    let pout = 0.036 * genes.lip_forward;
    z += pout * (0.6 + 0.4 * genes.upper_lip) * bell2(x / 0.19, (y - mouth_y - 0.05) / 0.055);
    z += pout * (0.6 + 0.5 * genes.lower_lip) * bell2(x / 0.17, (y - mouth_y + 0.065) / 0.06);
    z -= 0.03 * bell2(x / 0.20, (y - mouth_y + 0.17) / 0.05);
    z -= 0.012 * bell2(x / 0.03, (y - mouth_y - 0.14) / 0.06);
    z += (0.045 + genes.chin_forward * 0.6) * bell2(x / 0.17, (y + 0.86) / 0.11);
    z -= 0.030 * smoothstep(0.75, 1.0, genes.chin_cleft) * bell2(x / 0.035, (y + 0.87) / 0.09);
    let out = x.signum() * genes.cheekbone_forward * 0.5 * spot(0.50, -0.20, 0.16, 0.13);
    V3(out, 0.0, z)
}

/// Displacement by the nose.
fn nose(genes: &Genes, layout: &Layout, x: f32, y: f32) -> f32 {
    let x = x - genes.nose_side * smoothstep(0.1, -0.3, y);
    let (top, tip) = (layout.eye_y + 0.09, layout.nose_y + genes.nose_tip_up);
    let along = (top - y) / (top - tip);
    let reach = 0.245 * genes.nose_forward;
    let bridge = 0.035 + 0.045 * genes.nose_bridge;
    let rise = smoothstep(-0.35, 0.10, along);
    let ridge = mix(
        bridge * rise,
        reach,
        along.clamp(0.0, 1.0) * along.clamp(0.0, 1.0) * 0.6 + along.clamp(0.0, 1.0) * 0.4,
    );
    // Below the tip it recedes to the lip within a short distance.
    let under = smoothstep(1.30, 1.02, along);
    let half = mix(
        0.062 * genes.nose_bridge_width,
        layout.nose_half * 0.80,
        along.clamp(0.0, 1.0),
    );
    let hump = genes.nose_hump * bell((along - 0.42) / 0.28);
    let mut height = (ridge + hump) * under * rise * wedge(x / (half * 1.9));
    height += 0.050
        * genes.nose_tip
        * bell2(
            x / (0.075 * (0.7 + 0.3 * genes.nose_tip)),
            (y - tip - 0.015) / 0.07,
        );
    let wing = (x.abs() - layout.nose_half * 0.80) / (0.055 + 0.012 * genes.nostrils);
    height + 0.075 * bell2(wing, (y - tip + 0.01) / 0.065)
}

/// Deforms the head by jaw, lips and smile.
pub fn act(rest: &Mesh, layout: &Layout, expression: &Expression) -> Mesh {
    let mut out = rest.clone();
    for point in &mut out.points {
        *point = *point + moved(*point, layout, expression);
    }
    out.shade();
    out
}

/// Displacement of a skin point by jaw, lips and smile.
pub fn moved(at: V3, layout: &Layout, expression: &Expression) -> V3 {
    let front = smoothstep(-0.15, 0.35, at.2);
    if front <= 0.0 || at.1 > 0.15 {
        return V3::default();
    }
    let V3(x, y, _) = at;
    let my = layout.mouth_y;
    let mouth = expression.mouth;
    let jaw = smoothstep(my + 0.02, my - 0.10, y) * front;
    let lips = bell2(x / 0.22, (y - my) / 0.14);
    let side = x.abs();
    let corner = bell2((side - layout.mouth_half) / 0.12, (y - my) / 0.12);
    let cheek = bell2((side - 0.36) / 0.16, (y + 0.36) / 0.15);
    let round = (-mouth.width).max(0.0);
    let smile = expression.smile;
    V3(
        x.signum() * (corner * 0.03 * smile.max(0.0)) - x * 0.10 * round * lips,
        -0.15 * mouth.open * jaw + corner * 0.035 * smile + cheek * 0.02 * smile.max(0.0),
        -0.04 * mouth.open * jaw + 0.045 * round * lips + cheek * 0.03 * smile.max(0.0)
            - corner * 0.012 * smile.max(0.0),
    )
}

/// Catmull-Rom interpolation of the sections.
fn section(row: f32) -> [f32; 5] {
    let last = SECTIONS.len() - 1;
    let index = (row as usize).min(last - 1);
    let t = row - index as f32;
    let at = |index: usize| SECTIONS[index.min(last)];
    let (a, b, c, d) = (
        at(index.max(1) - 1),
        at(index),
        at(index + 1),
        at(index + 2),
    );
    core::array::from_fn(|k| {
        let (a, b, c, d) = (a[k], b[k], c[k], d[k]);
        if row >= last as f32 {
            return c;
        }
        b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
    })
}

/// Rational approximation of a Gaussian: 1 at 0, 0 from about 2 on.
pub fn bell(x: f32) -> f32 {
    let t = (1.0 - x * x * 0.25).max(0.0);
    let t = t * t;
    t * t
}

fn bell2(x: f32, y: f32) -> f32 {
    let t = (1.0 - (x * x + y * y) * 0.25).max(0.0);
    let t = t * t;
    t * t
}

/// The section of a nose: a round ridge with straight sides, 0 from 1 on.
fn wedge(x: f32) -> f32 {
    let t = (1.0 - x.abs()).max(0.0);
    let round = smoothstep(0.0, 1.0, t);
    0.45 * t + 0.55 * round
}

fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

fn signed_power(x: f32, power: f32) -> f32 {
    let size = libm::powf(x.abs(), power);
    if x < 0.0 { -size } else { size }
}

/// The angle from straight ahead, 0 in front to pi behind.
pub fn from_front(angle: f32) -> f32 {
    let mut off = (angle - FRAC_PI_2).abs();
    if off > PI {
        off = TAU - off;
    }
    off
}
