//! Named weights in host memory: f32, or int8 in blocks of 32 along the last axis with one f16 scale per block.

use std::collections::BTreeMap;
use std::sync::Arc;

use half::f16;

use crate::executor::EngineError;

/// Length of a quantised block.
pub const BLOCK: usize = 32;

/// Values of a weight.
#[derive(Clone, Debug)]
pub enum WeightData {
    /// Row-major f32.
    F32(Arc<[f32]>),
    /// int8 values [N, K] and f16 scales [N, K/32]: w = value · scale.
    Q8 {
        /// Row-major values.
        values: Arc<[i8]>,
        /// Row-major scales.
        scales: Arc<[f16]>,
    },
}

/// A weight with its shape.
#[derive(Clone, Debug)]
pub struct WeightTensor {
    /// Row-major shape.
    pub shape: Vec<usize>,
    /// The values.
    pub data: WeightData,
}

impl WeightTensor {
    /// Creates an f32 weight. Returns an error if the length does not match the shape.
    pub fn f32(shape: &[usize], data: Vec<f32>) -> Result<Self, EngineError> {
        check_len("f32 weight", shape, shape.iter().product(), data.len())?;
        Ok(Self {
            shape: shape.to_vec(),
            data: WeightData::F32(data.into()),
        })
    }

    /// Creates an int8 weight [N, K] with scales [N, K/32]. Returns an error unless K is a multiple of 32 and the lengths
    /// match.
    pub fn q8(shape: &[usize], values: Vec<i8>, scales: Vec<f16>) -> Result<Self, EngineError> {
        let k = shape.last().copied().unwrap_or(0);
        if shape.len() != 2 || k == 0 || !k.is_multiple_of(BLOCK) {
            let reason =
                format!("int8 weights are [N, K] with K a multiple of {BLOCK}, not {shape:?}");
            return Err(EngineError::Weight {
                name: String::new(),
                reason,
            });
        }
        check_len("int8 weight", shape, shape[0] * k, values.len())?;
        check_len(
            "scales of an int8 weight",
            shape,
            shape[0] * k / BLOCK,
            scales.len(),
        )?;
        Ok(Self {
            shape: shape.to_vec(),
            data: WeightData::Q8 {
                values: values.into(),
                scales: scales.into(),
            },
        })
    }

    /// Quantises an f32 weight [N, K] to int8 blocks: the largest magnitude of a block becomes 127.
    pub fn quantize(shape: &[usize], data: &[f32]) -> Result<Self, EngineError> {
        let mut values = Vec::with_capacity(data.len());
        let mut scales = Vec::with_capacity(data.len() / BLOCK);
        for block in data.chunks(BLOCK) {
            let peak = block.iter().fold(0f32, |m, v| m.max(v.abs()));
            let scale = f16::from_f32(peak / 127.0);
            let inverse = if scale.to_f32() > 0.0 {
                1.0 / scale.to_f32()
            } else {
                0.0
            };
            values.extend(
                block
                    .iter()
                    .map(|v| (v * inverse).round().clamp(-127.0, 127.0) as i8),
            );
            scales.push(scale);
        }
        Self::q8(shape, values, scales)
    }

    /// Converts a PyTorch convolution weight [Cout, Cin, kh, kw] or [Cout, Cin, kt, kh, kw] to [Cout, kt, kh, kw, Cin].
    pub fn conv_from_torch(shape: &[usize], data: &[f32]) -> Result<Self, EngineError> {
        let (cout, cin, k) = match *shape {
            [cout, cin, kh, kw] => (cout, cin, [1, kh, kw]),
            [cout, cin, kt, kh, kw] => (cout, cin, [kt, kh, kw]),
            _ => {
                let reason = format!("a convolution has 4 or 5 axes, not {shape:?}");
                return Err(EngineError::Weight {
                    name: String::new(),
                    reason,
                });
            }
        };
        let taps = k[0] * k[1] * k[2];
        check_len("convolution", shape, cout * cin * taps, data.len())?;
        let mut out = vec![0f32; data.len()];
        for o in 0..cout {
            for c in 0..cin {
                for t in 0..taps {
                    out[(o * taps + t) * cin + c] = data[(o * cin + c) * taps + t];
                }
            }
        }
        Self::f32(&[cout, k[0], k[1], k[2], cin], out)
    }

    /// The values as f32, dequantised if necessary.
    pub fn to_f32(&self) -> Vec<f32> {
        match &self.data {
            WeightData::F32(data) => data.to_vec(),
            WeightData::Q8 { values, scales } => {
                let scaled = |(block, scale): (&[i8], &f16)| {
                    let scale = scale.to_f32();
                    block
                        .iter()
                        .map(move |v| f32::from(*v) * scale)
                        .collect::<Vec<_>>()
                };
                values
                    .chunks(BLOCK)
                    .zip(scales.iter())
                    .flat_map(scaled)
                    .collect()
            }
        }
    }
}

/// Weights by name. Clones share the values.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    tensors: BTreeMap<String, WeightTensor>,
}

impl Weights {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a weight.
    pub fn insert(&mut self, name: impl Into<String>, tensor: WeightTensor) {
        self.tensors.insert(name.into(), tensor);
    }

    /// Adds an f32 weight.
    pub fn insert_f32(
        &mut self,
        name: impl Into<String>,
        shape: &[usize],
        data: Vec<f32>,
    ) -> Result<(), EngineError> {
        let name = name.into();
        let tensor = WeightTensor::f32(shape, data).map_err(|e| e.named(&name))?;
        self.tensors.insert(name, tensor);
        Ok(())
    }

    /// Adds an int8 weight.
    pub fn insert_q8(
        &mut self,
        name: impl Into<String>,
        shape: &[usize],
        values: Vec<i8>,
        scales: Vec<f16>,
    ) -> Result<(), EngineError> {
        let name = name.into();
        let tensor = WeightTensor::q8(shape, values, scales).map_err(|e| e.named(&name))?;
        self.tensors.insert(name, tensor);
        Ok(())
    }

    /// Finds a weight by name.
    pub fn get(&self, name: &str) -> Option<&WeightTensor> {
        self.tensors.get(name)
    }

    /// Finds a weight with the number of elements of `shape`. An f32 weight may have another shape of that size ([1, 6, D]
    /// for [6, D]); an int8 weight may not. Returns an error if it is missing or does not fit.
    pub fn expect(&self, name: &str, shape: &[usize]) -> Result<&WeightTensor, EngineError> {
        let tensor = self.get(name).ok_or_else(|| EngineError::Weight {
            name: name.to_owned(),
            reason: "is missing".to_owned(),
        })?;
        let same_len = tensor.shape.iter().product::<usize>() == shape.iter().product::<usize>();
        let same_blocks = matches!(tensor.data, WeightData::F32(_)) || tensor.shape == shape;
        if same_len && same_blocks {
            return Ok(tensor);
        }
        let reason = format!(
            "has the shape {:?}, the network needs {shape:?}",
            tensor.shape
        );
        Err(EngineError::Weight {
            name: name.to_owned(),
            reason,
        })
    }

    /// Names in sorted order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }
}

fn check_len(what: &str, shape: &[usize], want: usize, got: usize) -> Result<(), EngineError> {
    if want == got && want > 0 {
        return Ok(());
    }
    let reason = format!("{what} of shape {shape:?} needs {want} numbers, got {got}");
    Err(EngineError::Weight {
        name: String::new(),
        reason,
    })
}
