//! The planner: text → plan, a small flow-matching transformer over one token per latent frame.

use kinora_contract::plan::PLAN_DIM;
use kinora_engine::{Graph, GraphError, Linear};

use kinora_model::blocks::GraphBuilder;
use kinora_model::blocks::wan::{self, Context, RotaryInputs, WanConfig};

/// Builds one denoising step over `latent_frames` rows.
///
/// State `plan` [T, [`PLAN_DIM`]]; inputs `given` [T, 1], 1 where a row is known, `unknown` and `known` as in
/// [`crate::dit::dit_graph`], `text` [rows, text_dim], `text_bias` [heads, T, rows], `time` [1, freq_dim],
/// `coeffs` [4], `rope.cos` and `rope.sin` [T, head_dim / 2]; output `x0`. The state takes the step.
pub fn planner_graph(
    config: &WanConfig,
    latent_frames: usize,
    text_rows: usize,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("planner");
    let plan = graph.state("plan", &[latent_frames, PLAN_DIM])?;
    let given = graph.input("given", &[latent_frames, 1])?;
    let unknown = graph.input("unknown", &[latent_frames, PLAN_DIM])?;
    let known = graph.input("known", &[latent_frames, PLAN_DIM])?;
    let text = graph.input("text", &[text_rows, config.text_dim])?;
    let bias = graph.input("text_bias", &[config.heads, latent_frames, text_rows])?;
    let time = graph.input("time", &[1, config.freq_dim])?;
    let coeffs = graph.input("coeffs", &[4])?;
    let half = config.head_dim() / 2;
    let rotary = RotaryInputs {
        cos: graph.input("rope.cos", &[latent_frames, half])?,
        sin: graph.input("rope.sin", &[latent_frames, half])?,
    };

    let mut net = GraphBuilder::new(&mut graph, "planner.");
    let given = net.matmul("given_embedding", given, config.dim, Linear::default())?;
    let tail = Linear {
        residual: Some(given),
        ..Default::default()
    };
    let mut x = net.linear_with("patch_embedding", plan, config.dim, tail)?;
    let time = wan::time_embedding(&mut net, config, time)?;
    let rows = wan::text_embedding(&mut net, config, text)?;
    let context = Context {
        rows,
        bias: Some(bias),
    };
    for i in 0..config.layers {
        let mut net = net.child(&format!("blocks.{i}"));
        x = wan::block(&mut net, config, x, time.modulation, context, rotary)?;
    }
    let x = wan::head_norm(&mut net, config, x, time.temb)?;
    let x0 = net.linear("proj_out", x, PLAN_DIM)?;
    let x0 = graph.mul(x0, unknown)?;
    let x0 = graph.add(x0, known)?;
    let next = graph.euler_x0(plan, x0, coeffs)?;
    graph.output("x0", x0)?;
    graph.update(plan, next)?;
    Ok(graph)
}
