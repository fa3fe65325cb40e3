//! The body of one request on its way into the store: cut into parts, each an object before its row says that it came.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use sha1::{Digest as _, Sha1};
use std::time::Duration;

use crate::app::Shared;
use crate::db::{NewPart, Upload};
use crate::error::ApiError;
use crate::locks::Guard;
use crate::store::{Fresh, part_name};
use crate::uploads;

/// The most bytes of a part: what a sender sends again at most, and what is in memory of each upload under way.
const PART_BYTES: usize = 1 << 20;
/// The most parts of an upload: what was sent in smaller pieces costs more to keep than it is worth.
const MOST_PARTS: u64 = 1000;
/// How long nothing may come before the connection is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// What the sender promised about the bytes of a request.
#[derive(Clone, Debug)]
pub enum Checksum {
    /// SHA-1, which tus asks every server for.
    Sha1([u8; 20]),
    /// BLAKE3.
    Blake3([u8; 32]),
}

impl Checksum {
    /// A checksum by the name of its algorithm; none for an unknown one or a wrong length.
    pub fn new(name: &str, digest: &[u8]) -> Option<Self> {
        match name {
            "sha1" => digest.try_into().ok().map(Self::Sha1),
            "blake3" => digest.try_into().ok().map(Self::Blake3),
            _ => None,
        }
    }
}

/// Takes a body into an upload and gives the offset that was reached. What came counts even if the connection breaks, unless a
/// checksum was promised: then all of it counts or nothing. Of a body that is longer than announced, whole parts may count.
pub async fn receive(
    relay: Shared,
    upload: Upload,
    checksum: Option<Checksum>,
    mut body: Body,
    _guard: Guard,
) -> Result<u64, ApiError> {
    let room = upload.length - upload.came;
    let mut incoming = Incoming::new(relay, upload, checksum);
    let mut came = 0;
    let problem = loop {
        let frame = match tokio::time::timeout(SILENCE, body.frame()).await {
            Err(_) => break ApiError::Timeout,
            Ok(None) => return incoming.end().await,
            Ok(Some(Err(_))) => break ApiError::Closed,
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        came += data.len() as u64;
        if came > room {
            return Err(ApiError::TooLarge { limit: room });
        }
        incoming.add(&data).await?;
    };
    incoming.break_off().await?;
    Err(problem)
}

struct Incoming {
    relay: Shared,
    upload: Upload,
    /// Where the upload stands: the first byte that does not count yet.
    at: u64,
    checksum: Option<Checksum>,
    sha1: Sha1,
    blake3: blake3::Hasher,
    waiting: Vec<u8>,
    /// Parts that are objects and have no row yet.
    parts: Vec<NewPart>,
    objects: Fresh,
}

impl Incoming {
    fn new(relay: Shared, upload: Upload, checksum: Option<Checksum>) -> Self {
        Self {
            objects: relay.store.nothing_fresh(),
            relay,
            at: upload.came,
            upload,
            checksum,
            sha1: Sha1::new(),
            blake3: blake3::Hasher::new(),
            waiting: Vec::new(),
            parts: Vec::new(),
        }
    }

    async fn add(&mut self, mut data: &[u8]) -> Result<(), ApiError> {
        match self.checksum {
            Some(Checksum::Sha1(_)) => self.sha1.update(data),
            Some(Checksum::Blake3(_)) => drop(self.blake3.update(data)),
            None => {}
        }
        while !data.is_empty() {
            let (now, later) = data.split_at(data.len().min(PART_BYTES - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            data = later;
            if self.waiting.len() == PART_BYTES {
                self.write().await?;
                if self.checksum.is_none() {
                    self.commit().await?;
                }
            }
        }
        Ok(())
    }

    /// The body is whole.
    async fn end(mut self) -> Result<u64, ApiError> {
        let fits = match self.checksum.take() {
            None => true,
            Some(Checksum::Sha1(digest)) => self.sha1.finalize_reset()[..] == digest[..],
            Some(Checksum::Blake3(digest)) => *self.blake3.finalize().as_bytes() == digest,
        };
        if !fits {
            return Err(ApiError::Checksum);
        }
        self.write().await?;
        self.commit().await?;
        Ok(self.at)
    }

    /// The body ended too early.
    async fn break_off(mut self) -> Result<(), ApiError> {
        if self.checksum.is_some() {
            return Ok(());
        }
        self.write().await?;
        self.commit().await
    }

    /// Makes an object of what waits.
    async fn write(&mut self) -> Result<(), ApiError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let parts = self.upload.parts + self.parts.len() as u64;
        if parts >= MOST_PARTS {
            return Err(ApiError::BadRequest(
                "The upload came in more than 1,000 pieces. Begin it again and send larger ones.",
            ));
        }
        let bytes = Bytes::from(std::mem::take(&mut self.waiting));
        let unwritten: u64 = self.parts.iter().map(|part| part.bytes).sum();
        let part = NewPart {
            object: part_name(&self.upload.id, self.at + unwritten)?,
            bytes: bytes.len() as u64,
        };
        let put = self.relay.store.put_fresh(part.object.clone(), bytes);
        self.objects.add(put.await?);
        self.parts.push(part);
        Ok(())
    }

    /// Lets the parts count.
    async fn commit(&mut self) -> Result<(), ApiError> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let parts = std::mem::take(&mut self.parts);
        let added = self.relay.db.add_parts(&self.upload.id, self.at, &parts);
        match added.await {
            Ok(true) => {
                self.objects.leave_to_rows();
                self.upload.parts += parts.len() as u64;
                self.at += parts.iter().map(|part| part.bytes).sum::<u64>();
                Ok(())
            }
            // Another node was faster, or has ended the upload.
            Ok(false) => {
                let upload = uploads::find(&self.relay, &self.upload.id).await?;
                let found = upload.came;
                Err(ApiError::Offset { found })
            }
            Err(error) => {
                self.objects.leave_to_rows();
                Err(error.into())
            }
        }
    }
}
