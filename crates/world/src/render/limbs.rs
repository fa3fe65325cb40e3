//! Capsules of a character's body and clothes.

use kinora_scene::vocabulary::Object;

use super::characters::Character;
use crate::geometry::vector::V3;
use crate::motion::character::{Build, Joints};
use crate::objects::Tint;
use crate::render::shading::tinted;

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

/// A tapered capsule with its base colour.
pub struct Bone {
    /// One end.
    pub from: V3,
    /// The other end.
    pub to: V3,
    /// Radius at the one end.
    pub radius_from: f32,
    /// Radius at the other end.
    pub radius_to: f32,
    /// Base colour.
    pub paint: V3,
}

/// Builds the capsules of a character in a frame.
pub fn bones_of(who: &Character, frame: usize) -> Vec<Bone> {
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

/// Builds the capsules of a character.
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

/// Base colours of a character.
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
            sleeves: colour * 0.94,
            hands: colour * 0.80,
            legs: colour * 0.94,
            shoes: colour * 0.80,
            skin: colour,
        }
    }
}

fn limbs(bones: &mut Vec<Bone>, build: &Build, joints: &Joints, dress: &Dress) {
    let (leg, arm) = (build.leg_radius, build.arm_radius);
    for side in 0..2 {
        // Limbs on the far side are darker, so that the two sides are distinguishable.
        let behind = joints.hips[side].2 > joints.hips[1 - side].2 + 0.02;
        let dress = if behind { &dress.shaded(0.76) } else { dress };
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
    fn shaded(&self, factor: f32) -> Self {
        Self {
            trunk: self.trunk * factor,
            hips: self.hips * factor,
            sleeves: self.sleeves * factor,
            hands: self.hands * factor,
            legs: self.legs * factor,
            shoes: self.shoes * factor,
            skin: self.skin * factor,
        }
    }

    fn skin_or_sleeve(&self) -> V3 {
        // Bears and robots have no short sleeves.
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
