//! Surfaces: what colour a point of an object has, by material, light and style.

use crate::shape::normal;
use crate::spec::{Colour, Material, Object, Style, Subject};
use crate::vector::{V3, smoothstep, wave};

/// One object, ready to be shaded in one frame.
pub struct Surface {
    /// The thing.
    pub subject: Subject,
    /// Whether it lies on its side.
    pub lying: bool,
    /// Its rotation, counter-clockwise.
    pub cos: f32,
    /// Sine of it.
    pub sin: f32,
    /// How it is drawn.
    pub style: Style,
    /// Direction from the surface to the eye.
    pub eye: V3,
}

/// The colour of the outlines of the animated style.
pub const OUTLINE: V3 = V3(0.10, 0.08, 0.13);

impl Surface {
    /// Display colour of the surface at a point in the object's own frame.
    pub fn colour(&self, at: V3) -> V3 {
        let facing = normal(self.subject.object, self.lying, at).turned(self.cos, self.sin);
        let base = paint(self.subject, self.lying, at);
        match self.style {
            Style::Animated => self.flat(base, facing),
            Style::Realistic => self.lit(base, facing, V3(-0.50, 0.72, -0.55), 0.46, 0.66),
            Style::Cinematic => self.lit(base, facing, V3(-0.80, 0.50, -0.42), 0.36, 0.90),
        }
    }

    /// Two tones and a highlight.
    fn flat(&self, base: V3, facing: V3) -> V3 {
        let light = facing.dot(V3(-0.50, 0.72, -0.55).normal());
        let shadow = base.times(V3(0.62, 0.58, 0.74));
        let tone = shadow.mix(base, smoothstep(0.02, 0.16, light));
        let glint = match self.subject.material {
            Material::Metal => smoothstep(0.80, 0.90, light) * 0.75,
            Material::Rubber => smoothstep(0.95, 0.98, light) * 0.35,
            Material::Wood | Material::Stone => 0.0,
        };
        tone.mix(V3(1.0, 1.0, 1.0), glint)
    }

    /// Soft key light, sky and ground light, and the highlight of the material.
    fn lit(&self, base: V3, facing: V3, to_light: V3, ambient: f32, key: f32) -> V3 {
        let to_light = to_light.normal();
        let diffuse = facing.dot(to_light) * 0.75 + 0.25;
        let hemisphere = V3(0.80, 0.78, 0.76).mix(V3(1.05, 1.06, 1.10), facing.1 * 0.5 + 0.5);
        let light = hemisphere * ambient + V3(1.05, 1.0, 0.93) * (diffuse.max(0.0) * key);
        let halfway = (to_light + self.eye).normal().dot(facing).max(0.0);
        match self.subject.material {
            Material::Rubber => base.times(light) + white(power(halfway, 3) * 0.09),
            Material::Wood => base.times(light) + white(power(halfway, 4) * 0.10),
            Material::Stone => base.times(light),
            Material::Metal => self.metal(base, facing, halfway, ambient + key * 0.6),
        }
    }

    /// A mirror of a simple world: bright sky, dark horizon, ground.
    fn metal(&self, base: V3, facing: V3, halfway: f32, light: f32) -> V3 {
        let bounce = facing * (2.0 * facing.dot(self.eye)) - self.eye;
        let sky = smoothstep(-0.25, 0.45, bounce.1) * (1.0 - 0.30 * smoothstep(0.5, 1.0, bounce.1));
        let ground = smoothstep(0.0, -0.6, bounce.1) * 0.30;
        let mirrored = base * (0.62 + 0.58 * sky + ground) * light;
        mirrored + white(power(halfway, 6) * 0.55)
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
    }
}

/// Colour of the paint at a point: pigment, stripe or label, and the pattern of the material.
fn paint(subject: Subject, lying: bool, at: V3) -> V3 {
    let pure = pigment(subject.colour);
    let marked = pure.mix(mark(subject.colour), marking(subject.object, lying, at));
    match subject.material {
        Material::Rubber => marked,
        Material::Wood => {
            let rings = wave(at.0 * 1.15 + at.2 * 0.4 + 0.22 * wave(at.1 * 0.45 + 0.2));
            marked.mix(V3(0.60, 0.40, 0.22), 0.20) * (0.95 + 0.15 * rings)
        }
        Material::Metal => marked.mix(V3(0.80, 0.82, 0.86), 0.12),
        Material::Stone => {
            let spots = wave(at.0 * 0.95 + 0.3 * wave(at.1 * 0.7 + 0.3))
                * wave(at.1 * 1.05 + at.2 * 0.5 + 0.3 * wave(at.0 * 0.6));
            let speckle = smoothstep(0.15, 0.6, spots) - smoothstep(0.15, 0.6, -spots) * 0.8;
            marked.mix(white(0.5), 0.26) * (0.97 + 0.11 * speckle)
        }
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

/// How much of a marking there is at a point: what makes a turn visible on round things.
fn marking(object: Object, lying: bool, at: V3) -> f32 {
    let band = |distance: f32, half: f32| smoothstep(half + 0.05, half - 0.05, distance.abs());
    match object {
        Object::Ball => band(at.1, 0.17),
        Object::Ring => band(at.0, 0.16) * 0.9,
        Object::Can if lying => band(at.1, 0.16),
        Object::Can => band(at.1, 0.22),
        Object::Cube | Object::Cone | Object::Egg | Object::Star | Object::Pyramid => 0.0,
    }
}

fn white(level: f32) -> V3 {
    V3(level, level, level)
}

/// `x` to the power 2^`doublings`.
fn power(x: f32, doublings: u32) -> f32 {
    (0..doublings).fold(x, |value, _| value * value)
}
