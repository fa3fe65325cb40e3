//! Smooth interpolation between two thresholds.

/// Cubic Hermite step: 0 at `edge0`, 1 at `edge1`, zero slope at both. `edge0 > edge1` gives a falling step.
pub fn smoothstep(edge0: f32, edge1: f32, x: f32) -> f32 {
    let t = ((x - edge0) / (edge1 - edge0)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_or_falls_between_its_edges() {
        assert_eq!(
            [0.0, 1.0, 2.0, 3.0].map(|x| smoothstep(1.0, 2.0, x)),
            [0.0, 0.0, 1.0, 1.0]
        );
        assert_eq!(smoothstep(1.0, 2.0, 1.5), 0.5);
        assert_eq!([0.1, 0.6].map(|x| smoothstep(0.5, 0.2, x)), [1.0, 0.0]);
    }
}
