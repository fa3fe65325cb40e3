//! What nobody should send: each gets a clear answer below 500, and nothing changes.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use support::clip::{CLIP, hash, recipe, with_recipe};
use support::maker::{id_of, json_request, now, patch};
use support::{Home, Maker, Request, Server};

fn wish(upload: &str, mp4: &[u8]) -> Value {
    json!({ "video": { "upload": upload, "blake3": hash(mp4) }, "title": "T", "visibility": "listed", "remix": true, "licence": "CC0-1.0" })
}

fn nothing_is_published(home: &Home, server: &Server) {
    assert_eq!(
        server.get("/api/clips").expect(200).json()["clips"],
        json!([])
    );
    assert_eq!(home.files("blobs").len(), 0);
    server.get("/readyz").expect(200);
}

#[test]
fn forged_and_repeated_requests_do_nothing() {
    let home = Home::new();
    let server = home.start();
    let maker = Maker::new();
    let upload = maker.upload(&server, CLIP);
    let request = json_request("POST", "/api/clips", &wish(&upload, CLIP));
    request.send(&server.address).problem(401, "unsigned");
    request
        .clone()
        .header("Authorization", "Basic eDp5")
        .send(&server.address)
        .problem(401, "bad-header");

    let good = maker.sign_at(&server, &request, now());
    let mut changed = request.clone().header("Authorization", &good);
    changed.body = changed
        .body
        .iter()
        .map(|b| if *b == b'T' { b'U' } else { *b })
        .collect();
    changed.send(&server.address).problem(401, "bad-signature");
    let other_path = Request {
        path: "/api/clips?x".to_owned(),
        ..request.clone()
    };
    other_path
        .header("Authorization", &good)
        .send(&server.address)
        .problem(401, "bad-signature");
    for away in [now() - 400, now() + 400] {
        let late = maker.sign_at(&server, &request, away);
        request
            .clone()
            .header("Authorization", late)
            .send(&server.address)
            .problem(401, "bad-signature");
    }
    let foreign = maker.sign_for("https://other.example", &request, now());
    request
        .clone()
        .header("Authorization", foreign)
        .send(&server.address)
        .problem(401, "bad-signature");
    nothing_is_published(&home, &server);

    let stranger = Maker::new().signed(&server, request.clone());
    stranger.send(&server.address).problem(404, "no-upload");
    let signed = request.clone().header("Authorization", &good);
    let id = signed.send(&server.address).expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    // Repeated it says what it said, and there is no second clip. For anybody else the upload is none.
    assert_eq!(signed.send(&server.address).expect(201).json()["id"], id);
    stranger.send(&server.address).problem(401, "replayed");
    assert_eq!(
        server.get("/api/clips").json()["clips"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let mut server = server;
    let delete = maker.signed(&server, Request::new("DELETE", &format!("/api/clips/{id}")));
    Maker::new().delete(&server, &id).problem(403, "not-yours");
    server.get(&format!("/c/{id}")).expect(200);
    delete.send(&server.address).expect(204);
    delete.send(&server.address).problem(401, "replayed");
    // A new process remembers, because the database does.
    server.kill();
    let server = home.start_at(&server.address);
    delete.send(&server.address).problem(401, "replayed");
    signed.send(&server.address).problem(410, "removed");
    assert_eq!(server.get("/api/clips").json()["clips"], json!([]));
}

#[test]
fn files_that_are_no_clips_are_refused() {
    let home = Home::new();
    let server = home.start();
    let maker = Maker::new();
    let mut small = recipe();
    (small.width, small.height) = (160, 96);
    let at = |name: &[u8; 4]| CLIP.windows(4).position(|found| found == name).unwrap() - 4;
    let (moov, uuid, mdat) = (at(b"moov"), at(b"uuid"), at(b"mdat"));
    let mut outside = CLIP.to_vec();
    let offset = at(b"stco") + 16;
    outside[offset..offset + 4].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
    let mut renamed = CLIP.to_vec();
    renamed[uuid + 4..uuid + 8].copy_from_slice(b"free");
    let cases: [(&str, Vec<u8>); 9] = [
        (
            "a page",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
        ),
        ("zeros", vec![0; 4096]),
        ("cut short", CLIP[..CLIP.len() - 100].to_vec()),
        ("no index", [&CLIP[..moov], &CLIP[uuid..]].concat()),
        (
            "index behind the media",
            [&CLIP[..moov], &CLIP[uuid..], &CLIP[moov..uuid]].concat(),
        ),
        ("media twice", [CLIP, &CLIP[mdat..]].concat()),
        ("samples outside", outside),
        ("no recipe", renamed),
        ("another size", with_recipe(&small)),
    ];
    for (what, bytes) in cases {
        let answer = maker.try_publish(&server, &bytes, &json!({})).unwrap();
        assert_eq!(answer.status, 422, "{what}: {}", answer.text());
        answer.problem(422, "bad-file");
    }
    let upload = maker.upload(&server, b"GIF89a not a picture that is taken");
    let poster = json!({ "poster": { "upload": upload, "blake3": hash(b"GIF89a not a picture that is taken") } });
    maker
        .try_publish(&server, CLIP, &poster)
        .unwrap()
        .problem(422, "bad-file");
    let upload = maker.upload(&server, CLIP);
    maker
        .ask(
            &server,
            "POST",
            "/api/clips",
            &wish(&upload, b"other bytes"),
        )
        .problem(422, "hash-mismatch");
    let begun = id_of(&maker.begin(&server, CLIP.len()).unwrap());
    maker
        .ask(&server, "POST", "/api/clips", &wish(&begun, CLIP))
        .problem(409, "incomplete");
    maker
        .ask(&server, "POST", "/api/clips", &wish("../../relay.db", CLIP))
        .problem(404, "no-upload");
    nothing_is_published(&home, &server);
    // None of it harmed the upload that was right.
    maker
        .ask(&server, "POST", "/api/clips", &wish(&upload, CLIP))
        .expect(201);
}

#[test]
fn wishes_that_cannot_be_granted_are_named() {
    let home = Home::new();
    let server = home.start();
    let maker = Maker::new();
    for (change, kind) in [
        (json!({ "title": "" }), "bad-text"),
        (json!({ "title": "x".repeat(101) }), "bad-text"),
        (json!({ "title": "a\u{0}b" }), "bad-text"),
        (json!({ "maker": " " }), "bad-text"),
        (json!({ "captions": "<script>" }), "bad-text"),
        (
            json!({ "captions": format!("WEBVTT\n{}", "x".repeat(40_000)) }),
            "bad-text",
        ),
        (json!({ "visibility": "removed" }), "bad-json"),
        (json!({ "licence": "GPL" }), "bad-json"),
        (json!({ "remix": "yes" }), "bad-json"),
        (json!({ "extra": 1 }), "bad-json"),
    ] {
        maker
            .try_publish(&server, CLIP, &change)
            .unwrap()
            .problem(422, kind);
    }
    let huge = Request::new("POST", "/api/clips").body(vec![b'x'; 100_000]);
    maker
        .signed(&server, huge)
        .send(&server.address)
        .problem(413, "too-large");
    nothing_is_published(&home, &server);
}

#[test]
fn uploads_keep_to_what_was_announced() {
    let home = Home::new();
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
    assert!(raw(&server, chunked.as_bytes()).starts_with("HTTP/1.1 413"));
    assert_eq!(
        std::fs::metadata(home.path().join("uploads").join(&id))
            .unwrap()
            .len(),
        0
    );
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

#[test]
fn paths_lead_nowhere_else() {
    let home = Home::new();
    let server = home.start();
    for path in [
        "/media/../relay.db",
        "/media/..%2f..%2frelay.db/clip.mp4",
        "/media/%00/clip.mp4",
        "/media/0000000000000000/clip.mp4",
        "/c/..%2f..%2fetc%2fpasswd",
        "/assets/..%2f..%2fCargo.toml",
        "//etc/passwd",
        "/c/%ff",
        "/c/%3Cscript%3E",
        "/api/clips/%F0%9F%8E%88",
        "/api/clips?before=x",
        "/api/clips?before=-1;drop",
        "/oembed",
        "/oembed?url=http://other.example/c/0000000000000000",
        "/api/clips/0000000000000000/lineage",
    ] {
        let answer = server.get(path);
        let html = path.starts_with("/c/") && answer.status == 404;
        assert!(
            (400..500).contains(&answer.status) || answer.json()["clips"] == json!([]),
            "{path}: {}",
            answer.status
        );
        if !html && answer.status >= 400 {
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json"),
                "{path}: {}",
                answer.text()
            );
        }
        assert!(
            !answer.text().contains("root:") && !answer.text().contains("<script>"),
            "{path}"
        );
    }
    Request::new("PUT", "/api/clips")
        .send(&server.address)
        .problem(405, "method-not-allowed");
    Request::new("GET", "/nothing")
        .send(&server.address)
        .problem(404, "not-found");
}

#[test]
fn bytes_that_are_no_http_end_the_connection_only() {
    let home = Home::new();
    let server = home.start();
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /c/x HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        &[0xff; 70_000],
    ] {
        let answer = raw(&server, bytes);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let headers = "X: y\r\n".repeat(500);
    assert!(
        raw(
            &server,
            format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n").as_bytes()
        )
        .starts_with("HTTP/1.1 4")
    );
    server.get("/readyz").expect(200);
}

#[test]
fn too_many_requests_wait_and_a_header_helps_nobody() {
    let home = Home::new();
    let server = home.start_with(&["--reads-per-second", "1"]);
    let ask = |n: u32| {
        Request::new("GET", "/healthz")
            .header("X-Forwarded-For", format!("203.0.113.{n}"))
            .send(&server.address)
    };
    let answers: Vec<_> = (0..40).map(ask).collect();
    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 429)
        .collect();
    assert!(
        !refused.is_empty(),
        "a forged address made every request a new one"
    );
    assert!(
        refused[0]
            .header("retry-after")
            .unwrap()
            .parse::<u32>()
            .unwrap()
            >= 1
    );
    drop(server);
    let server = home.start_with(&["--reads-per-second", "1", "--trusted-proxy", "127.0.0.0/8"]);
    let ask = |n: u32| {
        Request::new("GET", "/healthz")
            .header("X-Forwarded-For", format!("203.0.113.{n}"))
            .send(&server.address)
    };
    assert!(
        (0..40).all(|n| ask(n).status == 200),
        "behind a proxy of ours everybody counts for himself"
    );
}

#[test]
fn every_answer_carries_its_armour() {
    let home = Home::new();
    let server = home.start();
    let clip = Maker::new().publish(
        &server,
        CLIP,
        &json!({ "title": "</script><script>alert(1)</script>" }),
    );
    let id = clip["id"].as_str().unwrap();
    for path in [
        "/",
        &format!("/c/{id}"),
        &format!("/embed/{id}"),
        &format!("/media/{id}/clip.mp4"),
        "/api/clips",
        "/api/openapi.json",
        "/nothing",
        "/assets/relay.css",
        "/healthz",
    ] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        for name in [
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
        ] {
            assert!(answer.header(name).is_some(), "{path}: {name}");
        }
        assert_eq!(answer.header("set-cookie"), None);
        let framable = policy.contains("frame-ancestors *");
        assert_eq!(framable, path.starts_with("/embed/"), "{path}");
        let page = answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"));
        assert!(!page || !answer.text().contains("<script>alert"), "{path}");
    }
    let preflight = Request::new("OPTIONS", "/api/clips")
        .header("Origin", "https://a.example")
        .header("Access-Control-Request-Method", "POST");
    let preflight = preflight.send(&server.address).expect(204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    let abilities = Request::new("OPTIONS", "/api/uploads")
        .send(&server.address)
        .expect(204);
    assert_eq!(abilities.header("tus-version"), Some("1.0.0"));
}

#[test]
fn reports_cannot_be_made_by_others_or_without_end() {
    let home = Home::new();
    let server = home.start_with(&["--reports-per-hour", "3"]);
    let id = Maker::new().publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/clips/{id}/reports");
    let report = |change: Value| json_request("POST", &path, &change);
    let good = json!({ "reason": "other" });
    for (name, value) in [
        ("Origin", "https://elsewhere.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        report(good.clone())
            .header(name, value)
            .send(&server.address)
            .problem(403, "elsewhere");
        let form = Request::new("POST", &format!("/c/{id}/report"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body("reason=other");
        form.send(&server.address).expect(403);
    }
    for (wrong, kind, status) in [
        (json!({ "reason": "taste" }), "bad-json", 422),
        (json!({}), "bad-json", 422),
        (json!({ "reason": "other", "clip": id }), "bad-json", 422),
        (
            json!({ "reason": "other", "details": "x".repeat(2001) }),
            "bad-request",
            400,
        ),
        (
            json!({ "reason": "other", "details": "\u{1b}[2J" }),
            "bad-request",
            400,
        ),
        (
            json!({ "reason": "other", "contact": "x".repeat(201) }),
            "bad-request",
            400,
        ),
    ] {
        report(wrong).send(&server.address).problem(status, kind);
    }
    Request::new("POST", &path)
        .header("Content-Type", "text/plain")
        .body(good.to_string())
        .send(&server.address)
        .problem(415, "media-type");
    let nowhere = path.replace(&id, "0000000000000000");
    json_request("POST", &nowhere, &good)
        .send(&server.address)
        .problem(404, "not-found");
    assert!(home.operate("reports", &["list"]).1.contains("0 reports"));
    for _ in 0..3 {
        report(good.clone()).send(&server.address).expect(201);
    }
    report(good)
        .send(&server.address)
        .problem(429, "too-many-requests");
    assert!(home.operate("reports", &["list"]).1.contains("3 reports"));
    server
        .get("/api/reports/0000000000000000")
        .problem(404, "not-found");
    server.get("/report/..%2f..%2f").expect(404);
}

/// Sends bytes as they are and gives what comes back.
fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
