//! Sentences: what a person might type to get a scene, in several words and lengths.
//!
//! A caption states some or all of the fields of a spec; dense ones state all. Every word comes from the tables in `words`,
//! and [`vocabulary`] lists them; short captions have a typing error now and then. [`crate::parse`] reads them back.

use crate::rng::Rng;
use crate::spec::{Cover, Object, SceneSpec, Style, Subject, Time, Weather};
pub use crate::words::vocabulary;
use crate::words::*;

/// Share of words with a typing error in short captions.
const TYPOS: f32 = 0.03;

/// Paraphrases of a spec, 6 to 12: the plain sentence first, then dense, middle, tag-like, short and dense ones in turn.
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

/// Writes captions of one spec.
struct Writer<'a> {
    spec: &'a SceneSpec,
    rng: Rng,
}

impl Writer<'_> {
    /// "a red rubber ball bounces on a wooden floor, cinematic"
    fn plain(&mut self) -> String {
        let spec = self.spec;
        let subject = plain_subject(spec.first);
        let others = self.others(|_, subject| plain_subject(subject));
        let cover = match spec.cover {
            Cover::Open => String::new(),
            cover => format!(" {}", cover_phrases(cover)[0]),
        };
        let (verb, place) = (verbs(spec.action)[0], place_phrases(spec.place)[0]);
        let mut text = format!("{subject} {verb}{others}{cover} {place}");
        if spec.time != Time::Day {
            text = format!("{text} {}", time_phrases(spec.time)[0]);
        }
        if spec.weather != Weather::Clear {
            text = format!("{text} {}", weather_phrases(spec.weather)[0]);
        }
        format!("{text}, {}", spec.style.word())
    }

    /// Every field, sentence first.
    fn dense(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Full));
        let (style, camera) = (self.style(), self.camera());
        let text = match self.rng.below(4) {
            0 => format!("{sentence} {place}, {style}, {camera}"),
            1 => format!("{sentence} {place}, {camera}, {style}"),
            2 => format!("{place} {sentence}, {style}, {camera}"),
            _ => format!(
                "{sentence} {place} in a {} clip, {camera}",
                self.adjective()
            ),
        };
        self.denied(text)
    }

    /// Every field, style or camera first.
    fn dense_led(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Full));
        let (style, camera) = (self.style(), self.camera());
        let adjective = self.adjective();
        let kind = self.rng.pick(&["clip", "video", "shot", "scene"]);
        let text = match self.rng.below(4) {
            0 => format!("{style}, {camera}: {sentence} {place}"),
            1 => {
                let clause = self.gerund_clause(&place);
                format!(
                    "{} {adjective} {kind} of {clause}, {camera}",
                    article(adjective)
                )
            }
            2 => format!("{camera}, {sentence} {place}, {style}"),
            _ => format!(
                "{} {adjective} {kind}: {sentence} {place}, {camera}",
                article(adjective)
            ),
        };
        self.denied(text)
    }

    /// Subject, action and place; sometimes style.
    fn middle(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Some));
        match self.rng.below(3) {
            0 => format!("{sentence} {place}"),
            1 => format!("{sentence} {place}, {}", self.style()),
            _ => self.gerund_clause(&place),
        }
    }

    /// A few words: some of colour, material, place and style are left open.
    fn short(&mut self) -> String {
        let sentence = self.sentence(Detail::Some);
        let text = match self.rng.below(4) {
            0 => sentence,
            1 => format!("{sentence}, {}", self.style()),
            2 => format!("{sentence} {}", self.place(Detail::Some)),
            _ => {
                let gerund = self.rng.pick(gerunds(self.spec.action));
                let bare = self.bare(self.spec.first, Detail::Some);
                let others = self.others(|writer, other| writer.subject(other, Detail::Some));
                format!("{bare} {gerund}{others}")
            }
        };
        mistyped(&text, &mut self.rng)
    }

    /// "red rubber ball, bounce, beach, cinematic"
    fn tags(&mut self) -> String {
        let mut tags: Vec<String> = Vec::new();
        for subject in self.spec.subjects() {
            tags.push(self.bare(subject, Detail::Full));
        }
        let mut rest = vec![
            self.rng.pick(action_tags(self.spec.action)),
            self.rng.pick(place_tags(self.spec.place)),
            self.style(),
        ];
        if self.rng.chance(0.5) {
            rest.push(self.camera());
        }
        if self.spec.weather != Weather::Clear || self.rng.chance(0.1) {
            rest.push(self.rng.pick(weather_phrases(self.spec.weather)));
        }
        if self.spec.time != Time::Day || self.rng.chance(0.2) {
            rest.push(self.rng.pick(time_phrases(self.spec.time)));
        }
        if self.spec.cover != Cover::Open {
            rest.push(self.rng.pick(cover_phrases(self.spec.cover)));
        }
        if self.rng.chance(0.3) {
            let last = rest.len() - 1;
            rest.swap(0, last);
        }
        tags.extend(rest.into_iter().map(str::to_string));
        mistyped(&tags.join(", "), &mut self.rng)
    }

    /// "a purple wooden cube falls" or "a red ball hits a blue can"
    fn sentence(&mut self, detail: Detail) -> String {
        let subject = self.subject(self.spec.first, detail);
        let verb = self.rng.pick(verbs(self.spec.action));
        let others = self.others(|writer, other| writer.subject(other, detail));
        format!("{subject} {verb}{others}{}", self.cover(detail))
    }

    /// "a ball made of rubber bouncing on the sand"
    fn gerund_clause(&mut self, place: &str) -> String {
        let subject = self.subject(self.spec.first, Detail::Full);
        let gerund = self.rng.pick(gerunds(self.spec.action));
        let others = self.others(|writer, other| writer.subject(other, Detail::Full));
        format!(
            "{subject} {gerund}{others}{} {place}",
            self.cover(Detail::Full)
        )
    }

    /// The other subjects after the verb, each with its link and a space before it.
    fn others(&mut self, mut write: impl FnMut(&mut Self, Subject) -> String) -> String {
        let mut text = String::new();
        let others = [self.spec.second, self.spec.third];
        for (link, other) in linked_to(self.spec.action).into_iter().zip(others) {
            if let Some(other) = other {
                let name = write(self, other);
                let space = if link.is_empty() { "" } else { " " };
                text = format!("{text}{space}{link} {name}");
            }
        }
        text
    }

    /// A subject with its article.
    fn subject(&mut self, subject: Subject, detail: Detail) -> String {
        let object = self.rng.pick(object_words(subject.object));
        let colour = self.rng.pick(colour_words(subject.colour));
        if subject.object == Object::Person && self.rng.chance(0.6) {
            return format!("{} {object} in {colour}", article(object));
        }
        if detail == Detail::Full && !subject.object.is_character() && self.rng.chance(0.2) {
            let noun = self.rng.pick(material_nouns(subject.material));
            return format!("{} {colour} {object} made of {noun}", article(colour));
        }
        let bare = self.bare(subject, detail);
        let luck = self.rng.range(0.0, 1.0);
        match detail {
            Detail::Some if luck < 0.15 => format!("the {bare}"),
            _ if luck > 0.95 => format!("one {bare}"),
            _ => format!("{} {bare}", article(&bare)),
        }
    }

    /// A subject without article: colour, material, object; the first two may be left out. What a character is made of goes
    /// without saying.
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
        if keep & 2 == 2 && !subject.object.is_character() {
            words.push(self.rng.pick(material_adjectives(subject.material)));
        }
        words.push(self.rng.pick(object_words(subject.object)));
        words.join(" ")
    }

    /// Where, when and in what weather; fair weather by day mostly goes without saying.
    fn place(&mut self, detail: Detail) -> String {
        let mut text = self.rng.pick(place_phrases(self.spec.place)).to_string();
        let full = detail == Detail::Full;
        let usual = |rng: &mut Rng| rng.chance(0.15);
        if (full && self.spec.time != Time::Day) || usual(&mut self.rng) {
            text = format!("{text} {}", time_phrases(self.spec.time)[self.rng.below(4)]);
        }
        if (full && self.spec.weather != Weather::Clear) || usual(&mut self.rng) {
            let phrases = weather_phrases(self.spec.weather);
            let phrase = phrases[self.rng.below(phrases.len().min(3))];
            text = format!("{text} {phrase}");
        }
        text
    }

    fn cover(&mut self, detail: Detail) -> String {
        if self.spec.cover == Cover::Open || (detail == Detail::Some && self.rng.chance(0.5)) {
            return String::new();
        }
        format!(" {}", self.rng.pick(cover_phrases(self.spec.cover)))
    }

    /// Sometimes says what the scene is not.
    fn denied(&mut self, text: String) -> String {
        if !self.rng.chance(0.12) {
            return text;
        }
        let absent =
            |rng: &mut Rng, own: usize, count: usize| (own + 1 + rng.below(count - 1)) % count;
        let denial = match self.rng.below(3) {
            0 => {
                let at = absent(&mut self.rng, self.spec.style as usize, Style::ALL.len());
                format!("not {}", style_adjectives(Style::ALL[at])[0])
            }
            1 => {
                let at = absent(&mut self.rng, self.spec.time as usize, Time::ALL.len());
                format!("not {}", time_phrases(Time::ALL[at])[0])
            }
            _ => {
                let at = absent(
                    &mut self.rng,
                    self.spec.first.object as usize,
                    Object::ALL.len(),
                );
                let object = object_words(Object::ALL[at])[0];
                format!("not {} {object}", article(object))
            }
        };
        format!("{text}, {denial}")
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
    let (colour, object) = (
        colour_words(subject.colour)[0],
        object_words(subject.object)[0],
    );
    if subject.object == Object::Person {
        return format!("{} {object} in {colour}", article(object));
    }
    if subject.object.is_character() {
        return format!("{} {colour} {object}", article(colour));
    }
    let material = material_adjectives(subject.material)[0];
    format!("{} {colour} {material} {object}", article(colour))
}

fn article(next: &str) -> &'static str {
    if next.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}

/// A text with a few typing errors: a letter left out, or two in the wrong order.
fn mistyped(text: &str, rng: &mut Rng) -> String {
    let mistype = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 6 || !letters.iter().all(char::is_ascii_alphabetic) || !rng.chance(TYPOS)
        {
            return word.to_string();
        }
        let mut letters = letters;
        let at = 1 + rng.below(letters.len() - 3);
        if rng.chance(0.5) {
            letters.swap(at, at + 1);
        } else {
            letters.remove(at);
        }
        letters.into_iter().collect()
    };
    text.split(' ').map(mistype).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Action, Colour, Material, Place};

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
        assert!(words.len() < 700 && words.is_sorted());
        let (mut known, mut all_words) = (0, 0);
        for spec in specs() {
            let all = captions(&spec, 3);
            assert!((6..=12).contains(&all.len()));
            for word in all
                .iter()
                .flat_map(|caption| caption.split([' ', ',', ':']))
            {
                all_words += 1;
                known += usize::from(word.is_empty() || words.binary_search(&word).is_ok());
            }
        }
        // Short captions have a few typing errors; nothing else is unknown.
        assert!(
            known < all_words && known * 200 > all_words * 199,
            "{known} of {all_words}"
        );
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
                let unsaid = subject.object.is_character();
                assert!(unsaid || says(dense, &material), "{dense}");
            }
        }
    }
}
