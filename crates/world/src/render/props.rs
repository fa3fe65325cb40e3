//! Props beside the subjects: the rope, the pillar, poured liquid.

use kinora_contract::plan::CameraState;
use kinora_scene::constants::GROUND_Y;
use kinora_scene::effects::{Capsule, LiquidStream, SuspensionRope};
use kinora_scene::rng::Rng;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Cover, Style};

use super::canvas::Canvas;
use super::uniforms::{Drawing, OUTLINE_WIDTH, Uniforms};
use crate::geometry::vector::{V3, wave};
use crate::motion::track::{Track, screen_y};
use crate::render::ground_truth::{PILLAR, ROPE, Surfel, WATER};
use crate::render::shading::OUTLINE;
use crate::spec::SceneSpec;

/// Half width of the pillar.
pub const PILLAR_HALF: f32 = 0.17;

/// Draws the rope from its anchor to the load.
pub fn rope(canvas: &mut Canvas, uniforms: &Uniforms, track: &Track, drawing: Drawing) {
    let (pose, rope) = (track.poses[drawing.shown], uniforms.rope);
    let load = [pose.x, screen_y(pose.y)];
    let capsule = SuspensionRope::capsule(load, SuspensionRope::KNOT * track.radius);
    let camera = &uniforms.cameras[drawing.frame];
    draw_capsule(canvas, camera, &capsule, ROPE, |_| rope.colour());
}

/// Draws a stream of liquid and its splash.
pub fn liquid(
    canvas: &mut Canvas,
    uniforms: &Uniforms,
    stream: &LiquidStream,
    time_s: f32,
    frame: usize,
) {
    for capsule in stream.capsules(time_s) {
        let camera = &uniforms.cameras[frame];
        draw_capsule(canvas, camera, &capsule, WATER, |offset| {
            stream.colour(offset)
        });
    }
}

/// Returns x of the pillar.
pub fn pillar_x(spec: &SceneSpec) -> f32 {
    Rng::new(spec.seed, 5).range(-0.12, 0.20)
}

/// Draws the pillar in front of or behind the plane of action.
pub fn pillar(canvas: &mut Canvas, uniforms: &Uniforms, spec: &SceneSpec, frame: usize) {
    let view = uniforms.cameras[frame];
    let nearer = spec.cover == Cover::Behind;
    let (foot, half, depth) = if nearer {
        (0.20, PILLAR_HALF * 1.15, 0.8)
    } else {
        (-0.10, PILLAR_HALF * 0.9, 1.2)
    };
    let (x, bottom) = view.project(pillar_x(spec), GROUND_Y + foot);
    let half = half * view.zoom;
    let drawn = uniforms.style == Style::Animated;
    let base = V3(0.70, 0.66, 0.60);
    let light = uniforms.light.ambient + uniforms.light.key * 0.7;
    let area = canvas.area(x, 0.0, half * 1.3, 1.1);
    let pixel = canvas.scale();
    let edge = if drawn { OUTLINE_WIDTH } else { 0.0 };
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let plinth = py > bottom - 0.13 * view.zoom;
            let wide = if plinth { half * 1.22 } else { half };
            let u = (px - x) / wide;
            // Round base, seen slightly from above.
            let rim = bottom + 0.26 * wide * ((1.0 - u * u).max(0.0).sqrt() - 1.0);
            let out = ((px - x).abs() - wide).max(py - rim);
            let cover = ((edge - out) / pixel + 0.5).clamp(0.0, 1.0);
            let normal = V3(u.clamp(-1.0, 1.0), 0.0, -(1.0 - u * u).max(0.0).sqrt());
            let lit = normal.dot(uniforms.light.to_light) * 0.75 + 0.30;
            let flute =
                1.0 - 0.07 * smoothstep(0.2, 0.9, wave(u * 1.6 + 0.25)) * f32::from(!plinth);
            let tone = if drawn {
                0.74 + 0.26 * smoothstep(0.02, 0.16, lit - 0.28)
            } else {
                0.62 + 0.42 * lit
            };
            let mut colour = uniforms.grade(base.times(light) * (tone * flute));
            if drawn {
                colour = colour.mix(OUTLINE, ((out + edge * 0.4) / pixel + 0.5).clamp(0.0, 1.0));
            }
            canvas.put(column, row, colour, cover, || Surfel {
                normal,
                ..Surfel::still(PILLAR, depth)
            });
        }
    }
}

/// Draws a capsule in the plane of action; `colour` maps the distance from its axis, in radii, to RGB.
fn draw_capsule(
    canvas: &mut Canvas,
    camera: &CameraState,
    capsule: &Capsule,
    id: u8,
    colour: impl Fn(f32) -> [f32; 3],
) {
    let capsule = capsule.project(camera);
    let (rows, columns) = capsule.pixels(canvas.width, canvas.height);
    for row in rows {
        for column in columns.clone() {
            let (x, y) = canvas.screen(column, row);
            let (coverage, offset) = capsule.coverage(x, y, canvas.scale());
            let colour = V3::from(colour(offset));
            canvas.put(column, row, colour, coverage, || Surfel::still(id, 1.0));
        }
    }
}
