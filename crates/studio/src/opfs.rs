//! The origin private file system: folders, files and typed errors.

use crate::platform;
use js_sys::{AsyncIterator, IteratorNext, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemSyncAccessHandle,
};

/// Error of a storage operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The origin's quota is used up.
    #[error("this browser's storage for Kinora is full")]
    Full,
    /// Private windows and insecure pages have no storage.
    #[error("this browser offers no storage here (a private window, or a page without https)")]
    Unavailable,
    /// No file or folder has this name.
    #[error("“{0}” is not in this browser's storage")]
    Missing(String),
    /// Any other error, with the browser's message.
    #[error("this browser's storage failed: {0}")]
    Other(String),
}

/// A folder.
#[derive(Clone, Debug)]
pub struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// Opens Kinora's folder of the origin, creating it if needed.
    pub async fn home() -> Result<Self, StorageError> {
        let storage = platform::storage().ok_or(StorageError::Unavailable)?;
        let root = JsFuture::from(storage.get_directory())
            .await
            .map_err(|_| StorageError::Unavailable)?;
        Folder(root.unchecked_into()).create("kinora").await
    }

    /// Opens a subfolder, creating it if needed.
    pub async fn create(&self, name: &str) -> Result<Self, StorageError> {
        self.folder(name, true).await
    }

    /// Opens an existing subfolder.
    pub async fn open(&self, name: &str) -> Result<Self, StorageError> {
        self.folder(name, false).await
    }

    /// Lists the names of all entries.
    pub async fn names(&self) -> Result<Vec<String>, StorageError> {
        let keys: AsyncIterator = self.0.keys();
        let mut names = Vec::new();
        loop {
            let next = keys.next().map_err(|e| fault(&e, ""))?;
            let next: IteratorNext = JsFuture::from(next)
                .await
                .map_err(|e| fault(&e, ""))?
                .unchecked_into();
            if next.done() {
                return Ok(names);
            }
            names.extend(next.value().as_string());
        }
    }

    /// Opens an existing file; its content is read on demand.
    pub async fn file(&self, name: &str) -> Result<File, StorageError> {
        let handle = self.handle(name, false).await?;
        Ok(JsFuture::from(handle.get_file())
            .await
            .map_err(|e| fault(&e, name))?
            .unchecked_into())
    }

    /// Reads a whole file as text.
    pub async fn text(&self, name: &str) -> Result<String, StorageError> {
        let text = JsFuture::from(self.file(name).await?.text())
            .await
            .map_err(|e| fault(&e, name))?;
        Ok(text.as_string().unwrap_or_default())
    }

    /// Reads a whole file.
    pub async fn bytes(&self, name: &str) -> Result<Vec<u8>, StorageError> {
        let buffer = JsFuture::from(self.file(name).await?.array_buffer())
            .await
            .map_err(|e| fault(&e, name))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// Creates an empty file; leaves an existing one unchanged.
    pub async fn touch(&self, name: &str) -> Result<(), StorageError> {
        self.handle(name, true).await.map(drop)
    }

    /// Writes a whole file, in a worker only. Removes the file on failure.
    pub async fn write(&self, name: &str, bytes: &Uint8Array) -> Result<(), StorageError> {
        let outcome = match self.writer(name, 0.0).await {
            Ok(mut writer) => writer.append_js(bytes),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // The first error is the cause. A partial file that cannot be removed is overwritten by the next write.
            let _ = self.remove(name).await;
        }
        outcome
    }

    /// Opens a file to append to, in a worker only, keeping its first `keep` bytes.
    pub async fn writer(&self, name: &str, keep: f64) -> Result<Writer, StorageError> {
        let handle = self.handle(name, true).await?;
        let handle = JsFuture::from(handle.create_sync_access_handle())
            .await
            .map_err(|e| fault(&e, name))?;
        let writer = Writer {
            handle: handle.unchecked_into(),
            name: name.to_owned(),
        };
        writer
            .handle
            .truncate_with_f64(keep)
            .map_err(|e| fault(&e, name))?;
        Ok(writer)
    }

    /// Removes a file or a whole folder.
    pub async fn remove(&self, name: &str) -> Result<(), StorageError> {
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        let removed = self.0.remove_entry_with_options(name, &options);
        JsFuture::from(removed)
            .await
            .map(drop)
            .map_err(|e| fault(&e, name))
    }

    async fn folder(&self, name: &str, create: bool) -> Result<Self, StorageError> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(create);
        let folder = self.0.get_directory_handle_with_options(name, &options);
        Ok(Folder(
            JsFuture::from(folder)
                .await
                .map_err(|e| fault(&e, name))?
                .unchecked_into(),
        ))
    }

    async fn handle(&self, name: &str, create: bool) -> Result<FileSystemFileHandle, StorageError> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(create);
        let handle = self.0.get_file_handle_with_options(name, &options);
        Ok(JsFuture::from(handle)
            .await
            .map_err(|e| fault(&e, name))?
            .unchecked_into())
    }
}

/// A file open for appending; closes on drop, which lets others read it.
#[derive(Debug)]
pub struct Writer {
    handle: FileSystemSyncAccessHandle,
    name: String,
}

impl Writer {
    /// Appends bytes. A partial write is an error.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let written = self
            .handle
            .write_with_u8_array(bytes)
            .map_err(|e| fault(&e, &self.name))?;
        self.all_written(written, bytes.len())
    }

    fn append_js(&mut self, bytes: &Uint8Array) -> Result<(), StorageError> {
        let written = self
            .handle
            .write_with_js_u8_array(bytes)
            .map_err(|e| fault(&e, &self.name))?;
        self.all_written(written, bytes.length() as usize)
    }

    /// Browsers report a full disk by a short write as often as by an error.
    fn all_written(&self, written: f64, wanted: usize) -> Result<(), StorageError> {
        if written as usize != wanted {
            return Err(StorageError::Full);
        }
        self.handle.flush().map_err(|e| fault(&e, &self.name))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.handle.close();
    }
}

fn fault(error: &JsValue, name: &str) -> StorageError {
    match platform::error_name(error).as_str() {
        "QuotaExceededError" => StorageError::Full,
        "NotFoundError" => StorageError::Missing(name.to_owned()),
        "SecurityError" | "NotAllowedError" => StorageError::Unavailable,
        _ => StorageError::Other(platform::error_text(error)),
    }
}
