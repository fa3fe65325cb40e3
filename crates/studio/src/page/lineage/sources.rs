//! The sources of a recipe: clips, and pictures, which may travel in the recipe of a clip.

use kinora_contract::recipe::Picture;
use kinora_contract::{Recipe, Source};

/// The clips that a source is drawn from, itself first; none where one of them cannot be drawn.
pub fn clips(source: &Source) -> Option<Vec<Recipe>> {
    let mut recipe = clip(source)?;
    let mut all = vec![recipe.clone()];
    while let [first, rest @ ..] = &not_pictures(&recipe)[..] {
        let next = clip(first).filter(|_| rest.is_empty())?;
        all.push(next.clone());
        recipe = next;
    }
    Some(all)
}

/// The one clip that a recipe is made from.
pub fn clip_of(recipe: &Recipe) -> Option<(Source, Recipe)> {
    match not_pictures(recipe)[..] {
        [source] => Some((source.clone(), clip(source)?)),
        _ => None,
    }
}

fn clip(source: &Source) -> Option<Recipe> {
    let recipe = source.recipe().ok().flatten();
    recipe.filter(|_| !source.is_picture())
}

/// The clips among the sources of a recipe.
pub fn not_pictures(recipe: &Recipe) -> Vec<&Source> {
    recipe
        .sources
        .iter()
        .filter(|it| !it.is_picture())
        .collect()
}

/// The pictures of a recipe, some of them perhaps in name only.
pub fn named_pictures(recipe: &Recipe) -> impl Iterator<Item = &Source> {
    recipe.sources.iter().filter(|source| source.is_picture())
}

/// The pictures of a recipe with their bytes, which may travel in that of its clip.
pub fn pictures(recipe: &Recipe) -> Vec<Source> {
    let inside = || clip_of(recipe).map_or_else(Vec::new, |(_, clip)| pictures(&clip));
    let whole = |source: &Source| match source.picture() {
        Ok(Some(Picture { jpeg: None, .. })) => {
            inside().into_iter().find(|it| it.hash == source.hash)
        }
        _ => Some(source.clone()),
    };
    named_pictures(recipe).filter_map(whole).collect()
}

/// Clips, and the pictures of a recipe, as the sources of one: what travels in a clip is only named.
pub fn with_pictures(mut clips: Vec<Source>, recipe: &Recipe) -> Vec<Source> {
    let inside: Vec<_> = clips
        .iter()
        .filter_map(clip)
        .flat_map(|clip| pictures(&clip))
        .collect();
    clips.extend(named_pictures(recipe).map(|picture| {
        if inside.iter().any(|it| it.hash == picture.hash) {
            picture.without_jpeg()
        } else {
            picture.clone()
        }
    }));
    clips
}

#[cfg(test)]
mod tests {
    use super::super::origin::{Origin, go_on};
    use super::*;
    use kinora_contract::{ModelRef, Parent, PictureUse};

    fn picture(bytes: &[u8]) -> Source {
        Source::of_picture(PictureUse::Place, bytes.to_vec())
    }

    #[test]
    fn the_pictures_of_a_clip_are_named_in_its_remix() {
        let mut photo = Recipe::new(ModelRef::of_weights("starter", b"weights"), "a red ball", 7);
        photo.sources = vec![picture(b"a street")];
        let linked = photo.clone().with_parent(&Parent {
            hash: "ab".repeat(32),
            clip: None,
        });
        let origin = Origin::of(&linked).unwrap();
        assert_eq!(pictures(&linked), photo.sources);

        // The form has the pictures with their bytes.
        let changed = Recipe {
            prompt: "a blue ball".to_owned(),
            ..linked.clone()
        };
        let sources = origin.sources(&changed, true);
        assert_eq!(sources[0].recipe().unwrap().as_ref(), Some(&photo));
        assert_eq!(sources[1..], [photo.sources[0].without_jpeg()]);
        let remix = Recipe {
            sources,
            ..changed.clone()
        };
        assert_eq!(pictures(&remix), photo.sources);
        assert_eq!(origin.sources(&changed, false), photo.sources);
        assert_eq!(
            origin.sources(&linked, true),
            photo.sources,
            "the same clip"
        );

        // Another picture is a change.
        let mut elsewhere = linked.clone();
        elsewhere.sources = vec![picture(b"a beach")];
        let sources = origin.sources(&elsewhere, true);
        assert_eq!((sources.len(), &sources[1]), (2, &picture(b"a beach")));

        let longer = go_on("cd".repeat(32), &photo).unwrap();
        assert_eq!(longer.sources[1], photo.sources[0].without_jpeg());
        assert_eq!(pictures(&longer), photo.sources);
    }
}
