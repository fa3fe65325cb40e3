//! Clips that are made from clips: what a continuation goes on from, and what a remix keeps.
//!
//! A recipe is all that a clip is made from, so a source is drawn again from its own: the same tokens, without an encoder.

use kinora_contract::plan::{PLAN_DIM, SUBJECTS, frame_of, latent_frames};
use kinora_contract::recipe::MOST_SOURCES_IN_A_ROW;
use kinora_contract::{Camera, PictureUse, Recipe, Source, SourceRole};
use kinora_model::Grid;
use kinora_model::given::{Given, Tokens};
use kinora_model::layers::HEAD;
use kinora_model::lens::Lens;

use crate::error::GenerateError;
use crate::event::{Event, Stage, Understood};
use crate::generate::{Job, check};
use crate::prompt::EncodedPrompt;
use crate::window::Window;

/// A clip in tokens, and what it was made from.
#[derive(Clone)]
pub(crate) struct Made {
    /// How its prompt was read.
    pub understood: Vec<Understood>,
    /// Its plan as the planner has it, `[latent frames, PLAN_DIM]`.
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

/// What of a clip stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Who moves how.
    pub plan: bool,
    /// Everything but the subjects.
    pub place: bool,
    /// The subjects' pictures.
    pub subjects: [bool; SUBJECTS],
    /// The head is that of the same person, of whom not every picture stays.
    pub person: Option<Person>,
}

/// How somebody stays the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// By one picture throughout.
    Held,
    /// By a picture that new ones are drawn after: the style is another.
    Shown,
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
        understood: Vec<Understood>,
        rows: Vec<f32>,
        tokens: Tokens,
        (look, pictures): (Look, Vec<Source>),
    ) -> Self {
        Self {
            understood,
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

    /// What stays in a remix whose prompt is read like this.
    pub(crate) fn kept(&self, recipe: &Recipe, understood: &[Understood]) -> Kept {
        let frames = latent_frames(recipe.frames as usize);
        if self.size != [recipe.width, recipe.height] || self.latent_frames() != frames {
            return Kept::default();
        }
        let mut kept = kept(&self.understood, understood);
        // What was a picture and is none any more, or another one, does not stay.
        let same = |used| hash_of(&self.pictures, used) == hash_of(&recipe.sources, used);
        kept.place &= same(PictureUse::Place);
        kept.subjects[0] &= same(PictureUse::Subject);
        if !same(PictureUse::Head) {
            (kept.subjects[HEAD], kept.person) = (false, None);
        }
        kept
    }
}

/// Which picture is used so.
fn hash_of(sources: &[Source], used: PictureUse) -> Option<&str> {
    let is_used = |source: &&Source| {
        let picture = source.picture().ok().flatten();
        picture.is_some_and(|picture| picture.used == used)
    };
    sources.iter().find(is_used).map(|source| &*source.hash)
}

/// Compares how two prompts are read: what both say stays, as far as nothing that changes shows in it.
fn kept(before: &[Understood], after: &[Understood]) -> Kept {
    let value = |all: &[Understood], slot: &str| {
        let found = all.iter().find(|read| read.slot == slot);
        found.map(|read| read.value.clone())
    };
    let same = |slot: &str| value(before, slot) == value(after, slot);
    let seen_near = |all: &[Understood]| {
        let action = value(all, "action");
        ["talk", "look"]
            .iter()
            .any(|it| action.as_deref() == Some(it))
    };
    let there = |all: &[Understood], s: usize| {
        value(all, &format!("object{s}")).is_some_and(|object| object != "none")
    };
    let as_many = (1..=SUBJECTS).all(|s| there(before, s) == there(after, s));
    let plan = same("action") && same("camera") && as_many;
    let light = same("style") && same("time") && same("weather");
    let mut subjects = [false; SUBJECTS];
    for (index, stays) in subjects.iter_mut().enumerate() {
        let mut fields = ["object", "colour", "material"].iter();
        let alike = fields.all(|field| same(&format!("{field}{}", index + 1)));
        *stays = plan && light && alike;
    }
    let portrait = seen_near(before) && seen_near(after);
    let same_person = portrait && same("object1");
    if portrait {
        // The colour is that of the shirt; what is said moves the mouth, which is no part of the picture.
        subjects[HEAD] = plan && light && same_person;
    }
    let person = match same("style") {
        true => Person::Held,
        false => Person::Shown,
    };
    Kept {
        plan,
        place: plan && light && same("place"),
        subjects,
        person: (same_person && !subjects[HEAD]).then_some(person),
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
        let new = Look {
            deciding: recipe.frames as usize,
            lens: Lens::of_style(text.understood_as("style")),
            camera: recipe
                .camera
                .or_else(|| text.understood_as("camera").parse().ok())
                .unwrap_or(Camera::Static),
        };
        match self {
            Self::Extend(made) => made.look,
            Self::Remix(made, kept) if kept.place => made.look,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Vec<Understood> {
        let mut fields = vec![
            ("object1", "ball"),
            ("colour1", "red"),
            ("material1", "rubber"),
            ("object2", "cube"),
            ("colour2", "blue"),
            ("material2", "wood"),
            ("object3", "none"),
            ("place", "beach"),
            ("style", "realistic"),
            ("camera", "static"),
            ("action", "collide"),
            ("weather", "clear"),
            ("time", "day"),
        ];
        for (slot, value) in changes {
            fields.retain(|(known, _)| known != slot);
            fields.push((slot, value));
        }
        let understood = |(slot, value): (&str, &str)| Understood {
            slot: slot.into(),
            value: value.into(),
            confidence: 1.0,
        };
        fields.into_iter().map(understood).collect()
    }

    fn kept_with(changes: &[(&str, &str)]) -> Kept {
        kept(&read(&[]), &read(changes))
    }

    #[test]
    fn what_a_remix_does_not_name_stays() {
        let colour = kept_with(&[("colour1", "green")]);
        assert!(colour.plan && colour.place);
        assert_eq!(colour.subjects, [false, true, true]);
        let place = kept_with(&[("place", "kitchen")]);
        assert!(place.plan && !place.place);
        assert_eq!(place.subjects, [true; SUBJECTS]);
        let style = kept_with(&[("style", "animated")]);
        assert!(style.plan && !style.place);
        assert_eq!(style.subjects, [false; SUBJECTS]);
        let action = kept_with(&[("action", "bounce")]);
        assert_eq!(action, Kept::default());
        assert_eq!(kept_with(&[("object3", "egg")]), Kept::default());
    }

    #[test]
    fn who_is_seen_in_another_light_stays_the_same_person() {
        let talks = [("action", "talk"), ("object1", "person")];
        let with = |change| kept(&read(&talks), &read(&[talks[0], talks[1], change]));
        let shirt = with(("colour1", "blue"));
        assert!(
            shirt.place && shirt.subjects[HEAD] && !shirt.subjects[0] && shirt.person.is_none()
        );
        let night = with(("time", "night"));
        assert!(!night.place && !night.subjects[HEAD]);
        assert_eq!(night.person, Some(Person::Held));
        assert_eq!(with(("style", "animated")).person, Some(Person::Shown));
        assert_eq!(with(("action", "look")).person, Some(Person::Held));
        assert_eq!(with(("action", "walk")).person, None);
        assert_eq!(with(("object1", "robot")).person, None);
    }
}
