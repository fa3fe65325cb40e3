//! Relay client: plain and signed requests, and their errors.

use super::device_key::{self, DeviceKey};
use crate::platform;
use js_sys::Date;
use kinora_contract::share::{ClipView, Problem, RelayView};
use kinora_contract::signing::{RequestToSign, SignedHeader};
use leptos::prelude::window;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Error of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum RelayError {
    /// The relay did not respond.
    NoResponse,
    /// The relay refused the request.
    Refused(Problem),
    /// The user cancelled.
    Cancelled,
    /// The browser failed; described in a sentence.
    Browser(String),
}

impl RelayError {
    /// Describes what happened and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoResponse => {
                "The relay did not respond. Check the connection and try again; the upload resumes."
                    .to_owned()
            }
            Self::Refused(problem) if problem.kind.ends_with(":bad-signature") => format!(
                "{} Check the clock of this device, then try again.",
                problem.detail
            ),
            Self::Refused(problem) => problem.detail.clone(),
            Self::Cancelled => "Stopped. Nothing was published.".to_owned(),
            Self::Browser(sentence) => sentence.clone(),
        }
    }

    /// Returns the HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// Whether a retry may succeed.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoResponse => true,
            Self::Refused(problem) => {
                matches!(problem.status, 408 | 409 | 423 | 429 | 460 | 500..=599)
            }
            _ => false,
        }
    }
}

/// Looks for the relay of this page. `None` on a static host.
pub async fn find() -> Result<Option<RelayView>, RelayError> {
    match request("GET", "/api/relay", &[], None, None).await {
        // A static host may answer every path with the page itself.
        Ok(response) => Ok(json(&response).await.ok()),
        Err(RelayError::Refused(problem)) if problem.status < 500 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the public view of a clip.
pub async fn clip(id: &str) -> Result<ClipView, RelayError> {
    json(&request("GET", &format!("/api/clips/{id}"), &[], None, None).await?).await
}

/// Sends a request signed by the device key.
pub async fn signed(
    relay: &RelayView,
    key: &DeviceKey,
    method: &str,
    path: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> Result<Response, RelayError> {
    let time = (Date::now() / 1000.0) as u64;
    let nonce = device_key::nonce().map_err(RelayError::Browser)?;
    let request = RequestToSign {
        origin: &relay.origin,
        method,
        path,
        body: body.as_bytes(),
        time,
        nonce,
    };
    let signature = key.sign(&request.to_bytes()).await;
    let header = SignedHeader {
        key: key.public.clone(),
        time,
        nonce,
        signature: signature.map_err(RelayError::Browser)?,
    };
    let header = header.to_header();
    let mut all = vec![("Authorization", header.as_str())];
    all.extend_from_slice(headers);
    let body = (!body.is_empty()).then(|| JsValue::from_str(body));
    self::request(method, path, &all, body.as_ref(), None).await
}

/// Parses a response as JSON.
pub async fn json<T: DeserializeOwned>(response: &Response) -> Result<T, RelayError> {
    let text = response.text().map_err(|_| RelayError::NoResponse)?;
    let text = JsFuture::from(text)
        .await
        .map_err(|_| RelayError::NoResponse)?;
    let text = text.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|_| {
        RelayError::Browser(
            "The relay's response could not be read. Reload the page and try again.".to_owned(),
        )
    })
}

/// Sends a request. A status other than success is a [`RelayError::Refused`].
pub async fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&JsValue>,
    abort: Option<&AbortSignal>,
) -> Result<Response, RelayError> {
    let browser = |error: JsValue| RelayError::Browser(platform::error_text(&error));
    let all = Headers::new().map_err(browser)?;
    for (name, value) in headers {
        all.set(name, value).map_err(browser)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&all);
    if let Some(body) = body {
        init.set_body(body);
    }
    init.set_signal(abort);
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let response: Response = match response {
        Ok(response) => response.unchecked_into(),
        Err(_) if abort.is_some_and(AbortSignal::aborted) => return Err(RelayError::Cancelled),
        Err(_) => return Err(RelayError::NoResponse),
    };
    if response.ok() {
        return Ok(response);
    }
    let status = response.status();
    let problem = json::<Problem>(&response).await;
    Err(RelayError::Refused(problem.unwrap_or_else(|_| Problem {
        kind: String::new(),
        title: String::new(),
        status,
        detail: format!("The relay responded with status {status}. Try again later."),
    })))
}
