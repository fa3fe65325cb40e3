//! Drawing characters: bones as capsules, seen straight from the side and a little from above.
//!
//! The projection is oblique: x and y of the plane of action are drawn as they are, so that planted feet stay put on the
//! screen, and what is further away is drawn a little higher.

use super::canvas::Canvas;
use super::{Drawing, Look, OUTLINE_WIDTH};
use crate::camera::View;
use crate::figure::{Build, Joints};
use crate::objects::Tint;
use crate::physics::{Track, screen_y};
use crate::shade::{Finish, OUTLINE, tinted};
use crate::spec::{Object, Style, Subject};
use crate::truth::Surfel;
use crate::vector::V3;

/// Screen height per depth.
const SLANT: f32 = 0.20;
const HAIR: [V3; 4] = [
    V3(0.16, 0.11, 0.09),
    V3(0.42, 0.26, 0.13),
    V3(0.80, 0.62, 0.30),
    V3(0.10, 0.10, 0.12),
];
const SKIN: [V3; 4] = [
    V3(0.96, 0.78, 0.66),
    V3(0.87, 0.64, 0.48),
    V3(0.66, 0.44, 0.31),
    V3(0.44, 0.28, 0.19),
];
const TROUSERS: V3 = V3(0.21, 0.24, 0.36);
const DARK: V3 = V3(0.12, 0.11, 0.13);
const STEEL: V3 = V3(0.62, 0.65, 0.70);

/// A capsule with its paint.
struct Bone {
    from: V3,
    to: V3,
    radius_from: f32,
    radius_to: f32,
    paint: V3,
}

/// A character in one frame.
pub struct Character<'a> {
    /// Who.
    pub subject: Subject,
    /// Its motion.
    pub track: &'a Track,
    /// Its measures.
    pub build: Build,
    /// Chooses skin and hair.
    pub variant: usize,
    /// Instance id, 1 for the first subject.
    pub id: u8,
}

/// Draws a character.
pub fn draw(canvas: &mut Canvas, look: &Look, who: &Character, drawing: Drawing) {
    let Drawing { frame, shown, next } = drawing;
    let view = look.views[frame];
    let next_view = look.views[(frame + 1).min(look.views.len() - 1)];
    let bones = bones(who, &who.track.joints[shown]);
    let after = canvas.truth.is_some().then(|| bones_of(who, next));
    let pixel = canvas.scale();
    let drawn = look.style == Style::Animated;
    let outline = if drawn { OUTLINE_WIDTH } else { 0.0 };
    let finish = Finish {
        material: who.subject.material,
        style: look.style,
        light: look.light,
        eye: V3(0.0, SLANT, -1.0).normal(),
    };
    let (low, high) = bounds(&bones, view, outline + pixel);
    let middle = ((low.0 + high.0) * 0.5, (low.1 + high.1) * 0.5);
    let area = canvas.area(middle.0, middle.1, high.0 - middle.0, high.1 - middle.1);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (x, y) = ((px - view.pan_x) / view.zoom, (py - view.pan_y) / view.zoom);
            let Some(seen) = nearest(&bones, x, crate::GROUND_Y - y, outline + pixel) else {
                continue;
            };
            let miss = (seen.miss * view.zoom / pixel + 0.5).max(0.0);
            let (colour, _) = finish.colour(seen.paint(&bones), seen.facing);
            let mut colour = look.grade(colour);
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

/// What is seen at a point of the screen.
struct Seen {
    bone: usize,
    /// Share of the way along the bone.
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

    /// Where the point is once the bones have moved.
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
        // Near side of the round section through this point of the axis.
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
    // Outlines run around the body, not around each bone.
    best.map(|seen| Seen {
        miss: silhouette,
        ..seen
    })
}

fn place(at: V3, view: View) -> (f32, f32) {
    view.project(at.0, screen_y(at.1 + SLANT * at.2))
}

/// Corners of a rectangle on the screen around all bones.
fn bounds(bones: &[Bone], view: View, margin: f32) -> ((f32, f32), (f32, f32)) {
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

fn bones_of(who: &Character, frame: usize) -> Vec<Bone> {
    bones(who, &who.track.joints[frame])
}

fn bone(from: V3, to: V3, radius_from: f32, radius_to: f32, paint: V3) -> Bone {
    Bone {
        from,
        to,
        radius_from,
        radius_to,
        paint,
    }
}

/// The capsules of a character.
fn bones(who: &Character, joints: &Joints) -> Vec<Bone> {
    let main = tinted(who.subject.colour, Tint::Main);
    let dress = match who.subject.object {
        Object::Robot => Dress {
            trunk: main,
            hips: STEEL,
            sleeves: STEEL,
            hands: main,
            legs: STEEL,
            shoes: main * 0.8,
            skin: STEEL * 1.1,
        },
        Object::Bear => Dress::all(main),
        _ => Dress {
            trunk: main,
            hips: TROUSERS,
            sleeves: main * 0.94,
            hands: SKIN[who.variant % 4],
            legs: TROUSERS,
            shoes: DARK,
            skin: SKIN[who.variant % 4],
        },
    };
    let mut bones = Vec::with_capacity(32);
    limbs(&mut bones, &who.build, joints, &dress);
    trunk(&mut bones, who, joints, &dress);
    head(&mut bones, who, joints, &dress);
    bones
}

/// What a character wears.
struct Dress {
    trunk: V3,
    hips: V3,
    sleeves: V3,
    hands: V3,
    legs: V3,
    shoes: V3,
    skin: V3,
}

impl Dress {
    fn all(colour: V3) -> Self {
        Self {
            trunk: colour,
            hips: colour,
            sleeves: colour,
            hands: colour * 0.84,
            legs: colour,
            shoes: colour * 0.84,
            skin: colour,
        }
    }
}

fn limbs(bones: &mut Vec<Bone>, build: &Build, joints: &Joints, dress: &Dress) {
    let (leg, arm) = (build.leg_radius, build.arm_radius);
    for side in 0..2 {
        bones.push(bone(
            joints.hips[side],
            joints.knees[side],
            leg * 1.22,
            leg,
            dress.legs,
        ));
        bones.push(bone(
            joints.knees[side],
            joints.ankles[side],
            leg,
            leg * 0.78,
            dress.legs,
        ));
        bones.push(bone(
            joints.ankles[side],
            joints.toes[side],
            leg,
            leg * 0.86,
            dress.shoes,
        ));
        bones.push(bone(
            joints.shoulders[side],
            joints.elbows[side],
            arm * 1.12,
            arm,
            dress.sleeves,
        ));
        bones.push(bone(
            joints.elbows[side],
            joints.hands[side],
            arm * 0.94,
            arm * 0.80,
            dress.skin_or_sleeve(),
        ));
        let hand =
            joints.hands[side] + (joints.hands[side] - joints.elbows[side]).normal() * (arm * 0.5);
        bones.push(bone(
            hand,
            joints.hands[side],
            arm * 1.12,
            arm * 1.0,
            dress.hands,
        ));
    }
}

impl Dress {
    fn skin_or_sleeve(&self) -> V3 {
        // Bears and robots have no sleeves that end at the elbow.
        if self.skin == self.trunk {
            self.sleeves
        } else {
            self.skin
        }
    }
}

fn trunk(bones: &mut Vec<Bone>, who: &Character, joints: &Joints, dress: &Dress) {
    let radius = who.build.trunk_radius;
    let chest = joints.neck - joints.up * (radius * 0.85);
    let waist = joints.pelvis + joints.up * (radius * 0.7);
    bones.push(bone(waist, chest, radius * 0.92, radius, dress.trunk));
    bones.push(bone(
        joints.hips[0],
        joints.hips[1],
        radius * 0.84,
        radius * 0.84,
        dress.hips,
    ));
    let drop = joints.up * (who.build.arm_radius * 0.4);
    bones.push(bone(
        joints.shoulders[0] - drop,
        joints.shoulders[1] - drop,
        who.build.arm_radius * 1.25,
        who.build.arm_radius * 1.25,
        dress.trunk,
    ));
    match who.subject.object {
        Object::Bear => {
            let belly =
                joints.pelvis + joints.up * (radius * 0.85) + joints.facing * (radius * 0.32);
            let pale = dress.trunk.mix(V3(0.98, 0.93, 0.84), 0.55);
            bones.push(bone(
                belly,
                belly + joints.up * 0.01,
                radius * 0.74,
                radius * 0.74,
                pale,
            ));
        }
        Object::Robot => {
            let panel =
                joints.pelvis + joints.up * (radius * 1.3) + joints.facing * (radius * 0.62);
            let lamp = V3(0.98, 0.88, 0.40);
            bones.push(bone(
                panel,
                panel + joints.up * 0.01,
                radius * 0.42,
                radius * 0.42,
                lamp,
            ));
        }
        _ => {
            let neck = joints.neck + (joints.head - joints.neck) * 0.4;
            bones.push(bone(
                joints.neck,
                neck,
                radius * 0.42,
                radius * 0.42,
                dress.skin,
            ));
        }
    }
}

fn head(bones: &mut Vec<Bone>, who: &Character, joints: &Joints, dress: &Dress) {
    let radius = who.build.head;
    let upward = (joints.head - joints.neck).normal();
    let face = joints.facing;
    let side = upward.cross(face).normal();
    let at = |forward: f32, up: f32, out: f32| {
        joints.head + face * (forward * radius) + upward * (up * radius) + side * (out * radius)
    };
    let mut ball = |forward: f32, up: f32, out: f32, size: f32, paint: V3| {
        let middle = at(forward, up, out);
        bones.push(bone(
            middle,
            middle + upward * 1e-3,
            size * radius,
            size * radius,
            paint,
        ));
    };
    ball(0.0, 0.0, 0.0, 1.0, dress.skin);
    match who.subject.object {
        Object::Bear => {
            let muzzle = dress.skin.mix(V3(0.98, 0.93, 0.84), 0.6);
            ball(0.66, -0.24, 0.0, 0.50, muzzle);
            ball(1.10, -0.10, 0.0, 0.15, DARK);
            for out in [-1.0, 1.0] {
                ball(-0.1, 0.82, 0.70 * out, 0.36, dress.skin * 0.9);
                ball(0.88, 0.26, 0.36 * out, 0.13, DARK);
            }
        }
        Object::Robot => {
            ball(0.24, 0.06, 0.0, 0.86, V3(0.14, 0.17, 0.22));
            ball(0.0, 1.30, 0.0, 0.17, dress.trunk);
            ball(0.0, 1.05, 0.0, 0.10, STEEL);
            for out in [-1.0, 1.0] {
                ball(0.98, 0.16, 0.36 * out, 0.17, V3(0.45, 0.95, 0.98));
                ball(0.0, 0.0, 1.02 * out, 0.20, dress.trunk);
            }
        }
        _ => {
            let hair = HAIR[(who.variant / 4) % 4];
            ball(-0.20, 0.22, 0.0, 0.98, hair);
            ball(1.0, -0.08, 0.0, 0.14, dress.skin * 0.95);
            for out in [-1.0, 1.0] {
                ball(0.88, 0.10, 0.36 * out, 0.12, DARK);
            }
        }
    }
}
