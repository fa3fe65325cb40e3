//! Eyes: slit, sclera, iris, pupil, catchlight, lids and lashes.

use kinora_scene::smoothstep;

use super::{Paint, Palette};
use crate::geometry::vector::V3;

impl Palette<'_> {
    /// Paints the eye at a point over the skin; `None` away from the eyes.
    pub(super) fn eye(&self, q: V3, skin: V3) -> Option<Paint> {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let side = if q.0 < 0.0 { -1.0 } else { 1.0 };
        let (x, y) = (q.0 * side - layout.eye_x, q.1 - layout.eye_y);
        if x.abs() > layout.eye_half * 1.5 || y.abs() > 0.17 {
            return None;
        }
        // The outer corner lies higher or lower.
        let y = y - genes.eye_tilt * 0.5 * x;
        let u = x / layout.eye_half;
        let bow = (1.0 - u * u).max(0.0);
        let wide = layout.eye_open
            * (1.0 + 0.12 * self.expression.brow - 0.18 * self.expression.smile.max(0.0));
        let lower = -wide * 0.72 * bow.sqrt() * (1.0 - 0.08 * u);
        let open = wide * 1.05 * bow.sqrt() * (1.0 + 0.10 * u);
        let upper = open + (lower - open) * self.expression.blink.clamp(0.0, 1.0);
        let within = self.inside(-x_margin(u) * layout.eye_half)
            * self.inside(y - upper)
            * self.inside(lower - y)
            * (1.0 - 0.97 * smoothstep(0.82, 1.0, self.expression.blink));
        let mut base = self.lids(skin, u, y, upper, open, lower);
        let (ball, glint) = self.ball(x, y, side, upper);
        base = base.mix(ball, within);
        let lash =
            (y - upper - 0.006).abs() - (0.008 + 0.010 * genes.lashes + 0.006 * genes.femininity);
        let reach = smoothstep(1.12, 0.95, u.abs());
        base = base.mix(
            V3(0.07, 0.05, 0.05),
            self.inside(lash) * reach * (0.55 + 0.45 * genes.lashes),
        );
        Some(Paint {
            base,
            shine: 0.05,
            glint: glint * within,
        })
    }

    /// Fold above the lid and shadow below it.
    fn lids(&self, skin: V3, u: f32, y: f32, upper: f32, open: f32, lower: f32) -> V3 {
        let genes = &self.head.genes;
        let over = open + 0.035 + 0.02 * genes.lid_crease;
        let reach = smoothstep(1.25, 0.8, u.abs());
        let crease = self.inside((y - over).abs() - 0.008) * reach * 0.34 * genes.lid_crease;
        let lid = self.inside(y - over) * self.inside(upper - y) * reach * 0.07;
        let under = self.inside((y - lower + 0.012).abs() - 0.008) * reach * 0.16;
        skin * (1.0 - crease - lid - under)
    }

    /// Sclera, iris and pupil in the shadow of the lid, and the catchlight.
    fn ball(&self, x: f32, y: f32, side: f32, upper: f32) -> (V3, f32) {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let size = 0.062 * genes.iris_size;
        let [gaze_x, gaze_y] = self.expression.gaze;
        let at_x = gaze_x * side * (layout.eye_half - size) * 0.9;
        let at_y = 0.010 + gaze_y * 0.03 - genes.lid_heaviness * 0.02;
        let (dx, dy) = (x - at_x, y - at_y);
        let off = (dx * dx + dy * dy).sqrt();
        let white = V3(0.94, 0.93, 0.92) * (0.80 + 0.20 * smoothstep(0.0, 0.05, upper - y));
        let ring = self.iris * (0.55 + 0.45 * smoothstep(size, size * 0.70, off));
        let iris = ring.mix(
            self.iris * 1.35,
            smoothstep(size * 0.75, size * 0.35, off) * 0.5,
        );
        let mut ball = white.mix(iris, self.inside(off - size));
        ball = ball.mix(V3(0.03, 0.03, 0.04), self.inside(off - size * 0.44));
        let (sx, sy) = (dx + 0.022 * side, dy - 0.024);
        let spark = self.inside((sx * sx + sy * sy).sqrt() - 0.014);
        (ball, spark * 0.85)
    }
}

/// Signed distance inside the slit at a position between its corners.
fn x_margin(u: f32) -> f32 {
    1.0 - u.abs()
}
