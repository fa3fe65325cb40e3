//! Lowers linears and convolutions to matrix products: kernel options, tile sizes, and the split into dispatches.

use super::Kernels;
use super::lower::{Dispatch, Lowering, MAX_GROUPS, Operand, WeightLayout, split_evenly};
use super::shader::{self, Kernel, ProductParams};
use crate::graph::Node;
use crate::op::{Epilogue, Op};

/// Threads per workgroup of a direct product.
const DIRECT_THREADS: usize = 32;

/// Sizes of a matrix product.
#[derive(Clone, Copy)]
struct Size {
    /// Rows of the result.
    m: usize,
    /// Columns of the result.
    n: usize,
    /// Products per element of the result.
    k: usize,
}

impl Lowering<'_> {
    /// Lowers a linear.
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
        let layout = (self.layout)(*w);
        let tile = self.tile(m, n);
        let flags = shader::gemm::Flags {
            kvec: k.is_multiple_of(4),
            nvec: n.is_multiple_of(4),
            q8: layout == WeightLayout::Q8,
            packed: layout == WeightLayout::Packed,
            tiled: tile.is_some(),
            bias: bias.is_some(),
            gelu: *epilogue == Epilogue::GeluTanh,
            silu: *epilogue == Epilogue::Silu,
            mul: mul.is_some(),
            gate: gate.is_some(),
            gate_row: gate.is_some_and(|g| self.program.len(g) == n),
            residual: residual.is_some(),
        };
        let constants = shader::gemm::Constants {
            n,
            k,
            tile_m: tile.map(|t| t.m),
            tile_n: tile.map(|t| t.n),
            rows: tile.map(|t| t.rows),
            threads: tile.map(Tile::threads),
        };
        let operands = shader::gemm::Operands {
            x: (*x).into(),
            w: (*w).into(),
            scales: flags.q8.then_some(Operand::Scales(*w)),
            out: node.output.into(),
            bias: bias.map(Operand::from),
            factor: mul.map(Operand::from),
            gate: gate.map(Operand::from),
            residual: residual.map(Operand::from),
        };
        let kernel = shader::gemm::kernel(flags, constants);
        self.product(node, kernel, operands.list(), Size { m, n, k }, tile);
    }

    /// Lowers a convolution: a product over its taps.
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
        let (xs, ws) = (self.program.shape(*x), self.program.shape(*w));
        let size = Size {
            m: xs[0] * xs[1] * xs[2],
            n: ws[0],
            k: ws[1..].iter().product(),
        };
        let tile = self.tile(size.m, size.n);
        let flags = shader::conv::Flags {
            kvec: ws[4].is_multiple_of(4),
            nvec: ws[0].is_multiple_of(4),
            packed: (self.layout)(*w) == WeightLayout::Packed,
            tiled: tile.is_some(),
            previous: previous.is_some(),
            bias: bias.is_some(),
            gelu: *epilogue == Epilogue::GeluTanh,
            silu: *epilogue == Epilogue::Silu,
            residual: residual.is_some(),
        };
        let constants = shader::conv::Constants {
            n: ws[0],
            kt: ws[1],
            kh: ws[2],
            kw: ws[3],
            channels: ws[4],
            height: xs[1],
            width: xs[2],
            tile_m: tile.map(|t| t.m),
            tile_n: tile.map(|t| t.n),
            rows: tile.map(|t| t.rows),
            threads: tile.map(Tile::threads),
        };
        let operands = shader::conv::Operands {
            x: (*x).into(),
            w: (*w).into(),
            previous: previous.map(Operand::from),
            out: node.output.into(),
            bias: bias.map(Operand::from),
            residual: residual.map(Operand::from),
        };
        let kernel = shader::conv::kernel(flags, constants);
        self.product(node, kernel, operands.list(), size, tile);
    }

    /// Splits a product into dispatches: rows of tiles, or single 8×8 tiles without `tile`.
    fn product(
        &mut self,
        node: &Node,
        kernel: Kernel,
        operands: Vec<(u32, Operand)>,
        Size { m, n, k }: Size,
        tile: Option<Tile>,
    ) {
        let (tiles, flops, limits) = match tile {
            Some(tile) => (m.div_ceil(tile.m), (tile.m * n * k), [1, MAX_GROUPS]),
            None => (
                m.div_ceil(8) * n.div_ceil(8),
                64 * k,
                [DIRECT_THREADS, MAX_GROUPS * DIRECT_THREADS],
            ),
        };
        let most = (self.tuning.max_flops / (2.0 * flops as f64)) as usize;
        let work = self.work(node);
        for (start, len) in split_evenly(tiles, most.clamp(limits[0], limits[1])) {
            let params = ProductParams {
                rows: m as u32,
                first_tile: start as u32,
                tiles: len as u32,
            };
            let groups = match tile {
                Some(tile) => [n.div_ceil(tile.n) as u32, len as u32, 1],
                None => [len.div_ceil(DIRECT_THREADS) as u32, 1, 1],
            };
            self.push(Dispatch {
                kernel: kernel.clone(),
                operands: operands.clone(),
                params: params.words(),
                groups,
                work: work * len as f64 / tiles as f64,
            });
        }
    }

    /// The tile of a product of m × n results; None for direct kernels.
    fn tile(&self, m: usize, n: usize) -> Option<Tile> {
        (self.tuning.kernels != Kernels::Direct).then(|| Tile::choose(m, n))
    }
}

/// Results per workgroup, and rows per thread; each thread computes four columns.
#[derive(Clone, Copy)]
struct Tile {
    m: usize,
    n: usize,
    rows: usize,
}

impl Tile {
    /// Large tiles reread less memory; small ones occupy a GPU when the product is small.
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

    fn threads(self) -> usize {
        self.m / self.rows * (self.n / 4)
    }
}
