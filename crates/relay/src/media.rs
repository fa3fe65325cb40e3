//! The bytes of a clip: whole, in one range, or only their headers, and not again when the reader has them.
//!
//! Addresses name the clip, not the bytes, and readers must ask again each time: what is deleted is gone with the next
//! request, whoever else holds the same bytes.

use std::ops::{Bound, Range};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch, IfRange};
use kinora_contract::share::Problem;

use crate::app::Shared;
use crate::clips::{removed, visible};
use crate::db::Files;
use crate::error::ApiError;
use crate::id::is_id;
use crate::store::Content;

/// Something to send.
struct Media {
    /// What its bytes are known by.
    tag: String,
    media_type: String,
    len: u64,
    bytes: Source,
}

enum Source {
    Object(String),
    Memory(Bytes),
}

impl Media {
    fn video(files: Files) -> Option<Self> {
        let Files::Open {
            video,
            object,
            bytes,
            ..
        } = files
        else {
            return None;
        };
        Some(Self {
            tag: video,
            media_type: "video/mp4".to_owned(),
            len: bytes,
            bytes: Source::Object(object),
        })
    }

    fn poster(files: Files) -> Option<Self> {
        let Files::Open { poster, .. } = files else {
            return None;
        };
        poster.map(|poster| Self {
            tag: poster.hash,
            media_type: poster.media_type,
            len: poster.bytes,
            bytes: Source::Object(poster.object),
        })
    }
}

/// The video of a clip.
#[utoipa::path(get, path = "/media/{id}/clip.mp4", tag = "media", params(("id" = String, Path), ("Range" = Option<String>, Header)),
    responses((status = 200, content_type = "video/mp4"), (status = 206, description = "One range"),
        (status = 304, description = "The reader has it"), (status = 416, description = "The range is not in the file"),
        (status = "4XX", body = Problem, content_type = "application/problem+json", description = "404: there is none; 410: it was removed")))]
pub async fn video(
    State(relay): State<Shared>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    send_of(&relay, &id, &method, &headers, Media::video).await
}

/// The still of a clip.
#[utoipa::path(get, path = "/media/{id}/poster", tag = "media", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/png"), (status = 304, description = "The reader has it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json", description = "404: there is none; 410: it was removed")))]
pub async fn poster(
    State(relay): State<Shared>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    send_of(&relay, &id, &method, &headers, Media::poster).await
}

/// The captions of a clip.
#[utoipa::path(get, path = "/media/{id}/captions.vtt", tag = "media", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/vtt"), (status = 304, description = "The reader has it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json", description = "404: there are none; 410: it was removed")))]
pub async fn captions(
    State(relay): State<Shared>,
    method: Method,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let clip = visible(&relay, &id).await?;
    let text = Bytes::from(clip.captions.ok_or(ApiError::NotFound)?);
    let media = Media {
        tag: blake3::hash(&text).to_hex().to_string(),
        media_type: "text/vtt; charset=utf-8".to_owned(),
        len: text.len() as u64,
        bytes: Source::Memory(text),
    };
    send(&relay, &method, &headers, media).await
}

/// Sends what is kept of a clip as an object.
async fn send_of(
    relay: &Shared,
    id: &str,
    method: &Method,
    asked: &HeaderMap,
    of: fn(Files) -> Option<Media>,
) -> Result<Response, ApiError> {
    let media = of(files(relay, id).await?).ok_or(ApiError::NotFound)?;
    match send(relay, method, asked, media).await {
        // Between the row and the object somebody deleted the clip, or published the same bytes anew: the row says which.
        Err(ApiError::Internal(_)) => {
            let media = of(files(relay, id).await?).ok_or(ApiError::NotFound)?;
            send(relay, method, asked, media).await
        }
        answer => answer,
    }
}

/// The files of a clip that may be sent.
async fn files(relay: &Shared, id: &str) -> Result<Files, ApiError> {
    if !is_id(id) {
        return Err(ApiError::NotFound);
    }
    match relay.db.files_of(id).await? {
        Some(Files::Removed) => Err(removed(relay, id).await?),
        Some(Files::Hidden) => Err(ApiError::RemixHidden),
        Some(Files::Unpublished) | None => Err(ApiError::NotFound),
        Some(files) => Ok(files),
    }
}

async fn send(
    relay: &Shared,
    method: &Method,
    asked: &HeaderMap,
    media: Media,
) -> Result<Response, ApiError> {
    let tag: ETag = format!("\"{}\"", media.tag)
        .parse()
        .map_err(|_| ApiError::Internal(anyhow::anyhow!("a tag")))?;
    let known = asked.typed_get::<IfNoneMatch>();
    let mut response = match range(asked, &tag, media.len) {
        _ if known.is_some_and(|known| !known.precondition_passes(&tag)) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        Asked::Nothing => {
            let none = value(&format!("bytes */{}", media.len))?;
            let none = [(header::CONTENT_RANGE, none)];
            (StatusCode::RANGE_NOT_SATISFIABLE, none).into_response()
        }
        Asked::Whole => some(relay, method, media, None).await?,
        Asked::Part(part) => some(relay, method, media, Some(part)).await?,
    };
    let headers = response.headers_mut();
    headers.typed_insert(tag);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let cache = HeaderValue::from_static("public, no-cache");
    headers.insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// An answer with bytes: all, or a part.
async fn some(
    relay: &Shared,
    method: &Method,
    media: Media,
    part: Option<Range<u64>>,
) -> Result<Response, ApiError> {
    let mut response = Response::default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(&media.media_type)?);
    if let Some(part) = &part {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, media.len);
        headers.insert(header::CONTENT_RANGE, value(&range)?);
    }
    let is_part = part.is_some();
    let part = part.unwrap_or(0..media.len);
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    );
    if is_part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if method != Method::HEAD {
        fill(relay, &mut response, media.bytes, part).await?;
    }
    Ok(response)
}

/// Puts bytes into an answer.
async fn fill(
    relay: &Shared,
    response: &mut Response,
    source: Source,
    part: Range<u64>,
) -> Result<(), ApiError> {
    match source {
        Source::Memory(bytes) => {
            let at = |place: u64| {
                usize::try_from(place)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len())
            };
            *response.body_mut() = Body::from(bytes.slice(at(part.start)..at(part.end)));
        }
        Source::Object(name) => match relay.store.content(&name, part).await? {
            // The connection takes it from there: see `sent`.
            Content::File(section) => {
                response.extensions_mut().insert(section);
            }
            Content::Stream(body) => *response.body_mut() = body,
        },
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// Which bytes are asked for. Several ranges at once, or ranges of a file that has changed, get the whole, as HTTP allows.
fn range(asked: &HeaderMap, tag: &ETag, len: u64) -> Asked {
    let Some(ranges) = asked.typed_get::<headers::Range>() else {
        return Asked::Whole;
    };
    let changed = asked
        .typed_get::<IfRange>()
        .is_some_and(|known| known.is_modified(Some(tag), None));
    let several = asked
        .get(header::RANGE)
        .is_some_and(|text| text.as_bytes().contains(&b','));
    if changed || several {
        return Asked::Whole;
    }
    match ranges.satisfiable_ranges(len).next() {
        // The library knows no answer to more last bytes than there are; HTTP's is all of them.
        None if is_long_suffix(asked, len) => Asked::Part(0..len),
        None => Asked::Nothing,
        Some(bounds) => {
            let start = match bounds.0 {
                Bound::Included(start) => start,
                Bound::Excluded(before) => before.saturating_add(1),
                Bound::Unbounded => 0,
            };
            let end = match bounds.1 {
                Bound::Included(last) => last.saturating_add(1),
                Bound::Excluded(end) => end,
                Bound::Unbounded => len,
            };
            let part = start..end.min(len);
            if part.is_empty() {
                Asked::Nothing
            } else {
                Asked::Part(part)
            }
        }
    }
}

fn is_long_suffix(asked: &HeaderMap, len: u64) -> bool {
    let text = asked
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let count = text.and_then(|text| text.strip_prefix("bytes=-")?.parse::<u64>().ok());
    len > 0 && count.is_some_and(|count| count > len)
}

fn value(text: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(text).map_err(|error| ApiError::Internal(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &'static str, len: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(value));
        range(&headers, &"\"a\"".parse().expect("a tag"), len)
    }

    #[test]
    fn ranges_follow_http() {
        assert_eq!(asked("bytes=0-9", 100), Asked::Part(0..10));
        assert_eq!(asked("bytes=90-", 100), Asked::Part(90..100));
        assert_eq!(asked("bytes=-5", 100), Asked::Part(95..100));
        assert_eq!(asked("bytes=-500", 100), Asked::Part(0..100));
        assert_eq!(asked("bytes=50-1000", 100), Asked::Part(50..100));
        assert_eq!(
            asked("bytes=0-18446744073709551615", 100),
            Asked::Part(0..100)
        );
        assert_eq!(asked("bytes=100-", 100), Asked::Nothing);
        assert_eq!(asked("bytes=-0", 100), Asked::Nothing);
        assert_eq!(asked("bytes=0-1,5-6", 100), Asked::Whole);
        assert_eq!(asked("lines=1-2", 100), Asked::Whole);
    }
}
