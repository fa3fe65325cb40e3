//! Mouth: lips, teeth and tongue in the shape of the current viseme.

use kinora_sound::speech::Viseme;

use super::{Paint, Palette};
use crate::geometry::vector::V3;
use crate::heads::skull::{Layout, bell};
use crate::heads::{Expression, Genes};

/// Section of a mouth at one position between its corners, as heights.
pub struct Section {
    /// Outer border of the upper lip.
    top: f32,
    /// Inner border of the upper lip.
    pub upper: f32,
    /// Inner border of the lower lip.
    pub lower: f32,
    /// Outer border of the lower lip.
    bottom: f32,
    /// Height of the corners.
    pub corner: f32,
}

/// Half the width of a mouth, and its section at the centre.
pub fn outlines(genes: &Genes, layout: &Layout, expression: &Expression) -> (f32, Section) {
    (
        half(layout, expression),
        section(genes, layout, expression, 0.0),
    )
}

fn half(layout: &Layout, expression: &Expression) -> f32 {
    let width = expression.mouth.width;
    let stretch = if width > 0.0 {
        0.16 * width
    } else {
        0.38 * width
    };
    layout.mouth_half * (1.0 + stretch + 0.14 * expression.smile.max(0.0))
}

/// Section at a position from −1 (left corner) to 1 (right corner).
fn section(genes: &Genes, layout: &Layout, expression: &Expression, u: f32) -> Section {
    let (mouth, smile) = (expression.mouth, expression.smile);
    let lips = (1.0 - u * u).max(0.0).sqrt();
    let rise = genes.mouth_corner + 0.050 * smile;
    let low = layout.mouth_y - 0.012 * smile.max(0.0);
    let middle = low + rise * u * u;
    let gap = 0.225 * mouth.open;
    let round = (-mouth.width).max(0.0);
    let thin = 1.0 - 0.25 * smile.max(0.0) - 0.2 * mouth.width.max(0.0) + 0.20 * round;
    let notch =
        1.0 - 0.35 * genes.cupid_bow * bell(u / 0.14) + 0.10 * bell((u.abs() - 0.22) / 0.12);
    let upper = middle + 0.26 * gap * lips;
    let lower = middle - 0.74 * gap * lips;
    Section {
        top: upper + 0.048 * genes.upper_lip * thin * lips * notch,
        upper,
        lower,
        bottom: lower - 0.058 * genes.lower_lip * thin * lips,
        corner: low + rise,
    }
}

impl Palette<'_> {
    /// Paints the mouth at a point over the skin; `None` away from it.
    pub(super) fn mouth(&self, q: V3, skin: V3) -> Option<Paint> {
        let half = half(&self.layout, &self.expression);
        let u = q.0 / half;
        let y = q.1;
        if u.abs() > 1.25 || (y - self.layout.mouth_y + 0.08).abs() > 0.32 {
            return None;
        }
        let clamped = u.clamp(-1.0, 1.0);
        let shape = section(&self.head.genes, &self.layout, &self.expression, clamped);
        let ends = self.inside((u.abs() - 1.0) * half);
        let on_lips = self.inside(y - shape.top) * self.inside(shape.bottom - y) * ends;
        let tone = if y > (shape.upper + shape.lower) * 0.5 {
            self.lips * 0.88
        } else {
            self.lips
        };
        let mut base = skin.mix(tone, on_lips * 0.92);
        // A shade under the lower lip.
        base = base * (1.0 - 0.10 * bell((y - shape.bottom + 0.03) / 0.025) * bell(u / 0.6));
        let gap = shape.upper - shape.lower;
        let hole = self.inside(y - shape.upper) * self.inside(shape.lower - y) * ends;
        let seam = self.inside((y - (shape.upper + shape.lower) * 0.5).abs() - 0.007) * ends;
        base = base.mix(
            V3(0.28, 0.10, 0.10).times(self.lips * 1.3),
            seam * (1.0 - hole) * 0.75,
        );
        if gap > 0.012 {
            base = base.mix(self.cavity(u, y, &shape), hole);
        }
        base = self.tip(u, y, &shape, base);
        Some(Paint {
            base,
            shine: 0.07 + 0.12 * on_lips * (1.0 - hole),
            glint: 0.0,
        })
    }

    /// Teeth above, tongue below, darkness between.
    fn cavity(&self, u: f32, y: f32, shape: &Section) -> V3 {
        let gap = shape.upper - shape.lower;
        let mut inside = V3(0.20, 0.05, 0.06);
        let tongue = shape.lower + gap * 0.34 * (1.0 - u * u).max(0.0) - y;
        inside = inside.mix(V3(0.70, 0.30, 0.31), self.inside(-tongue) * 0.9);
        let teeth = match self.expression.mouth.viseme {
            Viseme::Round | Viseme::Pushed => 0.020,
            _ => (0.42 * gap).clamp(0.018, 0.062),
        };
        let ivory = V3(0.92, 0.90, 0.85);
        inside.mix(
            ivory,
            self.inside(shape.upper - teeth - y) * self.inside(u.abs() - 0.86),
        )
    }

    /// Lower lip (f, v) or tongue (th) between the teeth.
    fn tip(&self, u: f32, y: f32, shape: &Section, base: V3) -> V3 {
        let at = (shape.upper + shape.lower) * 0.5;
        match self.expression.mouth.viseme {
            Viseme::Teeth => {
                let teeth =
                    self.inside((y - at - 0.012).abs() - 0.016) * self.inside(u.abs() - 0.60);
                base.mix(V3(0.92, 0.90, 0.85), teeth * 0.9)
            }
            Viseme::Tongue => {
                let tongue =
                    self.inside((y - at + 0.008).abs() - 0.018) * self.inside(u.abs() - 0.42);
                base.mix(V3(0.80, 0.38, 0.38), tongue * 0.95)
            }
            _ => base,
        }
    }
}
