//! `kinora`: the command line.

mod bench;
mod clip_record;
mod decode;
mod generate;
mod library;
mod model;
mod read;
mod record;
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
    /// Make a clip with sound from a sentence.
    Generate(Box<generate::Args>),
    /// Show how a prompt is understood.
    Read(read::Args),
    /// Decode latents to frames and sound.
    Decode(decode::Args),
    /// Measure where the time of a clip goes.
    Bench(bench::Args),
    /// Render scenes of the procedural world.
    World(Box<world::Args>),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Generate(args) => generate::run(&args),
        Command::Read(args) => read::run(&args),
        Command::Decode(args) => decode::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::World(args) => world::run(&args),
    }
}
