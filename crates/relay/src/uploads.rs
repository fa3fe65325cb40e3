//! Resumable uploads: tus 1.0 core with creation, checksum, expiration and termination (tus.io/protocols/resumable-upload).
//!
//! Beginning one must be signed. After that its address, which cannot be guessed, is all that is needed, so any tus
//! client can send the bytes, to any node. How far an upload has come is its row's word: a crash loses nothing that was confirmed.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::Shared;
use crate::db::{Upload, now_millis};
use crate::error::ApiError;
use crate::id;
use crate::part::{self, Checksum};
use crate::signed::Signed;

const TUS: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// What this server can do.
#[utoipa::path(options, path = "/api/uploads", tag = "uploads",
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size and Tus-Checksum-Algorithm")))]
pub async fn abilities(State(relay): State<Shared>) -> Response {
    let headers = [
        ("tus-resumable", "1.0.0".to_owned()),
        ("tus-version", "1.0.0".to_owned()),
        (
            "tus-extension",
            "creation,expiration,checksum,termination".to_owned(),
        ),
        ("tus-max-size", relay.config.max_video_bytes.to_string()),
        ("tus-checksum-algorithm", "sha1,blake3".to_owned()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload. Signed, with an empty body.
#[utoipa::path(post, path = "/api/uploads", tag = "uploads", security(("device" = [])),
    params(("Tus-Resumable" = String, Header), ("Upload-Length" = u64, Header, description = "Bytes in all")),
    responses((status = 201, description = "Location is the address to send the bytes to"),
        (status = "4XX", body = kinora_contract::share::Problem, content_type = "application/problem+json")))]
pub async fn begin(
    State(relay): State<Shared>,
    headers: HeaderMap,
    signed: Signed,
) -> Result<Response, ApiError> {
    speaks_tus(&headers)?;
    let length = number(&headers, &LENGTH).ok_or(ApiError::BadRequest(
        "Upload-Length must say how many bytes will come.",
    ))?;
    let limit = relay.config.max_video_bytes;
    if length == 0 || length > limit {
        return Err(ApiError::TooLarge { limit });
    }
    let key = signed.key.to_text();
    let limit = relay.config.quota_bytes;
    if relay.db.bytes_of(&key).await?.saturating_add(length) > limit {
        return Err(ApiError::Quota { limit });
    }
    let lifetime = relay.config.upload_lifetime.as_millis();
    let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
    let upload = Upload {
        id: id::new()?,
        key,
        length,
        came: 0,
        parts: 0,
        expires_at: now_millis().saturating_add(lifetime),
    };
    relay.db.add_upload(&upload).await?;
    relay.metrics.uploads.inc();
    let mut response = StatusCode::CREATED.into_response();
    let location = format!("{}/api/uploads/{}", relay.origin, upload.id);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, text(&location)?);
    headers.insert(OFFSET, HeaderValue::from(0));
    describe(headers, &upload)?;
    Ok(response)
}

/// How far an upload has come.
#[utoipa::path(head, path = "/api/uploads/{id}", tag = "uploads", params(("id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 200, description = "Upload-Offset, Upload-Length and Upload-Expires"),
        (status = "4XX", description = "404: no such upload; 412: another version of tus")))]
pub async fn ask(
    State(relay): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    speaks_tus(&headers)?;
    let upload = find(&relay, &id).await?;
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(upload.came));
    headers.insert(LENGTH, HeaderValue::from(upload.length));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    describe(headers, &upload)?;
    Ok(response)
}

/// Sends more bytes. What was received counts even if the connection breaks, unless a checksum was promised.
#[utoipa::path(patch, path = "/api/uploads/{id}", tag = "uploads",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header), ("Upload-Offset" = u64, Header),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or blake3, a space, and base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset says how far it has come; the bytes are durable"),
        (status = 409, description = "Upload-Offset is not where the upload stands"),
        (status = 460, description = "The checksum does not fit; the bytes were thrown away"),
        (status = "4XX", body = kinora_contract::share::Problem, content_type = "application/problem+json")))]
pub async fn send(
    State(relay): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, ApiError> {
    speaks_tus(&headers)?;
    const TYPE: &str = "application/offset+octet-stream";
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|found| found != TYPE)
    {
        return Err(ApiError::MediaType(TYPE));
    }
    let at = number(&headers, &OFFSET).ok_or(ApiError::BadRequest(
        "Upload-Offset must say where the bytes belong.",
    ))?;
    let checksum = headers.get(&CHECKSUM).map(checksum).transpose()?;
    find(&relay, &id).await?;
    let guard = relay.locks.take(&id)?;
    // Asked again: whoever had the lock before has gone on.
    let upload = find(&relay, &id).await?;
    if at != upload.came {
        return Err(ApiError::Offset { found: upload.came });
    }
    let room = upload.length - upload.came;
    if number(&headers, &header::CONTENT_LENGTH).is_some_and(|length| length > room) {
        return Err(ApiError::TooLarge {
            limit: upload.length,
        });
    }
    // A task of its own: what came is kept, even if the caller goes away in the middle.
    let metrics = relay.metrics.received_bytes.clone();
    let receiving = part::receive(relay, upload.clone(), checksum, body, guard);
    let reached = tokio::spawn(receiving).await??;
    metrics.inc_by(reached.saturating_sub(upload.came));
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(reached));
    describe(headers, &upload)?;
    Ok(response)
}

/// Gives an upload up.
#[utoipa::path(delete, path = "/api/uploads/{id}", tag = "uploads", params(("id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204, description = "Its bytes are gone"),
        (status = "4XX", body = kinora_contract::share::Problem, content_type = "application/problem+json")))]
pub async fn give_up(
    State(relay): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    speaks_tus(&headers)?;
    find(&relay, &id).await?;
    let _guard = relay.locks.take(&id)?;
    let objects = relay.db.drop_upload(&id).await?;
    relay.store.discard(objects.unwrap_or_default()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// An upload that is there.
pub async fn find(relay: &Shared, id: &str) -> Result<Upload, ApiError> {
    if !id::is_id(id) {
        return Err(ApiError::NoUpload);
    }
    relay.db.upload(id).await?.ok_or(ApiError::NoUpload)
}

fn speaks_tus(headers: &HeaderMap) -> Result<(), ApiError> {
    let ok = headers.get(&TUS).is_some_and(|version| version == "1.0.0");
    ok.then_some(()).ok_or(ApiError::TusVersion)
}

fn describe(headers: &mut HeaderMap, upload: &Upload) -> Result<(), ApiError> {
    let expires = Duration::from_millis(u64::try_from(upload.expires_at).unwrap_or_default());
    let expires = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + expires);
    headers.insert(EXPIRES, text(&expires)?);
    headers.insert(TUS, HeaderValue::from_static("1.0.0"));
    Ok(())
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn text(value: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(value).map_err(|error| ApiError::Internal(error.into()))
}

fn checksum(value: &HeaderValue) -> Result<Checksum, ApiError> {
    let wrong = || {
        ApiError::BadRequest("Upload-Checksum must read \"sha1 <base64>\" or \"blake3 <base64>\".")
    };
    let (name, digest) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(wrong)?;
    let digest = STANDARD.decode(digest).map_err(|_| wrong())?;
    Checksum::new(name, &digest).ok_or_else(wrong)
}
