//! Source clips. The recipe of the source is embedded, because a recipe alone determines a clip.

use ciborium::Value;

use super::{Extra, Recipe, RecipeError, Source, SourceRole};

const RECIPE: &str = "recipe";

impl Source {
    /// Creates a source from a clip's recipe and the BLAKE3 of its file (64 lower-case hexadecimal digits).
    pub fn of_clip(role: SourceRole, hash: impl Into<String>, recipe: &Recipe) -> Self {
        let mut extra = Extra::default();
        extra.insert(RECIPE, Value::Bytes(recipe.to_bytes()));
        Self {
            role,
            hash: hash.into(),
            extra,
        }
    }

    /// Tests whether the source is a cameo, or a clip whose recipe contains one at any depth.
    ///
    /// # Errors
    ///
    /// Fails if an embedded recipe is invalid.
    pub fn shows_cameo(&self) -> Result<bool, RecipeError> {
        if self.role == SourceRole::Cameo {
            return Ok(true);
        }
        let inside = self.recipe()?;
        inside.map_or(Ok(false), |recipe| recipe.shows_cameo())
    }

    /// Returns the embedded recipe, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails if `recipe` is not a byte string or not a valid recipe.
    pub fn recipe(&self) -> Result<Option<Recipe>, RecipeError> {
        match self.extra.get(RECIPE) {
            None => Ok(None),
            Some(Value::Bytes(bytes)) => Recipe::from_bytes(bytes).map(Some),
            Some(_) => Err(RecipeError::BadField {
                detail: "a source is invalid, because its recipe is not a byte string".into(),
            }),
        }
    }
}

impl Recipe {
    /// Tests whether the clip contains a cameo, itself or through its sources. Sharing such a clip requires a grant.
    ///
    /// # Errors
    ///
    /// Fails if an embedded recipe is invalid.
    pub fn shows_cameo(&self) -> Result<bool, RecipeError> {
        for source in &self.sources {
            if source.shows_cameo()? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
