//! Interpolation of keyframes and Hermite segments.

use kinora_scene::smoothstep;

/// Interpolates keyframes `(time, value)`, in order of time, with zero velocity at each key.
pub fn keys(time_s: f32, keys: &[(f32, f32)]) -> f32 {
    let mut value = keys[0].1;
    for pair in keys.windows(2) {
        let ((from, a), (to, b)) = (pair[0], pair[1]);
        if time_s >= from {
            value = a + (b - a) * smoothstep(from, to, time_s);
        }
    }
    value
}

/// Evaluates the cubic Hermite segment from `a` with velocity `va` to `b` with velocity `vb` over `length` seconds, at `t` seconds.
pub fn hermite(t: f32, length: f32, [a, va]: [f32; 2], [b, vb]: [f32; 2]) -> f32 {
    let s = (t / length).clamp(0.0, 1.0);
    let (s2, s3) = (s * s, s * s * s);
    a * (2.0 * s3 - 3.0 * s2 + 1.0)
        + va * length * (s3 - 2.0 * s2 + s)
        + b * (3.0 * s2 - 2.0 * s3)
        + vb * length * (s3 - s2)
}
