//! `kinora`: the command line.

mod world;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "kinora",
    version,
    about = "Short videos with sound from a sentence"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Render scenes of the procedural world.
    World(world::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::World(args) => world::run(&args),
    }
}
