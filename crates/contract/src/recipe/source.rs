//! A clip as a source: its recipe travels inside, since a recipe is all that its pictures are made from.

use ciborium::Value;

use super::{Extra, Recipe, RecipeError, Source, SourceRole};

const RECIPE: &str = "recipe";

impl Source {
    /// The clip of a file with this BLAKE3 (hexadecimal), made by this recipe.
    pub fn of_clip(role: SourceRole, hash: impl Into<String>, recipe: &Recipe) -> Self {
        let mut extra = Extra::default();
        extra.insert(RECIPE, Value::Bytes(recipe.to_bytes()));
        Self {
            role,
            hash: hash.into(),
            extra,
        }
    }

    /// Whether this is somebody's face, or a clip that shows one by such a picture, itself or through what it was made from.
    pub fn shows_cameo(&self) -> Result<bool, RecipeError> {
        if self.role == SourceRole::Cameo {
            return Ok(true);
        }
        let inside = self.recipe()?;
        inside.map_or(Ok(false), |recipe| recipe.shows_cameo())
    }

    /// The recipe of the clip; none where the source is not a clip, or does not say how it was made.
    pub fn recipe(&self) -> Result<Option<Recipe>, RecipeError> {
        match self.extra.get(RECIPE) {
            None => Ok(None),
            Some(Value::Bytes(bytes)) => Recipe::from_bytes(bytes).map(Some),
            Some(_) => Err(RecipeError::BadField {
                detail: "a source cannot be used, because its recipe is not one".into(),
            }),
        }
    }
}

impl Recipe {
    /// Whether the clip shows somebody by a picture of their face, which takes a grant to share.
    pub fn shows_cameo(&self) -> Result<bool, RecipeError> {
        for source in &self.sources {
            if source.shows_cameo()? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
