//! Files of the site: names that hold a hash, and integrity values.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// Hashes contents to the 16 hexadecimal digits of a file name. The relay lets such names be cached forever.
pub fn hash(contents: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in contents {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Inserts the hash of the contents into a file name: `base.css` → `base-0123456789abcdef.css`.
pub fn hashed_name(path: &Path, contents: &[u8]) -> Result<String> {
    let part =
        |part: Option<&std::ffi::OsStr>| part.map(|text| text.to_string_lossy().into_owned());
    let (stem, extension) = part(path.file_stem())
        .zip(part(path.extension()))
        .with_context(|| format!("{} has no extension", path.display()))?;
    Ok(format!("{stem}-{}.{extension}", hash(&[contents])))
}

/// The value of an `integrity` attribute.
pub fn integrity(contents: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(contents)))
}

/// Minifies a script or a style sheet in place.
pub fn minify(optimisers: &Path, file: &Path) -> Result<()> {
    run(Command::new(optimisers.join("esbuild"))
        .arg(file)
        .args(["--minify", "--log-level=warning", "--allow-overwrite"])
        .arg(format!("--outfile={}", file.display())))
}

/// Runs a program and fails unless it exits 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} failed ({status})");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_with_contents() {
        let name = |contents: &str| hashed_name(Path::new("a/base.css"), contents.as_bytes());
        let (one, two) = (name("p{}").unwrap(), name("a{}").unwrap());
        assert_ne!(one, two);
        assert!(one.starts_with("base-") && one.ends_with(".css"));
        assert_eq!(one.len(), "base-.css".len() + 16);
        assert!(hashed_name(Path::new("LICENSE"), b"").is_err());
    }

    #[test]
    fn integrity_is_the_digest_that_browsers_compute() {
        // The digest of nothing, as in FIPS 180-4 examples.
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(integrity(b""), empty);
    }
}
