//! Clips as JSON: look at one, list them, change one, delete one.

use axum::Json;
use axum::extract::{Path, Query, State as Held};
use axum::http::StatusCode;
use kinora_contract::Parent;
use kinora_contract::share::{ClipEdit, ClipPage, ClipView, Lineage, Problem, Remixes, Visibility};
use serde::Deserialize;

use crate::app::{Relay, Shared};
use crate::db::{Clip, State};
use crate::error::ApiError;
use crate::id::is_id;
use crate::metrics::Removal;
use crate::signed::Signed;
use crate::tree;

/// Clips on one page of a list.
const PAGE: usize = 20;

/// A clip.
#[utoipa::path(get, path = "/api/clips/{id}", tag = "clips", params(("id" = String, Path)),
    responses((status = 200, body = ClipView), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "It was removed")))]
pub async fn get(
    Held(relay): Held<Shared>,
    Path(id): Path<String>,
) -> Result<Json<ClipView>, ApiError> {
    let clip = visible(&relay, &id).await?;
    Ok(Json(view(&relay, &clip)))
}

/// Which part of the list is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct Before {
    /// What the page before gave as `before`.
    before: Option<String>,
}

/// Listed clips, newest first, 20 at a time. Everybody gets the same.
#[utoipa::path(get, path = "/api/clips", tag = "clips", params(Before), responses((status = 200, body = ClipPage),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn list(
    Held(relay): Held<Shared>,
    query: Query<Before>,
) -> Result<Json<ClipPage>, ApiError> {
    let before = match &query.before {
        None => i64::MAX,
        Some(text) => text
            .parse()
            .map_err(|_| ApiError::BadRequest("`before` must be what the page before gave."))?,
    };
    let clips = relay.db.listed(before, PAGE as i64 + 1).await?;
    let more = clips.len() > PAGE;
    let clips = &clips[..clips.len().min(PAGE)];
    Ok(Json(ClipPage {
        clips: clips.iter().map(|clip| view(&relay, clip)).collect(),
        before: clips
            .last()
            .filter(|_| more)
            .map(|clip| clip.seq.to_string()),
    }))
}

/// Changes a clip. Signed by the key that published it.
#[utoipa::path(patch, path = "/api/clips/{id}", tag = "clips", security(("device" = [])), params(("id" = String, Path)),
    request_body = ClipEdit, responses((status = 200, body = ClipView),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn edit(
    Held(relay): Held<Shared>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Json<ClipView>, ApiError> {
    let edit: ClipEdit = signed.json::<ClipEdit>()?.checked()?;
    own(&relay, &id, &signed).await?;
    relay
        .db
        .edit_clip(&id, &signed.key.to_text(), &edit)
        .await?;
    let clip = own(&relay, &id, &signed).await?;
    Ok(Json(view(&relay, &clip)))
}

/// Deletes a clip, at once and for good. Remixes of it stay and show a tombstone. Signed by the key that published it.
#[utoipa::path(delete, path = "/api/clips/{id}", tag = "clips", security(("device" = [])), params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn delete(
    Held(relay): Held<Shared>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<StatusCode, ApiError> {
    own(&relay, &id, &signed).await?;
    let (task, name) = (relay.clone(), id.clone());
    // A task of its own: once begun it ends, even if the caller goes away in the middle.
    tokio::spawn(async move { task.remove(&name).await }).await??;
    relay
        .metrics
        .removals
        .get_or_create(&Removal { by: "maker" })
        .inc();
    tracing::info!(id, "deleted by its maker");
    Ok(StatusCode::NO_CONTENT)
}

/// Where a clip comes from and what came of it.
#[utoipa::path(get, path = "/api/clips/{id}/lineage", tag = "clips", params(("id" = String, Path)),
    responses((status = 200, body = Lineage), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json")))]
pub async fn lineage(
    Held(relay): Held<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Lineage>, ApiError> {
    let clip = visible(&relay, &id).await?;
    Ok(Json(tree::of(&relay, &clip).await?))
}

/// A clip that whoever has its id may see.
pub async fn visible(relay: &Shared, id: &str) -> Result<Clip, ApiError> {
    match find_state(relay, id).await? {
        Some(State::Live(clip)) if clip.visibility != Visibility::Unpublished => {
            clip.stands.then_some(*clip).ok_or(ApiError::RemixHidden)
        }
        Some(State::Removed) => Err(removed(relay, id).await?),
        _ => Err(ApiError::NotFound),
    }
}

/// What to say of a clip that was removed: its maker did it, or the operator, who must say why.
pub async fn removed(relay: &Shared, id: &str) -> anyhow::Result<ApiError> {
    let reason = relay.db.takedown(id).await?;
    Ok(reason.map_or(ApiError::Removed, |reason| ApiError::TakenDown { reason }))
}

/// What is stored under an id, or under what may be none.
pub async fn find_state(relay: &Shared, id: &str) -> Result<Option<State>, ApiError> {
    if !is_id(id) {
        return Ok(None);
    }
    Ok(relay.db.clip(id).await?)
}

/// A clip as others see it.
pub fn view(relay: &Relay, clip: &Clip) -> ClipView {
    let Relay {
        origin,
        media_origin,
        ..
    } = relay;
    let id = &clip.id;
    ClipView {
        id: id.clone(),
        title: clip.title.clone(),
        maker: clip.maker.clone(),
        visibility: clip.visibility,
        remix: clip.remix,
        stands: clip.stands,
        licence: clip.licence,
        published_at: clip.published_at,
        width: clip.width,
        height: clip.height,
        seconds: clip.millis as f64 / 1000.0,
        bytes: clip.bytes,
        blake3: clip.video.clone(),
        page: format!("{origin}/c/{id}"),
        embed: format!("{origin}/embed/{id}"),
        video: format!("{media_origin}/media/{id}/clip.mp4"),
        poster: clip
            .poster
            .as_ref()
            .map(|_| format!("{media_origin}/media/{id}/poster")),
        captions: clip
            .captions
            .as_ref()
            .map(|_| format!("{media_origin}/media/{id}/captions.vtt")),
        remix_link: remix_link(relay, clip),
    }
}

fn remix_link(relay: &Relay, clip: &Clip) -> Option<String> {
    let parent = Parent {
        hash: clip.video.clone(),
        clip: Some(clip.id.clone()),
    };
    let recipe = clip.recipe.clone().with_parent(&parent);
    let fragment = recipe
        .to_link_fragment()
        .ok()
        .filter(|_| clip.remix == Remixes::Open)?;
    Some(format!("{}/r#{fragment}", relay.config.studio))
}

/// A clip that this key may change.
async fn own(relay: &Shared, id: &str, signed: &Signed) -> Result<Clip, ApiError> {
    match find_state(relay, id).await? {
        Some(State::Live(clip)) if clip.key == signed.key.to_text() => Ok(*clip),
        Some(State::Live(_)) => Err(ApiError::NotYours),
        Some(State::Removed) => Err(removed(relay, id).await?),
        None => Err(ApiError::NotFound),
    }
}
