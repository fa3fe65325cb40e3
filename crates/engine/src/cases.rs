//! Op cases: graphs with data that the native tests and the self-test in a browser compare with the f64 reference.

use crate::builder::{Attention, Conv, Linear, NormModulate};
use crate::executor::{Cancel, EngineError, Executor};
use crate::graph::{Graph, GraphError, Value};
use crate::op::{ChannelOrder, Epilogue, Norm, Resample};
use crate::reference::{self, NamedValues};
use crate::shape;
use crate::weights::{WeightTensor, Weights};

/// A graph with data and the tolerance of its result.
pub struct Case {
    /// Name of the case.
    pub name: String,
    /// The graph.
    pub graph: Graph,
    /// Its weights.
    pub weights: Weights,
    /// Its inputs and states.
    pub inputs: NamedValues,
    /// Largest allowed |result − reference| / (largest |reference| of the output).
    pub tolerance: f64,
}

/// Result of a case.
#[derive(Clone, Debug)]
pub struct Report {
    /// The case.
    pub name: String,
    /// Largest deviation over all outputs, relative to the largest magnitude of the output.
    pub error: f64,
    /// Largest allowed deviation.
    pub tolerance: f64,
}

impl Report {
    /// Returns true if the error is within the tolerance. NaN is not.
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
    let expected = reference::evaluate(&case.graph, &case.weights, &case.inputs)?;
    let handle = executor.load(&case.graph, &case.weights).await?;
    for (name, data) in &case.inputs {
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

/// Largest deviation, relative to the largest magnitude. Infinite if a value is not finite or the lengths differ.
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
    data_movement(&mut all)?;
    elementwise(&mut all)?;
    states(&mut all)?;
    Ok(all)
}

/// Builds a case. Declarations draw their values from a generator seeded by the name of the case.
pub struct CaseBuilder {
    name: String,
    graph: Graph,
    weights: Weights,
    inputs: NamedValues,
    random: u64,
    /// Largest magnitude of the values drawn next.
    pub magnitude: f32,
}

impl CaseBuilder {
    /// Creates an empty case.
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
            inputs: NamedValues::new(),
            random,
            magnitude: 1.0,
        }
    }

    /// The graph under construction.
    pub fn graph(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// Declares an input with random values.
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        self.fixed(name, shape, data)
    }

    /// Declares an input with given values.
    pub fn fixed(
        &mut self,
        name: &str,
        shape: &[usize],
        data: Vec<f32>,
    ) -> Result<Value, GraphError> {
        self.inputs.insert(name.to_owned(), data);
        self.graph.input(name, shape)
    }

    /// Declares a state with random values.
    pub fn state(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        self.inputs.insert(name.to_owned(), data);
        self.graph.state(name, shape)
    }

    /// Declares an f32 weight with random values.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        let tensor = WeightTensor::f32(shape, data).expect("the length fits the shape");
        self.weights.insert(name, tensor);
        self.graph.weight(name, shape)
    }

    /// Declares an int8 weight with random values.
    pub fn weight_q8(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let data = self.draw(shape::len(shape));
        let tensor = WeightTensor::quantize(shape, &data).expect("K is a multiple of 32");
        self.weights.insert(name, tensor);
        self.graph.weight(name, shape)
    }

    /// Finishes the case with the output "result".
    pub fn finish(mut self, out: Value, tolerance: f64) -> Result<Case, GraphError> {
        self.graph.output("result", out)?;
        let Self {
            name,
            graph,
            weights,
            inputs,
            ..
        } = self;
        Ok(Case {
            name,
            graph,
            weights,
            inputs,
            tolerance,
        })
    }

    /// Draws values in ±magnitude.
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
        let mut case = CaseBuilder::new(format!("linear {m}x{n}x{k}"));
        let (x, w) = (case.input("x", &[m, k])?, case.weight("w", &[n, k])?);
        let y = case.graph().linear(x, w, Linear::default())?;
        all.push(case.finish(y, 2e-6)?);
    }
    for (m, n, k) in [(153, 256, 256), (1, 33, 32), (50, 68, 96), (31, 1, 64)] {
        for q8 in [false, true] {
            for (epilogue, gate_rows) in [
                (Epilogue::GeluTanh, 1),
                (Epilogue::Silu, m),
                (Epilogue::None, 1),
            ] {
                let mut case = CaseBuilder::new(format!(
                    "linear {m}x{n}x{k} q8 {q8} {epilogue:?} gate rows {gate_rows}"
                ));
                let x = case.input("x", &[m, k])?;
                let w = if q8 {
                    case.weight_q8("w", &[n, k])?
                } else {
                    case.weight("w", &[n, k])?
                };
                let options = Linear {
                    bias: Some(case.weight("b", &[n])?),
                    epilogue,
                    mul: (gate_rows == 1)
                        .then(|| case.input("mul", &[m, n]))
                        .transpose()?,
                    gate: Some(case.input("gate", &[gate_rows, n])?),
                    residual: Some(case.input("residual", &[m, n])?),
                };
                let y = case.graph().linear(x, w, options)?;
                all.push(case.finish(y, 4e-6)?);
            }
        }
    }
    let mut case = CaseBuilder::new("linear of large numbers through gelu");
    case.magnitude = 1e4;
    let (x, w) = (case.input("x", &[10, 64])?, case.weight("w", &[24, 64])?);
    let y = case.graph().linear(
        x,
        w,
        Linear {
            epilogue: Epilogue::GeluTanh,
            ..Linear::default()
        },
    )?;
    all.push(case.finish(y, 4e-6)?);
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
            let mut case = CaseBuilder::new(format!(
                "{norm:?} norm {m}x{d} rows {rows} of {magnitude:e}"
            ));
            case.magnitude = magnitude;
            let x = case.input("x", &[m, d])?;
            case.magnitude = 1.0;
            let mut options = NormModulate::new(norm, 1e-6);
            if rows > 0 {
                options.scale = Some(case.input("scale", &[rows, d])?);
                options.shift = Some(case.input("shift", &[rows, d])?);
            }
            if rows != 1 {
                options.weight = Some(case.weight("weight", &[d])?);
                options.bias = Some(case.weight("bias", &[d])?);
            }
            let y = case.graph().norm_modulate(x, options)?;
            all.push(case.finish(y, 1e-5)?);
        }
        // A mean far from zero, and rows without any variance.
        let mut case = CaseBuilder::new(format!("{norm:?} norm far from zero"));
        let data: Vec<f32> = case.draw(5 * 96).iter().map(|v| 1000.0 + v).collect();
        let x = case.fixed("x", &[5, 96], data)?;
        let y = case
            .graph()
            .norm_modulate(x, NormModulate::new(norm, 1e-6))?;
        all.push(case.finish(y, 2e-3)?);
        let mut case = CaseBuilder::new(format!("{norm:?} norm of equal rows"));
        let x = case.fixed("x", &[4, 64], vec![0.5; 256])?;
        let shift = case.input("shift", &[1, 64])?;
        let y = case.graph().norm_modulate(
            x,
            NormModulate {
                shift: Some(shift),
                ..NormModulate::new(norm, 1e-6)
            },
        )?;
        all.push(case.finish(y, 1e-5)?);
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
        let mut case = CaseBuilder::new(format!(
            "attention {m}x{n} {heads} heads of {dh}, bias {with_bias}, size {magnitude}"
        ));
        case.magnitude = magnitude;
        let [q, k, v] = [
            case.input("q", &[m, heads * dh])?,
            case.input("k", &[n, heads * dh])?,
            case.input("v", &[n, heads * dh])?,
        ];
        let bias = with_bias
            .then(|| case.input("bias", &[heads, m, n]))
            .transpose()?;
        let options = Attention {
            heads,
            scale: 1.0 / (dh as f32).sqrt(),
            bias,
        };
        let y = case.graph().attention(q, k, v, options)?;
        all.push(case.finish(y, if magnitude > 1.0 { 1e-4 } else { 1e-5 })?);
    }
    let mut case = CaseBuilder::new("attention of a tensor to itself, equal rows");
    let x = case.fixed("x", &[12, 64], vec![1.5; 12 * 64])?;
    let y = case.graph().attention(
        x,
        x,
        x,
        Attention {
            heads: 2,
            scale: 1.0,
            bias: None,
        },
    )?;
    all.push(case.finish(y, 1e-5)?);
    for (m, heads, dh) in [(153, 4, 64), (1, 1, 2), (7, 3, 6)] {
        let mut case = CaseBuilder::new(format!("rope {m} rows, {heads} heads of {dh}"));
        let x = case.input("x", &[m, heads * dh])?;
        let angles = case.draw(m * dh / 2);
        let cos = case.fixed(
            "cos",
            &[m, dh / 2],
            angles.iter().map(|a| (3.0 * a).cos()).collect(),
        )?;
        let sin = case.fixed(
            "sin",
            &[m, dh / 2],
            angles.iter().map(|a| (3.0 * a).sin()).collect(),
        )?;
        let y = case.graph().rope(x, cos, sin)?;
        all.push(case.finish(y, 1e-6)?);
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
        let mut case = CaseBuilder::new(name);
        let x = case.input("x", &[t, h, w, cin])?;
        let weight = case.weight("w", &[cout, kt, kh, kw, cin])?;
        let options = Conv {
            bias: Some(case.weight("b", &[cout])?),
            previous: with_previous
                .then(|| case.input("previous", &[kt - 1, h, w, cin]))
                .transpose()?,
            epilogue: Epilogue::Silu,
            residual: with_previous
                .then(|| case.input("residual", &[t, h, w, cout]))
                .transpose()?,
        };
        let y = case.graph().conv(x, weight, options)?;
        all.push(case.finish(y, 4e-6)?);
    }
    Ok(())
}

fn data_movement(all: &mut Vec<Case>) -> Result<(), GraphError> {
    for order in [ChannelOrder::ChannelLast, ChannelOrder::ChannelFirst] {
        for (r, time, c) in [(4, 1, 3), (2, 4, 5), (16, 4, 3)] {
            let mut case = CaseBuilder::new(format!("pixel shuffle {r} {time} {c} {order:?}"));
            let x = case.input("x", &[3, 2, 3, time * r * r * c])?;
            let y = case
                .graph()
                .resample(x, Resample::PixelShuffle { r, time, order })?;
            all.push(case.finish(y, 0.0)?);
            let mut case = CaseBuilder::new(format!("pixel unshuffle {r} {time} {c} {order:?}"));
            let x = case.input("x", &[2 * time, 2 * r, 3 * r, c])?;
            let y = case
                .graph()
                .resample(x, Resample::PixelUnshuffle { r, time, order })?;
            all.push(case.finish(y, 0.0)?);
        }
    }
    let mut case = CaseBuilder::new("nearest");
    let x = case.input("x", &[2, 3, 5, 7])?;
    let y = case.graph().resample(x, Resample::Nearest { r: 3 })?;
    all.push(case.finish(y, 0.0)?);
    let mut case = CaseBuilder::new("patchify and back");
    let x = case.input("x", &[3, 4, 6, 5])?;
    let tokens = case.graph().patchify(x)?;
    case.graph().output("tokens", tokens)?;
    let y = case.graph().unpatchify(tokens, [3, 4, 6, 5])?;
    all.push(case.finish(y, 0.0)?);
    let mut case = CaseBuilder::new("embed, with ids outside");
    let ids = case.fixed("ids", &[6], vec![0.0, 4.0, 2.0, 5.0, -1.0, 1e9])?;
    let table = case.weight("table", &[5, 33])?;
    let y = case.graph().embed(ids, table)?;
    all.push(case.finish(y, 0.0)?);
    let mut case = CaseBuilder::new("slices and concatenation");
    let x = case.input("x", &[9, 64])?;
    let odd = case.input("odd", &[5, 7])?;
    let g = case.graph();
    let (view, copied) = (g.slice_rows(x, 2, 3)?, g.slice_cols(x, 5, 7)?);
    let rows = g.slice_rows(odd, 1, 3)?;
    let joined = g.concat_rows(&[copied, rows, odd, rows])?;
    let (first, second) = (g.slice_rows(x, 0, 3)?, g.slice_rows(x, 1, 3)?);
    let sum = g.add(first, second)?;
    let sum = g.add(sum, view)?;
    g.output("sum", sum)?;
    let reshaped = g.reshape(joined, &[7 * 20])?;
    all.push(case.finish(reshaped, 1e-6)?);
    let mut case = CaseBuilder::new("results that are inputs");
    let x = case.input("x", &[3, 64])?;
    let y = case.graph().slice_rows(x, 1, 1)?;
    all.push(case.finish(y, 0.0)?);
    Ok(())
}

fn elementwise(all: &mut Vec<Case>) -> Result<(), GraphError> {
    for (m, n, rows) in [(153, 256, 1), (5, 7, 5), (1, 1, 1), (3, 70_001, 1)] {
        let mut case = CaseBuilder::new(format!("elementwise {m}x{n}, rows {rows}"));
        let (a, b) = (case.input("a", &[m, n])?, case.input("b", &[rows, n])?);
        let g = case.graph();
        let (sum, product) = (g.add(a, b)?, g.mul(a, b)?);
        let scaled = g.scale(sum, -2.5)?;
        g.output("product", product)?;
        let active = g.activate(scaled, Epilogue::Silu)?;
        g.output("active", active)?;
        let doubled = g.mul(active, active)?;
        let y = g.activate(doubled, Epilogue::GeluTanh)?;
        all.push(case.finish(y, 1e-5)?);
    }
    let mut case = CaseBuilder::new("guidance");
    let (cond, uncond) = (
        case.input("cond", &[6, 34])?,
        case.input("uncond", &[6, 34])?,
    );
    let strength = case.fixed("g", &[1], vec![3.5])?;
    let y = case.graph().guide(cond, uncond, strength)?;
    all.push(case.finish(y, 1e-6)?);
    Ok(())
}

fn states(all: &mut Vec<Case>) -> Result<(), GraphError> {
    let mut case = CaseBuilder::new("a sampler step on a state, and two states that swap");
    let (z, x0) = (case.state("z", &[9, 40])?, case.input("x0", &[9, 40])?);
    let coeffs = case.fixed("coeffs", &[4], vec![0.75, 0.25, 0.0, 0.0])?;
    let (left, right) = (case.state("left", &[3, 5])?, case.state("right", &[3, 5])?);
    let g = case.graph();
    let next = g.euler_x0(z, x0, coeffs)?;
    g.update(z, next)?;
    g.update(left, right)?;
    g.update(right, left)?;
    let y = g.scale(z, 2.0)?;
    all.push(case.finish(y, 1e-6)?);
    Ok(())
}

fn worst(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}
