//! The closed set of ops. Every op computes one value. Tensors are row-major f32; "rows" are all axes but the last.

use serde::{Deserialize, Serialize};

use crate::graph::Value;

/// Activation after a product and its bias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Epilogue {
    /// No activation.
    #[default]
    None,
    /// GELU, tanh approximation.
    GeluTanh,
    /// x · sigmoid(x).
    Silu,
}

/// Normalisation of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Norm {
    /// (x − mean) / sqrt(variance + eps).
    Layer,
    /// x / sqrt(mean(x²) + eps).
    Rms,
}

/// Channel order of a packed block of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ChannelOrder {
    /// (row in block, column in block, channel), channel fastest.
    ChannelLast,
    /// (channel, row in block, column in block), as in PyTorch's `pixel_shuffle`.
    ChannelFirst,
}

/// A change of resolution of a [T, H, W, C] tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Resample {
    /// [T, H, W, time·r²·C] → [T·time, H·r, W·r, C]; the sub-frame is the slowest channel axis.
    PixelShuffle {
        /// Pixels per side.
        r: usize,
        /// Frames per input frame (1 for images).
        time: usize,
        /// Channel order within a sub-frame.
        order: ChannelOrder,
    },
    /// The inverse of [`Resample::PixelShuffle`].
    PixelUnshuffle {
        /// Pixels per side.
        r: usize,
        /// Frames per output frame (1 for images).
        time: usize,
        /// Channel order within a sub-frame.
        order: ChannelOrder,
    },
    /// [T, H, W, C] → [T, H·r, W·r, C], each pixel repeated.
    Nearest {
        /// Copies per side.
        r: usize,
    },
}

/// An op with its operands. The methods of [`crate::Graph`] create ops and document shapes and semantics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the builder method of the same name documents every operand
pub enum Op {
    Linear {
        x: Value,
        w: Value,
        bias: Option<Value>,
        epilogue: Epilogue,
        mul: Option<Value>,
        gate: Option<Value>,
        residual: Option<Value>,
    },
    NormModulate {
        x: Value,
        norm: Norm,
        eps: f32,
        weight: Option<Value>,
        bias: Option<Value>,
        scale: Option<Value>,
        shift: Option<Value>,
    },
    Rope {
        x: Value,
        cos: Value,
        sin: Value,
    },
    Attention {
        q: Value,
        k: Value,
        v: Value,
        bias: Option<Value>,
        heads: usize,
        scale: f32,
    },
    Conv {
        x: Value,
        w: Value,
        bias: Option<Value>,
        previous: Option<Value>,
        epilogue: Epilogue,
        residual: Option<Value>,
    },
    Resample {
        x: Value,
        kind: Resample,
    },
    Embed {
        ids: Value,
        table: Value,
    },
    ConcatRows {
        parts: Vec<Value>,
    },
    SliceRows {
        x: Value,
        start: usize,
    },
    SliceCols {
        x: Value,
        start: usize,
    },
    Reshape {
        x: Value,
    },
    Patchify {
        x: Value,
    },
    Unpatchify {
        x: Value,
    },
    Activate {
        x: Value,
        epilogue: Epilogue,
    },
    Add {
        a: Value,
        b: Value,
    },
    Mul {
        a: Value,
        b: Value,
    },
    Scale {
        x: Value,
        factor: f32,
    },
    EulerX0 {
        z: Value,
        x0: Value,
        coeffs: Value,
    },
    Guide {
        cond: Value,
        uncond: Value,
        g: Value,
    },
    /// Copies a value to its own memory. Only the planner adds it.
    Copy {
        x: Value,
    },
}

impl Op {
    /// The name of the op in errors, costs and benchmarks.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Linear { .. } => "linear",
            Op::NormModulate { .. } => "norm_modulate",
            Op::Rope { .. } => "rope",
            Op::Attention { .. } => "attention",
            Op::Conv { .. } => "conv",
            Op::Resample { .. } => "resample",
            Op::Embed { .. } => "embed",
            Op::ConcatRows { .. } => "concat_rows",
            Op::SliceRows { .. } => "slice_rows",
            Op::SliceCols { .. } => "slice_cols",
            Op::Reshape { .. } => "reshape",
            Op::Patchify { .. } => "patchify",
            Op::Unpatchify { .. } => "unpatchify",
            Op::Activate { .. } => "activate",
            Op::Add { .. } => "add",
            Op::Mul { .. } => "mul",
            Op::Scale { .. } => "scale",
            Op::EulerX0 { .. } => "euler_x0",
            Op::Guide { .. } => "guide",
            Op::Copy { .. } => "copy",
        }
    }

    /// Calls `f` on a mutable reference to every operand, in the order of [`Op::operands`].
    pub(crate) fn each_operand_mut(&mut self, f: &mut dyn FnMut(&mut Value)) {
        let mut all = |required: &mut [&mut Value], optional: &mut [&mut Option<Value>]| {
            required.iter_mut().for_each(|v| f(v));
            optional
                .iter_mut()
                .filter_map(|v| v.as_mut())
                .for_each(&mut *f);
        };
        match self {
            Op::Linear {
                x,
                w,
                bias,
                mul,
                gate,
                residual,
                ..
            } => all(&mut [x, w], &mut [bias, mul, gate, residual]),
            Op::NormModulate {
                x,
                weight,
                bias,
                scale,
                shift,
                ..
            } => all(&mut [x], &mut [weight, bias, scale, shift]),
            Op::Rope { x, cos, sin } => all(&mut [x, cos, sin], &mut []),
            Op::Attention { q, k, v, bias, .. } => all(&mut [q, k, v], &mut [bias]),
            Op::Conv {
                x,
                w,
                bias,
                previous,
                residual,
                ..
            } => all(&mut [x, w], &mut [bias, previous, residual]),
            Op::ConcatRows { parts } => parts.iter_mut().for_each(&mut *f),
            Op::Embed { ids, table } => all(&mut [ids, table], &mut []),
            Op::Add { a, b } | Op::Mul { a, b } => all(&mut [a, b], &mut []),
            Op::EulerX0 { z, x0, coeffs } => all(&mut [z, x0, coeffs], &mut []),
            Op::Guide { cond, uncond, g } => all(&mut [cond, uncond, g], &mut []),
            Op::Resample { x, .. }
            | Op::SliceRows { x, .. }
            | Op::SliceCols { x, .. }
            | Op::Reshape { x }
            | Op::Patchify { x }
            | Op::Unpatchify { x }
            | Op::Activate { x, .. }
            | Op::Copy { x }
            | Op::Scale { x, .. } => all(&mut [x], &mut []),
        }
    }

    /// All operands: required ones in field order, then the optional ones that are present.
    pub fn operands(&self) -> Vec<Value> {
        let mut all = Vec::new();
        self.clone().each_operand_mut(&mut |v| all.push(*v));
        all
    }
}
