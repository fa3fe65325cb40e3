//! Verification of requests that WebCrypto signed: accepted unchanged, rejected with any change.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_consent::{ConsentError, verify_request};
use kinora_contract::signing::{MAX_CLOCK_SKEW_SECS, RequestToSign, SignedHeader};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    origin: String,
    method: String,
    path: String,
    body: String,
    message: String,
    authorization: String,
}

impl Vector {
    fn header(&self) -> SignedHeader {
        SignedHeader::from_header(&self.authorization).unwrap()
    }

    fn verify(&self, header: &SignedHeader, now: u64) -> Result<(), ConsentError> {
        let body = self.body.as_bytes();
        verify_request(header, &self.origin, &self.method, &self.path, body, now)
    }
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/requests.json")).unwrap();
    assert_eq!(vectors.len(), 4);
    vectors
}

#[test]
fn webcrypto_signatures_are_accepted() {
    for vector in vectors() {
        let header = vector.header();
        assert_eq!(header.to_header(), vector.authorization);
        let signed = RequestToSign {
            origin: &vector.origin,
            method: &vector.method,
            path: &vector.path,
            body: vector.body.as_bytes(),
            time: header.time,
            nonce: header.nonce,
        };
        assert_eq!(
            String::from_utf8(signed.to_bytes()).unwrap(),
            vector.message
        );
        assert_eq!(vector.verify(&header, header.time), Ok(()));
    }
}

#[test]
fn any_change_is_rejected() {
    for vector in vectors() {
        let header = vector.header();
        let now = header.time;
        let refused = |origin: &str, method: &str, path: &str, body: &[u8]| {
            let found = verify_request(&header, origin, method, path, body, now);
            assert_eq!(
                found,
                Err(ConsentError::Signature),
                "{origin} {method} {path}"
            );
        };
        let body = vector.body.as_bytes();
        refused("https://other.example", &vector.method, &vector.path, body);
        refused(&vector.origin, "PATCH", &vector.path, body);
        refused(&vector.origin, &vector.method, "/api/clips/ab13", body);
        refused(&vector.origin, &vector.method, &vector.path, b"other");
        for change in [
            SignedHeader {
                time: header.time + 1,
                ..header.clone()
            },
            SignedHeader {
                nonce: [0; 16],
                ..header.clone()
            },
            SignedHeader {
                signature: [1; 64],
                ..header.clone()
            },
            SignedHeader {
                signature: [0; 64],
                ..header.clone()
            },
        ] {
            assert_eq!(vector.verify(&change, now), Err(ConsentError::Signature));
        }
        for bit in 0..64 * 8 {
            let mut changed = header.clone();
            changed.signature[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                vector.verify(&changed, now),
                Err(ConsentError::Signature),
                "bit {bit}"
            );
        }
    }
}

#[test]
fn other_keys_are_rejected() {
    let all = vectors();
    for (one, other) in [(&all[0], &all[2]), (&all[2], &all[0])] {
        let header = SignedHeader {
            key: other.header().key,
            ..one.header()
        };
        assert!(one.verify(&header, header.time).is_err());
    }
}

#[test]
fn weak_keys_are_rejected() {
    // The neutral point satisfies the non-strict verification equation for any message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&neutral);
    let vector = &vectors()[0];
    let key = kinora_contract::signing::PublicKey::new(
        kinora_contract::signing::KeyAlgorithm::Ed25519,
        &neutral,
    );
    let header = SignedHeader {
        key: key.unwrap(),
        signature,
        ..vector.header()
    };
    assert!(vector.verify(&header, header.time).is_err());
}

#[test]
fn excessive_clock_skew_is_rejected() {
    let vector = &vectors()[0];
    let header = vector.header();
    for now in [
        header.time - MAX_CLOCK_SKEW_SECS - 1,
        header.time + MAX_CLOCK_SKEW_SECS + 1,
        0,
        u64::MAX,
    ] {
        let found = vector.verify(&header, now);
        assert!(matches!(found, Err(ConsentError::Clock { .. })), "{now}");
    }
    for now in [
        header.time - MAX_CLOCK_SKEW_SECS,
        header.time + MAX_CLOCK_SKEW_SECS,
    ] {
        assert_eq!(vector.verify(&header, now), Ok(()));
    }
}

#[test]
fn non_canonical_headers_are_rejected() {
    let good = &vectors()[0].authorization;
    for bad in [
        "",
        "Bearer x",
        &good.replace("Kinora-1", "kinora-1"),
        &good.replace("ed25519:", "ed25519:A"),
        &good.replace("ed25519:", "rsa:"),
        &good.replace(" 1790000000 ", " +1790000000 "),
        &good.replace(" 1790000000 ", " 01790000000 "),
        &good.replace(" 1790000000 ", " -1 "),
        &format!("{good} "),
        &format!("{good}="),
        &good[..good.len() - 1],
    ] {
        assert!(SignedHeader::from_header(bad).is_err(), "{bad}");
    }
}
