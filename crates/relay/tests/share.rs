//! The way of a clip: published, played, listed, remixed, deleted; and what stays of it.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod support;

use serde_json::json;
use support::clip::{CLIP, hash, numbered, remix};
use support::maker::{id_of, patch};
use support::{Home, Maker, Request};

const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0];

#[test]
fn a_clip_is_published_played_and_deleted() {
    let home = Home::new();
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

#[test]
fn media_come_in_ranges_and_not_twice() {
    let home = Home::new();
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

#[test]
fn a_broken_upload_goes_on_where_it_stopped() {
    let home = Home::new();
    let mut server = home.start();
    let maker = Maker::new();
    let id = id_of(&maker.begin(&server, CLIP.len()).unwrap().expect(201));
    let ask = |server: &support::Server| {
        let head =
            Request::new("HEAD", &format!("/api/uploads/{id}")).header("Tus-Resumable", "1.0.0");
        head.send(&server.address)
            .expect(200)
            .header("upload-offset")
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    patch(&id, 0, &CLIP[..5000])
        .send(&server.address)
        .expect(204);
    assert_eq!(ask(&server), 5000);
    // Announced 3000 bytes, sent 1000, gone.
    let cut = patch(&id, 5000, &CLIP[5000..6000])
        .header("Content-Length", 3000)
        .to_bytes(&server.address);
    let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
    std::io::Write::write_all(&mut stream, &cut).unwrap();
    drop(stream);
    let mut offset = ask(&server);
    while offset != 6000 {
        std::thread::yield_now();
        offset = ask(&server);
    }
    server.kill();
    let server = home.start();
    assert_eq!(ask(&server), 6000);
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

#[test]
fn checksums_decide_which_bytes_stay() {
    use base64::Engine as _;
    let home = Home::new();
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
    assert_eq!(
        std::fs::read(home.path().join("uploads").join(&id)).unwrap(),
        b"abcdef"
    );
    let give_up =
        Request::new("DELETE", &format!("/api/uploads/{id}")).header("Tus-Resumable", "1.0.0");
    give_up.send(&server.address).expect(204);
    give_up.send(&server.address).problem(404, "no-upload");
    assert_eq!(home.files("uploads").len(), 0);
}

#[test]
fn a_maker_changes_what_others_see() {
    let home = Home::new();
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

#[test]
fn lineage_shows_what_changed_and_survives_removal() {
    let home = Home::new();
    let server = home.start();
    let (maker, other) = (Maker::new(), Maker::new());
    let parent = maker.publish(&server, CLIP, &json!({ "title": "Parent", "maker": "Ada" }));
    let parent_id = parent["id"].as_str().unwrap();
    let file = remix(CLIP, Some(parent_id), "a blue ball rolls");
    let child = other.publish(&server, &file, &json!({ "title": "Child" }));
    let child_id = child["id"].as_str().unwrap();
    let grandchild = other.publish(
        &server,
        &remix(&file, None, "a green ball rolls"),
        &json!({ "title": "Grandchild" }),
    );

    let lineage = server
        .get(&format!("/api/clips/{child_id}/lineage"))
        .expect(200)
        .json();
    let titles: Vec<_> = lineage["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            (
                node["generation"].as_i64().unwrap(),
                node["title"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(titles, [(0, "Child"), (-1, "Parent"), (1, "Grandchild")]);
    let change = &lineage["nodes"][0]["parents"][0]["changes"];
    assert_eq!(
        change,
        &json!([{ "field": "prompt", "before": "a red rubber ball bounces on a wooden floor, cinematic", "after": "a blue ball rolls" }])
    );
    let page = server.get(&format!("/c/{child_id}")).expect(200).text();
    assert!(
        page.contains("a blue ball rolls") && page.contains("Grandchild") && page.contains("Ada")
    );

    maker
        .ask(
            &server,
            "PATCH",
            &format!("/api/clips/{parent_id}"),
            &json!({ "remix": false }),
        )
        .expect(200);
    let refused = other
        .try_publish(&server, &remix(CLIP, Some(parent_id), "a cube"), &json!({}))
        .unwrap();
    refused.problem(403, "remix-forbidden");
    let hidden = other
        .try_publish(&server, &remix(CLIP, None, "a cube"), &json!({}))
        .unwrap();
    hidden.problem(403, "remix-forbidden");
    maker.publish(
        &server,
        &remix(CLIP, Some(parent_id), "my own cube"),
        &json!({}),
    );
    let wrong = other
        .try_publish(
            &server,
            &remix(&numbered(9), Some(parent_id), "a cube"),
            &json!({}),
        )
        .unwrap();
    wrong.problem(422, "parent-mismatch");

    maker.delete(&server, parent_id).expect(204);
    let lineage = server
        .get(&format!("/api/clips/{child_id}/lineage"))
        .expect(200)
        .json();
    assert_eq!(
        lineage["nodes"][1],
        json!({ "generation": -1, "state": "removed", "parents": [] })
    );
    let page = server.get(&format!("/c/{child_id}")).expect(200).text();
    assert!(page.contains("A clip that was removed") && !page.contains("Ada"));
    server
        .get(&format!("/c/{}", grandchild["id"].as_str().unwrap()))
        .expect(200);
}

#[test]
fn a_clip_behind_a_link_is_found_through_nobody() {
    let home = Home::new();
    let server = home.start();
    let maker = Maker::new();
    let parent = maker.publish(
        &server,
        CLIP,
        &json!({ "visibility": "link", "title": "Secret parent" }),
    );
    let (parent_id, file) = (parent["id"].as_str().unwrap(), numbered(5));
    let open = maker.publish(
        &server,
        &remix(CLIP, Some(parent_id), "open"),
        &json!({ "title": "Open" }),
    );
    let base = maker.publish(&server, &file, &json!({ "title": "Base" }));
    let base_id = base["id"].as_str().unwrap();
    maker.publish(
        &server,
        &remix(&file, Some(base_id), "secret"),
        &json!({ "visibility": "link", "title": "Secret child" }),
    );
    for id in [open["id"].as_str().unwrap(), base_id] {
        for path in [
            format!("/c/{id}"),
            format!("/api/clips/{id}/lineage"),
            "/".to_owned(),
            "/api/clips".to_owned(),
        ] {
            let told = server.get(&path).expect(200).text();
            assert!(
                !told.contains("Secret") && !told.contains(&format!("/c/{parent_id}")),
                "{path}: {told}"
            );
        }
    }
    assert!(
        server
            .get(&format!("/c/{parent_id}"))
            .expect(200)
            .text()
            .contains("noindex")
    );
}

#[test]
fn a_restored_database_brings_nothing_back() {
    let home = Home::new();
    let server = home.start();
    let maker = Maker::new();
    let id = maker.publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(server.stop());
    let backup = std::fs::read(home.path().join("relay.db")).unwrap();
    let server = home.start();
    let blob = home.files("blobs").remove(0);
    maker.delete(&server, &id).expect(204);
    assert!(server.stop());
    std::fs::write(home.path().join("relay.db"), backup).unwrap();
    std::fs::create_dir_all(blob.parent().unwrap()).unwrap();
    std::fs::write(&blob, CLIP).unwrap();
    let server = home.start();
    server
        .get(&format!("/media/{id}/clip.mp4"))
        .problem(410, "removed");
    assert_eq!(home.files("blobs").len(), 0);
}

#[test]
fn the_same_bytes_of_two_makers_are_two_clips() {
    let home = Home::new();
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
