//! Messages about the reading of the prompt in the form.

use super::format::listed;
use super::prompt;
use crate::page::state::Studio;
use crate::reader_protocol::{ReadReport, StatedField};
use leptos::prelude::*;

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

/// Says what the current run does not show as its prompt states it; none if it shows everything. Follows the signals of the run.
pub fn how_read(studio: Studio) -> Option<String> {
    let by_reader = studio.report.with(|it| it.as_ref().map(report));
    // Without a reader the model's text encoder reads the prompt.
    let by_model = || {
        studio
            .reading
            .with(|it| it.as_ref().and_then(prompt::reading))
    };
    by_reader.unwrap_or_else(by_model)
}

/// Lists replaced values, corrections and words without effect.
fn report(report: &ReadReport) -> Option<String> {
    let replaced = report
        .fields
        .iter()
        .filter_map(|it| match it.instead.as_deref() {
            None | Some("") => None,
            Some(instead) => Some(format!("“{}” is shown as {instead}.", it.value)),
        });
    let missing = report
        .fields
        .iter()
        .filter(|it| it.instead.as_deref() == Some(""));
    let missing: Vec<String> = missing.map(|it| format!("“{}”", it.value)).collect();
    let mut sentences: Vec<String> = replaced.collect();
    if !missing.is_empty() {
        sentences.push(format!("Not shown by this model: {}.", listed(&missing)));
    }
    sentences.extend(preview(report));
    (!sentences.is_empty()).then(|| sentences.join(" "))
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

    #[test]
    fn replaced_and_missing_values_are_said() {
        let field = |value: &str, instead: Option<&str>| StatedField {
            name: "s1.thing".to_owned(),
            value: value.to_owned(),
            instead: instead.map(str::to_owned),
        };
        let mut all = ReadReport {
            fields: vec![field("ball", None)],
            ..ReadReport::default()
        };
        assert_eq!(report(&all), None);
        all.fields
            .extend([field("horse", Some("bear")), field("large", Some(""))]);
        assert_eq!(
            report(&all).unwrap(),
            "“horse” is shown as bear. Not shown by this model: “large”."
        );
    }
}
