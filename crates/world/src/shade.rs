//! Surfaces: what colour a point has, by paint, material, light and style.

use crate::air::Light;
use crate::objects::{Attitude, Tint, tint};
use crate::spec::{Colour, Material, Style, Subject};
use crate::vector::{V3, smoothstep, wave};

/// The colour of the outlines of the animated style.
pub const OUTLINE: V3 = V3(0.10, 0.08, 0.13);

/// How surfaces of one material look in one scene.
pub struct Finish {
    /// What it is made of.
    pub material: Material,
    /// How it is drawn.
    pub style: Style,
    /// What falls on it.
    pub light: Light,
    /// Direction from the surface to the eye.
    pub eye: V3,
}

impl Finish {
    /// Display colour of paint on a surface that faces a direction, and how much it hides what is behind.
    pub fn colour(&self, base: V3, facing: V3) -> (V3, f32) {
        let cover = self.cover(facing);
        let colour = match self.style {
            Style::Animated => self.flat(base, facing),
            Style::Realistic | Style::Cinematic => self.lit(base, facing),
        };
        (colour, cover)
    }

    /// Glass and ice let some of what is behind through, least at their rims.
    fn cover(&self, facing: V3) -> f32 {
        let rim = 1.0 - facing.dot(self.eye).max(0.0);
        match self.material {
            Material::Glass => 0.58 + 0.40 * rim * rim,
            Material::Ice => 0.84 + 0.16 * rim,
            _ => 1.0,
        }
    }

    /// Two tones and a highlight.
    fn flat(&self, base: V3, facing: V3) -> V3 {
        let towards = facing.dot(self.light.to_light);
        let bright = self.light.ambient + self.light.key * 0.75;
        let lit = base.times(bright * (1.0 / 0.99));
        let shadow = lit.times(V3(0.62, 0.58, 0.74));
        let tone = shadow.mix(lit, smoothstep(0.02, 0.16, towards));
        let glint = match self.material {
            Material::Metal => smoothstep(0.80, 0.90, towards) * 0.75,
            Material::Glass | Material::Ice => smoothstep(0.84, 0.90, towards) * 0.85,
            Material::Plastic => smoothstep(0.92, 0.96, towards) * 0.6,
            Material::Rubber => smoothstep(0.95, 0.98, towards) * 0.35,
            Material::Wood | Material::Stone | Material::Cloth => 0.0,
        };
        tone.mix(V3(1.0, 1.0, 1.0).times(bright.mix(white(1.0), 0.6)), glint)
    }

    /// Soft key light, sky and ground light, and the highlight of the material.
    fn lit(&self, base: V3, facing: V3) -> V3 {
        let Light {
            to_light,
            key,
            ambient,
            ..
        } = self.light;
        let diffuse = facing.dot(to_light) * 0.75 + 0.25;
        let hemisphere = V3(0.80, 0.78, 0.76).mix(V3(1.05, 1.06, 1.10), facing.1 * 0.5 + 0.5);
        let light = hemisphere.times(ambient) + key * diffuse.max(0.0);
        let halfway = (to_light + self.eye).normal().dot(facing).max(0.0);
        let rim = 1.0 - facing.dot(self.eye).max(0.0);
        let shine = key * 1.5;
        match self.material {
            Material::Rubber => base.times(light) + shine * (power(halfway, 3) * 0.09),
            Material::Plastic => base.times(light) + shine * (power(halfway, 6) * 0.42),
            Material::Wood => base.times(light) + shine * (power(halfway, 4) * 0.10),
            Material::Stone => base.times(light),
            Material::Cloth => base.times(light) * (0.92 + 0.30 * rim * rim),
            Material::Glass => {
                base.times(light) * 0.85
                    + ambient * (0.30 * rim * rim * rim)
                    + shine * (power(halfway, 6) * 0.85)
            }
            Material::Ice => {
                let depth = base
                    .times(light)
                    .mix(ambient * 1.7, 0.20 + 0.30 * rim * rim);
                depth + shine * (power(halfway, 5) * 0.40)
            }
            Material::Metal => self.metal(base, facing, halfway, ambient + key * 0.6),
        }
    }

    /// A mirror of a simple world: bright sky, dark horizon, ground.
    fn metal(&self, base: V3, facing: V3, halfway: f32, light: V3) -> V3 {
        let bounce = facing * (2.0 * facing.dot(self.eye)) - self.eye;
        let sky = smoothstep(-0.25, 0.45, bounce.1) * (1.0 - 0.30 * smoothstep(0.5, 1.0, bounce.1));
        let ground = smoothstep(0.0, -0.6, bounce.1) * 0.30;
        let mirrored = base.times(light) * (0.62 + 0.58 * sky + ground);
        mirrored + self.light.key * (power(halfway, 6) * 0.8)
    }
}

/// The pure colours.
pub fn pigment(colour: Colour) -> V3 {
    match colour {
        Colour::Red => V3(0.86, 0.11, 0.11),
        Colour::Orange => V3(0.97, 0.50, 0.06),
        Colour::Yellow => V3(0.98, 0.85, 0.13),
        Colour::Green => V3(0.13, 0.62, 0.22),
        Colour::Blue => V3(0.11, 0.32, 0.87),
        Colour::Purple => V3(0.46, 0.16, 0.68),
        Colour::Pink => V3(0.98, 0.50, 0.70),
        Colour::White => V3(0.95, 0.95, 0.94),
        Colour::Black => V3(0.13, 0.13, 0.15),
        Colour::Brown => V3(0.42, 0.24, 0.12),
        Colour::Turquoise => V3(0.10, 0.74, 0.74),
        Colour::Grey => V3(0.50, 0.51, 0.53),
    }
}

/// Colour of a thing's paint at a point: pigment, stripe or label, and the pattern of the material.
pub fn paint(subject: Subject, attitude: Attitude, at: V3) -> V3 {
    let painted = tinted(subject.colour, tint(subject.object, attitude, at));
    match subject.material {
        Material::Rubber | Material::Plastic | Material::Glass => painted,
        Material::Wood => {
            let rings = wave(at.0 * 1.15 + at.2 * 0.4 + 0.22 * wave(at.1 * 0.45 + 0.2));
            painted.mix(V3(0.60, 0.40, 0.22), 0.20) * (0.95 + 0.15 * rings)
        }
        Material::Metal => painted.mix(V3(0.80, 0.82, 0.86), 0.12),
        Material::Stone => {
            let spots = wave(at.0 * 0.95 + 0.3 * wave(at.1 * 0.7 + 0.3))
                * wave(at.1 * 1.05 + at.2 * 0.5 + 0.3 * wave(at.0 * 0.6));
            let speckle = smoothstep(0.15, 0.6, spots) - smoothstep(0.15, 0.6, -spots) * 0.8;
            painted.mix(white(0.5), 0.26) * (0.97 + 0.11 * speckle)
        }
        Material::Ice => {
            let vein = wave(at.0 * 0.8 + 0.5 * wave(at.1 * 0.5 + 0.1) + at.2 * 0.4);
            painted.mix(
                V3(0.82, 0.93, 0.99),
                0.30 + 0.10 * smoothstep(0.3, 0.9, vein),
            )
        }
        Material::Cloth => {
            let weave = wave(at.0 * 3.2 + at.2 * 1.3) * wave(at.1 * 3.2 + at.2 * 1.3);
            painted.mix(white(0.75), 0.06) * (1.0 + 0.05 * weave)
        }
    }
}

/// The colour of a tint on a subject of a colour.
pub fn tinted(colour: Colour, tint: Tint) -> V3 {
    let pure = pigment(colour);
    match tint {
        Tint::Main => pure,
        Tint::Shade(factor) => pure * factor,
        Tint::Mark(amount) => pure.mix(mark(colour), amount.min(1.0)),
        Tint::Own(own) => own,
    }
}

/// Colour of stripes and labels: light on colours, slate on white.
fn mark(colour: Colour) -> V3 {
    match colour {
        Colour::White => V3(0.36, 0.40, 0.48),
        Colour::Yellow | Colour::Pink => V3(1.0, 0.98, 0.95),
        _ => V3(0.95, 0.93, 0.88),
    }
}

fn white(level: f32) -> V3 {
    V3(level, level, level)
}

/// `x` to the power 2^`doublings`.
fn power(x: f32, doublings: u32) -> f32 {
    (0..doublings).fold(x, |value, _| value * value)
}
