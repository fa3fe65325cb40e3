//! What a studio and a relay say to each other about clips, as JSON.
//!
//! Requests refuse fields that they do not know, so that a wish is never dropped in silence; readers of answers should
//! ignore fields that they do not know.

mod remixes;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use remixes::Remixes;

use crate::recipe::Change;

/// The longest title, in characters.
pub const MAX_TITLE_CHARS: usize = 100;
/// The longest name of a maker, in characters.
pub const MAX_MAKER_CHARS: usize = 40;
/// The longest captions, in bytes.
pub const MAX_CAPTIONS_BYTES: usize = 32 * 1024;

/// Who can find a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Nobody: it is kept, and its maker can bring it back.
    Unpublished,
    /// Whoever has the link.
    Link,
    /// Everybody: it stands in lists.
    Listed,
}

/// What others may do with a clip, by its SPDX name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Licence {
    /// Watch it. (Remixing on a relay is asked for apart.)
    #[serde(rename = "all-rights-reserved")]
    AllRightsReserved,
    /// Anything, with the maker's name.
    #[serde(rename = "CC-BY-4.0")]
    CcBy,
    /// Anything, with the maker's name and under the same licence.
    #[serde(rename = "CC-BY-SA-4.0")]
    CcBySa,
    /// Anything.
    #[serde(rename = "CC0-1.0")]
    Cc0,
}

/// A file that was uploaded before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Uploaded {
    /// The last part of the upload's address.
    pub upload: String,
    /// BLAKE3 of the whole file, 64 lower-case hexadecimal digits.
    pub blake3: String,
}

/// Asks a relay to publish a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishRequest {
    /// The clip: an MP4 with its recipe inside.
    pub video: Uploaded,
    /// A still of it: PNG, JPEG or WebP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Uploaded>,
    /// What is said and heard, as WebVTT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<String>,
    /// What it is called.
    pub title: String,
    /// What its maker wants to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<String>,
    /// Who can find it.
    pub visibility: Visibility,
    /// Whether remixes by others may stand.
    pub remix: Remixes,
    /// What others may do with it.
    pub licence: Licence,
}

/// Changes a clip; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClipEdit {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who can find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Whether remixes by others may stand from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remix: Option<Remixes>,
    /// What others may do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
}

/// Who made a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Maker {
    /// The chosen name; anybody may choose any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fingerprint of the device key, 16 hexadecimal digits; nobody can choose it.
    pub key: String,
}

/// A published clip. Addresses are absolute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClipView {
    /// Its id on this relay.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Who made it.
    pub maker: Maker,
    /// Who can find it.
    pub visibility: Visibility,
    /// Whether remixes by others may stand.
    pub remix: Remixes,
    /// Whether it may stand itself; if not, nobody sees it, because the maker of a clip that it came from hides remixes.
    #[serde(default = "yes")]
    pub stands: bool,
    /// What others may do with it.
    pub licence: Licence,
    /// Milliseconds since 1970.
    pub published_at: i64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length in seconds.
    pub seconds: f64,
    /// Size of the video in bytes.
    pub bytes: u64,
    /// BLAKE3 of the video.
    pub blake3: String,
    /// The page with the clip.
    pub page: String,
    /// The page for a frame in another page.
    pub embed: String,
    /// The video.
    pub video: String,
    /// The still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<String>,
    /// The captions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captions: Option<String>,
    /// Opens the studio with this clip's recipe, set to be its remix; absent where the maker allows none, or where the
    /// recipe is too long for a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remix_link: Option<String>,
}

/// What a relay says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RelayView {
    /// Its public origin, which requests to it are signed for.
    pub origin: String,
    /// The largest video, in bytes.
    pub max_video_bytes: u64,
}

/// A page of listed clips, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClipPage {
    /// At most 20.
    pub clips: Vec<ClipView>,
    /// Give it as `before` to see older ones; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// Where a clip comes from and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lineage {
    /// The clip itself is the first; its ancestors and remixes follow, near ones first.
    pub nodes: Vec<LineageNode>,
    /// Whether there is more than fits: lineage is shown up to 16 steps away and 200 clips.
    pub cut: bool,
}

/// One clip in a lineage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageNode {
    /// Steps from the clip that was asked for: 0 is itself, negative are its ancestors, positive its remixes.
    pub generation: i32,
    /// Whether it can be seen.
    pub state: NodeState,
    /// Its id, where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called, where it can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who made it; absent once it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<Maker>,
    /// What it was made from.
    pub parents: Vec<LineageEdge>,
}

/// From a clip to one that it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageEdge {
    /// The parent's place in [`Lineage::nodes`].
    pub node: usize,
    /// What the child changed in the recipe; empty where one of both cannot be seen.
    pub changes: Vec<Change>,
}

/// Whether a clip in a lineage can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// It can be opened.
    Public,
    /// Only those with its link can open it; its maker is credited.
    Unlisted,
    /// Its maker or the relay removed it.
    Removed,
}

/// An error of a relay: a problem document of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Names the kind: `urn:kinora:problem:` and a word that does not change.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here, and what helps.
    pub detail: String,
}

/// Why a text or the captions cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShareError {
    /// Empty or too long.
    #[error("The {field} must have 1 to {max} characters; it has {chars}.")]
    Length {
        /// The field.
        field: &'static str,
        /// Its length in characters.
        chars: usize,
        /// The longest length.
        max: usize,
    },
    /// It holds control characters or marks that turn the direction of other text.
    #[error("The {0} contains a character that cannot be shown safely.")]
    Character(&'static str),
    /// The captions are not WebVTT.
    #[error(
        "The captions must be WebVTT: a first line WEBVTT, plain text, at most {MAX_CAPTIONS_BYTES} bytes."
    )]
    Captions,
}

impl PublishRequest {
    /// Trims its texts and checks them. What the texts are not about is checked by the relay.
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
    /// Trims its texts and checks them.
    pub fn checked(mut self) -> Result<Self, ShareError> {
        if let Some(title) = &self.title {
            self.title = Some(line("title", title, MAX_TITLE_CHARS)?);
        }
        Ok(self)
    }
}

impl Licence {
    /// The licence in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::AllRightsReserved => "All rights reserved",
            Self::CcBy => "CC BY 4.0",
            Self::CcBySa => "CC BY-SA 4.0",
            Self::Cc0 => "CC0 1.0 (public domain)",
        }
    }

    /// Where its text stands.
    pub fn address(self) -> Option<&'static str> {
        match self {
            Self::AllRightsReserved => None,
            Self::CcBy => Some("https://creativecommons.org/licenses/by/4.0/"),
            Self::CcBySa => Some("https://creativecommons.org/licenses/by-sa/4.0/"),
            Self::Cc0 => Some("https://creativecommons.org/publicdomain/zero/1.0/"),
        }
    }
}

/// A relay that says nothing of it hides nothing.
fn yes() -> bool {
    true
}

/// One line of text for people, without spaces at its ends.
fn line(field: &'static str, text: &str, max: usize) -> Result<String, ShareError> {
    let text = text.trim();
    let chars = text.chars().count();
    if text.chars().any(|c| c.is_control() || turns_or_hides(c)) {
        return Err(ShareError::Character(field));
    }
    if !(1..=max).contains(&chars) {
        return Err(ShareError::Length { field, chars, max });
    }
    Ok(text.to_owned())
}

/// Marks that turn or hide other text of the page: bidirectional controls, line separators, tags. (The joiners of
/// emoji and of Persian stay.)
fn turns_or_hides(c: char) -> bool {
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
