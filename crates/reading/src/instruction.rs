//! Instructions: "make it blue" changes an earlier reading and keeps the rest.

use crate::Language;
use crate::interpret::Interpreter;
use crate::lexicon::{Attribute, Lexicon, Preposition, Thing};
use crate::noun_phrase::Governing;
use crate::scene_reading::{SceneReading, Subject};
use crate::tagging::tag;
use crate::token::tokens;
use crate::vocabulary::Colour;

/// State of an edit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    /// Whether the text is an instruction.
    pub active: bool,
    /// Framings that wait for a person.
    pub late: Vec<(Attribute, bool, usize)>,
    /// Things of the reading before.
    pub before: Vec<Option<Thing>>,
    /// The thing that an instruction denies: it goes if nothing takes its place.
    pub denied: Option<usize>,
    /// Their numbers.
    pub counts: Vec<Option<u32>>,
    /// Their colours.
    pub colours: Vec<Option<Colour>>,
    /// The scene before.
    pub scene: Vec<Attribute>,
    /// What its nouns do.
    pub mode: Mode,
    /// A replacement is done; another may follow: "and the cubes with bananas".
    pub replaced: bool,
    /// It is about both subjects.
    pub both: bool,
    /// Whether the scene before talks.
    pub talks: bool,
    /// The last value that was stated of the scene.
    pub last: Option<Attribute>,
}

/// What the nouns of an instruction do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They name what is described.
    #[default]
    Describe,
    /// The next noun is to be replaced.
    Replace,
    /// The next noun takes the place of this subject.
    With(usize),
    /// The next value takes the place of one of the scene.
    WithScene,
    /// The next noun disappears.
    Remove,
    /// The next noun is new.
    Add,
}

/// Applies an instruction to a reading. Fields that it does not name stay.
pub fn revise(lexicon: &Lexicon, before: &SceneReading, instruction: &str) -> SceneReading {
    let change = changes(lexicon, before, instruction);
    let mut after = before.clone();
    for (index, subject) in change.subjects.iter().enumerate() {
        if after.subjects.len() <= index {
            after.subjects.push(Subject::default());
        }
        let own = &mut after.subjects[index];
        if subject.thing.is_some()
            && own.thing.as_ref().map(|it| &it.value) != subject.thing.as_ref().map(|it| &it.value)
        {
            // Traits of another kind do not carry over; colour and size do.
            let is_person = subject.is_person();
            if is_person != own.is_person() {
                *own = Subject {
                    count: own.count.take(),
                    colour: own.colour.take(),
                    size: own.size.take(),
                    ..Subject::default()
                };
            }
        }
        own.patch(subject);
    }
    after.subjects.retain(|it| !it.removed);
    after.action = change.action.or(after.action);
    after.then = change.then.or(after.then);
    after.direction = change.direction.or(after.direction);
    after.relation = change.relation.or(after.relation);
    after.cover = change.cover.or(after.cover);
    after.place = change.place.or(after.place);
    after.weather = change.weather.or(after.weather);
    after.time = change.time.or(after.time);
    after.style = change.style.or(after.style);
    after.camera = change.camera.or(after.camera);
    after.shot = change.shot.or(after.shot);
    after.speech = change.speech.or(after.speech);
    after.denied.extend(change.denied);
    after.words = change.words;
    after
}

/// Reads what an instruction changes: a reading of which only the changed fields are stated.
pub fn changes(lexicon: &Lexicon, before: &SceneReading, instruction: &str) -> SceneReading {
    let tokens = tokens(instruction);
    let language = match tokens.len() {
        0 | 1 => before.language,
        _ => Language::detect(&tokens, lexicon),
    };
    let mut interpreter = Interpreter::new(
        instruction,
        tag(instruction, &tokens, language, lexicon),
        language,
    );
    interpreter.edit = Edit {
        active: true,
        before: before
            .subjects
            .iter()
            .map(|it| it.thing.as_ref().map(|it| it.value.clone()))
            .collect(),
        counts: before
            .subjects
            .iter()
            .map(|it| it.count.as_ref().map(|it| it.value))
            .collect(),
        colours: before
            .subjects
            .iter()
            .map(|it| it.colour.as_ref().map(|it| it.value))
            .collect(),
        scene: scene(before),
        talks: before
            .action
            .as_ref()
            .is_some_and(|it| it.value == crate::vocabulary::Action::Talk),
        ..Edit::default()
    };
    interpreter.run();
    let mut change = interpreter.finish();
    drop_implied(before, &mut change);
    change
}

/// Drops the thing and the age that a noun implies and that were so before: "it's a girl" about a boy changes neither.
fn drop_implied(before: &SceneReading, change: &mut SceneReading) {
    // "she says "bye"" changes the words, not that she talks.
    let value = |it: &SceneReading| it.action.as_ref().map(|it| it.value);
    if change.action.is_some() && value(before) == value(change) {
        change.action = None;
    }
    for (own, old) in change.subjects.iter_mut().zip(&before.subjects) {
        let implied = |spans: &[std::ops::Range<usize>]| {
            own.gender.as_ref().is_some_and(|it| it.spans == spans)
        };
        let same = own.age.as_ref().is_some_and(|it| {
            old.age.as_ref().is_some_and(|old| old.value == it.value) && implied(&it.spans)
        });
        if same {
            own.age = None;
        }
        let thing = |it: &Subject| it.thing.as_ref().map(|it| it.value.clone());
        if thing(own) == thing(old) {
            own.thing = None;
        }
    }
}

fn scene(reading: &SceneReading) -> Vec<Attribute> {
    let mut out = Vec::new();
    out.extend(reading.place.as_ref().map(|it| Attribute::Place(it.value)));
    out.extend(
        reading
            .weather
            .as_ref()
            .map(|it| Attribute::Weather(it.value)),
    );
    out.extend(reading.time.as_ref().map(|it| Attribute::Time(it.value)));
    out.extend(reading.style.as_ref().map(|it| Attribute::Style(it.value)));
    out.extend(
        reading
            .camera
            .as_ref()
            .map(|it| Attribute::Camera(it.value)),
    );
    out
}

impl Subject {
    /// Overwrites what `change` states.
    fn patch(&mut self, change: &Self) {
        fn take<T: Clone>(own: &mut Option<T>, change: &Option<T>) {
            if let Some(value) = change {
                *own = Some(value.clone());
            }
        }
        take(&mut self.thing, &change.thing);
        take(&mut self.count, &change.count);
        take(&mut self.colour, &change.colour);
        take(&mut self.material, &change.material);
        take(&mut self.size, &change.size);
        take(&mut self.gender, &change.gender);
        take(&mut self.age, &change.age);
        take(&mut self.hair, &change.hair);
        take(&mut self.cut, &change.cut);
        take(&mut self.beard, &change.beard);
        take(&mut self.glasses, &change.glasses);
        take(&mut self.freckles, &change.freckles);
        self.removed |= change.removed;
    }
}

impl Edit {
    /// Returns the subject before with this thing.
    pub fn known(&self, thing: &Thing) -> Option<usize> {
        let same = |it: &Option<Thing>| it.as_ref() == Some(thing);
        let person =
            |it: &Option<Thing>| thing.is_person() && it.as_ref().is_some_and(Thing::is_person);
        self.before
            .iter()
            .position(same)
            .or_else(|| self.before.iter().position(person))
    }

    /// Whether the first subject was several.
    pub fn has_many(&self) -> bool {
        self.counts
            .first()
            .copied()
            .flatten()
            .is_some_and(|it| it > 1)
    }

    /// Number of subjects before.
    pub fn subjects(&self) -> usize {
        self.before.len()
    }

    /// Returns the last person before.
    pub fn person(&self) -> Option<usize> {
        self.before
            .iter()
            .rposition(|it| it.as_ref().is_some_and(Thing::is_person))
    }

    /// "not a disc, a boomerang": whether the denied thing is one of the scene, to be replaced by the next.
    pub fn replaces(&mut self, thing: &Thing) -> bool {
        let known = self.known(thing).filter(|_| self.active);
        if let Some(index) = known {
            self.mode = Mode::With(index);
            self.denied = Some(index);
        }
        known.is_some()
    }

    /// Whether what is named disappears.
    pub fn removes(&self) -> bool {
        self.active && self.mode == Mode::Remove
    }

    /// Whether nouns are new subjects.
    pub fn adds(&self) -> bool {
        self.mode == Mode::Add
    }

    /// Whether a verb after "instead of" names the old action.
    pub fn skip_instead(&mut self, governing: &mut Governing) -> bool {
        let skips = matches!(governing, Some((Preposition::Instead, _)));
        if skips {
            *governing = None;
        }
        skips
    }
}

/// What a noun does.
pub(crate) enum Noun {
    /// It states the thing of this subject.
    States(usize),
    /// It names this subject.
    Names(usize),
    /// It removes its subject.
    Removes,
}
