//! Files that are part of the program: the player, the style, the icon.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};

use crate::error::ApiError;

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One of them.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let (kind, text) = match name.as_str() {
        "kinora-player.js" => (
            SCRIPT,
            include_str!("../../../../www/player/kinora-player.js"),
        ),
        "embed.js" => (SCRIPT, include_str!("../../../../www/player/embed.js")),
        "relay.css" => (
            "text/css; charset=utf-8",
            include_str!("../../assets/relay.css"),
        ),
        "icon.svg" => ("image/svg+xml", include_str!("../../../../www/icon.svg")),
        _ => return Err(ApiError::NotFound),
    };
    let tag = format!("\"{}\"", &blake3::hash(text.as_bytes()).to_hex()[..32]);
    let tag: ETag = tag
        .parse()
        .map_err(|_| ApiError::Internal(anyhow::anyhow!("a tag")))?;
    let known = headers.typed_get::<IfNoneMatch>();
    let mut response = if known.is_some_and(|known| !known.precondition_passes(&tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(text).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    headers.typed_insert(tag);
    Ok(response)
}
