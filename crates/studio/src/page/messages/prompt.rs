//! Messages about how a prompt was read.

use super::format::listed;
use kinora_contract::event::PromptReading;

/// Returns the rank of a slot in reading order: “red rubber ball, bounce, beach”.
pub fn reading_order(slot: &str) -> usize {
    const ORDER: [&str; 15] = [
        "colour1",
        "material1",
        "object1",
        "action",
        "colour2",
        "material2",
        "object2",
        "colour3",
        "material3",
        "object3",
        "place",
        "weather",
        "time",
        "style",
        "camera",
    ];
    ORDER
        .iter()
        .position(|known| *known == slot)
        .unwrap_or(ORDER.len())
}

/// Lists unknown words, corrections and cut-off words; `None` if there are none.
pub fn reading(reading: &PromptReading) -> Option<String> {
    let mut sentences: Vec<String> = unknown_words(reading).into_iter().collect();
    sentences.extend(
        reading
            .corrected
            .iter()
            .map(|(written, read)| format!("“{written}” was read as “{read}”.")),
    );
    match reading.dropped {
        0 => {}
        1 => sentences
            .push("The last word was ignored: the prompt is too long for this model.".to_owned()),
        n => sentences.push(format!(
            "The last {n} words were ignored: the prompt is too long for this model."
        )),
    }
    if sentences.is_empty() {
        None
    } else {
        Some(sentences.join(" "))
    }
}

/// Lists the unknown words and what the model used instead; `None` if it knew all.
fn unknown_words(reading: &PromptReading) -> Option<String> {
    let quoted: Vec<_> = reading
        .unknown
        .iter()
        .take(6)
        .map(|w| format!("“{w}”"))
        .collect();
    let rest = reading.unknown.len().saturating_sub(quoted.len());
    let verb = if reading.unknown.len() == 1 {
        "is"
    } else {
        "are"
    };
    let mut list = listed(&quoted);
    if rest > 0 {
        list += &format!(" and {rest} more");
    }
    let used: Vec<_> = reading
        .understood
        .iter()
        .map(|it| it.value.clone())
        .collect();
    match (reading.unknown.is_empty(), used.is_empty()) {
        (true, _) => None,
        (_, true) => Some(format!("{list} {verb} not in this model's vocabulary.")),
        _ => Some(format!(
            "{list} {verb} not in this model's vocabulary; used: {}.",
            used.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::event::SlotReading;

    fn prompt_reading(unknown: &[&str], understood: &[&str]) -> PromptReading {
        let slot = |value: &&str| SlotReading {
            slot: "object1".to_owned(),
            value: value.to_string(),
            confidence: 1.0,
        };
        PromptReading {
            unknown: unknown.iter().map(|w| w.to_string()).collect(),
            understood: understood.iter().map(slot).collect(),
            ..PromptReading::default()
        }
    }

    #[test]
    fn unknown_words_are_listed_with_what_was_used() {
        assert_eq!(unknown_words(&prompt_reading(&[], &["ball"])), None);
        let one = unknown_words(&prompt_reading(&["dragon"], &["ball", "bounce"])).unwrap();
        assert_eq!(
            one,
            "“dragon” is not in this model's vocabulary; used: ball, bounce."
        );
        let two = unknown_words(&prompt_reading(&["dragon", "castle"], &[])).unwrap();
        assert_eq!(
            two,
            "“dragon” and “castle” are not in this model's vocabulary."
        );
        let many: Vec<_> = (0..9).map(|i| i.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert!(
            unknown_words(&prompt_reading(&many, &[]))
                .unwrap()
                .contains("“5” and 3 more are")
        );
    }

    #[test]
    fn corrections_and_cut_off_words_are_listed() {
        let mut read = prompt_reading(&[], &["ball"]);
        assert_eq!(reading(&read), None);
        read.corrected = vec![("bal".to_owned(), "ball".to_owned())];
        read.dropped = 3;
        assert_eq!(
            reading(&read).unwrap(),
            "“bal” was read as “ball”. The last 3 words were ignored: the prompt is too long for this model."
        );
    }
}
