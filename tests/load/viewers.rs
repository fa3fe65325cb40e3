//! Many viewers at once: each keeps a few seconds ahead of its playhead in ranges of 1 MiB, as players do, and notes
//! when the picture would have stopped.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::Connection;
use crate::servers::Clips;
use crate::{Options, quantile};

/// Bytes of one range.
const RANGE_BYTES: u64 = 1 << 20;
/// Bytes that a viewer reads at once.
const READ_BYTES: usize = 64 * 1024;
/// Playback begins with so many seconds of it.
const START_SECS: f64 = 0.5;
/// The next range is asked for when fewer seconds are left to play.
const AHEAD_SECS: f64 = 4.0;
/// All viewers have come after so many seconds.
const ARRIVAL_SECS: f64 = 5.0;

/// What one viewer saw.
#[derive(Debug, Default)]
struct Seen {
    bytes: u64,
    stalls: u64,
    stopped: Duration,
    first_bytes: Vec<Duration>,
}

/// Measures and prints the figures.
pub async fn measure(options: &Options, clips: &Clips) {
    let stop = Arc::new(AtomicBool::new(false));
    let most_rss = Arc::new(AtomicU64::new(0));
    let sampler = tokio::spawn(sample(
        clips.relay.process_id(),
        most_rss.clone(),
        stop.clone(),
    ));
    let begin = Instant::now();
    let viewers: Vec<_> = (0..options.viewers)
        .map(|number| {
            let path = clips.paths[number % clips.paths.len()].clone();
            let (address, len) = (clips.relay.address.clone(), clips.bytes[0].len() as u64);
            let viewer = watch(address, path, len, number, options.clone());
            tokio::spawn(viewer)
        })
        .collect();
    let (mut all, mut failed) = (Seen::default(), 0);
    for viewer in viewers {
        match viewer.await.unwrap() {
            Ok(seen) => {
                all.bytes += seen.bytes;
                all.stalls += seen.stalls;
                all.stopped += seen.stopped;
                all.first_bytes.extend(seen.first_bytes);
            }
            Err(error) => {
                eprintln!("a viewer gave up: {error}");
                failed += 1;
            }
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    sampler.await.unwrap();
    all.first_bytes.sort();
    let millis = |share| quantile(&all.first_bytes, share).as_secs_f64() * 1000.0;
    println!(
        "| viewers | failed | stalls | stopped for | first byte p50 | p99 | slowest | MB/s | relay's memory, most |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    println!(
        "| {} | {failed} | {} | {:.2} s | {:.1} ms | {:.1} ms | {:.1} ms | {:.0} | {:.0} MiB |",
        options.viewers,
        all.stalls,
        all.stopped.as_secs_f64(),
        millis(0.5),
        millis(0.99),
        millis(1.0),
        all.bytes as f64 / seconds / 1e6,
        most_rss.load(Ordering::Relaxed) as f64 / 1024.0,
    );
}

async fn watch(
    address: String,
    path: String,
    len: u64,
    number: usize,
    options: Options,
) -> io::Result<Seen> {
    // The golden ratio spreads arrivals evenly, in no order that a server could like.
    let share = (number as f64 * 0.618_033_988_749).fract();
    tokio::time::sleep(Duration::from_secs_f64(share * ARRIVAL_SECS)).await;
    let until = Instant::now() + Duration::from_secs(options.watch_secs);
    let mut connection = Connection::open(&address, READ_BYTES).await?;
    let mut player = Player::new(options.bits_per_second as f64 / 8.0);
    let mut first_bytes = Vec::new();
    while Instant::now() < until {
        let start = player.bytes % len;
        let end = len.min(start + RANGE_BYTES);
        let first = connection
            .range(&path, start..end, |piece| player.take(piece.len() as u64))
            .await?;
        first_bytes.push(first);
        tokio::time::sleep(player.until_needed()).await;
    }
    Ok(Seen {
        bytes: player.bytes,
        stalls: player.stalls,
        stopped: player.stopped,
        first_bytes,
    })
}

/// A playhead and what lies before it.
struct Player {
    bytes_per_second: f64,
    bytes: u64,
    /// When the playhead stood at byte 0, stops taken off.
    began: Option<Instant>,
    stalls: u64,
    stopped: Duration,
}

impl Player {
    fn new(bytes_per_second: f64) -> Self {
        Self {
            bytes_per_second,
            bytes: 0,
            began: None,
            stalls: 0,
            stopped: Duration::ZERO,
        }
    }

    /// Seconds that are left to play.
    fn ahead(&self) -> f64 {
        let played = self
            .began
            .map_or(0.0, |began| began.elapsed().as_secs_f64());
        self.bytes as f64 / self.bytes_per_second - played
    }

    /// More bytes have come. If the playhead has waited for them, that is a stall.
    fn take(&mut self, bytes: u64) {
        let ahead = self.ahead();
        if let Some(began) = self.began.as_mut().filter(|_| ahead < 0.0) {
            let wait = Duration::from_secs_f64(-ahead);
            *began += wait;
            self.stalls += 1;
            self.stopped += wait;
        }
        self.bytes += bytes;
        if self.began.is_none() && self.ahead() >= START_SECS {
            self.began = Some(Instant::now());
        }
    }

    fn until_needed(&self) -> Duration {
        Duration::from_secs_f64((self.ahead() - AHEAD_SECS).max(0.0))
    }
}

/// Notes the most resident memory of a process, in KiB.
async fn sample(process: u32, most: Arc<AtomicU64>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        most.fetch_max(kib, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
