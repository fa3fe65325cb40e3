//! Convex outlines of objects in the image plane, for collisions.
//!
//! Unit size: the bounding circle has radius 1 around the origin, y up. The solids
//! in `objects` share the proportions.

/// Radius of a can, upright.
pub const CAN_RADIUS: f32 = 0.60;
/// Half height of a can.
pub const CAN_HALF: f32 = 0.80;
/// Radius of a can on its side, lid towards the camera.
pub const CAN_LID: f32 = 0.92;
/// Half side of a cube.
pub const CUBE_HALF: f32 = 0.66;
/// Height of the tip of a cone or pyramid above the origin.
pub const TIP: f32 = 0.95;
/// Depth of the base of a cone or pyramid below the origin.
pub const BASE: f32 = 0.60;
/// Half width of the base of a cone or pyramid.
pub const BASE_HALF: f32 = 0.76;
/// Radius of the notches of a star.
pub const STAR_NOTCH: f32 = 0.50;

/// A convex outline.
#[derive(Clone, Debug, PartialEq)]
pub enum Profile {
    /// Circle of this radius.
    Circle(f32),
    /// Convex polygon, corners counter-clockwise.
    Polygon(Vec<[f32; 2]>),
}

impl Profile {
    /// Computes the distance from the origin to the lowest point at a rotation.
    pub fn depth(&self, cos: f32, sin: f32) -> f32 {
        match self {
            Self::Circle(radius) => *radius,
            Self::Polygon(corners) => corners.iter().fold(0.0, |deepest: f32, [x, y]| {
                deepest.max(-(sin * x + cos * y))
            }),
        }
    }

    /// Computes the centroid.
    pub fn centroid(&self) -> [f32; 2] {
        let Self::Polygon(corners) = self else {
            return [0.0, 0.0];
        };
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        for (index, [ax, ay]) in corners.iter().enumerate() {
            let [bx, by] = corners[(index + 1) % corners.len()];
            let part = ax * by - bx * ay;
            area += part;
            x += (ax + bx) * part;
            y += (ay + by) * part;
        }
        [x / (3.0 * area), y / (3.0 * area)]
    }

    /// Lists the points that can touch the ground at a rotation, relative to the origin: all corners, or the lowest point of a circle.
    pub fn feet(&self, cos: f32, sin: f32) -> Vec<[f32; 2]> {
        match self {
            Self::Circle(radius) => vec![[0.0, -radius]],
            Self::Polygon(corners) => corners
                .iter()
                .map(|[x, y]| [cos * x - sin * y, sin * x + cos * y])
                .collect(),
        }
    }

    /// Computes the lowest point of [`Self::feet`].
    pub fn lowest(&self, cos: f32, sin: f32) -> [f32; 2] {
        self.feet(cos, sin)
            .into_iter()
            .fold(
                [0.0, f32::MAX],
                |low, next| if next[1] < low[1] { next } else { low },
            )
    }

    /// Computes the leftmost and rightmost x at a rotation, relative to the origin.
    pub fn span(&self, cos: f32, sin: f32) -> [f32; 2] {
        match self {
            Self::Circle(radius) => [-radius, *radius],
            Self::Polygon(corners) => corners.iter().fold([0.0, 0.0], |span: [f32; 2], [x, y]| {
                let across = cos * x - sin * y;
                [span[0].min(across), span[1].max(across)]
            }),
        }
    }
}

/// Computes the half width of an egg at height y.
pub fn egg_half_width(y: f32) -> f32 {
    (0.72 - 0.13 * y) * libm::sqrtf((1.0 - y * y).max(0.0))
}

/// Lists the corners of an egg's outline.
pub fn egg() -> Vec<[f32; 2]> {
    const SIDE: usize = 12;
    let right = (0..=SIDE)
        .map(|step| height(step, SIDE))
        .map(|y| [egg_half_width(y), y]);
    let left = (1..SIDE)
        .rev()
        .map(|step| height(step, SIDE))
        .map(|y| [-egg_half_width(y), y]);
    right.chain(left).collect()
}

/// Chebyshev nodes from −1 to 1.
fn height(step: usize, steps: usize) -> f32 {
    -libm::cosf(core::f32::consts::PI * step as f32 / steps as f32)
}

/// Builds a rectangle from its half sides.
pub fn rectangle(half_width: f32, half_height: f32) -> Profile {
    let (w, h) = (half_width, half_height);
    Profile::Polygon(vec![[-w, -h], [w, -h], [w, h], [-w, h]])
}

/// Lists the tips of a star.
pub fn star() -> Vec<[f32; 2]> {
    (0..5).map(|tip| turned(tip as f32 * 72.0)).collect()
}

/// Point of the unit circle `degrees` from the top, counter-clockwise.
fn turned(degrees: f32) -> [f32; 2] {
    let angle = degrees * core::f32::consts::PI / 180.0;
    [-libm::sinf(angle), libm::cosf(angle)]
}
