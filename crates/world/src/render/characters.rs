//! Renders characters as capsules in an oblique projection.
//!
//! The projection keeps x and y of the plane of action, so that planted feet stay put on the screen, and raises points by
//! their depth.

use kinora_contract::plan::CameraState;
use kinora_scene::constants::GROUND_Y;
use kinora_scene::vocabulary::Style;

use super::canvas::Canvas;
use super::limbs::{Bone, bones_of};
use super::uniforms::{Drawing, OUTLINE_WIDTH, Uniforms};
use crate::geometry::vector::V3;
use crate::motion::character::Build;
use crate::motion::track::{Track, screen_y};
use crate::render::ground_truth::Surfel;
use crate::render::shading::{Finish, OUTLINE};
use crate::spec::Subject;

/// Screen height per unit of depth.
const SLANT: f32 = 0.20;
/// Bias of the reflection direction: a horizon line across each thin capsule would cut a metal body to pieces.
const SKYWARDS: V3 = V3(0.0, 0.55, 0.0);

/// A character to draw.
pub struct Character<'a> {
    /// The subject.
    pub subject: Subject,
    /// Trajectory.
    pub track: &'a Track,
    /// Proportions.
    pub build: Build,
    /// Index of skin and hair.
    pub variant: usize,
    /// Instance id, 1 for the first subject.
    pub id: u8,
}

/// Draws a character.
pub fn draw(canvas: &mut Canvas, uniforms: &Uniforms, who: &Character, drawing: Drawing) {
    let Drawing { frame, shown, next } = drawing;
    let view = uniforms.cameras[frame];
    let next_view = uniforms.cameras[(frame + 1).min(uniforms.cameras.len() - 1)];
    let bones = bones_of(who, shown);
    let after = canvas.truth.is_some().then(|| bones_of(who, next));
    let pixel = canvas.scale();
    let drawn = uniforms.style == Style::Animated;
    let outline = if drawn { OUTLINE_WIDTH } else { 0.0 };
    let finish = Finish {
        material: who.subject.material,
        style: uniforms.style,
        light: uniforms.light,
        eye: V3(0.0, SLANT, -1.0).normal(),
    };
    let (low, high) = bounds(&bones, view, outline + pixel);
    let middle = ((low.0 + high.0) * 0.5, (low.1 + high.1) * 0.5);
    let area = canvas.area(middle.0, middle.1, high.0 - middle.0, high.1 - middle.1);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (x, y) = ((px - view.pan_x) / view.zoom, (py - view.pan_y) / view.zoom);
            let Some(seen) = nearest(&bones, x, GROUND_Y - y, outline + pixel) else {
                continue;
            };
            let miss = (seen.miss * view.zoom / pixel + 0.5).max(0.0);
            let round = (seen.facing + SKYWARDS).normal();
            let (colour, _) = finish.colour(seen.paint(&bones), seen.facing, round);
            let mut colour = uniforms.grade(colour);
            if drawn {
                colour = colour.mix(OUTLINE, (miss * 1.5).min(1.0));
            }
            let cover = (outline / pixel + 1.0 - miss).clamp(0.0, 1.0);
            canvas.put(column, row, colour, cover, || Surfel {
                id: who.id,
                depth: 1.0 + seen.at.2,
                normal: seen.facing,
                flow: after.as_ref().map_or([0.0; 2], |after| {
                    let moved = seen.moved(&bones, after);
                    let (to_x, to_y) = place(moved, next_view);
                    let (from_x, from_y) = place(seen.at, view);
                    [to_x - from_x, to_y - from_y]
                }),
            });
        }
    }
}

/// The surface point at a screen point.
struct Seen {
    bone: usize,
    /// Position along the bone, 0 ..= 1.
    along: f32,
    at: V3,
    facing: V3,
    /// Distance outside the silhouette, negative inside.
    miss: f32,
}

impl Seen {
    fn paint(&self, bones: &[Bone]) -> V3 {
        bones[self.bone].paint
    }

    /// Position of the point after the bones have moved.
    fn moved(&self, before: &[Bone], after: &[Bone]) -> V3 {
        let (old, new) = (&before[self.bone], &after[self.bone]);
        let base = old.from + (old.to - old.from) * self.along;
        new.from + (new.to - new.from) * self.along + (self.at - base)
    }
}

/// The foremost capsule on the ray through a point of the plane of action, or the nearest within `margin`.
fn nearest(bones: &[Bone], x: f32, y: f32, margin: f32) -> Option<Seen> {
    let mut best: Option<Seen> = None;
    let mut silhouette = f32::MAX;
    for (index, bone) in bones.iter().enumerate() {
        let (ax, ay) = (bone.from.0, bone.from.1 + SLANT * bone.from.2);
        let (bx, by) = (bone.to.0, bone.to.1 + SLANT * bone.to.2);
        let (dx, dy) = (bx - ax, by - ay);
        let along =
            (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        let (ox, oy) = (x - ax - dx * along, y - ay - dy * along);
        let off = (ox * ox + oy * oy).sqrt();
        let radius = bone.radius_from + (bone.radius_to - bone.radius_from) * along;
        let miss = off - radius;
        if miss > margin {
            continue;
        }
        silhouette = silhouette.min(miss);
        // Near side of the circular cross-section.
        let bulge = (radius * radius - off * off).max(0.0).sqrt();
        let axis = bone.from + (bone.to - bone.from) * along;
        let seen = Seen {
            bone: index,
            along,
            at: axis + V3(ox, oy + SLANT * bulge, -bulge),
            facing: (V3(ox, oy, 0.0) + V3(0.0, SLANT, -1.0).normal() * bulge).normal(),
            miss,
        };
        let replaces = match &best {
            None => true,
            Some(old) if (old.miss <= 0.0) != (miss <= 0.0) => miss <= 0.0,
            Some(old) if miss <= 0.0 => seen.at.2 < old.at.2,
            Some(old) => miss < old.miss,
        };
        if replaces {
            best = Some(seen);
        }
    }
    // Outlines follow the silhouette of the body, not of each bone.
    best.map(|seen| Seen {
        miss: silhouette,
        ..seen
    })
}

fn place(at: V3, view: CameraState) -> (f32, f32) {
    view.project(at.0, screen_y(at.1 + SLANT * at.2))
}

/// Bounding box of all bones on the screen.
fn bounds(bones: &[Bone], view: CameraState, margin: f32) -> ((f32, f32), (f32, f32)) {
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for bone in bones {
        let reach = bone.radius_from.max(bone.radius_to) * view.zoom + margin;
        for (x, y) in [place(bone.from, view), place(bone.to, view)] {
            low = (low.0.min(x - reach), low.1.min(y - reach));
            high = (high.0.max(x + reach), high.1.max(y + reach));
        }
    }
    (low, high)
}
