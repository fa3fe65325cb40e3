//! Putting frames together: the place as the frame's camera sees it, the subjects over it, what falls and the lens before both.
//!
//! Plain functions of the host, in f32 and without the platform's maths library, so that every device gets the same bits.
//! Twins: `Decoders.frames` in `training/render.py`, with `lay_over` in `training/layers.py` and `training/stage.py`.

use std::ops::Range;

use kinora_contract::plan::{CameraState, Plan, SUBFRAMES, SUBJECTS, Subframe, frame_of};
use kinora_engine::{EngineError, Weights};

use crate::canvas::Canvas;
use crate::dit::Grid;
use crate::falling::Falling;
use crate::hanging::Rope;
use crate::layers::{HEAD, LayerConfig, LayerDecoder, mouth};
use crate::lens::{Lens, darken};
use crate::picture::Picture;
use crate::pictures::{Cutout, GivenPlace, Pictures};
use crate::place::{Place, PlaceDecoder};
use crate::refine::Moving;
use crate::water::Water;

/// What is too thin for a latent, and drawn because it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Thin {
    /// On what subject 1 hangs.
    pub rope: Option<Rope>,
    /// What it pours.
    pub water: Option<Water>,
    /// What falls before the camera.
    pub falling: Option<Falling>,
}

/// How a clip is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// Its size; latent frames do not matter.
    pub grid: Grid,
    /// The view of which its grid latents are a picture.
    pub stage: CameraState,
    /// What is too thin for a latent.
    thin: Thin,
    /// Frames a second.
    fps: f32,
    /// How much light reaches each pixel, `[H, W]`.
    light: Vec<f32>,
}

impl Shot {
    /// Of what a stage shows, behind thin things, through a lens.
    pub fn new(grid: Grid, stage: CameraState, thin: Thin, lens: Lens, fps: f32) -> Self {
        Self {
            grid,
            stage,
            thin,
            fps,
            light: lens.light(grid.pixel_width(), grid.pixel_height()),
        }
    }
}

/// What the stage shows in a latent frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Backdrop<'a> {
    /// What the tokens say.
    Drawn(Moving),
    /// A picture in their place.
    Given(&'a Place),
}

/// One latent frame of a clip.
#[derive(Debug, Clone, Copy)]
pub struct LatentFrame<'a> {
    /// Its index in the plan.
    pub index: usize,
    /// Latent frames of the clip before the plan begins.
    pub before: usize,
    /// The place.
    pub backdrop: &'a Backdrop<'a>,
    /// The subjects' layers; none for one that is absent or given.
    pub layers: &'a [Option<Moving>; SUBJECTS],
    /// The subjects that are given are in there.
    pub pictures: &'a Pictures,
}

/// Makes pictures of a clip's tokens, and puts its frames together.
#[derive(Debug, Clone)]
pub struct Overlayer {
    layers: LayerDecoder,
    place: PlaceDecoder,
}

impl Overlayer {
    /// From the starter's weights `layers.*` and `decoder.*`.
    pub fn new(config: &LayerConfig, weights: &Weights) -> Result<Self, EngineError> {
        Ok(Self {
            layers: LayerDecoder::new(config, weights)?,
            place: PlaceDecoder::new(weights)?,
        })
    }

    /// Prepares a picture of the grid's size to be a clip's place.
    pub fn given_place(&self, picture: Place, grid: Grid) -> GivenPlace {
        GivenPlace {
            tokens: self.place.encode(&picture, grid),
            picture,
        }
    }

    /// Prepares a picture to be a subject ([`LayerDecoder::cutout`]).
    pub fn cutout(&self, pixels: Vec<[f32; 4]>) -> Cutout {
        self.layers.cutout(pixels)
    }

    /// Dimensions of a layer.
    pub fn layer_config(&self) -> &LayerConfig {
        self.layers.config()
    }

    /// The rough layers of a latent frame from its tokens `[SUBJECTS, layer_dim]`, of the subjects that are [`drawn`].
    pub fn layers(
        &self,
        tokens: &[f32],
        plan: &Plan,
        index: usize,
        pictures: &Pictures,
    ) -> [Option<Moving>; SUBJECTS] {
        let drawn = drawn(plan, index, pictures);
        self.layers.decode(tokens, drawn, mouth(plan, index))
    }

    /// What the stage shows in a latent frame: what is given, or else, roughly, what its video tokens `[tokens per frame, 192]` say.
    pub fn backdrop<'a>(
        &self,
        tokens: &[f32],
        grid: Grid,
        index: usize,
        pictures: &'a Pictures,
    ) -> Backdrop<'a> {
        match &pictures.place {
            Some(given) => Backdrop::Given(&given.picture),
            None => Backdrop::Drawn(self.place.decode(tokens, grid, index)),
        }
    }

    /// Some sub-frames of a latent frame as frames `[n, H, W, 3]` in about −1..1. Latent frame 0 has one, pixel frame 0.
    pub fn frames(
        &self,
        latent: LatentFrame,
        plan: &Plan,
        shot: &Shot,
        subframes: Range<usize>,
    ) -> Vec<f32> {
        let subframes = if latent.index == 0 { 0..1 } else { subframes };
        let width = shot.grid.pixel_width();
        let mut frames = Vec::new();
        for i in subframes {
            let state = plan.subframe(latent.index, i).unwrap_or(Subframe::EMPTY);
            let seen = |place: &Place| place.seen(&shot.stage, &state.camera);
            let mut place = match latent.backdrop {
                Backdrop::Drawn(stage) => seen(&Place::of_subframe(stage, i, width)),
                Backdrop::Given(place) => seen(place),
            };
            let pictures = std::array::from_fn(|s| self.picture(latent, &state, s, i));
            let extent = self.layers.config().extent;
            let canvas = Canvas::painted(&pictures, &state, extent, place.size());
            if let Some(rope) = shot.thin.rope {
                rope.draw(place.pixels_mut(), width, &state);
            }
            let mut frame = lay_over(&place, &canvas);
            let (time_s, size) = (
                frame_of(latent.before + latent.index, i) as f32 / shot.fps,
                place.size(),
            );
            if let Some(water) = shot.thin.water {
                water.draw(&mut frame, width, &state.camera, time_s);
            }
            if let Some(falling) = shot.thin.falling {
                falling.draw(&mut frame, size, &shot.stage, &state.camera, time_s);
            }
            darken(&mut frame, &shot.light);
            frames.append(&mut frame);
        }
        frames
    }

    /// What a subject looks like in a sub-frame.
    fn picture(
        &self,
        latent: LatentFrame,
        state: &Subframe,
        subject: usize,
        subframe: usize,
    ) -> Option<Picture> {
        if let Some(cutout) = &latent.pictures.cutouts[subject] {
            let head = subject == HEAD;
            let open = if head {
                state.subjects[HEAD].mouth
            } else {
                0.0
            };
            return Some(cutout.picture(self.layers.config().size, open));
        }
        let layer = latent.layers[subject].as_ref()?;
        Some(self.layers.picture(layer, subframe))
    }
}

/// Which subjects are drawn in a latent frame: those that the plan has somewhere in it, and whose pictures are not given.
pub fn drawn(plan: &Plan, index: usize, pictures: &Pictures) -> [bool; SUBJECTS] {
    std::array::from_fn(|s| {
        let mut states = (0..SUBFRAMES).filter_map(|i| plan.subframe(index, i));
        pictures.cutouts[s].is_none() && states.any(|state| state.subjects[s].is_present())
    })
}

/// A pixel value in −1..1 as a byte.
pub fn to_byte(value: f32) -> u8 {
    ((value.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5) as u8
}

/// The subjects on a canvas over a place, behind what stands in front there; `[H, W, 3]` in about −1..1.
pub fn lay_over(place: &Place, canvas: &Canvas) -> Vec<f32> {
    let pixels = place.pixels().iter().zip(canvas.pixels());
    let laid = pixels.flat_map(|(&[r, g, b, front], &[red, green, blue, cover])| {
        let seen = 1.0 - front;
        let clear = 1.0 - cover * seen;
        // Colours 0..1 become −1..1 where they cover.
        let over = |colour: f32| (2.0 * colour - cover) * seen;
        [
            r * clear + over(red),
            g * clear + over(green),
            b * clear + over(blue),
        ]
    });
    laid.collect()
}

#[cfg(test)]
mod tests;
