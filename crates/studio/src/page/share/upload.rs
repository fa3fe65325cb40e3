//! Resumable uploads by the tus protocol, in pieces with a checksum each.

use super::device_key::DeviceKey;
use super::relay_client::{RelayError, request, signed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Function, Promise, Uint8Array};
use kinora_contract::share::{RelayView, Uploaded};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Response};

/// Bytes of a request; confirmed bytes are never sent again.
const PIECE_BYTES: u32 = 256 * 1024;
/// Retries after a failure that may pass.
const RETRIES: i32 = 5;
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// The upload of a file; sending it again resumes it.
#[derive(Clone, Debug)]
pub struct Upload {
    bytes: Uint8Array,
    hash: String,
    id: Option<String>,
}

impl Upload {
    /// Prepares the upload of a file.
    pub fn new(bytes: Uint8Array) -> Self {
        let hash = blake3::hash(&bytes.to_vec()).to_hex().to_string();
        Self {
            bytes,
            hash,
            id: None,
        }
    }

    /// Returns the size of the file in bytes.
    pub fn length(&self) -> u32 {
        self.bytes.length()
    }

    /// Sends the missing bytes. Calls `on_progress` with the number of bytes that the relay has.
    pub async fn send(
        &mut self,
        relay: &RelayView,
        key: &DeviceKey,
        abort: &AbortSignal,
        on_progress: impl Fn(u32),
    ) -> Result<Uploaded, RelayError> {
        let mut failures = 0;
        loop {
            match self.attempt(relay, key, abort, &on_progress).await {
                Ok(upload) => {
                    let blake3 = self.hash.clone();
                    return Ok(Uploaded { upload, blake3 });
                }
                Err(_) if abort.aborted() => return Err(RelayError::Cancelled),
                // It has expired: start again.
                Err(error) if error.status() == Some(404) && self.id.is_some() => {
                    self.id = None;
                }
                Err(error) if error.may_pass() && failures < RETRIES => {
                    failures += 1;
                    wait(300 << failures).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Deletes the received bytes from the relay.
    pub async fn terminate(&mut self) {
        if let Some(id) = self.id.take() {
            // An abandoned upload expires within a day.
            let _ = request("DELETE", &path(&id), &[TUS], None, None).await;
        }
    }

    async fn attempt(
        &mut self,
        relay: &RelayView,
        key: &DeviceKey,
        abort: &AbortSignal,
        on_progress: &impl Fn(u32),
    ) -> Result<String, RelayError> {
        let (id, mut offset) = match &self.id {
            Some(id) => (id.clone(), received(id, abort).await?),
            None => (self.create(relay, key).await?, 0),
        };
        while offset < self.length() {
            on_progress(offset);
            offset = self.send_piece(&id, offset, abort).await?;
        }
        on_progress(offset);
        Ok(id)
    }

    async fn create(&mut self, relay: &RelayView, key: &DeviceKey) -> Result<String, RelayError> {
        let length = self.length().to_string();
        let headers = [TUS, ("Upload-Length", length.as_str())];
        let response = signed(relay, key, "POST", "/api/uploads", "", &headers).await?;
        let location = response
            .headers()
            .get("Location")
            .ok()
            .flatten()
            .unwrap_or_default();
        let id = location.rsplit('/').next().unwrap_or_default().to_owned();
        self.id = Some(id.clone());
        Ok(id)
    }

    async fn send_piece(
        &self,
        id: &str,
        offset: u32,
        abort: &AbortSignal,
    ) -> Result<u32, RelayError> {
        let end = self.length().min(offset.saturating_add(PIECE_BYTES));
        let piece = self.bytes.slice(offset, end);
        let digest = STANDARD.encode(blake3::hash(&piece.to_vec()).as_bytes());
        let headers = [
            TUS,
            ("Content-Type", "application/offset+octet-stream"),
            ("Upload-Offset", &offset.to_string()),
            ("Upload-Checksum", &format!("blake3 {digest}")),
        ];
        let response = request("PATCH", &path(id), &headers, Some(&piece), Some(abort)).await?;
        number(&response, "Upload-Offset").ok_or(RelayError::NoResponse)
    }
}

/// Returns the number of bytes that the relay has received.
async fn received(id: &str, abort: &AbortSignal) -> Result<u32, RelayError> {
    let response = request("HEAD", &path(id), &[TUS], None, Some(abort)).await?;
    number(&response, "Upload-Offset").ok_or(RelayError::NoResponse)
}

fn path(id: &str) -> String {
    format!("/api/uploads/{id}")
}

fn number(response: &Response, name: &str) -> Option<u32> {
    response.headers().get(name).ok()??.parse().ok()
}

async fn wait(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve: Function, _: Function| {
        // Without a timer, does not wait.
        let timer =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        if timer.is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}
