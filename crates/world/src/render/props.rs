//! What is drawn beside subjects: the rope, the pillar, poured water.

use super::canvas::Canvas;
use super::{Look, OUTLINE_WIDTH};
use crate::GROUND_Y;
use crate::actions::Stream;
use crate::physics::{Track, screen_y};
use crate::rng::Rng;
use crate::shade::OUTLINE;
use crate::spec::{Cover, SceneSpec, Style};
use crate::truth::{PILLAR, ROPE, Surfel, WATER};
use crate::vector::{V3, smoothstep, wave};

/// Half width of the pillar.
pub const PILLAR_HALF: f32 = 0.17;

/// Draws the rope from its anchor to the top of what hangs on it.
pub fn rope(
    canvas: &mut Canvas,
    look: &Look,
    anchor: [f32; 2],
    track: &Track,
    shown: usize,
    frame: usize,
) {
    let (pose, view) = (track.poses[shown], look.views[frame]);
    // The knot is where the outline ends in the direction of the rope.
    let top = track.profile.depth(-1.0, 0.0) * track.radius * 0.94;
    let (ax, ay) = view.project(anchor[0], screen_y(anchor[1]));
    let (bx, by) = view.project(pose.x - pose.sin * top, screen_y(pose.y + pose.cos * top));
    let (dx, dy) = (bx - ax, by - ay);
    let width = 0.016 * view.zoom;
    let soft = canvas.scale();
    let area = canvas.area(
        (ax + bx) * 0.5,
        (ay + by) * 0.5,
        dx.abs() * 0.5 + width,
        dy.abs() * 0.5 + width,
    );
    let colour = match look.style {
        Style::Animated => OUTLINE,
        _ => look.grade(V3(0.36, 0.27, 0.18).times(look.light.ambient + look.light.key * 0.6)),
    };
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let t = (((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let (ox, oy) = (px - ax - dx * t, py - ay - dy * t);
            let off = (ox * ox + oy * oy).sqrt();
            let cover = ((width - off) / soft + 0.5).clamp(0.0, 1.0);
            canvas.put(column, row, colour, cover, || Surfel::still(ROPE, 1.0));
        }
    }
}

/// Where the pillar of a scene stands.
pub fn pillar_x(spec: &SceneSpec) -> f32 {
    Rng::new(spec.seed, 5).range(-0.12, 0.20)
}

/// Draws the pillar, before or behind the plane of action.
pub fn pillar(canvas: &mut Canvas, look: &Look, spec: &SceneSpec, frame: usize) {
    let view = look.views[frame];
    let nearer = spec.cover == Cover::Behind;
    let (foot, half, depth) = if nearer {
        (0.20, PILLAR_HALF * 1.15, 0.8)
    } else {
        (-0.10, PILLAR_HALF * 0.9, 1.2)
    };
    let (x, bottom) = view.project(pillar_x(spec), GROUND_Y + foot);
    let half = half * view.zoom;
    let drawn = look.style == Style::Animated;
    let base = V3(0.70, 0.66, 0.60);
    let light = look.light.ambient + look.light.key * 0.7;
    let area = canvas.area(x, 0.0, half * 1.3, 1.1);
    let pixel = canvas.scale();
    let edge = if drawn { OUTLINE_WIDTH } else { 0.0 };
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let plinth = py > bottom - 0.13 * view.zoom;
            let wide = if plinth { half * 1.22 } else { half };
            let u = (px - x) / wide;
            // A round foot, seen from a little above.
            let rim = bottom + 0.26 * wide * ((1.0 - u * u).max(0.0).sqrt() - 1.0);
            let out = ((px - x).abs() - wide).max(py - rim);
            let cover = ((edge - out) / pixel + 0.5).clamp(0.0, 1.0);
            let normal = V3(u.clamp(-1.0, 1.0), 0.0, -(1.0 - u * u).max(0.0).sqrt());
            let lit = normal.dot(look.light.to_light) * 0.75 + 0.30;
            let flute =
                1.0 - 0.07 * smoothstep(0.2, 0.9, wave(u * 1.6 + 0.25)) * f32::from(!plinth);
            let tone = if drawn {
                0.74 + 0.26 * smoothstep(0.02, 0.16, lit - 0.28)
            } else {
                0.62 + 0.42 * lit
            };
            let mut colour = look.grade(base.times(light) * (tone * flute));
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

/// Draws water on its way from the mouth to the cup, and a few drops where it lands.
pub fn water(canvas: &mut Canvas, look: &Look, stream: Stream, time_s: f32, frame: usize) {
    let fall = stream.fall_s();
    let (newest, oldest) = (
        (time_s - stream.to_s).max(0.0),
        (time_s - stream.from_s).min(fall),
    );
    if oldest <= newest {
        return;
    }
    const PARTS: usize = 14;
    let age = |part: usize| newest + (oldest - newest) * part as f32 / PARTS as f32;
    for part in 0..PARTS {
        // A falling stream gets thinner as it gets faster.
        let width = 0.034 - 0.014 * age(part) / fall;
        droplet(
            canvas,
            look,
            frame,
            stream.at(age(part)),
            stream.at(age(part + 1)),
            width,
        );
    }
    if oldest >= fall && time_s < stream.to_s + fall {
        for index in 0..4 {
            let phase = time_s * 3.1 + index as f32 * 0.27;
            let life = phase - libm::floorf(phase);
            let way = [-0.9, 0.7, -0.4, 1.0][index] * 0.10;
            let [x, y] = stream.at(fall);
            let at = [x + way * life, y + 0.02 + 0.22 * life * (1.0 - life)];
            droplet(canvas, look, frame, at, at, 0.013);
        }
    }
}

fn droplet(
    canvas: &mut Canvas,
    look: &Look,
    frame: usize,
    from: [f32; 2],
    to: [f32; 2],
    radius: f32,
) {
    let view = look.views[frame];
    let (ax, ay) = view.project(from[0], screen_y(from[1]));
    let (bx, by) = view.project(to[0], screen_y(to[1]));
    let (dx, dy) = (bx - ax, by - ay);
    let radius = radius * view.zoom;
    let pixel = canvas.scale();
    let light = look.light.ambient + look.light.key * 0.7;
    let area = canvas.area(
        (ax + bx) * 0.5,
        (ay + by) * 0.5,
        dx.abs() * 0.5 + radius + pixel,
        dy.abs() * 0.5 + radius + pixel,
    );
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let t = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy).max(1e-9);
            let t = t.clamp(0.0, 1.0);
            let (ox, oy) = (px - ax - dx * t, py - ay - dy * t);
            let off = (ox * ox + oy * oy).sqrt();
            let cover = ((radius - off) / pixel + 0.5).clamp(0.0, 1.0);
            let rim = smoothstep(0.2, 1.0, off / radius);
            let colour = V3(0.62, 0.84, 0.97)
                .mix(V3(0.20, 0.52, 0.86), rim)
                .times(light);
            let colour = look.grade(colour);
            canvas.put(column, row, colour, cover * 0.92, || {
                Surfel::still(WATER, 1.0)
            });
        }
    }
}
