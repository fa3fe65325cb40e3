//! Portrait renderer: rasterises head and shoulders at four samples per pixel.

mod samples;

use kinora_contract::plan::CameraState;
use kinora_scene::rng::Rng;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Material, Style};

use super::canvas::Canvas;
use super::uniforms::{Drawing, OUTLINE_WIDTH, Uniforms};
use crate::geometry::vector::V3;
use crate::heads::Figurehead;
use crate::heads::mesh::{Follows, Mesh, Part};
use crate::heads::paint::Palette;
use crate::motion::head_performance::{Act, DISTANCE, PIVOT, Performance, turned};
use crate::motion::track::screen_y;
use crate::render::ground_truth::Surfel;
use crate::render::lighting::Light;
use crate::render::shading::{Finish, OUTLINE, pigment};
use crate::spec::SceneSpec;
use samples::{Corner, Sample, Samples};

/// Depth discontinuity that gets an outline.
const EDGE: f32 = 0.17;

/// Light of a portrait, with a key direction per seed.
pub fn light(spec: &SceneSpec, light: Light) -> Light {
    let mut rng = Rng::new(spec.seed, 61);
    let turn = rng.range(-0.75, 0.75);
    let (cos, sin) = (libm::cosf(turn), libm::sinf(turn));
    let V3(x, y, z) = light.to_light;
    let turned = V3(
        cos * x - sin * z,
        y * rng.range(0.6, 1.1),
        (sin * x + cos * z).min(-0.34),
    );
    Light {
        to_light: turned.normal(),
        ..light
    }
}

/// Transform of a bust in one frame.
struct Placing {
    act: Act,
    head: [V3; 3],
    body: [V3; 3],
    view: CameraState,
    scale: f32,
}

impl Placing {
    fn new(play: &Performance, frame: usize, view: CameraState) -> Self {
        let act = play.acts[frame];
        Self {
            act,
            head: act.pose.rows(),
            body: act.body.rows(),
            view,
            scale: play.scale,
        }
    }

    /// Transforms a surface point to half head heights, z towards the viewer.
    fn world(&self, follows: Follows, along: f32, p: V3) -> V3 {
        let arm = p - PIVOT;
        match follows {
            Follows::Head => PIVOT + turned(&self.head, arm),
            Follows::Body => PIVOT + turned(&self.body, arm),
            Follows::Between => {
                PIVOT
                    + turned(&self.head, arm)
                        .mix(turned(&self.body, arm), smoothstep(0.0, 1.0, along))
            }
        }
    }

    /// Projects a transformed point to the screen.
    fn screen(&self, world: V3) -> (f32, f32) {
        let near = DISTANCE / (DISTANCE - world.2) * self.scale;
        self.view.project(
            self.act.at[0] + world.0 * near,
            screen_y(self.act.at[1]) - world.1 * near,
        )
    }
}

/// Parts of the person to draw.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Everything.
    Whole,
    /// The layer of the body: shoulders, neck, and hair, which may fall beyond the head's layer.
    Body,
    /// The layer of the head, where the body does not occlude it.
    Head,
}

impl Shown {
    /// Returns true if a surface is rasterised: an undrawn body still occludes.
    fn casts(self, mesh: &Mesh) -> bool {
        self != Self::Body || matches!(mesh.part, Part::Neck | Part::Shirt | Part::Hair)
    }

    /// Returns true if the nearest sample is drawn.
    fn has(self, part: Part) -> bool {
        self != Self::Head || !matches!(part, Part::Neck | Part::Shirt)
    }
}

/// Draws the person of a portrait.
pub fn draw(
    canvas: &mut Canvas,
    uniforms: &Uniforms,
    spec: &SceneSpec,
    figure: &Figurehead,
    play: &Performance,
    drawing: Drawing,
    wanted: Shown,
) {
    let Drawing { frame, shown, next } = drawing;
    let now = Placing::new(play, shown, uniforms.cameras[frame]);
    let then = Placing::new(
        play,
        next,
        uniforms.cameras[(frame + 1).min(uniforms.cameras.len() - 1)],
    );
    let mut samples = Samples::new(canvas.width, canvas.height);
    let face = figure.face(&now.act.expression);
    let meshes = core::iter::once(&face).chain(&figure.others);
    for mesh in meshes.filter(|mesh| wanted.casts(mesh)) {
        add(&mut samples, canvas, mesh, &now);
    }
    let drawn = uniforms.style == Style::Animated;
    let soft = canvas.scale() / (play.scale * now.view.zoom) * 0.5;
    let shirt = pigment(spec.first.colour);
    let artist = Artist {
        uniforms,
        palette: Palette::new(figure, &now.act.expression, shirt, soft, drawn),
        drawn,
    };
    let outline = (OUTLINE_WIDTH * 0.5 / canvas.scale() * 2.0 + 0.5) as isize;
    for row in samples.rows() {
        for column in 0..canvas.width {
            let four = samples.of_pixel(column, row);
            let four = four.map(|sample| sample.filter(|sample| wanted.has(sample.part)));
            let Some((nearest, count)) = nearest(&four) else {
                continue;
            };
            let mut colour = artist.pixel(&four);
            if drawn {
                let edge = samples.edges(column, row, outline.max(1), EDGE);
                colour = colour.mix(uniforms.grade(OUTLINE), edge);
            }
            canvas.put(column, row, colour, count as f32 * 0.25, || Surfel {
                id: 1,
                depth: 1.0 - nearest.depth * play.scale,
                normal: V3(nearest.normal.0, nearest.normal.1, -nearest.normal.2),
                flow: flow(figure, &now, &then, &nearest),
            });
        }
    }
}

/// Facial key points by name, in screen units: mouth corners, lips, pupils, tip of the nose, chin.
pub fn points(
    figure: &Figurehead,
    play: &Performance,
    frame: usize,
    view: CameraState,
) -> Vec<(&'static str, (f32, f32))> {
    let placing = Placing::new(play, frame, view);
    let expression = &placing.act.expression;
    let face = figure.face(expression);
    figure
        .key_points(expression)
        .into_iter()
        .map(|(name, [x, y])| {
            // Depth of the face at this point: that of its nearest vertex.
            let off = |p: &V3| (p.0 - x) * (p.0 - x) + (p.1 - y) * (p.1 - y);
            let front = face.points.iter().filter(|p| p.2 > 0.0);
            let near = front.min_by(|a, b| off(a).total_cmp(&off(b)));
            let z = near.map_or(0.7, |p| p.2);
            let world = placing.world(Follows::Head, 0.0, V3(x, y, z));
            (name, placing.screen(world))
        })
        .collect()
}

/// Rasterises a surface.
fn add(samples: &mut Samples, canvas: &Canvas, mesh: &Mesh, placing: &Placing) {
    let rows = match mesh.follows {
        Follows::Head => &placing.head,
        Follows::Body | Follows::Between => &placing.body,
    };
    let points = mesh.points.iter().zip(&mesh.normals).enumerate();
    let first = samples.add_corners(points.map(|(index, (point, normal))| {
        let along = (index / mesh.columns) as f32 / (mesh.rows - 1) as f32;
        let world = placing.world(mesh.follows, along, *point);
        let (x, y) = placing.screen(world);
        let (x, y) = canvas.place(x, y);
        Corner {
            at: (x * 2.0, y * 2.0),
            depth: world.2,
            local: *point,
            normal: turned(rows, *normal),
        }
    }));
    let across = if mesh.closed {
        mesh.columns
    } else {
        mesh.columns - 1
    };
    for row in 0..mesh.rows - 1 {
        for column in 0..across {
            let right = (column + 1) % mesh.columns;
            let line = first + row * mesh.columns;
            let (a, b) = (line + column, line + right);
            let (c, d) = (a + mesh.columns, b + mesh.columns);
            // Back faces of a closed surface are culled.
            let away = |corner: usize| samples.corner(corner).normal.2 < -0.25;
            if mesh.closed && [a, b, c, d].into_iter().all(away) {
                continue;
            }
            samples.triangle(mesh.part, [a, b, c]);
            samples.triangle(mesh.part, [b, d, c]);
        }
    }
}

/// The nearest sample of a pixel, and the number of samples.
fn nearest(four: &[Option<Sample>; 4]) -> Option<(Sample, usize)> {
    let there = four.iter().flatten();
    let count = there.clone().count();
    let best = there.max_by(|a, b| a.depth.total_cmp(&b.depth));
    best.map(|sample| (*sample, count))
}

/// Shading state of a frame's samples.
struct Artist<'a> {
    uniforms: &'a Uniforms,
    palette: Palette<'a>,
    drawn: bool,
}

impl Artist<'_> {
    /// Mean colour of the samples; similar ones are shaded once.
    fn pixel(&self, four: &[Option<Sample>; 4]) -> V3 {
        if let [Some(a), Some(b), Some(c), Some(d)] = four {
            let alike =
                |other: &Sample| other.part == a.part && (other.depth - a.depth).abs() < 0.07;
            if alike(b) && alike(c) && alike(d) {
                let local = (a.local + b.local + c.local + d.local) * 0.25;
                let normal = (a.normal + b.normal + c.normal + d.normal).normal();
                return self.colour(a.part, local, normal);
            }
        }
        let (mut sum, mut count) = (V3::default(), 0.0);
        for sample in four.iter().flatten() {
            sum = sum + self.colour(sample.part, sample.local, sample.normal.normal());
            count += 1.0;
        }
        sum * (1.0 / count)
    }

    fn colour(&self, part: Part, local: V3, normal: V3) -> V3 {
        let paint = self.palette.at(part, local);
        let facing = V3(normal.0, normal.1, -normal.2);
        let finish = Finish {
            material: match part {
                Part::Shirt => Material::Cloth,
                _ => Material::Stone,
            },
            style: self.uniforms.style,
            light: self.uniforms.light,
            eye: V3(0.0, 0.0, -1.0),
        };
        let (mut colour, _) = finish.colour(paint.base, facing, facing);
        let light = &self.uniforms.light;
        let bright = light.ambient + light.key * 0.7;
        if !self.drawn {
            let towards = facing.dot(light.to_light);
            if matches!(part, Part::Face | Part::Ear | Part::Neck) {
                // Subsurface scattering: red at the terminator.
                let fade = smoothstep(-0.45, 0.0, towards) * smoothstep(0.55, 0.1, towards);
                colour = colour + paint.base.times(light.key).times(V3(0.16, 0.035, 0.02)) * fade;
            }
            let halfway = (light.to_light + finish.eye).normal().dot(facing).max(0.0);
            let sharp = halfway * halfway;
            let sharp = sharp * sharp * sharp;
            colour = colour + light.key * (paint.shine * sharp * sharp * 1.1);
        }
        colour = colour + bright * paint.glint;
        self.uniforms.grade(colour)
    }
}

/// Forward optical flow of a sample in screen units.
fn flow(figure: &Figurehead, now: &Placing, then: &Placing, sample: &Sample) -> [f32; 2] {
    let (follows, along) = match sample.part {
        Part::Shirt => (Follows::Body, 1.0),
        Part::Neck => (
            Follows::Between,
            ((-0.42 - sample.local.1) / 1.2).clamp(0.0, 1.0),
        ),
        _ => (Follows::Head, 0.0),
    };
    let mut local = sample.local;
    let (from_x, from_y) = now.screen(now.world(follows, along, local));
    if sample.part == Part::Face {
        local = local + figure.moved(local, &now.act.expression, &then.act.expression);
    }
    let (to_x, to_y) = then.screen(then.world(follows, along, local));
    [to_x - from_x, to_y - from_y]
}
