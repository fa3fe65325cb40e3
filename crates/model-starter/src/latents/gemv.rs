//! Matrix-vector products on the host, bit-identical on every platform.

use std::sync::Arc;

use kinora_engine::{BLOCK, EngineError, WeightData, WeightTensor, Weights};

/// Returns the f32 values of a weight of this shape; values stored as f32 are shared, not copied.
pub(crate) fn host_values(
    weights: &Weights,
    name: &str,
    shape: &[usize],
) -> Result<Arc<[f32]>, EngineError> {
    let weight: &WeightTensor = weights.expect(name, shape)?;
    Ok(match &weight.data {
        WeightData::F32(values) => Arc::clone(values),
        WeightData::Q8 { .. } => weight.to_f32().into(),
    })
}

/// Multiplies a row-major `[rows, columns]` matrix by each vector; a shorter vector uses the leading columns.
pub(crate) fn rows_times(matrix: &WeightTensor, columns: usize, xs: &[&[f32]]) -> Vec<Vec<f32>> {
    let mut products = vec![Vec::new(); xs.len()];
    for_each_row(matrix, columns, |row| {
        for (product, x) in products.iter_mut().zip(xs) {
            product.push(dot(&row[..x.len()], x));
        }
    });
    products
}

/// Multiplies the transpose of a row-major `[rows, columns]` matrix by a vector.
pub(crate) fn columns_times(
    matrix: &WeightTensor,
    columns: usize,
    x: impl IntoIterator<Item = f32>,
) -> Vec<f32> {
    let (mut product, mut x) = (vec![0.0; columns], x.into_iter());
    for_each_row(matrix, columns, |row| {
        let x = x.next().unwrap_or(0.0);
        for (sum, value) in product.iter_mut().zip(row) {
            *sum += x * value;
        }
    });
    product
}

fn for_each_row(matrix: &WeightTensor, columns: usize, mut push: impl FnMut(&[f32])) {
    match &matrix.data {
        WeightData::F32(values) => values.chunks_exact(columns).for_each(push),
        WeightData::Q8 { values, scales } => {
            // One row at a time: the whole matrix would need four times the memory.
            let mut row = vec![0.0; columns];
            let scales = scales.chunks_exact(columns / BLOCK);
            for (stored, scales) in values.chunks_exact(columns).zip(scales) {
                let blocks = row.as_chunks_mut::<BLOCK>().0.iter_mut();
                let stored = stored.as_chunks::<BLOCK>().0;
                for ((block, stored), scale) in blocks.zip(stored).zip(scales) {
                    let scale = scale.to_f32();
                    *block = stored.map(|value| f32::from(value) * scale);
                }
                push(&row);
            }
        }
    }
}

/// Computes the dot product in eight lanes: vectorizes everywhere, and the bits are the same everywhere.
#[inline]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, in −0.5..0.5.
    fn scattered(count: usize, salt: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5;
        (0..count).map(number).collect()
    }

    #[test]
    fn an_int8_matrix_is_the_one_that_it_stands_for() {
        let (values, columns) = (scattered(5 * 64, 1), scattered(64, 2));
        let stored = WeightTensor::quantize(&[5, 64], &values).unwrap();
        let restored = WeightTensor::f32(&[5, 64], stored.to_f32()).unwrap();
        let xs = [64, 40, 3].map(|used| &columns[..used]);
        let (got, want) = (rows_times(&stored, 64, &xs), rows_times(&restored, 64, &xs));
        for (got, want) in got.iter().flatten().zip(want.iter().flatten()) {
            assert!((got - want).abs() < 1e-6, "{got}, not {want}");
        }
        let turned: Vec<f32> = (0..64 * 5)
            .map(|at| restored.to_f32()[at % 5 * 64 + at / 5])
            .collect();
        let turned = WeightTensor::f32(&[64, 5], turned).unwrap();
        let x = scattered(5, 3);
        let got = columns_times(&stored, 64, x.iter().copied());
        let want = rows_times(&turned, 5, &[&x]).swap_remove(0);
        for (got, want) in got.iter().zip(want) {
            assert!((got - want).abs() < 1e-6, "{got}, not {want}");
        }
    }
}
