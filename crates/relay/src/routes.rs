//! All addresses of the relay, and the OpenAPI document that is made from the same list.

use std::any::Any;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::Shared;
use crate::error::ApiError;
use crate::{
    about, clips, guard, media, metrics, pages, publish, reports, site, transparency, uploads,
};

/// The largest form, in bytes: 2,200 characters of four bytes, each written as three.
const MAX_FORM_BYTES: usize = 32 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Kinora relay",
    description = "Publish clips, play them, see where they come from. Errors are problem documents (RFC 9457)."
))]
struct Document;

/// The relay as a service.
pub fn router(relay: Shared) -> Router {
    let (api, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(about::about))
        .routes(routes!(uploads::abilities, uploads::begin))
        .routes(routes!(uploads::ask, uploads::send, uploads::give_up))
        .routes(routes!(publish::publish, clips::list))
        .routes(routes!(clips::get, clips::edit, clips::delete))
        .routes(routes!(clips::lineage))
        .routes(routes!(media::video))
        .routes(routes!(media::poster))
        .routes(routes!(media::captions))
        .routes(routes!(pages::oembed::oembed))
        .routes(routes!(reports::create))
        .routes(routes!(reports::get))
        .routes(routes!(transparency::log))
        .split_for_parts();
    let signature = ApiKeyValue::with_description(
        "Authorization",
        "Kinora-1 <key> <time> <nonce> <signature>: the request is signed by a device key; see docs/relay.md",
    );
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("device", SecurityScheme::ApiKey(ApiKey::Header(signature)));
    let app = api
        .route(
            "/api/openapi.json",
            get(move || async move { Json(document) }),
        )
        .route("/listed", get(pages::home))
        .route("/c/{id}", get(pages::clip))
        .route(
            "/c/{id}/report",
            get(pages::report::form)
                .post(pages::report::send)
                .layer(DefaultBodyLimit::max(MAX_FORM_BYTES)),
        )
        .route("/report/{id}", get(pages::report::outcome))
        .route("/transparency", get(pages::transparency::page))
        .route("/embed/{id}", get(pages::embed))
        .route("/assets/{name}", get(pages::assets::asset))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed });
    let app = match &relay.config.studio_dir {
        Some(dir) => app.fallback_service(site::router(dir.clone())),
        None => app
            .route("/", get(pages::home))
            .fallback(|| async { ApiError::NotFound }),
    };
    app.layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(relay.clone(), guard::pass))
        .layer(middleware::from_fn_with_state(
            relay.clone(),
            metrics::measure,
        ))
        .layer(TraceLayer::new_for_http())
        .with_state(relay)
}

/// Whether requests should be sent here: the database answers, and the relay is not about to stop.
async fn ready(State(relay): State<Shared>) -> Response {
    let stopping = *relay
        .stopping
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    if stopping || relay.db.ping().await.is_err() {
        (StatusCode::SERVICE_UNAVAILABLE, no_store, "not ready\n").into_response()
    } else {
        (no_store, "ready\n").into_response()
    }
}

/// The panic itself is in the log.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    ApiError::Internal(anyhow::anyhow!("a handler panicked")).into_response()
}
