//! What whoever hosts a relay does: remove, back up, restore, scrub, stop.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use support::clip::{CLIP, hash, numbered};
use support::maker::{id_of, json_request, patch};
use support::{Home, Maker, Request};

on_every_store!(
    a_clip_is_removed_while_the_relay_runs,
    a_scrub_finds_one_turned_bit,
    a_relay_that_stops_ends_what_is_under_way,
    a_relay_that_stops_tells_balancers_first,
    a_restored_database_brings_nothing_back,
    prometheus_reads_what_happens_and_learns_no_names,
);

fn a_clip_is_removed_while_the_relay_runs(home: &Home) {
    let server = home.start();
    let id = Maker::new().publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (ok, said) = home.operate("remove", &["../../etc"]);
    assert!(!ok && said.contains("not the id of a clip"), "{said}");
    assert!(home.operate("remove", &[&id]).0);
    server.get(&format!("/c/{id}")).expect(410);
    assert_eq!(home.files("blobs").len(), 0);
}

#[test]
fn a_backup_is_whole_and_forgets_nothing_that_was_removed() {
    let (home, other) = (Home::new(), tempfile::tempdir().unwrap());
    let server = home.start();
    let maker = Maker::new();
    let ids: Vec<String> = (0..3)
        .map(|seed| {
            maker.publish(&server, &numbered(seed), &json!({}))["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let to = other.path().join("copy");
    let (ok, said) = home.operate("backup", &[to.to_str().unwrap()]);
    assert!(ok && said.contains("3 files"), "{said}");
    assert!(
        !home.operate("backup", &[to.to_str().unwrap()]).0,
        "a backup overwrites nothing"
    );
    maker.delete(&server, &ids[0]).expect(204);
    assert!(server.stop());
    // Restored as docs/relay.md says: database and blobs from the copy, removals as they are.
    for name in ["relay.db-wal", "relay.db-shm"] {
        let _ = std::fs::remove_file(home.path().join(name));
    }
    std::fs::copy(to.join("relay.db"), home.path().join("relay.db")).unwrap();
    for file in copied(&to) {
        let place = home.path().join(file.strip_prefix(&to).unwrap());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::copy(&file, place).unwrap();
    }
    let server = home.start();
    server
        .get(&format!("/media/{}/clip.mp4", ids[0]))
        .problem(410, "removed");
    for (id, seed) in ids.iter().zip(0..).skip(1) {
        assert_eq!(
            server
                .get(&format!("/media/{id}/clip.mp4"))
                .expect(200)
                .body,
            numbered(seed)
        );
    }
    assert!(home.operate("scrub", &[]).0);
}

fn copied(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(folder.join("blobs")).unwrap();
    folders
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

fn prometheus_reads_what_happens_and_learns_no_names(home: &Home) {
    let server = home.start_with(&["--metrics-listen", "127.0.0.1:0"]);
    server.get("/metrics").problem(404, "not-found");
    let maker = Maker::new();
    let id = maker.publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = maker.publish(&server, &numbered(1), &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..3 {
        server.get(&format!("/media/{id}/clip.mp4")).expect(200);
    }
    maker.delete(&server, &gone).expect(204);
    server.get("/nothing").expect(404);
    let report = json!({ "reason": "likeness" });
    json_request("POST", &format!("/api/clips/{id}/reports"), &report)
        .send(&server.address)
        .expect(201);
    let place = server.metrics.clone().unwrap();
    let answer = Request::new("GET", "/metrics").send(&place).expect(200);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text();
    let value = |line: &str| -> f64 {
        let found = text.lines().find_map(|found| found.strip_prefix(line));
        let found = found.unwrap_or_else(|| panic!("{line} is missing in\n{text}"));
        found.trim().parse().unwrap()
    };
    let count = |route: &str, method: &str, status: u16| {
        value(&format!(
            "kinora_http_answer_seconds_count{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        ))
    };
    assert_eq!(count("/media/{id}/clip.mp4", "GET", 200), 3.0);
    assert_eq!(count("/api/clips", "POST", 201), 2.0);
    assert_eq!(count("other", "GET", 404), 2.0);
    assert!(value("kinora_sent_bytes_total") >= 3.0 * CLIP.len() as f64);
    assert!(value("kinora_received_bytes_total") >= 2.0 * CLIP.len() as f64);
    assert_eq!(value("kinora_uploads_total"), 2.0);
    assert_eq!(value("kinora_publishes_total"), 2.0);
    assert_eq!(value("kinora_removals_total{by=\"maker\"}"), 1.0);
    assert_eq!(value("kinora_reports_total"), 1.0);
    assert_eq!(value("kinora_reports_open{reason=\"likeness\"}"), 1.0);
    assert_eq!(value("kinora_reports_overdue"), 0.0);
    assert!(value("kinora_disk_free_bytes") > 0.0);
    assert!(!text.contains(&id) && !text.contains(&maker.fingerprint()));
    assert!(text.ends_with("# EOF\n"));
}

fn a_scrub_finds_one_turned_bit(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    for seed in 0..4 {
        maker.publish(&server, &numbered(seed), &json!({}));
    }
    let (ok, said) = home.operate("scrub", &[]);
    assert!(ok && said.contains("4 files read, 0 damaged"), "{said}");
    let victim = home.files("blobs").remove(0);
    let name = victim.file_name().unwrap().to_str().unwrap();
    let mut bytes = std::fs::read(&victim).unwrap();
    bytes[20_000] ^= 4;
    std::fs::write(&victim, bytes).unwrap();
    let (ok, said) = home.operate("scrub", &[]);
    assert!(
        !ok && said.contains(name.split('.').next().unwrap()),
        "{said}"
    );
}

fn a_relay_that_stops_ends_what_is_under_way(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let id = id_of(&maker.begin(&server, CLIP.len()).unwrap());
    let request = patch(&id, 0, CLIP)
        .header("Expect", "100-continue")
        .to_bytes(&server.address);
    let (first, rest) = request.split_at(request.len() - 5000);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.write_all(first).unwrap();
    // The relay says so when it begins to read the body.
    let mut under_way = [0; 25];
    stream.read_exact(&mut under_way).unwrap();
    assert_eq!(&under_way, b"HTTP/1.1 100 Continue\r\n\r\n");
    let address = server.address.clone();
    let stopping = std::thread::spawn(move || server.stop());
    while TcpStream::connect(&address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(stopping.join().unwrap());
    let server = home.start();
    let wish = json!({ "video": { "upload": id, "blake3": hash(CLIP) }, "title": "T", "visibility": "link", "remix": true, "licence": "CC0-1.0" });
    // The new process listens elsewhere, which is what the maker signs for.
    maker.ask(&server, "POST", "/api/clips", &wish).expect(201);
}

fn a_restored_database_brings_nothing_back(home: &Home) {
    let server = home.start();
    let maker = Maker::new();
    let id = maker.publish(&server, CLIP, &json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(server.stop());
    let backup = home.back_up_database();
    let server = home.start();
    let blob = home.files("blobs").remove(0);
    maker.delete(&server, &id).expect(204);
    assert!(server.stop());
    home.restore_database(&backup);
    // The bytes come back too, as from a backup of their own.
    std::fs::create_dir_all(blob.parent().unwrap()).unwrap();
    std::fs::write(&blob, CLIP).unwrap();
    let server = home.start();
    server
        .get(&format!("/media/{id}/clip.mp4"))
        .problem(410, "removed");
    assert_eq!(home.files("blobs").len(), 0);
    assert_eq!(server.get("/api/clips").json()["clips"], json!([]));
}

fn a_relay_that_stops_tells_balancers_first(home: &Home) {
    let (ok, said) = home.operate("serve", &["--linger", "26s"]);
    assert!(!ok && said.contains("25s at most"), "{said}");
    let server = home.start_with(&["--linger", "5s"]);
    let address = server.address.clone();
    server.get("/readyz").expect(200);
    let stopping = std::thread::spawn(move || server.stop());
    let ask = |path: &str| Request::new("GET", path).send(&address);
    // One that stops without a word refuses a connection here, and the test fails.
    while ask("/readyz").status != 503 {}
    // It still serves whoever has not heard.
    ask("/api/clips").expect(200);
    assert!(stopping.join().unwrap());
}
