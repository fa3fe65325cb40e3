//! Request signing: the message that a device key signs, and the `Authorization` header that carries the signature.
//!
//! Formats only. The browser or the operating system holds the private key; `kinora-consent` verifies signatures.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// Scheme of the `Authorization` header, and first line of the signed message.
pub const SCHEME: &str = "Kinora-1";
/// Largest accepted difference between the clocks of a device and a relay, in seconds.
pub const MAX_CLOCK_SKEW_SECS: u64 = 300;
/// Length of a nonce in bytes.
pub const NONCE_LEN: usize = 16;

/// Signature algorithm of a device key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// Ed25519. The public key has 32 bytes.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, for browsers without Ed25519. The public key is an uncompressed SEC 1 point of 65 bytes.
    P256,
}

/// Public key of a device. Identifies the maker of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    bytes: Vec<u8>,
}

/// Fields of a request that the signature covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestToSign<'a> {
    /// Public origin of the relay, such as `https://clips.example`. Prevents replay at another relay.
    pub origin: &'a str,
    /// HTTP method in upper case.
    pub method: &'a str,
    /// Path and query as sent.
    pub path: &'a str,
    /// Body as sent; empty if there is none.
    pub body: &'a [u8],
    /// Unix time of the sender in seconds.
    pub time: u64,
    /// Random bytes. A key never uses a nonce twice.
    pub nonce: [u8; NONCE_LEN],
}

/// Parsed `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeader {
    /// Key of the signer.
    pub key: PublicKey,
    /// Unix time of the sender in seconds.
    pub time: u64,
    /// See [`RequestToSign::nonce`].
    pub nonce: [u8; NONCE_LEN],
    /// Ed25519 signature, or r ‖ s of ECDSA, in the format of WebCrypto.
    pub signature: [u8; 64],
}

/// Parse error of an `Authorization` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The header does not have five parts or has another scheme.
    #[error(
        "the Authorization header must read \"Kinora-1 <key> <time> <nonce> <signature>\", separated by single spaces"
    )]
    Shape,
    /// The key has an unknown algorithm or the wrong length.
    #[error(
        "the key must be \"ed25519:\" and 32 bytes, or \"p256:\" and 65 bytes, in base64url without padding"
    )]
    Key,
    /// The time is not a canonical decimal number.
    #[error("the time must be whole seconds since 1970")]
    Time,
    /// The named field (nonce or signature) is not base64url of the right length.
    #[error("the {0} is not base64url of the right length")]
    Bytes(&'static str),
}

impl RequestToSign<'_> {
    /// Builds the message to sign: seven lines, each terminated by a line feed. See `docs/relay.md`.
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
    /// Formats the value of the `Authorization` header.
    pub fn to_header(&self) -> String {
        let [nonce, signature] =
            [&self.nonce[..], &self.signature[..]].map(|b| URL_SAFE_NO_PAD.encode(b));
        format!(
            "{SCHEME} {} {} {nonce} {signature}",
            self.key.to_text(),
            self.time
        )
    }

    /// Parses the value of an `Authorization` header.
    ///
    /// # Errors
    ///
    /// Fails if the header does not have the five parts in their canonical form.
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
    /// Creates a key from its raw bytes. Checks the length only; `kinora-consent` checks the point.
    ///
    /// # Errors
    ///
    /// Fails if the length or, for P-256, the prefix byte does not match the algorithm.
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

    /// Returns the signature algorithm.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// Returns the raw bytes, as WebCrypto exports a `raw` key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Formats the key as `ed25519:…` or `p256:…` with base64url without padding.
    pub fn to_text(&self) -> String {
        let bytes = URL_SAFE_NO_PAD.encode(&self.bytes);
        format!("{}:{bytes}", self.algorithm.name())
    }

    /// Parses the output of [`PublicKey::to_text`].
    ///
    /// # Errors
    ///
    /// Fails on an unknown algorithm, invalid base64url or a wrong length.
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

    /// Returns the displayed fingerprint: the first 16 hexadecimal digits of the BLAKE3 of [`PublicKey::to_text`].
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

/// Parses a canonical decimal number. Rejects `+7` and `007`, because the message is signed with `7`.
fn number(text: &str) -> Result<u64, SigningError> {
    let time: u64 = text.parse().map_err(|_| SigningError::Time)?;
    (time.to_string() == text)
        .then_some(time)
        .ok_or(SigningError::Time)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
