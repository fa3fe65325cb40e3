//! Objects as signed distances, and the rays that find them.
//!
//! Unit size: outlines lie within the unit circle, all else within [`bound`]; x right, y up, z away from the camera. Outlines match `profile`.

use crate::profile::{BASE, BASE_HALF, CAN_HALF, CAN_LID, CAN_RADIUS, CUBE_HALF, STAR_NOTCH, TIP};
use crate::spec::Object;
use crate::vector::V3;

/// Half length of a can that lies on its side.
const CAN_LYING_HALF: f32 = 0.40;
/// Rounding of edges: softer silhouettes, softer highlights.
const ROUND: f32 = 0.06;

/// What a ray met: a place on (or, when it missed, nearest to) the surface, in the object's own frame.
pub struct Hit {
    /// Where.
    pub at: V3,
    /// Smallest distance to the surface along the ray; at most 0 on a hit.
    pub miss: f32,
}

/// Calls `$go` with the distance function of an object, compiled for each: the inner loop has no branch on the object.
macro_rules! with_distance {
    ($object:expr, $lying:expr, $go:expr) => {
        match $object {
            Object::Ball => $go(ball),
            Object::Cube => $go(cube),
            Object::Can if $lying => $go(lying_can),
            Object::Can => $go(standing_can),
            Object::Cone => $go(cone),
            Object::Pyramid => $go(pyramid),
            Object::Ring => $go(ring),
            Object::Egg => $go(egg),
            Object::Star => $go(star),
        }
    };
}

/// Unit normal by central differences on a tetrahedron.
pub fn normal(object: Object, lying: bool, p: V3) -> V3 {
    with_distance!(object, lying, |distance| gradient(distance, p))
}

fn gradient(distance: impl Fn(V3) -> f32, p: V3) -> V3 {
    // Wide enough to soften edges over about half a pixel of a small object.
    const E: f32 = 0.03;
    let corners = [V3(E, -E, -E), V3(-E, -E, E), V3(-E, E, -E), V3(E, E, E)];
    let gradient = corners.iter().fold(V3::default(), |sum, corner| {
        sum + *corner * distance(p + *corner)
    });
    gradient.normal()
}

/// Radius of a ball that holds the object: corners may stand out towards and away from the camera.
pub fn bound(object: Object) -> f32 {
    match object {
        Object::Cube | Object::Pyramid => 1.24,
        _ => 1.01,
    }
}

/// Follows a ray from its entry into the bounding ball (enlarged by `margin`) to the surface.
pub fn cast(object: Object, lying: bool, origin: V3, direction: V3, margin: f32) -> Option<Hit> {
    let reach = bound(object) + margin;
    let margin = Margin {
        reach,
        miss: margin,
    };
    with_distance!(object, lying, |distance| march(
        distance, origin, direction, margin
    ))
}

/// How far from the middle a ray is followed, and how near a miss is told.
struct Margin {
    reach: f32,
    miss: f32,
}

fn march(distance: impl Fn(V3) -> f32, origin: V3, direction: V3, margin: Margin) -> Option<Hit> {
    let along = -origin.dot(direction);
    let nearest = origin + direction * along;
    let inside = margin.reach * margin.reach - nearest.dot(nearest);
    if inside <= 0.0 {
        return None;
    }
    let half = inside.sqrt();
    let (mut at, end) = (along - half, along + half);
    let mut best = Hit {
        at: nearest,
        miss: f32::MAX,
    };
    for _ in 0..28 {
        let p = origin + direction * at;
        let gap = distance(p);
        if gap < best.miss {
            best = Hit { at: p, miss: gap };
        }
        if gap < 0.006 {
            best.miss = best.miss.min(0.0);
            return Some(best);
        }
        at += gap;
        if at > end {
            break;
        }
    }
    (best.miss < margin.miss).then_some(best)
}

fn ball(p: V3) -> f32 {
    p.dot(p).sqrt() - 1.0
}

fn cube(p: V3) -> f32 {
    let half = CUBE_HALF - ROUND;
    block(p, V3(half, half, half)) - ROUND
}

fn standing_can(p: V3) -> f32 {
    can(p.1, length(p.0, p.2), CAN_HALF, CAN_RADIUS)
}

fn lying_can(p: V3) -> f32 {
    can(p.2, length(p.0, p.1), CAN_LYING_HALF, CAN_LID)
}

fn cone(p: V3) -> f32 {
    roof(length(p.0, p.2), p.1)
}

fn pyramid(p: V3) -> f32 {
    roof(p.0.abs().max(p.2.abs()), p.1)
}

fn ring(p: V3) -> f32 {
    length(length(p.0, p.1) - 0.70, p.2) - 0.30
}

fn egg(p: V3) -> f32 {
    let across = length(p.0, p.2) / (0.72 - 0.13 * p.1.clamp(-1.0, 1.0));
    (length(across, p.1) - 1.0) * 0.62
}

fn length(a: f32, b: f32) -> f32 {
    (a * a + b * b).sqrt()
}

fn block(p: V3, half: V3) -> f32 {
    let (x, y, z) = (p.0.abs() - half.0, p.1.abs() - half.1, p.2.abs() - half.2);
    let (ox, oy, oz) = (x.max(0.0), y.max(0.0), z.max(0.0));
    (ox * ox + oy * oy + oz * oz).sqrt() + x.max(y).max(z).min(0.0)
}

fn can(along: f32, across: f32, half: f32, radius: f32) -> f32 {
    let (a, b) = (along.abs() - half + ROUND, across - radius + ROUND);
    let (oa, ob) = (a.max(0.0), b.max(0.0));
    length(oa, ob) + a.max(b).min(0.0) - ROUND
}

/// The space under slanted walls that meet over the middle: a cone or a pyramid, by how `across` is measured.
fn roof(across: f32, y: f32) -> f32 {
    const HEIGHT: f32 = TIP + BASE;
    let slant = (HEIGHT * HEIGHT + BASE_HALF * BASE_HALF).sqrt();
    let wall = (across * HEIGHT + (y - TIP) * BASE_HALF) / slant;
    // A blunter edge than the sharp intersection: close to a rounding by 0.05.
    let (a, b) = (wall + 0.05, -y - BASE + 0.05);
    let (oa, ob) = (a.max(0.0), b.max(0.0));
    length(oa, ob) + a.max(b).min(0.0) - 0.05
}

/// A five-pointed star, thick, rounded.
fn star(p: V3) -> f32 {
    // cos and sin of 36°, the half angle of a point.
    const C: f32 = 0.809_017;
    const S: f32 = 0.587_785_25;
    const SOFT: f32 = 0.09;
    // Fold the plane into one half point around +y.
    let (mut x, mut y) = (p.0.abs(), p.1);
    for (nx, ny) in [(C, -S), (-C, -S)] {
        let over = 2.0 * (nx * x + ny * y).max(0.0);
        x -= over * nx;
        y -= over * ny;
    }
    x = x.abs();
    // The edge from the tip (0, 1) to the notch, both drawn in by the rounding.
    let tip = 1.0 - SOFT * 2.2;
    let notch = STAR_NOTCH - SOFT;
    let (ex, ey) = (notch * S, notch * C - tip);
    let (px, py) = (x, y - tip);
    let t = ((px * ex + py * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
    let (dx, dy) = (px - ex * t, py - ey * t);
    let side = if px * ey - py * ex < 0.0 { 1.0 } else { -1.0 };
    let flat = length(dx, dy) * side;
    // Thinner towards the tips, like a pillow.
    let thick = p.2.abs() - 0.22;
    let (a, b) = (flat.max(0.0), thick.max(0.0));
    length(a, b) + flat.max(thick).min(0.0) - SOFT
}
