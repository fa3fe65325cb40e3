//! The text encoder: a small UMT5 (relative bias table per layer, unscaled scores) with slot heads.
//!
//! The first rows are slot tokens; a linear head on each classifies one field of the scene.

use kinora_engine::{Attention, Epilogue, Graph, GraphError, Linear, Value, WeightTensor, Weights};
use serde::Deserialize;

use crate::text::tokenizer::{MAX_WORDS, PAD_ID, SLOT_TOKENS};
use kinora_model::blocks::{Built, GraphBuilder};

/// Rows of every run; a shorter prompt is padded and masked.
pub const TEXT_ROWS: usize = SLOT_TOKENS + MAX_WORDS;
/// Added to the score of a padding key.
pub const MASKED: f32 = -1e9;

/// Dimensions of the encoder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Width.
    pub dim: usize,
    /// Layers.
    pub layers: usize,
    /// Attention heads.
    pub heads: usize,
    /// Channels of a head.
    pub head_dim: usize,
    /// Hidden width of the gated feed-forward.
    pub ffn: usize,
    /// Relative position buckets.
    pub buckets: usize,
    /// Distance from which all positions share the last bucket.
    pub max_distance: usize,
    /// Slot rows at the start of every prompt.
    #[serde(alias = "slots")]
    pub query_rows: usize,
    /// Words of the longest prompt.
    pub max_words: usize,
    /// Epsilon of the norms.
    pub eps: f32,
}

/// Builds the encoder over `rows` ids. Inputs `ids` [rows] and `bias.i` [heads, rows, rows]; outputs `rows` [rows, dim] and
/// one `slot.k` [1, classes] per entry of `slot_classes`.
pub fn text_graph(
    config: &TextConfig,
    vocabulary: usize,
    rows: usize,
    slot_classes: &[usize],
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("text");
    let ids = graph.input("ids", &[rows])?;
    let mut net = GraphBuilder::new(&mut graph, "text.");
    let table = net.weight("shared.weight", &[vocabulary, config.dim])?;
    let mut x = net.graph.embed(ids, table)?;
    for i in 0..config.layers {
        let bias = net
            .graph
            .input(&format!("bias.{i}"), &[config.heads, rows, rows])?;
        x = layer(
            &mut net.child(&format!("encoder.block.{i}")),
            config,
            x,
            bias,
        )?;
    }
    let x = net.rms_norm("encoder.final_layer_norm", x, config.eps)?;
    for (k, &classes) in slot_classes.iter().enumerate() {
        let row = net.graph.slice_rows(x, k, 1)?;
        let logits = net.linear(&format!("slot_heads.{k}"), row, classes)?;
        net.graph.output(&format!("slot.{k}"), logits)?;
    }
    graph.output("rows", x)?;
    Ok(graph)
}

/// Pads token ids to `rows` and converts them to the graph's f32.
pub fn padded_ids(ids: &[u32], rows: usize) -> Vec<f32> {
    let padding = std::iter::repeat(PAD_ID);
    ids.iter()
        .copied()
        .chain(padding)
        .take(rows)
        .map(|id| id as f32)
        .collect()
}

/// Computes the bias input `[heads, rows, rows]` of a layer: its learned relative bias, and [`MASKED`] on keys from `real` on.
/// `table` is the layer's `relative_attention_bias.weight` [buckets, heads].
pub fn relative_bias(config: &TextConfig, table: &[f32], rows: usize, real: usize) -> Vec<f32> {
    let mut bias = Vec::with_capacity(config.heads * rows * rows);
    for head in 0..config.heads {
        for query in 0..rows {
            bias.extend((0..rows).map(|key| {
                let bucket = relative_bucket(key as i64 - query as i64, config);
                if key < real {
                    table[bucket * config.heads + head]
                } else {
                    MASKED
                }
            }));
        }
    }
    bias
}

/// Computes the bias inputs of all layers, by name.
pub fn bias_inputs(
    config: &TextConfig,
    weights: &Weights,
    rows: usize,
    real: usize,
) -> Vec<(String, Vec<f32>)> {
    let layer_bias = |i: usize| {
        let table = weights
            .get(&format!(
                "text.encoder.block.{i}.layer.0.SelfAttention.relative_attention_bias.weight"
            ))
            .map(WeightTensor::to_f32)
            .unwrap_or_else(|| vec![0.0; config.buckets * config.heads]);
        (
            format!("bias.{i}"),
            relative_bias(config, &table, rows, real),
        )
    };
    (0..config.layers).map(layer_bias).collect()
}

/// Returns T5's bidirectional bucket of a distance `key - query`: exact when near, logarithmic when far.
fn relative_bucket(distance: i64, config: &TextConfig) -> usize {
    let half = config.buckets / 2;
    let exact = half / 2;
    let sign = if distance > 0 { half } else { 0 };
    let size = distance.unsigned_abs() as usize;
    if size < exact {
        return sign + size;
    }
    // f32 like the reference, whose rounding decides on which side of a bucket's edge a distance falls.
    let ratio = libm::logf(size as f32 / exact as f32)
        / libm::log(config.max_distance as f64 / exact as f64) as f32;
    sign + (exact + (ratio * (half - exact) as f32) as usize).min(half - 1)
}

fn layer(net: &mut GraphBuilder, config: &TextConfig, x: Value, bias: Value) -> Built {
    let x = attend(&mut net.child("layer.0"), config, x, bias)?;
    feed_forward(&mut net.child("layer.1"), config, x)
}

fn attend(net: &mut GraphBuilder, config: &TextConfig, x: Value, bias: Value) -> Built {
    let inner = config.heads * config.head_dim;
    let normed = net.rms_norm("layer_norm", x, config.eps)?;
    let mut net = net.child("SelfAttention");
    let q = net.matmul("q", normed, inner, Linear::default())?;
    let k = net.matmul("k", normed, inner, Linear::default())?;
    let v = net.matmul("v", normed, inner, Linear::default())?;
    let options = Attention {
        heads: config.heads,
        scale: 1.0,
        bias: Some(bias),
    };
    let out = net.graph.attention(q, k, v, options)?;
    net.matmul(
        "o",
        out,
        config.dim,
        Linear {
            residual: Some(x),
            ..Default::default()
        },
    )
}

fn feed_forward(net: &mut GraphBuilder, config: &TextConfig, x: Value) -> Built {
    let normed = net.rms_norm("layer_norm", x, config.eps)?;
    let mut net = net.child("DenseReluDense");
    let up = net.matmul("wi_1", normed, config.ffn, Linear::default())?;
    let gated = Linear {
        epilogue: Epilogue::GeluTanh,
        mul: Some(up),
        ..Default::default()
    };
    let hidden = net.matmul("wi_0", normed, config.ffn, gated)?;
    net.matmul(
        "wo",
        hidden,
        config.dim,
        Linear {
            residual: Some(x),
            ..Default::default()
        },
    )
}
