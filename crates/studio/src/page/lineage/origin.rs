//! What the next clip is made from: the clip that it remixes or goes on from, and whether it can be.

use super::sources::{clip_of, clips, named_pictures, not_pictures, with_pictures};
use kinora_contract::recipe::{ADDED_FRAMES, MAX_FRAMES, MOST_SOURCES_IN_A_ROW};
use kinora_contract::{Parent, Recipe, RecipeError, Source, SourceRole};

/// The clip that a form was filled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The clip as a source of the next one.
    pub source: Source,
    /// Its recipe.
    pub recipe: Recipe,
    /// How to call it.
    pub name: Name,
    /// Whether the form was filled from the recipe of this very clip, not from that of a remix of it.
    pub at_first_hand: bool,
}

/// How a clip is called where the next one is made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// By its id on a relay.
    Shared(String),
    /// As the file that was opened.
    File,
    /// By its own words.
    Words,
}

/// Why a clip is not drawn again for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unused {
    /// Another model made it.
    OtherModel,
    /// It comes from too many others.
    TooMany,
    /// Both recipes together do not fit in a link.
    TooLong,
    /// What goes on must be longer and have the same shape.
    Misfit,
}

impl Origin {
    /// What a recipe says of where the clip comes from. A recipe whose `parent` is not among its sources is the parent's own, and is
    /// about to become a remix.
    pub fn of(recipe: &Recipe) -> Option<Self> {
        let parent = recipe.parent().ok().flatten();
        let id = parent.as_ref().and_then(|parent| parent.clip.clone());
        let name = id.map_or(Name::Words, Name::Shared);
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
                    at_first_hand: true,
                })
            }
            None => own.map(|(source, recipe)| Self {
                source,
                recipe,
                name,
                at_first_hand: false,
            }),
        }
    }

    /// Whether the next clip goes on from this one.
    pub fn goes_on(&self) -> bool {
        self.source.role == SourceRole::Extend
    }

    /// Whether this clip can be drawn again for that recipe, whose sources are not looked at.
    pub fn judge(&self, recipe: &Recipe) -> Result<(), Unused> {
        judge(&self.source, recipe)
    }

    /// The sources of a recipe that was filled from this clip, and still has those that it was filled with. Its pictures stay, in
    /// name only where the clip brings them along.
    pub fn sources(&self, recipe: &Recipe, keep: bool) -> Vec<Source> {
        if self.goes_on() || keep && self.changes(recipe) {
            let source = self.judge(recipe).map(|()| self.source.clone());
            return with_pictures(source.into_iter().collect(), recipe);
        }
        // The same words mean the same clip, which may have a source itself.
        let mut own: Vec<_> = not_pictures(recipe).into_iter().cloned().collect();
        own.retain(|source| keep && judge(source, recipe).is_ok());
        with_pictures(own, recipe)
    }

    /// Whether a recipe shows something else than the clip, by its words or its pictures.
    fn changes(&self, recipe: &Recipe) -> bool {
        let hashes = |source| named_pictures(source).map(|picture| &picture.hash);
        !same_words(recipe, &self.recipe) || !hashes(recipe).eq(hashes(&self.recipe))
    }

    /// Whether a remix has another length or shape, so that the pictures do not fit.
    pub fn is_reshaped(&self, recipe: &Recipe) -> bool {
        shape(recipe) != shape(&self.recipe) || recipe.frames != self.recipe.frames
    }
}

/// The recipe of a clip that goes on from the one with this hash and recipe, or why there is none.
pub fn go_on(hash: impl Into<String>, recipe: &Recipe) -> Result<Recipe, Unused> {
    let clip = without_parent(recipe.clone());
    let source = Source::of_clip(SourceRole::Extend, hash, &clip);
    let mut longer = clip;
    longer.frames = (longer.frames + ADDED_FRAMES).min(MAX_FRAMES);
    judge(&source, &longer)?;
    longer.sources = with_pictures(vec![source], &longer);
    Ok(longer)
}

fn judge(source: &Source, recipe: &Recipe) -> Result<(), Unused> {
    let clips = clips(source).ok_or(Unused::TooMany)?;
    if clips.len() > MOST_SOURCES_IN_A_ROW {
        return Err(Unused::TooMany);
    }
    if clips
        .iter()
        .any(|clip| clip.model.hash != recipe.model.hash)
    {
        return Err(Unused::OtherModel);
    }
    let fits = shape(&clips[0]) == shape(recipe) && clips[0].frames < recipe.frames;
    if source.role == SourceRole::Extend && !fits {
        return Err(Unused::Misfit);
    }
    let with = Recipe {
        sources: with_pictures(vec![source.clone()], recipe),
        ..recipe.clone()
    };
    match with.to_link_fragment() {
        Err(RecipeError::LinkTooLong { .. }) => Err(Unused::TooLong),
        _ => Ok(()),
    }
}

fn without_parent(mut recipe: Recipe) -> Recipe {
    recipe.extra = recipe.extra.without("parent");
    recipe
}

fn same_words(a: &Recipe, b: &Recipe) -> bool {
    (&a.prompt, a.style, a.camera, &a.dialogue) == (&b.prompt, b.style, b.camera, &b.dialogue)
}

fn shape(recipe: &Recipe) -> (u32, u32) {
    (recipe.width, recipe.height)
}

#[cfg(test)]
mod tests {
    use super::*;
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

    /// A form filled from a recipe, with other words.
    fn reworded(filled: &Recipe, prompt: &str) -> Recipe {
        Recipe {
            prompt: prompt.to_owned(),
            ..filled.clone()
        }
    }

    #[test]
    fn a_recipe_without_a_history_comes_from_nowhere() {
        assert_eq!(Origin::of(&recipe("a ball")), None);
    }

    #[test]
    fn a_parents_recipe_becomes_a_remix_when_its_words_change() {
        let linked = parent(recipe("a red ball"), "ab", Some("x1"));
        let origin = Origin::of(&linked).unwrap();
        assert_eq!(origin.recipe, recipe("a red ball"));
        assert_eq!(origin.name, Name::Shared("x1".into()));
        assert!(origin.at_first_hand);
        let changed = reworded(&linked, "a blue ball");
        let sources = origin.sources(&changed, true);
        assert_eq!(sources[0].hash, "ab".repeat(32));
        assert_eq!(
            sources[0].recipe().unwrap().as_ref(),
            Some(&recipe("a red ball"))
        );
        assert_eq!(origin.sources(&changed, false), []);
        assert_eq!(origin.judge(&linked), Ok(()));
        assert_eq!(origin.sources(&linked, true), []);
    }

    #[test]
    fn a_remix_gives_itself_again_and_is_remixed_in_turn() {
        let first = recipe("a red ball");
        let mut second = parent(recipe("a blue ball"), "ab", None);
        second.sources = vec![Source::of_clip(SourceRole::Remix, "ab".repeat(32), &first)];
        let again = Origin::of(&second).unwrap();
        assert!(!again.at_first_hand);
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
    fn another_model_gives_its_words_only() {
        let linked = parent(recipe("a red ball"), "ab", None);
        let origin = Origin::of(&linked).unwrap();
        let mut changed = reworded(&linked, "a blue ball");
        changed.model = ModelRef::of_weights("starter", b"other weights");
        assert_eq!(origin.judge(&changed), Err(Unused::OtherModel));
        assert_eq!(origin.sources(&changed, true), []);
    }

    #[test]
    fn what_goes_on_is_longer_and_keeps_its_shape() {
        let clip = recipe("a ball rolls");
        let longer = go_on("ab".repeat(32), &clip).unwrap();
        assert_eq!(longer.frames, 61);
        let origin = Origin::of(&longer).unwrap();
        assert!(origin.goes_on());
        assert_eq!(
            origin.sources(&reworded(&longer, "it falls"), true),
            longer.sources
        );
        let mut short = longer.clone();
        short.frames = 33;
        assert_eq!(origin.judge(&short), Err(Unused::Misfit));
        let mut wide = longer.clone();
        (wide.width, wide.height) = (160, 96);
        assert_eq!(origin.judge(&wide), Err(Unused::Misfit));
    }

    #[test]
    fn going_on_ends_at_the_longest_clip() {
        let mut clip = recipe("a ball rolls");
        let mut lengths = Vec::new();
        let end = loop {
            match go_on(clip.hash(), &clip) {
                Ok(longer) => clip = longer,
                Err(why) => break why,
            }
            lengths.push(clip.frames);
        };
        assert_eq!((lengths, end), (vec![61, 89, 97], Unused::Misfit));
    }

    #[test]
    fn a_clip_that_goes_on_is_remixed_with_all_that_is_in_it() {
        let longer = go_on("ab".repeat(32), &recipe("a ball rolls")).unwrap();
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
            "it cannot be shorter than what it goes on from"
        );
        assert!(origin.is_reshaped(&short));
    }

    #[test]
    fn a_fifth_clip_in_a_row_takes_the_words_only() {
        let mut clip = recipe("a ball 0");
        for count in 1..=5 {
            let linked = parent(clip.clone(), &format!("{count:02}"), None);
            let origin = Origin::of(&linked).unwrap();
            let mut next = reworded(&linked, &format!("a ball {count}"));
            let told = origin.judge(&next);
            assert_eq!(told.is_ok(), count <= 4, "{count}: {told:?}");
            next.sources = origin.sources(&next, true);
            clip = without_parent(next);
        }
        assert_eq!(clip.sources, []);
    }

    #[test]
    fn recipes_that_fill_a_link_take_the_words_only() {
        let linked = parent(recipe(&"長い言葉 ".repeat(390)), "ab", None);
        let origin = Origin::of(&linked).unwrap();
        let changed = reworded(&linked, &"別の言葉 ".repeat(390));
        assert_eq!(origin.judge(&changed), Err(Unused::TooLong));
        assert_eq!(origin.sources(&changed, true), []);
        assert_eq!(go_on("ab".repeat(32), &origin.recipe), Err(Unused::TooLong));
    }

    #[test]
    fn what_is_no_clip_is_not_drawn() {
        let mut linked = parent(recipe("a red ball"), "ab", None);
        linked.sources = vec![Source {
            role: SourceRole::Remix,
            hash: "ef".repeat(32),
            extra: kinora_contract::Extra::default(),
        }];
        let origin = Origin::of(&linked).unwrap();
        let changed = reworded(&linked, "a blue ball");
        assert_eq!(origin.judge(&changed), Err(Unused::TooMany));
    }
}
