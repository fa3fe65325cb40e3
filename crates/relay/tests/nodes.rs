//! Several relays on one database and one bucket: each serves what another took, and none outruns another.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use support::clip::{CLIP, numbered, remix};
use support::maker::{id, id_of, json_request, now, patch, wish};
use support::{Home, Maker, Request, Server};

const ORIGIN: &str = "https://clips.example";

/// Two nodes behind one name. Makers sign for that name, whichever node answers.
fn two(home: &Home) -> (Server, Server) {
    let start = || home.start_with(&["--origin", ORIGIN, "--writes-per-second", "100000"]);
    (start(), start())
}

#[test]
fn an_upload_may_go_through_every_node() {
    let home = Home::shared();
    let (one, mut other) = two(&home);
    let maker = Maker::new();
    let id = id_of(&maker.begin(&one, CLIP.len()).unwrap().expect(201));
    patch(&id, 0, &CLIP[..9000])
        .send(&other.address)
        .expect(204);
    // The node that took them dies: the bytes are not its own.
    other.kill();
    let (third, _fourth) = two(&home);
    let rest = patch(&id, 9000, &CLIP[9000..]).send(&third.address);
    assert_eq!(
        rest.expect(204).header("upload-offset"),
        Some(CLIP.len().to_string().as_str())
    );
    let clip = maker
        .ask(&one, "POST", "/api/clips", &wish(&id, CLIP))
        .expect(201)
        .json();
    let media = format!("/media/{}/clip.mp4", clip["id"].as_str().unwrap());
    assert_eq!(third.get(&media).expect(200).body, CLIP);
    let part = Request::new("GET", &media).header("Range", "bytes=100-199");
    assert_eq!(part.send(&third.address).expect(206).body, &CLIP[100..200]);
    maker
        .delete(&third, clip["id"].as_str().unwrap())
        .expect(204);
    one.get(&media).problem(410, "removed");
    assert!(home.files("blobs").is_empty() && home.files("uploads").is_empty());
    let left = std::fs::read_dir(home.path()).unwrap().count();
    assert_eq!(left, 0, "a node keeps nothing of its own");
}

#[test]
fn a_request_that_one_node_took_has_no_second_effect_on_another() {
    let home = Home::shared();
    let (one, other) = two(&home);
    let maker = Maker::new();
    let upload = maker.upload(&one, CLIP);
    let request = json_request("POST", "/api/clips", &wish(&upload, CLIP));
    let signature = maker.sign_for(ORIGIN, &request, now());
    let signed = request.header("Authorization", signature);
    let clip = signed.send(&one.address).expect(201).json();
    // Whoever lost the answer may ask again, on any node: there is one clip.
    let again = signed.send(&other.address).expect(201).json();
    assert_eq!(again["id"], clip["id"]);

    let id = clip["id"].as_str().unwrap();
    let request = Request::new("DELETE", &format!("/api/clips/{id}"));
    let signature = maker.sign_for(ORIGIN, &request, now());
    let signed = request.header("Authorization", signature);
    signed.send(&one.address).expect(204);
    signed.send(&other.address).problem(401, "replayed");
}

#[test]
fn of_two_writers_at_one_place_one_wins() {
    let home = Home::shared();
    let (one, other) = two(&home);
    let maker = Maker::new();
    for seed in 0..20 {
        let mp4 = numbered(seed);
        let id = id_of(&maker.begin(&one, mp4.len()).unwrap().expect(201));
        let wrong = vec![b'x'; mp4.len()];
        let start = Barrier::new(2);
        let send = |server: &Server, bytes: &[u8]| {
            start.wait();
            patch(&id, 0, bytes).send(&server.address).status
        };
        let statuses = std::thread::scope(|scope| {
            let (first, second) = (
                scope.spawn(|| send(&one, &mp4)),
                scope.spawn(|| send(&other, &wrong)),
            );
            [first.join().unwrap(), second.join().unwrap()]
        });
        let mut sorted = statuses;
        sorted.sort_unstable();
        assert_eq!(sorted, [204, 409], "{statuses:?}");
        // The bytes are those of the one that was told so, whole.
        let won = if statuses[0] == 204 { &mp4 } else { &wrong };
        let answer = maker.ask(&other, "POST", "/api/clips", &wish(&id, won));
        answer.expect(if statuses[0] == 204 { 201 } else { 422 });
    }
}

#[test]
fn one_upload_published_on_two_nodes_is_one_clip() {
    let home = Home::shared();
    let (one, other) = two(&home);
    let maker = Maker::new();
    for seed in 0..20 {
        let mp4 = numbered(seed);
        let upload = maker.upload(&one, &mp4);
        let start = Barrier::new(2);
        let publish = |server: &Server| {
            let request = json_request("POST", "/api/clips", &wish(&upload, &mp4));
            let request = maker.signed(server, request);
            start.wait();
            request.send(&server.address).expect(201).json()["id"].clone()
        };
        let [first, second] = std::thread::scope(|scope| {
            let (first, second) = (
                scope.spawn(|| publish(&one)),
                scope.spawn(|| publish(&other)),
            );
            [first.join().unwrap(), second.join().unwrap()]
        });
        assert_eq!(first, second);
    }
    let count = home.database().ask("SELECT count(*) FROM clips");
    assert_eq!(count, "20");
}

/// The same bytes are published and deleted on two nodes at once: whatever stands is whole.
#[test]
fn a_deletion_never_hits_the_same_bytes_of_others() {
    let home = Home::shared();
    let (one, other) = two(&home);
    let makers = [Maker::new(), Maker::new()];
    let first = makers[0].publish(&one, CLIP, &json!({}));
    let mut standing = first["id"].as_str().unwrap().to_owned();
    for round in 0..30 {
        // One deletes what stands; the other publishes the same bytes on the other node.
        let (deleter, publisher) = (&makers[round % 2], &makers[(round + 1) % 2]);
        let upload = publisher.upload(&other, CLIP);
        let start = Barrier::new(2);
        let (deleted, published) = std::thread::scope(|scope| {
            let delete = scope.spawn(|| {
                start.wait();
                deleter.delete(&one, &standing).status
            });
            let publish = scope.spawn(|| {
                start.wait();
                publisher.ask(&other, "POST", "/api/clips", &wish(&upload, CLIP))
            });
            (delete.join().unwrap(), publish.join().unwrap())
        });
        assert_eq!(deleted, 204);
        standing = published.expect(201).json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for server in [&one, &other] {
            let video = server.get(&format!("/media/{standing}/clip.mp4"));
            assert_eq!(video.expect(200).body, CLIP, "round {round}");
        }
        assert_eq!(home.files("blobs").len(), 1, "round {round}");
    }
}

#[test]
fn two_relays_do_not_share_a_folder() {
    let home = Home::new();
    let _server = home.start();
    let (ok, said) = home.operate("serve", &["--listen", "127.0.0.1:0"]);
    assert!(
        !ok && said.contains("another relay uses the folder"),
        "{said}"
    );
}

#[test]
fn an_object_without_a_row_goes_when_it_is_old_enough() {
    let home = Home::shared();
    let server = home.start();
    let id = Maker::new().publish(&server, CLIP, &json!({}))["id"].clone();
    let orphan = home.objects().join("blobs/00/orphan");
    std::fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    std::fs::write(&orphan, "left by a node that died").unwrap();
    let (ok, said) = home.operate("sweep", &[]);
    assert!(
        ok && said.starts_with("0 files"),
        "it may be on its way to a row: {said}"
    );
    let (ok, said) = home.operate("sweep", &["--sweep-after", "0s"]);
    assert!(ok && said.starts_with("1 files"), "{said}");
    assert!(!orphan.exists());
    let media = format!("/media/{}/clip.mp4", id.as_str().unwrap());
    assert_eq!(server.get(&media).expect(200).body, CLIP);
}

/// A wish about remixes holds for what others publish in the same moment, on whichever node, and for what is made from that.
#[test]
fn no_remix_slips_past_a_wish() {
    let home = Home::shared();
    let (one, other) = two(&home);
    let (ada, bo) = (Maker::new(), Maker::new());
    let parent = ada.publish(&one, CLIP, &json!({}));
    let path = format!("/api/clips/{}", id(&parent));
    let wish = |remix: &str| {
        let told = ada.ask(&one, "PATCH", &path, &json!({ "remix": remix }));
        told.expect(200);
    };
    let stop = AtomicBool::new(false);
    let published = std::thread::scope(|scope| {
        let publishing = scope.spawn(|| {
            let mut published: Vec<String> = Vec::new();
            for n in 0..500 {
                if stop.load(Ordering::Relaxed) && published.len() > 3 {
                    break;
                }
                let file = remix(CLIP, Some(id(&parent)), &format!("ball {n}"));
                let Some(child) = standing(&bo, &other, &file) else {
                    continue;
                };
                let file = remix(&file, Some(&child), &format!("cube {n}"));
                published.extend(standing(&bo, &other, &file));
                published.push(child);
            }
            published
        });
        for _ in 0..15 {
            wish("hidden");
            wish("open");
        }
        stop.store(true, Ordering::Relaxed);
        let published = publishing.join().unwrap();
        wish("hidden");
        published
    });
    assert!(published.len() > 3);
    for clip in &published {
        let answer = other.get(&format!("/api/clips/{clip}"));
        answer.problem(404, "remix-hidden");
    }
    wish("closed");
    for clip in &published {
        other.get(&format!("/api/clips/{clip}")).expect(200);
    }
}

/// Publishes a remix and gives its id, unless its parent's maker allows none just now.
fn standing(maker: &Maker, server: &Server, file: &[u8]) -> Option<String> {
    let answer = maker.try_publish(server, file, &json!({})).unwrap();
    if answer.status == 403 {
        answer.problem(403, "remix-forbidden");
        return None;
    }
    Some(id(&answer.expect(201).json()).to_owned())
}
