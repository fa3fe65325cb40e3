//! Evaluates every op with burn.

use burn_tensor::module;
use burn_tensor::ops::AttentionModuleOptions;
use burn_tensor::{Device, Tensor};

use super::data_movement::{self, ConvShape};
use super::epilogue::{self, FusedEpilogue};
use super::{Slot, host, tensor};
use crate::graph::{Node, Value};
use crate::op::{Epilogue, Norm, Op};
use crate::program::Program;
use crate::shape;

/// Evaluates a node.
pub(super) fn evaluate(program: &Program, node: &Node, slots: &mut [Slot]) -> Tensor<2> {
    Scope { program, slots }.evaluate(node)
}

struct Scope<'a> {
    program: &'a Program,
    slots: &'a [Slot],
}

impl Scope<'_> {
    fn evaluate(&self, node: &Node) -> Tensor<2> {
        let out = self.program.shape(node.output);
        let [rows, cols] = [shape::rows(out), shape::cols(out)];
        match &node.op {
            Op::Linear {
                x,
                w,
                bias,
                epilogue,
                mul,
                gate,
                residual,
            } => {
                let mut y = host(self.get(*x).matmul(self.get(*w).transpose()));
                let [bias, mul, gate, residual] =
                    [bias, mul, gate, residual].map(|v| v.map(|v| host(self.get(v))));
                let epilogue = FusedEpilogue {
                    bias: bias.as_deref(),
                    epilogue: *epilogue,
                    factors: [mul.as_deref(), gate.as_deref()],
                    residual: residual.as_deref(),
                };
                epilogue.apply(&mut y, cols);
                tensor(y, out)
            }
            Op::NormModulate { .. } => self.norm_modulate(&node.op, rows, cols),
            Op::Rope { x, cos, sin } => {
                let [cos, sin] = [cos, sin].map(|v| host(self.get(*v)));
                tensor(
                    data_movement::rope(host(self.get(*x)), &cos, &sin, cols),
                    out,
                )
            }
            Op::Attention { .. } => self.attention(&node.op),
            Op::Conv { .. } => self.conv(&node.op, out),
            Op::Resample { x, kind } => tensor(
                data_movement::resample(&host(self.get(*x)), self.program.shape(*x), *kind),
                out,
            ),
            Op::Embed { ids, table } => tensor(
                data_movement::embed(&host(self.get(*ids)), &host(self.get(*table)), cols),
                out,
            ),
            Op::ConcatRows { parts } => {
                let all = parts.iter().map(|v| {
                    let len = self.program.len(*v);
                    self.get(*v).reshape([len / cols, cols])
                });
                Tensor::cat(all.collect(), 0)
            }
            Op::SliceRows { x, start } => {
                let row = self.program.len(*x) / self.program.shape(*x)[0];
                let flat = self.get(*x).reshape([self.program.len(*x)]);
                flat.narrow(0, start * row, rows * cols)
                    .reshape([rows, cols])
            }
            Op::SliceCols { x, start } => self.get(*x).slice([0..rows, *start..start + cols]),
            Op::Reshape { x } | Op::Copy { x } => self.get(*x).reshape([rows, cols]),
            Op::Patchify { x } => tensor(
                data_movement::patchify(&host(self.get(*x)), self.program.shape(*x)),
                out,
            ),
            Op::Unpatchify { x } => {
                tensor(data_movement::unpatchify(&host(self.get(*x)), out), out)
            }
            Op::Activate { x, epilogue } => activate(self.get(*x), *epilogue),
            Op::Add { a, b } => self.get(*a) + self.broadcast(*b, rows, cols),
            Op::Mul { a, b } => self.get(*a) * self.broadcast(*b, rows, cols),
            Op::Scale { x, factor } => self.get(*x) * *factor,
            Op::EulerX0 { z, x0, coeffs } => {
                let coeffs = host(self.get(*coeffs));
                self.get(*z) * coeffs[0] + self.broadcast(*x0, rows, cols) * coeffs[1]
            }
            Op::Guide { cond, uncond, g } => {
                let g = host(self.get(*g))[0];
                let uncond = self.broadcast(*uncond, rows, cols);
                uncond.clone() + (self.get(*cond) - uncond) * g
            }
        }
    }

    fn get(&self, value: Value) -> Tensor<2> {
        self.slots[value.index()]
            .clone()
            .expect("operands are computed before they are used")
    }

    /// A value as rows × columns, or as one row that broadcasts.
    fn broadcast(&self, value: Value, rows: usize, cols: usize) -> Tensor<2> {
        let full = self.program.len(value) == rows * cols;
        self.get(value).reshape([if full { rows } else { 1 }, cols])
    }

    /// Folds weight, bias, scale and shift into one factor and one offset.
    fn norm_modulate(&self, op: &Op, rows: usize, cols: usize) -> Tensor<2> {
        let Op::NormModulate {
            x,
            norm,
            eps,
            weight,
            bias,
            scale,
            shift,
        } = op
        else {
            unreachable!("called for norms")
        };
        let x = self.get(*x);
        let [weight, bias, scale, shift] =
            [weight, bias, scale, shift].map(|v| v.map(|v| self.broadcast(v, rows, cols)));
        let scale = scale.map(|s| s + 1.0);
        let factor = match (weight, &scale) {
            (Some(w), Some(s)) => Some(w * s.clone()),
            (w, s) => w.or_else(|| s.clone()),
        };
        let offset = match (bias, scale) {
            (Some(b), Some(s)) => Some(b * s),
            (b, _) => b,
        };
        let offset = match (offset, shift) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        let mut y = match norm {
            Norm::Layer => module::layer_norm(
                x,
                Tensor::ones([cols], &Device::flex()),
                None,
                f64::from(*eps),
            ),
            Norm::Rms => {
                let mean = (x.clone() * x.clone()).mean_dim(1);
                x * (mean + *eps).sqrt().recip()
            }
        };
        if let Some(factor) = factor {
            y = y * factor;
        }
        if let Some(offset) = offset {
            y = y + offset;
        }
        y
    }

    fn attention(&self, op: &Op) -> Tensor<2> {
        let Op::Attention {
            q,
            k,
            v,
            bias,
            heads,
            scale,
        } = op
        else {
            unreachable!("called for attention")
        };
        let heads = *heads;
        let split = |value: &Value| {
            let [n, d] = [self.program.shape(*value)[0], self.program.shape(*value)[1]];
            self.get(*value)
                .reshape([1, n, heads, d / heads])
                .swap_dims(1, 2)
        };
        let (m, n) = (self.program.shape(*q)[0], self.program.shape(*k)[0]);
        let bias = bias.map(|b| self.get(b).reshape([1, heads, m, n]));
        let options = AttentionModuleOptions {
            scale: Some(f64::from(*scale)),
            ..Default::default()
        };
        let y = module::attention(split(q), split(k), split(v), None, bias, options);
        y.swap_dims(1, 2).reshape([m, self.program.shape(*q)[1]])
    }

    /// Unfolds and multiplies one frame at a time, so that the unfolded frame stays in the cache.
    fn conv(&self, op: &Op, out: &[usize]) -> Tensor<2> {
        let Op::Conv {
            x,
            w,
            bias,
            previous,
            epilogue,
            residual,
        } = op
        else {
            unreachable!("called for convolutions")
        };
        let conv = ConvShape::new(self.program.shape(*x), self.program.shape(*w));
        let (taps, cout, pixels) = (conv.taps(), out[3], out[1] * out[2]);
        let w = self.get(*w).reshape([cout, taps]).transpose();
        let frames = host(self.get(*x));
        let previous = previous.map(|v| host(self.get(v)));
        let bias = bias.map(|b| host(self.get(b)));
        let residual = residual.map(|r| host(self.get(r)));
        let mut all = Vec::with_capacity(shape::len(out));
        for t in 0..out[0] {
            let unfolded = data_movement::unfold(&frames, previous.as_deref(), t, &conv);
            let mut y = host(tensor(unfolded, &[pixels, taps]).matmul(w.clone()));
            let residual = residual.as_ref().map(|r| &r[t * y.len()..][..y.len()]);
            let epilogue = FusedEpilogue {
                bias: bias.as_deref(),
                epilogue: *epilogue,
                residual,
                ..FusedEpilogue::default()
            };
            epilogue.apply(&mut y, cout);
            all.append(&mut y);
        }
        tensor(all, out)
    }
}

fn activate(x: Tensor<2>, epilogue: Epilogue) -> Tensor<2> {
    let [rows, cols] = x.dims();
    let mut values = host(x);
    epilogue::activate(&mut values, epilogue);
    tensor(values, &[rows, cols])
}
