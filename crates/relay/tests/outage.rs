//! When disk, bucket or database fail: the sender is told so, nothing is half there, and the relay serves on afterwards.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use support::clip::{CLIP, hash, numbered};
use support::maker::{id, id_of, offset, patch, wish};
use support::{Answer, Home, Maker, Server};

fn begin(maker: &Maker, server: &Server, length: usize) -> String {
    id_of(&maker.begin(server, length).unwrap().expect(201))
}

fn plays(server: &Server, id: &str, bytes: &[u8]) {
    let video = server.get(&format!("/media/{id}/clip.mp4")).expect(200);
    assert!(video.body == bytes, "clip {id} has other bytes");
}

/// A relay with a clip, and its maker.
struct Stage {
    server: Server,
    maker: Maker,
    clip: String,
}

impl Stage {
    fn on(home: &Home) -> Self {
        let (server, maker) = (home.start(), Maker::new());
        let clip = id(&maker.publish(&server, CLIP, &json!({}))).to_owned();
        Self {
            server,
            maker,
            clip,
        }
    }

    fn media(&self) -> String {
        format!("/media/{}/clip.mp4", self.clip)
    }

    fn delete(&self) -> Answer {
        self.maker.delete(&self.server, &self.clip)
    }

    fn publish(&self, upload: &str, bytes: &[u8]) -> Answer {
        let wish = wish(upload, bytes);
        self.maker.ask(&self.server, "POST", "/api/clips", &wish)
    }

    fn patch(&self, upload: &str, at: usize, bytes: &[u8]) -> Answer {
        patch(upload, at, bytes).send(&self.server.address)
    }

    fn plays(&self) {
        plays(&self.server, &self.clip, CLIP);
    }
}

/// A relay whose folder is a disk of 4 MiB that nobody else sees, and where that folder can be reached from here.
fn on_small_disk(home: &Home) -> (Server, PathBuf) {
    let mut program = Command::new("unshare");
    program.args(["--mount", "--map-root-user", "sh", "-c"]).args([
        "mount -t tmpfs -o size=4m tmpfs \"$KINORA_RELAY_DATA\" && exec \"$0\" serve --listen 127.0.0.1:0 --writes-per-second 100000",
        env!("CARGO_BIN_EXE_kinora-relay"),
    ]);
    home.tell(&mut program);
    // It needs a namespace of its own for the mount: root has that, and users on most systems.
    let server = home.launch_as(&mut program);
    let root = PathBuf::from(format!("/proc/{}/root", server.process_id()));
    let inside = root.join(home.path().strip_prefix("/").unwrap());
    (server, inside)
}

/// Takes all room but some bytes.
fn fill(disk: &Path, leave: u64) {
    let path = disk.join("filler");
    let mut file = fs::File::options()
        .append(true)
        .create(true)
        .open(&path)
        .unwrap();
    for size in [65_536, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    let full = file.metadata().unwrap().len();
    file.set_len(full - leave).unwrap();
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let home = Home::new();
    let (server, disk) = on_small_disk(&home);
    let maker = Maker::new();
    let clip = maker.publish(&server, CLIP, &json!({}));
    let upload = begin(&maker, &server, CLIP.len());
    patch(&upload, 0, &CLIP[..9000])
        .send(&server.address)
        .expect(204);

    fill(&disk, 0);
    let rest = patch(&upload, 9000, &CLIP[9000..]);
    rest.send(&server.address).problem(507, "full");
    maker.begin(&server, 1000).unwrap().problem(507, "full");
    maker.delete(&server, id(&clip)).problem(507, "full");
    assert_eq!(offset(&server, &upload), 9000);
    plays(&server, id(&clip), CLIP);

    // Room for rows and parts, not for the whole.
    fs::remove_file(disk.join("filler")).unwrap();
    let large = padded(1, 1_500_000);
    let wide = begin(&maker, &server, large.len());
    patch(&wide, 0, &large).send(&server.address).expect(204);
    fill(&disk, 400_000);
    let refused = maker.ask(&server, "POST", "/api/clips", &wish(&wide, &large));
    refused.problem(507, "full");
    let listed = server.get("/api/clips").expect(200).json();
    assert_eq!(listed["clips"].as_array().unwrap().len(), 1);
    assert_eq!(count(&disk.join("blobs")), 1);

    fs::remove_file(disk.join("filler")).unwrap();
    patch(&upload, 9000, &CLIP[9000..])
        .send(&server.address)
        .expect(204);
    let published = maker.ask(&server, "POST", "/api/clips", &wish(&wide, &large));
    plays(&server, id(&published.expect(201).json()), &large);
    maker.delete(&server, id(&clip)).expect(204);
    server
        .get(&format!("/media/{}/clip.mp4", id(&clip)))
        .problem(410, "removed");
}

/// Files below a folder.
fn count(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let count = |entry: fs::DirEntry| {
        if entry.path().is_dir() {
            count(&entry.path())
        } else {
            1
        }
    };
    entries.map(count).sum()
}

/// A clip with so much free space at its end.
fn padded(seed: u64, bytes: usize) -> Vec<u8> {
    let mut mp4 = numbered(seed);
    let whole = mp4.len() + bytes;
    mp4.extend(u32::try_from(bytes).unwrap().to_be_bytes());
    mp4.extend(b"free");
    mp4.resize(whole, 0);
    mp4
}

#[test]
fn files_that_cannot_be_read_or_written_are_told() {
    let home = Home::new();
    let stage = Stage::on(&home);
    let upload = begin(&stage.maker, &stage.server, CLIP.len());

    // No folder to write to.
    let (uploads, away) = (home.path().join("uploads"), home.path().join("away"));
    fs::rename(&uploads, &away).unwrap();
    fs::write(&uploads, "in the way").unwrap();
    stage.patch(&upload, 0, CLIP).problem(503, "unavailable");
    assert_eq!(offset(&stage.server, &upload), 0);
    fs::remove_file(&uploads).unwrap();
    fs::rename(&away, &uploads).unwrap();
    stage.patch(&upload, 0, CLIP).expect(204);

    // A file that the system does not open.
    let blob = home.files("blobs").remove(0);
    fs::rename(&blob, home.path().join("blob")).unwrap();
    symlink(&blob, &blob).unwrap();
    let refused = stage.server.get(&stage.media());
    refused.problem(503, "unavailable");
    let (ok, said) = home.operate("scrub", &[]);
    assert!(!ok && said.contains(&hash(CLIP)), "{said}");
    fs::rename(home.path().join("blob"), &blob).unwrap();
    stage.plays();
    assert!(home.operate("scrub", &[]).0);
    stage.publish(&upload, CLIP).expect(201);
}

#[test]
fn a_bucket_that_fails_is_told_and_loses_nothing() {
    let home = Home::shared();
    let stage = Stage::on(&home);
    let other = numbered(1);
    let upload = begin(&stage.maker, &stage.server, other.len());
    stage.patch(&upload, 0, &other[..9000]).expect(204);
    let s3 = home.s3();
    let faults: [(&dyn Fn(), u16, &str); 4] = [
        (&|| s3.answer(500), 503, "unavailable"),
        (&|| s3.answer(503), 503, "unavailable"),
        (&|| s3.answer(507), 507, "full"),
        (&|| s3.cut(), 503, "unavailable"),
    ];
    for (fail, status, kind) in faults {
        fail();
        let rest = stage.patch(&upload, 9000, &other[9000..]);
        rest.problem(status, kind);
        assert_eq!(offset(&stage.server, &upload), 9000);
        stage.server.get(&stage.media()).problem(status, kind);
        stage.delete().problem(status, kind);
        let page = stage.server.get(&format!("/c/{}", stage.clip));
        page.expect(200);
        s3.heal();
        stage.plays();
    }
    stage.patch(&upload, 9000, &other[9000..]).expect(204);
    s3.answer(500);
    stage.publish(&upload, &other).problem(503, "unavailable");
    let listed = stage.server.get("/api/clips").expect(200).json();
    assert_eq!(listed["clips"].as_array().unwrap().len(), 1);
    s3.heal();
    let published = stage.publish(&upload, &other).expect(201).json();
    plays(&stage.server, id(&published), &other);
    stage.delete().expect(204);
    stage.server.get(&stage.media()).problem(410, "removed");
}

/// The deletion is durable before the bytes are gone: a bucket that fails in between delays them, no more.
#[test]
fn what_could_not_be_deleted_goes_later() {
    let home = Home::shared();
    let stage = Stage::on(&home);
    home.s3().refuse_deletions();
    stage.delete().expect(204);
    stage.server.get(&stage.media()).problem(410, "removed");
    assert_eq!(home.files("blobs").len(), 1);
    home.s3().heal();
    let begin = Instant::now();
    while !home.files("blobs").is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it never goes");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_database_that_is_away_is_told_and_loses_nothing() {
    let home = Home::shared();
    let stage = Stage::on(&home);
    let other = numbered(1);
    let upload = begin(&stage.maker, &stage.server, other.len());
    home.database().unreachable();
    stage.server.get("/readyz").expect(503);
    stage.server.get("/healthz").expect(200);
    let refused = stage.patch(&upload, 0, &other);
    refused.problem(503, "unavailable");
    stage.delete().problem(503, "unavailable");
    stage.server.get("/api/clips").problem(503, "unavailable");
    home.database().reachable();
    stage.server.get("/readyz").expect(200);
    assert_eq!(offset(&stage.server, &upload), 0);
    stage.plays();
    stage.patch(&upload, 0, &other).expect(204);
    let published = stage.publish(&upload, &other).expect(201).json();
    plays(&stage.server, id(&published), &other);
}
