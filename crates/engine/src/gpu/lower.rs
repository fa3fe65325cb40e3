//! Lowers ops to dispatches: kernel, operands, parameters and workgroup counts.

use crate::graph::{Node, Value, ValueKind};
use crate::op::{ChannelOrder, Epilogue, Norm, Op, Resample};
use crate::program::Program;
use crate::shape;

use super::Kernels;
use super::shader::{
    self, AttentionParams, CopyParams, ElementwiseParams, EmbedParams, Kernel, NormModulateParams,
    ParamWords, ResampleParams, RopeParams,
};

/// Workgroups along one axis that WebGPU guarantees.
pub(super) const MAX_GROUPS: usize = 65_535;

/// The data of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A value: a range of the arena or of a weight buffer.
    Value(Value),
    /// The scales of an int8 weight.
    Scales(Value),
}

impl From<Value> for Operand {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

/// One dispatch.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The pipeline.
    pub kernel: Kernel,
    /// (binding, operand) of every storage binding.
    pub operands: Vec<(u32, Operand)>,
    /// The uniform block.
    pub params: ParamWords,
    /// Workgroups per axis.
    pub groups: [u32; 3],
    /// FLOPs plus bytes moved. Limits the dispatches per submission.
    pub work: f64,
}

/// Memory layout of a weight matrix on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightLayout {
    /// [N, K] in f32.
    Rows,
    /// [K/4, N, 4] in f32.
    Packed,
    /// [N, K] in int8 with scales.
    Q8,
}

/// Kernel selection for a device.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Tiled or direct.
    pub kernels: Kernels,
    /// Largest FLOPs of one dispatch. Larger ones are split.
    pub max_flops: f64,
}

/// Lowers a program with its state updates. `layout` returns the memory layout of a weight matrix.
pub fn lower(
    program: &Program,
    tuning: Tuning,
    layout: &dyn Fn(Value) -> WeightLayout,
) -> Vec<Dispatch> {
    let mut lowering = Lowering {
        program,
        tuning,
        layout,
        dispatches: Vec::new(),
    };
    for node in program.nodes().iter().filter(|n| !program.is_view(n)) {
        lowering.node(node);
    }
    for (state, value) in program.updates() {
        lowering.copy(*value, *state, [1, program.len(*state)], [0, 0], [0, 0]);
    }
    lowering.dispatches
}

/// A lowering in progress.
pub(super) struct Lowering<'a> {
    pub(super) program: &'a Program,
    pub(super) tuning: Tuning,
    pub(super) layout: &'a dyn Fn(Value) -> WeightLayout,
    pub(super) dispatches: Vec<Dispatch>,
}

/// An elementwise op.
#[derive(Clone, Copy, PartialEq)]
enum Elementwise {
    Add,
    Mul,
    Scale,
    Euler,
    Guide,
    Activate(Epilogue),
}

impl Lowering<'_> {
    fn node(&mut self, node: &Node) {
        let out = node.output;
        let cols = shape::cols(self.program.shape(out));
        let rows = self.program.len(out) / cols;
        match &node.op {
            Op::Linear { .. } => self.linear(node),
            Op::Conv { .. } => self.conv(node),
            Op::Attention { .. } => self.attention(node),
            Op::NormModulate { .. } => self.norm_modulate(node, rows, cols),
            Op::Rope { x, cos, sin } => self.rope(node, *x, *cos, *sin),
            Op::Resample { x, kind } => self.resample(node, *x, *kind),
            Op::Patchify { x } => {
                let kind = Resample::PixelUnshuffle {
                    r: 2,
                    time: 1,
                    order: ChannelOrder::ChannelLast,
                };
                self.resample(node, *x, kind);
            }
            Op::Unpatchify { x } => {
                let kind = Resample::PixelShuffle {
                    r: 2,
                    time: 1,
                    order: ChannelOrder::ChannelLast,
                };
                self.resample(node, *x, kind);
            }
            Op::Embed { ids, table } => self.embed(node, *ids, *table),
            Op::ConcatRows { parts } => {
                let mut start = 0;
                for part in parts {
                    let len = self.program.len(*part);
                    self.copy(*part, out, [1, len], [0, 0], [0, start]);
                    start += len;
                }
            }
            Op::SliceRows { x, start } => {
                let start = start * (self.program.len(*x) / self.program.shape(*x)[0]);
                self.copy(*x, out, [1, rows * cols], [0, start], [0, 0]);
            }
            Op::SliceCols { x, start } => {
                let width = shape::cols(self.program.shape(*x));
                self.copy(*x, out, [rows, cols], [width, *start], [cols, 0]);
            }
            Op::Copy { x } | Op::Reshape { x } => {
                self.copy(*x, out, [1, rows * cols], [0, 0], [0, 0]);
            }
            Op::Activate { x, epilogue } => {
                let op = Elementwise::Activate(*epilogue);
                self.elementwise(node, op, *x, None, None, 0.0);
            }
            Op::Scale { x, factor } => {
                self.elementwise(node, Elementwise::Scale, *x, None, None, *factor);
            }
            Op::Add { a, b } => {
                self.elementwise(node, Elementwise::Add, *a, Some(*b), None, 0.0);
            }
            Op::Mul { a, b } => {
                self.elementwise(node, Elementwise::Mul, *a, Some(*b), None, 0.0);
            }
            Op::EulerX0 { z, x0, coeffs } => {
                self.elementwise(node, Elementwise::Euler, *z, Some(*x0), Some(*coeffs), 0.0);
            }
            Op::Guide { cond, uncond, g } => {
                self.elementwise(
                    node,
                    Elementwise::Guide,
                    *cond,
                    Some(*uncond),
                    Some(*g),
                    0.0,
                );
            }
        }
    }

    fn attention(&mut self, node: &Node) {
        let Op::Attention {
            q,
            k,
            v,
            bias,
            heads,
            scale,
        } = &node.op
        else {
            unreachable!("called for attention")
        };
        let [m, d] = [self.program.shape(*q)[0], self.program.shape(*q)[1]];
        let keys = self.program.shape(*k)[0];
        let quads = d / heads / 4;
        let [queries, splits] = match self.tuning.kernels {
            Kernels::Direct => [16, 1],
            _ => [merged_queries(quads), MERGED_SPLITS],
        };
        let flags = shader::attention::Flags {
            bias: bias.is_some(),
            merge: splits > 1,
        };
        let constants = shader::attention::Constants {
            quads,
            heads: *heads,
            queries,
            splits,
        };
        let kernel = shader::attention::kernel(flags, constants);
        let operands = shader::attention::Operands {
            q: (*q).into(),
            k: (*k).into(),
            v: (*v).into(),
            out: node.output.into(),
            bias: bias.map(Operand::from),
        }
        .list();
        let work = self.work(node);
        let most = (self.tuning.max_flops / (4.0 * (keys * d * queries) as f64)) as usize;
        let blocks = m.div_ceil(queries);
        for (start, len) in split_evenly(blocks, most.clamp(1, MAX_GROUPS)) {
            let params = AttentionParams {
                queries: m as u32,
                first_query: (start * queries) as u32,
                keys: keys as u32,
                scale: *scale,
            };
            self.push(Dispatch {
                kernel: kernel.clone(),
                operands: operands.clone(),
                params: params.words(),
                groups: [len as u32, *heads as u32, 1],
                work: work * len as f64 / blocks as f64,
            });
        }
    }

    fn norm_modulate(&mut self, node: &Node, rows: usize, cols: usize) {
        let Op::NormModulate {
            x,
            norm,
            eps,
            weight,
            bias,
            scale,
            shift,
        } = &node.op
        else {
            unreachable!("called for norms")
        };
        let is_row = |v: &Option<Value>| v.is_some_and(|v| self.program.len(v) == cols);
        let shared = self.tuning.kernels != Kernels::Direct;
        let (threads, lanes, groups) = if shared {
            (64, 64, rows)
        } else {
            (16, 1, rows.div_ceil(16))
        };
        let flags = shader::norm_modulate::Flags {
            shared,
            layer: *norm == Norm::Layer,
            weight: weight.is_some(),
            bias: bias.is_some(),
            scale: scale.is_some(),
            scale_row: is_row(scale),
            shift: shift.is_some(),
            shift_row: is_row(shift),
        };
        let constants = shader::norm_modulate::Constants {
            width: cols,
            threads,
            lanes,
        };
        let operands = shader::norm_modulate::Operands {
            x: (*x).into(),
            out: node.output.into(),
            weight: weight.map(Operand::from),
            bias: bias.map(Operand::from),
            scale: scale.map(Operand::from),
            shift: shift.map(Operand::from),
        };
        let params = NormModulateParams {
            rows: rows as u32,
            eps: *eps,
        };
        self.push(Dispatch {
            kernel: shader::norm_modulate::kernel(flags, constants),
            operands: operands.list(),
            params: params.words(),
            groups: grid(groups),
            work: self.work(node),
        });
    }

    fn rope(&mut self, node: &Node, x: Value, cos: Value, sin: Value) {
        let constants = shader::rope::Constants {
            pairs: shape::cols(self.program.shape(x)) / 2,
            half: shape::cols(self.program.shape(cos)),
        };
        let operands = shader::rope::Operands {
            x: x.into(),
            cosines: cos.into(),
            sines: sin.into(),
            out: node.output.into(),
        };
        let count = self.program.len(x) / 2;
        let params = RopeParams {
            count: count as u32,
        };
        self.push(Dispatch {
            kernel: shader::rope::kernel(constants),
            operands: operands.list(),
            params: params.words(),
            groups: element_groups(count),
            work: self.work(node),
        });
    }

    fn embed(&mut self, node: &Node, ids: Value, table: Value) {
        let [rows, width] = [self.program.shape(table)[0], self.program.shape(table)[1]];
        let operands = shader::embed::Operands {
            ids: ids.into(),
            table: table.into(),
            out: node.output.into(),
        };
        let count = self.program.len(node.output);
        let params = EmbedParams {
            count: count as u32,
        };
        self.push(Dispatch {
            kernel: shader::embed::kernel(shader::embed::Constants { width, rows }),
            operands: operands.list(),
            params: params.words(),
            groups: element_groups(count),
            work: self.work(node),
        });
    }

    fn resample(&mut self, node: &Node, x: Value, kind: Resample) {
        let (r, time, order) = match kind {
            Resample::PixelShuffle { r, time, order }
            | Resample::PixelUnshuffle { r, time, order } => (r, time, order),
            Resample::Nearest { r } => (r, 1, ChannelOrder::ChannelLast),
        };
        let unshuffle = matches!(kind, Resample::PixelUnshuffle { .. });
        let full = self.program.shape(if unshuffle { x } else { node.output });
        let flags = shader::resample::Flags {
            unshuffle,
            nearest: matches!(kind, Resample::Nearest { .. }),
            channel_first: order == ChannelOrder::ChannelFirst,
        };
        let constants = shader::resample::Constants {
            r,
            time,
            height: full[1],
            width: full[2],
            channels: full[3],
        };
        let operands = shader::resample::Operands {
            x: x.into(),
            out: node.output.into(),
        };
        let count = self.program.len(node.output);
        let params = ResampleParams {
            count: count as u32,
        };
        self.push(Dispatch {
            kernel: shader::resample::kernel(flags, constants),
            operands: operands.list(),
            params: params.words(),
            groups: element_groups(count),
            work: self.work(node),
        });
    }

    fn elementwise(
        &mut self,
        node: &Node,
        op: Elementwise,
        x: Value,
        y: Option<Value>,
        coeffs: Option<Value>,
        factor: f32,
    ) {
        let len = self.program.len(node.output);
        let period = y.map_or(len, |y| self.program.len(y));
        let four = len.is_multiple_of(4) && period.is_multiple_of(4);
        let unit = if four { 4 } else { 1 };
        let flags = shader::elementwise::Flags {
            four,
            binary: y.is_some(),
            coeffs: coeffs.is_some(),
            add: op == Elementwise::Add,
            mul: op == Elementwise::Mul,
            scale: op == Elementwise::Scale,
            euler: op == Elementwise::Euler,
            guide: op == Elementwise::Guide,
            gelu: op == Elementwise::Activate(Epilogue::GeluTanh),
            silu: op == Elementwise::Activate(Epilogue::Silu),
        };
        let operands = shader::elementwise::Operands {
            x: x.into(),
            out: node.output.into(),
            y: y.map(Operand::from),
            coeffs: coeffs.map(Operand::from),
        };
        let count = len / unit;
        let params = ElementwiseParams {
            count: count as u32,
            period: (period / unit) as u32,
            factor,
        };
        self.push(Dispatch {
            kernel: shader::elementwise::kernel(flags),
            operands: operands.list(),
            params: params.words(),
            groups: element_groups(count),
            work: self.work(node),
        });
    }

    /// Copies a block of `size` = [rows, columns]. `source` and `target` are [columns of the tensor, first element].
    fn copy(
        &mut self,
        x: Value,
        out: Value,
        size: [usize; 2],
        source: [usize; 2],
        target: [usize; 2],
    ) {
        let count = size[0] * size[1];
        let params = CopyParams {
            count: count as u32,
            columns: size[1] as u32,
            source_columns: source[0] as u32,
            source_start: source[1] as u32,
            target_columns: target[0] as u32,
            target_start: target[1] as u32,
        };
        let operands = shader::copy::Operands {
            x: x.into(),
            out: out.into(),
        };
        self.push(Dispatch {
            kernel: shader::copy::kernel(),
            operands: operands.list(),
            params: params.words(),
            groups: element_groups(count),
            work: 8.0 * count as f64,
        });
    }

    /// Appends a dispatch, with the bindings of weights read-only.
    pub(super) fn push(&mut self, dispatch: Dispatch) {
        let weights = dispatch
            .operands
            .iter()
            .filter(|(_, operand)| self.is_weight(*operand))
            .map(|(index, _)| *index);
        let kernel = dispatch.kernel.with_weights(weights);
        self.dispatches.push(Dispatch { kernel, ..dispatch });
    }

    fn is_weight(&self, operand: Operand) -> bool {
        match operand {
            Operand::Scales(_) => true,
            Operand::Value(value) => {
                let root = self.program.placement(value).root;
                self.program.kind(root) == ValueKind::Weight
            }
        }
    }

    pub(super) fn work(&self, node: &Node) -> f64 {
        let cost = self.program.cost(node);
        cost.flops + cost.bytes
    }
}

/// Splits `total` into chunks of at most `most` and about equal size. Yields (start, length).
pub(super) fn split_evenly(total: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = total.div_ceil(most);
    let size = total.div_ceil(count);
    (0..count).map(move |i| (i * size, size.min(total - i * size)))
}

/// Workgroups of a kernel with one thread per element (`shared/elements.wgsl`).
fn element_groups(count: usize) -> [u32; 3] {
    grid(count.div_ceil(64))
}

/// Distributes workgroups over two axes.
fn grid(groups: usize) -> [u32; 3] {
    if groups <= MAX_GROUPS {
        return [groups as u32, 1, 1];
    }
    let rows = groups.div_ceil(MAX_GROUPS);
    [groups.div_ceil(rows) as u32, rows as u32, 1]
}

/// Threads that share a query of attention and merge their partial results.
const MERGED_SPLITS: usize = 8;

/// Largest number of queries of a workgroup whose partial results fit into the workgroup memory that WebGPU guarantees:
/// each thread stores `quads` vectors of four, its maximum and its sum.
fn merged_queries(quads: usize) -> usize {
    let per_query = MERGED_SPLITS * (16 * quads + 8);
    let limit = wgpu::Limits::default().max_compute_workgroup_storage_size as usize;
    [8, 4, 2]
        .into_iter()
        .find(|queries| queries * per_query <= limit)
        .unwrap_or(1)
}
