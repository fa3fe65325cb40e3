//! `kinora-relay`: serves clips, and the commands of whoever hosts it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use kinora_relay::{Config, Relay, admin, serve};
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
    /// Remove clips for good; a relay that runs obeys within seconds.
    Remove {
        #[command(flatten)]
        folder: Folder,
        /// Ids: the last part of a clip's address.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Copy everything into a new folder, while the relay runs.
    Backup {
        #[command(flatten)]
        folder: Folder,
        /// The new folder.
        to: PathBuf,
    },
    /// Read every file and say which ones are damaged.
    Scrub {
        #[command(flatten)]
        folder: Folder,
    },
}

#[derive(Args)]
struct Folder {
    /// Folder of the database and the files.
    #[arg(long, env = "KINORA_RELAY_DATA", default_value = "relay-data")]
    data: PathBuf,
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
        Command::Remove { folder, ids } => admin::remove(&folder.data, &ids),
        Command::Backup { folder, to } => {
            let copied = admin::backup(&folder.data, &to).await?;
            println!("the database and {copied} files are in {}", to.display());
            Ok(())
        }
        Command::Scrub { folder } => {
            let (read, wrong) = admin::scrub(&folder.data).await?;
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
