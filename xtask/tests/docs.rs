//! Checks documents: paths exist, decision records have a status and are listed in their index.

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn paths_in_documents_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository");
    let files = tracked(root);
    let tops: Vec<&str> = files
        .iter()
        .filter_map(|file| file.split_once('/'))
        .map(|(top, _)| top)
        .collect();
    let documents: Vec<&String> = files.iter().filter(|file| file.ends_with(".md")).collect();
    assert!(!documents.is_empty(), "the repository has documents");
    let mut missing = Vec::new();
    for document in documents {
        let Ok(text) = std::fs::read_to_string(root.join(document)) else {
            continue;
        };
        let here = root
            .join(document)
            .parent()
            .map_or_else(PathBuf::new, Path::to_owned);
        let text = without_code_blocks(&text);
        for path in quoted(&text).filter(|path| names_a_path(path, &tops)) {
            if !root.join(path).exists() && !here.join(path).exists() {
                missing.push(format!("{document}: `{path}`"));
            }
        }
        for link in links(&text) {
            if !here.join(link).exists() {
                missing.push(format!("{document}: ({link})"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "documents name paths that do not exist:\n{}",
        missing.join("\n")
    );
}

#[test]
fn paths_are_told_from_other_code() {
    let tops = ["crates", "docs"];
    for path in [
        "crates/engine/src/lib.rs",
        "docs/adr/",
        "Cargo.toml",
        "CONTRIBUTING.md",
    ] {
        assert!(names_a_path(path, &tops), "{path}");
    }
    for code in [
        "cargo xtask test",
        "/r#r=",
        "burn/flex",
        "crates/<room>",
        "docs/*.md",
        "video/mp4",
        "https://a/b",
    ] {
        assert!(!names_a_path(code, &tops), "{code}");
    }
    assert_eq!(
        links("[a](docs/x.md#part) [b](https://c.d) ![e](f.png \"g\")"),
        ["docs/x.md", "f.png"]
    );
}

#[test]
fn decision_records_have_a_status_and_are_indexed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/adr");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let entries = folder.read_dir().expect("docs/adr exists");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a file").file_name())
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    names.sort_unstable();
    assert!(!names.is_empty(), "docs/adr holds records");
    let mut rows = Vec::new();
    for name in &names {
        let text = read(name);
        let (title, status) = title_and_status(&text);
        for part in ["Context", "Decision", "Consequences", "Alternatives"] {
            assert!(text.contains(&format!("**{part}.**")), "{name}: {part}");
        }
        let known = ["Accepted", "Amended by ", "Superseded by "];
        assert!(
            known.iter().any(|known| status.starts_with(known)),
            "{name} has the status {status:?}"
        );
        let number: u32 = name[..4].parse().expect("four digits");
        let heading = title.strip_prefix(&format!("# {number}. "));
        let heading = heading.unwrap_or_else(|| panic!("{name} has the title {title:?}"));
        rows.push(format!("| {number} | [{heading}]({name}) | {status} |"));
    }
    let index = read("README.md");
    let found: Vec<&str> = index.lines().filter(|line| line.contains("](0")).collect();
    assert_eq!(found, rows, "docs/adr/README.md");
}

/// Returns the first line, and the status paragraph with links reduced to their text.
fn title_and_status(text: &str) -> (&str, String) {
    let title = text.lines().next().unwrap_or_default();
    let status = text.split_once("**Status:** ").map_or("", |(_, rest)| rest);
    let status = status.split("\n\n").next().unwrap_or_default();
    let mut plain = String::new();
    for part in status.replace('\n', " ").split("](") {
        let after = if plain.is_empty() {
            part
        } else {
            part.split_once(')').map_or("", |(_, rest)| rest)
        };
        plain.push_str(&after.replace('[', ""));
    }
    (title, plain)
}

/// A path starts with one of our directories, or is a document or manifest in the root.
fn names_a_path(text: &str, tops: &[&str]) -> bool {
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    let in_root = !text.contains('/')
        && [".md", ".toml"].iter().any(|end| text.ends_with(end))
        && text.starts_with(|c: char| c.is_ascii_uppercase());
    plain
        && (in_root
            || text
                .split_once('/')
                .is_some_and(|(top, _)| tops.contains(&top)))
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// The targets of links into the repository, without their anchors.
fn links(text: &str) -> Vec<&str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    let local = targets.filter(|target| {
        !target.contains("://") && !target.starts_with(['#', '/']) && !target.starts_with("mailto:")
    });
    local
        .map(|target| target.split('#').next().unwrap_or(target))
        .collect()
}

fn without_code_blocks(text: &str) -> String {
    text.split("```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// Files of the repository: those in git, and new ones that git does not ignore.
fn tracked(root: &Path) -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git is there: the repository was cloned with it");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}
