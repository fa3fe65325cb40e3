//! Canonical CBOR encoding of a recipe (RFC 8949 §4.2.1).
//!
//! The serde form collects unknown fields in a field named `extra`; the encoded map holds them beside the known fields.

use ciborium::Value;

use super::{MAX_BYTES, Recipe, RecipeError, VERSION};

const RECIPE: &[&str] = &[
    "version",
    "model",
    "prompt",
    "seed",
    "width",
    "height",
    "frames",
    "fps",
    "steps",
    "guidance_scale",
    "style",
    "camera",
    "scene",
    "dialogue",
    "sources",
    "edits",
];
const MODEL: &[&str] = &["id", "hash"];
const SCENE: &[&str] = &["caption", "fields", "speech", "chosen", "libraries"];
/// Array fields of a recipe, each with the known fields of its items.
const LISTS: &[(&str, &[&str])] = &[
    ("dialogue", &["speaker", "text"]),
    ("sources", &["role", "hash"]),
    ("edits", &["op"]),
];
const EXTRA: &str = "extra";

/// Encodes a recipe as canonical CBOR.
pub(super) fn encode(recipe: &Recipe) -> Vec<u8> {
    // The derived serde form has text keys, numbers and arrays only, all of which `Value` represents.
    let mut value = Value::serialized(recipe).expect("a recipe is plain data");
    for_each_record(&mut value, &mut |record, known| {
        splice_extra(record, known);
        Ok(())
    })
    .expect("splicing does not fail");
    to_canonical(value)
}

/// Decodes a recipe and verifies that `bytes` is its canonical encoding.
pub(super) fn decode(bytes: &[u8]) -> Result<Recipe, RecipeError> {
    if bytes.len() > MAX_BYTES {
        return Err(RecipeError::TooLong { bytes: bytes.len() });
    }
    let mut rest = bytes;
    let mut value: Value = ciborium::from_reader(&mut rest)
        .map_err(|_| damaged("it is cut short or is not a recipe"))?;
    if !rest.is_empty() {
        return Err(damaged("there are bytes after its end"));
    }
    check_version(&value)?;
    check_keys(&value)?;
    for_each_record(&mut value, &mut collect_extra)?;
    let recipe: Recipe = value
        .deserialized()
        .map_err(|error| RecipeError::BadField {
            detail: readable(&error.to_string()),
        })?;
    if encode(&recipe) != bytes {
        return Err(RecipeError::NotCanonical);
    }
    Ok(recipe)
}

/// Encodes any value canonically: the keys of every map are sorted by their encoded bytes.
pub(super) fn to_canonical(mut value: Value) -> Vec<u8> {
    sort_keys(&mut value);
    encoded(&value)
}

/// Checks the version first, to distinguish a newer recipe from a damaged one.
fn check_version(value: &Value) -> Result<(), RecipeError> {
    let Value::Map(entries) = value else {
        return Err(damaged("it is not a map"));
    };
    let version = entries
        .iter()
        .find(|(key, _)| key.as_text() == Some("version"));
    let Some((_, Value::Integer(version))) = version else {
        return Err(RecipeError::BadField {
            detail: "the version is missing".into(),
        });
    };
    match i128::from(*version) {
        found if found > i128::from(VERSION) => Err(RecipeError::NewerVersion {
            found: u64::try_from(found).unwrap_or(u64::MAX),
        }),
        found if found < 1 => Err(RecipeError::BadVersion {
            found: i64::try_from(found).unwrap_or(i64::MIN),
        }),
        _ => Ok(()),
    }
}

/// Rejects duplicate keys in every map, at any depth.
fn check_keys(value: &Value) -> Result<(), RecipeError> {
    match value {
        Value::Map(entries) => {
            let mut keys: Vec<Vec<u8>> = entries.iter().map(|(key, _)| encoded(key)).collect();
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(damaged("a field occurs twice"));
            }
            entries
                .iter()
                .try_for_each(|(key, value)| check_keys(key).and(check_keys(value)))
        }
        Value::Array(items) => items.iter().try_for_each(check_keys),
        Value::Tag(_, inner) => check_keys(inner),
        _ => Ok(()),
    }
}

type Entries = Vec<(Value, Value)>;
/// Modifies one map, given the names of its known fields.
type Visit<'a> = dyn FnMut(&mut Entries, &[&str]) -> Result<(), RecipeError> + 'a;

/// Calls `visit` for each map whose fields the format defines: the model, the scene, the items of [`LISTS`], the recipe itself.
fn for_each_record(value: &mut Value, visit: &mut Visit) -> Result<(), RecipeError> {
    let Value::Map(entries) = value else {
        return Ok(());
    };
    for (key, value) in entries.iter_mut() {
        let name = key.as_text().unwrap_or_default();
        let list = LISTS.iter().find(|(list, _)| *list == name);
        match (value, list) {
            (Value::Map(model), _) if name == "model" => visit(model, MODEL)?,
            (Value::Map(scene), _) if name == "scene" => visit(scene, SCENE)?,
            (Value::Array(items), Some((_, known))) => {
                for item in items.iter_mut().filter_map(Value::as_map_mut) {
                    visit(item, known)?;
                }
            }
            _ => {}
        }
    }
    visit(entries, RECIPE)
}

/// Encoded map → serde form: moves unknown fields into `extra`. Rejects keys that are not text.
fn collect_extra(record: &mut Entries, known: &[&str]) -> Result<(), RecipeError> {
    if record.iter().any(|(key, _)| !key.is_text()) {
        return Err(damaged("a field's name is not a text"));
    }
    let is_known = |key: &Value| key.as_text().is_some_and(|name| known.contains(&name));
    let (fields, extra): (Entries, Entries) = std::mem::take(record)
        .into_iter()
        .partition(|(key, _)| is_known(key));
    *record = fields;
    if !extra.is_empty() {
        record.push((Value::from(EXTRA), Value::Map(extra)));
    }
    Ok(())
}

/// Serde form → encoded map: moves the fields of `extra` up, except those with the name of a known field.
fn splice_extra(record: &mut Entries, known: &[&str]) {
    let Some(at) = record
        .iter()
        .position(|(key, _)| key.as_text() == Some(EXTRA))
    else {
        return;
    };
    if let (_, Value::Map(extra)) = record.remove(at) {
        let unknown = |key: &Value| key.as_text().is_none_or(|name| !known.contains(&name));
        record.extend(extra.into_iter().filter(|(key, _)| unknown(key)));
    }
}

fn sort_keys(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            for (key, value) in entries.iter_mut() {
                sort_keys(key);
                sort_keys(value);
            }
            entries.sort_by_cached_key(|(key, _)| encoded(key));
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        Value::Tag(_, inner) => sort_keys(inner),
        _ => {}
    }
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and every variant of `Value` has an encoding.
    ciborium::into_writer(value, &mut bytes).expect("a value always encodes");
    bytes
}

fn damaged(detail: &str) -> RecipeError {
    RecipeError::Damaged {
        detail: detail.into(),
    }
}

/// Formats serde's message on one line of at most 120 characters, without the decoder's `Custom("…")` wrapper.
fn readable(message: &str) -> String {
    let inner = message
        .strip_prefix("Custom(\"")
        .and_then(|rest| rest.strip_suffix("\")"));
    inner
        .unwrap_or(message)
        .replace('\n', " ")
        .chars()
        .take(120)
        .collect()
}
