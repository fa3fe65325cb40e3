//! `kinora-relay`: serves clips, and the commands of whoever hosts it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use kinora_relay::{Config, Relay, StoreConfig, admin, serve, serve_metrics};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Shares clips: uploads, pages, players, lineage.
#[derive(Parser)]
#[command(name = "kinora-relay", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop; also what happens without a command.
    Serve(Box<Config>),
    /// Remove clips for good, while relays run.
    Remove {
        #[command(flatten)]
        store: Box<StoreConfig>,
        /// Ids: the last part of a clip's address.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Copy everything into a new folder, while the relay runs.
    Backup {
        #[command(flatten)]
        store: Box<StoreConfig>,
        /// The new folder.
        to: PathBuf,
    },
    /// The queue of reports: list, show, dismiss, take down.
    Reports {
        #[command(flatten)]
        store: Box<StoreConfig>,
        #[command(subcommand)]
        what: admin::Reports,
    },
    /// Read every file and say which ones are damaged.
    Scrub {
        #[command(flatten)]
        store: Box<StoreConfig>,
    },
    /// Delete files that belong to nothing and are old enough (--sweep-after).
    Sweep {
        #[command(flatten)]
        store: Box<StoreConfig>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        None => run(cli.config).await,
        Some(command) => operate(command).await,
    }
}

async fn operate(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(config) => run(*config).await,
        Command::Remove { store, ids } => admin::remove(&store, &ids).await,
        Command::Backup { store, to } => {
            let copied = admin::backup(&store, &to).await?;
            println!("the database and {copied} files are in {}", to.display());
            Ok(())
        }
        Command::Reports { store, what } => admin::reports(&store, what).await,
        Command::Sweep { store } => {
            let swept = admin::sweep(&store, store.sweep_after).await?;
            println!("{swept} files that belong to nothing are deleted");
            Ok(())
        }
        Command::Scrub { store } => {
            let (read, wrong) = admin::scrub(&store).await?;
            wrong
                .iter()
                .for_each(|hash| println!("damaged or missing: {hash}"));
            println!("{read} files read, {} damaged or missing", wrong.len());
            anyhow::ensure!(wrong.is_empty(), "restore these files from a backup");
            Ok(())
        }
    }
}

async fn run(config: Config) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    allow_open_files();
    let listener = TcpListener::bind(config.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", config.listen))?;
    let bound = listener.local_addr()?;
    let metrics = match config.metrics_listen {
        Some(address) => {
            let listener = TcpListener::bind(address).await;
            Some(listener.with_context(|| format!("cannot listen on {address} for metrics"))?)
        }
        None => None,
    };
    let relay = Relay::open(config, bound).await?;
    if let Some(listener) = metrics {
        println!("metrics on http://{}/metrics", listener.local_addr()?);
        let serving = serve_metrics(listener, relay.clone());
        tokio::spawn(async {
            serving
                .await
                .inspect_err(|error| tracing::error!("no metrics any more: {error}"))
        });
    }
    // Scripts wait for this line; everything else goes to the log.
    match &relay.config.origin {
        Some(origin) => println!("listening on {bound} for {origin}"),
        None => println!("listening on {}", relay.origin),
    }
    serve(listener, relay, stop()).await;
    Ok(())
}

/// Each connection is an open file, and so is each video that is being sent; the usual limit of 1,024 is for programs that
/// wait for few. Where it cannot be raised, connections beyond it wait.
fn allow_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!("the number of open files stays limited: {error}");
    }
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
