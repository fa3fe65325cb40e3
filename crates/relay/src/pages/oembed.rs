//! oEmbed 1.0 (oembed.com): how a page finds the frame for a clip.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderName, HeaderValue, header};
use kinora_contract::share::{ClipView, Problem};
use serde::{Deserialize, Serialize};

use crate::app::Shared;
use crate::clips::{view, visible};
use crate::error::ApiError;

/// Height of the words under the picture, in CSS pixels.
const BAR: u32 = 40;
/// The frame's width unless asked otherwise, in CSS pixels: clips are small and are shown enlarged.
const WIDTH: u32 = 480;

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct Asked {
    /// The address of a clip's page.
    url: String,
    /// `json`, the only format.
    format: Option<String>,
    /// The frame may not be wider, in CSS pixels.
    maxwidth: Option<u32>,
    /// The frame may not be higher, in CSS pixels.
    maxheight: Option<u32>,
}

/// What is told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Told {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    title: String,
    provider_name: &'static str,
    provider_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_height: Option<u32>,
    cache_age: u32,
    width: u32,
    height: u32,
    html: String,
}

/// The frame for a clip.
#[utoipa::path(get, path = "/oembed", tag = "pages", params(Asked), responses((status = 200, body = Told),
    (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn oembed(
    State(relay): State<Shared>,
    Query(asked): Query<Asked>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<Told>), ApiError> {
    if asked.format.is_some_and(|format| format != "json") {
        return Err(ApiError::BadRequest("The only format is json."));
    }
    let page = asked.url.split(['?', '#']).next().unwrap_or_default();
    let start = format!("{}/c/", relay.origin);
    let id = page.strip_prefix(&start).ok_or(ApiError::NotFound)?;
    let clip = visible(&relay, id).await?;
    let view = view(&relay, &clip);
    let (width, height) = size(&view, asked.maxwidth, asked.maxheight);
    let thumbnail = |pixels| view.poster.as_ref().map(|_| pixels);
    let told = Told {
        kind: "video",
        version: "1.0",
        provider_name: "Kinora",
        provider_url: relay.origin.to_string(),
        author_name: view.maker.name.clone(),
        thumbnail_width: thumbnail(view.width),
        thumbnail_height: thumbnail(view.height),
        cache_age: 300,
        width,
        height,
        html: frame(&view, width, height),
        thumbnail_url: view.poster,
        title: view.title,
    };
    let cache = HeaderValue::from_static("public, max-age=300");
    Ok(([(header::CACHE_CONTROL, cache)], Json(told)))
}

/// The tag that shows a clip in another page.
pub fn frame(view: &ClipView, width: u32, height: u32) -> String {
    let frame = maud::html! {
        iframe src=(view.embed) width=(width) height=(height) title=(view.title) loading="lazy"
            allow="fullscreen; picture-in-picture" referrerpolicy="strict-origin-when-cross-origin"
            sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads" {}
    };
    frame.into_string()
}

/// Width and height of the frame: the picture's shape and a bar, within what is allowed.
pub fn size(view: &ClipView, max_width: Option<u32>, max_height: Option<u32>) -> (u32, u32) {
    let (clip_width, clip_height) = (f64::from(view.width), f64::from(view.height));
    let width = f64::from(max_width.unwrap_or(WIDTH).clamp(1, 4096));
    let room = max_height.map(|height| f64::from(height.saturating_sub(BAR).max(1)));
    // A clip may be far taller than wide; a page that states no limit gets at most two squares.
    let room = room.unwrap_or(2.0 * width);
    let height = (width * clip_height / clip_width).min(room);
    let width = height * clip_width / clip_height;
    ((width.floor() as u32).max(1), height.floor() as u32 + BAR)
}
