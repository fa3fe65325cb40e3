//! The sources of a recipe: clips and reference images. An image whose bytes are in the recipe of a clip is only named.

use kinora_contract::recipe::Picture;
use kinora_contract::{Recipe, Source};

/// Lists the clips that a source renders, itself first. `None` if one of them cannot be rendered.
pub fn chain(source: &Source) -> Option<Vec<Recipe>> {
    let mut recipe = clip(source)?;
    let mut all = vec![recipe.clone()];
    while let [first, rest @ ..] = &clip_sources(&recipe)[..] {
        let next = clip(first).filter(|_| rest.is_empty())?;
        all.push(next.clone());
        recipe = next;
    }
    Some(all)
}

/// Returns the clip that a recipe remixes or extends.
pub fn clip_of(recipe: &Recipe) -> Option<(Source, Recipe)> {
    match clip_sources(recipe)[..] {
        [source] => Some((source.clone(), clip(source)?)),
        _ => None,
    }
}

fn clip(source: &Source) -> Option<Recipe> {
    let recipe = source.recipe().ok().flatten();
    recipe.filter(|_| !source.is_picture())
}

/// Lists the sources that are clips.
pub fn clip_sources(recipe: &Recipe) -> Vec<&Source> {
    recipe
        .sources
        .iter()
        .filter(|it| !it.is_picture())
        .collect()
}

/// Lists the sources that are reference images; some only name theirs.
pub fn image_sources(recipe: &Recipe) -> impl Iterator<Item = &Source> {
    recipe.sources.iter().filter(|source| source.is_picture())
}

/// Lists the reference images of a recipe with their bytes, which may be in the recipe of its clip.
pub fn reference_images(recipe: &Recipe) -> Vec<Source> {
    let inside = || clip_of(recipe).map_or_else(Vec::new, |(_, clip)| reference_images(&clip));
    let with_bytes = |source: &Source| match source.picture() {
        Ok(Some(Picture { jpeg: None, .. })) => {
            inside().into_iter().find(|it| it.hash == source.hash)
        }
        _ => Some(source.clone()),
    };
    image_sources(recipe).filter_map(with_bytes).collect()
}

/// Appends the reference images of a recipe to `clips`. Images whose bytes are in a clip's recipe are only named.
pub fn with_images(mut clips: Vec<Source>, recipe: &Recipe) -> Vec<Source> {
    let inside: Vec<_> = clips
        .iter()
        .filter_map(clip)
        .flat_map(|clip| reference_images(&clip))
        .collect();
    clips.extend(image_sources(recipe).map(|image| {
        if inside.iter().any(|it| it.hash == image.hash) {
            image.without_jpeg()
        } else {
            image.clone()
        }
    }));
    clips
}

#[cfg(test)]
mod tests {
    use super::super::origin::{Origin, extend};
    use super::*;
    use crate::page::composer::limits::of_starter;
    use kinora_contract::{ModelRef, Parent, PictureUse};

    fn image(bytes: &[u8]) -> Source {
        Source::of_picture(PictureUse::Place, bytes.to_vec())
    }

    #[test]
    fn a_remix_names_the_images_of_its_clip() {
        let mut photo = Recipe::new(ModelRef::of_weights("starter", b"weights"), "a red ball", 7);
        photo.sources = vec![image(b"a street")];
        let linked = photo.clone().with_parent(&Parent {
            hash: "ab".repeat(32),
            clip: None,
        });
        let origin = Origin::of(&linked).unwrap();
        assert_eq!(reference_images(&linked), photo.sources);

        // The form has the images with their bytes.
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
        assert_eq!(reference_images(&remix), photo.sources);
        assert_eq!(origin.sources(&changed, false), photo.sources);
        assert_eq!(
            origin.sources(&linked, true),
            photo.sources,
            "the same clip"
        );

        // Another image is a change.
        let mut elsewhere = linked.clone();
        elsewhere.sources = vec![image(b"a beach")];
        let sources = origin.sources(&elsewhere, true);
        assert_eq!((sources.len(), &sources[1]), (2, &image(b"a beach")));

        let longer = extend("cd".repeat(32), &photo, &of_starter()).unwrap();
        assert_eq!(longer.sources[1], photo.sources[0].without_jpeg());
        assert_eq!(reference_images(&longer), photo.sources);
    }
}
