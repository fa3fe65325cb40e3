//! Bytes per second in ranges of 1 MiB: the relay, the bare route and nginx, in turns.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::cpu;
use crate::servers::{Clips, Peers};
use crate::{Options, median};

/// Bytes of one range.
const RANGE_BYTES: u64 = 1 << 20;
/// Bytes that a client reads at once.
const READ_BYTES: usize = 256 * 1024;

/// One server and the addresses of the clips on it.
struct Target {
    name: &'static str,
    address: String,
    paths: Vec<String>,
    process: u32,
    rates: Vec<f64>,
    /// Processor seconds of the server, and the bytes that it sent in them, in billions.
    spent: (f64, f64),
}

/// Measures and prints the table.
pub async fn measure(options: &Options, clips: &Clips, peers: &Peers) {
    let mut targets = vec![Target {
        name: "relay",
        address: clips.relay.address.clone(),
        paths: clips.paths.clone(),
        process: clips.relay.process_id(),
        rates: Vec::new(),
        spent: (0.0, 0.0),
    }];
    let files: Vec<String> = (0..clips.paths.len())
        .map(|n| format!("/files/{n}.mp4"))
        .collect();
    targets.extend(peers.0.iter().map(|peer| Target {
        name: peer.name,
        address: peer.address.clone(),
        paths: files.clone(),
        process: peer.process_id(),
        rates: Vec::new(),
        spent: (0.0, 0.0),
    }));
    for target in &targets {
        compare(target, &clips.bytes).await;
    }
    for _ in 0..options.rounds {
        for target in &mut targets {
            let before = cpu::seconds(target.process);
            let (bytes, seconds) = round(target, options, clips.bytes[0].len() as u64).await;
            target.spent.0 += cpu::seconds(target.process) - before;
            target.spent.1 += bytes as f64 / 1e9;
            target.rates.push(bytes as f64 / seconds / 1e6);
        }
    }
    println!(
        "| server | MB/s, median of {} | slowest | fastest | relay's share | its processor seconds per GB |",
        options.rounds
    );
    println!("|---|---|---|---|---|---|");
    let relay = median(targets[0].rates.clone());
    for target in &targets {
        let middle = median(target.rates.clone());
        let (low, high) = target
            .rates
            .iter()
            .fold((f64::MAX, 0.0_f64), |(low, high), &rate| {
                (low.min(rate), high.max(rate))
            });
        let share = 100.0 * relay / middle;
        let spent = target.spent.0 / target.spent.1;
        println!(
            "| {} | {middle:.0} | {low:.0} | {high:.0} | {share:.0} % | {spent:.3} |",
            target.name
        );
    }
}

/// Every byte of every clip, in ranges, must be the published one.
async fn compare(target: &Target, clips: &[Vec<u8>]) {
    let mut connection = Connection::open(&target.address, READ_BYTES).await.unwrap();
    for (path, bytes) in target.paths.iter().zip(clips) {
        for start in (0..bytes.len()).step_by(RANGE_BYTES as usize) {
            let end = bytes.len().min(start + RANGE_BYTES as usize);
            let mut at = start;
            let check = |piece: &[u8]| {
                assert!(
                    bytes[at..at + piece.len()] == *piece,
                    "{}: {path} at {at}",
                    target.name
                );
                at += piece.len();
            };
            connection
                .range(path, start as u64..end as u64, check)
                .await
                .unwrap();
        }
    }
}

/// Bytes of one timing, and its seconds.
async fn round(target: &Target, options: &Options, len: u64) -> (u64, f64) {
    let total = std::sync::Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let until = begin + Duration::from_secs(options.round_secs);
    let tasks: Vec<_> = (0..options.connections)
        .map(|number| {
            let (address, paths, total) =
                (target.address.clone(), target.paths.clone(), total.clone());
            tokio::spawn(async move {
                let mut connection = Connection::open(&address, READ_BYTES).await.unwrap();
                let places = len / RANGE_BYTES;
                // Each connection walks through all clips from a place of its own.
                let mut next = number as u64 * 7;
                while Instant::now() < until {
                    let (clip, place) = (next / places % paths.len() as u64, next % places);
                    let range = place * RANGE_BYTES..(place + 1) * RANGE_BYTES;
                    connection
                        .range(&paths[clip as usize], range, |_| {})
                        .await
                        .unwrap();
                    total.fetch_add(RANGE_BYTES, Ordering::Relaxed);
                    next += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let bytes = total.load(Ordering::Relaxed);
    (bytes, begin.elapsed().as_secs_f64())
}
