//! `cargo xtask size`: what a visitor downloads, compressed, against the budgets of the design.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::sh::cmd;
use crate::studio::Build;
use crate::{paths, setup, studio};

/// One budget: files, and the most bytes they may have together.
struct Budget {
    what: &'static str,
    files: fn() -> Vec<PathBuf>,
    compressed: bool,
    limit: u64,
}

const BUDGETS: [Budget; 7] = [
    Budget {
        what: "studio, wasm + js",
        files: code,
        compressed: true,
        limit: 900_000,
    },
    Budget {
        what: "reader, wasm + js",
        files: reader,
        compressed: true,
        limit: 40_000,
    },
    Budget {
        what: "lexicon",
        files: || below("crates/reading/data", "tsv"),
        compressed: true,
        limit: 400_000,
    },
    Budget {
        what: "starter",
        files: starter,
        compressed: false,
        limit: 24_000_000,
    },
    Budget {
        what: "library of things",
        files: || vec![setup::library_file()],
        compressed: false,
        limit: 5_000_000,
    },
    Budget {
        what: "player facade",
        files: || below("www/player", "js"),
        compressed: true,
        limit: 6_000,
    },
    Budget {
        what: "embed page",
        files: || below("www/player", "html"),
        compressed: true,
        limit: 20_000,
    },
];

/// Compresses with Node's brotli, as a host does, and with gzip for the hosts that know no better.
const MEASURE: &str = "const z=require('zlib'),d=require('fs').readFileSync(process.argv[1]);\
    console.log(d.length, z.brotliCompressSync(d,{params:{[z.constants.BROTLI_PARAM_QUALITY]:11}}).length, z.gzipSync(d,{level:9}).length)";

/// Builds the studio if needed, prints every file, and fails when a budget is exceeded.
pub fn run() -> Result<()> {
    studio::build(&setup::for_build()?, Build::Release)?;
    let mut over = Vec::new();
    println!(
        "{:<52} {:>12} {:>12} {:>12}",
        "bytes", "raw", "brotli", "gzip"
    );
    for budget in &BUDGETS {
        let mut total = 0;
        let files = (budget.files)();
        for file in &files {
            let [raw, brotli, gzip] = measure(file)?;
            total += if budget.compressed { brotli } else { raw };
            let name = file
                .strip_prefix(paths::root())
                .unwrap_or(file)
                .display()
                .to_string();
            println!("  {name:<50} {raw:>12} {brotli:>12} {gzip:>12}");
        }
        if files.is_empty() {
            println!("{}: not in this version", budget.what);
            continue;
        }
        let verdict = if total <= budget.limit {
            "within"
        } else {
            "OVER"
        };
        println!(
            "{}: {total} of {} bytes, {verdict} the budget\n",
            budget.what, budget.limit
        );
        if total > budget.limit {
            over.push(budget.what);
        }
    }
    if over.is_empty() {
        Ok(())
    } else {
        bail!("over budget: {}", over.join("; "))
    }
}

/// Page and worker, without which there is no clip.
fn code() -> Vec<PathBuf> {
    programs().into_iter().filter(|it| !is_reader(it)).collect()
}

/// The program that reads prompts.
fn reader() -> Vec<PathBuf> {
    programs().into_iter().filter(|it| is_reader(it)).collect()
}

fn programs() -> Vec<PathBuf> {
    let is_code = |file: &PathBuf| {
        file.extension()
            .is_some_and(|extension| extension == "wasm" || extension == "js")
    };
    paths::files_below(&studio::dist())
        .into_iter()
        .filter(is_code)
        .collect()
}

fn is_reader(file: &Path) -> bool {
    let name = file.file_name().and_then(|it| it.to_str());
    name.is_some_and(|it| it.starts_with("kinora-reader"))
}

/// What the page fetches; the card and its pictures stay in the repository.
fn starter() -> Vec<PathBuf> {
    let is_fetched = |file: &PathBuf| {
        file.extension()
            .is_some_and(|extension| extension == "safetensors" || extension == "json")
    };
    paths::files_below(&paths::root().join("models/starter"))
        .into_iter()
        .filter(is_fetched)
        .collect()
}

fn below(dir: &str, extension: &str) -> Vec<PathBuf> {
    let all = paths::files_below(&paths::root().join(dir));
    all.into_iter()
        .filter(|file| file.extension().is_some_and(|found| found == extension))
        .collect()
}

fn measure(file: &Path) -> Result<[u64; 3]> {
    let text = cmd("node").args(["-e", MEASURE]).arg(file).read()?;
    let mut numbers = text.split_whitespace().map(str::parse::<u64>);
    let mut next = || {
        numbers
            .next()
            .context("node printed too few numbers")?
            .context("node printed no number")
    };
    Ok([next()?, next()?, next()?])
}
