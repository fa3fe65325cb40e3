//! Latents → frames: one matrix per patch, then a small causal net that removes its block pattern.
//!
//! Frames stream in chunks of one latent frame. The net sees the frame before each frame, so a chunk hands its last frame to the next.

use kinora_engine::{
    ChannelOrder, Conv, EngineError, Epilogue, Graph, GraphError, Resample, Value, Weights,
};
use serde::Deserialize;

use crate::dit::Grid;
use crate::layers::{host_values, product};
use crate::net::{Built, Net};

/// Channels of a latent.
pub const LATENT_CHANNELS: usize = 48;
/// Pixels along a patch's side.
pub const PATCH: usize = 16;
/// Frames of a patch.
pub const PATCH_FRAMES: usize = 4;

const RGB: usize = 3;
const PATCH_VALUES: usize = PATCH_FRAMES * PATCH * PATCH * RGB;

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
            Self::Next => PATCH_FRAMES,
        }
    }
}

/// Decodes one latent frame.
///
/// Inputs `tokens` [tokens per frame, 192], `clear` and `over` [n, H, W, 3], what stands over the place ([`crate::overlay`]),
/// and, for [`Chunk::Next`], `previous` [1, H/u, W/u, 3u²]; outputs `frames` [n, H, W, 3] in about −1..1 (not clamped),
/// `base` of the same shape (place · clear + over, before the residual), and `last`, the next chunk's `previous`.
pub fn decoder_graph(
    config: &RefinerConfig,
    grid: Grid,
    chunk: Chunk,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("decoder");
    let tokens = graph.input("tokens", &[grid.tokens_per_frame(), 4 * LATENT_CHANNELS])?;
    let mut net = Net::new(&mut graph, "");
    let place = linear_decode(&mut net, tokens, grid, chunk)?;
    let pixels = net.graph.shape(place).to_vec();
    let clear = net.graph.input("clear", &pixels)?;
    let over = net.graph.input("over", &pixels)?;
    let base = net.graph.mul(place, clear)?;
    let base = net.graph.add(base, over)?;
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
    graph.output("base", base)?;
    graph.output("last", last)?;
    Ok(graph)
}

fn linear_decode(net: &mut Net, tokens: Value, grid: Grid, chunk: Chunk) -> Built {
    let latents = net
        .graph
        .unpatchify(tokens, [1, 2 * grid.rows, 2 * grid.cols, LATENT_CHANNELS])?;
    let std = net.weight("decoder.std", &[LATENT_CHANNELS])?;
    let latents = net.graph.mul(latents, std)?;
    let basis = net.weight("decoder.basis", &[PATCH_VALUES, LATENT_CHANNELS])?;
    let bias = Some(net.weight("decoder.mean", &[PATCH_VALUES])?);
    let values = net.graph.linear(
        latents,
        basis,
        kinora_engine::Linear {
            bias,
            ..Default::default()
        },
    )?;
    let shuffle = Resample::PixelShuffle {
        r: PATCH,
        time: PATCH_FRAMES,
        order: ChannelOrder::ChannelLast,
    };
    let frames = net.graph.resample(values, shuffle)?;
    match chunk {
        Chunk::Next => Ok(frames),
        Chunk::First => mean_of_frames(net, frames),
    }
}

/// Latent frame 0 holds the first frame four times; their mean is it.
fn mean_of_frames(net: &mut Net, frames: Value) -> Built {
    let mut sum = net.graph.slice_rows(frames, 0, 1)?;
    for i in 1..PATCH_FRAMES {
        let frame = net.graph.slice_rows(frames, i, 1)?;
        sum = net.graph.add(sum, frame)?;
    }
    net.graph.scale(sum, 1.0 / PATCH_FRAMES as f32)
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

/// A quick look at the place in one latent frame, by its second sub-frame and without the residual net; on the host, some 5 MFLOP.
#[derive(Debug, Clone)]
pub struct Previewer {
    /// Basis rows of one sub-frame, each already scaled by the latents' standard deviations: [768, 48].
    basis: Vec<f32>,
    mean: Vec<f32>,
}

impl Previewer {
    /// The sub-frame that it shows.
    pub const SUBFRAME: usize = 1;

    /// From the decoder's weights.
    pub fn new(weights: &Weights) -> Result<Self, EngineError> {
        let basis = host_values(weights, "decoder.basis", &[PATCH_VALUES, LATENT_CHANNELS])?;
        let std = host_values(weights, "decoder.std", &[LATENT_CHANNELS])?;
        let mean = host_values(weights, "decoder.mean", &[PATCH_VALUES])?;
        let per_frame = PATCH * PATCH * RGB;
        let rows = Self::SUBFRAME * per_frame..(Self::SUBFRAME + 1) * per_frame;
        let basis = basis[rows.start * LATENT_CHANNELS..rows.end * LATENT_CHANNELS]
            .chunks_exact(LATENT_CHANNELS)
            .flat_map(|row| row.iter().zip(&*std).map(|(b, s)| b * s))
            .collect();
        Ok(Self {
            basis,
            mean: mean[rows].to_vec(),
        })
    }

    /// The place [32·rows, 32·cols, 3], in −1..1, of one latent frame's tokens [rows·cols, 192].
    pub fn place(&self, tokens: &[f32], grid: Grid) -> Vec<f32> {
        let width = grid.pixel_width();
        let mut place = vec![0.0; width * grid.pixel_height() * RGB];
        for_each_patch(tokens, grid, |top, left, latent| {
            let values = product(&self.basis, latent).zip(&self.mean);
            for (at, (value, mean)) in values.enumerate() {
                let (y, x) = (at / (PATCH * RGB), at % (PATCH * RGB));
                place[((top + y) * width + left) * RGB + x] = value + mean;
            }
        });
        place
    }
}

/// Calls `then` with the top, the left and the latent [48] of every patch in one latent frame's tokens.
pub(crate) fn for_each_patch(
    tokens: &[f32],
    grid: Grid,
    mut then: impl FnMut(usize, usize, &[f32]),
) {
    for (index, latent) in tokens.chunks_exact(LATENT_CHANNELS).enumerate() {
        let (token, part) = (index / 4, index % 4);
        let top = (token / grid.cols * 2 + part / 2) * PATCH;
        let left = (token % grid.cols * 2 + part % 2) * PATCH;
        then(top, left, latent);
    }
}

/// A pixel value in −1..1 as a byte.
pub fn to_byte(value: f32) -> u8 {
    ((value.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5) as u8
}
