//! Body proportions of the characters.

use kinora_scene::vocabulary::Object;

/// Lengths and radii of a body, in half image heights.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// Hip to knee.
    pub thigh: f32,
    /// Knee to ankle.
    pub shin: f32,
    /// Pelvis to neck.
    pub trunk: f32,
    /// Neck to the centre of the head.
    pub neck: f32,
    /// Radius of the head.
    pub head: f32,
    /// Shoulder to elbow.
    pub upper_arm: f32,
    /// Elbow to hand.
    pub forearm: f32,
    /// Centre to shoulder.
    pub shoulder: f32,
    /// Centre to hip.
    pub hip: f32,
    /// Ankle to toe.
    pub foot: f32,
    /// Radius of a leg, and height of the ankle above the sole.
    pub leg_radius: f32,
    /// Radius of an arm.
    pub arm_radius: f32,
    /// Radius of the trunk.
    pub trunk_radius: f32,
}

impl Build {
    /// Builds the proportions of a character at a scale; at 1 a person is 1.1 half image heights tall.
    pub fn of(object: Object, scale: f32) -> Self {
        let unit = match object {
            Object::Bear => Self {
                thigh: 0.17,
                shin: 0.17,
                trunk: 0.32,
                neck: 0.19,
                head: 0.20,
                upper_arm: 0.15,
                forearm: 0.14,
                shoulder: 0.15,
                hip: 0.09,
                foot: 0.09,
                leg_radius: 0.075,
                arm_radius: 0.065,
                trunk_radius: 0.17,
            },
            Object::Robot => Self {
                thigh: 0.22,
                shin: 0.22,
                trunk: 0.34,
                neck: 0.17,
                head: 0.14,
                upper_arm: 0.18,
                forearm: 0.17,
                shoulder: 0.17,
                hip: 0.085,
                foot: 0.10,
                leg_radius: 0.058,
                arm_radius: 0.05,
                trunk_radius: 0.14,
            },
            _ => Self {
                thigh: 0.235,
                shin: 0.235,
                trunk: 0.33,
                neck: 0.16,
                head: 0.135,
                upper_arm: 0.17,
                forearm: 0.17,
                shoulder: 0.115,
                hip: 0.06,
                foot: 0.10,
                leg_radius: 0.058,
                arm_radius: 0.045,
                trunk_radius: 0.105,
            },
        };
        unit.scaled(scale)
    }

    /// Returns the length of a stretched leg, hip to ankle.
    pub fn leg(&self) -> f32 {
        self.thigh + self.shin
    }

    /// Returns the height of the pelvis at a share of the stretched leg.
    pub fn height(&self, share: f32) -> f32 {
        self.leg_radius + self.leg() * share
    }

    /// Returns the standing height.
    pub fn tall(&self) -> f32 {
        self.height(0.97) + self.trunk + self.neck + self.head
    }

    fn scaled(self, s: f32) -> Self {
        Self {
            thigh: self.thigh * s,
            shin: self.shin * s,
            trunk: self.trunk * s,
            neck: self.neck * s,
            head: self.head * s,
            upper_arm: self.upper_arm * s,
            forearm: self.forearm * s,
            shoulder: self.shoulder * s,
            hip: self.hip * s,
            foot: self.foot * s,
            leg_radius: self.leg_radius * s,
            arm_radius: self.arm_radius * s,
            trunk_radius: self.trunk_radius * s,
        }
    }
}
