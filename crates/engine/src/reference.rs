//! f64 reference of every op, in plain loops. Both executors are tested against it.

use std::collections::BTreeMap;

use crate::executor::EngineError;
use crate::graph::{Graph, Value, ValueKind};
use crate::op::{ChannelOrder, Epilogue, Norm, Op, Resample};
use crate::shape;
use crate::weights::Weights;

/// Values by name.
pub type NamedValues = BTreeMap<String, Vec<f32>>;

/// Evaluates a graph once. `inputs` holds inputs and states; absent ones are zero. Returns every output, and every state
/// after its update.
pub fn evaluate(
    graph: &Graph,
    weights: &Weights,
    inputs: &NamedValues,
) -> Result<BTreeMap<String, Vec<f64>>, EngineError> {
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); graph.values().len()];
    for (slot, info) in values.iter_mut().zip(graph.values()) {
        let data = match info.kind {
            ValueKind::Weight => weights.expect(&info.name, &info.shape)?.to_f32(),
            ValueKind::Input | ValueKind::State => inputs
                .get(&info.name)
                .cloned()
                .unwrap_or_else(|| vec![0.0; info.len()]),
            ValueKind::Computed => continue,
        };
        *slot = data.into_iter().map(f64::from).collect();
    }
    for node in graph.nodes() {
        values[node.output.index()] = Reference {
            graph,
            values: &values,
        }
        .op(&node.op, graph.shape(node.output));
    }
    let outputs = graph
        .outputs()
        .iter()
        .map(|(name, v)| (name.clone(), values[v.index()].clone()));
    let states = graph
        .updates()
        .iter()
        .map(|(s, v)| (graph.info(*s).name.clone(), values[v.index()].clone()));
    Ok(outputs.chain(states).collect())
}

struct Reference<'a> {
    graph: &'a Graph,
    values: &'a [Vec<f64>],
}

impl Reference<'_> {
    fn op(&self, op: &Op, out: &[usize]) -> Vec<f64> {
        let cols = shape::cols(out);
        let each = |f: &dyn Fn(usize) -> f64| (0..shape::len(out)).map(f).collect::<Vec<_>>();
        match op {
            Op::Linear { .. } => self.linear(op, out),
            Op::NormModulate { .. } => self.norm_modulate(op, cols),
            Op::Rope { x, cos, sin } => self.rope(*x, *cos, *sin, cols),
            Op::Attention { .. } => self.attention(op),
            Op::Conv { .. } => self.conv(op, out),
            Op::Resample { x, kind } => self.resample(*x, *kind, out),
            Op::Embed { ids, table } => {
                let table = self.get(*table);
                each(&|i| {
                    let id = self.get(*ids)[i / cols];
                    let known = id >= 0.0 && (id as usize) < table.len() / cols;
                    if known {
                        table[id as usize * cols + i % cols]
                    } else {
                        0.0
                    }
                })
            }
            Op::ConcatRows { parts } => parts.iter().flat_map(|v| self.get(*v).to_vec()).collect(),
            Op::SliceRows { x, start } => {
                let row = self.get(*x).len() / self.graph.shape(*x)[0];
                self.get(*x)[start * row..][..shape::len(out)].to_vec()
            }
            Op::SliceCols { x, start } => {
                let width = shape::cols(self.graph.shape(*x));
                each(&|i| self.get(*x)[i / cols * width + start + i % cols])
            }
            Op::Reshape { x } | Op::Copy { x } => self.get(*x).to_vec(),
            Op::Patchify { x } => {
                let kind = Resample::PixelUnshuffle {
                    r: 2,
                    time: 1,
                    order: ChannelOrder::ChannelLast,
                };
                let s = self.graph.shape(*x);
                self.resample(*x, kind, &[s[0], s[1] / 2, s[2] / 2, 4 * s[3]])
            }
            Op::Unpatchify { x } => {
                let packed = [out[0], out[1] / 2, out[2] / 2, 4 * out[3]];
                let kind = Resample::PixelShuffle {
                    r: 2,
                    time: 1,
                    order: ChannelOrder::ChannelLast,
                };
                resample(self.get(*x), &packed, kind, out)
            }
            Op::Activate { x, epilogue } => each(&|i| activate(self.get(*x)[i], *epilogue)),
            Op::Add { a, b } => each(&|i| self.get(*a)[i] + self.broadcast(*b, i)),
            Op::Mul { a, b } => each(&|i| self.get(*a)[i] * self.broadcast(*b, i)),
            Op::Scale { x, factor } => each(&|i| self.get(*x)[i] * f64::from(*factor)),
            Op::EulerX0 { z, x0, coeffs } => {
                let c = self.get(*coeffs);
                each(&|i| c[0] * self.get(*z)[i] + c[1] * self.get(*x0)[i])
            }
            Op::Guide { cond, uncond, g } => {
                let g = self.get(*g)[0];
                each(&|i| self.get(*uncond)[i] + g * (self.get(*cond)[i] - self.get(*uncond)[i]))
            }
        }
    }

    fn get(&self, value: Value) -> &[f64] {
        &self.values[value.index()]
    }

    /// Element `i` of a value that broadcasts if it is a single row.
    fn broadcast(&self, value: Value, i: usize) -> f64 {
        let v = self.get(value);
        v[i % v.len()]
    }

    fn linear(&self, op: &Op, out: &[usize]) -> Vec<f64> {
        let Op::Linear {
            x,
            w,
            bias,
            epilogue,
            mul,
            gate,
            residual,
        } = op
        else {
            unreachable!("called for linear")
        };
        let (x, w) = (self.get(*x), self.get(*w));
        let n = shape::cols(out);
        let k = w.len() / n;
        let one = |i: usize| {
            let (row, column) = (&x[i / n * k..][..k], &w[i % n * k..][..k]);
            let dot: f64 = row.iter().zip(column).map(|(a, b)| a * b).sum();
            let y = activate(dot + bias.map_or(0.0, |b| self.broadcast(b, i)), *epilogue);
            let y = y
                * mul.map_or(1.0, |v| self.broadcast(v, i))
                * gate.map_or(1.0, |v| self.broadcast(v, i));
            y + residual.map_or(0.0, |v| self.broadcast(v, i))
        };
        (0..shape::len(out)).map(one).collect()
    }

    fn norm_modulate(&self, op: &Op, cols: usize) -> Vec<f64> {
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
        let mut out = Vec::new();
        for row in self.get(*x).chunks(cols) {
            let n = cols as f64;
            let mean = if *norm == Norm::Layer {
                row.iter().sum::<f64>() / n
            } else {
                0.0
            };
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
            for v in row {
                let i = out.len();
                let y = (v - mean) / (variance + f64::from(*eps)).sqrt();
                let y = y * weight.map_or(1.0, |w| self.broadcast(w, i))
                    + bias.map_or(0.0, |b| self.broadcast(b, i));
                out.push(
                    y * (1.0 + scale.map_or(0.0, |s| self.broadcast(s, i)))
                        + shift.map_or(0.0, |s| self.broadcast(s, i)),
                );
            }
        }
        out
    }

    fn rope(&self, x: Value, cos: Value, sin: Value, cols: usize) -> Vec<f64> {
        let (x, cos, sin) = (self.get(x), self.get(cos), self.get(sin));
        let half = cos.len() / (x.len() / cols);
        let one = |i: usize| {
            let (row, pair) = (i / cols, i % cols / 2 % half);
            let (c, s) = (cos[row * half + pair], sin[row * half + pair]);
            if i.is_multiple_of(2) {
                x[i] * c - x[i + 1] * s
            } else {
                x[i - 1] * s + x[i] * c
            }
        };
        (0..x.len()).map(one).collect()
    }

    fn attention(&self, op: &Op) -> Vec<f64> {
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
        let (m, n, d) = (
            self.graph.shape(*q)[0],
            self.graph.shape(*k)[0],
            self.graph.shape(*q)[1],
        );
        let (q, k, v) = (self.get(*q), self.get(*k), self.get(*v));
        let dh = d / heads;
        let mut out = vec![0.0; m * d];
        for (head, row) in (0..*heads).flat_map(|h| (0..m).map(move |r| (h, r))) {
            let score = |j: usize| {
                let dot: f64 = (0..dh)
                    .map(|c| q[row * d + head * dh + c] * k[j * d + head * dh + c])
                    .sum();
                dot * f64::from(*scale)
                    + bias.map_or(0.0, |b| self.get(b)[(head * m + row) * n + j])
            };
            let scores: Vec<f64> = (0..n).map(score).collect();
            let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = scores.iter().map(|s| (s - top).exp()).sum();
            for c in head * dh..(head + 1) * dh {
                let sum: f64 = (0..n).map(|j| (scores[j] - top).exp() * v[j * d + c]).sum();
                out[row * d + c] = sum / total;
            }
        }
        out
    }

    fn conv(&self, op: &Op, out: &[usize]) -> Vec<f64> {
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
        let ws = self.graph.shape(*w);
        let [h, width, cout] = [out[1], out[2], out[3]];
        let [kt, kh, kw, cin] = [ws[1], ws[2], ws[3], ws[4]];
        let frame = |t: isize, y: isize, x_: isize, c: usize| {
            if y < 0 || x_ < 0 || y >= h as isize || x_ >= width as isize {
                return 0.0;
            }
            let at = |t: usize| ((t * h + y as usize) * width + x_ as usize) * cin + c;
            match (usize::try_from(t), previous) {
                (Ok(t), _) => self.get(*x)[at(t)],
                (Err(_), Some(previous)) => self.get(*previous)[at((t + kt as isize - 1) as usize)],
                (Err(_), None) => 0.0,
            }
        };
        let one = |i: usize| {
            let (o, px) = (i % cout, i / cout);
            let (t, y, x_) = (
                (px / width / h) as isize,
                (px / width % h) as isize,
                (px % width) as isize,
            );
            let mut sum = 0.0;
            for tap in 0..kt * kh * kw {
                let (a, b, c) = (
                    (tap / kw / kh) as isize,
                    (tap / kw % kh) as isize,
                    (tap % kw) as isize,
                );
                for channel in 0..cin {
                    let (sy, sx) = (y + b - (kh / 2) as isize, x_ + c - (kw / 2) as isize);
                    let v = frame(t + a - (kt as isize - 1), sy, sx, channel);
                    sum += v * self.get(*w)[(o * kt * kh * kw + tap) * cin + channel];
                }
            }
            activate(sum + bias.map_or(0.0, |b| self.broadcast(b, i)), *epilogue)
                + residual.map_or(0.0, |r| self.broadcast(r, i))
        };
        (0..shape::len(out)).map(one).collect()
    }

    fn resample(&self, x: Value, kind: Resample, out: &[usize]) -> Vec<f64> {
        resample(self.get(x), self.graph.shape(x), kind, out)
    }
}

/// Changes the resolution by gathering every output element.
fn resample(x: &[f64], xs: &[usize], kind: Resample, out: &[usize]) -> Vec<f64> {
    let packed = |f: usize,
                  y: usize,
                  px: usize,
                  ch: usize,
                  c: usize,
                  r: usize,
                  time: usize,
                  order: ChannelOrder,
                  w: usize,
                  h: usize| {
        let cell = (y % r) * r + px % r;
        let within = if order == ChannelOrder::ChannelLast {
            cell * c + ch
        } else {
            ch * r * r + cell
        };
        (((f / time) * (h / r) + y / r) * (w / r) + px / r) * (time * r * r * c)
            + (f % time) * r * r * c
            + within
    };
    let at = |i: usize, s: &[usize]| {
        (
            i / s[3] / s[2] / s[1],
            i / s[3] / s[2] % s[1],
            i / s[3] % s[2],
            i % s[3],
        )
    };
    let mut result = vec![0.0; shape::len(out)];
    match kind {
        Resample::Nearest { r } => {
            for (i, v) in result.iter_mut().enumerate() {
                let (t, y, px, c) = at(i, out);
                *v = x[((t * xs[1] + y / r) * xs[2] + px / r) * xs[3] + c];
            }
        }
        Resample::PixelShuffle { r, time, order } => {
            for (i, v) in result.iter_mut().enumerate() {
                let (f, y, px, c) = at(i, out);
                *v = x[packed(f, y, px, c, out[3], r, time, order, out[2], out[1])];
            }
        }
        Resample::PixelUnshuffle { r, time, order } => {
            for (i, v) in x.iter().enumerate() {
                let (f, y, px, c) = at(i, xs);
                result[packed(f, y, px, c, xs[3], r, time, order, xs[2], xs[1])] = *v;
            }
        }
    }
    result
}

fn activate(x: f64, epilogue: Epilogue) -> f64 {
    match epilogue {
        Epilogue::None => x,
        Epilogue::Silu => x / (1.0 + (-x).exp()),
        Epilogue::GeluTanh => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        }
    }
}
