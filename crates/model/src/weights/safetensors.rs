//! Safetensors file → the engine's weights.
//!
//! A matrix of type I8, or of U8 with two 4-bit values per byte, has `NAME.scale` of type F16, one scale per 32, 64 or 128 values of a row;
//! `NAME.rest` optionally holds further columns. F32 loads unchanged and F16 is widened. Convolutions are transposed from PyTorch's axis
//! order to the engine's. See `models/FORMAT.md`.

use half::f16;
use kinora_engine::{BLOCK, WeightTensor, Weights};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::WeightsError;

/// Suffix of the tensor that holds an integer weight's scales.
const SCALE: &str = ".scale";
/// Suffix of the tensor that holds an integer weight's further columns.
const REST: &str = ".rest";

/// Parses a safetensors file.
pub(super) fn parse(bytes: &[u8]) -> Result<Weights, WeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut weights = Weights::new();
    for (name, view) in file.tensors() {
        if name.ends_with(SCALE) || name.ends_with(REST) {
            continue;
        }
        let tensor = match view.dtype() {
            Dtype::I8 | Dtype::U8 => integers(&file, &name, &view),
            _ => floats(&view).and_then(|values| floating(view.shape(), values)),
        };
        let tensor = tensor.map_err(|reason| WeightsError::Tensor {
            name: name.clone(),
            reason,
        })?;
        weights.insert(name, tensor);
    }
    Ok(weights)
}

/// Reads an integer weight with its scales and optional further columns ([`REST`]).
fn integers(file: &SafeTensors, name: &str, view: &TensorView) -> Result<WeightTensor, String> {
    let mut columns = Columns::read(file, name, view)?;
    let rest = format!("{name}{REST}");
    if let Ok(view) = file.tensor(&rest) {
        columns = columns.beside(&Columns::read(file, &rest, &view)?)?;
    }
    let shape = [columns.rows, columns.values.len() / columns.rows];
    let matrix = WeightTensor::q8(&shape, columns.values, columns.scales);
    let matrix = matrix.map_err(|e| e.to_string())?;
    match view.shape().len() {
        2 => Ok(matrix),
        _ => floating(view.shape(), matrix.to_f32()),
    }
}

/// Columns of an integer weight, row by row.
struct Columns {
    rows: usize,
    values: Vec<i8>,
    /// One per [`BLOCK`] values.
    scales: Vec<f16>,
}

impl Columns {
    fn read(file: &SafeTensors, name: &str, view: &TensorView) -> Result<Self, String> {
        let scales = file.tensor(&format!("{name}{SCALE}"));
        let scales = scales.map_err(|_| "it is of integers and has no scales".to_owned())?;
        let values: Vec<i8> = match view.dtype() {
            Dtype::U8 => view.data().iter().copied().flat_map(nibbles).collect(),
            _ => view.data().iter().map(|&byte| byte as i8).collect(),
        };
        let rows = view.shape().first().copied().unwrap_or(0);
        if rows == 0 || !values.len().is_multiple_of(rows * BLOCK) {
            return Err(format!(
                "it is of integers and has no rows of {BLOCK} values"
            ));
        }
        let scales = per_block(halves(&scales)?, rows, values.len() / rows)?;
        Ok(Self {
            rows,
            values,
            scales,
        })
    }

    /// Appends further columns on the right.
    fn beside(self, right: &Self) -> Result<Self, String> {
        let rows = self.rows;
        if right.rows != rows {
            return Err("its parts have different numbers of rows".to_owned());
        }
        Ok(Self {
            rows,
            values: joined(&self.values, &right.values, rows),
            scales: joined(&self.scales, &right.scales, rows),
        })
    }
}

/// Joins two matrices with equal numbers of rows side by side.
fn joined<T: Copy>(left: &[T], right: &[T], rows: usize) -> Vec<T> {
    let row = |values: &[T]| values.len() / rows;
    let pairs = left
        .chunks_exact(row(left))
        .zip(right.chunks_exact(row(right)));
    pairs
        .flat_map(|(left, right)| left.iter().chain(right).copied())
        .collect()
}

/// Unpacks two values of −8 to 7, the first in the lower bits.
fn nibbles(byte: u8) -> [i8; 2] {
    [byte & 15, byte >> 4].map(|value| value as i8 - 8)
}

/// Expands the scales of `rows` rows of `width` values to one per [`BLOCK`]: in the file, larger blocks of a row may share one.
fn per_block(scales: Vec<f16>, rows: usize, width: usize) -> Result<Vec<f16>, String> {
    let (blocks, in_row) = (width / BLOCK, scales.len() / rows);
    if in_row == 0 || in_row * rows != scales.len() || !blocks.is_multiple_of(in_row) {
        return Err(format!(
            "it has {} scales, which its {rows} rows of {width} values cannot share",
            scales.len()
        ));
    }
    let spread = |scale| std::iter::repeat_n(scale, blocks / in_row);
    Ok(scales.into_iter().flat_map(spread).collect())
}

fn floating(shape: &[usize], data: Vec<f32>) -> Result<WeightTensor, String> {
    match shape.len() {
        4 | 5 => WeightTensor::conv_from_torch(shape, &data),
        _ => WeightTensor::f32(shape, data),
    }
    .map_err(|e| e.to_string())
}

/// Reads an F32 or F16 tensor as f32.
pub fn floats(view: &TensorView) -> Result<Vec<f32>, String> {
    match view.dtype() {
        Dtype::F32 => {
            let chunks = view.data().as_chunks::<4>().0;
            Ok(chunks
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect())
        }
        Dtype::F16 => Ok(halves(view)?.into_iter().map(f16::to_f32).collect()),
        other => Err(format!("the type {other:?} is not supported")),
    }
}

fn halves(view: &TensorView) -> Result<Vec<f16>, String> {
    if view.dtype() != Dtype::F16 {
        return Err(format!("expected F16, found {:?}", view.dtype()));
    }
    let chunks = view.data().as_chunks::<2>().0;
    Ok(chunks
        .iter()
        .map(|&bytes| f16::from_le_bytes(bytes))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one int8 weight [2, 32, 1, 2] (two rows of 64 values) and its scales.
    fn int8_file(shape: Vec<usize>) -> Vec<u8> {
        let values: Vec<u8> = (0..128).map(|i| (i as i8 - 64) as u8).collect();
        let scales = [0.5, 0.25, 2.0, 1.0].map(f16::from_f32);
        let scales: Vec<u8> = scales
            .iter()
            .flat_map(|scale| scale.to_le_bytes())
            .collect();
        let tensors = [
            ("w", TensorView::new(Dtype::I8, shape, &values).unwrap()),
            (
                "w.scale",
                TensorView::new(Dtype::F16, vec![2, 2], &scales).unwrap(),
            ),
        ];
        safetensors::serialize(tensors, None).unwrap()
    }

    #[test]
    fn an_int8_convolution_becomes_f32_in_the_engines_order() {
        let weights = parse(&int8_file(vec![2, 32, 1, 2])).unwrap();
        let got = weights.expect("w", &[2, 1, 1, 2, 32]).unwrap().to_f32();
        for (o, c, x) in
            (0..2).flat_map(|o| (0..32).flat_map(move |c| (0..2).map(move |x| (o, c, x))))
        {
            let at = (o * 32 + c) * 2 + x;
            let want = (at as f32 - 64.0) * [0.5, 0.25, 2.0, 1.0][at / 32];
            assert_eq!(got[(o * 2 + x) * 32 + c], want);
        }
        assert!(weights.get("w.scale").is_none());
    }

    #[test]
    fn a_matrix_goes_on_in_its_rest_with_four_bits_a_value() {
        let (whole, halves) = ([5u8; 64], [0x2f_u8; 32]);
        let scale = f16::from_f32(0.5).to_le_bytes().repeat(2);
        let view = |dtype, shape: [usize; 2], data| TensorView::new(dtype, shape.to_vec(), data);
        let tensors = |rest: [usize; 2]| {
            let tensors = [
                ("w", view(Dtype::I8, [2, 32], &whole[..]).unwrap()),
                ("w.scale", view(Dtype::F16, [2, 1], &scale).unwrap()),
                ("w.rest", view(Dtype::U8, rest, &halves[..]).unwrap()),
                ("w.rest.scale", view(Dtype::F16, [2, 1], &scale).unwrap()),
            ];
            parse(&safetensors::serialize(tensors, None).unwrap())
        };
        let weights = tensors([2, 16]).unwrap();
        let got = weights.expect("w", &[2, 64]).unwrap().to_f32();
        for row in got.chunks(64) {
            assert!(row[..32].iter().all(|&value| value == 2.5));
            assert_eq!(row[32..36], [3.5, -3.0, 3.5, -3.0]);
        }
        let error = tensors([1, 32]).unwrap_err().to_string();
        assert!(error.contains("different numbers of rows"), "{error}");
    }

    #[test]
    fn scales_that_rows_cannot_share_are_refused() {
        let values = [1u8; 3 * 64];
        for (count, fits) in [(3, true), (6, true), (2, false), (0, false), (12, false)] {
            let scales = f16::ONE.to_le_bytes().repeat(count);
            let view = |dtype, shape, data| TensorView::new(dtype, shape, data).unwrap();
            let tensors = [
                ("w", view(Dtype::I8, vec![3, 64], &values[..])),
                ("w.scale", view(Dtype::F16, vec![count], &scales[..])),
            ];
            let read = parse(&safetensors::serialize(tensors, None).unwrap());
            assert_eq!(read.is_ok(), fits, "{count} scales");
        }
    }

    #[test]
    fn any_bytes_give_an_error_not_a_panic() {
        for length in [0, 1, 7, 8, 9, 64] {
            assert!(parse(&vec![0xff; length]).is_err());
        }
    }
}
