//! Layers: one token per subject and latent frame, decoded to images in the subject's canonical frame.
//!
//! The canonical frame is a square around the subject that scales and rotates with it, so that a rolling ball is nearly one image. A
//! token's first channels code the mean of the four sub-frames, the others a cosine transform of their differences. Matrices on the
//! host decode rough images, and a net on the engine refines them ([`crate::networks::refiner`]). Twin: `layers.py` in the training package.

use core::f64::consts::{PI, SQRT_2};
use std::ops::Range;
use std::sync::Arc;

use kinora_contract::plan::{Plan, SUBFRAMES, SUBJECTS};
use kinora_engine::{EngineError, WeightTensor, Weights};
use serde::Deserialize;

use crate::compositor::image::PaddedImage;
use crate::compositor::reference::Cutout;
use crate::latents::gemv::{columns_times, host_values, rows_times};
use crate::networks::refiner::{PIXEL, RGBA, SubframeStack};

/// Subject of a portrait that is the head; subject 0 is the body.
pub const HEAD: usize = 1;

/// Cosines of the transform beside the mean.
const WAVES: usize = SUBFRAMES - 1;
/// Least coverage by which colour is divided.
const LEAST_COVER: f32 = 0.05;

/// Dimensions of a layer and of its code.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerConfig {
    /// Side of the canonical frame in pixels.
    pub size: usize,
    /// Half of that side in radii of the subject.
    pub extent: f32,
    /// Channels of the mean of the sub-frames.
    pub mean_channels: usize,
    /// Channels of each cosine, lowest frequency first; no later one is wider.
    pub detail_channels: [usize; WAVES],
    /// Columns of the mouth matrix: a common one, and one for each of a token's first values.
    pub mouth_channels: usize,
    /// Gain of the coverage around 0.5, which restores edges that the code blurs.
    pub sharpness: f32,
}

impl LayerConfig {
    /// Values of a layer token.
    pub fn dim(&self) -> usize {
        self.mean_channels + self.detail_channels.iter().sum::<usize>()
    }

    /// Values of an image.
    fn values(&self) -> usize {
        self.size * self.size * RGBA
    }
}

/// Closed-form decoder of layer tokens on the host.
#[derive(Debug, Clone)]
pub struct LayerDecoder {
    config: LayerConfig,
    /// `[values, mean_channels]`.
    basis: WeightTensor,
    /// `[values, detail_channels[0]]`; later cosines use its first columns.
    detail: WeightTensor,
    /// `[values, mouth_channels]`.
    mouth: WeightTensor,
    /// `[values]`.
    mean: Arc<[f32]>,
    /// `[dim]`.
    std: Arc<[f32]>,
}

impl LayerDecoder {
    /// Reads the weights `layers.basis`, `layers.detail`, `layers.mouth`, `layers.mean` and `layers.std`.
    pub fn new(config: &LayerConfig, weights: &Weights) -> Result<Self, EngineError> {
        let values = config.values();
        let [widest, later @ ..] = config.detail_channels;
        if later.iter().any(|&channels| channels > widest) {
            return Err(EngineError::Weight {
                name: "layers.detail".to_owned(),
                reason: format!("has {widest} columns, too few for {later:?} channels"),
            });
        }
        let matrix = |name: &str, columns| weights.expect(name, &[values, columns]).cloned();
        Ok(Self {
            basis: matrix("layers.basis", config.mean_channels)?,
            detail: matrix("layers.detail", config.detail_channels[0])?,
            mouth: matrix("layers.mouth", config.mouth_channels)?,
            mean: host_values(weights, "layers.mean", &[values])?,
            std: host_values(weights, "layers.std", &[config.dim()])?,
            config: config.clone(),
        })
    }

    /// Dimensions.
    pub fn config(&self) -> &LayerConfig {
        &self.config
    }

    /// Decodes the tokens `[SUBJECTS, dim]` of the present subjects; about 4 million multiplications each at a size of 64.
    ///
    /// `mouth` is the opening of the [`HEAD`]'s mouth per sub-frame, 0..1.
    pub fn decode(
        &self,
        tokens: &[f32],
        present: [bool; SUBJECTS],
        mouth: [f32; SUBFRAMES],
    ) -> [Option<SubframeStack>; SUBJECTS] {
        let tokens: Vec<&[f32]> = tokens.chunks_exact(self.config.dim()).collect();
        let latents = tokens.iter().zip(present).map(|(token, present)| {
            let latent = token.iter().zip(&*self.std).map(|(z, s)| z * s);
            present.then(|| latent.collect::<Vec<f32>>())
        });
        let latents: Vec<_> = latents.collect();
        let present: Vec<&[f32]> = latents.iter().flatten().map(Vec::as_slice).collect();
        let mut layers = self.layers(&present).into_iter();
        let mut layers: [Option<SubframeStack>; SUBJECTS] =
            std::array::from_fn(|s| latents[s].as_ref().and_then(|_| layers.next()));
        if let Some(head) = &mut layers[HEAD]
            && mouth != [0.0; SUBFRAMES]
        {
            add(head, &self.open_mouth(tokens[HEAD]), mouth);
        }
        layers
    }

    /// Returns what an open mouth adds to a head's image; the token's first values select the person.
    fn open_mouth(&self, token: &[f32]) -> Vec<f32> {
        let columns = self.config.mouth_channels;
        let identity: Vec<f32> = std::iter::once(1.0)
            .chain(token.iter().copied())
            .take(columns)
            .collect();
        rows_times(&self.mouth, columns, &[&identity]).swap_remove(0)
    }

    /// Encodes a still image `[size, size]`: colour premultiplied by coverage, and coverage, each 0..1.
    pub fn cutout(&self, pixels: Vec<[f32; RGBA]>) -> Cutout {
        let values = pixels.as_flattened().iter().zip(&*self.mean);
        let columns = self.config.mean_channels;
        let mut token = columns_times(&self.basis, columns, values.map(|(x, mean)| x - mean));
        token.iter_mut().zip(&*self.std).for_each(|(z, s)| *z /= s);
        // A still image has no differences between sub-frames.
        token.resize(self.config.dim(), 0.0);
        Cutout {
            mouth: self.open_mouth(&token),
            token,
            pixels,
            size: self.config.size,
            shadow: None,
        }
    }

    fn layers(&self, latents: &[&[f32]]) -> Vec<SubframeStack> {
        let part = |range: Range<usize>| -> Vec<&[f32]> {
            latents.iter().map(|z| &z[range.clone()]).collect()
        };
        let mut start = self.config.mean_channels;
        let means = rows_times(&self.basis, start, &part(0..start));
        let mut layers: Vec<_> = means.iter().map(|mean| self.still(mean)).collect();
        for (k, &channels) in self.config.detail_channels.iter().enumerate() {
            let latents = part(start..start + channels);
            let waves = rows_times(&self.detail, self.config.detail_channels[0], &latents);
            start += channels;
            for (layer, wave) in layers.iter_mut().zip(&waves) {
                add(layer, wave, std::array::from_fn(|i| cosine(k + 1, i)));
            }
        }
        layers
    }

    /// Makes a stack of equal sub-frames from a difference to the mean of all images.
    fn still(&self, difference: &[f32]) -> SubframeStack {
        let mut values = Vec::with_capacity(difference.len() * SUBFRAMES);
        let (difference, mean) = (
            difference.as_chunks::<RGBA>().0,
            self.mean.as_chunks::<RGBA>().0,
        );
        for (difference, mean) in difference.iter().zip(mean) {
            let pixel: [f32; RGBA] = std::array::from_fn(|v| difference[v] + mean[v]);
            values.extend_from_slice([pixel; SUBFRAMES].as_flattened());
        }
        SubframeStack(values)
    }

    /// Returns the image of a sub-frame with restored edges.
    pub fn image(&self, layer: &SubframeStack, subframe: usize) -> PaddedImage {
        let of_subframe = layer.subframe(subframe);
        let sharpened = of_subframe.map(|&pixel| sharpened(pixel, self.config.sharpness));
        PaddedImage::new(self.config.size, sharpened)
    }
}

/// Returns the opening of the [`HEAD`]'s mouth in each sub-frame of a latent frame, 0..1.
pub fn mouth(plan: &Plan, latent_frame: usize) -> [f32; SUBFRAMES] {
    let state = |i| plan.subframe(latent_frame, i);
    std::array::from_fn(|i| state(i).map_or(0.0, |state| state.subjects[HEAD].mouth))
}

/// Adds `image` to every sub-frame of a stack, scaled by `weights[sub_frame]`.
fn add(layer: &mut SubframeStack, image: &[f32], weights: [f32; SUBFRAMES]) {
    let pixels = layer.0.as_chunks_mut::<PIXEL>().0;
    for (pixel, added) in pixels.iter_mut().zip(image.as_chunks::<RGBA>().0) {
        for (values, weight) in pixel.as_chunks_mut::<RGBA>().0.iter_mut().zip(weights) {
            for (value, added) in values.iter_mut().zip(added) {
                *value += weight * added;
            }
        }
    }
}

/// Returns cosine k at sub-frame i; the cosines are orthogonal to each other and to the mean.
fn cosine(k: usize, i: usize) -> f32 {
    let steps = 2 * SUBFRAMES;
    let angle = PI * ((2 * i + 1) * k) as f64 / steps as f64;
    (SQRT_2 * libm::cos(angle)) as f32
}

/// Steepens coverage around 0.5 and rescales the premultiplied colour.
fn sharpened([r, g, b, a]: [f32; RGBA], sharpness: f32) -> [f32; RGBA] {
    let cover = ((a - 0.5) * sharpness + 0.5).clamp(0.0, 1.0);
    let [r, g, b] = [r, g, b].map(|v| (v / a.max(LEAST_COVER)).clamp(0.0, 1.0) * cover);
    [r, g, b, cover]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: LayerConfig = LayerConfig {
        size: 3,
        extent: 1.3,
        mean_channels: 11,
        detail_channels: [3, 2, 1],
        mouth_channels: 5,
        sharpness: 1.6,
    };

    /// Numbers without a pattern, in −0.5..0.5.
    fn scattered(count: usize, salt: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5;
        (0..count).map(number).collect()
    }

    fn decoder() -> (LayerDecoder, Weights) {
        let values = CONFIG.values();
        let mut weights = Weights::new();
        for (salt, (name, shape)) in [
            ("layers.basis", vec![values, 11]),
            ("layers.detail", vec![values, 3]),
            ("layers.mean", vec![values]),
            ("layers.std", vec![CONFIG.dim()]),
            ("layers.mouth", vec![values, 5]),
        ]
        .into_iter()
        .enumerate()
        {
            let data = scattered(shape.iter().product(), salt);
            weights.insert_f32(name, &shape, data).unwrap();
        }
        (LayerDecoder::new(&CONFIG, &weights).unwrap(), weights)
    }

    /// The definition, word for word: one value of one sub-frame.
    fn naive(weights: &Weights, token: &[f32], open: f32, subframe: usize, value: usize) -> f32 {
        let get = |name: &str| weights.get(name).unwrap().to_f32();
        let (basis, detail, std) = (get("layers.basis"), get("layers.detail"), get("layers.std"));
        let mut z = token.iter().zip(std).map(|(z, s)| z * s);
        let mut sum = get("layers.mean")[value];
        for c in 0..CONFIG.mean_channels {
            sum += basis[value * CONFIG.mean_channels + c] * z.next().unwrap();
        }
        for (k, channels) in [(1, 3), (2, 2), (3, 1)] {
            let angle = core::f32::consts::PI * (2 * subframe + 1) as f32 * k as f32 / 8.0;
            for c in 0..channels {
                sum += 2f32.sqrt() * angle.cos() * detail[value * 3 + c] * z.next().unwrap();
            }
        }
        assert_eq!(z.next(), None);
        for (c, whose) in [1.0, token[0], token[1], token[2], token[3]]
            .iter()
            .enumerate()
        {
            sum += open * get("layers.mouth")[value * 5 + c] * whose;
        }
        sum
    }

    #[test]
    fn a_token_decodes_as_the_formulas_say() {
        let (decoder, weights) = decoder();
        let token: Vec<f32> = scattered(CONFIG.dim(), 9).iter().map(|v| v * 8.0).collect();
        let tokens = token.repeat(SUBJECTS);
        let mouth = [0.0, 0.25, 1.0, 0.5];
        let [absent, head, other] = decoder.decode(&tokens, [false, true, true], mouth);
        assert_eq!(absent, None);
        let layers = [(head.unwrap(), mouth), (other.unwrap(), [0.0; SUBFRAMES])];
        for (subframe, (layer, mouth)) in
            (0..SUBFRAMES).flat_map(|i| layers.iter().map(move |l| (i, l)))
        {
            let image = decoder.image(layer, subframe);
            for at in 0..9 {
                let raw = std::array::from_fn(|v| {
                    naive(&weights, &token, mouth[subframe], subframe, at * 4 + v)
                });
                let want = sharpened(raw, CONFIG.sharpness);
                let got = image.sample((at % 3) as f32, (at / 3) as f32);
                for v in 0..4 {
                    assert!(
                        (got[v] - want[v]).abs() < 1e-5,
                        "{subframe} {at}: {got:?}, {want:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_mean_of_the_sub_frames_has_no_waves() {
        for k in 1..4 {
            let sum: f32 = (0..4).map(|i| cosine(k, i)).sum();
            let power: f32 = (0..4).map(|i| cosine(k, i).powi(2)).sum();
            assert!(
                sum.abs() < 1e-6 && (power - 4.0).abs() < 1e-6,
                "{k}: {sum} {power}"
            );
        }
    }

    #[test]
    fn a_cutout_has_the_token_of_its_picture_and_opens_its_mouth() {
        let (decoder, weights) = decoder();
        let get = |name: &str| weights.get(name).unwrap().to_f32();
        let (basis, mean, std) = (get("layers.basis"), get("layers.mean"), get("layers.std"));
        let pixels: Vec<[f32; 4]> = scattered(9, 4)
            .iter()
            .map(|v| [0.4, v + 0.5, 0.0, 1.0])
            .collect();
        let cutout = decoder.cutout(pixels.clone());
        assert_eq!(cutout.token.len(), CONFIG.dim());
        assert!(cutout.token[11..].iter().all(|z| *z == 0.0));
        for (channel, got) in cutout.token[..11].iter().enumerate() {
            let products = pixels.as_flattened().iter().enumerate();
            let want: f32 = products
                .map(|(at, x)| (x - mean[at]) * basis[at * 11 + channel])
                .sum();
            assert!((got - want / std[channel]).abs() < 1e-4);
        }
        let [closed, open] = [0.0, 0.5].map(|open| cutout.image(open).sample(1.0, 1.0));
        assert_eq!(closed, pixels[4]);
        let added: f32 = [
            1.0,
            cutout.token[0],
            cutout.token[1],
            cutout.token[2],
            cutout.token[3],
        ]
        .iter()
        .enumerate()
        .map(|(c, whose)| whose * get("layers.mouth")[(4 * 4 + 1) * 5 + c])
        .sum();
        let want = (pixels[4][1] + 0.5 * added).clamp(0.0, open[3]);
        assert!((open[1] - want).abs() < 1e-5, "{open:?}, {want}");
    }

    #[test]
    fn sharpening_keeps_the_colour_and_steepens_the_cover() {
        let [r, _, _, a] = sharpened([0.35, 0.0, 0.0, 0.7], 1.6);
        assert!((a - 0.82).abs() < 1e-6 && (r / a - 0.5).abs() < 1e-6);
        assert_eq!(sharpened([0.1, 0.1, 0.1, 0.1], 1.6), [0.0; 4]);
        assert_eq!(
            sharpened([1.2, -0.2, 0.95, 0.95], 1.6),
            [1.0, 0.0, 1.0, 1.0]
        );
    }

    #[test]
    fn weights_that_are_missing_or_too_narrow_are_named() {
        let error = LayerDecoder::new(&CONFIG, &Weights::new()).unwrap_err();
        assert!(error.to_string().contains("layers.basis"), "{error}");
        let (_, weights) = decoder();
        let config = LayerConfig {
            detail_channels: [2, 1, 3],
            ..CONFIG
        };
        let error = LayerDecoder::new(&config, &weights).unwrap_err();
        assert!(error.to_string().contains("2 columns"), "{error}");
    }
}
