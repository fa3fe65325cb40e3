//! Publishing: uploads become a clip that others can see, or nothing happens.
//!
//! The order is the promise: the parts are put together, hashed and checked; the whole is made durable as an object of its own,
//! read back and hashed again; one transaction ends the uploads and adds the rows; only then is the clip confirmed. A row
//! therefore means a durable, verified object.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kinora_contract::clip_file::ClipFileError;
use kinora_contract::share::{ClipView, Maker, Problem, PublishRequest, Uploaded};

use crate::app::Shared;
use crate::check::{self, CheckError};
use crate::clips::{removed, view};
use crate::db::{Clip, NewClip, Poster, State as Stored, Upload, now_millis};
use crate::error::ApiError;
use crate::id;
use crate::locks::Guard;
use crate::parents;
use crate::signed::{Repeatable, Signed};
use crate::store::{Fresh, blob_name};
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
    let _permit = relay
        .checks
        .acquire()
        .await
        .map_err(|error| ApiError::Internal(error.into()))?;
    let (bytes, checked) = read(relay, &video, check::clip).await?;
    let still = match &poster {
        Some(poster) => Some(read(relay, poster, check::poster).await?),
        None => None,
    };
    if checked.recipe.shows_cameo().map_err(ClipFileError::from)? {
        return Err(ApiError::NoGrant);
    }
    let parents = parents::of(relay, &checked.recipe, &key).await?;
    let (object, mut fresh) = keep(relay, &video.hash, bytes).await?;
    let mut kept = None;
    if let (Some(poster), Some((bytes, media_type))) = (&poster, still) {
        let length = bytes.len() as u64;
        let (object, other) = keep(relay, &poster.hash, bytes).await?;
        fresh.add(other);
        kept = Some(Poster {
            hash: poster.hash.clone(),
            bytes: length,
            object,
            media_type: media_type.to_owned(),
        });
    }
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
        stands: true,
        licence: request.licence,
        published_at: now_millis(),
        video: video.hash.clone(),
        bytes: video.upload.length,
        object,
        poster: kept,
        captions: request.captions,
        recipe: checked.recipe,
        width: checked.width,
        height: checked.height,
        millis: checked.millis,
    };
    let files: Vec<Taken> = std::iter::once(video).chain(poster).collect();
    commit(relay, clip, parents, &files, fresh).await
}

/// A complete upload. Nobody can add to it; another node could publish or drop it, which the commit would notice.
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
    let (found, length) = (upload.came, upload.length);
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

/// Puts the parts of a file together, and says what it is.
async fn read<T: Send + 'static>(
    relay: &Shared,
    file: &Taken,
    check: fn(&[u8]) -> Result<T, CheckError>,
) -> Result<(Bytes, T), ApiError> {
    let Upload { id, length, .. } = &file.upload;
    let parts = relay.db.parts(id).await?;
    let bytes = match relay.store.read_all(parts, *length).await {
        Ok(bytes) if bytes.len() as u64 == *length => bytes,
        // Another node ended the upload meanwhile, or the store has lost something.
        Ok(_) | Err(object_store::Error::NotFound { .. }) => {
            uploads::find(relay, id).await?;
            let error = anyhow::anyhow!("parts of upload {id} are missing");
            return Err(ApiError::Internal(error));
        }
        Err(error) => return Err(error.into()),
    };
    let hash = file.hash.clone();
    let inspect = move || {
        if *blake3::hash(&bytes).to_hex() != *hash {
            return Err(ApiError::HashMismatch);
        }
        let found = check(&bytes)?;
        Ok((Bytes::from(bytes), found))
    };
    tokio::task::spawn_blocking(inspect).await?
}

/// Makes a file durable as an object, reads it back, and gives its name.
async fn keep(relay: &Shared, hash: &str, bytes: Bytes) -> Result<(String, Fresh), ApiError> {
    let object = blob_name(hash)?;
    let fresh = relay.store.put_fresh(object.clone(), bytes).await?;
    let found = relay.store.hash(&object).await?;
    if found != hash {
        let error = anyhow::anyhow!("{object} was written and reads back as {found}");
        return Err(ApiError::Unavailable(error));
    }
    Ok((object, fresh))
}

async fn commit(
    relay: &Shared,
    clip: Clip,
    parents: Vec<String>,
    files: &[Taken],
    mut fresh: Fresh,
) -> Result<Clip, ApiError> {
    let new = NewClip {
        clip,
        parents,
        uploads: files.iter().map(|file| file.upload.id.clone()).collect(),
    };
    let added = relay.db.add_clip(&new).await;
    if !matches!(added, Ok(None)) {
        fresh.leave_to_rows();
    }
    let unused = added?.ok_or(ApiError::NoUpload)?;
    relay.store.discard(unused).await;
    relay.metrics.publishes.inc();
    tracing::info!(id = new.clip.id, "published");
    Ok(new.clip)
}
