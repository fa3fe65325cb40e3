//! From ops to dispatches: which kernel, which operands, how many workgroups.

use crate::graph::{Node, Value};
use crate::op::{ChannelOrder, Epilogue, Norm, Op, Resample};
use crate::program::Program;
use crate::shape;

use super::Kernels;
use super::shader::Kernel;

/// WebGPU's guaranteed number of workgroups along one axis.
pub(super) const MAX_GROUPS: usize = 65_535;

/// What a binding of a kernel refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A value: a range of the arena or of a weight buffer.
    Value(Value),
    /// The scales of an int8 weight.
    Scales(Value),
}

/// One dispatch.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// The pipeline.
    pub kernel: Kernel,
    /// What the bindings of the shader, by name, refer to.
    pub operands: Vec<(&'static str, Operand)>,
    /// The uniform block of shared/params.wgsl.
    pub params: Params,
    /// Workgroups.
    pub groups: [u32; 3],
    /// Arithmetic plus memory traffic; submits are cut by it.
    pub work: f64,
}

/// shared/params.wgsl.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[allow(missing_docs)] // documented in the shader
pub struct Params {
    pub count: u32,
    pub start: u32,
    pub a: u32,
    pub b: u32,
    pub c: u32,
    pub d: u32,
    pub e: u32,
    pub f: f32,
}

/// How the matrix of a product lies on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// [N, K] in f32.
    Rows,
    /// [K/4, N, 4] in f32.
    Packed,
    /// [N, K] in int8 with scales.
    Q8,
}

/// How kernels are chosen for a device.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Tiled or direct.
    pub kernels: Kernels,
    /// The most arithmetic of a dispatch; larger ones are cut.
    pub max_flops: f64,
}

/// Lowers a whole program, state updates included. `form` tells how the matrices lie on the device.
pub fn lower(program: &Program, tuning: Tuning, form: &dyn Fn(Value) -> Form) -> Vec<Dispatch> {
    let mut lowering = Lowering {
        program,
        tuning,
        form,
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

/// A lowering under way.
pub(super) struct Lowering<'a> {
    pub(super) program: &'a Program,
    pub(super) tuning: Tuning,
    pub(super) form: &'a dyn Fn(Value) -> Form,
    pub(super) dispatches: Vec<Dispatch>,
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
            Op::Rope { x, cos, sin } => {
                let kernel = Kernel::new("rope").constant("PAIRS", cols / 2);
                let kernel = kernel.constant("HALF", shape::cols(self.program.shape(*cos)));
                self.elements(
                    kernel,
                    node,
                    rows * cols / 2,
                    &[("x", *x), ("cosines", *cos), ("sines", *sin)],
                    0.0,
                    0,
                );
            }
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
            Op::Embed { ids, table } => {
                let kernel = Kernel::new("embed").constant("WIDTH", cols);
                let kernel = kernel.constant("ROWS", self.program.shape(*table)[0]);
                self.elements(
                    kernel,
                    node,
                    rows * cols,
                    &[("ids", *ids), ("table", *table)],
                    0.0,
                    0,
                );
            }
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
                let wide = shape::cols(self.program.shape(*x));
                self.copy(*x, out, [rows, cols], [wide, *start], [cols, 0]);
            }
            Op::Copy { x } | Op::Reshape { x } => {
                self.copy(*x, out, [1, rows * cols], [0, 0], [0, 0])
            }
            Op::Activate { x, epilogue } => {
                self.elementwise(node, activation(*epilogue), *x, None, None, 0.0)
            }
            Op::Scale { x, factor } => {
                self.elementwise(node, Some("SCALE"), *x, None, None, *factor)
            }
            Op::Add { a, b } => self.elementwise(node, Some("ADD"), *a, Some(*b), None, 0.0),
            Op::Mul { a, b } => self.elementwise(node, Some("MUL"), *a, Some(*b), None, 0.0),
            Op::EulerX0 { z, x0, coeffs } => {
                self.elementwise(node, Some("EULER"), *z, Some(*x0), Some(*coeffs), 0.0)
            }
            Op::Guide { cond, uncond, g } => {
                self.elementwise(node, Some("GUIDE"), *cond, Some(*uncond), Some(*g), 0.0)
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
        let kernel = Kernel::new("attention")
            .constant("QUADS", quads)
            .constant("HEADS", *heads)
            .constant("QUERIES", queries)
            .constant("SPLITS", splits)
            .flag("MERGE", splits > 1)
            .flag("BIAS", bias.is_some());
        let mut operands = vec![
            ("q", Operand::Value(*q)),
            ("k", Operand::Value(*k)),
            ("v", Operand::Value(*v)),
            ("out", Operand::Value(node.output)),
        ];
        operands.extend(bias.map(|b| ("bias", Operand::Value(b))));
        let work = self.work(node);
        let most = (self.tuning.max_flops / (4.0 * (keys * d * queries) as f64)) as usize;
        let lines = m.div_ceil(queries);
        for (start, len) in pieces(lines, most.clamp(1, MAX_GROUPS)) {
            let start = start * queries;
            let params = Params {
                count: m as u32,
                start: start as u32,
                a: keys as u32,
                f: *scale,
                ..Params::default()
            };
            let groups = [len as u32, *heads as u32, 1];
            let work = work * len as f64 / lines as f64;
            self.dispatches.push(Dispatch {
                kernel: kernel.clone(),
                operands: operands.clone(),
                params,
                groups,
                work,
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
        let kernel = Kernel::new("norm_modulate")
            .constant("WIDTH", cols)
            .constant("THREADS", threads)
            .constant("LANES", lanes)
            .flag("SHARED", shared)
            .flag("LAYER", *norm == Norm::Layer)
            .flag("WEIGHT", weight.is_some())
            .flag("BIAS", bias.is_some())
            .flag("SCALE", scale.is_some())
            .flag("SCALE_ROW", is_row(scale))
            .flag("SHIFT", shift.is_some())
            .flag("SHIFT_ROW", is_row(shift));
        let mut operands = vec![
            ("x", Operand::Value(*x)),
            ("out", Operand::Value(node.output)),
        ];
        let optional = [
            ("weight", weight),
            ("bias", bias),
            ("scale", scale),
            ("shift", shift),
        ];
        operands.extend(
            optional
                .into_iter()
                .filter_map(|(name, v)| v.map(|v| (name, Operand::Value(v)))),
        );
        let params = Params {
            count: rows as u32,
            f: *eps,
            ..Params::default()
        };
        let work = self.work(node);
        self.dispatches.push(Dispatch {
            kernel,
            operands,
            params,
            groups: spread(groups),
            work,
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
        let kernel = Kernel::new("resample")
            .constant("R", r)
            .constant("TIME", time)
            .constant("HEIGHT", full[1])
            .constant("WIDTH", full[2])
            .constant("CHANNELS", full[3])
            .flag("UNSHUFFLE", unshuffle)
            .flag("NEAREST", matches!(kind, Resample::Nearest { .. }))
            .flag("CHANNEL_FIRST", order == ChannelOrder::ChannelFirst);
        self.elements(
            kernel,
            node,
            self.program.len(node.output),
            &[("x", x)],
            0.0,
            0,
        );
    }

    fn elementwise(
        &mut self,
        node: &Node,
        flag: Option<&'static str>,
        x: Value,
        y: Option<Value>,
        coeffs: Option<Value>,
        f: f32,
    ) {
        let len = self.program.len(node.output);
        let period = y.map_or(len, |y| self.program.len(y));
        let four = len.is_multiple_of(4) && period.is_multiple_of(4);
        let unit = if four { 4 } else { 1 };
        let mut kernel = Kernel::new("elementwise")
            .alias("TYPE", vector(unit))
            .flag("FOUR", four)
            .flag("BINARY", y.is_some())
            .flag("COEFFS", coeffs.is_some());
        kernel.flags.extend(flag);
        let operands: Vec<_> = [("y", y), ("coeffs", coeffs)]
            .into_iter()
            .filter_map(|(name, v)| v.map(|v| (name, v)))
            .collect();
        let operands: Vec<_> = std::iter::once(("x", x)).chain(operands).collect();
        self.elements(
            kernel,
            node,
            len / unit,
            &operands,
            f,
            (period / unit) as u32,
        );
    }

    /// One thread per element.
    fn elements(
        &mut self,
        kernel: Kernel,
        node: &Node,
        count: usize,
        operands: &[(&'static str, Value)],
        f: f32,
        a: u32,
    ) {
        let mut operands: Vec<_> = operands
            .iter()
            .map(|(name, v)| (*name, Operand::Value(*v)))
            .collect();
        operands.push(("out", Operand::Value(node.output)));
        let params = Params {
            count: count as u32,
            a,
            f,
            ..Params::default()
        };
        let work = self.work(node);
        self.dispatches.push(Dispatch {
            kernel,
            operands,
            params,
            groups: spread(count.div_ceil(64)),
            work,
        });
    }

    /// Copies `size` = [rows, columns]; `from` and `to` are [columns of the tensor, first element].
    fn copy(&mut self, x: Value, out: Value, size: [usize; 2], from: [usize; 2], to: [usize; 2]) {
        let count = size[0] * size[1];
        let params = Params {
            count: count as u32,
            a: from[0] as u32,
            b: size[1] as u32,
            c: from[1] as u32,
            d: to[0] as u32,
            e: to[1] as u32,
            ..Params::default()
        };
        let operands = vec![("x", Operand::Value(x)), ("out", Operand::Value(out))];
        let groups = spread(count.div_ceil(64));
        self.dispatches.push(Dispatch {
            kernel: Kernel::new("copy"),
            operands,
            params,
            groups,
            work: 8.0 * count as f64,
        });
    }

    pub(super) fn work(&self, node: &Node) -> f64 {
        let cost = self.program.cost(node);
        cost.flops + cost.bytes
    }
}

/// (start, length) of pieces of at most `most`, of about the same size.
pub(super) fn pieces(total: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let count = total.div_ceil(most);
    let size = total.div_ceil(count);
    (0..count).map(move |i| (i * size, size.min(total - i * size)))
}

/// Workgroups over two axes.
fn spread(groups: usize) -> [u32; 3] {
    if groups <= MAX_GROUPS {
        return [groups as u32, 1, 1];
    }
    let lines = groups.div_ceil(MAX_GROUPS);
    [groups.div_ceil(lines) as u32, lines as u32, 1]
}

pub(super) fn vector(len: usize) -> &'static str {
    if len.is_multiple_of(4) {
        "vec4<f32>"
    } else {
        "f32"
    }
}

pub(super) fn activation(epilogue: Epilogue) -> Option<&'static str> {
    match epilogue {
        Epilogue::None => None,
        Epilogue::GeluTanh => Some("GELU"),
        Epilogue::Silu => Some("SILU"),
    }
}

/// Threads that share a query of attention and merge what they found.
const MERGED_SPLITS: usize = 8;

/// The most queries of a workgroup whose partial results fit into the workgroup memory that WebGPU promises: each
/// thread keeps `quads` vectors of four, its maximum and its sum.
fn merged_queries(quads: usize) -> usize {
    let per_query = MERGED_SPLITS * (16 * quads + 8);
    let limit = wgpu::Limits::default().max_compute_workgroup_storage_size as usize;
    [8, 4, 2]
        .into_iter()
        .find(|queries| queries * per_query <= limit)
        .unwrap_or(1)
}
