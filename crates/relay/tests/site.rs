//! The studio beside the relay: its files, their types and lifetimes, and what stays the relay's.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::fs;

use support::{Answer, Home, Request, Server};

on_every_store!(
    pages_of_the_studio_run_their_own_script_and_no_other,
    files_have_types_and_lifetimes,
    programs_are_compressed_and_weights_are_sent_in_ranges,
    the_relay_keeps_its_addresses_and_nothing_else_is_found,
    a_folder_without_a_studio_is_told,
);

const PAGE: &str = "<!doctype html><script type=module>go()</script>";
const PROGRAM: &str = "kinora-studio-c69c1b1ef837192b_bg.wasm";

/// A relay with a studio of three files.
fn studio(home: &Home) -> (tempfile::TempDir, Server) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("index.html"), PAGE).unwrap();
    fs::write(dir.path().join(PROGRAM), vec![b'a'; 4096]).unwrap();
    fs::write(dir.path().join("kinora-worker.js"), "work()").unwrap();
    fs::write(dir.path().join("starter.safetensors"), "0123456789").unwrap();
    let server = home.start_with(&["--studio-dir", dir.path().to_str().unwrap()]);
    (dir, server)
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let found = answer
        .headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or("", |(_, value)| value)
}

fn pages_of_the_studio_run_their_own_script_and_no_other(home: &Home) {
    let (_dir, server) = studio(home);
    for (path, ancestors) in [("/", "'none'"), ("/r", "*"), ("/r/", "*")] {
        let page = server.get(path).expect(200);
        assert_eq!(page.text(), PAGE);
        assert_eq!(header(&page, "cache-control"), "no-cache");
        let policy = header(&page, "content-security-policy");
        assert!(policy.contains("'wasm-unsafe-eval' 'sha256-"), "{policy}");
        assert!(!policy.contains("script-src 'unsafe-inline'"), "{policy}");
        assert!(
            policy.ends_with(&format!("frame-ancestors {ancestors}")),
            "{policy}"
        );
    }
}

fn files_have_types_and_lifetimes(home: &Home) {
    let (_dir, server) = studio(home);
    let program = server.get(&format!("/{PROGRAM}")).expect(200);
    assert_eq!(header(&program, "content-type"), "application/wasm");
    assert!(header(&program, "cache-control").contains("immutable"));
    let worker = server.get("/kinora-worker.js").expect(200);
    assert!(header(&worker, "content-type").starts_with("text/javascript"));
    assert_eq!(header(&worker, "cache-control"), "no-cache");
    // The worker lives under the policy of its own file.
    assert!(!header(&worker, "content-security-policy").contains("sandbox"));
}

fn programs_are_compressed_and_weights_are_sent_in_ranges(home: &Home) {
    let (_dir, server) = studio(home);
    let ask = |path: &str, name: &str, value: &str| {
        let request = Request::new("GET", path).header(name, value);
        request.send(&server.address)
    };
    let program = ask(&format!("/{PROGRAM}"), "Accept-Encoding", "gzip").expect(200);
    assert_eq!(header(&program, "content-encoding"), "gzip");
    let weights = ask("/starter.safetensors", "Accept-Encoding", "gzip").expect(200);
    assert_eq!(header(&weights, "content-encoding"), "");
    let part = ask("/starter.safetensors", "Range", "bytes=4-").expect(206);
    assert_eq!(part.text(), "456789");
    assert_eq!(header(&part, "content-range"), "bytes 4-9/10");
}

fn the_relay_keeps_its_addresses_and_nothing_else_is_found(home: &Home) {
    let (dir, server) = studio(home);
    let about = server.get("/api/relay").expect(200).json();
    assert_eq!(about["origin"], server.origin.as_str());
    assert!(
        server
            .get("/listed")
            .expect(200)
            .text()
            .contains("<!DOCTYPE html>")
    );
    let outside = dir
        .path()
        .parent()
        .unwrap()
        .join("kinora-relay-outside.txt");
    fs::write(&outside, "secret").unwrap();
    for path in [
        "/nothing.js",
        "/clips",
        "/../kinora-relay-outside.txt",
        "/%2e%2e/kinora-relay-outside.txt",
        "/..%2fkinora-relay-outside.txt",
        "/a%00b",
    ] {
        let answer = server.get(path);
        assert!(
            (400..500).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    fs::remove_file(outside).unwrap();
    assert_eq!(Request::new("POST", "/").send(&server.address).status, 405);
}

fn a_folder_without_a_studio_is_told(home: &Home) {
    let empty = tempfile::tempdir().unwrap();
    let output = home
        .command("serve")
        .args(["--listen", "127.0.0.1:0", "--studio-dir"])
        .arg(empty.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no built studio in"));
}
