//! What a device key signs when it asks a relay for something, and the header that carries the signature.
//!
//! Only text and bytes: keys are held by the browser or the operating system, and `kinora-consent` checks signatures.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// The scheme of the `Authorization` header, and the first line of what is signed.
pub const SCHEME: &str = "Kinora-1";
/// How far the clocks of a device and of a relay may be apart, in seconds.
pub const MAX_CLOCK_SKEW_SECS: u64 = 300;
/// Bytes of a nonce.
pub const NONCE_LEN: usize = 16;

/// The algorithm of a device key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// Ed25519: a key of 32 bytes.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, for browsers without Ed25519: an uncompressed SEC 1 point of 65 bytes.
    P256,
}

/// The public half of a device key: who published a clip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    bytes: Vec<u8>,
}

/// One request as its sender states it. Everything in it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestToSign<'a> {
    /// The relay's public origin, such as `https://clips.example`: a signature for one relay is worth nothing at another.
    pub origin: &'a str,
    /// The method, in capitals.
    pub method: &'a str,
    /// Path and query, as sent.
    pub path: &'a str,
    /// The body, as sent; empty where there is none.
    pub body: &'a [u8],
    /// Seconds since 1970 by the sender's clock.
    pub time: u64,
    /// Random bytes, never used twice by one key.
    pub nonce: [u8; NONCE_LEN],
}

/// What an `Authorization` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeader {
    /// Who signed.
    pub key: PublicKey,
    /// Seconds since 1970 by the sender's clock.
    pub time: u64,
    /// See [`RequestToSign::nonce`].
    pub nonce: [u8; NONCE_LEN],
    /// 64 bytes: Ed25519's signature, or r and s of ECDSA, as WebCrypto gives both.
    pub signature: [u8; 64],
}

/// Why a header cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The header does not have the five parts.
    #[error(
        "the Authorization header must read \"Kinora-1 <key> <time> <nonce> <signature>\", separated by single spaces"
    )]
    Shape,
    /// The key is of an unknown kind or has the wrong length.
    #[error(
        "the key must be \"ed25519:\" and 32 bytes, or \"p256:\" and 65 bytes, in base64url without padding"
    )]
    Key,
    /// The time is not a number.
    #[error("the time must be whole seconds since 1970")]
    Time,
    /// The nonce or the signature is not base64url of the right length.
    #[error("the {0} is not base64url of the right length")]
    Bytes(&'static str),
}

impl RequestToSign<'_> {
    /// The bytes to sign: seven lines, each ended by a line feed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self {
            origin,
            method,
            path,
            body,
            time,
            nonce,
        } = self;
        let body = blake3::hash(body).to_hex();
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        format!("{SCHEME}\n{origin}\n{method}\n{path}\n{body}\n{time}\n{nonce}\n").into_bytes()
    }
}

impl SignedHeader {
    /// The value of the `Authorization` header.
    pub fn to_header(&self) -> String {
        let [nonce, signature] =
            [&self.nonce[..], &self.signature[..]].map(|b| URL_SAFE_NO_PAD.encode(b));
        format!(
            "{SCHEME} {} {} {nonce} {signature}",
            self.key.to_text(),
            self.time
        )
    }

    /// Reads the value of an `Authorization` header.
    pub fn from_header(value: &str) -> Result<Self, SigningError> {
        let parts: Vec<&str> = value.split(' ').collect();
        let &[SCHEME, key, time, nonce, signature] = parts.as_slice() else {
            return Err(SigningError::Shape);
        };
        Ok(Self {
            key: PublicKey::from_text(key)?,
            time: number(time)?,
            nonce: bytes(nonce).ok_or(SigningError::Bytes("nonce"))?,
            signature: bytes(signature).ok_or(SigningError::Bytes("signature"))?,
        })
    }
}

impl PublicKey {
    /// A key of the length that its algorithm asks for. Whether it is a point of the curve is not looked at here.
    pub fn new(algorithm: KeyAlgorithm, bytes: &[u8]) -> Result<Self, SigningError> {
        let fits = match algorithm {
            KeyAlgorithm::Ed25519 => bytes.len() == 32,
            KeyAlgorithm::P256 => bytes.len() == 65 && bytes[0] == 4,
        };
        fits.then(|| Self {
            algorithm,
            bytes: bytes.to_vec(),
        })
        .ok_or(SigningError::Key)
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// Its bytes, as WebCrypto exports a `raw` key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `ed25519:…` or `p256:…`, in base64url without padding.
    pub fn to_text(&self) -> String {
        let bytes = URL_SAFE_NO_PAD.encode(&self.bytes);
        format!("{}:{bytes}", self.algorithm.name())
    }

    /// Reads what [`PublicKey::to_text`] writes, and nothing else.
    pub fn from_text(text: &str) -> Result<Self, SigningError> {
        let (name, bytes) = text.split_once(':').ok_or(SigningError::Key)?;
        let algorithm = match name {
            "ed25519" => KeyAlgorithm::Ed25519,
            "p256" => KeyAlgorithm::P256,
            _ => return Err(SigningError::Key),
        };
        let bytes = URL_SAFE_NO_PAD
            .decode(bytes)
            .map_err(|_| SigningError::Key)?;
        Self::new(algorithm, &bytes)
    }

    /// What people see instead of a key: 16 hexadecimal digits of the BLAKE3 of its text.
    pub fn fingerprint(&self) -> String {
        blake3::hash(self.to_text().as_bytes()).to_hex()[..16].to_owned()
    }
}

impl KeyAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::P256 => "p256",
        }
    }
}

/// Digits only: `+7` and `007` would be other texts for a number that is signed as `7`.
fn number(text: &str) -> Result<u64, SigningError> {
    let time: u64 = text.parse().map_err(|_| SigningError::Time)?;
    (time.to_string() == text)
        .then_some(time)
        .ok_or(SigningError::Time)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
