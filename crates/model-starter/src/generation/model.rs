//! The starter as a video model: opens its files, loads its networks, and conditions a run.

use std::collections::BTreeMap;
use std::rc::Rc;

use kinora_contract::event::{Event, Stage};
use kinora_contract::{Manifest, Recipe};
use kinora_model::{
    Conditioning, Eta, GenerateError, OpenError, SamplerDefaults, Session, VideoModel,
};

use kinora_contract::plan::SUBJECTS;
use kinora_scene::casting::Casting;
use kinora_scene::dynamics::motion::ComputedMotion;
use kinora_scene::effects::Illumination;

use super::choreography::computed_motion;
use super::clip_shape::ClipShape;
use super::denoise;
use super::run::{Parts, StarterRun};
use crate::checkpoint::Checkpoint;
use crate::compositor::{Compositor, visible_layers};
use crate::conditioning::initial_state::{InitialState, LatentClip};
use crate::conditioning::library_pictures::{self, LibrarySubject};
use crate::conditioning::reference_images;
use crate::generation::decode::Refiner;
use crate::generation::planning::{self, ClipLayout};
use crate::text::prompt;
use crate::text::slots::SceneReading;

/// The starter with one set of weights.
#[derive(Clone)]
pub struct Starter {
    parts: Rc<Parts>,
}

impl Starter {
    /// Opens the starter from the manifest's files by name, whose hashes have been verified.
    pub fn from_files(
        manifest: Manifest,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, OpenError> {
        let checkpoint = Checkpoint::from_files(&manifest, files)?;
        let compositor = Compositor::new(&checkpoint.config.layers, &checkpoint.weights)?;
        let parts = Parts {
            manifest,
            checkpoint,
            compositor,
        };
        Ok(Self {
            parts: Rc::new(parts),
        })
    }

    /// Config, vocabulary and weights.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.parts.checkpoint
    }

    pub(crate) fn shared(&self) -> Rc<Parts> {
        Rc::clone(&self.parts)
    }

    /// Estimates the remaining FLOPs from the subjects' visibility in the plan.
    async fn estimate(
        &self,
        session: &mut Session<'_>,
        shape: &ClipShape,
        (layout, steps): (&ClipLayout, u32),
    ) -> Result<(), GenerateError> {
        let checkpoint = &self.parts.checkpoint;
        let (grid, guidance) = (shape.grid, shape.guidance);
        let dit = denoise::load(checkpoint, session, grid, guidance).await?;
        let layer = Refiner::Layer.load(checkpoint, session).await?;
        let background = Refiner::of_background(grid);
        let background = background.load(checkpoint, session).await?;
        let visible = |j| visible_layers(&layout.plan, j, &layout.references);
        let layers = (0..shape.latent_frames).flat_map(visible);
        let layers = layers.filter(|it| *it).count();
        let backgrounds = match layout.references.background {
            None => shape.latent_frames,
            Some(_) => 0,
        };
        let steps = f64::from(steps) * shape.tiles.len() as f64;
        let decode = layers as f64 * session.flops(layer)?
            + backgrounds as f64 * session.flops(background)?;
        session.eta = Eta::new(session.flops(dit)? * steps, decode);
        Ok(())
    }
}

impl VideoModel for Starter {
    type Clip = LatentClip;
    type Run = StarterRun;

    fn manifest(&self) -> &Manifest {
        &self.parts.manifest
    }

    fn sampler_defaults(&self) -> SamplerDefaults {
        self.parts.checkpoint.config.sampler.defaults()
    }

    fn check_inputs(&self, recipe: &Recipe) -> Result<(), GenerateError> {
        let Some(scene) = &recipe.scene else {
            return Ok(());
        };
        let classes = &self.parts.checkpoint.config.classes;
        let found = classes.reading_of(scene).map(|_| ());
        found.map_err(|error| GenerateError::Unsupported(error.to_string()))?;
        casting_of(recipe).map(|_| ())
    }

    async fn load(&self, session: &mut Session<'_>, recipe: &Recipe) -> Result<(), GenerateError> {
        session.enter(Stage::Load);
        let checkpoint = &self.parts.checkpoint;
        let shape = ClipShape::of(recipe);
        prompt::load(checkpoint, session).await?;
        planning::load(checkpoint, session, shape.grid.latent_frames).await?;
        denoise::load(checkpoint, session, shape.grid, shape.guidance).await?;
        Refiner::Layer.load(checkpoint, session).await?;
        let background = Refiner::of_background(shape.grid);
        background.load(checkpoint, session).await?;
        Ok(())
    }

    async fn condition(
        &self,
        session: &mut Session<'_>,
        conditioning: Conditioning<'_, LatentClip>,
    ) -> Result<StarterRun, GenerateError> {
        let Conditioning {
            recipe,
            prompt,
            mouth_at,
            source,
        } = conditioning;
        let checkpoint = &self.parts.checkpoint;
        let shape = ClipShape::of(recipe);

        session.enter(Stage::Text);
        let chosen = source.as_ref().map(|(_, clip)| clip.resolved.clone());
        let chosen = chosen.unwrap_or_default();
        let text = session
            .retry(async |session| {
                prompt::encode(checkpoint, session, (recipe, prompt), &chosen).await
            })
            .await?;
        session.emit(text.event.clone());

        let casting = casting_of(recipe)?;
        let mut pictures = self.pictures(session, &casting, &text.reading)?;
        let initial = InitialState::of(source, recipe, &text.reading, &casting);
        let computed = computed_motion(&casting, &pictures, recipe, &text.reading, &initial);
        let (rows, poses) = match computed {
            Some(ComputedMotion { plan, poses }) => (plan.into_rows(), poses.into()),
            None => {
                let rows = self
                    .rows(session, (recipe, &shape), &text, &initial)
                    .await?;
                (rows, initial.known_poses())
            }
        };
        let settings = initial.settings(recipe, &text.reading);
        let portrait = text.reading.is_portrait();
        let references = reference_images::sources(recipe, &initial, portrait)?;
        let compositor = &self.parts.compositor;
        let mut prepared = reference_images::prepare(&references, shape.grid, compositor)?;
        for (cutout, picture) in prepared.cutouts.iter_mut().zip(&mut pictures) {
            // A picture that the recipe itself brings goes before one of the library.
            if let (None, Some(picture)) = (&cutout, picture.take()) {
                *cutout = Some(picture.cutout);
            }
        }
        // The part that is extended keeps its own conditioning.
        let mut slots = initial.slots().to_vec();
        slots.resize(shape.latent_frames, text.slots.clone());
        let layout = planning::lay_out(
            rows.clone(),
            &shape,
            &text.reading,
            settings,
            mouth_at,
            (Rc::new(prepared), slots, poses),
        )?;
        session.emit(Event::Plan {
            plan: layout.plan.clone(),
        });
        session
            .retry(async |session| {
                self.estimate(session, &shape, (&layout, recipe.steps))
                    .await
            })
            .await?;
        Ok(StarterRun::new(
            Rc::clone(&self.parts),
            recipe,
            shape,
            (text, initial),
            layout,
            (settings, references, casting, rows),
        ))
    }
}

impl Starter {
    /// Loads the pictures of a casting.
    fn pictures(
        &self,
        session: &Session<'_>,
        casting: &Casting,
        reading: &SceneReading,
    ) -> Result<[Option<LibrarySubject>; SUBJECTS], GenerateError> {
        let Some(hash) = &casting.library else {
            return Ok([const { None }; SUBJECTS]);
        };
        let library = session.library(hash)?;
        let light = Illumination::of(reading.place, reading.time, reading.weather);
        let compositor = &self.parts.compositor;
        Ok(library_pictures::load(
            &library, casting, light, compositor,
        )?)
    }

    /// Returns the plan's rows before the camera: those of the source where a remix preserves them, else the planner's.
    async fn rows(
        &self,
        session: &mut Session<'_>,
        (recipe, shape): (&Recipe, &ClipShape),
        text: &prompt::EncodedPrompt,
        initial: &InitialState,
    ) -> Result<Vec<f32>, GenerateError> {
        let reading = &text.reading;
        let dynamics = |rows, known| planning::apply_dynamics(rows, reading, known, shape.fps);
        match initial {
            InitialState::Remix(clip, preserved) if preserved.plan => {
                let rows = planning::stage(clip.rows.clone(), reading, clip.reading.size)?;
                let same_size = clip.reading.size == reading.size;
                match clip.same_dynamics(reading) && same_size {
                    true => Ok(rows),
                    false => dynamics(rows, 0),
                }
            }
            _ => {
                let checkpoint = &self.parts.checkpoint;
                let planned = session
                    .retry(async |session| {
                        planning::plan(checkpoint, session, shape, recipe.seed, text, initial).await
                    })
                    .await?;
                let known = initial.known_frames();
                // An extension goes on as its source began.
                let planned = match known {
                    0 => planning::stage(planned, reading, None)?,
                    _ => planned,
                };
                dynamics(planned, known)
            }
        }
    }
}

/// Returns the casting of a recipe.
fn casting_of(recipe: &Recipe) -> Result<Casting, GenerateError> {
    let casting = recipe.scene.as_ref().map(Casting::of).transpose();
    let casting = casting.map_err(|error| GenerateError::Unsupported(error.to_string()));
    Ok(casting?.unwrap_or_default())
}
