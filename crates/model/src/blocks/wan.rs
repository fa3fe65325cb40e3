//! Wan's transformer block, time and text embeddings, and output head, as graphs.
//!
//! Source: Wan2.1 `wan/modules/model.py` and diffusers' `WanTransformerBlock`, whose tensor names are kept.

use kinora_engine::{Attention, Epilogue, GraphError, Linear, Norm, NormModulate, Value};
use serde::Deserialize;

use super::{Built, GraphBuilder};

/// Width and depth of a stack of Wan blocks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WanConfig {
    /// Width of the residual stream.
    pub dim: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Attention heads; `dim / heads` channels each.
    pub heads: usize,
    /// Hidden width of the feed-forward.
    pub ffn: usize,
    /// Width of a text row.
    pub text_dim: usize,
    /// Sinusoids of the time embedding.
    pub freq_dim: usize,
    /// Epsilon of the norms.
    pub eps: f32,
}

impl WanConfig {
    /// Channels of a head.
    pub fn head_dim(&self) -> usize {
        self.dim / self.heads
    }
}

/// Rotary cosine and sine inputs, each `[tokens, head_dim / 2]`.
#[derive(Debug, Clone, Copy)]
pub struct RotaryInputs {
    /// Cosines.
    pub cos: Value,
    /// Sines.
    pub sin: Value,
}

/// Text context of the cross-attention.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// `[rows, dim]`.
    pub rows: Value,
    /// `[heads, tokens, rows]`, very negative where a row is padding; none if all rows are real.
    pub bias: Option<Value>,
}

/// Time embedding of all blocks.
#[derive(Debug, Clone, Copy)]
pub struct TimeEmbedding {
    /// `[1, dim]`, for the head.
    pub temb: Value,
    /// `[6, dim]`, for the blocks.
    pub modulation: Value,
}

/// Computes `freq_dim` sinusoids of 1000·t for a time t in [0, 1], cosines first, in f64.
pub fn time_features(t: f32, freq_dim: usize) -> Vec<f32> {
    let half = freq_dim / 2;
    let angle =
        |i: usize| 1000.0 * f64::from(t) * libm::exp(-libm::log(10_000.0) * i as f64 / half as f64);
    let cos = (0..half).map(|i| libm::cos(angle(i)) as f32);
    let sin = (0..half).map(|i| libm::sin(angle(i)) as f32);
    cos.chain(sin).collect()
}

/// Embeds `features` `[1, freq_dim]`: the time half of Wan's `condition_embedder`.
pub fn time_embedding(
    net: &mut GraphBuilder,
    config: &WanConfig,
    features: Value,
) -> Result<TimeEmbedding, GraphError> {
    let mut net = net.child("condition_embedder");
    let hidden = net.linear_act(
        "time_embedder.linear_1",
        features,
        config.dim,
        Epilogue::Silu,
    )?;
    let temb = net.linear("time_embedder.linear_2", hidden, config.dim)?;
    let active = net.graph.activate(temb, Epilogue::Silu)?;
    let six = net.linear("time_proj", active, 6 * config.dim)?;
    let modulation = net.graph.reshape(six, &[6, config.dim])?;
    Ok(TimeEmbedding { temb, modulation })
}

/// Embeds `text` `[rows, text_dim]` → `[rows, dim]`: the text half of Wan's `condition_embedder`.
pub fn text_embedding(net: &mut GraphBuilder, config: &WanConfig, text: Value) -> Built {
    let mut net = net.child("condition_embedder");
    let hidden = net.linear_act(
        "text_embedder.linear_1",
        text,
        config.dim,
        Epilogue::GeluTanh,
    )?;
    net.linear("text_embedder.linear_2", hidden, config.dim)
}

/// Applies one block to x `[tokens, dim]` with modulation `[6, dim]`; `net` has the prefix `blocks.i`.
pub fn block(
    net: &mut GraphBuilder,
    config: &WanConfig,
    x: Value,
    modulation: Value,
    context: Context,
    rotary: RotaryInputs,
) -> Built {
    let table = net.weight("scale_shift_table", &[6, config.dim])?;
    let table = net.graph.add(modulation, table)?;
    let mut row = |i| net.graph.slice_rows(table, i, 1);
    let [shift, scale, gate] = [row(0)?, row(1)?, row(2)?];
    let [ffn_shift, ffn_scale, ffn_gate] = [row(3)?, row(4)?, row(5)?];

    let normed = modulated_norm(net, config, x, scale, shift)?;
    let x = self_attention(
        net,
        config,
        normed,
        rotary,
        Linear {
            gate: Some(gate),
            residual: Some(x),
            ..Default::default()
        },
    )?;
    let x = cross_attention(net, config, x, context)?;

    let normed = modulated_norm(net, config, x, ffn_scale, ffn_shift)?;
    let hidden = net.linear_act("ffn.net.0.proj", normed, config.ffn, Epilogue::GeluTanh)?;
    let tail = Linear {
        gate: Some(ffn_gate),
        residual: Some(x),
        ..Default::default()
    };
    net.linear_with("ffn.net.2", hidden, config.dim, tail)
}

/// Applies the final norm, modulated by the time embedding `temb`; `net` has the network's prefix.
pub fn head_norm(net: &mut GraphBuilder, config: &WanConfig, x: Value, temb: Value) -> Built {
    let table = net.weight("scale_shift_table", &[2, config.dim])?;
    let table = net.graph.add(table, temb)?;
    let shift = net.graph.slice_rows(table, 0, 1)?;
    let scale = net.graph.slice_rows(table, 1, 1)?;
    modulated_norm(net, config, x, scale, shift)
}

fn modulated_norm(
    net: &mut GraphBuilder,
    config: &WanConfig,
    x: Value,
    scale: Value,
    shift: Value,
) -> Built {
    net.graph.norm_modulate(
        x,
        NormModulate {
            scale: Some(scale),
            shift: Some(shift),
            ..NormModulate::new(Norm::Layer, config.eps)
        },
    )
}

fn self_attention(
    net: &mut GraphBuilder,
    config: &WanConfig,
    x: Value,
    rotary: RotaryInputs,
    tail: Linear,
) -> Built {
    let mut net = net.child("attn1");
    let q = net.linear("to_q", x, config.dim)?;
    let k = net.linear("to_k", x, config.dim)?;
    let v = net.linear("to_v", x, config.dim)?;
    let q = net.rms_norm("norm_q", q, config.eps)?;
    let k = net.rms_norm("norm_k", k, config.eps)?;
    let q = net.graph.rope(q, rotary.cos, rotary.sin)?;
    let k = net.graph.rope(k, rotary.cos, rotary.sin)?;
    let out = net.graph.attention(q, k, v, attention(config, None))?;
    net.linear_with("to_out.0", out, config.dim, tail)
}

/// Attends to the text. The norm is affine; there is no gate and no rotary embedding.
fn cross_attention(
    net: &mut GraphBuilder,
    config: &WanConfig,
    x: Value,
    context: Context,
) -> Built {
    let weight = Some(net.weight("norm2.weight", &[config.dim])?);
    let bias = Some(net.weight("norm2.bias", &[config.dim])?);
    let norm = NormModulate {
        weight,
        bias,
        ..NormModulate::new(Norm::Layer, config.eps)
    };
    let normed = net.graph.norm_modulate(x, norm)?;
    let mut net = net.child("attn2");
    let q = net.linear("to_q", normed, config.dim)?;
    let k = net.linear("to_k", context.rows, config.dim)?;
    let v = net.linear("to_v", context.rows, config.dim)?;
    let q = net.rms_norm("norm_q", q, config.eps)?;
    let k = net.rms_norm("norm_k", k, config.eps)?;
    let out = net
        .graph
        .attention(q, k, v, attention(config, context.bias))?;
    net.linear_with(
        "to_out.0",
        out,
        config.dim,
        Linear {
            residual: Some(x),
            ..Default::default()
        },
    )
}

fn attention(config: &WanConfig, bias: Option<Value>) -> Attention {
    let scale = 1.0 / libm::sqrtf(config.head_dim() as f32);
    Attention {
        heads: config.heads,
        scale,
        bias,
    }
}
