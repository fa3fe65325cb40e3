//! Why a clip was not made.

use kinora_contract::RecipeError;
use kinora_engine::EngineError;
use thiserror::Error;

use crate::dialogue::DialogueError;

/// Why a clip was not made; each says what a person can do next, or is a choice of theirs.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The person stopped it.
    #[error("cancelled")]
    Cancelled,
    /// The recipe cannot be followed.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The recipe names other weights than the ones that are loaded.
    #[error(
        "this recipe was made with the model {wanted}, and {loaded} is loaded here; it would give another clip"
    )]
    OtherModel {
        /// Model in the recipe.
        wanted: String,
        /// Model at hand.
        loaded: String,
    },
    /// The recipe asks for something that this model cannot do.
    #[error("the starter cannot do this yet: {0}")]
    Unsupported(String),
    /// A picture of the recipe is none.
    #[error("a picture of this recipe cannot be used: {0}; put it in again")]
    Picture(String),
    /// Something quoted cannot be spoken.
    #[error(transparent)]
    Dialogue(#[from] DialogueError),
    /// The device or a program failed.
    #[error(transparent)]
    Engine(EngineError),
}

impl From<EngineError> for GenerateError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            other => Self::Engine(other),
        }
    }
}
