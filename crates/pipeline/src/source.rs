//! Clips that are made from clips: what a continuation goes on from, and what a remix keeps.
//!
//! A recipe is all that a clip is made from, so a source is drawn again from its own: the same tokens, without an encoder.

use std::rc::Rc;

use kinora_contract::plan::{PLAN_DIM, SUBJECTS, frame_of, latent_frames};
use kinora_contract::recipe::MOST_SOURCES_IN_A_ROW;
use kinora_contract::{Camera, PictureUse, Recipe, Source, SourceRole};
use kinora_model::Grid;
use kinora_model::falling::Falling;
use kinora_model::given::{Given, Tokens};
use kinora_model::hanging::Rope;
use kinora_model::layers::HEAD;
use kinora_model::lens::Lens;
use kinora_model::said::Said;
use kinora_model::water::Pouring;

use crate::error::GenerateError;
use crate::generate::{Job, check};
use crate::kept::{self, Kept, Person};
use crate::prompt::EncodedPrompt;
use crate::readings::value;
use crate::window::Window;
use kinora_contract::event::{Event, SlotReading as Understood, Stage};

/// A clip in tokens, and what it was made from.
#[derive(Clone)]
pub(crate) struct Made {
    /// How its prompt was read.
    pub understood: Vec<Understood>,
    /// What of it was said or chosen.
    pub settled: Vec<Understood>,
    /// What its words say, by latent frame.
    said: Vec<Rc<Said>>,
    /// Its plan, before any camera, `[latent frames, PLAN_DIM]`.
    pub rows: Vec<f32>,
    /// All of it.
    pub tokens: Tokens,
    /// How it is looked at.
    look: Look,
    /// The pictures that it was given, with their bytes.
    pictures: Vec<Source>,
    size: [u32; 2],
}

/// How a clip is looked at, once and for all its frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// The pixel frames that say where the ground is, what the stage shows and which way the camera goes.
    pub deciding: usize,
    /// On what subject 1 hangs, if it does.
    pub hangs: Option<Rope>,
    /// From what is poured, if something is.
    pub pours: Option<Pouring>,
    /// What falls in front of it.
    pub falling: Option<Falling>,
    /// What it is seen through.
    pub lens: Lens,
    /// What its camera does.
    pub camera: Camera,
}

/// What a generation begins with.
pub(crate) enum Start {
    /// Noise alone.
    Nothing,
    /// A whole clip that goes on.
    Extend(Made),
    /// A clip of which some things stay.
    Remix(Made, Kept),
}

impl Job<'_> {
    /// Draws the source of a recipe, if it has one that can be drawn.
    pub(crate) async fn source(&mut self) -> Result<Option<(SourceRole, Made)>, GenerateError> {
        let sources = self.recipe.sources.iter();
        let mut clips = sources.filter(|source| !source.is_picture());
        let Some(source) = clips.next() else {
            return Ok(None);
        };
        let recipe = source.recipe()?.filter(|_| clips.next().is_none());
        let Some(recipe) = recipe else {
            let what = "sources other than pictures and one clip that says how it was made";
            return Err(GenerateError::Unsupported(what.into()));
        };
        if self.depth >= MOST_SOURCES_IN_A_ROW {
            let what =
                format!("a clip that comes from more than {MOST_SOURCES_IN_A_ROW} others in a row");
            return Err(GenerateError::Unsupported(what));
        }
        check(&recipe, self.runtime)?;
        self.check_source(source.role, &recipe)?;
        self.enter(Stage::Source);
        Ok(Some((source.role, self.draw(&recipe).await?)))
    }

    fn check_source(&self, role: SourceRole, recipe: &Recipe) -> Result<(), GenerateError> {
        let size = |recipe: &Recipe| [recipe.width, recipe.height];
        if role == SourceRole::Extend && size(recipe) != size(self.recipe) {
            let what = "going on with a clip in another size".into();
            return Err(GenerateError::Unsupported(what));
        }
        if role == SourceRole::Extend && recipe.frames >= self.recipe.frames {
            let what = "a continuation that is not longer than its clip".into();
            return Err(GenerateError::Unsupported(what));
        }
        Ok(())
    }

    /// The clip of a recipe in tokens. Only its previews are shown.
    async fn draw(&mut self, recipe: &Recipe) -> Result<Made, GenerateError> {
        let depth = self.depth + 1;
        let events = &mut *self.events;
        let mut shown = |event: Event| {
            if matches!(event, Event::Preview { .. } | Event::Resumed { .. }) {
                events(event);
            }
        };
        let mut job = Job::new(recipe, self.runtime, &mut shown, self.cancel, depth);
        let speech = job.speech()?;
        // A source may have one too.
        let (made, _) = Box::pin(job.made(&speech)).await?;
        Ok(made)
    }
}

impl Made {
    /// Puts together what a generation made.
    pub(crate) fn new(
        recipe: &Recipe,
        (understood, settled, said): (Vec<Understood>, Vec<Understood>, Vec<Rc<Said>>),
        rows: Vec<f32>,
        tokens: Tokens,
        (look, pictures): (Look, Vec<Source>),
    ) -> Self {
        Self {
            understood,
            settled,
            said,
            rows,
            tokens,
            look,
            pictures,
            size: [recipe.width, recipe.height],
        }
    }

    /// Latent frames.
    pub(crate) fn latent_frames(&self) -> usize {
        self.rows.len() / PLAN_DIM
    }

    /// Whether what moves by a law moves by the same one in a clip whose prompt is read like this.
    pub(crate) fn obeys_as(&self, understood: &[Understood]) -> bool {
        let same = |slot: &str| value(&self.understood, slot) == value(understood, slot);
        ["object1", "material1", "place"].into_iter().all(same)
    }

    /// What stays in a remix whose prompt is read like this.
    pub(crate) fn kept(&self, recipe: &Recipe, understood: &[Understood]) -> Kept {
        let frames = latent_frames(recipe.frames as usize);
        if self.size != [recipe.width, recipe.height] || self.latent_frames() != frames {
            return Kept::default();
        }
        let mut kept = kept::of(&self.understood, understood);
        // What was a picture and is none any more, or another one, does not stay.
        let same =
            |used| kept::hash_of(&self.pictures, used) == kept::hash_of(&recipe.sources, used);
        kept.place &= same(PictureUse::Place);
        kept.subjects[0] &= same(PictureUse::Subject);
        if !same(PictureUse::Head) {
            (kept.subjects[HEAD], kept.person) = (false, None);
        }
        kept
    }
}

/// Latent frames of the clip that a recipe goes on from; 0 where it begins anew.
pub(crate) fn drawn(recipe: &Recipe) -> usize {
    let extended = recipe
        .sources
        .iter()
        .find(|it| it.role == SourceRole::Extend);
    let recipe = extended.and_then(|source| source.recipe().ok().flatten());
    recipe.map_or(0, |recipe| latent_frames(recipe.frames as usize))
}

impl Start {
    /// What a recipe begins with, whose prompt is read like this.
    pub(crate) fn of(
        source: Option<(SourceRole, Made)>,
        recipe: &Recipe,
        understood: &[Understood],
    ) -> Self {
        match source {
            None => Self::Nothing,
            Some((SourceRole::Extend, made)) => Self::Extend(made),
            Some((_, made)) => {
                let kept = made.kept(recipe, understood);
                Self::Remix(made, kept)
            }
        }
    }

    /// What was said of the latent frames that are there already.
    pub(crate) fn said(&self) -> &[Rc<Said>] {
        match self {
            Self::Extend(made) => &made.said,
            Self::Nothing | Self::Remix(..) => &[],
        }
    }

    /// Pixel frames that are there already.
    pub(crate) fn drawn_frames(&self) -> usize {
        match self {
            Self::Extend(made) => frame_of(made.latent_frames(), 0),
            Self::Nothing | Self::Remix(..) => 0,
        }
    }

    /// The pictures that travel in the recipe of the clip.
    pub(crate) fn pictures(&self) -> &[Source] {
        match self {
            Self::Nothing => &[],
            Self::Extend(made) | Self::Remix(made, _) => &made.pictures,
        }
    }

    /// How the clip of a recipe with this prompt is looked at: as the clip was whose place it is.
    pub(crate) fn look(&self, recipe: &Recipe, text: &EncodedPrompt) -> Look {
        let [weather, time, style] =
            ["weather", "time", "style"].map(|slot| text.understood_as(slot));
        let new = Look {
            deciding: recipe.frames as usize,
            hangs: text
                .is_understood("action", "pendulum")
                .then(|| Rope::of(time, style)),
            pours: text
                .is_understood("action", "pour")
                .then(|| Pouring::of(text.understood_as("object1"), time)),
            falling: Falling::of(weather, time, style),
            lens: Lens::of_style(style),
            camera: recipe
                .camera
                .or_else(|| text.understood_as("camera").parse().ok())
                .unwrap_or(Camera::Static),
        };
        match self {
            Self::Extend(made) => made.look,
            // The vessel may be another one.
            Self::Remix(made, kept) if kept.place => Look {
                pours: new.pours,
                ..made.look
            },
            Self::Remix(made, kept) if kept.plan => Look {
                deciding: made.look.deciding,
                ..new
            },
            Self::Nothing | Self::Remix(..) => new,
        }
    }

    /// Writes what stays of a clip into a window of a remix.
    pub(crate) fn give(&self, window: Window, grid: Grid, given: &mut Given, tokens: &mut Tokens) {
        let Self::Remix(made, kept) = self else {
            return;
        };
        let total = made.latent_frames();
        for j in window.known..window.used {
            let (video, layers) = made.tokens.of_latent_frame(window.first + j, total);
            if kept.place {
                put(
                    &mut tokens.video,
                    &mut given.video,
                    video,
                    j,
                    grid.tokens_per_frame(),
                );
            }
            for (s, layer) in layers.chunks_exact(layers.len() / SUBJECTS).enumerate() {
                if kept.subjects[s] {
                    let at = (j + 1) * SUBJECTS + s;
                    put(&mut tokens.layers, &mut given.layers, layer, at, 1);
                }
            }
        }
        if let Some(person) = kept.person {
            let (_, layers) = made.tokens.of_latent_frame(total / 2, total);
            let width = layers.len() / SUBJECTS;
            let head = &layers[HEAD * width..(HEAD + 1) * width];
            put(&mut tokens.layers, &mut given.layers, head, HEAD, 1);
            let held = match person {
                Person::Held => window.known..window.used,
                Person::Shown => 0..0,
            };
            for j in held {
                let at = (j + 1) * SUBJECTS + HEAD;
                put(&mut tokens.layers, &mut given.layers, head, at, 1);
            }
        }
    }
}

/// Writes the `at`-th part of some tokens, of `count` tokens each, and marks it as given.
pub(crate) fn put(tokens: &mut [f32], given: &mut [bool], part: &[f32], at: usize, count: usize) {
    tokens[at * part.len()..(at + 1) * part.len()].copy_from_slice(part);
    given[at * count..(at + 1) * count].fill(true);
}
