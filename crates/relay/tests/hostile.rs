//! Requests that nobody should send: each gets a clear answer below 500, and nothing changes.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use serde_json::json;
use support::clip::{CLIP, hash, recipe, with_recipe};
use support::maker::{id_of, json_request, now, wish};
use support::{Home, Maker, Request, Server};

on_every_store!(
    forged_and_repeated_requests_do_nothing,
    files_that_are_no_clips_are_refused,
    wishes_that_cannot_be_granted_are_named,
    paths_lead_nowhere_else,
);

fn forged_and_repeated_requests_do_nothing(home: &Home) {
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
    nothing_is_published(home, &server);

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
    let listed = server.get("/api/clips").json();
    assert_eq!(listed["clips"].as_array().unwrap().len(), 1);
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

fn files_that_are_no_clips_are_refused(home: &Home) {
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
    nothing_is_published(home, &server);
    // None of it harmed the upload that was right.
    maker
        .ask(&server, "POST", "/api/clips", &wish(&upload, CLIP))
        .expect(201);
}

fn wishes_that_cannot_be_granted_are_named(home: &Home) {
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
    nothing_is_published(home, &server);
}

fn paths_lead_nowhere_else(home: &Home) {
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

fn nothing_is_published(home: &Home, server: &Server) {
    assert_eq!(
        server.get("/api/clips").expect(200).json()["clips"],
        json!([])
    );
    assert_eq!(home.files("blobs").len(), 0);
    server.get("/readyz").expect(200);
}
