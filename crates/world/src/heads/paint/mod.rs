//! Procedural texture of a bust: skin, eyes, brows, mouth and beard by position in the face.

mod eyes;
mod mouth;

pub use mouth::outlines;

use kinora_scene::smoothstep;

use super::assembly::Figurehead;
use super::mesh::Part;
use super::skull::{Layout, bell};
use super::{Beard, Cut, Expression, Glasses, Head, Noun};
use crate::geometry::vector::{V3, wave};

/// Texture of one head with one expression.
pub struct Palette<'a> {
    head: &'a Head,
    layout: Layout,
    expression: Expression,
    skin: V3,
    hair: V3,
    iris: V3,
    lips: V3,
    shirt: V3,
    frame: V3,
    /// Half the size of a pixel in the frame of the head, for antialiased edges.
    soft: f32,
    /// Flat colours without folds and pores.
    drawn: bool,
}

/// Texture sample.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Base colour.
    pub base: V3,
    /// Specular strength.
    pub shine: f32,
    /// Emission: the catchlight of an eye.
    pub glint: f32,
}

impl Paint {
    fn matt(base: V3) -> Self {
        Self {
            base,
            shine: 0.0,
            glint: 0.0,
        }
    }
}

impl<'a> Palette<'a> {
    /// Prepares the texture of a bust whose pixels are `soft` wide in the frame of the head.
    pub fn new(
        figure: &'a Figurehead,
        expression: &Expression,
        shirt: V3,
        soft: f32,
        drawn: bool,
    ) -> Self {
        const FRAMES: [V3; 5] = [
            V3(0.06, 0.06, 0.07),
            V3(0.30, 0.17, 0.09),
            V3(0.78, 0.62, 0.28),
            V3(0.62, 0.10, 0.12),
            V3(0.14, 0.24, 0.55),
        ];
        let head = &figure.head;
        let (skin, genes) = (head.skin(), &head.genes);
        let red = 0.25 + 0.55 * genes.lip_colour + 0.15 * (genes.femininity - 0.5);
        Self {
            head,
            layout: figure.layout,
            expression: *expression,
            skin,
            hair: head.hair(),
            iris: head.iris(),
            lips: skin
                .times(V3(0.90, 0.62, 0.60))
                .mix(V3(0.70, 0.20, 0.22), red * 0.55),
            shirt,
            frame: FRAMES[(genes.frame_shade * 4.999) as usize],
            soft: soft.max(0.004),
            drawn,
        }
    }

    /// Samples the texture at a point of a surface.
    pub fn at(&self, part: Part, q: V3) -> Paint {
        match part {
            Part::Face => self.face(q),
            Part::Ear => Paint {
                base: self.skin.times(V3(0.97, 0.88, 0.85)),
                shine: 0.03,
                glint: 0.0,
            },
            Part::Neck => self.neck(q),
            Part::Hair => self.strands(q),
            Part::Shirt => self.cloth(q),
            Part::Frame => Paint {
                base: self.frame,
                shine: 0.25,
                glint: 0.0,
            },
            Part::Lens => Paint {
                base: V3(0.07, 0.07, 0.09),
                shine: 0.45,
                glint: 0.10 * smoothstep(0.10, 0.0, (q.0.abs() * 0.6 + q.1 - 0.22).abs()),
            },
        }
    }

    fn neck(&self, q: V3) -> Paint {
        // The head shadows the neck.
        let under = 0.72 + 0.28 * smoothstep(-0.75, -1.25, q.1);
        let mut base = self.skin * under;
        if self.head.traits.noun == Noun::Man {
            base = base * (1.0 - 0.05 * bell(q.0 / 0.06) * bell((q.1 + 1.02) / 0.07));
        }
        Paint {
            base,
            shine: 0.03,
            glint: 0.0,
        }
    }

    fn face(&self, q: V3) -> Paint {
        let mut base = self.complexion(q);
        let mut shine = 0.07;
        let mut glint = 0.0;
        if q.2 > 0.1 {
            base = self.beard(q, base);
            base = self.brows(q, base);
            base = self.nostrils(q, base);
            if let Some(paint) = self.mouth(q, base) {
                (base, shine) = (paint.base, paint.shine);
            }
            let hidden = self.head.traits.glasses == Glasses::Dark;
            if let Some(paint) = self.eye(q, base).filter(|_| !hidden) {
                (base, shine, glint) = (paint.base, paint.shine, paint.glint);
            }
        }
        if self.head.traits.cut == Cut::Buzz || self.head.traits.cut == Cut::Mohawk {
            let scalp = smoothstep(0.45, 0.62, q.1)
                + smoothstep(0.1, -0.3, q.2) * smoothstep(-0.5, -0.2, q.1);
            base = base.mix(self.hair, 0.35 * scalp.min(1.0));
        }
        Paint { base, shine, glint }
    }

    /// Skin with flush, folds, freckles and moles.
    fn complexion(&self, q: V3) -> V3 {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let V3(x, y, z) = q;
        let side = x.abs();
        let mut base = self.skin;
        if z < 0.0 {
            return base;
        }
        let pale = 1.0 - 0.7 * genes.melanin;
        let red = 0.16 * genes.ruddiness * pale;
        let cheek = bell((side - 0.36) / 0.14) * bell((y + 0.28) / 0.13);
        let tip = bell(x / 0.09) * bell((y - layout.nose_y) / 0.09);
        let flush = (red + 0.06 * pale) * cheek + red * 0.8 * tip;
        base = base.times(V3(
            1.0 + 0.15 * flush,
            1.0 - 0.95 * flush,
            1.0 - 0.85 * flush,
        ));
        // The hollows around the eyes are darker.
        let socket = bell((side - layout.eye_x) / 0.15) * bell((y - layout.eye_y) / 0.10);
        base = base * (1.0 - 0.12 * socket);
        if self.drawn {
            return self.spots(q, base);
        }
        base = self.folds(q, base);
        self.spots(q, base)
    }

    /// Wrinkles of age, and nasolabial folds.
    fn folds(&self, q: V3, base: V3) -> V3 {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let V3(x, y, _) = q;
        let side = x.abs();
        let old = smoothstep(0.45, 1.0, genes.age);
        let line = |distance: f32, width: f32| {
            (1.0 - (distance / (width + self.soft * 0.5)).abs()).max(0.0)
        };
        let mut dark = 0.0;
        // From the nose to the corner of the mouth.
        let t = ((layout.nose_y + 0.06 - y) / (layout.nose_y + 0.06 - layout.mouth_y + 0.03))
            .clamp(0.0, 1.0);
        let fold_x =
            layout.nose_half + 0.03 + (layout.mouth_half - layout.nose_half + 0.05) * t * t.sqrt();
        let inside = f32::from(y < layout.nose_y + 0.08 && y > layout.mouth_y - 0.05);
        dark += line(side - fold_x, 0.022)
            * inside
            * (0.07 + 0.22 * old + 0.12 * self.expression.smile.max(0.0));
        if old > 0.0 {
            let waves = wave((y - 0.33 + 0.03 * bell(x / 0.2)) * 8.0 + 0.25);
            let brow =
                smoothstep(0.28, 0.36, y) * smoothstep(0.60, 0.50, y) * smoothstep(0.42, 0.2, side);
            dark += 0.16 * old * brow * smoothstep(0.55, 1.0, waves);
            let crow = smoothstep(0.0, 0.05, side - layout.eye_x - layout.eye_half)
                * smoothstep(0.20, 0.10, side - layout.eye_x - layout.eye_half);
            let rays = wave((y - layout.eye_y) * 11.0 / (0.5 + side) + 0.1);
            dark +=
                0.16 * old * crow * bell((y - layout.eye_y) / 0.06) * smoothstep(0.4, 1.0, rays);
        }
        let bag = line(
            y - layout.eye_y + 0.105 - 0.05 * bell((side - layout.eye_x) / 0.12),
            0.02,
        );
        dark += bag
            * bell((side - layout.eye_x) / 0.11)
            * (0.10 * genes.eye_bags + 0.12 * old * genes.eye_bags);
        base * (1.0 - dark)
    }

    /// Freckles and a mole.
    fn spots(&self, q: V3, base: V3) -> V3 {
        let genes = &self.head.genes;
        let V3(x, y, _) = q;
        let mut base = base;
        if self.head.traits.freckles {
            let zone = bell((x.abs() - 0.22) / 0.22) * bell((y + 0.16) / 0.20);
            let speck =
                wave(x * 9.1 + 0.7 * wave(y * 5.7)) * wave(y * 9.7 + 0.6 * wave(x * 6.3 + 0.2));
            let spot = smoothstep(0.30, 0.62, speck) * zone;
            base = base.mix(self.skin.times(V3(0.74, 0.56, 0.44)), spot * 0.60);
        }
        if genes.mole > 0.7 {
            let (dx, dy) = (x - genes.mole_x, y - genes.mole_y);
            let off = (dx * dx + dy * dy).sqrt();
            base = base.mix(self.skin * 0.30, self.inside(off - 0.024));
        }
        base
    }

    fn beard(&self, q: V3, base: V3) -> V3 {
        let beard = self.head.traits.beard;
        if beard == Beard::Shaven || q.1 > -0.05 {
            return base;
        }
        let layout = &self.layout;
        let V3(x, y, z) = q;
        let side = x.abs();
        let my = layout.mouth_y;
        let lip = smoothstep(layout.nose_y - 0.06, layout.nose_y - 0.10, y);
        let moustache = lip
            * smoothstep(my - 0.02, my + 0.02, y + 0.10 * side)
            * smoothstep(layout.mouth_half + 0.07, layout.mouth_half - 0.01, side);
        let around = smoothstep(0.24, 0.19, side) * smoothstep(my + 0.02, my - 0.03, y);
        let soul = smoothstep(my - 0.10, my - 0.13, y);
        let goatee = around
            * soul.max(smoothstep(
                layout.mouth_half - 0.03,
                layout.mouth_half + 0.02,
                side,
            ));
        // From the sideburns along the jaw; cheeks stay free.
        let edge = -0.12 - 0.46 * smoothstep(0.64, 0.24, side) + 0.10 * smoothstep(0.3, 0.0, z);
        let jaw = smoothstep(edge + 0.03, edge - 0.05, y)
            * soul.max(smoothstep(
                layout.mouth_half + 0.01,
                layout.mouth_half + 0.06,
                side,
            ));
        let (amount, strength) = match beard {
            Beard::Shaven => return base,
            Beard::Stubble => (jaw.max(moustache), 0.34),
            Beard::Moustache => (moustache, 0.92),
            Beard::Goatee => (moustache.max(goatee), 0.92),
            Beard::Full => (jaw.max(moustache), 0.94),
        };
        let strand = 0.90 + 0.14 * wave(x * 9.0 + 2.0 * wave(y * 1.7)) * wave(y * 3.0 + x);
        base.mix(self.hair * 0.92 * strand, amount * strength)
    }

    fn brows(&self, q: V3, base: V3) -> V3 {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let V3(x, y, _) = q;
        let (inner, outer) = (
            0.095 + genes.brow_gap,
            layout.eye_x + layout.eye_half * 1.30 * genes.brow_length,
        );
        let t = (x.abs() - inner) / (outer - inner);
        if !(-0.15..1.15).contains(&t) {
            return base;
        }
        let man = 1.0 - genes.femininity;
        let acting = self.expression.brow;
        let rise = layout.brow_rise + 0.045 * acting
            - 0.02 * man
            - 0.02 * (acting.min(0.0)).abs() * (1.0 - t);
        let arch = genes.brow_arch * bell((t - 0.62) / 0.45)
            + genes.brow_tilt * 0.16 * (t - 0.5)
            + 0.020 * (1.0 - t)
            - 0.045 * smoothstep(0.6, 1.0, t);
        let thick = (0.026 * genes.brow_thickness * (0.75 + 0.5 * man))
            * (1.0 - 0.72 * smoothstep(0.35, 1.0, t));
        let off = (y - layout.eye_y - rise - arch).abs() - thick;
        let ends = smoothstep(-0.10, 0.06, t) * smoothstep(1.06, 0.94, t);
        let tone = match self.head.traits.cut {
            Cut::Bald => self.hair,
            _ => self.hair.mix(V3(0.16, 0.11, 0.08), 0.35 * genes.brow_shade),
        };
        base.mix(
            tone * (0.65 + 0.3 * (1.0 - genes.brow_shade)),
            self.inside(off) * ends * 0.88,
        )
    }

    fn nostrils(&self, q: V3, base: V3) -> V3 {
        let (genes, layout) = (&self.head.genes, &self.layout);
        let (dx, dy) = (
            (q.0.abs() - layout.nose_half * 0.46) / (0.036 * genes.nostrils),
            (q.1 - layout.nose_y + 0.055 - genes.nose_tip_up * 0.6) / (0.020 + 0.25 * self.soft),
        );
        let hole = smoothstep(1.35, 0.55, (dx * dx + dy * dy).sqrt());
        let under =
            bell(q.0 / (layout.nose_half * 1.1)) * bell((q.1 - layout.nose_y + 0.07) / 0.035);
        let base = base * (1.0 - 0.20 * under);
        base.mix(self.skin.times(V3(0.34, 0.20, 0.17)), hole * 0.85)
    }

    fn strands(&self, q: V3) -> Paint {
        let genes = &self.head.genes;
        let turn = q.0 * 4.0 + q.2 * 1.6;
        let lock = wave(turn + 0.35 * genes.hair_wave * wave(q.1 * 1.4)) * 0.5
            + wave(turn * 2.7 + q.1 * 0.6) * 0.3;
        let amount = if self.drawn { 0.05 } else { 0.16 };
        let roots = 1.0 - 0.12 * smoothstep(0.4, -0.6, q.1);
        let light = match self.head.traits.cut {
            Cut::Afro | Cut::Curly => 0.05,
            _ => 0.20,
        };
        Paint {
            base: self.hair * ((1.0 + amount * lock) * roots),
            shine: light,
            glint: 0.0,
        }
    }

    /// Cloth with a collar: round, pointed or open over the skin.
    fn cloth(&self, q: V3) -> Paint {
        let collar = self.head.genes.collar;
        let top = super::accessories::shoulder_y(self.head);
        let V3(x, y, z) = q;
        let front = smoothstep(-0.1, 0.1, z);
        let depth = top - y;
        let weave = 1.0 + 0.03 * wave(x * 7.0) * wave(y * 7.0) * f32::from(!self.drawn);
        let mut base = self.shirt * weave;
        if collar < 0.34 {
            // A band at the neck.
            base = base.mix(
                self.shirt * 0.72,
                self.inside((depth - 0.10 - 0.14 * front).abs() - 0.05),
            );
        } else if collar < 0.67 {
            // Two flaps and a row of buttons.
            let flap = x.abs() * 0.9 + depth * 0.55 - 0.48;
            let gap = 0.055 + depth * 0.45 - x.abs();
            let on = front * self.inside(flap) * self.inside(gap);
            base = base.mix(self.shirt.mix(V3(1.0, 1.0, 1.0), 0.30), on);
            base = base.mix(
                self.shirt * 0.62,
                front * self.inside(x.abs() - 0.012) * smoothstep(0.2, 0.3, depth),
            );
        } else {
            let open = x.abs() * 1.25 + depth - 0.62;
            base = base.mix(self.skin * 0.94, front * self.inside(open));
            base = base.mix(self.shirt * 0.70, front * self.inside(open.abs() - 0.03));
        }
        Paint::matt(base)
    }

    /// 1 inside a border, 0 outside, half on it; `distance` is negative inside.
    fn inside(&self, distance: f32) -> f32 {
        (0.5 - distance / (2.0 * self.soft)).clamp(0.0, 1.0)
    }
}
