//! Reading the recipe box of intact, foreign, truncated and mutated files.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

mod support;

use kinora_codec::{CodecError, RECIPE_UUID, read_recipe};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{FORMAT, encode, recipe, scene};

fn clip() -> Vec<u8> {
    encode(FORMAT, &scene(FORMAT, 5), &[0.1; 6_667])
}

fn mp4_box(kind: &[u8], payload: &[u8]) -> Vec<u8> {
    let len = 4 + kind.len() as u32 + payload.len() as u32;
    [&len.to_be_bytes(), kind, payload].concat()
}

fn recipe_box(payload: &[u8]) -> Vec<u8> {
    mp4_box(&[&b"uuid"[..], &RECIPE_UUID].concat(), payload)
}

#[test]
fn files_without_recipe_box_have_no_recipe() {
    let ftyp = mp4_box(b"ftyp", b"isom\0\0\0\0");
    assert_eq!(read_recipe(&ftyp), Ok(None));
    let other = mp4_box(&[&b"uuid"[..], &[7; 16]].concat(), b"something else");
    assert_eq!(read_recipe(&[ftyp.clone(), other].concat()), Ok(None));
    let open_ended = [
        ftyp,
        0_u32.to_be_bytes().to_vec(),
        b"mdat and the rest".to_vec(),
    ]
    .concat();
    assert_eq!(read_recipe(&open_ended), Ok(None));
}

#[test]
fn non_mp4_bytes_are_rejected() {
    for bytes in [
        &b""[..],
        b"\0\0",
        b"GIF89a............",
        b"<html></html>",
        &[0xff; 64],
    ] {
        assert_eq!(read_recipe(bytes), Err(CodecError::NotMp4), "{bytes:?}");
    }
}

#[test]
fn truncated_file_gives_its_recipe_or_an_error() {
    let mp4 = clip();
    let mdat = mp4.windows(4).rposition(|name| name == b"mdat").unwrap() - 4;
    for len in 0..mp4.len() {
        match read_recipe(&mp4[..len]) {
            Ok(Some(found)) => assert!(found == recipe() && len >= mdat, "{len}"),
            Ok(None) => assert!(len < mdat, "{len}"),
            Err(error) => {
                assert!(
                    matches!(error, CodecError::NotMp4 | CodecError::Damaged { .. }),
                    "{len}: {error}"
                );
            }
        }
    }
}

#[test]
fn newer_recipe_version_is_reported() {
    let newer = [0xa1, 0x67, b'v', b'e', b'r', b's', b'i', b'o', b'n', 0x02];
    let file = [mp4_box(b"ftyp", b"isom\0\0\0\0"), recipe_box(&newer)].concat();
    let error = read_recipe(&file).unwrap_err().to_string();
    assert!(error.contains("newer Kinora"), "{error}");
}

#[test]
fn box_sizes_of_64_bits_are_read() {
    let bytes = recipe().to_bytes();
    let len = 4 + 4 + 8 + 16 + bytes.len() as u64;
    let large = [
        &1_u32.to_be_bytes()[..],
        b"uuid",
        &len.to_be_bytes(),
        &RECIPE_UUID,
        &bytes,
    ]
    .concat();
    let ftyp = mp4_box(b"ftyp", b"isom\0\0\0\0");
    assert_eq!(
        read_recipe(&[ftyp.clone(), large].concat()),
        Ok(Some(recipe()))
    );
    let huge = [
        &1_u32.to_be_bytes()[..],
        b"uuid",
        &u64::MAX.to_be_bytes(),
        &RECIPE_UUID,
    ]
    .concat();
    assert_eq!(
        read_recipe(&[ftyp.clone(), huge].concat()),
        Err(CodecError::Damaged { at: ftyp.len() })
    );
}

#[test]
fn mutated_files_never_panic() {
    // Without media, which the reader does not parse.
    let mp4 = clip();
    let head = mp4[..mp4.windows(4).rposition(|name| name == b"mdat").unwrap() + 64].to_vec();
    let uuid = head.windows(4).rposition(|name| name == b"uuid").unwrap();
    let changes = vec(
        (any::<prop::sample::Index>(), any::<u8>(), any::<bool>()),
        1..6,
    );
    let found_damage = std::cell::Cell::new(false);
    let config = ProptestConfig {
        cases: 4000,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&changes, |changes| {
            let mut bytes = head.clone();
            for (at, byte, near_recipe) in changes {
                let from = if near_recipe { uuid - 4 } else { 0 };
                let at = from + at.index(bytes.len() - from);
                bytes[at] = byte;
            }
            // The truncated `mdat` is an error only if no recipe was found before it.
            if let Ok(Some(recipe)) = read_recipe(&bytes) {
                prop_assert!(recipe.validate().is_ok());
            } else {
                found_damage.set(true);
            }
            Ok(())
        })
        .unwrap();
    assert!(found_damage.get());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        let file = [mp4_box(b"ftyp", b"isom\0\0\0\0"), bytes.clone()].concat();
        prop_assert!(!matches!(read_recipe(&file), Ok(Some(_))));
        let wrapped = [mp4_box(b"ftyp", b"isom\0\0\0\0"), recipe_box(&bytes)].concat();
        prop_assert!(read_recipe(&wrapped).is_err());
    }
}
