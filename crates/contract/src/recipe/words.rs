//! The closed choices of a recipe: style and camera.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// How the clip looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Plain daylight colours.
    Realistic,
    /// Graded, with contrast and a shallow light.
    Cinematic,
    /// Flat colours with outlines.
    Animated,
}

/// How the camera moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Camera {
    /// It stands still.
    Static,
    /// It moves sideways.
    Pan,
    /// It moves up or down.
    Tilt,
    /// It comes nearer.
    Zoom,
    /// It goes away.
    #[serde(rename = "zoom out")]
    ZoomOut,
    /// It is held by hand.
    Handheld,
    /// It goes with the first subject.
    Follow,
}

impl Style {
    /// Every style, in the order of the vocabulary.
    pub const ALL: [Self; 3] = [Self::Realistic, Self::Cinematic, Self::Animated];

    /// The word for it, as in the prompt and in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Realistic => "realistic",
            Self::Cinematic => "cinematic",
            Self::Animated => "animated",
        }
    }
}

impl Camera {
    /// Every camera move, in the order of the vocabulary.
    pub const ALL: [Self; 7] = [
        Self::Static,
        Self::Pan,
        Self::Tilt,
        Self::Zoom,
        Self::ZoomOut,
        Self::Handheld,
        Self::Follow,
    ];

    /// The word for it, as in the file and in the model's vocabulary.
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

    /// How a prompt says it.
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

/// At most 40 characters of somebody else's text, for a message.
fn shortened(word: &str) -> String {
    word.chars().take(40).collect()
}
