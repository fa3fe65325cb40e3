//! Reference images of a clip: a background, and cut-out subjects. They are shown as they are.
//!
//! The video model sees their tokens, so that what it draws fits them; the frames show the images themselves, of which a token keeps
//! only what the world contains (`docs/adr/0015-given-pictures.md`).

use kinora_contract::plan::SUBJECTS;

use super::image::PaddedImage;
use crate::latents::background::Background;

/// All reference images of a clip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReferenceImages {
    /// The background.
    pub background: Option<ReferenceBackground>,
    /// Cut-out subjects.
    pub cutouts: [Option<Cutout>; SUBJECTS],
}

/// A background that stands still.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceBackground {
    /// The image on the plate.
    pub image: Background,
    /// Tokens of one latent frame of it, `[rows · cols, 192]`.
    pub tokens: Vec<f32>,
}

/// A subject that is cut out of an image, in its canonical frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Cutout {
    /// Its layer token.
    pub token: Vec<f32>,
    /// `[size, size]`: colour premultiplied by coverage, and coverage, each 0..1.
    pub(crate) pixels: Vec<[f32; 4]>,
    /// Added to the pixels where the mouth of a head is fully open; empty for a subject without one.
    pub(crate) mouth: Vec<f32>,
    /// Side of the image in pixels.
    pub(crate) size: usize,
    /// Half the width and half the height over the radius, where the host casts its contact shadow.
    pub(crate) shadow: Option<[f32; 2]>,
}

impl Cutout {
    /// Returns the image with its mouth opened by `open`, 0..1.
    pub(crate) fn image(&self, open: f32) -> PaddedImage {
        if self.mouth.is_empty() {
            return PaddedImage::new(self.size, self.pixels.iter().copied());
        }
        let added = self.mouth.as_chunks::<4>().0;
        let pixels = self.pixels.iter().zip(added).map(|(pixel, added)| {
            let [r, g, b, a]: [f32; 4] = std::array::from_fn(|v| pixel[v] + open * added[v]);
            let cover = a.clamp(0.0, 1.0);
            let [r, g, b] = [r, g, b].map(|colour| colour.clamp(0.0, cover));
            [r, g, b, cover]
        });
        PaddedImage::new(self.size, pixels)
    }
}
