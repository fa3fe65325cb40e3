//! Resolution: a reading → the scene of a recipe, in the vocabulary of the starter.
//!
//! What the vocabulary lacks is replaced by something near, which is reported. What the prompt leaves open is drawn by the seed from
//! values that suit the rest: an apple is red or green, a person waves rather than rolls. A remix keeps the choices of its source.

mod cast;
mod defaults;
mod portrait;
mod stand_in;

use std::collections::BTreeMap;

use kinora_contract::Scene;
use kinora_scene::caption::{CaptionScene, CaptionSubject, caption};
use kinora_scene::casting::{Casting, PictureSubject};
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Motion, Object, Place, Style, Vocabulary, Weather,
};
use serde::Serialize;

use crate::lexicon::Lexicon;
use crate::scene_reading::{Field, SUBJECTS, SceneReading, Stated, Subject};

/// Stream of the random choices.
const STREAM: u64 = 0x7265_6164;

/// A resolved prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resolution {
    /// Scene of the recipe.
    pub scene: Scene,
    /// Stated values that the scene has not as stated.
    pub compromises: Vec<Compromise>,
}

/// A stated value that the vocabulary lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compromise {
    /// Field of the reading.
    pub field: Field,
    /// Stated value.
    pub stated: String,
    /// What is drawn instead; none if nothing is.
    pub instead: Option<String>,
}

/// Settings outside the prompt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// Seed of the choices.
    pub seed: u64,
    /// Style that overrides the prompt.
    pub style: Option<Style>,
    /// Camera move that overrides the prompt.
    pub camera: Option<Camera>,
    /// Scene of the clip that is remixed or extended.
    pub source: Option<&'a Scene>,
    /// Whether something is spoken.
    pub speaks: bool,
    /// The library of things: the lexicon that knows its pictures, and its BLAKE3. None: the model alone draws.
    pub things: Option<(&'a Lexicon, &'a str)>,
}

/// Resolves a reading.
pub fn resolve(reading: &SceneReading, settings: Settings) -> Resolution {
    let resolver = Resolver {
        rng: Rng::new(settings.seed, STREAM),
        settings,
        fields: BTreeMap::new(),
        chosen: Vec::new(),
        compromises: Vec::new(),
    };
    resolver.resolve(reading)
}

struct Resolver<'a> {
    rng: Rng,
    settings: Settings<'a>,
    fields: BTreeMap<String, String>,
    chosen: Vec<String>,
    compromises: Vec<Compromise>,
}

/// A subject in the vocabulary of the starter, and its picture.
#[derive(Clone, Default)]
struct Seat {
    object: Option<Object>,
    picture: Option<PictureSubject>,
    colour: Option<Colour>,
    material: Option<Material>,
}

impl Resolver<'_> {
    fn resolve(mut self, reading: &SceneReading) -> Resolution {
        let mut seats = self.seats(reading);
        let casting = self.cast(reading, std::array::from_fn(|s| seats[s].picture.clone()));
        let stated_action = self.stated_action(reading, seats[0].object, casting.motion);
        let action = match stated_action {
            Some(action) => action,
            None if casting.motion.is_some() => defaults::stand_in_of_motion(casting.motion),
            None => {
                let likely = defaults::actions(
                    seats[0].object,
                    self.settings.speaks || reading.speech.is_some(),
                );
                self.choose("action", likely)
            }
        };
        self.fields
            .insert("action".to_owned(), action.word().to_owned());
        if seats[0].object.is_none() {
            let object = self.choose("object1", defaults::objects(action, 0));
            seats[0].object = Some(object);
        }
        if casting.motion.is_none() {
            self.fill_seats(action, &mut seats, reading);
        }
        let subjects = self.describe(&seats);

        let place = stated(&reading.place).and_then(|it| self.place(it));
        let place = match place {
            Some(place) => place,
            None => self.choose(
                "place",
                defaults::places(&casting, stated(&reading.weather)),
            ),
        };
        let time = match stated(&reading.time) {
            Some(time) => time,
            None => self.choose("time", defaults::TIMES),
        };
        let weather = match stated(&reading.weather) {
            Some(weather) if weather != Weather::Clear && place.is_indoors() => {
                self.give_up("weather", weather.word(), Some(Weather::Clear.word()));
                Weather::Clear
            }
            Some(weather) => weather,
            None => self.choose("weather", defaults::weathers(place)),
        };
        let style = match self.settings.style.or(stated(&reading.style)) {
            Some(style) => style,
            None => self.choose("style", Style::CLASSES),
        };
        let camera = match self.settings.camera.or(stated(&reading.camera)) {
            Some(camera) => camera,
            None => self.choose("camera", &[Camera::Static]),
        };
        for (field, word) in [
            ("place", place.word()),
            ("time", time.word()),
            ("weather", weather.word()),
            ("style", style.word()),
            ("camera", camera.word()),
        ] {
            self.fields.insert(field.to_owned(), word.to_owned());
        }
        let alone = subjects.len() == 1 && !action.is_portrait();
        self.stage(reading, alone);
        self.report_uncast(reading, &casting);
        self.report_unused(reading, &casting);
        let person = action
            .is_portrait()
            .then(|| portrait::person(reading.subjects.first()));
        let speech = reading.speech.iter().map(|it| it.value.clone()).collect();
        let caption = caption(&CaptionScene {
            subjects: &subjects,
            person: person.as_deref(),
            action,
            cover: stated(&reading.cover).unwrap_or(Cover::Open),
            place,
            time,
            weather,
            style,
            camera: Some(camera),
        });
        let mut scene = Scene {
            caption,
            fields: self.fields,
            speech,
            chosen: self.chosen,
            ..Scene::default()
        };
        casting.write(&mut scene);
        Resolution {
            scene,
            compromises: self.compromises,
        }
    }

    /// Returns the subjects that are stated, with one seat for each of a counted subject.
    fn seats(&mut self, reading: &SceneReading) -> [Seat; SUBJECTS] {
        let mut seats: Vec<Seat> = Vec::new();
        let present: Vec<(usize, &Subject)> = reading
            .subjects
            .iter()
            .enumerate()
            .filter(|it| !it.1.removed)
            .collect();
        for &(index, subject) in &present {
            let picture = self.picture_of(subject);
            let object = subject.thing.as_ref().map(|thing| {
                let object = stand_in::object(&thing.value);
                if object.word() != thing.value.label() && picture.is_none() {
                    let field = Field::Subject(index, "thing");
                    self.compromise(field, thing.value.label(), Some(object.word()));
                }
                object
            });
            let seat = Seat {
                object,
                picture,
                colour: stated(&subject.colour),
                material: stated(&subject.material),
            };
            let count = subject.count.as_ref().map_or(1, |it| it.value) as usize;
            let free = SUBJECTS
                - seats.len()
                - (present.len() - 1 - present.iter().position(|it| it.0 == index).unwrap_or(0));
            let drawn = count.clamp(1, free.max(1));
            if drawn != count {
                self.compromise(
                    Field::Subject(index, "count"),
                    &count.to_string(),
                    Some(&drawn.to_string()),
                );
            }
            seats.extend(std::iter::repeat_n(seat, drawn));
        }
        seats.resize(SUBJECTS, Seat::default());
        std::array::from_fn(|seat| seats[seat].clone())
    }

    /// Returns the picture of a subject. What the model draws itself needs none.
    fn picture_of(&self, subject: &Subject) -> Option<PictureSubject> {
        let (lexicon, _) = self.settings.things?;
        let label = subject.thing.as_ref()?.value.label();
        if Object::from_word(label).is_some() {
            return None;
        }
        Some(PictureSubject {
            tint: stated(&subject.colour),
            size: stated(&subject.size),
            ..lexicon.picture(label)?.clone()
        })
    }

    /// Returns the action that the reading states, as far as the first subject can do it. A computed motion follows it in any case.
    fn stated_action(
        &mut self,
        reading: &SceneReading,
        first: Option<Object>,
        computed: Option<Motion>,
    ) -> Option<Action> {
        let action = reading.action.as_ref()?;
        let near = stand_in::action(action.value, first);
        if let Some(computed) = computed {
            if computed.word() != action.value.word() {
                let instead = Some(computed.word());
                self.compromise(Field::Scene("action"), action.value.word(), instead);
            }
            return near.or_else(|| Some(defaults::stand_in_of_motion(Some(computed))));
        }
        if near.is_none_or(|it| it.word() != action.value.word()) {
            self.compromise(
                Field::Scene("action"),
                action.value.word(),
                near.map(Action::word),
            );
        }
        near
    }

    fn place(&mut self, place: crate::vocabulary::Place) -> Option<Place> {
        let near = stand_in::place(place);
        if near.word() != place.word() {
            self.give_up("place", place.word(), Some(near.word()));
        }
        Some(near)
    }

    /// Adds the subjects that an action needs, and drops those that it has no seat for.
    fn fill_seats(&mut self, action: Action, seats: &mut [Seat; SUBJECTS], reading: &SceneReading) {
        let (least, most) = defaults::seats(action);
        for (index, seat) in seats.iter_mut().enumerate().skip(1) {
            if index >= most {
                if let Some(object) = seat.object.filter(|_| index < reading.subjects.len()) {
                    self.compromise(Field::Subject(index, "thing"), object.word(), None);
                }
                *seat = Seat::default();
            } else if seat.object.is_none() && index < least {
                seat.object = Some(self.choose(
                    &format!("object{}", index + 1),
                    defaults::objects(action, index),
                ));
            }
        }
    }

    /// Chooses the open colours and materials, and writes the fields of the subjects.
    fn describe(&mut self, seats: &[Seat; SUBJECTS]) -> Vec<CaptionSubject> {
        let mut subjects: Vec<CaptionSubject> = Vec::new();
        for (index, seat) in seats.iter().enumerate() {
            let number = index + 1;
            let Some(object) = seat.object else {
                for field in ["object", "colour", "material"] {
                    self.fields
                        .insert(format!("{field}{number}"), "none".to_owned());
                }
                continue;
            };
            let stated = match &seat.picture {
                None => seat.material,
                // A picture has its own.
                Some(_) => {
                    if let Some(material) = seat.material {
                        let field = Field::Subject(index, "material");
                        self.compromise(field, material.word(), None);
                    }
                    None
                }
            };
            let material = match (defaults::fixed_material(object), stated) {
                (Some(fixed), stated) => {
                    if let Some(stated) = stated.filter(|it| *it != fixed) {
                        self.compromise(
                            Field::Subject(index, "material"),
                            stated.word(),
                            Some(fixed.word()),
                        );
                    }
                    fixed
                }
                (None, Some(material)) => material,
                (None, None) => {
                    let same = twin(&subjects, object).map(|it| [it.material]);
                    let usual = defaults::materials(object);
                    self.choose(
                        &format!("material{number}"),
                        same.as_ref().map_or(usual, |it| it),
                    )
                }
            };
            let colour = match seat.colour {
                Some(colour) => colour,
                None => {
                    // Subjects of different kinds are told apart by their colour; several of one kind are alike.
                    let taken = |colour: &Colour| subjects.iter().any(|it| it.colour == *colour);
                    let usual = defaults::colours(object);
                    let free: Vec<Colour> = usual.iter().copied().filter(|it| !taken(it)).collect();
                    let likely = match twin(&subjects, object) {
                        Some(twin) => vec![twin.colour],
                        None if free.is_empty() => usual.to_vec(),
                        None => free,
                    };
                    self.choose(&format!("colour{number}"), &likely)
                }
            };
            self.fields
                .insert(format!("object{number}"), object.word().to_owned());
            self.fields
                .insert(format!("colour{number}"), colour.word().to_owned());
            self.fields
                .insert(format!("material{number}"), material.word().to_owned());
            subjects.push(CaptionSubject {
                object,
                colour,
                material,
            });
        }
        subjects
    }

    /// States direction and size, where the starter can render them: a size only of a subject that touches no other.
    fn stage(&mut self, reading: &SceneReading, alone: bool) {
        if let Some(direction) = stated(&reading.direction) {
            self.fields
                .insert("direction".to_owned(), direction.word().to_owned());
        }
        let size = reading.subjects.first().and_then(|it| stated(&it.size));
        if let Some(size) = size.filter(|_| alone) {
            self.fields
                .insert("size1".to_owned(), size.word().to_owned());
        }
    }

    /// Reports stated fields for which the starter has none.
    fn report_unused(&mut self, reading: &SceneReading, casting: &Casting) {
        for (field, value, _) in reading.fields() {
            let lacks = match &field {
                Field::Subject(0, "size") if self.fields.contains_key("size1") => false,
                Field::Subject(_, "size") => casting
                    .pictures
                    .iter()
                    .flatten()
                    .all(|it| it.size.is_none()),
                Field::Subject(_, name) => matches!(
                    *name,
                    "gender" | "age" | "hair" | "cut" | "beard" | "glasses" | "freckles"
                ),
                Field::Scene(name) => {
                    matches!(*name, "without" | "cover")
                }
            };
            if lacks {
                self.compromise(field, &value, None);
            }
        }
    }

    /// Chooses a value of an open field: the source's if it has one, else one of `likely`, by the seed.
    fn choose<T: Vocabulary>(&mut self, field: &str, likely: &[T]) -> T {
        // Drawn in any case, so that one choice does not shift the others.
        let index = self.rng.below(likely.len());
        self.chosen.push(field.to_owned());
        let before = self
            .settings
            .source
            .and_then(|scene| scene.get(field))
            .and_then(T::from_word);
        before.unwrap_or(likely[index])
    }

    fn give_up(&mut self, field: &'static str, stated: &str, instead: Option<&str>) {
        self.compromise(Field::Scene(field), stated, instead);
    }

    fn compromise(&mut self, field: Field, stated: &str, instead: Option<&str>) {
        self.compromises.push(Compromise {
            field,
            stated: stated.to_owned(),
            instead: instead.map(str::to_owned),
        });
    }
}

/// Returns a subject of the same kind that comes before.
fn twin(subjects: &[CaptionSubject], object: Object) -> Option<&CaptionSubject> {
    subjects.iter().find(|it| it.object == object)
}

fn stated<T: Copy>(stated: &Option<Stated<T>>) -> Option<T> {
    stated.as_ref().map(|it| it.value)
}

#[cfg(test)]
mod tests;
