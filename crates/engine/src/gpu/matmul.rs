//! Linears and convolutions as products: the kernel's options, its tiles, and how a large one is cut into dispatches.

use super::Kernels;
use super::lower::{
    Dispatch, Form, Lowering, MAX_GROUPS, Operand, Params, activation, pieces, vector,
};
use super::shader::Kernel;
use crate::graph::Node;
use crate::op::{Epilogue, Op};

/// Threads of a direct product.
const DIRECT_THREADS: usize = 32;

impl Lowering<'_> {
    /// A linear: one product.
    pub(super) fn linear(&mut self, node: &Node) {
        let Op::Linear {
            x,
            w,
            bias,
            epilogue,
            mul,
            gate,
            residual,
        } = &node.op
        else {
            unreachable!("called for linear")
        };
        let [n, k] = [self.program.shape(*w)[0], self.program.shape(*w)[1]];
        let m = self.program.len(*x) / k;
        let form = (self.form)(*w);
        let q8 = form == Form::Q8;
        let gate_row = gate.is_some_and(|g| self.program.len(g) == n);
        let kernel = Kernel::new("gemm")
            .constant("N", n)
            .constant("K", k)
            .alias("KTYPE", vector(k))
            .alias("NTYPE", vector(n))
            .flag("KVEC", k.is_multiple_of(4))
            .flag("NVEC", n.is_multiple_of(4))
            .flag("Q8", q8)
            .flag("PACKED", form == Form::Packed)
            .flag("BIAS", bias.is_some())
            .flag("MUL", mul.is_some())
            .flag("GATE", gate.is_some())
            .flag("GATE_ROW", gate_row)
            .flag("RESIDUAL", residual.is_some());
        let kernel = with_activation(kernel, *epilogue);
        let mut operands = vec![
            ("x", Operand::Value(*x)),
            ("w", Operand::Value(*w)),
            ("out", Operand::Value(node.output)),
        ];
        let optional = [
            ("bias", bias),
            ("factor", mul),
            ("gate", gate),
            ("residual", residual),
        ];
        operands.extend(
            optional
                .into_iter()
                .filter_map(|(name, v)| v.map(|v| (name, Operand::Value(v)))),
        );
        if q8 {
            operands.push(("scales", Operand::Scales(*w)));
        }
        self.product(node, kernel, operands, [m, n, k]);
    }

    /// A convolution: a product over its taps.
    pub(super) fn conv(&mut self, node: &Node) {
        let Op::Conv {
            x,
            w,
            bias,
            previous,
            epilogue,
            residual,
        } = &node.op
        else {
            unreachable!("called for conv")
        };
        let (xs, ws) = (
            self.program.shape(*x).to_vec(),
            self.program.shape(*w).to_vec(),
        );
        let kernel = Kernel::new("conv")
            .constant("N", ws[0])
            .constant("KT", ws[1])
            .constant("KH", ws[2])
            .constant("KW", ws[3])
            .constant("CHANNELS", ws[4])
            .constant("HEIGHT", xs[1])
            .constant("WIDTH", xs[2])
            .alias("KTYPE", vector(ws[4]))
            .alias("NTYPE", vector(ws[0]))
            .flag("KVEC", ws[4].is_multiple_of(4))
            .flag("NVEC", ws[0].is_multiple_of(4))
            .flag("BIAS", bias.is_some())
            .flag("PACKED", (self.form)(*w) == Form::Packed)
            .flag("PREVIOUS", previous.is_some())
            .flag("RESIDUAL", residual.is_some());
        let kernel = with_activation(kernel, *epilogue);
        let mut operands = vec![
            ("x", Operand::Value(*x)),
            ("w", Operand::Value(*w)),
            ("out", Operand::Value(node.output)),
        ];
        let optional = [
            ("bias", bias),
            ("previous", previous),
            ("residual", residual),
        ];
        operands.extend(
            optional
                .into_iter()
                .filter_map(|(name, v)| v.map(|v| (name, Operand::Value(v)))),
        );
        let k = ws[1..].iter().product();
        self.product(node, kernel, operands, [xs[0] * xs[1] * xs[2], ws[0], k]);
    }

    /// Cuts a product into dispatches of tiles.
    fn product(
        &mut self,
        node: &Node,
        kernel: Kernel,
        operands: Vec<(&'static str, Operand)>,
        size: [usize; 3],
    ) {
        let [m, n, k] = size;
        let work = self.work(node);
        if self.tuning.kernels == Kernels::Direct {
            let kernel = Kernel {
                core: "shared/direct",
                ..kernel
            };
            let tiles = m.div_ceil(8) * n.div_ceil(8);
            let most = (self.tuning.max_flops / (2.0 * 64.0 * k as f64)) as usize;
            let most = most.clamp(DIRECT_THREADS, MAX_GROUPS * DIRECT_THREADS);
            for (start, len) in pieces(tiles, most) {
                let params = Params {
                    count: m as u32,
                    start: start as u32,
                    a: len as u32,
                    ..Params::default()
                };
                let groups = [len.div_ceil(DIRECT_THREADS) as u32, 1, 1];
                let work = work * len as f64 / tiles as f64;
                self.dispatches.push(Dispatch {
                    kernel: kernel.clone(),
                    operands: operands.clone(),
                    params,
                    groups,
                    work,
                });
            }
            return;
        }
        let tile = Tile::choose(m, n);
        let kernel = Kernel {
            core: "shared/tile",
            ..kernel
        }
        .constant("TILE_M", tile.m)
        .constant("TILE_N", tile.n)
        .constant("ROWS", tile.rows)
        .constant("THREADS", tile.threads());
        let (lines, columns) = (m.div_ceil(tile.m), n.div_ceil(tile.n));
        let most = (self.tuning.max_flops / (2.0 * (tile.m * n * k) as f64)) as usize;
        for (start, len) in pieces(lines, most.clamp(1, MAX_GROUPS)) {
            let params = Params {
                count: m as u32,
                start: start as u32,
                ..Params::default()
            };
            let groups = [columns as u32, len as u32, 1];
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
}

/// The tile of a product: results per workgroup, and rows per thread (each thread has four columns).
struct Tile {
    m: usize,
    n: usize,
    rows: usize,
}

impl Tile {
    /// Large tiles read less; small ones fill a GPU when the product is small.
    fn choose(m: usize, n: usize) -> Self {
        let large = m.div_ceil(64) * n.div_ceil(64);
        if large >= 128 {
            Self {
                m: 64,
                n: 64,
                rows: 8,
            }
        } else {
            Self {
                m: 32,
                n: 32,
                rows: 4,
            }
        }
    }

    fn threads(&self) -> usize {
        self.m / self.rows * (self.n / 4)
    }
}

fn with_activation(mut kernel: Kernel, epilogue: Epilogue) -> Kernel {
    kernel.flags.extend(activation(epilogue));
    kernel
}
