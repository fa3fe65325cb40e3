//! The compositor: the background as the frame's camera sees it, subjects over it, effects and the lens in front.
//!
//! Plain host code in f32 without the platform's maths library, so that every device gets the same bits.

pub mod canvas;
pub mod image;
pub mod reference;
mod shadow;

use std::ops::Range;
use std::rc::Rc;

use kinora_contract::plan::{CameraState, Plan, SUBFRAMES, SUBJECTS, Subframe, frame_of};
use kinora_engine::{EngineError, Weights};

use kinora_scene::dynamics::motion::Pose;
use kinora_scene::effects::{
    Lens, LiquidStream, Precipitation, SuspensionRope, apply_transmittance,
};

use self::canvas::Canvas;
use self::image::PaddedImage;
use self::reference::{Cutout, ReferenceBackground, ReferenceImages};
use self::shadow::contact_shadow;
use crate::grid::Grid;
use crate::latents::background::{Background, BackgroundCodec};
use crate::latents::layers::{HEAD, LayerConfig, LayerDecoder, mouth};
use crate::networks::refiner::SubframeStack;

/// Effects that are too thin for latents, and are computed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Effects {
    /// Rope that suspends subject 0.
    pub rope: Option<SuspensionRope>,
    /// Poured liquid.
    pub liquid: Option<LiquidStream>,
    /// Rain or snow.
    pub precipitation: Option<Precipitation>,
}

/// Rendering of a clip, the same for all its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// Size of the clip; latent frames do not matter.
    pub grid: Grid,
    /// Camera of the background plate.
    pub plate: CameraState,
    effects: Effects,
    /// Frames per second.
    fps: f32,
    /// Lens transmittance, `[H, W]`.
    transmittance: Vec<f32>,
    /// Poses of the subjects by pixel frame, where motion is computed.
    poses: Rc<[[Pose; SUBJECTS]]>,
}

impl Shot {
    /// Sets up the rendering of clips of this grid.
    pub fn new(grid: Grid, plate: CameraState, effects: Effects, lens: Lens, fps: f32) -> Self {
        Self {
            grid,
            plate,
            effects,
            fps,
            transmittance: lens.transmittance(grid.pixel_width(), grid.pixel_height()),
            poses: Rc::default(),
        }
    }

    /// Deforms the subjects by these poses, one row per pixel frame.
    pub fn with_poses(self, poses: Rc<[[Pose; SUBJECTS]]>) -> Self {
        Self { poses, ..self }
    }

    /// Poses of the subjects by pixel frame.
    pub fn all_poses(&self) -> Rc<[[Pose; SUBJECTS]]> {
        Rc::clone(&self.poses)
    }

    /// Poses in a pixel frame. What goes on after the computed motion keeps its side.
    fn poses(&self, frame: usize) -> [Pose; SUBJECTS] {
        let later = || self.poses.last().map(|row| row.map(Pose::at_rest));
        let found = self.poses.get(frame).copied().or_else(later);
        found.unwrap_or([Pose::PLAIN; SUBJECTS])
    }
}

/// The background plate in one latent frame.
#[derive(Debug, Clone, PartialEq)]
pub enum BackgroundImage<'a> {
    /// Decoded from tokens.
    Decoded(SubframeStack),
    /// A reference image.
    Reference(&'a Background),
}

/// One latent frame of a clip.
#[derive(Debug, Clone, Copy)]
pub struct LatentFrame<'a> {
    /// Index in the plan.
    pub index: usize,
    /// Latent frames of the clip before the plan begins.
    pub before: usize,
    /// The background plate.
    pub background: &'a BackgroundImage<'a>,
    /// Layers of the subjects; none for an absent one and for a reference image.
    pub layers: &'a [Option<SubframeStack>; SUBJECTS],
    /// Reference images of subjects.
    pub references: &'a ReferenceImages,
}

/// Decodes tokens into images and composites frames.
#[derive(Debug, Clone)]
pub struct Compositor {
    layers: LayerDecoder,
    background: BackgroundCodec,
}

impl Compositor {
    /// Reads the weights `layers.*` and `decoder.*`.
    pub fn new(config: &LayerConfig, weights: &Weights) -> Result<Self, EngineError> {
        Ok(Self {
            layers: LayerDecoder::new(config, weights)?,
            background: BackgroundCodec::new(weights)?,
        })
    }

    /// Encodes a reference image of the grid's size as the background.
    pub fn reference_background(&self, image: Background, grid: Grid) -> ReferenceBackground {
        ReferenceBackground {
            tokens: self.background.encode(&image, grid),
            image,
        }
    }

    /// Encodes a reference image of a subject ([`LayerDecoder::cutout`]).
    pub fn cutout(&self, pixels: Vec<[f32; 4]>) -> Cutout {
        self.layers.cutout(pixels)
    }

    /// Dimensions of a layer.
    pub fn layer_config(&self) -> &LayerConfig {
        self.layers.config()
    }

    /// Decodes the rough layers of a latent frame from its tokens `[SUBJECTS, layer_dim]`, of the [`visible_layers`].
    pub fn layers(
        &self,
        tokens: &[f32],
        plan: &Plan,
        index: usize,
        references: &ReferenceImages,
    ) -> [Option<SubframeStack>; SUBJECTS] {
        let visible = visible_layers(plan, index, references);
        self.layers.decode(tokens, visible, mouth(plan, index))
    }

    /// Returns the background of a latent frame: the reference image, or the rough image of its video tokens
    /// `[tokens per frame, 192]`.
    pub fn background<'a>(
        &self,
        tokens: &[f32],
        grid: Grid,
        index: usize,
        references: &'a ReferenceImages,
    ) -> BackgroundImage<'a> {
        match &references.background {
            Some(reference) => BackgroundImage::Reference(&reference.image),
            None => BackgroundImage::Decoded(self.background.decode(tokens, grid, index)),
        }
    }

    /// Composites some sub-frames of a latent frame into frames `[n, H, W, 3]` in about −1..1. Latent frame 0 has one, pixel frame 0.
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
            let seen = |plate: &Background| plate.reprojected(&shot.plate, &state.camera);
            let mut background = match latent.background {
                BackgroundImage::Decoded(stack) => seen(&Background::of_subframe(stack, i, width)),
                BackgroundImage::Reference(image) => seen(image),
            };
            let images = std::array::from_fn(|s| self.subject_image(latent, &state, s, i));
            let extent = self.layers.config().extent;
            let frame_index = frame_of(latent.before + latent.index, i);
            let poses = shot.poses(frame_index);
            let canvas = Canvas::painted(&images, (&state, &poses), extent, background.size());
            for (subject, cutout) in state.subjects.iter().zip(&latent.references.cutouts) {
                if let Some(half) = cutout.as_ref().and_then(|it| it.shadow) {
                    contact_shadow(&mut background, &state.camera, subject, half);
                }
            }
            let effects = &shot.effects;
            if let Some(rope) = effects.rope {
                rope.draw(background.pixels_mut(), width, &state);
            }
            let mut frame = composite_over(&background, &canvas);
            let time_s = frame_index as f32 / shot.fps;
            if let Some(liquid) = effects.liquid {
                liquid.draw(&mut frame, width, &state.camera, time_s);
            }
            if let Some(precipitation) = effects.precipitation {
                let size = background.size();
                precipitation.draw(&mut frame, size, &shot.plate, &state.camera, time_s);
            }
            apply_transmittance(&mut frame, &shot.transmittance);
            frames.append(&mut frame);
        }
        frames
    }

    /// Returns the image of a subject in a sub-frame.
    fn subject_image(
        &self,
        latent: LatentFrame,
        state: &Subframe,
        subject: usize,
        subframe: usize,
    ) -> Option<PaddedImage> {
        if let Some(cutout) = &latent.references.cutouts[subject] {
            let head = subject == HEAD;
            let open = if head {
                state.subjects[HEAD].mouth
            } else {
                0.0
            };
            return Some(cutout.image(open));
        }
        let layer = latent.layers[subject].as_ref()?;
        Some(self.layers.image(layer, subframe))
    }
}

/// Returns which layers a latent frame shows: those that the plan has present in one of its sub-frames and that are no reference image.
pub fn visible_layers(plan: &Plan, index: usize, references: &ReferenceImages) -> [bool; SUBJECTS] {
    std::array::from_fn(|s| {
        let mut states = (0..SUBFRAMES).filter_map(|i| plan.subframe(index, i));
        references.cutouts[s].is_none() && states.any(|state| state.subjects[s].is_present())
    })
}

/// Converts a value in −1..1 to a byte.
pub fn to_byte(value: f32) -> u8 {
    ((value.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5) as u8
}

/// Composites the subjects of a canvas over the background, behind its occluders; returns `[H, W, 3]` in about −1..1.
pub fn composite_over(background: &Background, canvas: &Canvas) -> Vec<f32> {
    let pixels = background.pixels().iter().zip(canvas.pixels());
    let composited = pixels.flat_map(|(&[r, g, b, front], &[red, green, blue, cover])| {
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
    composited.collect()
}

#[cfg(test)]
mod tests;
