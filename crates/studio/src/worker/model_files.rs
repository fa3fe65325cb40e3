//! The starter's files: fetched once, kept in the origin's file system, checked against their hash every time.

use super::line;
use crate::opfs::{Folder, StorageError, Writer};
use crate::platform::{error_text, property};
use js_sys::Uint8Array;
use kinora_model::weights::WeightsError;
use kinora_model::{Starter, StarterConfig, StarterError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, Request, RequestInit, Response, Url};

const PLACE: &str = "models/starter/";
const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const WEIGHTS: &str = "starter.safetensors";

/// The starter and where it came from.
pub struct Loaded {
    /// Ready for an executor.
    pub starter: Starter,
    /// Bytes of weights that came over the network.
    pub downloaded: f64,
    /// Why the store does not have them, as a sentence.
    pub unkept: Option<String>,
}

/// Loads the starter; `progress` hears bytes so far and in all. Every error is a sentence for a person.
pub async fn load(progress: &dyn Fn(f64, f64)) -> Result<Loaded, String> {
    let config = text(CONFIG).await?;
    let tokenizer = text(TOKENIZER).await?;
    let parsed =
        StarterConfig::from_json(&config).map_err(|error| format!("{error}. Reload the page."))?;
    let mut kept = Kept::open(&parsed.weights_blake3).await;
    let stored = kept.bytes(parsed.weights_bytes).await;
    let from_store = stored.len() as u64 == parsed.weights_bytes;
    if from_store {
        match Starter::from_files(&config, &tokenizer, &stored) {
            Ok(starter) => {
                return Ok(Loaded {
                    starter,
                    downloaded: 0.0,
                    unkept: None,
                });
            }
            // What the store holds is damaged: fetch it again.
            Err(_) => kept.forget().await,
        }
    }
    let have = if from_store { Vec::new() } else { stored };
    let (weights, downloaded) = download(have, parsed.weights_bytes, &mut kept, progress).await?;
    match Starter::from_files(&config, &tokenizer, &weights) {
        Ok(starter) => {
            kept.drop_other_versions().await;
            Ok(Loaded {
                starter,
                downloaded,
                unkept: kept.refusal(),
            })
        }
        Err(error) => {
            kept.forget().await;
            Err(refused(&error))
        }
    }
}

fn refused(error: &StarterError) -> String {
    match error {
        StarterError::Weights(WeightsError::Hash {
            expected,
            found,
            bytes,
        }) => format!(
            "The model's weights are not the ones that belong to this page: expected hash {expected}, got {found} \
             ({bytes} bytes). Nothing of them was kept. Try again; if that does not help, the site's files are damaged."
        ),
        other => format!("The model cannot be used: {other}. Try again."),
    }
}

/// A small file: from the network, or as it was last time when there is no network.
async fn text(name: &str) -> Result<String, String> {
    let folder = match Folder::home().await {
        Ok(home) => home.make("models").await.ok(),
        Err(_) => None,
    };
    match fetch_text(name).await {
        Ok(text) => {
            if let Some(folder) = &folder {
                // Without it only offline use is lost.
                let _ = folder.write(name, &Uint8Array::from(text.as_bytes())).await;
            }
            Ok(text)
        }
        Err(problem) => match folder {
            Some(folder) => folder.text(name).await.map_err(|_| problem),
            None => Err(problem),
        },
    }
}

async fn fetch_text(name: &str) -> Result<String, String> {
    let response = get(name, 0).await?;
    let text = response.text().map_err(|e| broken(&e, 0.0, 0.0))?;
    let text = JsFuture::from(text)
        .await
        .map_err(|e| broken(&e, 0.0, 0.0))?;
    Ok(text.as_string().unwrap_or_default())
}

/// Fetches the weights from byte `have.len()` on, keeping what arrives.
async fn download(
    mut have: Vec<u8>,
    total: u64,
    kept: &mut Kept,
    progress: &dyn Fn(f64, f64),
) -> Result<(Vec<u8>, f64), String> {
    let total = total as f64;
    let response = get(WEIGHTS, have.len()).await?;
    if response.status() != 206 {
        have.clear();
    }
    let mut writer = kept.writer(have.len()).await;
    let mut downloaded = 0.0;
    let body = response
        .body()
        .ok_or_else(|| broken(&JsValue::from_str("an empty answer"), 0.0, total))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        progress(have.len() as f64, total);
        let chunk = JsFuture::from(reader.read())
            .await
            .map_err(|e| broken(&e, have.len() as f64, total))?;
        if property(&chunk, "done").is_truthy() {
            return Ok((have, downloaded));
        }
        let bytes = Uint8Array::new(&property(&chunk, "value")).to_vec();
        downloaded += bytes.len() as f64;
        have.extend_from_slice(&bytes);
        if let Some(Err(error)) = writer.as_mut().map(|writer| writer.append(&bytes)) {
            writer = None;
            kept.refuse(error);
        }
        if have.len() as f64 > total {
            // More than was announced: not our file. The hash will say so without reading all of it.
            return Ok((have, downloaded));
        }
    }
}

async fn get(name: &str, from: usize) -> Result<Response, String> {
    let here = line::scope().location().href();
    let url = Url::new_with_base(&format!("{PLACE}{name}"), &here)
        .map_or_else(|_| name.to_owned(), |url| url.href());
    let init = RequestInit::new();
    if from > 0 {
        let headers = Headers::new().map_err(|e| broken(&e, 0.0, 0.0))?;
        // A well-formed header of a fresh list is always taken.
        let _ = headers.set("Range", &format!("bytes={from}-"));
        init.set_headers(&headers);
    }
    let request = Request::new_with_str_and_init(&url, &init).map_err(|e| broken(&e, 0.0, 0.0))?;
    let response = JsFuture::from(line::scope().fetch_with_request(&request)).await;
    let response: Response = response.map_err(|e| broken(&e, 0.0, 0.0))?.unchecked_into();
    if response.ok() {
        return Ok(response);
    }
    Err(format!(
        "The model could not be fetched: the site answered {} for {name}. Try again.",
        response.status()
    ))
}

fn broken(error: &JsValue, received: f64, total: f64) -> String {
    let how_far = if total > 0.0 {
        format!(" after {:.1} of {:.1} MB", received / 1e6, total / 1e6)
    } else {
        String::new()
    };
    format!(
        "The model could not be fetched: the connection broke{how_far} ({}). Try again; it goes on from there.",
        error_text(error)
    )
}

/// The store's copy of one version of the weights. A store that fails is done without.
struct Kept {
    folder: Result<Folder, StorageError>,
    hash: String,
}

impl Kept {
    async fn open(hash: &str) -> Self {
        let folder = match Folder::home().await {
            Ok(home) => match home.make("models").await {
                Ok(models) => models.make(hash).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        Self {
            folder,
            hash: hash.to_owned(),
        }
    }

    /// What is there, all of it or its beginning.
    async fn bytes(&self, at_most: u64) -> Vec<u8> {
        let Ok(folder) = &self.folder else {
            return Vec::new();
        };
        let bytes = folder.bytes(WEIGHTS).await.unwrap_or_default();
        if bytes.len() as u64 > at_most {
            Vec::new()
        } else {
            bytes
        }
    }

    async fn writer(&mut self, keep: usize) -> Option<Writer> {
        let folder = self.folder.as_ref().ok()?;
        match folder.writer(WEIGHTS, keep as f64).await {
            Ok(writer) => Some(writer),
            Err(error) => {
                self.refuse(error);
                None
            }
        }
    }

    async fn forget(&self) {
        if let Ok(folder) = &self.folder {
            // What cannot be removed is found damaged again next time.
            let _ = folder.remove(WEIGHTS).await;
        }
    }

    /// Old versions only take space.
    async fn drop_other_versions(&self) {
        let Ok(home) = Folder::home().await else {
            return;
        };
        let Ok(models) = home.make("models").await else {
            return;
        };
        for name in models.names().await.unwrap_or_default() {
            if name.len() == self.hash.len() && name != self.hash {
                let _ = models.remove(&name).await;
            }
        }
    }

    fn refuse(&mut self, error: StorageError) {
        self.folder = Err(error);
    }

    fn refusal(&self) -> Option<String> {
        let error = self.folder.as_ref().err()?;
        Some(format!(
            "The model works but could not be kept for your next visit, because {error}."
        ))
    }
}
