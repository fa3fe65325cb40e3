//! Known phrases, indexed by first word.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Shot, Style, Time, Vocabulary, Weather,
};

use crate::heads::{Age, Beard, Cut, Glasses, HairColour, Noun};
use crate::language::phrases::*;

/// Meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A thing or character.
    Object(Object),
    /// A colour.
    Colour(Colour),
    /// A material.
    Material(Material),
    /// A place.
    Place(Place),
    /// Weather.
    Weather(Weather),
    /// A time.
    Time(Time),
    /// A style.
    Style(Style),
    /// A camera move.
    Camera(Camera),
    /// An action.
    Action(Action),
    /// A pillar.
    Cover(Cover),
    /// A woman or a man.
    Noun(Noun),
    /// Age.
    Age(Age),
    /// Colour of the hair.
    Hair(HairColour),
    /// Haircut.
    Cut(Cut),
    /// Facial hair.
    Beard(Beard),
    /// Glasses.
    Glasses(Glasses),
    /// Freckles.
    Freckles,
    /// Framing.
    Shot(Shot),
    /// Negates the following phrase.
    Not,
    /// Introduces the material of the preceding noun.
    MadeOf,
    /// Separator.
    Pause,
    /// Function word without meaning.
    Glue,
}

impl Meaning {
    /// Returns the canonical word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Object(value) => value.word(),
            Self::Colour(value) => value.word(),
            Self::Material(value) => value.word(),
            Self::Place(value) => value.word(),
            Self::Weather(value) => value.word(),
            Self::Time(value) => value.word(),
            Self::Style(value) => value.word(),
            Self::Camera(value) => value.word(),
            Self::Action(value) => value.word(),
            Self::Cover(value) => value.word(),
            Self::Noun(value) => value.word(),
            Self::Age(value) => value.word(),
            Self::Hair(value) => value.word(),
            Self::Cut(value) => value.word(),
            Self::Beard(value) => value.word(),
            Self::Glasses(value) => value.word(),
            Self::Freckles => "freckles",
            Self::Shot(value) => value.word(),
            Self::Not | Self::MadeOf | Self::Pause | Self::Glue => "",
        }
    }
}

/// A matched phrase.
pub struct Found {
    /// Meaning.
    pub meaning: Meaning,
    /// Number of words.
    pub words: usize,
    /// Whether the spelling is exact.
    pub exact: bool,
}

/// Finds the longest known phrase at the start of the words, else the only known word at one typing error.
pub fn lookup(words: &[String]) -> Option<Found> {
    let lexicon = lexicon();
    if let Some(found) = exact(lexicon, words) {
        return Some(found);
    }
    if words[0].len() < 5 || !words[0].is_ascii() {
        return None;
    }
    let near: Vec<&str> = lexicon
        .words
        .iter()
        .copied()
        .filter(|known| one_error(&words[0], known))
        .collect();
    // Typing errors rarely affect the first letter.
    let alike: Vec<&str> = near
        .iter()
        .copied()
        .filter(|known| known[..1] == words[0][..1])
        .collect();
    let known = match (&alike[..], &near[..]) {
        ([known], _) | ([], [known]) => known,
        _ => return None,
    };
    let mut meant = words.to_vec();
    meant[0] = known.to_string();
    exact(lexicon, &meant).map(|found| Found {
        exact: false,
        ..found
    })
}

struct Lexicon {
    /// Phrases by first word, the longest first.
    phrases: BTreeMap<&'static str, Vec<(Vec<String>, Meaning)>>,
    /// Every word of every phrase.
    words: Vec<&'static str>,
}

/// Matches a phrase word by word with at most one typing error each; the first word must be exact.
fn exact(lexicon: &Lexicon, words: &[String]) -> Option<Found> {
    let candidates = lexicon.phrases.get(words[0].as_str())?;
    candidates.iter().find_map(|(phrase, meaning)| {
        let rest = words.get(..phrase.len())?;
        let pairs = || phrase.iter().zip(rest);
        let close = |known: &String, typed: &String| {
            known == typed || (typed.len() >= 5 && !lexicon.knows(typed) && one_error(typed, known))
        };
        pairs()
            .all(|(known, typed)| close(known, typed))
            .then(|| Found {
                meaning: *meaning,
                words: phrase.len(),
                exact: pairs().all(|(known, typed)| known == typed),
            })
    })
}

impl Lexicon {
    fn knows(&self, word: &str) -> bool {
        self.words.binary_search(&word).is_ok()
    }

    fn add(&mut self, phrase: &'static str, meaning: Meaning) {
        let words: Vec<String> = phrase.split(' ').map(str::to_string).collect();
        let first = phrase.split(' ').next().unwrap_or(phrase);
        let list = self.phrases.entry(first).or_default();
        if !list.iter().any(|(known, _)| *known == words) {
            list.push((words, meaning));
        }
    }

    fn add_all(&mut self, phrases: &[&'static str], meaning: Meaning) {
        for phrase in phrases {
            self.add(phrase, meaning);
        }
    }
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut lexicon = Lexicon {
            phrases: BTreeMap::new(),
            words: Vec::new(),
        };
        subjects(&mut lexicon);
        surroundings(&mut lexicon);
        faces(&mut lexicon);
        for action in Action::ALL {
            let meaning = Meaning::Action(*action);
            lexicon.add_all(verbs(*action), meaning);
            lexicon.add_all(gerunds(*action), meaning);
            lexicon.add_all(action_tags(*action), meaning);
        }
        let spoken = ["talks", "talk", "talking", "speaks", "speaking", "tells"];
        lexicon.add_all(&spoken, Meaning::Action(Action::Talk));
        lexicon.add_all(
            &["not", "no", "without", "never", "isn't", "don't"],
            Meaning::Not,
        );
        lexicon.add_all(&["made of", "made from", "out of"], Meaning::MadeOf);
        lexicon.add(",", Meaning::Pause);
        for line in GLUE.iter().chain(FILLERS) {
            line.split(' ')
                .for_each(|word| lexicon.add(word, Meaning::Glue));
        }
        let phrases = lexicon.phrases.values().flatten();
        let mut words: Vec<&'static str> = crate::language::captions::vocabulary();
        words.extend(
            phrases
                .filter(|(phrase, _)| phrase.len() == 1)
                .filter_map(|(phrase, _)| {
                    lexicon
                        .phrases
                        .get_key_value(phrase[0].as_str())
                        .map(|(key, _)| *key)
                }),
        );
        words.sort_unstable();
        words.dedup();
        lexicon.words = words;
        for list in lexicon.phrases.values_mut() {
            list.sort_by_key(|(phrase, _)| core::cmp::Reverse(phrase.len()));
        }
        lexicon
    })
}

fn subjects(lexicon: &mut Lexicon) {
    for object in Object::ALL {
        lexicon.add_all(object_words(*object), Meaning::Object(*object));
    }
    for (plural, object) in PLURALS {
        lexicon.add(plural, Meaning::Object(*object));
    }
    for colour in Colour::ALL {
        lexicon.add_all(colour_words(*colour), Meaning::Colour(*colour));
    }
    for material in Material::ALL {
        lexicon.add_all(material_adjectives(*material), Meaning::Material(*material));
        lexicon.add_all(material_nouns(*material), Meaning::Material(*material));
    }
}

fn faces(lexicon: &mut Lexicon) {
    for noun in Noun::ALL {
        lexicon.add_all(noun_words(*noun), Meaning::Noun(*noun));
    }
    for age in Age::ALL {
        lexicon.add_all(age_words(*age), Meaning::Age(*age));
    }
    for hair in HairColour::ALL {
        lexicon.add_all(hair_words(*hair), Meaning::Hair(*hair));
    }
    for cut in Cut::ALL {
        for words in cut_adjective(*cut).iter().chain(cut_words(*cut)) {
            // Skips leading articles.
            let words = words.trim_start_matches("an ").trim_start_matches("a ");
            lexicon.add(words, Meaning::Cut(*cut));
        }
    }
    for beard in Beard::ALL {
        for words in beard_words(*beard) {
            lexicon.add(words.trim_start_matches("a "), Meaning::Beard(*beard));
        }
    }
    for glasses in Glasses::ALL {
        lexicon.add_all(glasses_words(*glasses), Meaning::Glasses(*glasses));
    }
    lexicon.add_all(&["freckles", "freckled"], Meaning::Freckles);
    for shot in Shot::ALL {
        lexicon.add_all(shot_words(*shot), Meaning::Shot(*shot));
    }
    lexicon.add_all(&["close up", "closeup"], Meaning::Shot(Shot::CloseUp));
}

fn surroundings(lexicon: &mut Lexicon) {
    for place in Place::ALL {
        lexicon.add_all(place_phrases(*place), Meaning::Place(*place));
        lexicon.add_all(place_tags(*place), Meaning::Place(*place));
        lexicon.add(place.word(), Meaning::Place(*place));
    }
    for weather in Weather::ALL {
        lexicon.add_all(weather_phrases(*weather), Meaning::Weather(*weather));
        lexicon.add(weather.word(), Meaning::Weather(*weather));
    }
    for time in Time::ALL {
        lexicon.add_all(time_phrases(*time), Meaning::Time(*time));
        lexicon.add(time.word(), Meaning::Time(*time));
    }
    for cover in Cover::ALL {
        lexicon.add_all(cover_phrases(*cover), Meaning::Cover(*cover));
    }
    for style in Style::CLASSES {
        lexicon.add_all(style_phrases(*style), Meaning::Style(*style));
        lexicon.add_all(style_adjectives(*style), Meaning::Style(*style));
    }
    for camera in Camera::CLASSES {
        lexicon.add_all(camera_phrases(*camera), Meaning::Camera(*camera));
    }
}

const PLURALS: &[(&str, Object)] = &[
    ("balls", Object::Ball),
    ("spheres", Object::Ball),
    ("cubes", Object::Cube),
    ("boxes", Object::Cube),
    ("cans", Object::Can),
    ("cones", Object::Cone),
    ("rings", Object::Ring),
    ("eggs", Object::Egg),
    ("stars", Object::Star),
    ("pyramids", Object::Pyramid),
    ("books", Object::Book),
    ("bottles", Object::Bottle),
    ("people", Object::Person),
    ("robots", Object::Robot),
    ("bears", Object::Bear),
];

/// Common words without meaning for a scene.
const FILLERS: &[&str] = &[
    "i my your our we you he she they them his her their be been am was were has have had do does did can could would should",
    "will shall may might want need like love give show let's let see up down over under out off through across around about",
    "against near next front back behind above below between among left right top bottom side very really quite just also so",
    "but or if when where which who what how than too much many few some any every each other another more most beautiful nice",
    "cute pretty cool great lovely funny happy sad little tiny huge giant old new young fast slow soft hard heavy light bright",
    "short long tall round flat high low fun good video picture image movie frame frames second seconds minute film's shiny",
    "past along away toward towards onto upon within against gently suddenly softly quietly loudly happily four five six",
    "camera moves move moving day's big large small",
];

/// Returns true if the words differ by one insertion, deletion, substitution or transposition.
fn one_error(typed: &str, known: &str) -> bool {
    let (a, b) = (typed.as_bytes(), known.as_bytes());
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[same..], &b[same..]);
    match a.len().cmp(&b.len()) {
        core::cmp::Ordering::Less => rest_a == &rest_b[1..],
        core::cmp::Ordering::Greater => &rest_a[1..] == rest_b,
        core::cmp::Ordering::Equal => {
            let swapped = rest_a.len() > 1
                && rest_a[0] == rest_b[1]
                && rest_a[1] == rest_b[0]
                && rest_a[2..] == rest_b[2..];
            swapped || rest_a[1..] == rest_b[1..]
        }
    }
}
