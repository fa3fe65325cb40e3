//! What a studio asks before it offers to publish here.

use axum::Json;
use axum::extract::State;
use kinora_contract::share::RelayView;

use crate::app::Shared;

/// What this relay is.
#[utoipa::path(get, path = "/api/relay", tag = "relay", responses((status = 200, body = RelayView)))]
pub async fn about(State(relay): State<Shared>) -> Json<RelayView> {
    Json(RelayView {
        origin: relay.origin.to_string(),
        max_video_bytes: relay.config.max_video_bytes,
    })
}
