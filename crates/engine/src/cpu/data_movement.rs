//! Ops that move data, and rotary position embedding, on slices.

use crate::op::{ChannelOrder, Resample};
use crate::shape;

/// Sizes of a convolution.
pub(super) struct ConvShape {
    height: usize,
    width: usize,
    channels: usize,
    kernel: [usize; 3],
}

impl ConvShape {
    /// Reads the shapes of x [T, H, W, C] and the weight [Cout, kt, kh, kw, C].
    pub(super) fn new(x: &[usize], w: &[usize]) -> Self {
        Self {
            height: x[1],
            width: x[2],
            channels: x[3],
            kernel: [w[1], w[2], w[3]],
        }
    }

    /// Number of inputs per output: kt·kh·kw·C.
    pub(super) fn taps(&self) -> usize {
        self.kernel.iter().product::<usize>() * self.channels
    }
}

/// Unfolds the inputs of frame `t` to [H·W, kt·kh·kw·C]. Padding is zero; frames before the first are `previous`, or zero.
pub(super) fn unfold(
    frames: &[f32],
    previous: Option<&[f32]>,
    t: usize,
    conv: &ConvShape,
) -> Vec<f32> {
    let ConvShape {
        height,
        width,
        channels,
        kernel: [kt, kh, kw],
    } = *conv;
    let (taps, frame_len) = (conv.taps(), height * width * channels);
    let mut out = vec![0f32; height * width * taps];
    for dt in 0..kt {
        let source = match (t + dt).checked_sub(kt - 1) {
            Some(t) => &frames[t * frame_len..][..frame_len],
            None => match previous {
                Some(previous) => &previous[(t + dt) * frame_len..][..frame_len],
                None => continue,
            },
        };
        for dy in 0..kh {
            for dx in 0..kw {
                let tap = ((dt * kh + dy) * kw + dx) * channels;
                for y in 0..height {
                    let Some(sy) = (y + dy).checked_sub(kh / 2).filter(|s| *s < height) else {
                        continue;
                    };
                    for x in 0..width {
                        let Some(sx) = (x + dx).checked_sub(kw / 2).filter(|s| *s < width) else {
                            continue;
                        };
                        let to = (y * width + x) * taps + tap;
                        let from = (sy * width + sx) * channels;
                        out[to..to + channels].copy_from_slice(&source[from..from + channels]);
                    }
                }
            }
        }
    }
    out
}

/// Rotates the pairs of every head by tables [rows, head / 2].
pub(super) fn rope(mut x: Vec<f32>, cos: &[f32], sin: &[f32], cols: usize) -> Vec<f32> {
    let rows = x.len() / cols;
    let half = cos.len() / rows;
    for (row, values) in x.chunks_mut(cols).enumerate() {
        let (cos, sin) = (&cos[row * half..][..half], &sin[row * half..][..half]);
        for head in values.chunks_mut(2 * half) {
            for ((pair, c), s) in head.chunks_mut(2).zip(cos).zip(sin) {
                let [a, b] = [pair[0], pair[1]];
                pair[0] = a * c - b * s;
                pair[1] = a * s + b * c;
            }
        }
    }
    x
}

/// Gathers rows of the table. An id outside it gives zeros.
pub(super) fn embed(ids: &[f32], table: &[f32], cols: usize) -> Vec<f32> {
    let mut out = vec![0f32; ids.len() * cols];
    for (row, id) in out.chunks_mut(cols).zip(ids) {
        if *id >= 0.0
            && let Some(from) = table.get(*id as usize * cols..(*id as usize + 1) * cols)
        {
            row.copy_from_slice(from);
        }
    }
    out
}

/// Changes the resolution; see [`Resample`].
pub(super) fn resample(x: &[f32], shape: &[usize], kind: Resample) -> Vec<f32> {
    let out_shape = shape::resample(shape, kind).expect("the builder checked the shape");
    match kind {
        Resample::PixelShuffle { r, time, order } => {
            let mut out = vec![0f32; x.len()];
            shuffle(&out_shape, r, time, order, |pixel, packed| {
                out[pixel] = x[packed]
            });
            out
        }
        Resample::PixelUnshuffle { r, time, order } => {
            let mut out = vec![0f32; x.len()];
            shuffle(shape, r, time, order, |pixel, packed| {
                out[packed] = x[pixel]
            });
            out
        }
        Resample::Nearest { r } => nearest(x, shape, r),
    }
}

/// Packs 2×2 blocks: [T, H, W, C] → [T·H/2·W/2, 4·C].
pub(super) fn patchify(x: &[f32], shape: &[usize]) -> Vec<f32> {
    resample(
        x,
        shape,
        Resample::PixelUnshuffle {
            r: 2,
            time: 1,
            order: ChannelOrder::ChannelLast,
        },
    )
}

/// Unpacks 2×2 blocks to `out` [T, H, W, C].
pub(super) fn unpatchify(x: &[f32], out: &[usize]) -> Vec<f32> {
    let packed = [out[0], out[1] / 2, out[2] / 2, 4 * out[3]];
    resample(
        x,
        &packed,
        Resample::PixelShuffle {
            r: 2,
            time: 1,
            order: ChannelOrder::ChannelLast,
        },
    )
}

/// Calls `visit` with the index of every element in `full` [T, H, W, C] and its index in the packed tensor.
fn shuffle(
    full: &[usize],
    r: usize,
    time: usize,
    order: ChannelOrder,
    mut visit: impl FnMut(usize, usize),
) {
    let [t, h, w, c] = [full[0], full[1], full[2], full[3]];
    let packed_cols = time * r * r * c;
    let mut pixel = 0;
    for f in 0..t {
        for y in 0..h {
            for x in 0..w {
                let row = ((f / time) * (h / r) + y / r) * (w / r) + x / r;
                let (sub, cell) = (f % time, (y % r) * r + x % r);
                for channel in 0..c {
                    let within = match order {
                        ChannelOrder::ChannelLast => cell * c + channel,
                        ChannelOrder::ChannelFirst => channel * r * r + cell,
                    };
                    visit(pixel, row * packed_cols + sub * r * r * c + within);
                    pixel += 1;
                }
            }
        }
    }
}

fn nearest(x: &[f32], shape: &[usize], r: usize) -> Vec<f32> {
    let [t, h, w, c] = [shape[0], shape[1], shape[2], shape[3]];
    let mut out = Vec::with_capacity(x.len() * r * r);
    for row in 0..t * h * r {
        let source_row = ((row / (h * r)) * h + (row % (h * r)) / r) * w;
        for column in 0..w * r {
            let from = (source_row + column / r) * c;
            out.extend_from_slice(&x[from..from + c]);
        }
    }
    out
}
