//! 3-vectors and scalar helpers in exact arithmetic.

use core::ops::{Add, Mul, Sub};

/// A point, a direction or a linear RGB colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct V3(pub f32, pub f32, pub f32);

impl V3 {
    /// Computes the dot product.
    pub fn dot(self, other: Self) -> f32 {
        self.0 * other.0 + self.1 * other.1 + self.2 * other.2
    }

    /// Normalises to length 1.
    pub fn normal(self) -> Self {
        self * (1.0 / self.dot(self).max(1e-20).sqrt())
    }

    /// Interpolates linearly: `self` at 0, `other` at 1.
    pub fn mix(self, other: Self, amount: f32) -> Self {
        self + (other - self) * amount
    }

    /// Multiplies component-wise.
    pub fn times(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1, self.2 * other.2)
    }

    /// Computes the length.
    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// Computes the cross product.
    pub fn cross(self, other: Self) -> Self {
        Self(
            self.1 * other.2 - self.2 * other.1,
            self.2 * other.0 - self.0 * other.2,
            self.0 * other.1 - self.1 * other.0,
        )
    }

    /// Computes the luma of a colour.
    pub fn luma(self) -> f32 {
        0.30 * self.0 + 0.59 * self.1 + 0.11 * self.2
    }

    /// Rotates about z, counter-clockwise.
    pub fn turned(self, cos: f32, sin: f32) -> Self {
        Self(
            cos * self.0 - sin * self.1,
            sin * self.0 + cos * self.1,
            self.2,
        )
    }
}

impl From<[f32; 3]> for V3 {
    fn from([x, y, z]: [f32; 3]) -> Self {
        Self(x, y, z)
    }
}

impl Add for V3 {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self(self.0 + o.0, self.1 + o.1, self.2 + o.2)
    }
}

impl Sub for V3 {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self(self.0 - o.0, self.1 - o.1, self.2 - o.2)
    }
}

impl Mul<f32> for V3 {
    type Output = Self;
    fn mul(self, s: f32) -> Self {
        Self(self.0 * s, self.1 * s, self.2 * s)
    }
}

/// Parabolic approximation of a sine with period 1; exact arithmetic only.
pub fn wave(x: f32) -> f32 {
    let t = (x - whole(x)) * 2.0 - 1.0;
    4.0 * t * (1.0 - t.abs())
}

/// Floor for |x| < 2³¹; faster than `f32::floor` on targets where that is a library call.
pub fn whole(x: f32) -> f32 {
    let cut = x as i32 as f32;
    if cut > x { cut - 1.0 } else { cut }
}

/// Computes the length of a plane vector.
pub fn hypot(a: f32, b: f32) -> f32 {
    (a * a + b * b).sqrt()
}
