//! Remix policy of a clip: whether others may publish remixes of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Remix policy of a clip on its relay.
///
/// JSON: `open`, `closed` or `hidden`. The older `true` (open) and `false` (closed) are still accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Remixes {
    /// Others may publish remixes.
    Open,
    /// No new remixes; published ones remain visible.
    Closed,
    /// No new remixes; published ones and their descendants are hidden as long as this policy applies.
    Hidden,
}

impl<'de> Deserialize<'de> for Remixes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PolicyVisitor)
    }
}

struct PolicyVisitor;

impl de::Visitor<'_> for PolicyVisitor {
    type Value = Remixes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`open`, `closed` or `hidden`")
    }

    fn visit_bool<E: de::Error>(self, open: bool) -> Result<Remixes, E> {
        Ok(if open { Remixes::Open } else { Remixes::Closed })
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Remixes, E> {
        match word {
            "open" => Ok(Remixes::Open),
            "closed" => Ok(Remixes::Closed),
            "hidden" => Ok(Remixes::Hidden),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_round_trips_as_a_word_and_reads_older_booleans() {
        for (remixes, word) in [
            (Remixes::Open, "\"open\""),
            (Remixes::Closed, "\"closed\""),
            (Remixes::Hidden, "\"hidden\""),
        ] {
            assert_eq!(serde_json::to_string(&remixes).expect("written"), word);
            assert_eq!(
                serde_json::from_str::<Remixes>(word).expect("read"),
                remixes
            );
        }
        let read = |text| serde_json::from_str::<Remixes>(text);
        assert_eq!(read("true").expect("read"), Remixes::Open);
        assert_eq!(read("false").expect("read"), Remixes::Closed);
        for wrong in ["\"yes\"", "1", "null", "{}"] {
            let message = read(wrong).expect_err("refused").to_string();
            assert!(
                message.contains("`open`, `closed` or `hidden`"),
                "{message}"
            );
        }
    }
}
