//! A signed request: its body, and the key that asks. Whoever has a [`Signed`] knows that it was not seen before.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::AUTHORIZATION;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kinora_consent::verify_request;
use kinora_contract::signing::{MAX_CLOCK_SKEW_SECS, PublicKey, SignedHeader};
use serde::de::DeserializeOwned;

use crate::app::Shared;
use crate::db::now_millis;
use crate::error::ApiError;

/// The largest signed body, in bytes; files are uploaded apart.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request whose signature holds.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who asks.
    pub key: PublicKey,
    /// The body.
    pub body: Bytes,
}

impl Signed {
    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| ApiError::BadJson(error.to_string()))
    }
}

/// A request whose signature holds, and that may have been seen before: for what has the same effect when it is repeated.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The request.
    pub signed: Signed,
    /// Whether it was seen before.
    pub repeated: bool,
}

impl FromRequest<Shared> for Signed {
    type Rejection = ApiError;

    async fn from_request(request: Request, relay: &Shared) -> Result<Self, ApiError> {
        match Repeatable::from_request(request, relay).await? {
            Repeatable { repeated: true, .. } => Err(ApiError::Replayed),
            Repeatable { signed, .. } => Ok(signed),
        }
    }
}

impl FromRequest<Shared> for Repeatable {
    type Rejection = ApiError;

    async fn from_request(request: Request, relay: &Shared) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let header = parts.headers.get(AUTHORIZATION).ok_or(ApiError::Unsigned)?;
        let header = SignedHeader::from_header(header.to_str().unwrap_or_default())?;
        let body = whole(body).await?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let now = now_millis();
        let seconds = u64::try_from(now / 1000).unwrap_or_default();
        let origin = relay.origin.as_str();
        verify_request(&header, origin, parts.method.as_str(), path, &body, seconds)?;
        let key = header.key.to_text();
        relay.limits.key(&key)?;
        // After its time and the skew, the clock refuses it.
        let window = i64::try_from(2 * MAX_CLOCK_SKEW_SECS * 1000).unwrap_or(i64::MAX);
        let until = now.saturating_add(window);
        let fresh = relay.db.use_nonce(&key, &header.nonce, until).await?;
        let key = header.key;
        Ok(Self {
            signed: Signed { key, body },
            repeated: !fresh,
        })
    }
}

async fn whole(body: Body) -> Result<Bytes, ApiError> {
    let limited = Limited::new(body, MAX_BODY_BYTES).collect().await;
    limited.map(|body| body.to_bytes()).map_err(|error| {
        if error.is::<LengthLimitError>() {
            let limit = MAX_BODY_BYTES as u64;
            ApiError::TooLarge { limit }
        } else {
            ApiError::Closed
        }
    })
}
