//! Pictures → finer pictures: a small residual net, which sees what a latent frame shows in all its sub-frames at once.
//!
//! One refines the place on its stage, another each subject in its own frame; both are told what it is that they see.
//! Twins: `RefineNet` in `training/decoder.py`, and `training/render.py` for what they are told.

use kinora_contract::plan::SUBFRAMES;
use kinora_engine::{ChannelOrder, Conv, Epilogue, Graph, GraphError, Resample, Value};
use serde::Deserialize;

use crate::net::{Built, Net};

/// Values of a pixel in one sub-frame.
pub(crate) const RGBA: usize = 4;
/// Values of a pixel in all sub-frames.
pub(crate) const PIXEL: usize = SUBFRAMES * RGBA;
/// Standard deviations of a layer token that its net is told as 1.
const TOKEN_REACH: f32 = 3.0;

/// The pictures of a latent frame, `[H, W, sub-frame, rgba]`, not clamped. Of a subject: colours, premultiplied by coverage, and
/// coverage, each in about 0..1. Of the stage: colours in about −1..1, and how much stands in front of the subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct Moving(pub Vec<f32>);

impl Moving {
    /// The pixels `[H · W]` of a sub-frame.
    pub fn subframe(&self, subframe: usize) -> impl Iterator<Item = &[f32; RGBA]> {
        let pixels = self.0.as_chunks::<RGBA>().0.iter();
        pixels.skip(subframe).step_by(SUBFRAMES)
    }
}

/// Dimensions of a residual net.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RefinerConfig {
    /// Residual blocks.
    pub blocks: usize,
    /// Values that it is told.
    pub told: usize,
    /// A side of pictures of which the net knows every place; 0: pictures of any size.
    pub size: usize,
    /// Width.
    pub channels: usize,
    /// Width of what it is told.
    pub told_channels: usize,
    /// It works at 1/unshuffle of the resolution.
    pub unshuffle: usize,
}

/// The net with the weights `NAME.*` for pictures of `[H, W]`: inputs `pictures` [1, H, W, 16], as [`Moving`] has them, and `told`
/// [1, told]; output `refined`, like `pictures`.
pub fn refiner_graph(
    name: &str,
    config: &RefinerConfig,
    [height, width]: [usize; 2],
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new(name);
    let rough = graph.input("pictures", &[1, height, width, PIXEL])?;
    let told = graph.input("told", &[1, config.told])?;
    let mut net = Net::new(&mut graph, format!("{name}."));
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
    let told = net.linear_act("told", told, config.told_channels, Epilogue::Silu)?;
    for i in 0..config.blocks {
        x = block(&mut net.child(&format!("blocks.{i}")), config, x, told)?;
    }
    let residual = net.linear("conv_out", x, values)?;
    let shuffle = Resample::PixelShuffle { r, time: 1, order };
    let residual = net.graph.resample(residual, shuffle)?;
    let refined = net.graph.add(rough, residual)?;
    graph.output("refined", refined)?;
    Ok(graph)
}

/// A residual block; what is told scales and shifts its hidden channels.
fn block(net: &mut Net, config: &RefinerConfig, x: Value, told: Value) -> Built {
    let width = config.channels;
    let film = net.linear("film", told, 2 * width)?;
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

/// A biased 3×3 convolution.
fn conv(net: &mut Net, name: &str, x: Value, width: usize, options: Conv) -> Built {
    let w = net.weight(&format!("{name}.weight"), &[width, 1, 3, 3, width])?;
    let bias = Some(net.weight(&format!("{name}.bias"), &[width])?);
    net.graph.conv(x, w, Conv { bias, ..options })
}

/// What the net of a layer is told: how far the subject's mouth is open in each sub-frame, what the words say of it, its token.
pub fn layer_told(mouth: [f32; SUBFRAMES], said: &[f32], token: &[f32]) -> Vec<f32> {
    let near = |z: &f32| z.clamp(-TOKEN_REACH, TOKEN_REACH) / TOKEN_REACH;
    let said = said.iter().copied();
    let told = mouth.into_iter().chain(said);
    told.chain(token.iter().map(near)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_token_is_told_as_one() {
        let told = layer_told([0.0, 0.25, 0.5, 1.0], &[0.75, 0.125], &[1.5, -9.0]);
        assert_eq!(told, [0.0, 0.25, 0.5, 1.0, 0.75, 0.125, 0.5, -1.0]);
    }

    #[test]
    fn a_sub_frame_is_every_fourth_pixel() {
        let moving = Moving((0..2 * PIXEL).map(|i| i as f32).collect());
        let second: Vec<_> = moving.subframe(1).copied().collect();
        assert_eq!(second, [[4.0, 5.0, 6.0, 7.0], [20.0, 21.0, 22.0, 23.0]]);
    }
}
