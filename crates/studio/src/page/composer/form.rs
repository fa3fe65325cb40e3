//! The form's fields, stored across visits, and their conversion to and from a recipe.

use super::limits;
use super::problem::Problem;
use crate::page::browser;
use crate::page::lineage::origin::{Origin, Unusable};
use crate::page::lineage::sources;
use crate::protocol::{Device, Model};
use kinora_contract::manifest::Limits;
use kinora_contract::{Camera, ModelRef, Recipe, Source, Style};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const DRAFT: &str = "kinora.draft";
const OPTIONS: &str = "kinora.choices";

/// The form's fields. Numbers stay text until [`Form::recipe`], so that no input is lost.
#[derive(Clone, Copy)]
pub struct Form {
    /// The prompt.
    pub prompt: RwSignal<String>,
    /// Style; `None` lets the prompt decide.
    pub style: RwSignal<Option<Style>>,
    /// Camera move; `None` lets the prompt decide.
    pub camera: RwSignal<Option<Camera>>,
    /// Pixel frames.
    pub frames: RwSignal<u32>,
    /// Width and height in pixels.
    pub size: RwSignal<(u32, u32)>,
    /// Whether pictures of the library of things may be shown.
    pub pictures: RwSignal<bool>,
    /// Seed, as typed.
    pub seed: RwSignal<String>,
    /// Whether the next clip uses this seed instead of a new one.
    pub keep_seed: RwSignal<bool>,
    /// Denoising steps, as typed; empty for the model's default.
    pub steps: RwSignal<String>,
    /// Guidance scale, as typed; empty for the model's default.
    pub guidance: RwSignal<String>,
    /// The requested device.
    pub device: RwSignal<Device>,
    /// The recipe of a link or a clip, source of the fields that the form does not show (edits, unknown fields).
    base: RwSignal<Option<Recipe>>,
    /// The clip that the next one remixes or extends.
    pub origin: RwSignal<Option<Origin>>,
    /// Whether a remix keeps what the prompt does not change.
    pub keep_unchanged: RwSignal<bool>,
    /// Limits of the model.
    pub limits: RwSignal<Limits>,
    /// Reference images of the next clip, with their bytes.
    pub reference_images: RwSignal<Vec<Source>>,
}

/// The options, stored beside the draft.
#[derive(Serialize, Deserialize)]
struct Options {
    style: Option<Style>,
    #[serde(default)]
    camera: Option<Camera>,
    frames: u32,
    size: (u32, u32),
    steps: String,
    guidance: String,
    device: String,
    #[serde(default = "yes")]
    pictures: bool,
}

fn yes() -> bool {
    true
}

impl Form {
    /// Restores the form of the last visit, or the defaults. `?device=` in the address overrides the device.
    pub fn restore() -> Self {
        let limits = limits::of_starter();
        let stored =
            browser::read_setting(OPTIONS).and_then(|json| serde_json::from_str(&json).ok());
        let stored: Options = stored.unwrap_or_else(|| Options::defaults(&limits));
        let forced = browser::query("device").and_then(|name| Device::from_name(&name));
        let form = Self {
            prompt: RwSignal::new(browser::read_setting(DRAFT).unwrap_or_default()),
            style: RwSignal::new(stored.style),
            camera: RwSignal::new(stored.camera),
            frames: RwSignal::new(stored.frames),
            size: RwSignal::new(stored.size),
            pictures: RwSignal::new(stored.pictures),
            seed: RwSignal::new(random_seed().to_string()),
            keep_seed: RwSignal::new(false),
            steps: RwSignal::new(stored.steps),
            guidance: RwSignal::new(stored.guidance),
            device: RwSignal::new(
                forced
                    .or(Device::from_name(&stored.device))
                    .unwrap_or_default(),
            ),
            base: RwSignal::new(None),
            origin: RwSignal::new(None),
            keep_unchanged: RwSignal::new(true),
            reference_images: RwSignal::new(Vec::new()),
            limits: RwSignal::new(limits.clone()),
        };
        form.set_limits(limits);
        form
    }

    /// Sets the limits of the model. Replaces a size or length outside of them, and the default length of other limits, by the default.
    pub fn set_limits(self, limits: Limits) {
        // A recipe that fills the form stays as it is; `read` reports what the model cannot make.
        if self.base.with_untracked(Option::is_some) {
            return self.limits.set(limits);
        }
        let (width, height) = self.size.get_untracked();
        if !limits.sizes.contains(&[width, height]) {
            let [width, height] = limits.sizes.first().copied().unwrap_or_default();
            self.size.set((width, height));
        }
        let frames = self.frames.get_untracked();
        let was_default = self
            .limits
            .with_untracked(|before| frames == before.default_frames);
        if was_default || !limits.allows_frames(frames) {
            self.frames.set(limits.default_frames);
        }
        self.limits.set(limits);
    }

    /// Starts to store the draft and the options when they change.
    pub fn store_changes(self) {
        Effect::new(move |_| {
            self.prompt
                .with(|prompt| browser::write_setting(DRAFT, prompt))
        });
        Effect::new(move |_| {
            let options = Options {
                style: self.style.get(),
                camera: self.camera.get(),
                frames: self.frames.get(),
                size: self.size.get(),
                steps: self.steps.get(),
                guidance: self.guidance.get(),
                device: self.device.get().name().to_owned(),
                pictures: self.pictures.get(),
            };
            if let Ok(json) = serde_json::to_string(&options) {
                browser::write_setting(OPTIONS, &json);
            }
        });
    }

    /// Draws a new seed.
    pub fn roll_seed(self) {
        self.seed.set(random_seed().to_string());
    }

    /// Builds the recipe, or returns the first problem.
    pub fn recipe(self, known: &Model) -> Result<Recipe, Problem> {
        untrack(|| self.read(known))
    }

    /// Builds a recipe for the preview of the reading: its model and numbers may be unknown. Follows the signals of the form.
    pub fn preview(self) -> Recipe {
        let mut recipe = self.draft(ModelRef::new("", ""));
        recipe.seed = number(&self.seed.get()).unwrap_or(0);
        if let Some(origin) = self.origin.get() {
            recipe.sources = origin.sources(&recipe, self.keep_unchanged.get());
        }
        recipe
    }

    /// Whether a recipe states the same as the recipe that filled the form, whose scene it then keeps, or its lack of one.
    pub fn keeps_scene(self, recipe: &Recipe) -> bool {
        self.base.with_untracked(|base| {
            base.as_ref().is_some_and(|base| {
                let stated = |it: &Recipe| (it.prompt.clone(), it.seed, it.style, it.camera);
                let source = |it: &Recipe| {
                    it.sources
                        .iter()
                        .find(|it| !it.is_picture())
                        .map(|it| it.hash.clone())
                };
                stated(base) == stated(recipe) && source(base) == source(recipe)
            })
        })
    }

    /// Checks whether the origin can be used, and whether the form changes its length or shape. `None` without an origin.
    pub fn check_origin(self, known: Option<&Model>) -> Option<(Result<(), Unusable>, bool)> {
        self.origin.with(|origin| {
            let origin = origin.as_ref()?;
            let model = known.map_or_else(|| origin.recipe.model.clone(), reference);
            let recipe = self.draft(model);
            Some((origin.check(&recipe), origin.is_reshaped(&recipe)))
        })
    }

    /// Builds the recipe without the fields that are typed as numbers.
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
        recipe.fps = self.limits.with(|limits| limits.fps);
        recipe.sources.retain(|source| !source.is_picture());
        recipe.sources.extend(self.reference_images.get());
        recipe
    }

    fn read(self, known: &Model) -> Result<Recipe, Problem> {
        let mut recipe = self.draft(reference(known));
        recipe.validate()?;
        recipe.seed = number(&self.seed.get()).ok_or_else(Problem::seed)?;
        recipe.steps = number_or(&self.steps.get(), known.steps).ok_or_else(Problem::steps)?;
        let guidance = number_or(&self.guidance.get(), known.guidance_scale);
        recipe.guidance_scale = guidance.ok_or_else(Problem::guidance)?;
        if let Some(origin) = self.origin.get() {
            if origin.check(&recipe) == Err(Unusable::Misfit) {
                return Err(Problem::misfit());
            }
            recipe.sources = origin.sources(&recipe, self.keep_unchanged.get());
        }
        recipe.validate()?;
        known.limits.check(&recipe)?;
        Ok(recipe)
    }

    /// Fills the form from a recipe, including the seed.
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
        self.keep_unchanged.set(true);
        self.reference_images
            .set(sources::reference_images(&recipe));
        self.origin.set(Origin::of(&recipe));
        self.base.set(Some(recipe));
    }

    /// Detaches the form from the clip that filled it; the visible fields stay.
    pub fn detach(self) {
        self.origin.set(None);
        self.base.set(None);
    }
}

impl Options {
    fn defaults(limits: &Limits) -> Self {
        let [width, height] = limits.sizes.first().copied().unwrap_or_default();
        Self {
            style: None,
            camera: None,
            frames: limits.default_frames,
            size: (width, height),
            steps: String::new(),
            guidance: String::new(),
            device: String::new(),
            pictures: true,
        }
    }
}

fn reference(model: &Model) -> ModelRef {
    ModelRef::new(model.id.clone(), model.hash.clone())
}

/// Parses a number; an empty text means `empty`.
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

/// Draws a seed of at most six digits, easy to read aloud.
fn random_seed() -> u32 {
    (js_sys::Math::random() * 1e6) as u32
}
