//! Problems of the form, each at its field.

use kinora_contract::RecipeError;
use kinora_contract::manifest::LimitError;
use kinora_contract::recipe::MAX_SEED;

/// A problem of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The field that shows it.
    pub field: Field,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// Fields that show problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The prompt.
    Prompt,
    /// The seed.
    Seed,
    /// Any other.
    Other,
}

impl Problem {
    /// The number of steps is not one.
    pub fn steps() -> Self {
        Self::other("The number of steps must be a whole number between 1 and 64.")
    }

    /// The guidance scale is not a number.
    pub fn guidance() -> Self {
        Self::other("The guidance scale must be a number between 0 and 20.")
    }

    /// The form's length or shape does not fit the clip that it extends.
    pub fn misfit() -> Self {
        Self::other(
            "An extension is longer than its clip and has the same shape. Choose another length, or start from scratch.",
        )
    }

    /// The seed is no number, or out of range.
    pub fn seed() -> Self {
        Self {
            field: Field::Seed,
            sentence: format!("The seed must be a whole number between 0 and {MAX_SEED}."),
        }
    }

    /// Returns the id of the element to focus.
    pub fn element(&self) -> &'static str {
        match self.field {
            Field::Prompt => "prompt",
            Field::Seed => "seed",
            Field::Other => "generate",
        }
    }

    fn other(sentence: &str) -> Self {
        Self {
            field: Field::Other,
            sentence: sentence.to_owned(),
        }
    }
}

impl From<LimitError> for Problem {
    fn from(error: LimitError) -> Self {
        Self::other(&format!(
            "This model cannot make {error}. Choose another length or shape."
        ))
    }
}

impl From<RecipeError> for Problem {
    fn from(error: RecipeError) -> Self {
        let field = match error {
            RecipeError::EmptyPrompt | RecipeError::PromptTooLong { .. } => Field::Prompt,
            RecipeError::ControlCharacter { field: "prompt" } => Field::Prompt,
            RecipeError::SeedOutOfRange { .. } => Field::Seed,
            _ => Field::Other,
        };
        let sentence = if matches!(error, RecipeError::PromptTooLong { .. }) {
            format!("{error} Your prompt is unchanged.")
        } else {
            error.to_string()
        };
        Self { field, sentence }
    }
}
