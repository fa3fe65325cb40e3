//! SIGKILL at any moment: what was confirmed is there, what was deleted is gone, and nothing is half there.
//!
//! (A killed process loses nothing that it gave to the operating system. Losing power is another test, with another tool.)

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::clip::{hash, numbered};
use support::{Home, Maker, Server};

/// Kills on each store, unless KINORA_KILL_ROUNDS says how many. After KINORA_KILL_MINUTES there are no more.
const ROUNDS: u64 = 100;
/// After so many kills everything is looked at, not only what is new; after more of them in a long run, whose clips are many.
const WHOLE: u64 = 50;
/// How often a long run looks at everything.
const LOOKS: u64 = 8;
const WRITERS: usize = 3;

on_every_store!(nothing_confirmed_is_lost_and_nothing_is_half_there);

/// What the server has confirmed.
#[derive(Default)]
struct Ledger {
    /// Id and seed of clips that stand.
    live: Vec<(String, u64)>,
    /// Ids and seeds of clips whose deletion was asked for and not confirmed.
    doubtful: HashMap<String, u64>,
    /// Ids whose deletion was confirmed.
    gone: Vec<String>,
    /// Uploads that were confirmed, and whose publishing was asked for and not: the writer, the upload, the seed.
    unanswered: Vec<(usize, String, u64)>,
    /// How many of those were asked for again.
    repeated: u64,
    /// How many deletions are under way.
    deleting: u64,
}

fn nothing_confirmed_is_lost_and_nothing_is_half_there(home: &Home) {
    let ledger = Mutex::new(Ledger::default());
    let makers: Vec<Maker> = (0..WRITERS).map(|_| Maker::new()).collect();
    let seeds = AtomicU64::new(1);
    let set = |name, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let rounds = set("KINORA_KILL_ROUNDS", ROUNDS);
    let time = Duration::from_secs(60 * set("KINORA_KILL_MINUTES", 24 * 60));
    let whole = WHOLE.max(rounds / LOOKS);
    let (mut starts, mut seen, first) = (Vec::new(), (0, 0), Instant::now());
    for round in 0..rounds {
        if first.elapsed() > time {
            break;
        }
        let begin = Instant::now();
        let mut server = home.start();
        server.get("/readyz").expect(200);
        starts.push(begin.elapsed());
        ask_again(&server, &makers, &mut ledger.lock().unwrap());
        seen = verify(&server, &ledger.lock().unwrap(), seen);
        if round % whole == whole - 1 {
            verify_whole(home, &server, &ledger.lock().unwrap());
            println!("{round} kills, and everything is as it was confirmed");
        }
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for number in 0..WRITERS {
                let (server, makers, ledger) = (&server, &makers, &ledger);
                let (seeds, stop) = (&seeds, &stop);
                scope.spawn(move || write(server, number, &makers[number], ledger, seeds, stop));
            }
            let [confirmations, during, low, high] = support::maker::random();
            wait_for(&ledger, u64::from(confirmations) % 5);
            let micros = u64::from(u16::from_le_bytes([low, high]));
            if during % 2 == 0 {
                wait_for_deletion(&ledger);
                std::thread::sleep(Duration::from_micros(micros % 4_000));
            } else {
                std::thread::sleep(Duration::from_micros(micros % 40_000));
            }
            server.kill_beside();
            stop.store(true, Ordering::Relaxed);
        });
        server.kill();
        ledger.lock().unwrap().deleting = 0;
    }
    let server = home.start();
    let mut ledger = ledger.lock().unwrap();
    ask_again(&server, &makers, &mut ledger);
    verify_whole(home, &server, &ledger);
    starts.sort();
    println!(
        "{} kills; confirmed: {} clips, {} deletions; {} lost answers asked for again; ready after {:?} (median), {:?} (slowest)",
        starts.len(),
        ledger.live.len(),
        ledger.gone.len(),
        ledger.repeated,
        starts[starts.len() / 2],
        starts[starts.len() - 1],
    );
    assert!(!ledger.live.is_empty() && !ledger.gone.is_empty() && ledger.repeated > 0);
}

/// Waits until the server has confirmed so many things more.
fn wait_for(ledger: &Mutex<Ledger>, more: u64) {
    let confirmed = || {
        let ledger = ledger.lock().unwrap();
        (ledger.live.len() + ledger.gone.len()) as u64
    };
    let until = confirmed() + more;
    wait(|| confirmed() >= until);
}

fn wait_for_deletion(ledger: &Mutex<Ledger>) {
    wait(|| ledger.lock().unwrap().deleting > 0);
}

fn wait(done: impl Fn() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "the server confirms nothing"
        );
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Publishes and deletes until the server is dead.
fn write(
    server: &Server,
    number: usize,
    maker: &Maker,
    ledger: &Mutex<Ledger>,
    seeds: &AtomicU64,
    stop: &AtomicBool,
) {
    while !stop.load(Ordering::Relaxed) {
        let seed = seeds.fetch_add(1, Ordering::Relaxed);
        let mp4 = numbered(seed);
        let Ok(upload) = maker.try_upload(server, &mp4) else {
            continue;
        };
        let title = json!({ "title": seed.to_string() });
        let published = maker.try_publish_upload(server, &upload, &mp4, &title);
        let Ok(answer) = published else {
            let lost = (number, upload, seed);
            ledger.lock().unwrap().unanswered.push(lost);
            continue;
        };
        assert_eq!(answer.status, 201, "{}", answer.text());
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        if seed.is_multiple_of(2) {
            ledger.lock().unwrap().live.push((id, seed));
            continue;
        }
        {
            let mut ledger = ledger.lock().unwrap();
            ledger.doubtful.insert(id.clone(), seed);
            ledger.deleting += 1;
        }
        let Ok(answer) = maker.try_delete(server, &id) else {
            continue;
        };
        assert_eq!(answer.status, 204, "{}", answer.text());
        let mut ledger = ledger.lock().unwrap();
        ledger.deleting = ledger.deleting.saturating_sub(1);
        ledger.doubtful.remove(&id);
        ledger.gone.push(id);
    }
}

/// Whoever got no answer asks again and gets the clip, whether the relay had published it before it died or not.
fn ask_again(server: &Server, makers: &[Maker], ledger: &mut Ledger) {
    for (number, upload, seed) in std::mem::take(&mut ledger.unanswered) {
        let title = json!({ "title": seed.to_string() });
        let maker = &makers[number];
        let answer = maker.try_publish_upload(server, &upload, &numbered(seed), &title);
        let clip = answer.unwrap().expect(201).json();
        let id = clip["id"].as_str().unwrap().to_owned();
        ledger.live.push((id, seed));
        ledger.repeated += 1;
    }
}

/// Looks at what was confirmed after a place in the ledger, and at all that is doubtful; gives the next place.
fn verify(server: &Server, ledger: &Ledger, from: (usize, usize)) -> (usize, usize) {
    for (id, seed) in &ledger.live[from.0..] {
        let video = server.get(&format!("/media/{id}/clip.mp4")).expect(200);
        assert!(video.body == numbered(*seed), "clip {id} has other bytes");
    }
    for id in &ledger.gone[from.1..] {
        let video = server.get(&format!("/media/{id}/clip.mp4"));
        video.problem(410, "removed");
        server.get(&format!("/c/{id}")).expect(410);
    }
    for (id, seed) in &ledger.doubtful {
        let video = server.get(&format!("/media/{id}/clip.mp4"));
        let whole = video.status == 200 && video.body == numbered(*seed);
        let (status, bytes) = (video.status, video.body.len());
        assert!(
            whole || status == 410,
            "clip {id} is half there: {status}, {bytes} bytes"
        );
    }
    (ledger.live.len(), ledger.gone.len())
}

/// Looks at everything.
fn verify_whole(home: &Home, server: &Server, ledger: &Ledger) {
    verify(server, ledger, (0, 0));
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

/// Every listed clip, read whole, and there once: the hashes of their videos.
fn whole(server: &Server) -> HashSet<String> {
    let (mut hashes, mut titles) = (HashSet::new(), HashSet::new());
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
            let title = clip["title"].as_str().unwrap().to_owned();
            assert!(titles.insert(title), "clip {id} was published twice");
        }
        let Some(before) = page["before"].as_str() else {
            return hashes;
        };
        path = format!("/api/clips?before={before}");
    }
}
