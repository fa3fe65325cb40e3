//! Weights on the device: packed into a few buffers, none larger than the device binds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lower::Form;
use crate::executor::EngineError;
use crate::graph::{Value, ValueKind};
use crate::op::Op;
use crate::program::{ALIGN, Program};
use crate::weights::{WeightData, Weights};

/// The size of a weight buffer, unless one weight alone is larger.
const CHUNK: u64 = 128 << 20;

/// A range of a weight buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range64 {
    /// Which buffer.
    pub buffer: usize,
    /// Bytes from its start.
    pub offset: u64,
    /// Length in bytes.
    pub size: u64,
}

/// Where the weights of a program are to lie.
#[derive(Debug, Default)]
pub struct Layout {
    /// The numbers of every weight.
    pub values: BTreeMap<Value, Range64>,
    /// The scales of the weights that stay int8.
    pub scales: BTreeMap<Value, Range64>,
    /// The matrices that are packed: [K/4, N, 4] instead of [N, K], so that neighbouring threads read neighbours.
    pub packed: BTreeSet<Value>,
    /// The size of every buffer.
    pub buffers: Vec<u64>,
}

/// Lays out the weights. With `keep_q8`, matrices that are only multiplied by stay int8; else all become f32 and those
/// matrices are packed.
pub fn layout(program: &Program, weights: &Weights, keep_q8: bool) -> Result<Layout, EngineError> {
    let mut layout = Layout::default();
    for (i, info) in program.graph().values().iter().enumerate() {
        if info.kind != ValueKind::Weight {
            continue;
        }
        let value = Value(i as u32);
        let tensor = weights.expect(&info.name, &info.shape)?;
        match &tensor.data {
            WeightData::Q8 { values, scales }
                if keep_q8 && info.shape.len() == 2 && only_multiplied(program, value) =>
            {
                let range = layout.reserve(values.len());
                layout.values.insert(value, range);
                let range = layout.reserve((2 * scales.len()).next_multiple_of(4));
                layout.scales.insert(value, range);
            }
            _ => {
                let range = layout.reserve(4 * info.len());
                layout.values.insert(value, range);
                if !keep_q8
                    && crate::shape::cols(&info.shape).is_multiple_of(4)
                    && only_multiplied(program, value)
                {
                    layout.packed.insert(value);
                }
            }
        }
    }
    Ok(layout)
}

/// Calls `write` with every range and its bytes.
pub fn upload(
    program: &Program,
    weights: &Weights,
    layout: &Layout,
    mut write: impl FnMut(Range64, &[u8]),
) -> Result<(), EngineError> {
    for (value, range) in &layout.values {
        let info = program.graph().info(*value);
        let tensor = weights.expect(&info.name, &info.shape)?;
        match (&tensor.data, layout.scales.get(value)) {
            (WeightData::Q8 { values, scales }, Some(scale_range)) => {
                write(*range, bytemuck::cast_slice(values));
                let mut bits: Vec<u16> = scales.iter().map(|s| s.to_bits()).collect();
                bits.resize(scale_range.size as usize / 2, 0);
                write(*scale_range, bytemuck::cast_slice(&bits));
            }
            (_, None) if layout.packed.contains(value) => {
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

impl Layout {
    /// How a matrix lies on the device.
    pub fn form(&self, weight: Value) -> Form {
        match (
            self.scales.contains_key(&weight),
            self.packed.contains(&weight),
        ) {
            (true, _) => Form::Q8,
            (false, true) => Form::Packed,
            (false, false) => Form::Rows,
        }
    }

    fn reserve(&mut self, bytes: usize) -> Range64 {
        let size = bytes as u64;
        let align = ALIGN as u64;
        let fits = self
            .buffers
            .last()
            .is_some_and(|used| used.next_multiple_of(align) + size <= CHUNK);
        if !fits {
            self.buffers.push(0);
        }
        let buffer = self.buffers.len() - 1;
        let offset = self.buffers[buffer].next_multiple_of(align);
        self.buffers[buffer] = offset + size;
        Range64 {
            buffer,
            offset,
            size,
        }
    }
}

impl Range64 {
    /// A part of the range.
    pub fn slice(self, part: Range<u64>) -> Self {
        Self {
            buffer: self.buffer,
            offset: self.offset + part.start,
            size: part.end - part.start,
        }
    }
}

/// [N, K] → [K/4, N, 4].
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

/// True if a weight is never anything but the matrix of a linear or a convolution.
fn only_multiplied(program: &Program, weight: Value) -> bool {
    program.nodes().iter().all(|node| match &node.op {
        Op::Linear { w, .. } | Op::Conv { w, .. } => {
            let uses = node.op.operands().iter().filter(|v| **v == weight).count();
            uses == usize::from(*w == weight)
        }
        op => !op.operands().contains(&weight),
    })
}
