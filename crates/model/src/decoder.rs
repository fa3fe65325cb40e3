//! Frames → finer frames: a small causal net that removes the block pattern of the closed-form code.
//!
//! Frames stream in chunks of one latent frame, put together by [`crate::overlay`]. The net sees the frame before each frame, so a
//! chunk hands its last frame to the next.

use kinora_contract::plan::SUBFRAMES;
use kinora_engine::{ChannelOrder, Conv, Epilogue, Graph, GraphError, Resample, Value};
use serde::Deserialize;

use crate::dit::Grid;
use crate::net::{Built, Net};

const RGB: usize = 3;

/// Dimensions of a residual net.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RefinerConfig {
    /// Width.
    pub channels: usize,
    /// Residual blocks.
    pub blocks: usize,
    /// It works at 1/unshuffle of the resolution.
    pub unshuffle: usize,
}

impl RefinerConfig {
    /// Frames as the net sees them: squares of pixels become channels.
    pub(crate) fn unshuffled(&self, net: &mut Net, frames: Value) -> Built {
        let unshuffle = Resample::PixelUnshuffle {
            r: self.unshuffle,
            time: 1,
            order: ChannelOrder::ChannelFirst,
        };
        net.graph.resample(frames, unshuffle)
    }
}

/// Which chunk of a clip a decoder graph is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chunk {
    /// Latent frame 0: one frame; nothing comes before it.
    First,
    /// Any later latent frame: four frames.
    Next,
}

impl Chunk {
    /// Frames that come out.
    pub fn frames(self) -> usize {
        match self {
            Self::First => 1,
            Self::Next => SUBFRAMES,
        }
    }
}

/// Refines the frames of one latent frame.
///
/// Inputs `base` [n, H, W, 3] in −1..1 and, for [`Chunk::Next`], `previous` [1, H/u, W/u, 3u²]; outputs `frames` of the shape of
/// `base`, in about −1..1 (not clamped), and `last`, the next chunk's `previous`.
pub fn decoder_graph(
    config: &RefinerConfig,
    grid: Grid,
    chunk: Chunk,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("decoder");
    let size = [grid.pixel_height(), grid.pixel_width()];
    let base = graph.input("base", &[chunk.frames(), size[0], size[1], RGB])?;
    let mut net = Net::new(&mut graph, "");
    let packed = config.unshuffled(&mut net, base)?;
    let shape = net.graph.shape(packed).to_vec();
    let previous = match chunk {
        Chunk::First => None,
        Chunk::Next => Some(
            net.graph
                .input("previous", &[1, shape[1], shape[2], shape[3]])?,
        ),
    };
    let told = Told {
        previous,
        ..Default::default()
    };
    let residual = refine(&mut net.child("refine"), config, packed, 2, told)?;
    let frames = net.graph.add(base, residual)?;
    let last = net.graph.slice_rows(packed, chunk.frames() - 1, 1)?;
    graph.output("frames", frames)?;
    graph.output("last", last)?;
    Ok(graph)
}

/// What a residual net is told beside its frames.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    /// The frames before the first.
    pub previous: Option<Value>,
    /// A row of its channels, added to every pixel after the first kernel.
    pub everywhere: Option<Value>,
}

/// The residual for unshuffled frames. The first kernel spans `kernel_frames`: this one and those before it.
pub(crate) fn refine(
    net: &mut Net,
    config: &RefinerConfig,
    x: Value,
    kernel_frames: usize,
    told: Told,
) -> Built {
    let width = config.channels;
    let packed = net.graph.shape(x).last().copied().unwrap_or(1);
    let silu = Conv {
        previous: told.previous,
        epilogue: Epilogue::Silu,
        ..Default::default()
    };
    let mut x = conv(net, "conv_in", x, [width, kernel_frames, packed], silu)?;
    if let Some(row) = told.everywhere {
        x = net.graph.add(x, row)?;
    }
    for i in 0..config.blocks {
        let mut net = net.child(&format!("blocks.{i}"));
        let silu = Conv {
            epilogue: Epilogue::Silu,
            ..Default::default()
        };
        let hidden = conv(&mut net, "conv1", x, [width, 1, width], silu)?;
        let add = Conv {
            residual: Some(x),
            ..Default::default()
        };
        x = conv(&mut net, "conv2", hidden, [width, 1, width], add)?;
    }
    let x = conv(net, "conv_out", x, [packed, 1, width], Conv::default())?;
    let shuffle = Resample::PixelShuffle {
        r: config.unshuffle,
        time: 1,
        order: ChannelOrder::ChannelFirst,
    };
    net.graph.resample(x, shuffle)
}

/// A biased 3×3 convolution; `dims` are output channels, frames of the kernel and input channels.
fn conv(net: &mut Net, name: &str, x: Value, dims: [usize; 3], options: Conv) -> Built {
    let [out, frames, input] = dims;
    let w = net.weight(&format!("{name}.weight"), &[out, frames, 3, 3, input])?;
    let bias = Some(net.weight(&format!("{name}.bias"), &[out])?);
    net.graph.conv(x, w, Conv { bias, ..options })
}

/// A pixel value in −1..1 as a byte.
pub fn to_byte(value: f32) -> u8 {
    ((value.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5) as u8
}
