//! Renders objects by sphere tracing inside a bounding square.

use kinora_contract::plan::CameraState;
use kinora_scene::vocabulary::Style;

use super::canvas::Canvas;
use super::uniforms::{Drawing, OUTLINE_WIDTH, Uniforms};
use crate::geometry::vector::V3;
use crate::motion::track::{Pose2, Track, screen_y};
use crate::objects::{Attitude, bound, cast, normal};
use crate::render::ground_truth::Surfel;
use crate::render::shading::{Finish, OUTLINE, paint};
use crate::spec::Subject;

/// Camera axes for objects (right, up, away): slightly from above and from the left.
const RIGHT: V3 = V3(0.956_304_8, 0.0, 0.292_371_7);
const UP: V3 = V3(-0.080_588_9, 0.961_261_7, 0.263_595_4);
/// View direction.
pub const AWAY: V3 = V3(-0.281_045_7, -0.275_637_4, 0.919_259_2);

/// Weight of the spherical direction in the reflection normal.
const ROUNDER: f32 = 1.5;

/// An object to draw.
pub struct Thing<'a> {
    /// The subject.
    pub subject: Subject,
    /// Attitude at the start of the action.
    pub attitude: Attitude,
    /// Trajectory.
    pub track: &'a Track,
    /// Instance id, 1 for the first subject.
    pub id: u8,
}

/// Draws an object.
pub fn draw(canvas: &mut Canvas, uniforms: &Uniforms, thing: &Thing, drawing: Drawing) {
    let Drawing { frame, shown, next } = drawing;
    let (subject, track, view) = (thing.subject, thing.track, uniforms.cameras[frame]);
    let (pose, after) = (track.poses[shown], track.poses[next]);
    let next_view = uniforms.cameras[(frame + 1).min(uniforms.cameras.len() - 1)];
    let (x, y) = view.project(pose.x, screen_y(pose.y));
    let radius = track.radius * view.zoom;
    let unit_pixels = radius / canvas.scale();
    let drawn = uniforms.style == Style::Animated;
    let outline = if drawn {
        OUTLINE_WIDTH / canvas.scale()
    } else {
        0.0
    };
    let margin = (outline + 1.0) / unit_pixels;
    let (cos, sin) = (pose.cos, pose.sin);
    let finish = Finish {
        material: subject.material,
        style: uniforms.style,
        light: uniforms.light,
        eye: AWAY * -1.0,
    };
    let (object, attitude) = (subject.object, thing.attitude);
    let direction = AWAY.turned(cos, -sin);
    let bound = bound(object, attitude) + margin;
    let reach = radius * bound;
    let area = canvas.area(x, y, reach, reach);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (u, v) = ((px - x) / radius, (y - py) / radius);
            if u * u + v * v > bound * bound {
                continue;
            }
            let origin = (RIGHT * u + UP * v - AWAY * 2.0).turned(cos, -sin);
            let Some(hit) = cast(object, attitude, origin, direction, margin) else {
                continue;
            };
            let miss = (hit.miss * unit_pixels).max(0.0);
            let facing = normal(object, attitude, hit.at).turned(cos, sin);
            let round = (facing + hit.at.turned(cos, sin).normal() * ROUNDER).normal();
            let (colour, solid) = finish.colour(paint(subject, attitude, hit.at), facing, round);
            let mut colour = uniforms.grade(colour);
            if drawn {
                colour = colour.mix(OUTLINE, (miss * 1.5).min(1.0));
            }
            let solid = if miss > 0.3 && drawn { 1.0 } else { solid };
            let cover = (outline + 1.0 - miss).clamp(0.0, 1.0);
            canvas.put_clear(column, row, colour, (cover, solid), || Surfel {
                id: thing.id,
                depth: 1.0 + track.depths[shown] + hit.at.turned(cos, sin).dot(AWAY) * track.radius,
                normal: V3(facing.dot(RIGHT), facing.dot(UP), facing.dot(AWAY)),
                flow: flow(next_view, (px, py), track.radius, after, hit.at),
            });
        }
    }
}

/// Forward optical flow of an object's surface point, in screen units.
fn flow(view: CameraState, (px, py): (f32, f32), radius: f32, pose: Pose2, at: V3) -> [f32; 2] {
    let turned = at.turned(pose.cos, pose.sin) * radius;
    let (x, y) = view.project(
        pose.x + turned.dot(RIGHT),
        screen_y(pose.y + turned.dot(UP)),
    );
    [x - px, y - py]
}
