//! Packs the pictures that the lexicon names into a library, and verifies it against its manifest.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use kinora_library::{LIBRARY_MANIFEST, Library, LibraryManifest, pack};
use pico_args::Arguments;

fn main() -> Result<()> {
    let mut args = Arguments::from_env();
    let library: PathBuf = args.value_from_str("--library")?;
    let packages: PathBuf = args.value_from_str("--packages")?;
    let list: PathBuf = args.value_from_str("--list")?;
    let out: PathBuf = args.value_from_str("--out")?;
    let bless = args.contains("--bless");
    if let Some(extra) = args.finish().first() {
        bail!("unexpected argument {}", extra.display());
    }
    let path = library.join(LIBRARY_MANIFEST);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut manifest = LibraryManifest::parse(&text)?;
    let list =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let bytes = pack(&pictures(&manifest, &packages, &list)?);
    let opened = Library::open(bytes.clone())?;
    if bless {
        manifest.bytes = bytes.len() as u64;
        manifest.hash = opened.hash().to_owned();
        manifest.pixels = opened.pixels()?;
        fs::write(&path, serde_json::to_string_pretty(&manifest)? + "\n")?;
    } else if opened.hash() != manifest.hash {
        bail!(
            "the pack has the hash {}, and {} names {}: the package or the list of pictures is another one",
            opened.hash(),
            path.display(),
            manifest.hash
        );
    }
    fs::write(&out, bytes).with_context(|| format!("cannot write {}", out.display()))
}

/// Reads the pictures that the list names from the packages of the manifest; the first package that has one wins.
fn pictures(
    manifest: &LibraryManifest,
    packages: &std::path::Path,
    list: &str,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let mut pictures = BTreeMap::new();
    for line in lines {
        let name = line.split('\t').nth(1).context("a line has no picture")?;
        let found = manifest.sources.iter().find_map(|source| {
            let (package, _) = source.package.rsplit_once('@')?;
            let folder = packages.join(package).join(&source.folder);
            fs::read(folder.join(format!("{name}.webp"))).ok()
        });
        let bytes = found.with_context(|| format!("no package has the picture {name}"))?;
        pictures.insert(name.to_owned(), bytes);
    }
    Ok(pictures)
}
