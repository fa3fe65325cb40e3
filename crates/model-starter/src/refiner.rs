//! The refiner: a small residual convolutional net over all sub-frames of a latent frame, conditioned by FiLM.
//!
//! One refines the background on its plate, another each subject in its canonical frame. Both are conditioned on what they show.
//! Twin: `RefineNet` in the training package.

use kinora_contract::plan::SUBFRAMES;
use kinora_engine::{ChannelOrder, Conv, Epilogue, Graph, GraphError, Resample, Value};
use serde::Deserialize;

use kinora_model::blocks::{Built, GraphBuilder};

/// Values of a pixel in one sub-frame.
pub(crate) const RGBA: usize = 4;
/// Values of a pixel in all sub-frames.
pub(crate) const PIXEL: usize = SUBFRAMES * RGBA;
/// Values of a layer token are clamped to this many standard deviations and scaled to −1..1.
const TOKEN_REACH: f32 = 3.0;

/// Images of all sub-frames of a latent frame, `[H, W, sub-frame, rgba]`, not clamped.
///
/// Of a subject: colours premultiplied by coverage, and coverage, each in about 0..1. Of the background: colours in about −1..1, and
/// the coverage of what occludes subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct SubframeStack(pub Vec<f32>);

impl SubframeStack {
    /// Iterates over the pixels `[H · W]` of a sub-frame.
    pub fn subframe(&self, subframe: usize) -> impl Iterator<Item = &[f32; RGBA]> {
        let pixels = self.0.as_chunks::<RGBA>().0.iter();
        pixels.skip(subframe).step_by(SUBFRAMES)
    }
}

/// Dimensions of a refiner.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefinerConfig {
    /// Residual blocks.
    pub blocks: usize,
    /// Conditioning values.
    #[serde(alias = "told")]
    pub cond: usize,
    /// Side of its images if it has a learned position embedding; 0: images of any size.
    pub size: usize,
    /// Width.
    pub channels: usize,
    /// Width of the conditioning embedding.
    #[serde(alias = "told_channels")]
    pub cond_channels: usize,
    /// Factor of the pixel unshuffle: it works at 1/unshuffle of the resolution.
    pub unshuffle: usize,
}

/// Builds the refiner with weights `NAME.*` for images of `[H, W]`.
///
/// Inputs `images` `[1, H, W, 16]`, laid out as [`SubframeStack`], and `cond` `[1, cond]`; output `refined`, of the shape of `images`.
pub fn refiner_graph(
    name: &str,
    config: &RefinerConfig,
    [height, width]: [usize; 2],
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new(name);
    let rough = graph.input("images", &[1, height, width, PIXEL])?;
    let cond = graph.input("cond", &[1, config.cond])?;
    let mut net = GraphBuilder::new(&mut graph, format!("{name}."));
    let (r, order) = (config.unshuffle, ChannelOrder::ChannelFirst);
    let unshuffle = Resample::PixelUnshuffle { r, time: 1, order };
    let packed = net.graph.resample(rough, unshuffle)?;
    let values = net.graph.shape(packed).last().copied().unwrap_or(1);
    let mut x = net.linear_act("conv_in", packed, config.channels, Epilogue::Silu)?;
    if config.size > 0 {
        let side = config.size / config.unshuffle;
        let places = net.weight("places", &[side, side, config.channels])?;
        x = net.graph.add(x, places)?;
    }
    // The weight keeps the name under which it was trained.
    let cond = net.linear_act("told", cond, config.cond_channels, Epilogue::Silu)?;
    for i in 0..config.blocks {
        x = block(&mut net.child(&format!("blocks.{i}")), config, x, cond)?;
    }
    let residual = net.linear("conv_out", x, values)?;
    let shuffle = Resample::PixelShuffle { r, time: 1, order };
    let residual = net.graph.resample(residual, shuffle)?;
    let refined = net.graph.add(rough, residual)?;
    graph.output("refined", refined)?;
    Ok(graph)
}

/// Adds a residual block; the conditioning scales and shifts its hidden channels.
fn block(net: &mut GraphBuilder, config: &RefinerConfig, x: Value, cond: Value) -> Built {
    let width = config.channels;
    let film = net.linear("film", cond, 2 * width)?;
    let scale = net.graph.slice_cols(film, 0, width)?;
    let shift = net.graph.slice_cols(film, width, width)?;
    let hidden = conv(net, "conv1", x, width, Conv::default())?;
    let hidden = net.graph.mul(hidden, scale)?;
    let hidden = net.graph.add(hidden, shift)?;
    let hidden = net.graph.activate(hidden, Epilogue::Silu)?;
    let add = Conv {
        residual: Some(x),
        ..Default::default()
    };
    conv(net, "conv2", hidden, width, add)
}

/// Adds a biased 3×3 convolution.
fn conv(net: &mut GraphBuilder, name: &str, x: Value, width: usize, options: Conv) -> Built {
    let w = net.weight(&format!("{name}.weight"), &[width, 1, 3, 3, width])?;
    let bias = Some(net.weight(&format!("{name}.bias"), &[width])?);
    net.graph.conv(x, w, Conv { bias, ..options })
}

/// Builds the conditioning of a layer's refiner: mouth opening per sub-frame, slot probabilities of the subject, its token.
pub fn layer_conditioning(mouth: [f32; SUBFRAMES], slots: &[f32], token: &[f32]) -> Vec<f32> {
    let scaled = |z: &f32| z.clamp(-TOKEN_REACH, TOKEN_REACH) / TOKEN_REACH;
    let slots = slots.iter().copied();
    let values = mouth.into_iter().chain(slots);
    values.chain(token.iter().map(scaled)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_values_are_clamped_and_scaled() {
        let cond = layer_conditioning([0.0, 0.25, 0.5, 1.0], &[0.75, 0.125], &[1.5, -9.0]);
        assert_eq!(cond, [0.0, 0.25, 0.5, 1.0, 0.75, 0.125, 0.5, -1.0]);
    }

    #[test]
    fn a_sub_frame_is_every_fourth_pixel() {
        let stack = SubframeStack((0..2 * PIXEL).map(|i| i as f32).collect());
        let second: Vec<_> = stack.subframe(1).copied().collect();
        assert_eq!(second, [[4.0, 5.0, 6.0, 7.0], [20.0, 21.0, 22.0, 23.0]]);
    }
}
