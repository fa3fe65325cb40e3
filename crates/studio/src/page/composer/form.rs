//! What the person has chosen, kept across visits, and its way into a recipe and back.

use super::origin::{Origin, Unused};
use super::sources;

use super::state::{Field, Problem};
use super::web;
use crate::protocol::{Device, Model};
use kinora_contract::recipe::{FRAMES, MAX_SEED, SIZES};
use kinora_contract::{Camera, ModelRef, Recipe, RecipeError, Source, Style};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const DRAFT: &str = "kinora.draft";
const CHOICES: &str = "kinora.choices";

/// The form's fields. Texts stay texts until [`Form::recipe`], so that nothing typed is ever lost.
#[derive(Clone, Copy)]
pub struct Form {
    /// The sentence.
    pub prompt: RwSignal<String>,
    /// A style, or none to let the sentence decide.
    pub style: RwSignal<Option<Style>>,
    /// A camera move, or none to let the sentence decide.
    pub camera: RwSignal<Option<Camera>>,
    /// Pixel frames.
    pub frames: RwSignal<u32>,
    /// Width and height in pixels.
    pub size: RwSignal<(u32, u32)>,
    /// The seed as typed.
    pub seed: RwSignal<String>,
    /// Whether the next clip uses this very seed.
    pub keep_seed: RwSignal<bool>,
    /// Denoising steps as typed; empty for what the model recommends.
    pub steps: RwSignal<String>,
    /// Guidance as typed; empty for what the model recommends.
    pub guidance: RwSignal<String>,
    /// Where to make the clip.
    pub device: RwSignal<Device>,
    /// A recipe from a link or a clip; what the form does not show (edits, unknown fields) comes from it.
    base: RwSignal<Option<Recipe>>,
    /// The clip that the next one is made from.
    pub origin: RwSignal<Option<Origin>>,
    /// Whether a remix keeps what its words do not change.
    pub keep: RwSignal<bool>,
    /// Pictures that the next clip is given, with their bytes.
    pub pictures: RwSignal<Vec<Source>>,
}

/// The fields that are kept beside the draft.
#[derive(Serialize, Deserialize)]
struct Choices {
    style: Option<Style>,
    #[serde(default)]
    camera: Option<Camera>,
    frames: u32,
    size: (u32, u32),
    steps: String,
    guidance: String,
    device: String,
}

impl Form {
    /// The form as it was left, or the defaults. `?device=` in the address decides over both.
    pub fn recall() -> Self {
        let kept = web::recall(CHOICES).and_then(|json| serde_json::from_str(&json).ok());
        let kept = kept
            .filter(|c: &Choices| SIZES.contains(&c.size))
            .unwrap_or_else(Choices::defaults);
        let forced = web::query("device").and_then(|name| Device::from_name(&name));
        Self {
            prompt: RwSignal::new(web::recall(DRAFT).unwrap_or_default()),
            style: RwSignal::new(kept.style),
            camera: RwSignal::new(kept.camera),
            frames: RwSignal::new(kept.frames),
            size: RwSignal::new(kept.size),
            seed: RwSignal::new(random_seed().to_string()),
            keep_seed: RwSignal::new(false),
            steps: RwSignal::new(kept.steps),
            guidance: RwSignal::new(kept.guidance),
            device: RwSignal::new(
                forced
                    .or(Device::from_name(&kept.device))
                    .unwrap_or_default(),
            ),
            base: RwSignal::new(None),
            origin: RwSignal::new(None),
            keep: RwSignal::new(true),
            pictures: RwSignal::new(Vec::new()),
        }
    }

    /// Keeps the draft and the choices from now on.
    pub fn keep_changes(self) {
        Effect::new(move |_| self.prompt.with(|prompt| web::remember(DRAFT, prompt)));
        Effect::new(move |_| {
            let choices = Choices {
                style: self.style.get(),
                camera: self.camera.get(),
                frames: self.frames.get(),
                size: self.size.get(),
                steps: self.steps.get(),
                guidance: self.guidance.get(),
                device: self.device.get().name().to_owned(),
            };
            if let Ok(json) = serde_json::to_string(&choices) {
                web::remember(CHOICES, &json);
            }
        });
    }

    /// Draws a new seed.
    pub fn roll(self) {
        self.seed.set(random_seed().to_string());
    }

    /// The recipe that the form describes, or the first problem with it.
    pub fn recipe(self, known: &Model) -> Result<Recipe, Problem> {
        untrack(|| self.read(known))
    }

    /// Whether the clip that the next one is made from can be drawn again for it, and whether it fits; none if it begins anew.
    pub fn judge_origin(self, known: Option<&Model>) -> Option<(Result<(), Unused>, bool)> {
        self.origin.with(|origin| {
            let origin = origin.as_ref()?;
            let model = known.map_or_else(|| origin.recipe.model.clone(), reference);
            let recipe = self.draft(model);
            Some((origin.judge(&recipe), origin.is_reshaped(&recipe)))
        })
    }

    /// What the form says without its numbers.
    fn draft(self, model: ModelRef) -> Recipe {
        let base = self.base.get();
        let fresh = || Recipe::new(model.clone(), "", 0);
        let mut recipe = base
            .map(|base| Recipe {
                model: model.clone(),
                ..base
            })
            .unwrap_or_else(fresh);
        recipe.prompt = self.prompt.get();
        recipe.style = self.style.get();
        recipe.camera = self.camera.get();
        recipe.frames = self.frames.get();
        (recipe.width, recipe.height) = self.size.get();
        recipe.sources.retain(|source| !source.is_picture());
        recipe.sources.extend(self.pictures.get());
        recipe
    }

    fn read(self, known: &Model) -> Result<Recipe, Problem> {
        let mut recipe = self.draft(reference(known));
        recipe.validate().map_err(problem)?;
        recipe.seed = number(&self.seed.get()).ok_or_else(bad_seed)?;
        recipe.steps = number_or(&self.steps.get(), known.steps).ok_or_else(|| other(NO_STEPS))?;
        let guidance = number_or(&self.guidance.get(), known.guidance_scale);
        recipe.guidance_scale = guidance.ok_or_else(|| other(NO_GUIDANCE))?;
        if let Some(origin) = self.origin.get() {
            if origin.judge(&recipe) == Err(Unused::Misfit) {
                return Err(other(MISFIT));
            }
            recipe.sources = origin.sources(&recipe, self.keep.get());
        }
        recipe.validate().map_err(problem)?;
        Ok(recipe)
    }

    /// Fills the form from a recipe and keeps its seed.
    pub fn fill(self, recipe: Recipe) {
        self.prompt.set(recipe.prompt.clone());
        self.style.set(recipe.style);
        self.camera.set(recipe.camera);
        self.frames.set(recipe.frames);
        self.size.set((recipe.width, recipe.height));
        self.seed.set(recipe.seed.to_string());
        self.keep_seed.set(true);
        self.steps.set(recipe.steps.to_string());
        self.guidance.set(recipe.guidance_scale.to_string());
        self.keep.set(true);
        self.pictures.set(sources::pictures(&recipe));
        self.origin.set(Origin::of(&recipe));
        self.base.set(Some(recipe));
    }

    /// Lets go of the clip that the form was filled from; what the form shows stays.
    pub fn begin_anew(self) {
        self.origin.set(None);
        self.base.set(None);
    }
}

impl Choices {
    fn defaults() -> Self {
        Self {
            style: None,
            camera: None,
            frames: FRAMES,
            size: SIZES[0],
            steps: String::new(),
            guidance: String::new(),
            device: String::new(),
        }
    }
}

const NO_STEPS: &str = "The number of steps must be a whole number between 1 and 64.";
const NO_GUIDANCE: &str = "The guidance scale must be a number between 0 and 20.";
const MISFIT: &str = "A clip that goes on from another has its shape and is longer. Choose another length, or begin anew.";

fn reference(model: &Model) -> ModelRef {
    ModelRef::new(model.id.clone(), model.hash.clone())
}

fn problem(error: RecipeError) -> Problem {
    let field = match error {
        RecipeError::EmptyPrompt | RecipeError::PromptTooLong { .. } => Field::Prompt,
        RecipeError::ControlCharacter { field: "prompt" } => Field::Prompt,
        RecipeError::SeedOutOfRange { .. } => Field::Seed,
        _ => Field::Other,
    };
    let kept = matches!(error, RecipeError::PromptTooLong { .. });
    let sentence = if kept {
        format!("{error} Yours is kept as it is.")
    } else {
        error.to_string()
    };
    Problem { field, sentence }
}

fn bad_seed() -> Problem {
    let sentence = format!("The seed must be a whole number between 0 and {MAX_SEED}.");
    Problem {
        field: Field::Seed,
        sentence,
    }
}

fn other(sentence: &str) -> Problem {
    Problem {
        field: Field::Other,
        sentence: sentence.to_owned(),
    }
}

/// The number in a text, or what stands for an empty one.
fn number_or<T: std::str::FromStr>(text: &str, empty: T) -> Option<T> {
    if text.trim().is_empty() {
        Some(empty)
    } else {
        number(text)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().replace(',', ".").parse().ok()
}

/// Six digits are easy to read aloud and plenty to choose from.
fn random_seed() -> u32 {
    (js_sys::Math::random() * 1e6) as u32
}
