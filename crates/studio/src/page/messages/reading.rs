//! Messages about the reading of the prompt in the form.

use super::format::listed;
use crate::reader_protocol::{ReadReport, StatedField};

/// Words that are listed before the rest is counted.
const MAX_WORDS: usize = 8;

/// Returns the name of a field for people: `s2.colour` is "colour of the second subject".
pub fn field_name(name: &str) -> String {
    let subject = |field: &str, which: &str| match field {
        "thing" => format!("{which} subject"),
        field => format!("{field} of the {which} subject"),
    };
    match name.split_once('.') {
        Some(("s1", field)) => subject(field, "first"),
        Some(("s2", field)) => subject(field, "second"),
        Some(("s3", field)) => subject(field, "third"),
        Some(("not", field)) => format!("not this {field}"),
        _ => match name {
            "then" => "then".to_owned(),
            "without" => "without".to_owned(),
            name => name.to_owned(),
        },
    }
}

/// States a field and what this model makes of it.
pub fn field_sentence(field: &StatedField) -> String {
    match &field.instead {
        None => field.value.clone(),
        Some(instead) if instead.is_empty() => {
            format!("{}, which this model does not show", field.value)
        }
        Some(instead) => format!("{}, shown as {instead}", field.value),
    }
}

/// Lists corrections and words without effect; none if there are none.
pub fn preview(report: &ReadReport) -> Option<String> {
    let mut sentences: Vec<String> = report
        .corrected
        .iter()
        .map(|(written, read)| format!("“{written}” was read as “{read}”."))
        .collect();
    let mut words: Vec<String> = report
        .unused
        .iter()
        .take(MAX_WORDS)
        .map(|it| format!("“{it}”"))
        .collect();
    match report.unused.len().saturating_sub(MAX_WORDS) {
        0 => {}
        more => words.push(format!("{more} more")),
    }
    if !words.is_empty() {
        sentences.push(format!("Not used: {}.", listed(&words)));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_for_people() {
        assert_eq!(field_name("s2.colour"), "colour of the second subject");
        assert_eq!(field_name("s1.thing"), "first subject");
        assert_eq!(field_name("not.time"), "not this time");
        assert_eq!(field_name("place"), "place");
    }

    #[test]
    fn words_without_effect_and_corrections_are_listed() {
        let mut report = ReadReport::default();
        assert_eq!(preview(&report), None);
        report.corrected = vec![("bal".to_owned(), "ball".to_owned())];
        report.unused = (0..10).map(|it| it.to_string()).collect();
        let sentence = preview(&report).unwrap();
        assert!(
            sentence.starts_with("“bal” was read as “ball”. Not used: “0”, “1”"),
            "{sentence}"
        );
        assert!(sentence.ends_with("“7” and 2 more."), "{sentence}");
    }
}
