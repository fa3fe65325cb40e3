//! Compares `models/FORMAT.md` and `docs/formats.md` with the shipped files of the starter.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::Manifest;
use serde_json::{Map, Value};

const FORMAT: &str = include_str!("../../../models/FORMAT.md");
const MANIFEST: &str = include_str!("../../../models/starter/model.json");
const CONFIG: &str = include_str!("../../../models/starter/config.json");
const TOKENIZER: &str = include_str!("../../../models/starter/tokenizer.json");
const WEIGHTS: &[u8] = include_bytes!("../../../models/starter/starter.safetensors");

/// Block lengths of 8-bit weights, largest first, and of 4-bit weights.
const BLOCKS: [u64; 3] = [128, 64, 32];
const NIBBLE_BLOCK: u64 = 32;
const COARSE_COLUMNS: u64 = 128;
const NIBBLE_TENSORS: [&str; 3] = ["layers.basis.rest", "layers.detail", "layers.mouth"];

#[test]
fn the_files_match_the_manifest() {
    let manifest: Manifest = serde_json::from_str(MANIFEST).unwrap();
    manifest.validate().unwrap();
    for (name, bytes) in [
        ("config.json", CONFIG.as_bytes()),
        ("tokenizer.json", TOKENIZER.as_bytes()),
        ("starter.safetensors", WEIGHTS),
    ] {
        let file = manifest.file(name).unwrap();
        file.verify(bytes).unwrap();
        assert_eq!(file.bytes, bytes.len() as u64, "{name}");
    }
}

#[test]
fn token_ids_match_the_document() {
    let tokenizer: Value = serde_json::from_str(TOKENIZER).unwrap();
    let words: Vec<&str> = tokenizer["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    let slots: Vec<usize> = (0..words.len())
        .filter(|id| words[*id].starts_with("<slot"))
        .collect();
    let (first, last) = (slots[0], slots[slots.len() - 1]);
    assert_eq!(last - first + 1, slots.len(), "slot tokens are contiguous");
    let rows = [
        ("0".to_owned(), format!("`{}`", words[0])),
        ("1".to_owned(), format!("`{}`", words[1])),
        (
            format!("{first}–{last}"),
            format!("`{}` … `{}`", words[first], words[last]),
        ),
        (format!("{}–", last + 1), "words".to_owned()),
    ];
    let rows: Vec<String> = rows
        .iter()
        .map(|(ids, tokens)| format!("| {ids} | {tokens} |"))
        .collect();
    assert_eq!(table("token ids"), rows);
}

#[test]
fn prefixes_match_the_document() {
    let header = header();
    let mut found: Vec<String> = header
        .keys()
        .map(|name| format!("{}.", name.split('.').next().unwrap()))
        .collect();
    found.sort_unstable();
    found.dedup();
    let mut documented: Vec<&str> = table("prefix")
        .into_iter()
        .map(|row| row.split('`').nth(1).unwrap())
        .collect();
    documented.sort_unstable();
    assert_eq!(found, documented);
}

#[test]
fn types_and_scales_match_the_document() {
    let header = header();
    for (name, tensor) in &header {
        let shape = shape(tensor);
        let Some(weight) = name.strip_suffix(".scale") else {
            let kind = text(&tensor["dtype"]);
            assert_eq!(kind, expected_type(&header, name, &shape), "{name}");
            continue;
        };
        let row: u64 = self::shape(&header[weight])[1..].iter().product();
        let (row, block) = match text(&header[weight]["dtype"]) {
            "I8" => {
                let block = BLOCKS.into_iter().find(|block| row.is_multiple_of(*block));
                (row, block.expect(weight))
            }
            "U8" => (2 * row, NIBBLE_BLOCK),
            other => panic!("{weight} of type {other} has scales"),
        };
        assert_eq!(text(&tensor["dtype"]), "F16", "{name}");
        assert_eq!(shape[1], row / block, "{name}");
    }
    assert_eq!(shape(&header["layers.basis"])[1], COARSE_COLUMNS);
}

/// The rows of the table whose statements [`types_and_scales_match_the_document`] checks.
#[test]
fn block_lengths_of_the_document_are_those_of_the_test() {
    let [large, medium, small] = BLOCKS;
    for statement in [
        format!("K a multiple of {small}"),
        format!("the largest of {large}, {medium} and {small} that divides K"),
        format!("the first {COARSE_COLUMNS} columns"),
        format!("F16 [N, K/{NIBBLE_BLOCK}]"),
        "`layers.basis.rest`: its other columns; `layers.detail`; `layers.mouth`".to_owned(),
    ] {
        assert!(FORMAT.contains(&statement), "models/FORMAT.md: {statement}");
    }
}

#[test]
fn cut_outs_have_the_extent_of_the_layers() {
    let config: Value = serde_json::from_str(CONFIG).unwrap();
    let side = 2.0 * config["layers"]["extent"].as_f64().unwrap();
    let statement = format!("{side:.1} subject radii a side");
    let document = include_str!("../../../docs/formats.md");
    assert!(
        document.contains(&statement),
        "docs/formats.md: {statement}"
    );
}

/// Derives the type of a tensor without scales in its name from the rules of the document.
fn expected_type(header: &Map<String, Value>, name: &str, shape: &[u64]) -> &'static str {
    let row: u64 = shape.iter().skip(1).product();
    let is_scaled = header.contains_key(&format!("{name}.scale"));
    match shape.len() {
        _ if NIBBLE_TENSORS.contains(&name) => "U8",
        _ if name == "layers.basis" || is_scaled => {
            assert!(row.is_multiple_of(BLOCKS[2]), "{name}: {shape:?}");
            "I8"
        }
        0 | 1 => "F32",
        _ => "F16",
    }
}

/// Reads the JSON header of the safetensors file.
fn header() -> Map<String, Value> {
    let (len, rest) = WEIGHTS.split_first_chunk().unwrap();
    let json = &rest[..u64::from_le_bytes(*len) as usize];
    let mut header: Map<String, Value> = serde_json::from_slice(json).unwrap();
    header.remove("__metadata__");
    header
}

fn shape(tensor: &Value) -> Vec<u64> {
    let sides = tensor["shape"].as_array().unwrap().iter();
    sides.map(|side| side.as_u64().unwrap()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Returns the rows of the table of `models/FORMAT.md` whose first header cell is `first`.
fn table(first: &str) -> Vec<&'static str> {
    let start = format!("| {first} |");
    let lines = FORMAT.lines().skip_while(|line| !line.starts_with(&start));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.collect()
}
