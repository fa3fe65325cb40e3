//! Pictures that a clip is given: a place, and subjects that are cut out. They stay as they are.
//!
//! The video model is given their tokens, so that what it draws fits them; the frames show the pictures themselves, of which
//! a token keeps only what things of the world are made of (`docs/adr/0015-given-pictures.md`).
//! Twin: `opened_cutout` in `training/layers.py`.

use kinora_contract::plan::SUBJECTS;

use crate::picture::Picture;
use crate::place::Place;

/// All pictures of a clip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pictures {
    /// The place, if it is given.
    pub place: Option<GivenPlace>,
    /// The subjects that are given.
    pub cutouts: [Option<Cutout>; SUBJECTS],
}

/// A place that stands still.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenPlace {
    /// As the stage shows it.
    pub picture: Place,
    /// A latent frame of it, `[rows · cols, 192]`.
    pub tokens: Vec<f32>,
}

/// A subject that is cut out of a picture, in its own frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Cutout {
    /// Its layer token.
    pub token: Vec<f32>,
    /// `[size, size]`: colour, premultiplied by coverage, and coverage, each 0..1.
    pub(crate) pixels: Vec<[f32; 4]>,
    /// What an open mouth adds to them, if it is a head's.
    pub(crate) mouth: Vec<f32>,
}

impl Cutout {
    /// The picture, its mouth open so far, 0..1.
    pub(crate) fn picture(&self, size: usize, open: f32) -> Picture {
        let added = self.mouth.as_chunks::<4>().0;
        let pixels = self.pixels.iter().zip(added).map(|(pixel, added)| {
            let [r, g, b, a]: [f32; 4] = std::array::from_fn(|v| pixel[v] + open * added[v]);
            let cover = a.clamp(0.0, 1.0);
            let [r, g, b] = [r, g, b].map(|colour| colour.clamp(0.0, cover));
            [r, g, b, cover]
        });
        Picture::new(size, pixels)
    }
}
