//! What the maker of a clip wants of remixes that others make of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Whether remixes by others may stand on the same relay.
///
/// In JSON one of three words. What was written before there were three, `true` and `false`, is still read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Remixes {
    /// Others may publish them.
    Open,
    /// No new ones; those that stand remain.
    Closed,
    /// None: those that others have published, and what was made from them, are shown to nobody while this holds.
    Hidden,
}

impl<'de> Deserialize<'de> for Remixes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl de::Visitor<'_> for Reader {
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
    fn words_are_written_and_read_and_old_truth_values_are_read() {
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
            let said = read(wrong).expect_err("refused").to_string();
            assert!(said.contains("`open`, `closed` or `hidden`"), "{said}");
        }
    }
}
