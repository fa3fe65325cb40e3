//! The clip that the next one remixes or extends, and the checks whether it can.

use super::sources::{chain, clip_of, clip_sources, image_sources, with_images};
use kinora_contract::manifest::Limits;
use kinora_contract::recipe::MOST_SOURCES_IN_A_ROW;
use kinora_contract::{Parent, Recipe, RecipeError, Source, SourceRole};

/// The clip that filled the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The clip as a source of the next one.
    pub source: Source,
    /// Its recipe.
    pub recipe: Recipe,
    /// Its name.
    pub name: Name,
    /// Whether the form was filled from the recipe of this clip rather than from one derived from it.
    pub is_original: bool,
}

/// The name of an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// A shared clip, by its id on a relay.
    Shared(String),
    /// A file that the user opened.
    File,
    /// The clip's prompt.
    Prompt,
}

/// Why a clip cannot be the source of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Another model made it.
    OtherModel,
    /// It derives from too many clips, or from one that cannot be rendered.
    TooMany,
    /// Both recipes together do not fit into a link.
    TooLong,
    /// An extension must be longer and have the same shape.
    Misfit,
}

impl Origin {
    /// Derives the origin of a recipe. If its `parent` is not among its sources, the recipe is the parent's own, about to be
    /// remixed.
    pub fn of(recipe: &Recipe) -> Option<Self> {
        let parent = recipe.parent().ok().flatten();
        let id = parent.as_ref().and_then(|parent| parent.clip.clone());
        let name = id.map_or(Name::Prompt, Name::Shared);
        let own = clip_of(recipe);
        let is_own = |parent: &Parent| {
            own.as_ref()
                .is_some_and(|(source, _)| source.hash == parent.hash)
        };
        match parent.filter(|parent| !is_own(parent)) {
            Some(parent) => {
                let recipe = without_parent(recipe.clone());
                Some(Self {
                    source: Source::of_clip(SourceRole::Remix, parent.hash, &recipe),
                    recipe,
                    name,
                    is_original: true,
                })
            }
            None => own.map(|(source, recipe)| Self {
                source,
                recipe,
                name,
                is_original: false,
            }),
        }
    }

    /// Whether the next clip extends this one.
    pub fn is_extension(&self) -> bool {
        self.source.role == SourceRole::Extend
    }

    /// Checks whether this clip can be a source of `recipe`, whose own sources are ignored.
    pub fn check(&self, recipe: &Recipe) -> Result<(), Unusable> {
        check(&self.source, recipe)
    }

    /// Returns the sources of the recipe that results from the form. `recipe` still has the sources that filled the form. Its
    /// reference images stay; those that the clip's recipe contains are only named.
    pub fn sources(&self, recipe: &Recipe, keep: bool) -> Vec<Source> {
        if self.is_extension() || keep && self.changes(recipe) {
            let source = self.check(recipe).map(|()| self.source.clone());
            return with_images(source.into_iter().collect(), recipe);
        }
        // The same prompt means the same clip, which may have a source itself.
        let mut own: Vec<_> = clip_sources(recipe).into_iter().cloned().collect();
        own.retain(|source| keep && check(source, recipe).is_ok());
        with_images(own, recipe)
    }

    /// Whether a recipe differs from the clip in prompt, style, camera, dialogue or reference images.
    fn changes(&self, recipe: &Recipe) -> bool {
        let hashes = |source| image_sources(source).map(|image| &image.hash);
        !same_prompt(recipe, &self.recipe) || !hashes(recipe).eq(hashes(&self.recipe))
    }

    /// Whether a recipe has another length or shape.
    pub fn is_reshaped(&self, recipe: &Recipe) -> bool {
        shape(recipe) != shape(&self.recipe) || recipe.frames != self.recipe.frames
    }
}

/// Builds the recipe that extends the clip with this hash and recipe.
pub fn extend(
    hash: impl Into<String>,
    recipe: &Recipe,
    limits: &Limits,
) -> Result<Recipe, Unusable> {
    let clip = without_parent(recipe.clone());
    let source = Source::of_clip(SourceRole::Extend, hash, &clip);
    let clip_frames = clip.frames;
    let mut longer = clip;
    let frames = limits.extended_frames(clip_frames);
    longer.frames = frames.unwrap_or(clip_frames);
    check(&source, &longer)?;
    longer.sources = with_images(vec![source], &longer);
    Ok(longer)
}

fn check(source: &Source, recipe: &Recipe) -> Result<(), Unusable> {
    let clips = chain(source).ok_or(Unusable::TooMany)?;
    if clips.len() > MOST_SOURCES_IN_A_ROW {
        return Err(Unusable::TooMany);
    }
    if clips
        .iter()
        .any(|clip| clip.model.hash != recipe.model.hash)
    {
        return Err(Unusable::OtherModel);
    }
    let fits = shape(&clips[0]) == shape(recipe) && clips[0].frames < recipe.frames;
    if source.role == SourceRole::Extend && !fits {
        return Err(Unusable::Misfit);
    }
    let with = Recipe {
        sources: with_images(vec![source.clone()], recipe),
        ..recipe.clone()
    };
    match with.to_link_fragment() {
        Err(RecipeError::LinkTooLong { .. }) => Err(Unusable::TooLong),
        _ => Ok(()),
    }
}

fn without_parent(mut recipe: Recipe) -> Recipe {
    recipe.extra = recipe.extra.without("parent");
    recipe
}

fn same_prompt(a: &Recipe, b: &Recipe) -> bool {
    (&a.prompt, a.style, a.camera, &a.dialogue) == (&b.prompt, b.style, b.camera, &b.dialogue)
}

fn shape(recipe: &Recipe) -> (u32, u32) {
    (recipe.width, recipe.height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::composer::limits::of_starter;
    use kinora_contract::ModelRef;

    fn recipe(prompt: &str) -> Recipe {
        Recipe::new(ModelRef::of_weights("starter", b"weights"), prompt, 7)
    }

    fn parent(recipe: Recipe, hash: &str, clip: Option<&str>) -> Recipe {
        recipe.with_parent(&Parent {
            hash: hash.repeat(32),
            clip: clip.map(str::to_owned),
        })
    }

    /// A form filled from a recipe, with another prompt.
    fn reworded(filled: &Recipe, prompt: &str) -> Recipe {
        Recipe {
            prompt: prompt.to_owned(),
            ..filled.clone()
        }
    }

    #[test]
    fn a_recipe_without_lineage_has_no_origin() {
        assert_eq!(Origin::of(&recipe("a ball")), None);
    }

    #[test]
    fn a_parents_recipe_becomes_a_remix_when_its_prompt_changes() {
        let linked = parent(recipe("a red ball"), "ab", Some("x1"));
        let origin = Origin::of(&linked).unwrap();
        assert_eq!(origin.recipe, recipe("a red ball"));
        assert_eq!(origin.name, Name::Shared("x1".into()));
        assert!(origin.is_original);
        let changed = reworded(&linked, "a blue ball");
        let sources = origin.sources(&changed, true);
        assert_eq!(sources[0].hash, "ab".repeat(32));
        assert_eq!(
            sources[0].recipe().unwrap().as_ref(),
            Some(&recipe("a red ball"))
        );
        assert_eq!(origin.sources(&changed, false), []);
        assert_eq!(origin.check(&linked), Ok(()));
        assert_eq!(origin.sources(&linked, true), []);
    }

    #[test]
    fn a_remix_can_be_repeated_and_remixed() {
        let first = recipe("a red ball");
        let mut second = parent(recipe("a blue ball"), "ab", None);
        second.sources = vec![Source::of_clip(SourceRole::Remix, "ab".repeat(32), &first)];
        let again = Origin::of(&second).unwrap();
        assert!(!again.is_original);
        assert_eq!(again.recipe, first);
        assert_eq!(again.sources(&second, true), second.sources);

        let linked = parent(second.clone(), "cd", None);
        let origin = Origin::of(&linked).unwrap();
        assert_eq!(origin.sources(&linked, true), second.sources);
        let third = origin.sources(&reworded(&linked, "a green ball"), true);
        assert_eq!(third[0].hash, "cd".repeat(32));
        assert_eq!(
            third[0].recipe().unwrap().unwrap().sources,
            second.sources,
            "the remix stays one"
        );
    }

    #[test]
    fn a_clip_of_another_model_is_no_source() {
        let linked = parent(recipe("a red ball"), "ab", None);
        let origin = Origin::of(&linked).unwrap();
        let mut changed = reworded(&linked, "a blue ball");
        changed.model = ModelRef::of_weights("starter", b"other weights");
        assert_eq!(origin.check(&changed), Err(Unusable::OtherModel));
        assert_eq!(origin.sources(&changed, true), []);
    }

    #[test]
    fn an_extension_is_longer_and_has_the_same_shape() {
        let clip = recipe("a ball rolls");
        let longer = extend("ab".repeat(32), &clip, &of_starter()).unwrap();
        assert_eq!(longer.frames, 61);
        let origin = Origin::of(&longer).unwrap();
        assert!(origin.is_extension());
        assert_eq!(
            origin.sources(&reworded(&longer, "it falls"), true),
            longer.sources
        );
        let mut short = longer.clone();
        short.frames = 33;
        assert_eq!(origin.check(&short), Err(Unusable::Misfit));
        let mut wide = longer.clone();
        (wide.width, wide.height) = (160, 96);
        assert_eq!(origin.check(&wide), Err(Unusable::Misfit));
    }

    #[test]
    fn extensions_end_at_the_maximum_length() {
        let mut clip = recipe("a ball rolls");
        let mut lengths = Vec::new();
        let end = loop {
            match extend(clip.hash(), &clip, &of_starter()) {
                Ok(longer) => clip = longer,
                Err(why) => break why,
            }
            lengths.push(clip.frames);
        };
        assert_eq!((lengths, end), (vec![61, 89, 97], Unusable::Misfit));
    }

    #[test]
    fn a_remix_of_an_extension_includes_its_chain() {
        let longer = extend("ab".repeat(32), &recipe("a ball rolls"), &of_starter()).unwrap();
        let linked = parent(longer.clone(), "cd", None);
        let origin = Origin::of(&linked).unwrap();
        let [remix] = &origin.sources(&reworded(&linked, "a cube rolls"), true)[..] else {
            panic!("one source")
        };
        assert_eq!(remix.role, SourceRole::Remix);
        assert_eq!(remix.recipe().unwrap(), Some(longer));
        let mut short = linked.clone();
        short.frames = 9;
        assert_eq!(
            origin.sources(&short, true),
            [],
            "it cannot be shorter than the clip that it extends"
        );
        assert!(origin.is_reshaped(&short));
    }

    #[test]
    fn the_fifth_clip_of_a_chain_has_no_source() {
        let mut clip = recipe("a ball 0");
        for count in 1..=5 {
            let linked = parent(clip.clone(), &format!("{count:02}"), None);
            let origin = Origin::of(&linked).unwrap();
            let mut next = reworded(&linked, &format!("a ball {count}"));
            let checked = origin.check(&next);
            assert_eq!(checked.is_ok(), count <= 4, "{count}: {checked:?}");
            next.sources = origin.sources(&next, true);
            clip = without_parent(next);
        }
        assert_eq!(clip.sources, []);
    }

    #[test]
    fn recipes_too_long_for_a_link_have_no_source() {
        let linked = parent(recipe(&"長い言葉 ".repeat(390)), "ab", None);
        let origin = Origin::of(&linked).unwrap();
        let changed = reworded(&linked, &"別の言葉 ".repeat(390));
        assert_eq!(origin.check(&changed), Err(Unusable::TooLong));
        assert_eq!(origin.sources(&changed, true), []);
        assert_eq!(
            extend("ab".repeat(32), &origin.recipe, &of_starter()),
            Err(Unusable::TooLong)
        );
    }

    #[test]
    fn a_source_without_a_recipe_is_unusable() {
        let mut linked = parent(recipe("a red ball"), "ab", None);
        linked.sources = vec![Source {
            role: SourceRole::Remix,
            hash: "ef".repeat(32),
            extra: kinora_contract::Extra::default(),
        }];
        let origin = Origin::of(&linked).unwrap();
        let changed = reworded(&linked, "a blue ball");
        assert_eq!(origin.check(&changed), Err(Unusable::TooMany));
    }
}
