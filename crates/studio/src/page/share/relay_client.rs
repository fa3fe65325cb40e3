//! Talking to the relay that serves this page: asked, signed, uploaded in pieces, gone on with after a broken line.

use super::key::{self, DeviceKey};
use crate::platform;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Date, Function, Promise, Uint8Array};
use kinora_contract::share::{ClipView, Problem, RelayView, Uploaded};
use kinora_contract::signing::{RequestToSign, SignedHeader};
use leptos::prelude::window;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// Bytes that are sent at once; what was confirmed is never sent again.
const PIECE_BYTES: u32 = 256 * 1024;
/// How often a broken line is tried again before the person is asked.
const TRIES: i32 = 5;
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// Why something did not work.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// No answer came.
    Lost,
    /// The relay said no.
    Refused(Problem),
    /// The person stopped it.
    Cancelled,
    /// This browser cannot, as a sentence.
    Browser(String),
}

impl Trouble {
    /// What happened and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::Lost => "The relay did not answer. Check the connection and try again; what was sent already is not sent again.".to_owned(),
            Self::Refused(problem) if problem.kind.ends_with(":bad-signature") => format!(
                "{} Check that the clock of this device is right, then try again.",
                problem.detail
            ),
            Self::Refused(problem) => problem.detail.clone(),
            Self::Cancelled => "Stopped. Nothing was published.".to_owned(),
            Self::Browser(sentence) => sentence.clone(),
        }
    }

    /// The status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    fn may_pass(&self) -> bool {
        match self {
            Self::Lost => true,
            Self::Refused(problem) => {
                matches!(problem.status, 408 | 409 | 423 | 429 | 460 | 500..=599)
            }
            _ => false,
        }
    }
}

/// The relay behind this page; none where the page is served by a host of files.
pub async fn find() -> Result<Option<RelayView>, Trouble> {
    match ask("GET", "/api/relay", &[], None, None).await {
        // A host of files may answer every address with the page itself.
        Ok(answer) => Ok(json(&answer).await.ok()),
        Err(Trouble::Refused(problem)) if problem.status < 500 => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// A clip that whoever has its id may see.
pub async fn clip(id: &str) -> Result<ClipView, Trouble> {
    json(&ask("GET", &format!("/api/clips/{id}"), &[], None, None).await?).await
}

/// Asks something that the key must sign.
pub async fn signed(
    relay: &RelayView,
    key: &DeviceKey,
    method: &str,
    path: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> Result<Response, Trouble> {
    let time = (Date::now() / 1000.0) as u64;
    let nonce = key::nonce().map_err(Trouble::Browser)?;
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
        signature: signature.map_err(Trouble::Browser)?,
    };
    let header = header.to_header();
    let mut all = vec![("Authorization", header.as_str())];
    all.extend_from_slice(headers);
    let body = (!body.is_empty()).then(|| JsValue::from_str(body));
    ask(method, path, &all, body.as_ref(), None).await
}

/// An answer's JSON.
pub async fn json<T: DeserializeOwned>(answer: &Response) -> Result<T, Trouble> {
    let text = answer.text().map_err(|_| Trouble::Lost)?;
    let text = JsFuture::from(text).await.map_err(|_| Trouble::Lost)?;
    let text = text.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|_| {
        Trouble::Browser(
            "The relay's answer could not be read. Reload the page and try again.".to_owned(),
        )
    })
}

/// A file on its way; kept, so that trying again goes on where it stopped.
#[derive(Clone, Debug)]
pub struct Upload {
    bytes: Uint8Array,
    hash: String,
    id: Option<String>,
}

impl Upload {
    /// A file that was not begun yet.
    pub fn new(bytes: Uint8Array) -> Self {
        let hash = blake3::hash(&bytes.to_vec()).to_hex().to_string();
        Self {
            bytes,
            hash,
            id: None,
        }
    }

    /// Its size in bytes.
    pub fn length(&self) -> u32 {
        self.bytes.length()
    }

    /// Sends what is missing; `sent` hears how many bytes are there.
    pub async fn send(
        &mut self,
        relay: &RelayView,
        key: &DeviceKey,
        stop: &AbortSignal,
        sent: impl Fn(u32),
    ) -> Result<Uploaded, Trouble> {
        let mut failures = 0;
        loop {
            match self.attempt(relay, key, stop, &sent).await {
                Ok(upload) => {
                    let blake3 = self.hash.clone();
                    return Ok(Uploaded { upload, blake3 });
                }
                Err(_) if stop.aborted() => return Err(Trouble::Cancelled),
                // It has expired: begin it again.
                Err(trouble) if trouble.status() == Some(404) && self.id.is_some() => {
                    self.id = None;
                }
                Err(trouble) if trouble.may_pass() && failures < TRIES => {
                    failures += 1;
                    wait(300 << failures).await;
                }
                Err(trouble) => return Err(trouble),
            }
        }
    }

    /// Frees what the relay holds of it.
    pub async fn give_up(&mut self) {
        if let Some(id) = self.id.take() {
            // An upload that nobody ends expires within a day.
            let _ = ask("DELETE", &address(&id), &[TUS], None, None).await;
        }
    }

    async fn attempt(
        &mut self,
        relay: &RelayView,
        key: &DeviceKey,
        stop: &AbortSignal,
        sent: &impl Fn(u32),
    ) -> Result<String, Trouble> {
        let (id, mut at) = match &self.id {
            Some(id) => (id.clone(), offset(id, stop).await?),
            None => (self.begin(relay, key).await?, 0),
        };
        while at < self.length() {
            sent(at);
            at = self.piece(&id, at, stop).await?;
        }
        sent(at);
        Ok(id)
    }

    async fn begin(&mut self, relay: &RelayView, key: &DeviceKey) -> Result<String, Trouble> {
        let length = self.length().to_string();
        let headers = [TUS, ("Upload-Length", length.as_str())];
        let begun = signed(relay, key, "POST", "/api/uploads", "", &headers).await?;
        let location = begun
            .headers()
            .get("Location")
            .ok()
            .flatten()
            .unwrap_or_default();
        let id = location.rsplit('/').next().unwrap_or_default().to_owned();
        self.id = Some(id.clone());
        Ok(id)
    }

    async fn piece(&self, id: &str, at: u32, stop: &AbortSignal) -> Result<u32, Trouble> {
        let end = self.length().min(at.saturating_add(PIECE_BYTES));
        let piece = self.bytes.slice(at, end);
        let digest = STANDARD.encode(blake3::hash(&piece.to_vec()).as_bytes());
        let headers = [
            TUS,
            ("Content-Type", "application/offset+octet-stream"),
            ("Upload-Offset", &at.to_string()),
            ("Upload-Checksum", &format!("blake3 {digest}")),
        ];
        let answer = ask("PATCH", &address(id), &headers, Some(&piece), Some(stop)).await?;
        number(&answer, "Upload-Offset").ok_or(Trouble::Lost)
    }
}

/// How far an upload has come, as the relay says.
async fn offset(id: &str, stop: &AbortSignal) -> Result<u32, Trouble> {
    let answer = ask("HEAD", &address(id), &[TUS], None, Some(stop)).await?;
    number(&answer, "Upload-Offset").ok_or(Trouble::Lost)
}

fn address(id: &str) -> String {
    format!("/api/uploads/{id}")
}

fn number(answer: &Response, name: &str) -> Option<u32> {
    answer.headers().get(name).ok()??.parse().ok()
}

/// Asks; an answer that is no success is a [`Trouble::Refused`].
async fn ask(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&JsValue>,
    stop: Option<&AbortSignal>,
) -> Result<Response, Trouble> {
    let browser = |error: JsValue| Trouble::Browser(platform::error_text(&error));
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
    init.set_signal(stop);
    let answer = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let answer: Response = match answer {
        Ok(answer) => answer.unchecked_into(),
        Err(_) if stop.is_some_and(AbortSignal::aborted) => return Err(Trouble::Cancelled),
        Err(_) => return Err(Trouble::Lost),
    };
    if answer.ok() {
        return Ok(answer);
    }
    let status = answer.status();
    let told = json::<Problem>(&answer).await;
    Err(Trouble::Refused(told.unwrap_or_else(|_| Problem {
        kind: String::new(),
        title: String::new(),
        status,
        detail: format!("The relay answered with {status}. Try again in a while."),
    })))
}

async fn wait(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _: Function| {
        // Without a timer there is nothing to wait for.
        let timer =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        if timer.is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}
