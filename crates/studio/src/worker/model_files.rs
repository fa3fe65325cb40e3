//! Files of a model or a library: downloaded once, cached in the origin's file system, verified against the manifest at every load.
//!
//! The cache holds `models/<blake3>/<name>` for each file and `models/manifests/<blake3 of the URL>` for each manifest,
//! which serves a visit without a network. An interrupted download resumes from the cached prefix.

use super::port;
use crate::opfs::{Folder, StorageError, Writer};
use crate::platform::{error_text, property};
use js_sys::Uint8Array;
use kinora_contract::Manifest;
use kinora_contract::manifest::ModelFile;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, Request, RequestInit, Response, Url};

const MODELS: &str = "models";
const MANIFESTS: &str = "manifests";
const LIBRARIES: &str = "libraries";

/// The files of a model in memory.
#[derive(Debug, Default)]
pub struct LoadedFiles {
    /// Contents by name.
    pub files: kinora_models::ModelFiles,
    /// Bytes that were downloaded.
    pub downloaded: f64,
    /// Why a file could not be cached, as a sentence.
    pub not_cached: Option<String>,
}

/// Loads the manifest at `url`, relative to the site, and all its files. Calls `on_progress` with the bytes received and
/// in total. Errors are sentences for the user.
pub async fn load(
    url: &str,
    on_progress: &dyn Fn(f64, f64),
) -> Result<(Manifest, LoadedFiles), String> {
    let url = same_origin(url)?;
    let manifest = load_manifest(&url).await?;
    let total: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let mut loaded = LoadedFiles::default();
    let mut before: u64 = 0;
    for file in &manifest.files {
        let on_progress = |received: u64| on_progress((before + received) as f64, total as f64);
        let bytes = load_file(&url, file, MODELS, &mut loaded, &on_progress).await?;
        before += file.bytes;
        loaded.files.insert(file.name.clone(), bytes);
    }
    if loaded.downloaded > 0.0 {
        // An unused file that cannot be removed only takes space.
        let _ = evict_unused().await;
    }
    Ok((manifest, loaded))
}

/// Loads one file of the site, which is no model's: a library. Libraries of earlier versions are removed from the cache.
pub async fn load_library(url: &str, file: &ModelFile) -> Result<Vec<u8>, String> {
    let url = same_origin(url)?;
    let mut loaded = LoadedFiles::default();
    let bytes = load_file(&url, file, LIBRARIES, &mut loaded, &|_| {}).await?;
    if loaded.downloaded > 0.0 {
        // An unused file that cannot be removed only takes space.
        let _ = keep_only(LIBRARIES, std::slice::from_ref(&file.blake3)).await;
    }
    Ok(bytes)
}

/// Resolves a URL against the site. Models of other sites are not trusted.
fn same_origin(url: &str) -> Result<Url, String> {
    let here = port::scope().location();
    Url::new_with_base(url, &here.href())
        .ok()
        .filter(|url| url.origin() == here.origin())
        .ok_or_else(|| {
            format!("The model “{url}” is not on this site. Check the address of the page.")
        })
}

/// Fetches a manifest; falls back to the cached one if that fails.
async fn load_manifest(url: &Url) -> Result<Manifest, String> {
    let name = blake3::hash(url.href().as_bytes()).to_hex().to_string();
    let cache = manifests().await.ok();
    match fetch_text(url).await {
        Ok(text) => {
            let manifest = parse(&text)?;
            if let Some(cache) = cache {
                // Without the copy, only use without a network is lost.
                let _ = cache.write(&name, &Uint8Array::from(text.as_bytes())).await;
            }
            Ok(manifest)
        }
        Err(problem) => match cache {
            Some(cache) => parse(&cache.text(&name).await.map_err(|_| problem)?),
            None => Err(problem),
        },
    }
}

fn parse(text: &str) -> Result<Manifest, String> {
    kinora_models::parse_manifest(text)
        .map_err(|error| format!("The model cannot be used: {error}. Reload the page."))
}

async fn fetch_text(url: &Url) -> Result<String, String> {
    let response = get(&url.href(), 0).await?;
    let text = response.text().map_err(|e| interrupted(&e, None))?;
    let text = JsFuture::from(text)
        .await
        .map_err(|e| interrupted(&e, None))?;
    Ok(text.as_string().unwrap_or_default())
}

/// Reads a file from the cache, or downloads what is missing of it.
async fn load_file(
    manifest: &Url,
    file: &ModelFile,
    folder: &str,
    loaded: &mut LoadedFiles,
    on_progress: &dyn Fn(u64),
) -> Result<Vec<u8>, String> {
    let mut cache = Cache::open(file, folder).await;
    let mut bytes = cache.read().await;
    if bytes.len() as u64 == file.bytes {
        if is_intact(file, &bytes) {
            return Ok(bytes);
        }
        // The cached copy is damaged.
        cache.remove().await;
        bytes.clear();
    }
    let url = Url::new_with_base(&file.name, &manifest.href())
        .map_or_else(|_| file.name.clone(), |url| url.href());
    loaded.downloaded += download(&url, file, &mut bytes, &mut cache, on_progress).await?;
    if is_intact(file, &bytes) {
        loaded.not_cached = loaded.not_cached.take().or_else(|| cache.error());
        return Ok(bytes);
    }
    cache.remove().await;
    Err(format!(
        "The model's file {} is damaged: expected hash {}, got {} ({} bytes). It was discarded. Try again; if that \
         does not help, the site's copy is damaged.",
        file.name,
        file.blake3,
        blake3::hash(&bytes).to_hex(),
        bytes.len()
    ))
}

fn is_intact(file: &ModelFile, bytes: &[u8]) -> bool {
    blake3::hash(bytes).to_hex().as_str() == file.blake3
}

/// Downloads a file from byte `bytes.len()` on, appends it to `bytes` and to the cache, and returns the bytes received.
async fn download(
    url: &str,
    file: &ModelFile,
    bytes: &mut Vec<u8>,
    cache: &mut Cache<'_>,
    on_progress: &dyn Fn(u64),
) -> Result<f64, String> {
    let response = get(url, bytes.len()).await?;
    if response.status() != 206 {
        bytes.clear();
    }
    let mut writer = cache.writer(bytes.len()).await;
    let mut downloaded = 0.0;
    let far = |bytes: &[u8]| Some((bytes.len() as u64, file.bytes));
    let body = response
        .body()
        .ok_or_else(|| interrupted(&"an empty answer".into(), far(bytes)))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        on_progress(bytes.len() as u64);
        let chunk = JsFuture::from(reader.read())
            .await
            .map_err(|e| interrupted(&e, far(bytes)))?;
        // A body longer than announced is the wrong file; the hash reports it.
        if property(&chunk, "done").is_truthy() || bytes.len() as u64 > file.bytes {
            return Ok(downloaded);
        }
        let chunk = Uint8Array::new(&property(&chunk, "value")).to_vec();
        downloaded += chunk.len() as f64;
        bytes.extend_from_slice(&chunk);
        if let Some(Err(error)) = writer.as_mut().map(|writer| writer.append(&chunk)) {
            writer = None;
            cache.folder = Err(error);
        }
    }
}

/// Requests a URL from a byte on. A status other than success is an error.
async fn get(url: &str, from: usize) -> Result<Response, String> {
    let init = RequestInit::new();
    if from > 0 {
        let headers = Headers::new().map_err(|e| interrupted(&e, None))?;
        // A fresh list accepts a well-formed header.
        let _ = headers.set("Range", &format!("bytes={from}-"));
        init.set_headers(&headers);
    }
    let request = Request::new_with_str_and_init(url, &init).map_err(|e| interrupted(&e, None))?;
    let response = JsFuture::from(port::scope().fetch_with_request(&request)).await;
    let response: Response = response
        .map_err(|e| interrupted(&e, None))?
        .unchecked_into();
    if response.ok() {
        return Ok(response);
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    Err(format!(
        "The model could not be downloaded: the site answered {} for {name}. Try again.",
        response.status()
    ))
}

/// Describes a broken connection; `progress` holds the bytes received and in total.
fn interrupted(error: &JsValue, progress: Option<(u64, u64)>) -> String {
    let progress = progress.map_or_else(String::new, |(received, total)| {
        let [received, total] = [received, total].map(|bytes| bytes as f64 / 1e6);
        format!(" after {received:.1} of {total:.1} MB")
    });
    format!(
        "The model could not be downloaded: the connection broke{progress} ({}). Try again; the download resumes there.",
        error_text(error)
    )
}

/// The cached copy of a file. If the storage fails, the file is loaded without it.
struct Cache<'a> {
    file: &'a ModelFile,
    folder: Result<Folder, StorageError>,
}

impl<'a> Cache<'a> {
    async fn open(file: &'a ModelFile, folder: &str) -> Self {
        let folder = match home(folder).await {
            Ok(folder) => folder.create(&file.blake3).await,
            Err(error) => Err(error),
        };
        Self { file, folder }
    }

    /// Reads the cached bytes: the whole file, a prefix, or nothing.
    async fn read(&self) -> Vec<u8> {
        let Ok(folder) = &self.folder else {
            return Vec::new();
        };
        let bytes = folder.bytes(&self.file.name).await.unwrap_or_default();
        if bytes.len() as u64 > self.file.bytes {
            Vec::new()
        } else {
            bytes
        }
    }

    /// Opens the cached file to append after its first `keep` bytes.
    async fn writer(&mut self, keep: usize) -> Option<Writer> {
        let folder = self.folder.as_ref().ok()?;
        match folder.writer(&self.file.name, keep as f64).await {
            Ok(writer) => Some(writer),
            Err(error) => {
                self.folder = Err(error);
                None
            }
        }
    }

    async fn remove(&self) {
        if let Ok(folder) = &self.folder {
            // A damaged copy that cannot be removed is found again by its hash.
            let _ = folder.remove(&self.file.name).await;
        }
    }

    fn error(&self) -> Option<String> {
        let error = self.folder.as_ref().err()?;
        Some(format!(
            "The model works, but it could not be stored for your next visit, because {error}."
        ))
    }
}

/// Removes cached files that no cached manifest lists.
async fn evict_unused() -> Result<(), StorageError> {
    let manifests = manifests().await?;
    let mut used = vec![MANIFESTS.to_owned()];
    for name in manifests.names().await? {
        if let Ok(manifest) = parse(&manifests.text(&name).await?) {
            used.extend(manifest.files.into_iter().map(|file| file.blake3));
        }
    }
    keep_only(MODELS, &used).await
}

/// Removes all entries of a folder but these.
async fn keep_only(folder: &str, used: &[String]) -> Result<(), StorageError> {
    let folder = home(folder).await?;
    for name in folder.names().await? {
        if !used.contains(&name) {
            folder.remove(&name).await?;
        }
    }
    Ok(())
}

async fn home(folder: &str) -> Result<Folder, StorageError> {
    Folder::home().await?.create(folder).await
}

async fn manifests() -> Result<Folder, StorageError> {
    home(MODELS).await?.create(MANIFESTS).await
}
