//! The project's commands; [`HELP`] lists them.

mod check;
mod compare_clips;
mod compiler;
mod evaluate;
mod paths;
mod python;
mod relay;
mod serve;
mod setup;
mod sh;
mod size;
mod steps;
mod studio;
mod test;
mod train;
mod training;

use anyhow::{Result, bail};
use pico_args::Arguments;

const HELP: &str = "\
Usage: cargo xtask <command>

  setup                 install what the other commands need (they call it themselves)
  serve [--port N]      build the studio and serve it at http://localhost:8080
  build [--quick]       build the studio into dist/, a static site for any host; `--quick` as `serve` does, in minutes but
                        several times larger, and with `--lint` linted on the way
  test [--skip-browser] every check and every test, in a real browser too
  test --training       tests of the training code, and every golden computed again (PyTorch)
  check                 formatting, lints (native and wasm), arrows between crates, paths in the docs
  bench [...]           kernels and networks on this machine; arguments go to `kinora bench`
  train [--minutes N] [--out DIR]
                        train the starter on the world (PyTorch, in its own environment)
  evaluate [--clips N] [--captions N] [--ground-truth] [--out DIR]
                        measure the shipped model on held-out scenes, or the evaluation itself on renders
  load [...]            a thousand viewers of one relay, and its bytes per second beside nginx; `--help` of
                        the measurement lists arguments, `--without-nginx` leaves that out
  soak [--rounds N]     kill the relay at 2,000 random moments and look at what is left
  fuzz-api [--examples N] [--seed N]
                        send the relay what its OpenAPI document allows and forbids (schemathesis)
  world-gallery [DIR]   a page that shows and plays everything in the world (target/world-gallery)
  compare-clips OLD [--list FILE]
                        generate every recipe of a list (tests/golden/clips.txt) with the `kinora` binary OLD and with today's,
                        and compare frames, files and times
  library [--bless]     pack the library of things anew; `--bless` makes its hash the one that is required
  size                  compressed sizes of what a visitor downloads, against the budgets

KINORA_NO_CACHE=1 rebuilds the studio instead of taking it from ~/.cache/kinora.
KINORA_WASM=debian compiles for wasm32 with Debian's Rust even where rustup has the target.";

fn main() {
    if let Err(error) = run() {
        eprintln!("\nerror: {error:#}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let mut args = Arguments::from_env();
    if args.contains(["-h", "--help"]) {
        println!("{HELP}");
        return Ok(());
    }
    match args.subcommand()?.as_deref() {
        Some("setup") => done(args).and_then(|()| setup::for_tests().map(drop)),
        Some("serve") => serve::run(args),
        Some("build") => studio::run(args),
        Some("test") => test::run(args),
        Some("check") => done(args).and_then(|()| check::run(&setup::for_check()?)),
        Some("bench") => bench(args),
        Some("train") => train::run(args),
        Some("evaluate") => evaluate::run(args),
        Some("load") => relay::load(args),
        Some("soak") => relay::soak(args),
        Some("fuzz-api") => relay::fuzz_api(args),
        Some("world-gallery") => world_gallery(args),
        Some("compare-clips") => compare_clips::run(args),
        Some("library") => {
            let bless = args.contains("--bless");
            done(args).and_then(|()| setup::bake(bless))
        }
        Some("size") => done(args).and_then(|()| size::run()),
        Some(other) => bail!("there is no command `{other}`\n\n{HELP}"),
        None => {
            println!("{HELP}");
            Ok(())
        }
    }
}

/// Hands the remaining arguments to `kinora bench`.
fn bench(args: Arguments) -> Result<()> {
    sh::cargo(["run", "--quiet", "--package", "kinora-cli", "--", "bench"])
        .args(args.finish())
        .run()
}

/// Draws the gallery of the world with the `kinora` that is compiled here.
fn world_gallery(mut args: Arguments) -> Result<()> {
    let folder: Option<std::path::PathBuf> = args.opt_free_from_str()?;
    done(args)?;
    let folder = folder.unwrap_or_else(|| paths::root().join("target/world-gallery"));
    sh::cargo(["run", "--quiet", "--package", "kinora-cli", "--", "world"])
        .arg("--gallery")
        .arg(&folder)
        .run()?;
    println!("open {}", folder.join("index.html").display());
    Ok(())
}

/// Refuses arguments that nobody read: a misspelt flag must not pass in silence.
pub fn done(args: Arguments) -> Result<()> {
    match args.finish().first() {
        None => Ok(()),
        Some(extra) => bail!(
            "unexpected argument `{}`\n\n{HELP}",
            extra.to_string_lossy()
        ),
    }
}
