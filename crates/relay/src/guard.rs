//! What every answer passes: counting, the headers that keep a browser safe, and the answers to other origins.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::Shared;
use crate::error::ApiError;
use crate::site;

/// The address of whoever opened the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Counts the request, answers preflights, keeps media and pages on their own origins, and sets the headers that every
/// answer has.
pub async fn pass(State(relay): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = match admit(&relay, &request) {
        Err(error) => error.into_response(),
        Ok(()) if is_preflight(&request) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => problem(in_time(&relay, request, next).await),
    };
    dress(&relay, &path, response)
}

/// An upload may take as long as it needs while bytes come; everything else must be here and answered in time. What runs in a task of
/// its own goes on.
async fn in_time(relay: &Shared, request: Request, next: Next) -> Response {
    let is_upload =
        request.method() == Method::PATCH && request.uri().path().starts_with("/api/uploads/");
    let answer = next.run(request);
    if is_upload {
        return answer.await;
    }
    let answer = tokio::time::timeout(relay.config.patience, answer).await;
    answer.unwrap_or_else(|_| ApiError::Timeout.into_response())
}

/// What the router itself refuses (a path that is no text, a query without its fields) becomes a problem document too.
fn problem(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if plain && response.status().is_client_error() {
        ApiError::BadRequest("The address or its query cannot be read.").into_response()
    } else {
        response
    }
}

fn admit(relay: &Shared, request: &Request) -> Result<(), ApiError> {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>() {
        relay
            .limits
            .address(request.method(), *peer, request.headers())?;
    }
    let apart = relay.media_origin != relay.origin;
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let at_media = host == Some(relay.media_origin.authority());
    let is_media = request.uri().path().starts_with("/media/");
    if apart && at_media != is_media && !is_probe(request.uri().path()) {
        return Err(ApiError::NotFound);
    }
    Ok(())
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Nothing here depends on cookies, so any site may ask and read: what a request may do is decided by its signature.
fn dress(relay: &Shared, path: &str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, HEAD, POST, PATCH, DELETE, OPTIONS",
    );
    set(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, if-none-match, range, tus-resumable, upload-checksum, upload-length, upload-metadata, upload-offset",
    );
    set(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "accept-ranges, content-length, content-range, etag, location, retry-after, tus-extension, tus-max-size, tus-resumable, tus-version, upload-expires, upload-length, upload-offset",
    );
    set(header::ACCESS_CONTROL_MAX_AGE, "7200");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    // Frames and media may stand in pages of others that isolate themselves.
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "cross-origin",
    );
    set(
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    );
    if relay.origin.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    policy(relay, path, &mut response);
    response
}

/// What a page may load. Media and JSON may do nothing at all, should a browser ever take them for a page.
fn policy(relay: &Shared, path: &str, response: &mut Response) {
    if let Some(site::Policy(own)) = response.extensions_mut().remove() {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, own);
        return;
    }
    let headers = response.headers_mut();
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        let media = &relay.media_origin;
        let ancestors = if path.starts_with("/embed/") {
            "*"
        } else {
            "'none'"
        };
        // The one form of the relay.
        let forms = if path.ends_with("/report") {
            "'self'"
        } else {
            "'none'"
        };
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {media}; media-src 'self' {media}; \
             connect-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors {ancestors}; require-trusted-types-for 'script'"
        )
    } else {
        "default-src 'none'; frame-ancestors 'none'; sandbox".to_owned()
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// A load balancer asks for these under any name.
fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}
