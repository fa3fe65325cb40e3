//! The studio's files, served beside the relay: one origin for making a clip and for sharing it.
//!
//! Files whose names hold a hash never change; everything else is asked for again. The studio needs WebAssembly, a
//! worker and pictures of its own making, so its pages have a policy of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use tower_http::compression::{CompressionLayer, Predicate};
use tower_http::services::ServeDir;

use crate::error::ApiError;

/// Hexadecimal digits that a name must end with to be taken for a name with a hash.
const HASH_DIGITS: usize = 12;

/// What a browser may do with an answer, where the relay's own policy does not fit.
#[derive(Clone, Debug)]
pub struct Policy(pub HeaderValue);

/// The files of the studio for every address that is not the relay's. `dir` is what `cargo xtask build` makes.
pub fn router(dir: PathBuf) -> Router {
    Router::new()
        .route("/", get(index))
        // Recipe links. A frame may hold them: a player with a recipe makes the clip in place.
        .route("/r", get(framed))
        .route("/r/", get(framed))
        .fallback(file)
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(CompressionLayer::new().gzip(true).compress_when(Text))
        .with_state(Arc::new(dir))
}

async fn index(State(dir): State<Arc<PathBuf>>) -> Result<Response, ApiError> {
    page(&dir, "'none'").await
}

async fn framed(State(dir): State<Arc<PathBuf>>) -> Result<Response, ApiError> {
    page(&dir, "*").await
}

/// The one page of the studio, with a policy that names the scripts that stand in it.
async fn page(dir: &Path, ancestors: &str) -> Result<Response, ApiError> {
    let html = tokio::fs::read_to_string(dir.join("index.html")).await?;
    let policy = policy(&inline_scripts(&html), ancestors)?;
    let mut response = Html(html).into_response();
    let no_cache = HeaderValue::from_static("no-cache");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_cache);
    response.extensions_mut().insert(policy);
    Ok(response)
}

async fn file(State(dir): State<Arc<PathBuf>>, request: Request) -> Result<Response, ApiError> {
    let lasting = has_hash(request.uri().path());
    let files = ServeDir::new(dir.as_ref()).append_index_html_on_directories(false);
    let answer = files.oneshot(request).await;
    let mut response = match answer {
        Ok(answer) => answer.map(Body::new),
        Err(never) => match never {},
    };
    match response.status() {
        StatusCode::NOT_FOUND => return Err(ApiError::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => return Err(ApiError::MethodNotAllowed),
        _ => {}
    }
    let cache = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let cache = HeaderValue::from_static(cache);
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    // A worker lives under the policy of its own file.
    response.extensions_mut().insert(policy("", "'none'")?);
    Ok(response)
}

/// Pictures and videos are shown from memory (`blob:`), captions from a `data:` address; a drawing's size is a `style`
/// attribute.
fn policy(scripts: &str, ancestors: &str) -> Result<Policy, ApiError> {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; worker-src 'self' blob:; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob: data:; connect-src 'self' blob:; \
         base-uri 'self'; form-action 'none'; frame-ancestors {ancestors}"
    );
    let policy = HeaderValue::from_str(&policy);
    let policy = policy.map_err(|error| ApiError::Internal(error.into()))?;
    Ok(Policy(policy))
}

/// The hashes of scripts that stand in a page, each with a space before it, as a policy writes them.
fn inline_scripts(html: &str) -> String {
    let mut hashes = String::new();
    for part in html.split("<script").skip(1) {
        let Some((attributes, rest)) = part.split_once('>') else {
            continue;
        };
        let script = rest.split("</script>").next().unwrap_or_default();
        if !attributes.contains("src=") {
            let digest = STANDARD.encode(Sha256::digest(script));
            hashes.push_str(&format!(" 'sha256-{digest}'"));
        }
    }
    hashes
}

/// Whether a name carries the hash of its content, as in `kinora-studio-c69c1b1ef837192b_bg.wasm`.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let digits = stem.rsplit('-').next().unwrap_or_default();
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    digits.len() >= HASH_DIGITS && digits.len() < stem.len() && digits.bytes().all(hex)
}

/// What shrinks: programs, styles, texts. The weights do not, and are fetched in ranges.
#[derive(Clone, Copy, Debug)]
struct Text;

impl Predicate for Text {
    fn should_compress<B>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let shrinks = ["text/", "application/wasm", "application/json", "image/svg"];
        shrinks.iter().any(|start| kind.starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_told_from_others() {
        assert!(has_hash("/kinora-studio-c69c1b1ef837192b.js"));
        assert!(has_hash("/kinora-studio-c69c1b1ef837192b_bg.wasm"));
        assert!(has_hash("/icon-765fa25a82aeb7d.svg"));
        for name in [
            "/kinora-worker_bg.wasm",
            "/kinora-worker.js",
            "/c69c1b1ef837192b.js",
            "/",
        ] {
            assert!(!has_hash(name), "{name}");
        }
    }

    #[test]
    fn scripts_in_the_page_are_hashed_as_they_stand() {
        let html = "<script type=module>go()</script><script src=a.js></script><p>";
        let digest = STANDARD.encode(Sha256::digest("go()"));
        assert_eq!(inline_scripts(html), format!(" 'sha256-{digest}'"));
    }
}
