//! Resumable uploads: what came stays, what does not fit goes, and nothing exceeds what was announced.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::time::{Duration, SystemTime};

use serde_json::json;
use support::clip::{CLIP, hash};
use support::maker::{id_of, offset, patch, wish};
use support::{Home, Maker, Request};

on_every_store!(
    a_broken_upload_goes_on_where_it_stopped,
    checksums_decide_which_bytes_stay,
    uploads_keep_to_what_was_announced,
    uploads_end_when_they_said,
);

fn a_broken_upload_goes_on_where_it_stopped(home: &Home) {
    let mut server = home.start();
    let maker = Maker::new();
    let id = id_of(&maker.begin(&server, CLIP.len()).unwrap().expect(201));
    patch(&id, 0, &CLIP[..5000])
        .send(&server.address)
        .expect(204);
    assert_eq!(offset(&server, &id), 5000);
    // Announced 3000 bytes, sent 1000, gone.
    let cut = patch(&id, 5000, &CLIP[5000..6000])
        .header("Content-Length", 3000)
        .to_bytes(&server.address);
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    std::io::Write::write_all(&mut stream, &cut).unwrap();
    drop(stream);
    while offset(&server, &id) != 6000 {
        std::thread::yield_now();
    }
    server.kill();
    let server = home.start();
    assert_eq!(offset(&server, &id), 6000);
    patch(&id, 5000, &CLIP[5000..])
        .send(&server.address)
        .problem(409, "offset");
    patch(&id, 6000, &CLIP[6000..])
        .send(&server.address)
        .expect(204);
    let published = maker.ask(&server, "POST", "/api/clips", &json!({
        "video": { "upload": id, "blake3": hash(CLIP) }, "title": "A ball", "visibility": "link", "remix": false, "licence": "all-rights-reserved",
    }));
    let clip = published.expect(201).json();
    assert_eq!(
        server
            .get(&format!("/media/{}/clip.mp4", clip["id"].as_str().unwrap()))
            .expect(200)
            .body,
        CLIP
    );
    assert_eq!(clip.get("remix_link"), None);
    assert_eq!(
        server.get("/api/clips").json()["clips"],
        json!([]),
        "a clip for those with the link is in no list"
    );
}

fn checksums_decide_which_bytes_stay(home: &Home) {
    use base64::Engine as _;
    let server = home.start();
    let maker = Maker::new();
    let id = id_of(&maker.begin(&server, 6).unwrap().expect(201));
    // sha1("abc"), from FIPS 180.
    let sha1 = "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
    let blake3 = |bytes: &[u8]| {
        format!(
            "blake3 {}",
            base64::engine::general_purpose::STANDARD.encode(blake3::hash(bytes).as_bytes())
        )
    };
    patch(&id, 0, b"abd")
        .header("Upload-Checksum", sha1)
        .send(&server.address)
        .problem(460, "checksum");
    patch(&id, 0, b"abc")
        .header("Upload-Checksum", sha1)
        .send(&server.address)
        .expect(204);
    patch(&id, 3, b"xyz")
        .header("Upload-Checksum", blake3(b"def"))
        .send(&server.address)
        .problem(460, "checksum");
    patch(&id, 3, b"def")
        .header("Upload-Checksum", "md5 AAAA")
        .send(&server.address)
        .problem(400, "bad-request");
    let sent = patch(&id, 3, b"def")
        .header("Upload-Checksum", blake3(b"def"))
        .send(&server.address)
        .expect(204);
    assert_eq!(sent.header("upload-offset"), Some("6"));
    // The relay has just these bytes: their hash is accepted, and another is not.
    let wish = |bytes: &[u8]| json!({ "video": { "upload": id, "blake3": hash(bytes) }, "title": "T", "visibility": "link", "remix": true, "licence": "CC0-1.0" });
    maker
        .ask(&server, "POST", "/api/clips", &wish(b"abcdef"))
        .problem(422, "bad-file");
    maker
        .ask(&server, "POST", "/api/clips", &wish(b"abdxyz"))
        .problem(422, "hash-mismatch");
    let give_up =
        Request::new("DELETE", &format!("/api/uploads/{id}")).header("Tus-Resumable", "1.0.0");
    give_up.send(&server.address).expect(204);
    give_up.send(&server.address).problem(404, "no-upload");
    assert_eq!(home.files("uploads").len(), 0);
}

fn uploads_keep_to_what_was_announced(home: &Home) {
    let server = home.start_with(&[
        "--max-video-bytes",
        "50000",
        "--quota-bytes",
        "60000",
        "--writes-per-second",
        "1000",
    ]);
    let maker = Maker::new();
    maker
        .begin(&server, 50_001)
        .unwrap()
        .problem(413, "too-large");
    maker.begin(&server, 0).unwrap().problem(413, "too-large");
    let id = id_of(&maker.begin(&server, 1000).unwrap().expect(201));
    patch(&id, 0, &[7; 1001])
        .send(&server.address)
        .problem(413, "too-large");
    // Longer than announced, without saying so.
    let chunked = format!(
        "PATCH /api/uploads/{id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n{}\r\n0\r\n\r\n",
        "x".repeat(0x800)
    );
    assert!(server.raw(chunked.as_bytes()).starts_with("HTTP/1.1 413"));
    assert_eq!(offset(&server, &id), 0);
    assert_eq!(home.files("uploads").len(), 0);
    patch(&id, 5, b"x")
        .send(&server.address)
        .problem(409, "offset");
    patch("../../relay.db", 0, b"x")
        .send(&server.address)
        .problem(404, "not-found");
    patch("%2e%2e%2frelay.db", 0, b"x")
        .send(&server.address)
        .problem(404, "no-upload");
    Request::new("PATCH", &format!("/api/uploads/{id}"))
        .body("x")
        .send(&server.address)
        .problem(412, "tus-version");
    let wrong = Request::new("PATCH", &format!("/api/uploads/{id}"))
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Offset", 0)
        .body("x");
    wrong.send(&server.address).problem(415, "media-type");
    maker.begin(&server, 50_000).unwrap().expect(201);
    maker.begin(&server, 10_000).unwrap().problem(403, "quota");
    Maker::new().begin(&server, 10_000).unwrap().expect(201);
}

fn uploads_end_when_they_said(home: &Home) {
    let server = home.start_with(&["--upload-lifetime", "2s"]);
    let maker = Maker::new();
    let begun = maker.begin(&server, CLIP.len()).unwrap().expect(201);
    let id = id_of(&begun);
    let expires = httpdate::parse_http_date(begun.header("upload-expires").unwrap()).unwrap();
    let sent = patch(&id, 0, CLIP).send(&server.address).expect(204);
    assert_eq!(
        sent.header("upload-expires"),
        begun.header("upload-expires")
    );
    // The header counts whole seconds.
    let end = expires + Duration::from_secs(1);
    while SystemTime::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let ask = Request::new("HEAD", &format!("/api/uploads/{id}")).header("Tus-Resumable", "1.0.0");
    ask.send(&server.address).expect(404);
    let more = patch(&id, CLIP.len(), b"x");
    more.send(&server.address).problem(404, "no-upload");
    let late = maker.ask(&server, "POST", "/api/clips", &wish(&id, CLIP));
    late.problem(404, "no-upload");
}
