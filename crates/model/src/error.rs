//! Errors of a generation.

use kinora_contract::RecipeError;
use kinora_contract::manifest::{LimitError, ManifestError};
use kinora_engine::EngineError;
use thiserror::Error;

/// Reasons why a clip was not made. Each message states the next step, except for a cancellation by the user.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The recipe is not valid.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The recipe names other weights than the loaded ones.
    #[error(
        "this recipe was made with the model {wanted}, and {loaded} is loaded here; it would give another clip"
    )]
    OtherModel {
        /// Model of the recipe.
        wanted: String,
        /// Loaded model.
        loaded: String,
    },
    /// The recipe is outside the model's limits.
    #[error("this model cannot make {0}")]
    Limit(#[from] LimitError),
    /// The recipe asks for something that this model does not do.
    #[error("this model cannot do this: {0}")]
    Unsupported(String),
    /// A reference image of the recipe cannot be decoded or used.
    #[error("a picture of this recipe cannot be used: {0}; put it in again")]
    Picture(String),
    /// The library whose pictures the recipe shows is not here.
    #[error(
        "this clip shows pictures of the library of things in a version that is not here; load the library, or read the prompt again"
    )]
    Library,
    /// A picture of the library cannot be shown.
    #[error("the library of things cannot be used: {0}")]
    LibraryPicture(#[from] kinora_library::LibraryError),
    /// A line of dialogue cannot be spoken.
    #[error("“{text}” cannot be said: {reason}")]
    Dialogue {
        /// The line.
        text: String,
        /// Why.
        reason: String,
    },
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

/// Reasons why a model cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The manifest is not usable, or a file does not match it.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// No family of this name is built in.
    #[error("the model's family {0} is not known; update Kinora to open it")]
    Family(String),
    /// A file is missing.
    #[error("the model has no file {0}")]
    Missing(String),
    /// A file cannot be read as what it should be.
    #[error("the model's {name} cannot be read: {reason}")]
    File {
        /// Name of the file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The weights are not a weight file, or do not fit the config.
    #[error(transparent)]
    Weights(#[from] crate::weights::WeightsError),
    /// The weights do not fit the networks.
    #[error(transparent)]
    Engine(#[from] EngineError),
}
