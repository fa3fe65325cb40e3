//! SIGKILL at any moment: what was confirmed is there, what was deleted is gone, and nothing is half there.
//!
//! (A killed process loses nothing that it gave to the operating system. Losing power is another test, with another tool.)

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::clip::{hash, numbered};
use support::{Home, Maker, Server};

/// Kills, unless KINORA_KILL_ROUNDS says how many.
const ROUNDS: u64 = 60;
const WRITERS: usize = 3;

on_every_store!(nothing_confirmed_is_lost_and_nothing_is_half_there);

/// What the server has confirmed.
#[derive(Default)]
struct Ledger {
    /// Id and seed of clips that stand.
    live: Vec<(String, u64)>,
    /// Ids whose deletion was asked for and not confirmed.
    doubtful: HashSet<String>,
    /// Ids whose deletion was confirmed.
    gone: Vec<String>,
}

fn nothing_confirmed_is_lost_and_nothing_is_half_there(home: &Home) {
    let ledger = Mutex::new(Ledger::default());
    let makers: Vec<Maker> = (0..WRITERS).map(|_| Maker::new()).collect();
    let seeds = AtomicU64::new(1);
    let rounds =
        std::env::var("KINORA_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let begin = Instant::now();
        let mut server = home.start();
        slowest = slowest.max(begin.elapsed());
        if round % 10 == 0 {
            verify(home, &server, &ledger.lock().unwrap());
        }
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for maker in &makers {
                scope.spawn(|| write(&server, maker, &ledger, &seeds, &stop));
            }
            let [confirmations, low, high, _] = support::maker::random();
            wait_for(&ledger, u64::from(confirmations) % 5);
            let micros = u64::from(u16::from_le_bytes([low, high])) % 40_000;
            std::thread::sleep(Duration::from_micros(micros));
            server.kill_beside();
            stop.store(true, Ordering::Relaxed);
        });
        server.kill();
    }
    let ledger = ledger.lock().unwrap();
    verify(home, &home.start(), &ledger);
    let (live, gone) = (ledger.live.len(), ledger.gone.len());
    println!(
        "{rounds} kills; confirmed: {live} clips, {gone} deletions; slowest start {slowest:?}"
    );
    assert!(live > 0 && gone > 0);
}

/// Waits until the server has confirmed so many things more.
fn wait_for(ledger: &Mutex<Ledger>, more: u64) {
    let confirmed = || {
        let ledger = ledger.lock().unwrap();
        (ledger.live.len() + ledger.gone.len()) as u64
    };
    let (until, begin) = (confirmed() + more, Instant::now());
    while confirmed() < until {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "the server confirms nothing"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Publishes and deletes until the server is dead.
fn write(
    server: &Server,
    maker: &Maker,
    ledger: &Mutex<Ledger>,
    seeds: &AtomicU64,
    stop: &AtomicBool,
) {
    while !stop.load(Ordering::Relaxed) {
        let seed = seeds.fetch_add(1, Ordering::Relaxed);
        let published = maker.try_publish(
            server,
            &numbered(seed),
            &json!({ "title": seed.to_string() }),
        );
        let Ok(answer) = published else { continue };
        assert_eq!(answer.status, 201, "{}", answer.text());
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        if seed.is_multiple_of(3) {
            ledger.lock().unwrap().doubtful.insert(id.clone());
            let Ok(answer) = maker.try_delete(server, &id) else {
                continue;
            };
            assert_eq!(answer.status, 204, "{}", answer.text());
            let mut ledger = ledger.lock().unwrap();
            ledger.doubtful.remove(&id);
            ledger.gone.push(id);
        } else {
            ledger.lock().unwrap().live.push((id, seed));
        }
    }
}

fn verify(home: &Home, server: &Server, ledger: &Ledger) {
    server.get("/readyz").expect(200);
    for (id, seed) in &ledger.live {
        let video = server.get(&format!("/media/{id}/clip.mp4")).expect(200);
        assert!(video.body == numbered(*seed), "clip {id} has other bytes");
    }
    for id in &ledger.gone {
        server
            .get(&format!("/media/{id}/clip.mp4"))
            .problem(410, "removed");
        server.get(&format!("/c/{id}")).expect(410);
    }
    // Whatever is listed, confirmed or not, is whole; and no object stays behind that no clip needs. In a bucket and a database
    // server, what the killed process had begun may end after it.
    let begin = Instant::now();
    loop {
        let listed = whole(server);
        assert!(listed.len() >= ledger.live.len());
        if home.is_shared() {
            let (ok, said) = home.operate("sweep", &["--sweep-after", "0s"]);
            assert!(ok, "{said}");
        }
        let kept: HashSet<String> = home
            .files("blobs")
            .iter()
            .map(|path| blake3_of(path))
            .collect();
        if kept == listed {
            return;
        }
        assert!(
            home.is_shared() && begin.elapsed() < Duration::from_secs(60),
            "kept: {kept:?}, needed: {listed:?}"
        );
    }
}

/// The hash in the name of a blob's object.
fn blake3_of(object: &Path) -> String {
    let name = object.file_name().unwrap().to_string_lossy();
    name.split('.').next().unwrap().to_owned()
}

/// Every listed clip, read whole: the hashes of their videos.
fn whole(server: &Server) -> HashSet<String> {
    let mut hashes = HashSet::new();
    let mut path = "/api/clips".to_owned();
    loop {
        let page = server.get(&path).expect(200).json();
        for clip in page["clips"].as_array().unwrap() {
            let id = clip["id"].as_str().unwrap();
            let bytes = server
                .get(&format!("/media/{id}/clip.mp4"))
                .expect(200)
                .body;
            assert_eq!(hash(&bytes), clip["blake3"], "clip {id}");
            server.get(&format!("/c/{id}")).expect(200);
            hashes.insert(hash(&bytes));
        }
        let Some(before) = page["before"].as_str() else {
            return hashes;
        };
        path = format!("/api/clips?before={before}");
    }
}
