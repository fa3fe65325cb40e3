//! The op cases: data that the native tests and the page in a browser run alike, each against the f64 reference.

use crate::builder::{Attention, Conv, Linear, NormModulate};
use crate::executor::{Cancel, EngineError, Executor};
use crate::graph::{Graph, GraphError, Value};
use crate::op::{ChannelOrder, Epilogue, Norm, Resample};
use crate::reference::{self, Named};
use crate::shape;
use crate::weights::{WeightTensor, Weights};

/// A graph with numbers, and how far a result may lie from the reference.
pub struct Case {
    /// What it tries.
    pub name: String,
    /// The graph.
    pub graph: Graph,
    /// Its weights.
    pub weights: Weights,
    /// Its inputs and states.
    pub given: Named,
    /// Largest allowed |result − reference| / (largest |reference| of the output).
    pub tolerance: f64,
}

/// How a case went.
#[derive(Clone, Debug)]
pub struct Report {
    /// The case.
    pub name: String,
    /// The largest deviation over all outputs, relative to the largest number of the output.
    pub error: f64,
    /// What was allowed.
    pub tolerance: f64,
}

impl Report {
    /// True if the case holds. NaN does not.
    pub fn passed(&self) -> bool {
        self.error <= self.tolerance
    }
}

/// Runs every case on an executor.
pub async fn run_cases(executor: &mut impl Executor) -> Result<Vec<Report>, EngineError> {
    let mut reports = Vec::new();
    for case in cases()? {
        reports.push(run_case(executor, &case).await?);
    }
    Ok(reports)
}

/// Runs one case.
pub async fn run_case(executor: &mut impl Executor, case: &Case) -> Result<Report, EngineError> {
    let expected = reference::evaluate(&case.graph, &case.weights, &case.given)?;
    let handle = executor.load(&case.graph, &case.weights).await?;
    for (name, data) in &case.given {
        executor.write(handle, name, data).await?;
    }
    executor.run(handle, &Cancel::new()).await?;
    let mut error = 0f64;
    for (name, want) in &expected {
        let got = executor.read(handle, name).await?;
        error = worst(error, deviation(&got, want));
    }
    executor.unload(handle);
    Ok(Report {
        name: case.name.clone(),
        error,
        tolerance: case.tolerance,
    })
}

/// The largest deviation relative to the largest number; infinite if something is not finite.
pub fn deviation(got: &[f32], want: &[f64]) -> f64 {
    if got.len() != want.len() || got.iter().any(|v| !v.is_finite()) {
        return f64::INFINITY;
    }
    let peak = want.iter().fold(1e-30, |m: f64, v| m.max(v.abs()));
    got.iter()
        .zip(want)
        .map(|(g, w)| (f64::from(*g) - w).abs() / peak)
        .fold(0.0, f64::max)
}

/// All cases.
pub fn cases() -> Result<Vec<Case>, GraphError> {
    let mut all = Vec::new();
    linears(&mut all)?;
    norms(&mut all)?;
    attentions(&mut all)?;
    convs(&mut all)?;
    movers(&mut all)?;
    elementwise(&mut all)?;
    states(&mut all)?;
    Ok(all)
}

/// Builds a case: values are drawn as they are declared, from a generator seeded by the name.
pub struct Maker {
    name: String,
    graph: Graph,
    weights: Weights,
    given: Named,
    random: u64,
    /// The size of the numbers drawn next.
    pub magnitude: f32,
}

impl Maker {
    /// An empty case.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let random = name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
        });
        let graph = Graph::new(name.clone());
        Self {
            name,
            graph,
            weights: Weights::new(),
            given: Named::new(),
            random,
            magnitude: 1.0,
        }
    }

    /// The graph, to add ops to.
    pub fn graph(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// An input of random numbers.
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        self.fixed(name, shape, data)
    }

    /// An input of given numbers.
    pub fn fixed(
        &mut self,
        name: &str,
        shape: &[usize],
        data: Vec<f32>,
    ) -> Result<Value, GraphError> {
        self.given.insert(name.to_owned(), data);
        self.graph.input(name, shape)
    }

    /// A state of random numbers.
    pub fn state(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        self.given.insert(name.to_owned(), data);
        self.graph.state(name, shape)
    }

    /// An f32 weight of random numbers.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        let tensor = WeightTensor::f32(shape, data).expect("the length fits the shape");
        self.weights.insert(name, tensor);
        self.graph.weight(name, shape)
    }

    /// An int8 weight of random numbers.
    pub fn weight_q8(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        let tensor = WeightTensor::quantize(shape, &data).expect("K is a multiple of 32");
        self.weights.insert(name, tensor);
        self.graph.weight(name, shape)
    }

    /// The case, with one output.
    pub fn finish(mut self, out: Value, tolerance: f64) -> Result<Case, GraphError> {
        self.graph.output("result", out)?;
        let Self {
            name,
            graph,
            weights,
            given,
            ..
        } = self;
        Ok(Case {
            name,
            graph,
            weights,
            given,
            tolerance,
        })
    }

    /// Numbers in ±magnitude.
    pub fn draw(&mut self, len: usize) -> Vec<f32> {
        let magnitude = self.magnitude;
        let mut one = || {
            self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.random;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..len).map(|_| one() * magnitude).collect()
    }
}

fn linears(all: &mut Vec<Case>) -> Result<(), GraphError> {
    // Multiples of every tile, one row, one column, nothing a multiple of anything, K not a multiple of 4 or 16.
    let sizes = [
        (64, 64, 64),
        (153, 256, 256),
        (1, 1024, 256),
        (7, 13, 5),
        (33, 65, 68),
        (9, 1, 3),
        (70, 40, 30),
        (1, 1, 1),
    ];
    for (m, n, k) in sizes {
        let mut make = Maker::new(format!("linear {m}x{n}x{k}"));
        let (x, w) = (make.input("x", &[m, k])?, make.weight("w", &[n, k])?);
        let y = make.graph().linear(x, w, Linear::default())?;
        all.push(make.finish(y, 2e-6)?);
    }
    for (m, n, k) in [(153, 256, 256), (1, 33, 32), (50, 68, 96), (31, 1, 64)] {
        for q8 in [false, true] {
            for (epilogue, gate_rows) in [
                (Epilogue::GeluTanh, 1),
                (Epilogue::Silu, m),
                (Epilogue::None, 1),
            ] {
                let mut make = Maker::new(format!(
                    "linear {m}x{n}x{k} q8 {q8} {epilogue:?} gate rows {gate_rows}"
                ));
                let x = make.input("x", &[m, k])?;
                let w = if q8 {
                    make.weight_q8("w", &[n, k])?
                } else {
                    make.weight("w", &[n, k])?
                };
                let options = Linear {
                    bias: Some(make.weight("b", &[n])?),
                    epilogue,
                    mul: (gate_rows == 1)
                        .then(|| make.input("mul", &[m, n]))
                        .transpose()?,
                    gate: Some(make.input("gate", &[gate_rows, n])?),
                    residual: Some(make.input("residual", &[m, n])?),
                };
                let y = make.graph().linear(x, w, options)?;
                all.push(make.finish(y, 4e-6)?);
            }
        }
    }
    let mut make = Maker::new("linear of large numbers through gelu");
    make.magnitude = 1e4;
    let (x, w) = (make.input("x", &[10, 64])?, make.weight("w", &[24, 64])?);
    let y = make.graph().linear(
        x,
        w,
        Linear {
            epilogue: Epilogue::GeluTanh,
            ..Linear::default()
        },
    )?;
    all.push(make.finish(y, 4e-6)?);
    Ok(())
}

fn norms(all: &mut Vec<Case>) -> Result<(), GraphError> {
    for norm in [Norm::Layer, Norm::Rms] {
        for (m, d, rows, magnitude) in [
            (153, 256, 1, 1.0),
            (1, 3, 1, 1.0),
            (17, 65, 17, 1.0),
            (20, 192, 20, 1e6),
            (66, 64, 0, 1e-3),
        ] {
            let mut make = Maker::new(format!(
                "{norm:?} norm {m}x{d} rows {rows} of {magnitude:e}"
            ));
            make.magnitude = magnitude;
            let x = make.input("x", &[m, d])?;
            make.magnitude = 1.0;
            let mut options = NormModulate::new(norm, 1e-6);
            if rows > 0 {
                options.scale = Some(make.input("scale", &[rows, d])?);
                options.shift = Some(make.input("shift", &[rows, d])?);
            }
            if rows != 1 {
                options.weight = Some(make.weight("weight", &[d])?);
                options.bias = Some(make.weight("bias", &[d])?);
            }
            let y = make.graph().norm_modulate(x, options)?;
            all.push(make.finish(y, 1e-5)?);
        }
        // A mean far from zero, and rows without any variance.
        let mut make = Maker::new(format!("{norm:?} norm far from zero"));
        let data: Vec<f32> = make.draw(5 * 96).iter().map(|v| 1000.0 + v).collect();
        let x = make.fixed("x", &[5, 96], data)?;
        let y = make
            .graph()
            .norm_modulate(x, NormModulate::new(norm, 1e-6))?;
        all.push(make.finish(y, 2e-3)?);
        let mut make = Maker::new(format!("{norm:?} norm of equal rows"));
        let x = make.fixed("x", &[4, 64], vec![0.5; 256])?;
        let shift = make.input("shift", &[1, 64])?;
        let y = make.graph().norm_modulate(
            x,
            NormModulate {
                shift: Some(shift),
                ..NormModulate::new(norm, 1e-6)
            },
        )?;
        all.push(make.finish(y, 1e-5)?);
    }
    Ok(())
}

fn attentions(all: &mut Vec<Case>) -> Result<(), GraphError> {
    let sizes = [
        (153, 153, 4, 64, false, 1.0),
        (1, 1, 1, 4, false, 1.0),
        (9, 70, 3, 64, false, 1.0),
        (33, 33, 4, 64, true, 1.0),
        (5, 17, 2, 128, true, 1.0),
        (40, 12, 2, 32, false, 30.0),
    ];
    for (m, n, heads, dh, with_bias, magnitude) in sizes {
        let mut make = Maker::new(format!(
            "attention {m}x{n} {heads} heads of {dh}, bias {with_bias}, size {magnitude}"
        ));
        make.magnitude = magnitude;
        let [q, k, v] = [
            make.input("q", &[m, heads * dh])?,
            make.input("k", &[n, heads * dh])?,
            make.input("v", &[n, heads * dh])?,
        ];
        let bias = with_bias
            .then(|| make.input("bias", &[heads, m, n]))
            .transpose()?;
        let options = Attention {
            heads,
            scale: 1.0 / (dh as f32).sqrt(),
            bias,
        };
        let y = make.graph().attention(q, k, v, options)?;
        all.push(make.finish(y, if magnitude > 1.0 { 1e-4 } else { 1e-5 })?);
    }
    let mut make = Maker::new("attention of a tensor to itself, equal rows");
    let x = make.fixed("x", &[12, 64], vec![1.5; 12 * 64])?;
    let y = make.graph().attention(
        x,
        x,
        x,
        Attention {
            heads: 2,
            scale: 1.0,
            bias: None,
        },
    )?;
    all.push(make.finish(y, 1e-5)?);
    for (m, heads, dh) in [(153, 4, 64), (1, 1, 2), (7, 3, 6)] {
        let mut make = Maker::new(format!("rope {m} rows, {heads} heads of {dh}"));
        let x = make.input("x", &[m, heads * dh])?;
        let angles = make.draw(m * dh / 2);
        let cos = make.fixed(
            "cos",
            &[m, dh / 2],
            angles.iter().map(|a| (3.0 * a).cos()).collect(),
        )?;
        let sin = make.fixed(
            "sin",
            &[m, dh / 2],
            angles.iter().map(|a| (3.0 * a).sin()).collect(),
        )?;
        let y = make.graph().rope(x, cos, sin)?;
        all.push(make.finish(y, 1e-6)?);
    }
    Ok(())
}

fn convs(all: &mut Vec<Case>) -> Result<(), GraphError> {
    let sizes = [
        ([3, 8, 8, 16], [32, 1, 3, 3], false),
        ([3, 8, 10, 48], [64, 2, 3, 3], false),
        ([2, 5, 7, 8], [12, 2, 3, 3], true),
        ([4, 3, 3, 5], [7, 3, 3, 3], true),
        ([1, 1, 1, 3], [1, 1, 1, 1], false),
        ([5, 4, 6, 6], [9, 3, 1, 5], false),
        ([2, 4, 4, 2], [8, 2, 3, 3], false),
    ];
    for ([t, h, w, cin], [cout, kt, kh, kw], with_previous) in sizes {
        let name =
            format!("conv {t}x{h}x{w}x{cin} by {cout}x{kt}x{kh}x{kw}, previous {with_previous}");
        let mut make = Maker::new(name);
        let x = make.input("x", &[t, h, w, cin])?;
        let weight = make.weight("w", &[cout, kt, kh, kw, cin])?;
        let options = Conv {
            bias: Some(make.weight("b", &[cout])?),
            previous: with_previous
                .then(|| make.input("previous", &[kt - 1, h, w, cin]))
                .transpose()?,
            epilogue: Epilogue::Silu,
            residual: with_previous
                .then(|| make.input("residual", &[t, h, w, cout]))
                .transpose()?,
        };
        let y = make.graph().conv(x, weight, options)?;
        all.push(make.finish(y, 4e-6)?);
    }
    Ok(())
}

fn movers(all: &mut Vec<Case>) -> Result<(), GraphError> {
    for order in [ChannelOrder::ChannelLast, ChannelOrder::ChannelFirst] {
        for (r, time, c) in [(4, 1, 3), (2, 4, 5), (16, 4, 3)] {
            let mut make = Maker::new(format!("pixel shuffle {r} {time} {c} {order:?}"));
            let x = make.input("x", &[3, 2, 3, time * r * r * c])?;
            let y = make
                .graph()
                .resample(x, Resample::PixelShuffle { r, time, order })?;
            all.push(make.finish(y, 0.0)?);
            let mut make = Maker::new(format!("pixel unshuffle {r} {time} {c} {order:?}"));
            let x = make.input("x", &[2 * time, 2 * r, 3 * r, c])?;
            let y = make
                .graph()
                .resample(x, Resample::PixelUnshuffle { r, time, order })?;
            all.push(make.finish(y, 0.0)?);
        }
    }
    let mut make = Maker::new("nearest");
    let x = make.input("x", &[2, 3, 5, 7])?;
    let y = make.graph().resample(x, Resample::Nearest { r: 3 })?;
    all.push(make.finish(y, 0.0)?);
    let mut make = Maker::new("patchify and back");
    let x = make.input("x", &[3, 4, 6, 5])?;
    let tokens = make.graph().patchify(x)?;
    make.graph().output("tokens", tokens)?;
    let y = make.graph().unpatchify(tokens, [3, 4, 6, 5])?;
    all.push(make.finish(y, 0.0)?);
    let mut make = Maker::new("embed, with ids outside");
    let ids = make.fixed("ids", &[6], vec![0.0, 4.0, 2.0, 5.0, -1.0, 1e9])?;
    let table = make.weight("table", &[5, 33])?;
    let y = make.graph().embed(ids, table)?;
    all.push(make.finish(y, 0.0)?);
    let mut make = Maker::new("slices and concatenation");
    let x = make.input("x", &[9, 64])?;
    let odd = make.input("odd", &[5, 7])?;
    let g = make.graph();
    let (view, copied) = (g.slice_rows(x, 2, 3)?, g.slice_cols(x, 5, 7)?);
    let rows = g.slice_rows(odd, 1, 3)?;
    let joined = g.concat_rows(&[copied, rows, odd, rows])?;
    let (first, second) = (g.slice_rows(x, 0, 3)?, g.slice_rows(x, 1, 3)?);
    let sum = g.add(first, second)?;
    let sum = g.add(sum, view)?;
    g.output("sum", sum)?;
    let reshaped = g.reshape(joined, &[7 * 20])?;
    all.push(make.finish(reshaped, 1e-6)?);
    let mut make = Maker::new("results that are inputs");
    let x = make.input("x", &[3, 64])?;
    let y = make.graph().slice_rows(x, 1, 1)?;
    all.push(make.finish(y, 0.0)?);
    Ok(())
}

fn elementwise(all: &mut Vec<Case>) -> Result<(), GraphError> {
    for (m, n, rows) in [(153, 256, 1), (5, 7, 5), (1, 1, 1), (3, 70_001, 1)] {
        let mut make = Maker::new(format!("elementwise {m}x{n}, rows {rows}"));
        let (a, b) = (make.input("a", &[m, n])?, make.input("b", &[rows, n])?);
        let g = make.graph();
        let (sum, product) = (g.add(a, b)?, g.mul(a, b)?);
        let scaled = g.scale(sum, -2.5)?;
        g.output("product", product)?;
        let active = g.activate(scaled, Epilogue::Silu)?;
        g.output("active", active)?;
        let doubled = g.mul(active, active)?;
        let y = g.activate(doubled, Epilogue::GeluTanh)?;
        all.push(make.finish(y, 1e-5)?);
    }
    let mut make = Maker::new("guidance");
    let (cond, uncond) = (
        make.input("cond", &[6, 34])?,
        make.input("uncond", &[6, 34])?,
    );
    let strength = make.fixed("g", &[1], vec![3.5])?;
    let y = make.graph().guide(cond, uncond, strength)?;
    all.push(make.finish(y, 1e-6)?);
    Ok(())
}

fn states(all: &mut Vec<Case>) -> Result<(), GraphError> {
    let mut make = Maker::new("a sampler step on a state, and two states that swap");
    let (z, x0) = (make.state("z", &[9, 40])?, make.input("x0", &[9, 40])?);
    let coeffs = make.fixed("coeffs", &[4], vec![0.75, 0.25, 0.0, 0.0])?;
    let (left, right) = (make.state("left", &[3, 5])?, make.state("right", &[3, 5])?);
    let g = make.graph();
    let next = g.euler_x0(z, x0, coeffs)?;
    g.update(z, next)?;
    g.update(left, right)?;
    g.update(right, left)?;
    let y = g.scale(z, 2.0)?;
    all.push(make.finish(y, 1e-6)?);
    Ok(())
}

fn worst(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}
