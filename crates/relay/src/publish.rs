//! Publishing: uploads become a clip that others can see, or nothing happens.
//!
//! The order is the promise: the bytes are made durable, read back, hashed and checked; they get their name as a blob;
//! one transaction adds the rows; only then is the clip confirmed. A row therefore means a durable, verified file.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kinora_contract::share::{ClipView, Maker, Problem, PublishRequest, Uploaded};

use crate::app::Shared;
use crate::check::{self, CheckError, CheckedClip};
use crate::clips::{removed, view};
use crate::db::{Clip, NewClip, Poster, State as Stored, Upload, now_millis};
use crate::error::ApiError;
use crate::id;
use crate::locks::Guard;
use crate::parents;
use crate::signed::{Repeatable, Signed};
use crate::uploads;

/// The largest still, in bytes.
const MAX_POSTER_BYTES: u64 = 2 << 20;

/// Publishes a clip. Signed.
#[utoipa::path(post, path = "/api/clips", tag = "clips", security(("device" = [])), request_body = PublishRequest,
    responses((status = 201, body = ClipView, description = "Published; Location is its address"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn publish(State(relay): State<Shared>, asked: Repeatable) -> Result<Response, ApiError> {
    // A task of its own: once begun it ends, even if the caller goes away in the middle.
    let clip = tokio::spawn(once(relay.clone(), asked)).await??;
    let view = view(&relay, &clip);
    let location = HeaderValue::from_str(&format!("{}/api/clips/{}", relay.origin, clip.id));
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    let location = location.map_err(|error| ApiError::Internal(error.into()))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Publishes, or finds what the same upload became when its publishing was asked for before.
async fn once(relay: Shared, asked: Repeatable) -> Result<Clip, ApiError> {
    let Repeatable { signed, repeated } = asked;
    let request: PublishRequest = signed.json::<PublishRequest>()?.checked()?;
    let (key, upload) = (signed.key.to_text(), request.video.upload.clone());
    if repeated {
        // While the first one is under way it holds the upload, and this one is told to come back.
        let _guard = relay.locks.take(&upload)?;
        return published(&relay, &upload, &key)
            .await?
            .ok_or(ApiError::Replayed);
    }
    match run(&relay, signed, request).await {
        Err(ApiError::NoUpload) => {
            let clip = published(&relay, &upload, &key).await?;
            clip.ok_or(ApiError::NoUpload)
        }
        other => other,
    }
}

/// The clip that an upload of this key became.
async fn published(relay: &Shared, upload: &str, key: &str) -> Result<Option<Clip>, ApiError> {
    let id = id::of_upload(upload);
    match relay.db.clip(&id).await? {
        Some(Stored::Live(clip)) if clip.key == key => Ok(Some(*clip)),
        Some(Stored::Removed) => Err(removed(relay, &id).await?),
        _ => Ok(None),
    }
}

async fn run(relay: &Shared, signed: Signed, request: PublishRequest) -> Result<Clip, ApiError> {
    let key = signed.key.to_text();
    let video = take(relay, &request.video, &key, relay.config.max_video_bytes).await?;
    let poster = match &request.poster {
        Some(poster) => Some(take(relay, poster, &key, MAX_POSTER_BYTES).await?),
        None => None,
    };
    let (checked, media_type) = check(relay, &video, poster.as_ref()).await?;
    let parents = parents::of(relay, &checked.recipe, &key).await?;
    let clip = Clip {
        seq: 0,
        id: id::of_upload(&video.upload.id),
        key,
        maker: Maker {
            name: request.maker,
            key: signed.key.fingerprint(),
        },
        title: request.title,
        visibility: request.visibility,
        remix: request.remix,
        licence: request.licence,
        published_at: now_millis(),
        video: video.hash.clone(),
        bytes: video.upload.length,
        poster: poster
            .as_ref()
            .zip(media_type)
            .map(|(file, media_type)| Poster {
                hash: file.hash.clone(),
                bytes: file.upload.length,
                media_type: media_type.to_owned(),
            }),
        captions: request.captions,
        recipe: checked.recipe,
        width: checked.width,
        height: checked.height,
        millis: checked.millis,
    };
    let files: Vec<Taken> = std::iter::once(video).chain(poster).collect();
    commit(relay, clip, parents, &files).await
}

/// A complete upload that nobody else can write to meanwhile.
struct Taken {
    upload: Upload,
    hash: String,
    _guard: Guard,
}

async fn take(relay: &Shared, file: &Uploaded, key: &str, limit: u64) -> Result<Taken, ApiError> {
    let upload = uploads::find(relay, &file.upload).await?;
    if upload.key != key {
        return Err(ApiError::NoUpload);
    }
    let guard = relay.locks.take(&upload.id)?;
    let (found, length) = (uploads::offset(relay, &upload.id).await?, upload.length);
    if found != length {
        return Err(ApiError::Incomplete { found, length });
    }
    if length > limit {
        return Err(ApiError::TooLarge { limit });
    }
    Ok(Taken {
        upload,
        hash: file.blake3.clone(),
        _guard: guard,
    })
}

/// Reads the files back, and says what they are.
async fn check(
    relay: &Shared,
    video: &Taken,
    poster: Option<&Taken>,
) -> Result<(CheckedClip, Option<&'static str>), ApiError> {
    let _permit = relay
        .checks
        .acquire()
        .await
        .map_err(|error| ApiError::Internal(error.into()))?;
    let clip = read_back(relay, video, check::clip).await?;
    let still = match poster {
        Some(poster) => Some(read_back(relay, poster, check::poster).await?),
        None => None,
    };
    Ok((clip, still))
}

async fn read_back<T: Send + 'static>(
    relay: &Shared,
    file: &Taken,
    check: fn(&[u8]) -> Result<T, CheckError>,
) -> Result<T, ApiError> {
    let (blobs, id, hash) = (
        relay.blobs.clone(),
        file.upload.id.clone(),
        file.hash.clone(),
    );
    let read = move || {
        let bytes = blobs.read_back(&id)?;
        if *blake3::hash(&bytes).to_hex() != *hash {
            return Err(ApiError::HashMismatch);
        }
        Ok(check(&bytes)?)
    };
    tokio::task::spawn_blocking(read).await?
}

async fn commit(
    relay: &Shared,
    clip: Clip,
    parents: Vec<String>,
    files: &[Taken],
) -> Result<Clip, ApiError> {
    let _gate = relay.gate.lock().await;
    let names: Vec<(String, String)> = files
        .iter()
        .map(|file| (file.upload.id.clone(), file.hash.clone()))
        .collect();
    let blobs = relay.blobs.clone();
    let keep = move || names.iter().try_for_each(|(id, hash)| blobs.keep(id, hash));
    tokio::task::spawn_blocking(keep).await??;
    let new = NewClip {
        clip,
        parents,
        uploads: files.iter().map(|file| file.upload.id.clone()).collect(),
    };
    relay.db.add_clip(&new).await?;
    for upload in &new.uploads {
        if let Err(error) = relay.blobs.forget(upload) {
            // Its row is gone, so the next start sweeps it away.
            tracing::warn!("an upload's file stays behind: {error}");
        }
    }
    relay.metrics.publishes.inc();
    tracing::info!(id = new.clip.id, "published");
    Ok(new.clip)
}
