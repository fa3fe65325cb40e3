//! A safetensors file → the engine's weights.
//!
//! `NAME.weight` of type I8 comes with `NAME.weight.scale` of type F16, one scale per 32 values of a row; F32 and F16 are
//! taken as they are; convolutions become f32 and are turned from PyTorch's axis order to the engine's. See `models/FORMAT.md`.

use half::f16;
use kinora_engine::{WeightTensor, Weights};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use thiserror::Error;

/// Suffix of the tensor that holds an int8 weight's scales.
const SCALE: &str = ".scale";

/// A weight file that cannot be used.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The bytes are not the ones that the config names: cut short, or changed.
    #[error(
        "the weights are damaged: expected BLAKE3 {expected}, found {found} in {bytes} bytes; download them again"
    )]
    Hash {
        /// Hash in the config.
        expected: String,
        /// Hash of the bytes.
        found: String,
        /// Length of the bytes.
        bytes: usize,
    },
    /// Not a safetensors file.
    #[error("the weights are not a safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// A tensor of a type or shape that no network here uses.
    #[error("the weight {name} cannot be used: {reason}")]
    Tensor {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// Parses a safetensors file whose BLAKE3 must be `expected_hash`.
pub fn verified_weights(bytes: &[u8], expected_hash: &str) -> Result<Weights, WeightsError> {
    let found = blake3::hash(bytes).to_hex().to_string();
    if found != expected_hash {
        let expected = expected_hash.to_owned();
        return Err(WeightsError::Hash {
            expected,
            found,
            bytes: bytes.len(),
        });
    }
    parse_weights(bytes)
}

/// Parses a safetensors file.
pub fn parse_weights(bytes: &[u8]) -> Result<Weights, WeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut weights = Weights::new();
    for (name, view) in file.tensors() {
        if name.ends_with(SCALE) {
            continue;
        }
        let scales = file.tensor(&format!("{name}{SCALE}")).ok();
        let tensor = tensor(&view, scales.as_ref()).map_err(|reason| WeightsError::Tensor {
            name: name.clone(),
            reason,
        })?;
        weights.insert(name, tensor);
    }
    Ok(weights)
}

fn tensor(view: &TensorView, scales: Option<&TensorView>) -> Result<WeightTensor, String> {
    let shape = view.shape();
    if view.dtype() == Dtype::I8 {
        let scales = scales.ok_or("it is int8 and has no scales")?;
        let values = view.data().iter().map(|&byte| byte as i8).collect();
        let [rows, row @ ..] = shape else {
            return Err("it is int8 and has no rows".to_owned());
        };
        let rows = [*rows, row.iter().product()];
        let matrix = WeightTensor::q8(&rows, values, halves(scales)?).map_err(|e| e.to_string())?;
        return match shape.len() {
            2 => Ok(matrix),
            _ => floating(shape, matrix.to_f32()),
        };
    }
    floating(shape, floats(view)?)
}

fn floating(shape: &[usize], data: Vec<f32>) -> Result<WeightTensor, String> {
    match shape.len() {
        4 | 5 => WeightTensor::conv_from_torch(shape, &data),
        _ => WeightTensor::f32(shape, data),
    }
    .map_err(|e| e.to_string())
}

/// The numbers of an F32 or F16 tensor.
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

    #[test]
    fn a_changed_byte_is_named_by_its_hash() {
        let good = blake3::hash(b"weights").to_hex().to_string();
        let error = verified_weights(b"weighty", &good).unwrap_err();
        assert!(matches!(&error, WeightsError::Hash { expected, .. } if *expected == good));
        assert!(error.to_string().contains(&good));
    }

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
        let weights = parse_weights(&int8_file(vec![2, 32, 1, 2])).unwrap();
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
    fn any_bytes_give_an_error_not_a_panic() {
        for length in [0, 1, 7, 8, 9, 64] {
            assert!(parse_weights(&vec![0xff; length]).is_err());
        }
    }
}
