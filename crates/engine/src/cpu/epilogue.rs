//! Fused epilogue of a product in one pass over its rows, with a vectorisable exponential.

use crate::op::Epilogue;

/// Operands of the epilogue. Every slice has one row, or the size of the product.
#[derive(Default)]
pub(super) struct FusedEpilogue<'a> {
    /// Added first.
    pub bias: Option<&'a [f32]>,
    /// Applied second.
    pub epilogue: Epilogue,
    /// Multiplied third, in order.
    pub factors: [Option<&'a [f32]>; 2],
    /// Added last.
    pub residual: Option<&'a [f32]>,
}

impl FusedEpilogue<'_> {
    /// Applies the epilogue in place to a product of `cols` columns.
    pub(super) fn apply(&self, y: &mut [f32], cols: usize) {
        for (i, row) in y.chunks_mut(cols).enumerate() {
            if let Some(bias) = self.bias {
                row.iter_mut()
                    .zip(row_of(bias, i, cols))
                    .for_each(|(y, b)| *y += b);
            }
            activate(row, self.epilogue);
            for factor in self.factors.into_iter().flatten() {
                row.iter_mut()
                    .zip(row_of(factor, i, cols))
                    .for_each(|(y, f)| *y *= f);
            }
            if let Some(residual) = self.residual {
                row.iter_mut()
                    .zip(row_of(residual, i, cols))
                    .for_each(|(y, r)| *y += r);
            }
        }
    }
}

/// Applies an activation in place.
pub(super) fn activate(values: &mut [f32], epilogue: Epilogue) {
    match epilogue {
        Epilogue::None => {}
        Epilogue::Silu => values.iter_mut().for_each(|x| *x /= 1.0 + exp(-*x)),
        // 0.5 (1 + tanh u) = 1 / (1 + exp(−2u)).
        Epilogue::GeluTanh => values.iter_mut().for_each(|x| {
            let u = 0.797_884_6 * (*x + 0.044_715 * *x * *x * *x);
            *x /= 1.0 + exp(-2.0 * u);
        }),
    }
}

/// Row `i`, or the only row.
fn row_of(values: &[f32], i: usize, cols: usize) -> &[f32] {
    if values.len() == cols {
        values
    } else {
        &values[i * cols..][..cols]
    }
}

/// Computes eˣ as 2ⁿ · polynomial, without branches or calls: within 2 ulp for |x| ≤ 87, constant beyond.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it rounds to an integer in the low bits
    let x = x.clamp(-87.0, 87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_145_75 - n * 1.428_606_8e-6;
    let high = 1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0)));
    let series = 1.0 + r * (1.0 + r * (0.5 + r * high));
    series * f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_5e_7_of_f64() {
        for i in -8700..=8700 {
            let x = i as f32 / 100.0;
            let error = (f64::from(exp(x)) / f64::from(x).exp() - 1.0).abs();
            assert!(error < 5e-7, "exp({x}) is off by {error:e}");
        }
        assert!(exp(f32::INFINITY).is_finite() && exp(f32::NEG_INFINITY) > 0.0);
    }

    #[test]
    fn activations_of_large_inputs_are_finite() {
        for epilogue in [Epilogue::Silu, Epilogue::GeluTanh] {
            let mut values = [-1e30, -1e4, -100.0, 0.0, 100.0, 1e4, 1e30];
            activate(&mut values, epilogue);
            assert!(values.iter().all(|v| v.is_finite()), "{values:?}");
            assert_eq!(values[3..], [0.0, 100.0, 1e4, 1e30]);
        }
    }
}
