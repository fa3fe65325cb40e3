//! `cargo xtask compare-clips`: clips of an older `kinora` and of today's, recipe by recipe.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use pico_args::Arguments;

use crate::sh::{cargo, cmd};
use crate::{done, paths};

/// Where `frames_blake3` stands in the events of `kinora generate --json`.
const FRAMES: &str = "\"frames_blake3\":\"";

/// One generated clip.
struct Clip {
    frames_blake3: String,
    mp4: Vec<u8>,
    time: Duration,
}

/// Generates every recipe with both binaries on the CPU and compares frames and files. Fails on any difference.
pub fn run(mut args: Arguments) -> Result<()> {
    let list: Option<PathBuf> = args.opt_value_from_str("--list")?;
    let old: PathBuf = args
        .free_from_str()
        .context("which binary is the old one?")?;
    done(args)?;
    let old = fs::canonicalize(&old).with_context(|| format!("cannot find {}", old.display()))?;
    let list = list.unwrap_or_else(|| "tests/golden/clips.txt".into());
    let text = fs::read_to_string(paths::root().join(&list))
        .with_context(|| format!("cannot read {}", list.display()))?;
    let recipes = recipes(&text);
    ensure!(!recipes.is_empty(), "{} holds no recipe", list.display());
    cargo(["build", "--package", "kinora-cli"]).run()?;
    let new = paths::native_target().join("debug/kinora");
    let dir = std::env::temp_dir().join(format!("kinora-compare-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let outcome = compare(&recipes, &old, &new, &dir);
    paths::remove(&dir)?;
    outcome
}

/// The lines of a list that hold a recipe link, with their numbers.
fn recipes(list: &str) -> Vec<(usize, &str)> {
    let lines = list.lines().map(str::trim);
    let numbered = (1..).zip(lines);
    numbered
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("//"))
        .collect()
}

fn compare(recipes: &[(usize, &str)], old: &Path, new: &Path, dir: &Path) -> Result<()> {
    let mut differences = Vec::new();
    let mut times = Vec::new();
    for (index, (line, recipe)) in recipes.iter().enumerate() {
        // The order alternates, so that neither binary always runs on the warmer machine.
        let (before, after) = if index % 2 == 0 {
            let before = generate(old, recipe, &dir.join("old.mp4"));
            (before, generate(new, recipe, &dir.join("new.mp4")))
        } else {
            let after = generate(new, recipe, &dir.join("new.mp4"));
            (generate(old, recipe, &dir.join("old.mp4")), after)
        };
        let difference = match (before, after) {
            (Ok(before), Ok(after)) => {
                times.push((before.time, after.time));
                difference(&before, &after)
            }
            (Err(error), _) => Some(format!("the old binary fails: {error:#}")),
            (_, Err(error)) => Some(format!("today's binary fails: {error:#}")),
        };
        println!("line {line}: {}", difference.as_deref().unwrap_or("equal"));
        differences.extend(difference.map(|difference| format!("line {line}: {difference}")));
    }
    summarise(&times);
    if !differences.is_empty() {
        bail!(
            "{} of {} clips differ:\n{}",
            differences.len(),
            recipes.len(),
            differences.join("\n")
        );
    }
    println!("{} clips are equal", recipes.len());
    Ok(())
}

/// Runs `kinora generate`.
fn generate(binary: &Path, recipe: &str, output: &Path) -> Result<Clip> {
    if output.exists() {
        fs::remove_file(output)?;
    }
    let start = Instant::now();
    let events = cmd(binary)
        .args(["generate", "--device", "cpu", "--json", "--recipe", recipe])
        .arg("--output")
        .arg(output)
        .read()?;
    let time = start.elapsed();
    Ok(Clip {
        frames_blake3: frames_blake3(&events)
            .context("no event holds frames_blake3")?
            .to_owned(),
        mp4: fs::read(output)?,
        time,
    })
}

/// The digest of the frames in the event `done`.
fn frames_blake3(events: &str) -> Option<&str> {
    let (_, rest) = events.split_once(FRAMES)?;
    rest.split('"').next()
}

/// Says how two clips differ.
fn difference(old: &Clip, new: &Clip) -> Option<String> {
    let mut parts = Vec::new();
    if old.frames_blake3 != new.frames_blake3 {
        parts.push(format!(
            "frames_blake3 {} → {}",
            old.frames_blake3, new.frames_blake3
        ));
    }
    if old.mp4 != new.mp4 {
        let pairs = old.mp4.iter().zip(&new.mp4);
        let first = pairs.take_while(|(old, new)| old == new).count();
        parts.push(format!(
            "MP4 of {} → {} bytes, first difference at byte {first}",
            old.mp4.len(),
            new.mp4.len()
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Prints the medians of both times and of their ratios, pair by pair.
fn summarise(times: &[(Duration, Duration)]) {
    if times.is_empty() {
        return;
    }
    let seconds = |pick: fn(&(Duration, Duration)) -> f64| median(times.iter().map(pick).collect());
    println!(
        "median time: old {:.2} s, new {:.2} s; median ratio new/old {:.3} over {} pairs",
        seconds(|(old, _)| old.as_secs_f64()),
        seconds(|(_, new)| new.as_secs_f64()),
        seconds(|(old, new)| new.as_secs_f64() / old.as_secs_f64()),
        times.len()
    );
}

/// The middle value, or the mean of both middle values. Needs at least one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_recipes_comments_and_blank_lines() {
        let list = "// styles\n\n#r=abc\n  #r=def \n";
        assert_eq!(recipes(list), [(3, "#r=abc"), (4, "#r=def")]);
    }

    #[test]
    fn clips_differ_by_frames_or_by_bytes() {
        let clip = |frames: &str, mp4: &[u8]| Clip {
            frames_blake3: frames.into(),
            mp4: mp4.into(),
            time: Duration::ZERO,
        };
        assert_eq!(difference(&clip("a", b"123"), &clip("a", b"123")), None);
        let bytes = difference(&clip("a", b"123"), &clip("a", b"124")).unwrap();
        assert!(
            bytes.contains("byte 2") && !bytes.contains("frames"),
            "{bytes}"
        );
        let longer = difference(&clip("a", b"123"), &clip("a", b"1234")).unwrap();
        assert!(longer.contains("3 → 4 bytes"), "{longer}");
        let frames = difference(&clip("a", b"123"), &clip("b", b"123")).unwrap();
        assert!(frames.contains("a → b"), "{frames}");
    }

    #[test]
    fn medians_and_digests_are_read() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        let events = "{\"event\":\"x\"}\n{\"event\":\"done\",\"summary\":{\"frames_blake3\":\"0f\",\"device\":\"cpu\"}}";
        assert_eq!(frames_blake3(events), Some("0f"));
        assert_eq!(frames_blake3("{}"), None);
    }
}
