//! Measures GFLOP/s of ops on an executor.

use serde::{Deserialize, Serialize};
use web_time::Instant;

use crate::builder::{Attention, Conv, Linear, NormModulate};
use crate::executor::{Cancel, EngineError, Executor};
use crate::graph::{Graph, GraphError, Value};
use crate::op::{Epilogue, Norm};
use crate::weights::{WeightTensor, Weights};

/// An op with its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// x [m, k] by w [n, k], with bias and GELU.
    Linear {
        /// Rows.
        m: usize,
        /// Outputs.
        n: usize,
        /// Inputs.
        k: usize,
        /// int8 weights.
        q8: bool,
    },
    /// Self-attention.
    Attention {
        /// Tokens.
        tokens: usize,
        /// Heads.
        heads: usize,
        /// Columns per head.
        dh: usize,
    },
    /// A causal convolution by kt×3×3.
    Conv {
        /// Frames.
        frames: usize,
        /// Height and width.
        side: usize,
        /// Channels in and out.
        channels: usize,
        /// Frames of the kernel.
        kt: usize,
    },
    /// A layer norm with modulation.
    Norm {
        /// Rows.
        m: usize,
        /// Columns.
        d: usize,
    },
}

/// Result of a measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measurement {
    /// The op.
    pub shape: Shape,
    /// Shortest repeat.
    pub best_seconds: f64,
    /// Median repeat.
    pub median_seconds: f64,
    /// FLOPs of one op.
    pub flops: f64,
    /// flops / best_seconds / 1e9.
    pub gflops: f64,
}

/// Typical shapes of a small video model: 153 tokens of 256 columns, and a convolution of a refiner.
pub fn starter_shapes() -> Vec<Shape> {
    vec![
        Shape::Linear {
            m: 153,
            n: 256,
            k: 256,
            q8: true,
        },
        Shape::Linear {
            m: 153,
            n: 1024,
            k: 256,
            q8: true,
        },
        Shape::Linear {
            m: 153,
            n: 256,
            k: 1024,
            q8: true,
        },
        Shape::Linear {
            m: 512,
            n: 512,
            k: 512,
            q8: false,
        },
        Shape::Attention {
            tokens: 153,
            heads: 4,
            dh: 64,
        },
        Shape::Conv {
            frames: 9,
            side: 32,
            channels: 64,
            kt: 1,
        },
        Shape::Norm { m: 153, d: 256 },
    ]
}

/// Measures an op: `repeats` runs of `depth` copies each, which amortise the overhead of a run.
pub async fn measure(
    executor: &mut impl Executor,
    shape: Shape,
    depth: usize,
    repeats: usize,
) -> Result<Measurement, EngineError> {
    let (graph, weights) = copies(shape, depth)?;
    let handle = executor.load(&graph, &weights).await?;
    let flops = executor.program(handle)?.flops() / depth as f64;
    let cancel = Cancel::new();
    executor.run(handle, &cancel).await?;
    let mut seconds = Vec::new();
    for _ in 0..repeats.max(1) {
        let started = Instant::now();
        executor.run(handle, &cancel).await?;
        seconds.push(started.elapsed().as_secs_f64() / depth as f64);
    }
    executor.unload(handle);
    seconds.sort_by(f64::total_cmp);
    let (best_seconds, median_seconds) = (seconds[0], seconds[seconds.len() / 2]);
    Ok(Measurement {
        shape,
        best_seconds,
        median_seconds,
        flops,
        gflops: flops / best_seconds / 1e9,
    })
}

/// Builds a graph of `depth` ops on the same input, each with its own output.
fn copies(shape: Shape, depth: usize) -> Result<(Graph, Weights), EngineError> {
    let mut graph = Graph::new("bench");
    let mut weights = Weights::new();
    for i in 0..depth.max(1) {
        let value = op(&mut graph, &mut weights, shape)?;
        graph.output(&format!("result {i}"), value)?;
    }
    Ok((graph, weights))
}

fn op(g: &mut Graph, weights: &mut Weights, shape: Shape) -> Result<Value, EngineError> {
    match shape {
        Shape::Linear { m, n, k, q8 } => {
            let x = input(g, "x", &[m, k])?;
            let w = weight(g, weights, "w", &[n, k], q8)?;
            let bias = weight(g, weights, "b", &[n], false)?;
            let options = Linear {
                bias: Some(bias),
                epilogue: Epilogue::GeluTanh,
                ..Linear::default()
            };
            Ok(g.linear(x, w, options)?)
        }
        Shape::Attention { tokens, heads, dh } => {
            let [q, k, v] = ["q", "k", "v"].map(|name| input(g, name, &[tokens, heads * dh]));
            let options = Attention {
                heads,
                scale: 1.0 / (dh as f32).sqrt(),
                bias: None,
            };
            Ok(g.attention(q?, k?, v?, options)?)
        }
        Shape::Conv {
            frames,
            side,
            channels,
            kt,
        } => {
            let x = input(g, "x", &[frames, side, side, channels])?;
            let w = weight(g, weights, "w", &[channels, kt, 3, 3, channels], false)?;
            let bias = weight(g, weights, "b", &[channels], false)?;
            Ok(g.conv(
                x,
                w,
                Conv {
                    bias: Some(bias),
                    epilogue: Epilogue::Silu,
                    ..Conv::default()
                },
            )?)
        }
        Shape::Norm { m, d } => {
            let x = input(g, "x", &[m, d])?;
            let scale = input(g, "scale", &[1, d])?;
            let options = NormModulate {
                scale: Some(scale),
                shift: None,
                ..NormModulate::new(Norm::Layer, 1e-6)
            };
            Ok(g.norm_modulate(x, options)?)
        }
    }
}

/// Declares an input, or finds it if it exists.
fn input(g: &mut Graph, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
    match g.find(name) {
        Some(value) => Ok(value),
        None => g.input(name, shape),
    }
}

/// Declares a weight with deterministic values.
fn weight(
    g: &mut Graph,
    weights: &mut Weights,
    name: &str,
    shape: &[usize],
    q8: bool,
) -> Result<Value, EngineError> {
    if weights.get(name).is_none() {
        let len: usize = shape.iter().product();
        let data: Vec<f32> = (0..len)
            .map(|i| (i * 37 % 101) as f32 / 101.0 - 0.5)
            .collect();
        let tensor = if q8 {
            WeightTensor::quantize(shape, &data)?
        } else {
            WeightTensor::f32(shape, data)?
        };
        weights.insert(name, tensor);
    }
    Ok(g.weight(name, shape)?)
}
