//! Sentences: what a person might type to get a scene, in several words and lengths.
//!
//! A caption states some or all of the fields of a spec; dense ones state all. Every word comes from the tables in `words`, and
//! [`vocabulary`] lists them.

use crate::rng::Rng;
use crate::spec::{Action, Camera, Colour, Material, Object, Place, SceneSpec, Style, Subject};
use crate::words::*;

/// Paraphrases of a spec, 6 to 12: the plain sentence first, then dense, middle, short and tag-like ones.
pub fn captions(spec: &SceneSpec, seed: u64) -> Vec<String> {
    let mut writer = Writer {
        spec,
        rng: Rng::new(spec.seed ^ seed.rotate_left(17), 4),
    };
    let mut out = vec![writer.plain()];
    let more = 5 + writer.rng.below(7);
    for index in 0..more {
        out.push(match index % 5 {
            0 => writer.dense(),
            1 => writer.middle(),
            2 => writer.tags(),
            3 => writer.short(),
            _ => writer.dense_led(),
        });
    }
    out
}

/// Every word that [`captions`] can write, and close relatives, sorted.
pub fn vocabulary() -> Vec<&'static str> {
    let mut phrases: Vec<&'static str> = GLUE.to_vec();
    Object::ALL
        .iter()
        .for_each(|value| phrases.extend(object_words(*value)));
    Colour::ALL
        .iter()
        .for_each(|value| phrases.extend(colour_words(*value)));
    for material in Material::ALL {
        phrases.extend(material_adjectives(*material));
        phrases.extend(material_nouns(*material));
    }
    for place in Place::ALL {
        phrases.extend(place_phrases(*place));
        phrases.extend(place_tags(*place));
    }
    Style::ALL
        .iter()
        .for_each(|value| phrases.extend(style_phrases(*value)));
    Style::ALL
        .iter()
        .for_each(|value| phrases.extend(style_adjectives(*value)));
    Camera::ALL
        .iter()
        .for_each(|value| phrases.extend(camera_phrases(*value)));
    for action in Action::ALL {
        phrases.extend(verbs(*action));
        phrases.extend(gerunds(*action));
        phrases.extend(action_tags(*action));
    }
    let mut words: Vec<&str> = phrases
        .iter()
        .flat_map(|phrase| phrase.split_whitespace())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Writes captions of one spec.
struct Writer<'a> {
    spec: &'a SceneSpec,
    rng: Rng,
}

impl Writer<'_> {
    /// "a red rubber ball bounces on a wooden floor, cinematic"
    fn plain(&mut self) -> String {
        let subject = plain_subject(self.spec.first);
        let verb = verbs(self.spec.action)[0];
        let place = place_phrases(self.spec.place)[0];
        let other = self
            .spec
            .second
            .map(|other| format!(" {}", plain_subject(other)));
        format!(
            "{subject} {verb}{} {place}, {}",
            other.unwrap_or_default(),
            self.spec.style.word()
        )
    }

    /// Every field, sentence first.
    fn dense(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place());
        let (style, camera) = (self.style(), self.camera());
        match self.rng.below(4) {
            0 => format!("{sentence} {place}, {style}, {camera}"),
            1 => format!("{sentence} {place}, {camera}, {style}"),
            2 => format!("{place} {sentence}, {style}, {camera}"),
            _ => format!(
                "{sentence} {place} in a {} clip, {camera}",
                self.adjective()
            ),
        }
    }

    /// Every field, style or camera first.
    fn dense_led(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place());
        let (style, camera) = (self.style(), self.camera());
        let adjective = self.adjective();
        let kind = self.rng.pick(&["clip", "video", "shot", "scene"]);
        match self.rng.below(4) {
            0 => format!("{style}, {camera}: {sentence} {place}"),
            1 => format!(
                "{} {adjective} {kind} of {}, {camera}",
                article(adjective),
                self.gerund_clause(place)
            ),
            2 => format!("{camera}, {sentence} {place}, {style}"),
            _ => format!(
                "{} {adjective} {kind}: {sentence} {place}, {camera}",
                article(adjective)
            ),
        }
    }

    /// Subject, action and place; sometimes style.
    fn middle(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place());
        match self.rng.below(3) {
            0 => format!("{sentence} {place}"),
            1 => format!("{sentence} {place}, {}", self.style()),
            _ => self.gerund_clause(place),
        }
    }

    /// A few words: some of colour, material, place and style are left open.
    fn short(&mut self) -> String {
        let sentence = self.sentence(Detail::Some);
        match self.rng.below(4) {
            0 => sentence,
            1 => format!("{sentence}, {}", self.style()),
            2 => format!("{sentence} {}", self.place()),
            _ => {
                let gerund = self.rng.pick(gerunds(self.spec.action));
                let bare = self.bare(self.spec.first, Detail::Some);
                format!("{bare} {gerund}{}", self.object(Detail::Some))
            }
        }
    }

    /// "red rubber ball, bounce, beach, cinematic"
    fn tags(&mut self) -> String {
        let subject = self.bare(self.spec.first, Detail::Full);
        let mut rest = vec![
            self.rng.pick(action_tags(self.spec.action)).to_string(),
            self.rng.pick(place_tags(self.spec.place)).to_string(),
            self.style().to_string(),
        ];
        if let Some(other) = self.spec.second {
            rest.insert(0, self.bare(other, Detail::Full));
        }
        if self.rng.chance(0.5) {
            rest.push(self.camera().to_string());
        }
        if self.spec.second.is_none() && self.rng.chance(0.3) {
            let last = rest.len() - 1;
            rest.swap(0, last);
        }
        rest.insert(0, subject);
        rest.join(", ")
    }

    /// "a purple wooden cube falls" or "a red ball hits a blue can"
    fn sentence(&mut self, detail: Detail) -> String {
        let subject = self.subject(self.spec.first, detail);
        let verb = self.rng.pick(verbs(self.spec.action));
        format!("{subject} {verb}{}", self.object(detail))
    }

    /// "a ball made of rubber bouncing on the sand"
    fn gerund_clause(&mut self, place: &str) -> String {
        let subject = self.subject(self.spec.first, Detail::Full);
        let gerund = self.rng.pick(gerunds(self.spec.action));
        format!("{subject} {gerund}{} {place}", self.object(Detail::Full))
    }

    /// The second subject after the verb, with a space before it.
    fn object(&mut self, detail: Detail) -> String {
        self.spec
            .second
            .map(|other| format!(" {}", self.subject(other, detail)))
            .unwrap_or_default()
    }

    /// A subject with its article.
    fn subject(&mut self, subject: Subject, detail: Detail) -> String {
        if detail == Detail::Full && self.rng.chance(0.2) {
            let colour = self.rng.pick(colour_words(subject.colour));
            let object = self.rng.pick(object_words(subject.object));
            let noun = self.rng.pick(material_nouns(subject.material));
            return format!("{} {colour} {object} made of {noun}", article(colour));
        }
        let bare = self.bare(subject, detail);
        let the = detail == Detail::Some && self.rng.chance(0.15);
        if the {
            format!("the {bare}")
        } else {
            format!("{} {bare}", article(&bare))
        }
    }

    /// A subject without article: colour, material, object; the first two may be left out.
    fn bare(&mut self, subject: Subject, detail: Detail) -> String {
        let mut words = Vec::with_capacity(3);
        let keep = if detail == Detail::Full {
            3
        } else {
            1 + self.rng.below(2)
        };
        if keep & 1 == 1 {
            words.push(self.rng.pick(colour_words(subject.colour)));
        }
        if keep & 2 == 2 {
            words.push(self.rng.pick(material_adjectives(subject.material)));
        }
        words.push(self.rng.pick(object_words(subject.object)));
        words.join(" ")
    }

    fn place(&mut self) -> &'static str {
        self.rng.pick(place_phrases(self.spec.place))
    }

    fn style(&mut self) -> &'static str {
        self.rng.pick(style_phrases(self.spec.style))
    }

    fn adjective(&mut self) -> &'static str {
        self.rng.pick(style_adjectives(self.spec.style))
    }

    fn camera(&mut self) -> &'static str {
        self.rng.pick(camera_phrases(self.spec.camera))
    }
}

/// How much of a subject is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Full,
    Some,
}

fn plain_subject(subject: Subject) -> String {
    let colour = colour_words(subject.colour)[0];
    let material = material_adjectives(subject.material)[0];
    format!(
        "{} {colour} {material} {}",
        article(colour),
        object_words(subject.object)[0]
    )
}

fn article(next: &str) -> &'static str {
    if next.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> impl Iterator<Item = SceneSpec> {
        (0..300).map(SceneSpec::from_seed)
    }

    fn says(caption: &str, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| caption.contains(phrase))
    }

    #[test]
    fn the_sentence_of_the_page_is_the_plain_caption() {
        let ball = Subject {
            object: Object::Ball,
            colour: Colour::Red,
            material: Material::Rubber,
        };
        let spec =
            SceneSpec::new(ball, Action::Bounce, Place::WoodenFloor).with_style(Style::Cinematic);
        let first = captions(&spec, 1).swap_remove(0);
        assert_eq!(
            first,
            "a red rubber ball bounces on a wooden floor, cinematic"
        );
    }

    #[test]
    fn there_are_six_to_twelve_and_all_words_are_known() {
        let words = vocabulary();
        assert!(words.len() < 400 && words.is_sorted());
        for spec in specs() {
            let all = captions(&spec, 3);
            assert!((6..=12).contains(&all.len()));
            for word in all
                .iter()
                .flat_map(|caption| caption.split([' ', ',', ':']))
            {
                assert!(
                    word.is_empty() || words.binary_search(&word).is_ok(),
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn dense_captions_state_every_field() {
        for spec in specs() {
            let all = captions(&spec, 5);
            let dense = &all[1];
            let camera = camera_phrases(spec.camera);
            assert!(
                says(dense, camera) && says(dense, place_phrases(spec.place)),
                "{dense}"
            );
            assert!(
                says(dense, style_phrases(spec.style)) || says(dense, style_adjectives(spec.style)),
                "{dense}"
            );
            assert!(says(dense, verbs(spec.action)), "{dense}");
            for subject in spec.subjects() {
                assert!(says(dense, colour_words(subject.colour)), "{dense}");
                assert!(says(dense, object_words(subject.object)), "{dense}");
                let material = [
                    material_adjectives(subject.material),
                    material_nouns(subject.material),
                ]
                .concat();
                assert!(says(dense, &material), "{dense}");
            }
        }
    }

    #[test]
    fn every_caption_names_the_object() {
        for spec in specs() {
            for caption in captions(&spec, 7) {
                assert!(says(&caption, object_words(spec.first.object)), "{caption}");
            }
        }
    }
}
