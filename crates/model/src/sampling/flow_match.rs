//! The flow-matching schedule: timesteps and coefficients of Euler steps.
//!
//! Convention (Wan's): `z_t = (1 - t) x + t · noise`, t runs from 1 (noise) to 0 (clip). The network predicts x, so the
//! velocity is `v = (z - x) / t` and a step to `t' < t` is `z' = z + (t' - t) v = (t'/t) z + (1 - t'/t) x`.

/// One Euler step on the host or the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Timestep of the prediction, in (0, 1].
    pub t: f32,
    /// Factor of the current state.
    pub keep: f32,
    /// Factor of the predicted clean latents; `keep + blend = 1`.
    pub blend: f32,
}

/// Returns `count` Euler steps; the last ends at t = 0, so that `z' = x`.
///
/// `shift` > 1 places more of the steps near the noise: `t = s·u / (1 + (s - 1)·u)` for u evenly spaced.
/// Source: Esser et al. 2024 (SD3), eq. 23; the same formula in diffusers' FlowMatchEulerDiscreteScheduler.
pub fn euler_steps(count: u32, shift: f32) -> Vec<Step> {
    let time = |index: u32| {
        let u = f64::from(count - index) / f64::from(count);
        let shift = f64::from(shift);
        shift * u / (1.0 + (shift - 1.0) * u)
    };
    (0..count)
        .map(|index| {
            let (t, next) = (time(index), time(index + 1));
            let keep = next / t;
            Step {
                t: t as f32,
                keep: keep as f32,
                blend: (1.0 - keep) as f32,
            }
        })
        .collect()
}

impl Step {
    /// Applies the step to latents `z` in place, given the predicted clean latents `x0`.
    pub fn apply(self, z: &mut [f32], x0: &[f32]) {
        for (z, x) in z.iter_mut().zip(x0) {
            *z = self.keep * *z + self.blend * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_from_noise_to_clip() {
        let steps = euler_steps(8, 3.0);
        assert_eq!(steps.len(), 8);
        assert_eq!(steps[0].t, 1.0);
        assert_eq!((steps[7].keep, steps[7].blend), (0.0, 1.0));
        assert!(steps.windows(2).all(|pair| pair[1].t < pair[0].t));
    }

    #[test]
    fn a_known_clip_is_reached_exactly() {
        let (clip, mut z) = ([0.25f32], [-1.5f32]);
        for step in euler_steps(5, 2.0) {
            step.apply(&mut z, &clip);
        }
        assert_eq!(z, clip);
    }

    #[test]
    fn shift_one_is_even() {
        let times: Vec<f32> = euler_steps(4, 1.0).iter().map(|s| s.t).collect();
        assert_eq!(times, [1.0, 0.75, 0.5, 0.25]);
    }
}
