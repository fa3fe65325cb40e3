//! The way of a clip: published, played, listed, changed, deleted.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use serde_json::json;
use support::clip::{CLIP, hash};
use support::{Home, Maker, Request};

const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0];

on_every_store!(
    a_clip_is_published_played_and_deleted,
    media_come_in_ranges_and_not_twice,
    a_maker_changes_what_others_see,
    the_same_bytes_of_two_makers_are_two_clips,
);

fn a_clip_is_published_played_and_deleted(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let poster = maker.upload(&server, PNG);
    let clip = maker.publish(
        &server,
        CLIP,
        &json!({
            "poster": { "upload": poster, "blake3": hash(PNG) },
            "captions": "WEBVTT\n\n00:00.000 --> 00:00.500\n[a ball bounces]\n",
            "maker": "Ada",
        }),
    );
    let id = clip["id"].as_str().unwrap();
    assert_eq!(
        (&clip["width"], &clip["height"], &clip["maker"]["name"]),
        (&json!(128), &json!(128), &json!("Ada"))
    );
    assert_eq!(clip["maker"]["key"], maker.fingerprint());
    assert!(
        clip["remix_link"]
            .as_str()
            .unwrap()
            .starts_with("http://localhost:8080/r#r=")
    );
    assert_eq!(
        server.get(&format!("/api/clips/{id}")).expect(200).json(),
        clip
    );
    assert_eq!(
        server.get("/api/clips").expect(200).json()["clips"][0]["id"],
        id
    );
    let media = format!("/media/{id}/clip.mp4");
    assert_eq!(server.get(&media).expect(200).body, CLIP);
    assert_eq!(
        server.get(&format!("/media/{id}/poster")).expect(200).body,
        PNG
    );
    assert!(
        server
            .get(&format!("/media/{id}/captions.vtt"))
            .expect(200)
            .text()
            .contains("[a ball bounces]")
    );
    assert_eq!(home.files("blobs").len(), 2);
    assert_eq!(home.files("uploads").len(), 0);

    let tag = server.get(&media).header("etag").unwrap().to_owned();
    maker.delete(&server, id).expect(204);
    for path in [
        media.clone(),
        format!("/media/{id}/poster"),
        format!("/media/{id}/captions.vtt"),
        format!("/api/clips/{id}"),
        format!("/api/clips/{id}/lineage"),
    ] {
        server.get(&path).problem(410, "removed");
    }
    Request::new("GET", &media)
        .header("If-None-Match", tag)
        .send(&server.address)
        .problem(410, "removed");
    for path in [format!("/c/{id}"), format!("/embed/{id}")] {
        let page = server.get(&path).expect(410);
        assert!(page.text().contains("This clip was removed") && !page.text().contains("red ball"));
    }
    assert_eq!(server.get("/api/clips").json()["clips"], json!([]));
    assert_eq!(home.files("blobs").len(), 0);
    maker.delete(&server, id).problem(410, "removed");
}

fn media_come_in_ranges_and_not_twice(home: &Home) {
    let server = home.start();
    let clip = Maker::new().publish(&server, CLIP, &json!({}));
    let path = format!("/media/{}/clip.mp4", clip["id"].as_str().unwrap());
    let ask = |method: &str, headers: &[(&str, &str)]| {
        let request = Request::new(method, &path);
        headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(name, value)
            })
            .send(&server.address)
    };
    let whole = ask("GET", &[]).expect(200);
    let tag = whole.header("etag").unwrap();
    assert_eq!(tag, format!("\"{}\"", hash(CLIP)));
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let part = ask("GET", &[("Range", "bytes=100-199")]).expect(206);
    assert_eq!(part.body, &CLIP[100..200]);
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 100-199/{}", CLIP.len()).as_str())
    );
    assert_eq!(
        ask("GET", &[("Range", "bytes=-10")]).expect(206).body,
        &CLIP[CLIP.len() - 10..]
    );
    assert_eq!(
        ask("GET", &[("Range", "bytes=20000-")]).expect(206).body,
        &CLIP[20000..]
    );
    assert_eq!(
        ask("GET", &[("Range", "bytes=0-0,5-9")]).expect(200).body,
        CLIP
    );
    let outside = ask("GET", &[("Range", "bytes=99999999-")]).expect(416);
    assert_eq!(
        outside.header("content-range"),
        Some(format!("bytes */{}", CLIP.len()).as_str())
    );
    let head = ask("HEAD", &[]).expect(200);
    assert_eq!(
        (head.header("content-length"), head.body.len()),
        (Some(CLIP.len().to_string().as_str()), 0)
    );
    assert!(
        ask("GET", &[("If-None-Match", tag)])
            .expect(304)
            .body
            .is_empty()
    );
    assert_eq!(
        ask("GET", &[("If-None-Match", "\"other\"")])
            .expect(200)
            .body,
        CLIP
    );
    assert_eq!(
        ask("GET", &[("Range", "bytes=0-9"), ("If-Range", tag)])
            .expect(206)
            .body,
        &CLIP[..10]
    );
    assert_eq!(
        ask("GET", &[("Range", "bytes=0-9"), ("If-Range", "\"old\"")])
            .expect(200)
            .body,
        CLIP
    );
}

fn a_maker_changes_what_others_see(home: &Home) {
    let server = home.start();
    let (maker, other) = (Maker::new(), Maker::new());
    let clip = maker.publish(&server, CLIP, &json!({}));
    let path = format!("/api/clips/{}", clip["id"].as_str().unwrap());
    other
        .ask(&server, "PATCH", &path, &json!({ "title": "Mine" }))
        .problem(403, "not-yours");
    let edited = maker
        .ask(
            &server,
            "PATCH",
            &path,
            &json!({ "title": "  A ball  ", "visibility": "unpublished" }),
        )
        .expect(200);
    assert_eq!(edited.json()["title"], "A ball");
    server.get(&path).problem(404, "not-found");
    server
        .get(&format!("/media/{}/clip.mp4", clip["id"].as_str().unwrap()))
        .problem(404, "not-found");
    maker
        .ask(&server, "PATCH", &path, &json!({ "visibility": "link" }))
        .expect(200);
    assert_eq!(server.get(&path).expect(200).json()["visibility"], "link");
    maker
        .ask(&server, "PATCH", &path, &json!({ "owner": "x" }))
        .problem(422, "bad-json");
    maker
        .ask(&server, "PATCH", &path, &json!({ "title": "a\u{202e}b" }))
        .problem(422, "bad-text");
}

fn the_same_bytes_of_two_makers_are_two_clips(home: &Home) {
    let server = home.start();
    let (one, other) = (Maker::new(), Maker::new());
    let first = one.publish(&server, CLIP, &json!({}));
    let second = other.publish(&server, CLIP, &json!({}));
    assert_eq!(home.files("blobs").len(), 1);
    one.delete(&server, first["id"].as_str().unwrap())
        .expect(204);
    let path = format!("/media/{}/clip.mp4", second["id"].as_str().unwrap());
    assert_eq!(server.get(&path).expect(200).body, CLIP);
    other
        .delete(&server, second["id"].as_str().unwrap())
        .expect(204);
    assert_eq!(home.files("blobs").len(), 0);
}
