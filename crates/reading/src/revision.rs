//! The prompt of a remix: the whole new sentence, the old one with an instruction after it, or an instruction alone.

use crate::lexicon::Lexicon;
use crate::scene_reading::SceneReading;
use crate::token::{Kind, tokens};
use crate::{read, revise};

/// First words of instructions.
const OPENINGS: &[&str] = &[
    "make",
    "let",
    "turn",
    "change",
    "replace",
    "swap",
    "remove",
    "delete",
    "add",
    "now",
    "same",
    "instead",
    "put",
    "keep",
    "use",
    "give",
    "have",
    "but",
    "without",
    "no",
    "not",
    "mets",
    "mettez",
    "rends",
    "fais",
    "faites",
    "change",
    "changez",
    "remplace",
    "remplacez",
    "enlève",
    "enlevez",
    "retire",
    "ajoute",
    "ajoutez",
    "maintenant",
    "pareil",
    "pareille",
    "même",
    "et",
    "mais",
    "sans",
    "pas",
    "plutôt",
    "garde",
    "transforme",
    "supprime",
    "vire",
    "switch",
    "exchange",
    "erase",
    "transform",
    "include",
    "échange",
    "efface",
    "rajoute",
    "inverse",
    "oublie",
    "remplacer",
    "ajouter",
    "enlever",
];

/// Reads the prompt of a clip that is made from another one, whose prompt is `before`.
pub fn read_after(lexicon: &Lexicon, before: &str, prompt: &str) -> SceneReading {
    if let Some(start) = appended(before, prompt) {
        let reading = read(lexicon, before);
        let mut after = revise(lexicon, &reading, &prompt[start..]);
        for word in &mut after.words {
            word.span = word.span.start + start..word.span.end + start;
        }
        let mut words = reading.words;
        words.append(&mut after.words);
        after.words = words;
        return after;
    }
    let whole = read(lexicon, prompt);
    let names_nothing = whole.subjects.iter().all(|it| it.thing.is_none());
    if names_nothing || opens_as_instruction(prompt) {
        return revise(lexicon, &read(lexicon, before), prompt);
    }
    whole
}

/// Returns where an instruction starts that follows the words of `before`.
fn appended(before: &str, prompt: &str) -> Option<usize> {
    let before = before.trim_end_matches(|it: char| it.is_whitespace() || ".,;!".contains(it));
    let rest = prompt.strip_prefix(before)?;
    let skipped = rest.find(|it: char| it.is_alphanumeric())?;
    // "a ball rolls" is no instruction after "a ball".
    let separated = rest[..skipped].contains(['.', ',', ';', '!', '\n']);
    (separated && !before.is_empty()).then(|| before.len() + skipped)
}

fn opens_as_instruction(prompt: &str) -> bool {
    let tokens = tokens(prompt);
    let first = tokens.iter().find(|it| it.kind == Kind::Word);
    first.is_some_and(|it| OPENINGS.contains(&it.text.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(before: &str, prompt: &str) -> Vec<String> {
        let reading = read_after(&Lexicon::built_in(), before, prompt);
        let values = reading.fields().into_iter();
        values
            .map(|(field, value, _)| format!("{field} {value}"))
            .collect()
    }

    #[test]
    fn an_instruction_keeps_what_it_does_not_name() {
        let before = "a red ball bounces on a beach";
        let blue = [
            "s1.thing ball",
            "s1.colour blue",
            "action bounce",
            "place beach",
        ];
        assert_eq!(values(before, "make it blue"), blue);
        assert_eq!(
            values(before, "a red ball bounces on a beach. Make it blue"),
            blue
        );
        assert_eq!(
            values("une balle rouge rebondit sur une plage", "rends-la bleue"),
            blue
        );
    }

    #[test]
    fn other_verbs_of_change_open_instructions_too() {
        let before = "a red ball bounces on a beach";
        assert!(values(before, "switch the ball to a cube").contains(&"place beach".to_owned()));
        let before = "une balle rouge rebondit sur une plage";
        let after = values(before, "rajoute un canard");
        assert!(after.contains(&"s2.thing duck".to_owned()));
        assert!(after.contains(&"place beach".to_owned()));
    }

    #[test]
    fn a_whole_sentence_replaces_the_one_before() {
        let before = "a red ball bounces on a beach";
        assert_eq!(
            values(before, "a duck rolls"),
            ["s1.thing duck", "action roll"]
        );
    }
}
