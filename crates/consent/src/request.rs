//! Verifies signed requests: signature and clock skew. The caller must reject reused nonces.

use ed25519_dalek::Signature as Ed25519Signature;
use kinora_contract::signing::{
    KeyAlgorithm, MAX_CLOCK_SKEW_SECS, PublicKey, RequestToSign, SignedHeader,
};
use p256::ecdsa::signature::Verifier as _;
use thiserror::Error;

/// Reason why a signed request is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The time of the request differs from the relay's clock by more than [`MAX_CLOCK_SKEW_SECS`].
    #[error(
        "the request was signed {away} seconds away from this relay's clock; at most {MAX_CLOCK_SKEW_SECS} are allowed. Check the clock of your device"
    )]
    Clock {
        /// Difference of the clocks in seconds.
        away: u64,
    },
    /// The key is not a valid point of its curve.
    #[error("the key is not a point of its curve")]
    Key,
    /// The signature does not match this key and this request, or the key is weak.
    #[error(
        "the signature does not fit the request: method, address, body, time and nonce must be those that were signed"
    )]
    Signature,
}

/// Verifies that `header` signs this request. `now` is the Unix time in seconds; time and nonce are read from the header.
///
/// # Errors
///
/// Fails if the clock skew exceeds [`MAX_CLOCK_SKEW_SECS`], the key is invalid, or the signature does not match.
pub fn verify_request(
    header: &SignedHeader,
    origin: &str,
    method: &str,
    path: &str,
    body: &[u8],
    now: u64,
) -> Result<(), ConsentError> {
    let away = now.abs_diff(header.time);
    if away > MAX_CLOCK_SKEW_SECS {
        return Err(ConsentError::Clock { away });
    }
    let message = RequestToSign {
        origin,
        method,
        path,
        body,
        time: header.time,
        nonce: header.nonce,
    };
    verify(&header.key, &message.to_bytes(), &header.signature)
}

/// Verifies a signature. For Ed25519 the verification is strict: it rejects weak keys and non-canonical signatures.
fn verify(key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> Result<(), ConsentError> {
    match key.algorithm() {
        KeyAlgorithm::Ed25519 => {
            let bytes = key.as_bytes().try_into().map_err(|_| ConsentError::Key)?;
            let key =
                ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| ConsentError::Key)?;
            let signature = Ed25519Signature::from_bytes(signature);
            key.verify_strict(message, &signature)
                .map_err(|_| ConsentError::Signature)
        }
        KeyAlgorithm::P256 => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key.as_bytes())
                .map_err(|_| ConsentError::Key)?;
            let signature = p256::ecdsa::Signature::from_slice(signature)
                .map_err(|_| ConsentError::Signature)?;
            key.verify(message, &signature)
                .map_err(|_| ConsentError::Signature)
        }
    }
}
