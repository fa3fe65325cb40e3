//! A toy family with random weights: proof that a second kind of model fits the traits. It draws noise-like clips.
//!
//! It differs from the starter where families differ: Wan's velocity prediction, a learned null text for guidance, another geometry and
//! frame rate, one tile, no plan, no sound, no remixes. Its files are `tests/fixtures/toy`, which `tests/fixture.rs` writes; only a manifest opens it.

mod network;
mod run;

use std::collections::BTreeMap;
use std::rc::Rc;

use kinora_contract::event::{Event, PromptReading, Stage};
use kinora_contract::{Manifest, Recipe};
use kinora_engine::Weights;
use kinora_model::weights::parse_weights;
use kinora_model::{
    Conditioning, Eta, GenerateError, OpenError, SamplerDefaults, Session, VideoModel,
};

pub use network::ToyConfig;
use network::{Shape, text_rows};
pub use run::{ToyClip, ToyRun};

const CONFIG: &str = "config.json";

/// The toy with one set of weights.
#[derive(Clone)]
pub struct Toy {
    parts: Rc<Parts>,
}

struct Parts {
    manifest: Manifest,
    config: ToyConfig,
    weights: Weights,
}

impl Toy {
    /// Opens the toy from the manifest's files by name, whose hashes have been verified.
    pub fn from_files(
        manifest: Manifest,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, OpenError> {
        let file = |name: &str| {
            let bytes = files.get(name);
            bytes.ok_or_else(|| OpenError::Missing(name.to_owned()))
        };
        let config = serde_json::from_slice(file(CONFIG)?).map_err(|e| OpenError::File {
            name: CONFIG.to_owned(),
            reason: e.to_string(),
        })?;
        let weights = parse_weights(file(&manifest.weights)?)?;
        Ok(Self {
            parts: Rc::new(Parts {
                manifest,
                config,
                weights,
            }),
        })
    }
}

impl VideoModel for Toy {
    type Clip = ToyClip;
    type Run = ToyRun;

    fn manifest(&self) -> &Manifest {
        &self.parts.manifest
    }

    fn sampler_defaults(&self) -> SamplerDefaults {
        SamplerDefaults {
            steps: 3,
            guidance_scale: 3.0,
        }
    }

    fn check_inputs(&self, recipe: &Recipe) -> Result<(), GenerateError> {
        match recipe.sources.is_empty() {
            true => Ok(()),
            false => {
                let what = "remixes, extensions and reference images";
                Err(GenerateError::Unsupported(what.to_owned()))
            }
        }
    }

    async fn load(&self, session: &mut Session<'_>, recipe: &Recipe) -> Result<(), GenerateError> {
        session.enter(Stage::Load);
        let shape = Shape::of(recipe);
        self.parts.denoiser(session, shape).await?;
        self.parts.decoder(session, shape).await?;
        Ok(())
    }

    async fn condition(
        &self,
        session: &mut Session<'_>,
        conditioning: Conditioning<'_, ToyClip>,
    ) -> Result<ToyRun, GenerateError> {
        let recipe = conditioning.recipe;
        session.enter(Stage::Text);
        let text = text_rows(&self.parts.config, &self.parts.weights, conditioning.prompt)?;
        session.emit(Event::PromptRead(PromptReading::default()));
        let shape = Shape::of(recipe);
        let denoiser = self.parts.denoiser(session, shape).await?;
        let decoder = self.parts.decoder(session, shape).await?;
        session.eta = Eta::new(
            session.flops(denoiser)? * f64::from(recipe.steps),
            session.flops(decoder)? * shape.latent_frames as f64,
        );
        Ok(ToyRun::new(Rc::clone(&self.parts), recipe, shape, text))
    }
}
