//! Enum dispatch over the families, in the manner of the engine's `AnyExecutor`.

use kinora_contract::{Manifest, Recipe};
use kinora_model::sampling::flow_match::Step;
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_model::{
    Conditioning, DecodedFrames, GenerateError, Run, SamplerDefaults, Session, StepOutcome,
    VideoModel,
};
use kinora_model_starter::{LatentClip, Starter, StarterRun};
use kinora_model_toy::{Toy, ToyClip, ToyRun};

/// A model of any family.
pub enum AnyModel {
    /// The starter.
    Starter(Starter),
    /// The toy of the tests.
    Toy(Toy),
}

/// A run of any family.
pub enum AnyRun {
    /// A run of the starter.
    Starter(Box<StarterRun>),
    /// A run of the toy.
    Toy(Box<ToyRun>),
}

/// A finished clip of any family.
#[derive(Clone)]
pub enum AnyClip {
    /// A clip of the starter.
    Starter(Box<LatentClip>),
    /// A clip of the toy.
    Toy(ToyClip),
}

/// Calls the same method on whichever family it is.
macro_rules! dispatch {
    ($any:ident, $value:expr, $inner:ident => $call:expr) => {
        match $value {
            $any::Starter($inner) => $call,
            $any::Toy($inner) => $call,
        }
    };
}

impl VideoModel for AnyModel {
    type Clip = AnyClip;
    type Run = AnyRun;

    fn manifest(&self) -> &Manifest {
        dispatch!(AnyModel, self, model => model.manifest())
    }

    fn sampler_defaults(&self) -> SamplerDefaults {
        dispatch!(AnyModel, self, model => model.sampler_defaults())
    }

    fn check_inputs(&self, recipe: &Recipe) -> Result<(), GenerateError> {
        dispatch!(AnyModel, self, model => model.check_inputs(recipe))
    }

    async fn load(&self, session: &mut Session<'_>, recipe: &Recipe) -> Result<(), GenerateError> {
        dispatch!(AnyModel, self, model => model.load(session, recipe).await)
    }

    async fn condition(
        &self,
        session: &mut Session<'_>,
        conditioning: Conditioning<'_, AnyClip>,
    ) -> Result<AnyRun, GenerateError> {
        match self {
            Self::Starter(model) => {
                let conditioning = conditioning.try_map_clip(|clip| match clip {
                    AnyClip::Starter(clip) => Ok(*clip),
                    AnyClip::Toy(_) => Err(foreign_source()),
                })?;
                let run = model.condition(session, conditioning).await?;
                Ok(AnyRun::Starter(Box::new(run)))
            }
            Self::Toy(model) => {
                let conditioning = conditioning.try_map_clip(|clip| match clip {
                    AnyClip::Toy(clip) => Ok(clip),
                    AnyClip::Starter(_) => Err(foreign_source()),
                })?;
                let run = model.condition(session, conditioning).await?;
                Ok(AnyRun::Toy(Box::new(run)))
            }
        }
    }
}

fn foreign_source() -> GenerateError {
    GenerateError::Unsupported("a source made by another model".to_owned())
}

impl Run for AnyRun {
    type Clip = AnyClip;

    fn tiles(&self) -> Vec<Tile> {
        dispatch!(AnyRun, self, run => run.tiles())
    }

    fn schedule(&self) -> Vec<Step> {
        dispatch!(AnyRun, self, run => run.schedule())
    }

    fn begin_tile(&mut self, tile: Tile) {
        dispatch!(AnyRun, self, run => run.begin_tile(tile))
    }

    async fn upload(&mut self, session: &mut Session<'_>) -> Result<(), GenerateError> {
        dispatch!(AnyRun, self, run => run.upload(session).await)
    }

    async fn step(
        &mut self,
        session: &mut Session<'_>,
        step: Step,
    ) -> Result<StepOutcome, GenerateError> {
        dispatch!(AnyRun, self, run => run.step(session, step).await)
    }

    fn end_tile(&mut self) {
        dispatch!(AnyRun, self, run => run.end_tile())
    }

    fn latent_frames(&self) -> usize {
        dispatch!(AnyRun, self, run => run.latent_frames())
    }

    async fn decode(
        &mut self,
        session: &mut Session<'_>,
        latent_frame: usize,
    ) -> Result<DecodedFrames, GenerateError> {
        dispatch!(AnyRun, self, run => run.decode(session, latent_frame).await)
    }

    fn sound_tokens(&self) -> Option<&[f32]> {
        dispatch!(AnyRun, self, run => run.sound_tokens())
    }

    fn into_clip(self) -> AnyClip {
        match self {
            Self::Starter(run) => AnyClip::Starter(Box::new(run.into_clip())),
            Self::Toy(run) => AnyClip::Toy(run.into_clip()),
        }
    }
}
