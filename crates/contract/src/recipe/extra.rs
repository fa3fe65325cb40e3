//! Unknown fields of a recipe, preserved for builds that know them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cbor;

/// Unknown fields of one map, by name. They are part of the canonical encoding and of the hash.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    fields: Vec<(String, Value)>,
}

impl Extra {
    /// Tests whether there are no unknown fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Iterates over the field names in canonical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Sets a field. The encoder drops a field with the name of a known one.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        let name = name.into();
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value));
        // Canonical order of text keys: shorter first, then bytewise.
        self.fields
            .sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
    }

    /// Returns a copy without the given field.
    pub fn without(&self, name: &str) -> Self {
        let mut fields = self.fields.clone();
        fields.retain(|(known, _)| known != name);
        Self { fields }
    }

    /// Converts the fields to a CBOR map.
    fn to_value(&self) -> Value {
        let entry = |(name, value): &(String, Value)| (Value::Text(name.clone()), value.clone());
        Value::Map(self.fields.iter().map(entry).collect())
    }

    fn from_value(value: Value) -> Result<Self, &'static str> {
        let Value::Map(entries) = value else {
            return Err("unknown fields must be a map");
        };
        let mut extra = Self::default();
        for (key, value) in entries {
            let Value::Text(name) = key else {
                return Err("a field's name must be a text");
            };
            extra.insert(name, value);
        }
        Ok(extra)
    }
}

/// Compares the canonical encodings: NaN equals NaN, and the key order of nested maps is ignored.
impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        cbor::to_canonical(self.to_value()) == cbor::to_canonical(other.to_value())
    }
}

impl Eq for Extra {}

/// Writes a CBOR map to binary formats and base64url of its CBOR to text formats, because JSON cannot represent bytes,
/// tags or large integers.
impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.to_value().serialize(serializer);
        }
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.to_value(), &mut bytes).map_err(S::Error::custom)?;
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            let bytes = URL_SAFE_NO_PAD.decode(text).map_err(D::Error::custom)?;
            ciborium::from_reader(bytes.as_slice()).map_err(D::Error::custom)?
        } else {
            Value::deserialize(deserializer)?
        };
        Self::from_value(value).map_err(D::Error::custom)
    }
}
