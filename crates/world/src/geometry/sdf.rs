//! Signed distance functions of primitive solids; x right, y up, z away from the camera.

use crate::geometry::vector::{V3, hypot};

/// Sphere.
pub fn ball(p: V3, radius: f32) -> f32 {
    p.length() - radius
}

/// Ellipsoid; the distance is accurate near the surface only.
pub fn ellipsoid(p: V3, radii: V3) -> f32 {
    let (x, y, z) = (p.0 / radii.0, p.1 / radii.1, p.2 / radii.2);
    let level = (x * x + y * y + z * z).sqrt();
    let (gx, gy, gz) = (x / radii.0, y / radii.1, z / radii.2);
    let slope = (gx * gx + gy * gy + gz * gz).sqrt();
    level * (level - 1.0) / slope.max(1e-3)
}

/// Rounded box; `half` includes the rounding.
pub fn block(p: V3, half: V3, round: f32) -> f32 {
    let x = p.0.abs() - half.0 + round;
    let y = p.1.abs() - half.1 + round;
    let z = p.2.abs() - half.2 + round;
    let out = V3(x.max(0.0), y.max(0.0), z.max(0.0)).length();
    out + x.max(y).max(z).min(0.0) - round
}

/// Rounded cylinder, from the distances along and across its axis.
pub fn cylinder(along: f32, across: f32, half: f32, radius: f32, round: f32) -> f32 {
    let (a, b) = (along.abs() - half + round, across - radius + round);
    hypot(a.max(0.0), b.max(0.0)) + a.max(b).min(0.0) - round
}

/// Capsule whose radius varies linearly between its ends.
pub fn cone_capsule(p: V3, from: V3, to: V3, radius_from: f32, radius_to: f32) -> f32 {
    let (way, at) = (to - from, p - from);
    let t = (at.dot(way) / way.dot(way)).clamp(0.0, 1.0);
    (at - way * t).length() - (radius_from + (radius_to - radius_from) * t)
}

/// Torus around z.
pub fn torus_z(p: V3, ring: f32, tube: f32) -> f32 {
    hypot(hypot(p.0, p.1) - ring, p.2) - tube
}

/// Torus around y.
pub fn torus_y(p: V3, ring: f32, tube: f32) -> f32 {
    hypot(hypot(p.0, p.2) - ring, p.1) - tube
}

/// Rounded triangular prism along z.
pub fn triangle(p: V3, corners: [[f32; 2]; 3], half_depth: f32, round: f32) -> f32 {
    let mut flat = f32::MIN;
    for (index, [ax, ay]) in corners.iter().enumerate() {
        let [bx, by] = corners[(index + 1) % 3];
        let (ex, ey) = (bx - ax, by - ay);
        // Corners are counter-clockwise: the outside is right of each edge.
        let out = ((p.0 - ax) * ey - (p.1 - ay) * ex) / hypot(ex, ey);
        flat = flat.max(out);
    }
    let (a, b) = (flat + round, p.2.abs() - half_depth + round);
    hypot(a.max(0.0), b.max(0.0)) + a.max(b).min(0.0) - round
}

/// Smooth union of two distances.
pub fn smooth_union(a: f32, b: f32, seam: f32) -> f32 {
    let t = (0.5 + 0.5 * (b - a) / seam).clamp(0.0, 1.0);
    b + (a - b) * t - seam * t * (1.0 - t)
}

/// Computes the distance from the y axis.
pub fn across_y(p: V3) -> f32 {
    hypot(p.0, p.2)
}
