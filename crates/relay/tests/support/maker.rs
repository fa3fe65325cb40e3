//! Somebody with a device key.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::Signer as _;
use kinora_contract::signing::{KeyAlgorithm, PublicKey, RequestToSign, SignedHeader};
use serde_json::{Value, json};

use super::clip::hash;
use super::{Answer, Request, Server};

/// A key and whoever holds it.
pub struct Maker {
    key: ed25519_dalek::SigningKey,
}

impl Maker {
    pub fn new() -> Self {
        Self {
            key: ed25519_dalek::SigningKey::from_bytes(&random()),
        }
    }

    pub fn fingerprint(&self) -> String {
        self.public().fingerprint()
    }

    pub fn public(&self) -> PublicKey {
        PublicKey::new(KeyAlgorithm::Ed25519, self.key.verifying_key().as_bytes()).unwrap()
    }

    /// The `Authorization` header for a request at a time.
    pub fn sign_at(&self, server: &Server, request: &Request, time: u64) -> String {
        self.sign_for(&server.origin, request, time)
    }

    /// The `Authorization` header for a request to the relay of an origin.
    pub fn sign_for(&self, origin: &str, request: &Request, time: u64) -> String {
        let nonce = random();
        let message = RequestToSign {
            origin,
            method: &request.method,
            path: &request.path,
            body: &request.body,
            time,
            nonce,
        };
        let header = SignedHeader {
            key: self.public(),
            time,
            nonce,
            signature: self.key.sign(&message.to_bytes()).to_bytes(),
        };
        header.to_header()
    }

    pub fn signed(&self, server: &Server, request: Request) -> Request {
        let authorization = self.sign_at(server, &request, now());
        request.header("Authorization", authorization)
    }

    pub fn ask(&self, server: &Server, method: &str, path: &str, body: &Value) -> Answer {
        self.signed(server, json_request(method, path, body))
            .send(&server.address)
    }

    pub fn delete(&self, server: &Server, id: &str) -> Answer {
        self.try_delete(server, id).unwrap()
    }

    pub fn try_delete(&self, server: &Server, id: &str) -> io::Result<Answer> {
        let request = Request::new("DELETE", &format!("/api/clips/{id}"));
        self.signed(server, request).try_send(&server.address)
    }

    /// Begins an upload and gives the path of its address.
    pub fn begin(&self, server: &Server, length: usize) -> io::Result<Answer> {
        let request = Request::new("POST", "/api/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", length);
        self.signed(server, request).try_send(&server.address)
    }

    /// Uploads bytes and gives the id.
    pub fn try_upload(&self, server: &Server, bytes: &[u8]) -> io::Result<String> {
        let begun = self.begin(server, bytes.len())?;
        if begun.status != 201 {
            return Err(io::Error::other(format!("{}", begun.status)));
        }
        let id = id_of(&begun);
        let sent = patch(&id, 0, bytes).try_send(&server.address)?;
        if sent.status == 204 {
            Ok(id)
        } else {
            Err(io::Error::other(format!("{}", sent.status)))
        }
    }

    pub fn upload(&self, server: &Server, bytes: &[u8]) -> String {
        self.try_upload(server, bytes).unwrap()
    }

    /// Uploads and publishes with a change of the usual wishes.
    pub fn try_publish(&self, server: &Server, mp4: &[u8], change: &Value) -> io::Result<Answer> {
        let upload = self.try_upload(server, mp4)?;
        self.try_publish_upload(server, &upload, mp4, change)
    }

    /// Publishes what was uploaded.
    pub fn try_publish_upload(
        &self,
        server: &Server,
        upload: &str,
        mp4: &[u8],
        change: &Value,
    ) -> io::Result<Answer> {
        let mut wish = wish(upload, mp4);
        (wish["title"], wish["licence"]) = (json!("A red ball"), json!("CC-BY-4.0"));
        for (name, value) in change.as_object().unwrap() {
            wish[name] = value.clone();
        }
        self.signed(server, json_request("POST", "/api/clips", &wish))
            .try_send(&server.address)
    }

    /// Publishes and gives the clip.
    #[track_caller]
    pub fn publish(&self, server: &Server, mp4: &[u8], change: &Value) -> Value {
        self.try_publish(server, mp4, change)
            .unwrap()
            .expect(201)
            .json()
    }
}

/// Asks for a clip, with the usual wishes.
pub fn wish(upload: &str, mp4: &[u8]) -> Value {
    json!({ "video": { "upload": upload, "blake3": hash(mp4) }, "title": "T", "visibility": "listed", "remix": "open", "licence": "CC0-1.0" })
}

/// The id of a published clip.
pub fn id(clip: &Value) -> &str {
    clip["id"].as_str().unwrap()
}

/// How far an upload has come.
pub fn offset(server: &Server, upload: &str) -> usize {
    let head = Request::new("HEAD", &format!("/api/uploads/{upload}"));
    let answer = head.header("Tus-Resumable", "1.0.0").send(&server.address);
    let answer = answer.expect(200);
    answer.header("upload-offset").unwrap().parse().unwrap()
}

pub fn json_request(method: &str, path: &str, body: &Value) -> Request {
    Request::new(method, path)
        .header("Content-Type", "application/json")
        .body(body.to_string())
}

pub fn patch(id: &str, offset: usize, bytes: &[u8]) -> Request {
    Request::new("PATCH", &format!("/api/uploads/{id}"))
        .header("Tus-Resumable", "1.0.0")
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", offset)
        .body(bytes)
}

pub fn id_of(begun: &Answer) -> String {
    begun
        .header("location")
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
