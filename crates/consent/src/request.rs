//! Checks a signed request: the signature, and that its time is near. The caller must still refuse a nonce used before.

use ed25519_dalek::Signature as Ed25519Signature;
use kinora_contract::signing::{
    KeyAlgorithm, MAX_CLOCK_SKEW_SECS, PublicKey, RequestToSign, SignedHeader,
};
use p256::ecdsa::signature::Verifier as _;
use thiserror::Error;

/// Why a signed request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The clocks are too far apart, or the request was kept and sent later.
    #[error(
        "the request was signed {away} seconds away from this relay's clock; at most {MAX_CLOCK_SKEW_SECS} are allowed. Check the clock of your device"
    )]
    Clock {
        /// Seconds between the two clocks.
        away: u64,
    },
    /// The bytes are no key of the curve, or one that signs anything.
    #[error("the key is not a point of its curve")]
    Key,
    /// The signature does not belong to this key and this request.
    #[error(
        "the signature does not fit the request: method, address, body, time and nonce must be those that were signed"
    )]
    Signature,
}

/// Whether `header` signs this request. `now` is in seconds since 1970; time and nonce are taken from the header.
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

/// Strict verification: weak keys and signatures that are not in their one form are refused for Ed25519.
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
