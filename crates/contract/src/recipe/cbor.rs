//! Canonical CBOR: the recipe's one encoding (RFC 8949 §4.2.1), with unknown fields beside the known ones.
//!
//! In the serde form unknown fields sit in a field named `extra`; in the bytes they stand among the others.

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
    "dialogue",
    "sources",
    "edits",
];
const MODEL: &[&str] = &["id", "hash"];
/// The lists of maps in a recipe, and the fields of one item.
const LISTS: &[(&str, &[&str])] = &[
    ("dialogue", &["speaker", "text"]),
    ("sources", &["role", "hash"]),
    ("edits", &["op"]),
];
const EXTRA: &str = "extra";

/// The canonical bytes of a recipe.
pub(super) fn encode(recipe: &Recipe) -> Vec<u8> {
    // The derived form has string keys, numbers and lists only, which a `Value` always holds.
    let mut value = Value::serialized(recipe).expect("a recipe is plain data");
    for_each_record(&mut value, &mut |record, known| {
        splice_extra(record, known);
        Ok(())
    })
    .expect("splicing does not fail");
    to_canonical(value)
}

/// Reads a recipe and makes sure that these are its canonical bytes.
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

/// The canonical bytes of any value: keys of every map sorted by their encoded bytes.
pub(super) fn to_canonical(mut value: Value) -> Vec<u8> {
    sort_keys(&mut value);
    written(&value)
}

/// Comes before all else, so that a newer recipe is told apart from a broken one.
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

/// No map anywhere may have a key twice, and the recipe's own keys are texts.
fn check_keys(value: &Value) -> Result<(), RecipeError> {
    match value {
        Value::Map(entries) => {
            let mut keys: Vec<Vec<u8>> = entries.iter().map(|(key, _)| written(key)).collect();
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(damaged("a field stands twice"));
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
/// Changes one map, given the names of the fields that the format defines in it.
type Visit<'a> = dyn FnMut(&mut Entries, &[&str]) -> Result<(), RecipeError> + 'a;

/// Visits each map whose fields the format defines, with the names of those fields.
fn for_each_record(value: &mut Value, visit: &mut Visit) -> Result<(), RecipeError> {
    let Value::Map(entries) = value else {
        return Ok(());
    };
    for (key, value) in entries.iter_mut() {
        let name = key.as_text().unwrap_or_default();
        let list = LISTS.iter().find(|(list, _)| *list == name);
        match (value, list) {
            (Value::Map(model), _) if name == "model" => visit(model, MODEL)?,
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

/// Bytes → serde form: moves the fields that are not known under `extra`.
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

/// Serde form → bytes: moves the fields under `extra` up, where they do not hide a known one.
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
            entries.sort_by_cached_key(|(key, _)| written(key));
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        Value::Tag(_, inner) => sort_keys(inner),
        _ => {}
    }
}

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory has no error, and `Value` has an encoding for each variant.
    ciborium::into_writer(value, &mut bytes).expect("a value always encodes");
    bytes
}

fn damaged(detail: &str) -> RecipeError {
    RecipeError::Damaged {
        detail: detail.into(),
    }
}

/// Serde's message on one line and of bounded length, without the decoder's own framing.
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
