//! Places weights in a few device buffers and writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lower::WeightLayout;
use crate::executor::EngineError;
use crate::graph::{Value, ValueKind};
use crate::op::Op;
use crate::program::{ALIGN, Program};
use crate::weights::{WeightData, Weights};

/// Size of a weight buffer in bytes. A larger weight gets a buffer of its own.
const BUFFER_BYTES: u64 = 128 << 20;

/// A range of a device buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BufferRange {
    /// Number of the buffer.
    pub buffer: usize,
    /// Offset in bytes.
    pub offset: u64,
    /// Length in bytes.
    pub size: u64,
}

/// Placement of a program's weights in device buffers.
#[derive(Debug, Default)]
pub struct WeightBuffers {
    /// The values of every weight.
    pub values: BTreeMap<Value, BufferRange>,
    /// The scales of the weights that stay int8.
    pub scales: BTreeMap<Value, BufferRange>,
    /// Matrices stored as [K/4, N, 4] instead of [N, K], so that adjacent threads read adjacent memory.
    pub packed: BTreeSet<Value>,
    /// Size of every buffer in bytes.
    pub sizes: Vec<u64>,
}

/// Places the weights. With `keep_q8`, int8 matrices that serve only as matrices stay int8. Otherwise everything becomes
/// f32 and those matrices are packed. Returns an error if a weight is missing or has the wrong shape.
pub fn plan(
    program: &Program,
    weights: &Weights,
    keep_q8: bool,
) -> Result<WeightBuffers, EngineError> {
    let mut buffers = WeightBuffers::default();
    for (i, info) in program.graph().values().iter().enumerate() {
        if info.kind != ValueKind::Weight {
            continue;
        }
        let value = Value(i as u32);
        let tensor = weights.expect(&info.name, &info.shape)?;
        match &tensor.data {
            WeightData::Q8 { values, scales }
                if keep_q8 && info.shape.len() == 2 && is_only_a_matrix(program, value) =>
            {
                let range = buffers.reserve(values.len());
                buffers.values.insert(value, range);
                let range = buffers.reserve((2 * scales.len()).next_multiple_of(4));
                buffers.scales.insert(value, range);
            }
            _ => {
                let range = buffers.reserve(4 * info.len());
                buffers.values.insert(value, range);
                if !keep_q8
                    && crate::shape::cols(&info.shape).is_multiple_of(4)
                    && is_only_a_matrix(program, value)
                {
                    buffers.packed.insert(value);
                }
            }
        }
    }
    Ok(buffers)
}

/// Calls `write` with every range and its bytes. Returns an error if a weight is missing or has the wrong shape.
pub fn upload(
    program: &Program,
    weights: &Weights,
    buffers: &WeightBuffers,
    mut write: impl FnMut(BufferRange, &[u8]),
) -> Result<(), EngineError> {
    for (value, range) in &buffers.values {
        let info = program.graph().info(*value);
        let tensor = weights.expect(&info.name, &info.shape)?;
        match (&tensor.data, buffers.scales.get(value)) {
            (WeightData::Q8 { values, scales }, Some(scale_range)) => {
                write(*range, bytemuck::cast_slice(values));
                let mut bits: Vec<u16> = scales.iter().map(|s| s.to_bits()).collect();
                bits.resize(scale_range.size as usize / 2, 0);
                write(*scale_range, bytemuck::cast_slice(&bits));
            }
            (_, None) if buffers.packed.contains(value) => {
                write(
                    *range,
                    bytemuck::cast_slice(&pack(&tensor.to_f32(), info.shape[0])),
                );
            }
            (WeightData::F32(data), _) => write(*range, bytemuck::cast_slice(data)),
            (WeightData::Q8 { .. }, None) => write(*range, bytemuck::cast_slice(&tensor.to_f32())),
        }
    }
    Ok(())
}

impl WeightBuffers {
    /// Memory layout of a weight matrix.
    pub fn layout(&self, weight: Value) -> WeightLayout {
        match (
            self.scales.contains_key(&weight),
            self.packed.contains(&weight),
        ) {
            (true, _) => WeightLayout::Q8,
            (false, true) => WeightLayout::Packed,
            (false, false) => WeightLayout::Rows,
        }
    }

    fn reserve(&mut self, bytes: usize) -> BufferRange {
        let size = bytes as u64;
        let align = ALIGN as u64;
        let fits = self
            .sizes
            .last()
            .is_some_and(|used| used.next_multiple_of(align) + size <= BUFFER_BYTES);
        if !fits {
            self.sizes.push(0);
        }
        let buffer = self.sizes.len() - 1;
        let offset = self.sizes[buffer].next_multiple_of(align);
        self.sizes[buffer] = offset + size;
        BufferRange {
            buffer,
            offset,
            size,
        }
    }
}

impl BufferRange {
    /// A sub-range, in bytes from the start of this one.
    pub fn slice(self, part: Range<u64>) -> Self {
        Self {
            buffer: self.buffer,
            offset: self.offset + part.start,
            size: part.end - part.start,
        }
    }
}

/// Reorders a matrix [N, K] to [K/4, N, 4].
fn pack(data: &[f32], n: usize) -> Vec<f32> {
    let k = data.len() / n;
    let mut out = Vec::with_capacity(data.len());
    for quad in 0..k / 4 {
        for row in data.chunks(k) {
            out.extend_from_slice(&row[4 * quad..][..4]);
        }
    }
    out
}

/// Returns true if every use of a weight is as the matrix of a linear or a convolution.
fn is_only_a_matrix(program: &Program, weight: Value) -> bool {
    program.nodes().iter().all(|node| match &node.op {
        Op::Linear { w, .. } | Op::Conv { w, .. } => {
            let uses = node.op.operands().iter().filter(|v| **v == weight).count();
            uses == usize::from(*w == weight)
        }
        op => !op.operands().contains(&weight),
    })
}
