//! JSON messages between a studio and a relay.
//!
//! Requests reject unknown fields, so that no setting is dropped silently. Readers of responses should ignore unknown
//! fields. With the feature `openapi` the doc comments become descriptions of the relay's OpenAPI document.

mod remixes;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use remixes::Remixes;

use crate::recipe::Change;

/// Maximum length of a title, in characters.
pub const MAX_TITLE_CHARS: usize = 100;
/// Maximum length of a maker's name, in characters.
pub const MAX_MAKER_CHARS: usize = 40;
/// Maximum length of captions, in bytes.
pub const MAX_CAPTIONS_BYTES: usize = 32 * 1024;

/// Visibility of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Not accessible; the relay keeps the clip, and its maker can publish it again.
    Unpublished,
    /// Accessible by link only.
    Link,
    /// Accessible by link and included in lists.
    Listed,
}

/// Licence of a clip, as an SPDX identifier where one exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Licence {
    /// Viewing only. (The remix policy is a separate setting.)
    #[serde(rename = "all-rights-reserved")]
    AllRightsReserved,
    /// Any use with attribution.
    #[serde(rename = "CC-BY-4.0")]
    CcBy,
    /// Any use with attribution, under the same licence.
    #[serde(rename = "CC-BY-SA-4.0")]
    CcBySa,
    /// Any use.
    #[serde(rename = "CC0-1.0")]
    Cc0,
}

/// Reference to a completed upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Uploaded {
    /// Id of the upload: the last path segment of its URL.
    pub upload: String,
    /// BLAKE3 of the complete file, 64 lower-case hexadecimal digits.
    pub blake3: String,
}

/// Request to publish a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// Clip: an MP4 with an embedded recipe.
    pub video: Uploaded,
    /// Still image: PNG, JPEG or WebP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Uploaded>,
    /// Captions as WebVTT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<String>,
    /// Title, 1 to 100 characters.
    pub title: String,
    /// Display name of the maker, 1 to 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// Visibility of the clip.
    pub visibility: Visibility,
    /// Remix policy.
    pub remix: Remixes,
    /// Licence of the clip.
    pub licence: Licence,
}

/// Request to change a clip. Absent fields stay unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClipEdit {
    /// New title, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// New visibility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// New remix policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remix: Option<Remixes>,
    /// New licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
}

/// Maker of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maker {
    /// Display name; not verified and not unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fingerprint of the device key, 16 hexadecimal digits.
    pub key: String,
}

/// A published clip. URLs are absolute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClipView {
    /// Id on this relay.
    pub id: String,
    /// Title.
    pub title: String,
    /// Maker of the clip.
    pub maker: Maker,
    /// Visibility.
    pub visibility: Visibility,
    /// Remix policy.
    pub remix: Remixes,
    /// `false` if the clip is hidden because the maker of an ancestor hides remixes.
    #[serde(default = "default_stands")]
    pub stands: bool,
    /// Licence.
    pub licence: Licence,
    /// Time of publication, Unix time in milliseconds.
    pub published_at: i64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Duration in seconds.
    pub seconds: f64,
    /// Size of the video file in bytes.
    pub bytes: u64,
    /// BLAKE3 of the video file, 64 lower-case hexadecimal digits.
    pub blake3: String,
    /// URL of the clip's page.
    pub page: String,
    /// URL of the embeddable page.
    pub embed: String,
    /// URL of the video file.
    pub video: String,
    /// URL of the still image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<String>,
    /// URL of the captions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<String>,
    /// URL that opens the studio with this clip's recipe as a remix. Absent if the remix policy forbids it or the recipe is
    /// too long for a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remix_link: Option<String>,
}

/// Description of a relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelayView {
    /// Public origin, part of every signed request.
    pub origin: String,
    /// Maximum size of a video, in bytes.
    pub max_video_bytes: u64,
}

/// A page of listed clips, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClipPage {
    /// At most 20 clips.
    pub clips: Vec<ClipView>,
    /// Cursor for the query parameter `before` of the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// Ancestors and descendants of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lineage {
    /// The clip itself, then its ancestors and remixes, nearest first.
    pub nodes: Vec<LineageNode>,
    /// Whether the lineage is truncated: it is limited to 16 generations and 200 clips.
    pub cut: bool,
}

/// One clip in a lineage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageNode {
    /// Distance from the requested clip: 0 for the clip itself, negative for ancestors, positive for remixes.
    pub generation: i32,
    /// Availability of the clip.
    pub state: NodeState,
    /// Id of the clip if it is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Title of the clip if it is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Maker of the clip; absent after removal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Maker>,
    /// Edges to the parents.
    pub parents: Vec<LineageEdge>,
}

/// Edge from a clip to one of its parents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageEdge {
    /// Index of the parent in [`Lineage::nodes`].
    pub node: usize,
    /// Recipe fields that differ from the parent; empty if either clip is not public.
    pub changes: Vec<Change>,
}

/// Availability of a clip in a lineage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// Accessible to everybody.
    Public,
    /// Accessible by link only; the maker is credited.
    Unlisted,
    /// Removed by its maker or by the relay.
    Removed,
}

/// Error response of a relay: a problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Problem type: `urn:kinora:problem:` followed by a stable slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short description of the problem type.
    pub title: String,
    /// HTTP status code.
    pub status: u16,
    /// Cause of this error and suggested remedy.
    pub detail: String,
}

/// Validation error of texts and captions.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The text is empty or too long.
    #[error("The {field} must have 1 to {max} characters; it has {chars}.")]
    Length {
        /// Name of the field.
        field: &'static str,
        /// Length in characters.
        chars: usize,
        /// Upper limit in characters.
        max: usize,
    },
    /// The named field contains control characters or bidirectional formatting characters.
    #[error("The {0} contains a character that cannot be shown safely.")]
    Character(&'static str),
    /// The captions are not WebVTT.
    #[error(
        "The captions must be WebVTT: a first line WEBVTT, plain text, at most {MAX_CAPTIONS_BYTES} bytes."
    )]
    Captions,
}

impl PublishRequest {
    /// Trims and validates title, maker and captions. The relay validates the other fields.
    ///
    /// # Errors
    ///
    /// Fails if a text is empty, too long or contains a disallowed character, or if the captions are not WebVTT.
    pub fn checked(mut self) -> Result<Self, ShareError> {
        self.title = line("title", &self.title, MAX_TITLE_CHARS)?;
        self.maker = match self.maker {
            Some(name) => Some(line("maker's name", &name, MAX_MAKER_CHARS)?),
            None => None,
        };
        match &self.captions {
            Some(text) if !is_web_vtt(text) => Err(ShareError::Captions),
            _ => Ok(self),
        }
    }
}

impl ClipEdit {
    /// Trims and validates the title.
    ///
    /// # Errors
    ///
    /// Fails if the title is empty, too long or contains a disallowed character.
    pub fn checked(mut self) -> Result<Self, ShareError> {
        if let Some(title) = &self.title {
            self.title = Some(line("title", title, MAX_TITLE_CHARS)?);
        }
        Ok(self)
    }
}

impl Licence {
    /// Returns the displayed name of the licence.
    pub fn words(self) -> &'static str {
        match self {
            Self::AllRightsReserved => "All rights reserved",
            Self::CcBy => "CC BY 4.0",
            Self::CcBySa => "CC BY-SA 4.0",
            Self::Cc0 => "CC0 1.0 (public domain)",
        }
    }

    /// Returns the URL of the licence text.
    pub fn address(self) -> Option<&'static str> {
        match self {
            Self::AllRightsReserved => None,
            Self::CcBy => Some("https://creativecommons.org/licenses/by/4.0/"),
            Self::CcBySa => Some("https://creativecommons.org/licenses/by-sa/4.0/"),
            Self::Cc0 => Some("https://creativecommons.org/publicdomain/zero/1.0/"),
        }
    }
}

/// Relays that predate `stands` hide nothing.
fn default_stands() -> bool {
    true
}

/// Trims and validates a single line of displayed text.
fn line(field: &'static str, text: &str, max: usize) -> Result<String, ShareError> {
    let text = text.trim();
    let chars = text.chars().count();
    if text.chars().any(|c| c.is_control() || is_formatting(c)) {
        return Err(ShareError::Character(field));
    }
    if !(1..=max).contains(&chars) {
        return Err(ShareError::Length { field, chars, max });
    }
    Ok(text.to_owned())
}

/// Tests for characters that reorder or hide other text of the page: bidirectional controls, line separators, tags.
/// Allows the joiners that emoji and Persian require.
fn is_formatting(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}')
}

fn is_web_vtt(text: &str) -> bool {
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let rest = body.strip_prefix("WEBVTT");
    let starts =
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    starts && text.len() <= MAX_CAPTIONS_BYTES && body.chars().all(plain)
}
