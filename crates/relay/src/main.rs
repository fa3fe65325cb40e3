//! `kinora-relay`: opens the data folder, listens, and serves until it is told to stop.

use anyhow::Context as _;
use clap::Parser;
use kinora_relay::{Config, Relay, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Shares clips: uploads, pages, players, lineage.
#[derive(Parser)]
#[command(name = "kinora-relay", version)]
struct Cli {
    #[command(flatten)]
    config: Config,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Cli { config } = Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", config.listen))?;
    let bound = listener.local_addr()?;
    let relay = Relay::open(config, bound).await?;
    // Scripts wait for this line; everything else goes to the log.
    println!("listening on {}", relay.origin);
    serve(listener, relay, stop()).await;
    Ok(())
}

/// Resolves when the process is asked to stop.
async fn stop() {
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be heard: only SIGKILL stops this process");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
