//! Surface shading by base colour, material, light and style.

use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Colour, Material, Style};

use crate::geometry::vector::V3;
use crate::objects::{Attitude, Tint, tint};
use crate::render::lighting::Light;
use crate::render::material_texture::grained;
use crate::spec::Subject;

/// Outline colour of the animated style.
pub const OUTLINE: V3 = V3(0.10, 0.08, 0.13);

/// Shading parameters of one material in one scene.
pub struct Finish {
    /// Material.
    pub material: Material,
    /// Style.
    pub style: Style,
    /// Light.
    pub light: Light,
    /// Direction from the surface to the camera.
    pub eye: V3,
}

impl Finish {
    /// Computes the display colour and opacity of a surface with normal `facing`.
    ///
    /// Specular terms use `round`, the normal of a rounder surface: with the true normal, flat faces would reflect
    /// all at once or not at all.
    pub fn colour(&self, base: V3, facing: V3, round: V3) -> (V3, f32) {
        let rim = 1.0 - round.dot(self.eye).max(0.0);
        let halfway = (self.light.to_light + self.eye).normal();
        let glint = self.glint(round.dot(halfway).max(0.0));
        let body = match self.style {
            Style::Animated => self.flat(base, facing),
            Style::Realistic | Style::Cinematic => self.lit(base, facing),
        };
        let body = self.coated(body, round, rim);
        let bright = (self.light.ambient + self.light.key).mix(white(1.0), 0.5);
        (body.mix(bright, glint), self.cover(rim, glint))
    }

    /// Specular highlight from the cosine of normal and half vector.
    fn glint(&self, halfway: f32) -> f32 {
        match self.material {
            Material::Plastic => 0.95 * smoothstep(0.905, 0.950, halfway),
            Material::Glass => 0.95 * smoothstep(0.945, 0.972, halfway),
            Material::Metal => 0.85 * smoothstep(0.95, 0.99, halfway),
            Material::Ice => 0.35 * smoothstep(0.80, 0.98, halfway),
            Material::Rubber | Material::Wood | Material::Stone | Material::Cloth => 0.0,
        }
    }

    /// Opacity: glass is opaque at grazing angles, ice at normal incidence.
    fn cover(&self, rim: f32, glint: f32) -> f32 {
        match self.material {
            Material::Glass => (0.32 + 0.62 * smoothstep(0.34, 0.68, rim)).max(glint),
            Material::Ice => 0.95 - 0.30 * smoothstep(0.50, 0.90, rim),
            _ => 1.0,
        }
    }

    /// Adds reflection and scattering of the material to a lit surface.
    fn coated(&self, body: V3, round: V3, rim: f32) -> V3 {
        let around = self.light.ambient + self.light.key * 0.5;
        match self.material {
            Material::Rubber => body * (1.0 - 0.55 * smoothstep(0.15, 0.75, rim)),
            Material::Metal => {
                // Simple environment map: bright sky, dark horizon, ground.
                let height = round.1 + 0.12 * round.0;
                let sky = smoothstep(0.02, 0.18, height);
                let ground = smoothstep(-0.26, -0.44, height);
                let mirrored = body * (0.20 + 0.95 * sky + 0.62 * ground);
                mirrored + around * (0.22 * sky * (1.0 - 0.6 * smoothstep(0.3, 0.9, height)))
            }
            Material::Glass => body + around * (0.30 * smoothstep(0.40, 0.75, rim)),
            Material::Ice => body.mix(
                V3(0.88, 0.96, 1.0).times(around) * 1.2,
                0.80 * smoothstep(0.32, 0.66, rim),
            ),
            _ => body,
        }
    }

    /// Two-tone shading.
    fn flat(&self, base: V3, facing: V3) -> V3 {
        let towards = facing.dot(self.light.to_light);
        let bright = self.light.ambient + self.light.key * 0.75;
        let lit = base.times(bright * (1.0 / 0.99));
        let shadow = lit.times(V3(0.62, 0.58, 0.74));
        shadow.mix(lit, smoothstep(0.02, 0.16, towards))
    }

    /// Soft key light with hemisphere ambient.
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
        match self.material {
            // A mirror reflects the environment independent of the key light.
            Material::Metal => base.times(ambient + key * 0.6),
            Material::Cloth => {
                let rim = 1.0 - facing.dot(self.eye).max(0.0);
                base.times(light) * (0.92 + 0.30 * rim * rim)
            }
            _ => base.times(light),
        }
    }
}

/// Pigments of the colour classes.
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

/// Base colour of an object at a point: pigment, stripe or label, and material texture.
pub fn paint(subject: Subject, attitude: Attitude, at: V3) -> V3 {
    let painted = tinted(subject.colour, tint(subject.object, attitude, at));
    grained(subject.material, painted, at)
}

/// Base colour of a tint for a subject's colour.
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
