//! Finished clips as latents, and the initial state of an extension or remix.
//!
//! A recipe determines its clip, so a source is drawn again from its own recipe: the same tokens, without an encoder.

use std::rc::Rc;

use kinora_contract::plan::{PLAN_DIM, SUBJECTS, frame_of, latent_frames};
use kinora_contract::{Camera, PictureUse, Recipe, Source, SourceRole};
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_scene::casting::Casting;
use kinora_scene::dynamics::motion::Pose;
use kinora_scene::effects::{Lens, PourSource, Precipitation, SuspensionRope};
use kinora_scene::vocabulary::Action;

use crate::conditioning::conditioning_mask::{ConditioningMask, Tokens, write_known};
use crate::conditioning::remix::{self, Identity, Preserved};
use crate::grid::Grid;
use crate::latents::layers::HEAD;
use crate::text::completion::Choice;
use crate::text::slots::{SceneReading, SlotProbs};

/// A finished clip in tokens, with the inputs that it was made from.
#[derive(Clone)]
pub struct LatentClip {
    /// How its prompt was read.
    pub(crate) reading: SceneReading,
    /// Slots that were stated or chosen.
    pub(crate) resolved: Vec<Choice>,
    /// Slot conditioning by latent frame.
    pub(crate) slots: Vec<Rc<SlotProbs>>,
    /// Its plan before any camera move, `[latent frames, PLAN_DIM]`.
    pub(crate) rows: Vec<f32>,
    /// All tokens.
    pub(crate) tokens: Tokens,
    /// How it is rendered.
    pub(crate) settings: RenderSettings,
    /// Its reference images, with their bytes.
    pub(crate) references: Vec<Source>,
    /// Its pictures of a library, and its computed motion.
    pub(crate) casting: Casting,
    /// Poses of its subjects by pixel frame, where motion is computed.
    pub(crate) poses: Rc<[[Pose; SUBJECTS]]>,
    /// Width and height in pixels.
    pub(crate) size: [u32; 2],
}

/// Rendering of a clip, the same for all its frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RenderSettings {
    /// Leading pixel frames that fix the ground, the plate and the direction of the camera move.
    pub anchor_frames: usize,
    /// Rope that suspends subject 0.
    pub rope: Option<SuspensionRope>,
    /// Vessel that subject 0 pours from.
    pub pour: Option<PourSource>,
    /// Rain or snow.
    pub precipitation: Option<Precipitation>,
    /// Lens.
    pub lens: Lens,
    /// Camera move.
    pub camera: Camera,
}

/// Initial state of a generation.
pub(crate) enum InitialState {
    /// Noise alone.
    Noise,
    /// A clip that is extended.
    Extend(LatentClip),
    /// A clip of which parts are preserved.
    Remix(LatentClip, Preserved),
}

impl LatentClip {
    /// Latent frames.
    pub(crate) fn latent_frames(&self) -> usize {
        self.rows.len() / PLAN_DIM
    }

    /// Whether computed motion is the same in a clip with this reading.
    pub(crate) fn same_dynamics(&self, reading: &SceneReading) -> bool {
        let (ours, theirs) = (&self.reading.subjects[0], &reading.subjects[0]);
        ours.object == theirs.object
            && ours.material == theirs.material
            && self.reading.place == reading.place
    }

    /// Returns the parts that a remix with this recipe and reading preserves.
    fn preserved(&self, recipe: &Recipe, reading: &SceneReading, casting: &Casting) -> Preserved {
        let frames = latent_frames(recipe.frames as usize);
        if self.size != [recipe.width, recipe.height] || self.latent_frames() != frames {
            return Preserved::default();
        }
        if !self.casting.same_motion(casting) {
            return Preserved::default();
        }
        let mut preserved = remix::preserved(&self.reading, reading);
        // A reference image that is removed or replaced is not preserved.
        let same =
            |used| remix::hash_of(&self.references, used) == remix::hash_of(&recipe.sources, used);
        preserved.background &= same(PictureUse::Place);
        preserved.subjects[0] &= same(PictureUse::Subject);
        if !same(PictureUse::Head) {
            (preserved.subjects[HEAD], preserved.identity) = (false, None);
        }
        preserved
    }
}

/// Latent frames of the clip that a recipe extends; 0 for other recipes.
pub(crate) fn source_latent_frames(recipe: &Recipe) -> usize {
    let mut sources = recipe.sources.iter();
    let extended = sources.find(|it| it.role == SourceRole::Extend);
    let recipe = extended.and_then(|source| source.recipe().ok().flatten());
    recipe.map_or(0, |recipe| latent_frames(recipe.frames as usize))
}

impl InitialState {
    /// Returns the initial state of a recipe whose prompt is read like this.
    pub(crate) fn of(
        source: Option<(SourceRole, LatentClip)>,
        recipe: &Recipe,
        reading: &SceneReading,
        casting: &Casting,
    ) -> Self {
        match source {
            None => Self::Noise,
            Some((SourceRole::Extend, clip)) => Self::Extend(clip),
            Some((_, clip)) => {
                let preserved = clip.preserved(recipe, reading, casting);
                Self::Remix(clip, preserved)
            }
        }
    }

    /// Slot conditioning of the latent frames that are drawn already.
    pub(crate) fn slots(&self) -> &[Rc<SlotProbs>] {
        match self {
            Self::Extend(clip) => &clip.slots,
            Self::Noise | Self::Remix(..) => &[],
        }
    }

    /// Pixel frames that are drawn already.
    pub(crate) fn known_frames(&self) -> usize {
        match self {
            Self::Extend(clip) => frame_of(clip.latent_frames(), 0),
            Self::Noise | Self::Remix(..) => 0,
        }
    }

    /// Plan rows of the latent frames that are drawn already.
    pub(crate) fn known_rows(&self) -> Vec<f32> {
        match self {
            Self::Extend(clip) => clip.rows.clone(),
            Self::Noise | Self::Remix(..) => Vec::new(),
        }
    }

    /// Poses of the pixel frames that are drawn already, or that a remix preserves with the plan.
    pub(crate) fn known_poses(&self) -> Rc<[[Pose; SUBJECTS]]> {
        match self {
            Self::Extend(clip) => Rc::clone(&clip.poses),
            Self::Remix(clip, preserved) if preserved.plan => Rc::clone(&clip.poses),
            Self::Noise | Self::Remix(..) => Rc::default(),
        }
    }

    /// Tokens that are drawn already.
    pub(crate) fn known_tokens(&self) -> Tokens {
        match self {
            Self::Extend(clip) => clip.tokens.clone(),
            Self::Noise | Self::Remix(..) => Tokens::default(),
        }
    }

    /// Reference images whose bytes travel in the recipe of the source clip.
    pub(crate) fn references(&self) -> &[Source] {
        match self {
            Self::Noise => &[],
            Self::Extend(clip) | Self::Remix(clip, _) => &clip.references,
        }
    }

    /// Returns the rendering of a clip with this recipe and reading: that of the source where its background is preserved.
    pub(crate) fn settings(&self, recipe: &Recipe, reading: &SceneReading) -> RenderSettings {
        let (action, time, style) = (reading.action, reading.time, reading.style);
        let vessel = reading.subjects[0].object;
        let pours = (action == Action::Pour).then_some(vessel).flatten();
        let new = RenderSettings {
            anchor_frames: recipe.frames as usize,
            rope: (action == Action::Pendulum).then(|| SuspensionRope::of(time, style)),
            pour: pours.map(|object| PourSource::of(object, time)),
            precipitation: Precipitation::of(reading.weather, time, style),
            lens: Lens::of_style(style),
            camera: recipe.camera.unwrap_or(reading.camera),
        };
        match self {
            Self::Extend(clip) => clip.settings,
            // The vessel may be another one.
            Self::Remix(clip, preserved) if preserved.background => RenderSettings {
                pour: new.pour,
                ..clip.settings
            },
            Self::Remix(clip, preserved) if preserved.plan => RenderSettings {
                anchor_frames: clip.settings.anchor_frames,
                ..new
            },
            Self::Noise | Self::Remix(..) => new,
        }
    }

    /// Writes the preserved parts of a source into a tile of a remix.
    pub(crate) fn write_preserved(
        &self,
        tile: Tile,
        grid: Grid,
        mask: &mut ConditioningMask,
        tokens: &mut Tokens,
    ) {
        let Self::Remix(clip, preserved) = self else {
            return;
        };
        let total = clip.latent_frames();
        for j in tile.overlap..tile.used {
            let (video, layers) = clip.tokens.of_latent_frame(tile.first + j, total);
            if preserved.background {
                let count = grid.tokens_per_frame();
                write_known(&mut tokens.video, &mut mask.video, video, j, count);
            }
            for (s, layer) in layers.chunks_exact(layers.len() / SUBJECTS).enumerate() {
                if preserved.subjects[s] {
                    let at = (j + 1) * SUBJECTS + s;
                    write_known(&mut tokens.layers, &mut mask.layers, layer, at, 1);
                }
            }
        }
        if let Some(identity) = preserved.identity {
            let (_, layers) = clip.tokens.of_latent_frame(total / 2, total);
            let width = layers.len() / SUBJECTS;
            let head = &layers[HEAD * width..(HEAD + 1) * width];
            write_known(&mut tokens.layers, &mut mask.layers, head, HEAD, 1);
            let frozen = match identity {
                Identity::Frozen => tile.overlap..tile.used,
                Identity::Reference => 0..0,
            };
            for j in frozen {
                let at = (j + 1) * SUBJECTS + HEAD;
                write_known(&mut tokens.layers, &mut mask.layers, head, at, 1);
            }
        }
    }
}
