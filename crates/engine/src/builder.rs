//! Graph builder: one method per op. Each checks its operands, infers the shape of the result and documents the op.

use crate::graph::{Graph, GraphError, Value, ValueKind};
use crate::op::{Epilogue, Norm, Op, Resample};
use crate::shape;

type Built = Result<Value, GraphError>;

/// Options of [`Graph::linear`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Linear {
    /// [N].
    pub bias: Option<Value>,
    /// Applied after the bias.
    pub epilogue: Epilogue,
    /// Size of the result: multiplied after the epilogue (gated GELU).
    pub mul: Option<Value>,
    /// N elements, or the size of the result: multiplied before the residual is added.
    pub gate: Option<Value>,
    /// Size of the result: added last.
    pub residual: Option<Value>,
}

/// Options of [`Graph::norm_modulate`].
#[derive(Clone, Copy, Debug)]
pub struct NormModulate {
    /// Layer norm or RMS norm.
    pub norm: Norm,
    /// Added to the variance or the mean square.
    pub eps: f32,
    /// [D].
    pub weight: Option<Value>,
    /// [D].
    pub bias: Option<Value>,
    /// D elements, or the size of x: the row is multiplied by 1 + scale.
    pub scale: Option<Value>,
    /// D elements, or the size of x: added last.
    pub shift: Option<Value>,
}

impl NormModulate {
    /// Creates a norm without weight, bias or modulation.
    pub fn new(norm: Norm, eps: f32) -> Self {
        Self {
            norm,
            eps,
            weight: None,
            bias: None,
            scale: None,
            shift: None,
        }
    }
}

/// Options of [`Graph::attention`].
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// Number of heads. q, k and v have heads · dh columns.
    pub heads: usize,
    /// Multiplies q·k (1/√dh in Wan, 1 in T5).
    pub scale: f32,
    /// [heads, M, N], added to the scaled scores.
    pub bias: Option<Value>,
}

/// Options of [`Graph::conv`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Conv {
    /// [Cout].
    pub bias: Option<Value>,
    /// [kt − 1, H, W, Cin]: the frames before x; zeros if absent.
    pub previous: Option<Value>,
    /// Applied after the bias.
    pub epilogue: Epilogue,
    /// [T, H, W, Cout]: added last.
    pub residual: Option<Value>,
}

impl Graph {
    /// Computes residual + gate · (mul · epilogue(x wᵀ + bias)). x [.., K], weight w [N, K] in f32 or int8 → [.., N].
    pub fn linear(&mut self, x: Value, w: Value, options: Linear) -> Built {
        let Linear {
            bias,
            epilogue,
            mul,
            gate,
            residual,
        } = options;
        let op = "linear";
        if self.info(w).kind != ValueKind::Weight {
            return Err(self.shape_error(op, "w must be a weight".to_owned()));
        }
        let (xs, ws) = (self.shape(x).to_vec(), self.shape(w).to_vec());
        let k = last(&xs);
        if ws.len() != 2 || ws[1] != k {
            return Err(self.shape_error(op, format!("x {xs:?} needs w [N, {k}], got {ws:?}")));
        }
        let mut out = xs;
        *out.last_mut().expect("shapes have an axis") = ws[0];
        self.same_len(op, "bias", bias, ws[0])?;
        self.same_len(op, "mul", mul, shape::len(&out))?;
        self.row_or_full(op, "gate", gate, &out)?;
        self.same_len(op, "residual", residual, shape::len(&out))?;
        Ok(self.push(
            Op::Linear {
                x,
                w,
                bias,
                epilogue,
                mul,
                gate,
                residual,
            },
            out,
        ))
    }

    /// Normalises each row of x [.., D]: (norm(x) · weight + bias) · (1 + scale) + shift.
    pub fn norm_modulate(&mut self, x: Value, options: NormModulate) -> Built {
        let NormModulate {
            norm,
            eps,
            weight,
            bias,
            scale,
            shift,
        } = options;
        let op = "norm_modulate";
        let out = self.shape(x).to_vec();
        self.same_len(op, "weight", weight, last(&out))?;
        self.same_len(op, "bias", bias, last(&out))?;
        self.row_or_full(op, "scale", scale, &out)?;
        self.row_or_full(op, "shift", shift, &out)?;
        Ok(self.push(
            Op::NormModulate {
                x,
                norm,
                eps,
                weight,
                bias,
                scale,
                shift,
            },
            out,
        ))
    }

    /// Applies rotary position embedding: rotates adjacent pairs of each head of x [M, H·dh] by tables cos, sin [M, dh/2].
    pub fn rope(&mut self, x: Value, cos: Value, sin: Value) -> Built {
        let out = self.shape(x).to_vec();
        let (cs, ss) = (self.shape(cos).to_vec(), self.shape(sin).to_vec());
        let fits = cs == ss
            && cs.len() == 2
            && shape::rows(&out) == cs[0]
            && last(&out).is_multiple_of(2 * cs[1]);
        if !fits {
            let reason = format!(
                "x {out:?} needs cos and sin [{}, dh/2], got {cs:?} and {ss:?}",
                shape::rows(&out)
            );
            return Err(self.shape_error("rope", reason));
        }
        Ok(self.push(Op::Rope { x, cos, sin }, out))
    }

    /// Computes softmax(scale · q kᵀ + bias) v per head. q [M, H·dh], k and v [N, H·dh] → [M, H·dh]. dh is a multiple of 4,
    /// at most 128.
    pub fn attention(&mut self, q: Value, k: Value, v: Value, options: Attention) -> Built {
        let Attention { heads, scale, bias } = options;
        let op = "attention";
        let (qs, ks, vs) = (
            self.shape(q).to_vec(),
            self.shape(k).to_vec(),
            self.shape(v).to_vec(),
        );
        if qs.len() != 2 || ks != vs || ks.len() != 2 || qs[1] != ks[1] {
            return Err(self.shape_error(op, format!("q {qs:?}, k {ks:?}, v {vs:?} do not fit")));
        }
        let dh = if heads > 0 && qs[1].is_multiple_of(heads) {
            qs[1] / heads
        } else {
            0
        };
        if dh == 0 || dh > 128 || !dh.is_multiple_of(4) {
            let reason = format!(
                "{} channels do not split into {heads} heads of a multiple of 4 up to 128",
                qs[1]
            );
            return Err(self.shape_error(op, reason));
        }
        self.same_len(op, "bias", bias, heads * qs[0] * ks[0])?;
        Ok(self.push(
            Op::Attention {
                q,
                k,
                v,
                bias,
                heads,
                scale,
            },
            qs,
        ))
    }

    /// Convolves x [T, H, W, Cin] with a weight [Cout, kt, kh, kw, Cin] → [T, H, W, Cout]: causal in time (zeros or
    /// `previous` precede the first frame), "same" padding in space (kh, kw odd), stride 1.
    pub fn conv(&mut self, x: Value, w: Value, options: Conv) -> Built {
        let Conv {
            bias,
            previous,
            epilogue,
            residual,
        } = options;
        let op = "conv";
        let (xs, ws) = (self.shape(x).to_vec(), self.shape(w).to_vec());
        let fits =
            xs.len() == 4 && ws.len() == 5 && ws[4] == xs[3] && ws[2] % 2 == 1 && ws[3] % 2 == 1;
        if !fits || self.info(w).kind != ValueKind::Weight {
            let reason = format!("x {xs:?} needs a weight [Cout, kt, odd, odd, Cin], got {ws:?}");
            return Err(self.shape_error(op, reason));
        }
        if previous.is_some() && ws[1] == 1 {
            return Err(self.shape_error(
                op,
                "a kernel of one frame takes no previous frames".to_owned(),
            ));
        }
        let out = vec![xs[0], xs[1], xs[2], ws[0]];
        self.same_len(op, "bias", bias, ws[0])?;
        self.same_len(
            op,
            "previous",
            previous,
            (ws[1] - 1) * xs[1] * xs[2] * xs[3],
        )?;
        self.same_len(op, "residual", residual, shape::len(&out))?;
        Ok(self.push(
            Op::Conv {
                x,
                w,
                bias,
                previous,
                epilogue,
                residual,
            },
            out,
        ))
    }

    /// Changes the resolution of x [T, H, W, C]; see [`Resample`].
    pub fn resample(&mut self, x: Value, kind: Resample) -> Built {
        let xs = self.shape(x).to_vec();
        let out = shape::resample(&xs, kind);
        let out = out.ok_or_else(|| {
            self.shape_error("resample", format!("x {xs:?} does not fit {kind:?}"))
        })?;
        Ok(self.push(Op::Resample { x, kind }, out))
    }

    /// Gathers rows of a table [V, D] by ids [n] (integers stored as f32) → [n, D]. An id outside the table gives zeros.
    pub fn embed(&mut self, ids: Value, table: Value) -> Built {
        let ts = self.shape(table).to_vec();
        if ts.len() != 2 {
            return Err(self.shape_error("embed", format!("the table must be [V, D], got {ts:?}")));
        }
        let out = vec![self.info(ids).len(), ts[1]];
        Ok(self.push(Op::Embed { ids, table }, out))
    }

    /// Concatenates tensors along the first axis. The other axes must agree.
    pub fn concat_rows(&mut self, parts: &[Value]) -> Built {
        let Some((first, rest)) = parts.split_first() else {
            return Err(self.shape_error("concat_rows", "needs at least one part".to_owned()));
        };
        let mut out = self.shape(*first).to_vec();
        for part in rest {
            let s = self.shape(*part);
            if s[1..] != out[1..] {
                return Err(
                    self.shape_error("concat_rows", format!("{s:?} does not stack on {out:?}"))
                );
            }
            out[0] += s[0];
        }
        Ok(self.push(
            Op::ConcatRows {
                parts: parts.to_vec(),
            },
            out,
        ))
    }

    /// Slices the first axis: `len` entries from `start`.
    pub fn slice_rows(&mut self, x: Value, start: usize, len: usize) -> Built {
        let mut out = self.shape(x).to_vec();
        if len == 0 || start + len > out[0] {
            return Err(
                self.shape_error("slice_rows", format!("{start}..{} of {out:?}", start + len))
            );
        }
        out[0] = len;
        Ok(self.push(Op::SliceRows { x, start }, out))
    }

    /// Slices the last axis: `len` entries from `start`.
    pub fn slice_cols(&mut self, x: Value, start: usize, len: usize) -> Built {
        let mut out = self.shape(x).to_vec();
        if len == 0 || start + len > last(&out) {
            return Err(self.shape_error(
                "slice_cols",
                format!("columns {start}..{} of {out:?}", start + len),
            ));
        }
        *out.last_mut().expect("shapes have an axis") = len;
        Ok(self.push(Op::SliceCols { x, start }, out))
    }

    /// Changes the shape without moving data.
    pub fn reshape(&mut self, x: Value, shape: &[usize]) -> Built {
        let xs = self.shape(x).to_vec();
        if shape::len(shape) != shape::len(&xs) || shape.is_empty() {
            return Err(self.shape_error("reshape", format!("{xs:?} cannot become {shape:?}")));
        }
        Ok(self.push(Op::Reshape { x }, shape.to_vec()))
    }

    /// Packs blocks of 1×2×2 pixels: [T, H, W, C] → [T·H/2·W/2, 4·C], ordered (row in block, column in block, channel).
    pub fn patchify(&mut self, x: Value) -> Built {
        let xs = self.shape(x).to_vec();
        match *xs {
            [t, h, w, c] if h % 2 == 0 && w % 2 == 0 => {
                Ok(self.push(Op::Patchify { x }, vec![t * (h / 2) * (w / 2), 4 * c]))
            }
            _ => Err(self.shape_error("patchify", format!("needs [T, even, even, C], got {xs:?}"))),
        }
    }

    /// Inverts [`Graph::patchify`]: tokens [T·H/2·W/2, 4·C] → `shape` [T, H, W, C].
    pub fn unpatchify(&mut self, x: Value, shape: [usize; 4]) -> Built {
        let xs = self.shape(x).to_vec();
        let [t, h, w, c] = shape;
        if h % 2 != 0 || w % 2 != 0 || xs != [t * (h / 2) * (w / 2), 4 * c] {
            return Err(self.shape_error("unpatchify", format!("{xs:?} cannot become {shape:?}")));
        }
        Ok(self.push(Op::Unpatchify { x }, shape.to_vec()))
    }

    /// Applies an activation.
    pub fn activate(&mut self, x: Value, epilogue: Epilogue) -> Built {
        let out = self.shape(x).to_vec();
        Ok(self.push(Op::Activate { x, epilogue }, out))
    }

    /// Adds a and b. b has the size of a, or of a row of a, which then broadcasts over rows.
    pub fn add(&mut self, a: Value, b: Value) -> Built {
        let out = self.shape(a).to_vec();
        self.row_or_full("add", "b", Some(b), &out)?;
        Ok(self.push(Op::Add { a, b }, out))
    }

    /// Multiplies a and b element by element. b broadcasts over rows as in [`Graph::add`].
    pub fn mul(&mut self, a: Value, b: Value) -> Built {
        let out = self.shape(a).to_vec();
        self.row_or_full("mul", "b", Some(b), &out)?;
        Ok(self.push(Op::Mul { a, b }, out))
    }

    /// Multiplies x by a constant.
    pub fn scale(&mut self, x: Value, factor: f32) -> Built {
        let out = self.shape(x).to_vec();
        Ok(self.push(Op::Scale { x, factor }, out))
    }

    /// Computes one sampler step: coeffs[0] · z + coeffs[1] · x0. The host writes coeffs [4] before each step.
    pub fn euler_x0(&mut self, z: Value, x0: Value, coeffs: Value) -> Built {
        let out = self.shape(z).to_vec();
        self.same_len("euler_x0", "x0", Some(x0), shape::len(&out))?;
        self.same_len("euler_x0", "coeffs", Some(coeffs), 4)?;
        Ok(self.push(Op::EulerX0 { z, x0, coeffs }, out))
    }

    /// Applies classifier-free guidance: uncond + g[0] · (cond − uncond).
    pub fn guide(&mut self, cond: Value, uncond: Value, g: Value) -> Built {
        let out = self.shape(cond).to_vec();
        self.same_len("guide", "uncond", Some(uncond), shape::len(&out))?;
        if self.info(g).is_empty() {
            return Err(self.shape_error("guide", "g is empty".to_owned()));
        }
        Ok(self.push(Op::Guide { cond, uncond, g }, out))
    }

    fn same_len(
        &self,
        op: &'static str,
        what: &str,
        value: Option<Value>,
        want: usize,
    ) -> Result<(), GraphError> {
        match value {
            Some(v) if self.info(v).len() != want => Err(self.shape_error(
                op,
                format!("{what} needs {want} numbers, got {:?}", self.shape(v)),
            )),
            _ => Ok(()),
        }
    }

    fn row_or_full(
        &self,
        op: &'static str,
        what: &str,
        value: Option<Value>,
        out: &[usize],
    ) -> Result<(), GraphError> {
        let Some(v) = value else { return Ok(()) };
        let len = self.info(v).len();
        if len == shape::len(out) || len == last(out) {
            return Ok(());
        }
        let reason = format!(
            "{what} {:?} is neither a row nor the whole of {out:?}",
            self.shape(v)
        );
        Err(self.shape_error(op, reason))
    }
}

fn last(shape: &[usize]) -> usize {
    shape.last().copied().unwrap_or(1)
}
