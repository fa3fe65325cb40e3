//! Enumerated fields of a recipe: style and camera move.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// Visual style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Ungraded colours.
    Realistic,
    /// Graded colours with higher contrast, vignette and letterbox.
    Cinematic,
    /// Flat colours with outlines.
    Animated,
}

/// Camera move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Camera {
    /// No motion.
    Static,
    /// Horizontal motion.
    Pan,
    /// Vertical motion.
    Tilt,
    /// Zoom in.
    Zoom,
    /// Zoom out.
    #[serde(rename = "zoom out")]
    ZoomOut,
    /// Small irregular motion of a hand-held camera.
    Handheld,
    /// Motion that follows subject 1.
    Follow,
}

impl Style {
    /// All styles in vocabulary order.
    pub const ALL: [Self; 3] = [Self::Realistic, Self::Cinematic, Self::Animated];

    /// Returns the name used in prompts and recipes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Realistic => "realistic",
            Self::Cinematic => "cinematic",
            Self::Animated => "animated",
        }
    }
}

impl Camera {
    /// All camera moves in vocabulary order.
    pub const ALL: [Self; 7] = [
        Self::Static,
        Self::Pan,
        Self::Tilt,
        Self::Zoom,
        Self::ZoomOut,
        Self::Handheld,
        Self::Follow,
    ];

    /// Returns the name used in recipes and in the slot classes of the model.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Pan => "pan",
            Self::Tilt => "tilt",
            Self::Zoom => "zoom",
            Self::ZoomOut => "zoom out",
            Self::Handheld => "handheld",
            Self::Follow => "follow",
        }
    }

    /// Returns the phrase that states the move in a prompt.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Static => "static camera",
            Self::Pan => "the camera pans",
            Self::Tilt => "the camera tilts",
            Self::Zoom => "the camera zooms in",
            Self::ZoomOut => "the camera zooms out",
            Self::Handheld => "handheld camera",
            Self::Follow => "the camera follows",
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Style {
    type Err = RecipeError;

    fn from_str(word: &str) -> Result<Self, RecipeError> {
        let found = Self::ALL.into_iter().find(|style| style.as_str() == word);
        found.ok_or_else(|| RecipeError::UnknownStyle {
            found: shortened(word),
        })
    }
}

impl FromStr for Camera {
    type Err = RecipeError;

    fn from_str(word: &str) -> Result<Self, RecipeError> {
        let found = Self::ALL.into_iter().find(|camera| camera.as_str() == word);
        found.ok_or_else(|| RecipeError::UnknownCamera {
            found: shortened(word),
        })
    }
}

/// Truncates untrusted text to 40 characters for an error message.
fn shortened(word: &str) -> String {
    word.chars().take(40).collect()
}
