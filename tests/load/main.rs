//! `cargo xtask load`: a thousand viewers of one relay, and its bytes per second beside two other servers.
//!
//! Everything runs on this machine over loopback, clients included, so absolute figures are this machine's; ratios within
//! a run are what counts. Outputs are compared before anything is timed.

#![allow(clippy::unwrap_used)] // A measurement that cannot go on fails.

mod bare;
mod client;
mod cpu;
mod servers;
#[macro_use]
#[path = "../../crates/relay/tests/support/mod.rs"]
mod support;
mod throughput;
mod viewers;

use std::time::Duration;

use clap::Parser;
use servers::{Clips, Peers};

/// What to measure, and how long.
#[derive(Clone, Debug, Parser)]
pub struct Options {
    /// Viewers at once.
    #[arg(long, default_value_t = 1000)]
    viewers: usize,
    /// Seconds that each of them watches.
    #[arg(long, default_value_t = 30)]
    watch_secs: u64,
    /// Bits per second of what they watch.
    #[arg(long, default_value_t = 4_000_000)]
    bits_per_second: u64,
    /// Seconds of each timing of a server.
    #[arg(long, default_value_t = 2)]
    round_secs: u64,
    /// Timings of each server, interleaved.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Connections of one timing.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// The nginx to measure beside; without it, only the bare route is.
    #[arg(long)]
    nginx: Option<std::path::PathBuf>,
    /// Only these parts: `viewers`, `throughput`.
    #[arg(long, value_delimiter = ',', default_value = "throughput,viewers")]
    parts: Vec<String>,
    /// Be the bare server for a folder and do nothing else; the measurement starts it.
    #[arg(long, hide = true)]
    bare: Option<std::path::PathBuf>,
    /// What `cargo test` may add.
    #[arg(long, hide = true)]
    nocapture: bool,
}

fn main() {
    let options = Options::parse();
    raise_open_files();
    if let Some(folder) = &options.bare {
        return bare::serve(folder);
    }
    let clips = Clips::publish();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let wants = |part: &str| options.parts.iter().any(|wanted| wanted == part);
    if wants("throughput") {
        let peers = Peers::start(&clips, options.nginx.as_deref());
        runtime.block_on(throughput::measure(&options, &clips, &peers));
    }
    if wants("viewers") {
        runtime.block_on(viewers::measure(&options, &clips));
    }
}

/// The figure in the middle; the lower of two.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

/// The value that a share of all does not exceed.
pub fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted[at.clamp(1, sorted.len()) - 1]
}

/// Each viewer is a connection; the usual limit of 1,024 open files is too low for a thousand.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}
