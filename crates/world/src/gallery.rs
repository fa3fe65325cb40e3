//! Contact sheets and clips that show every value of every field, for visual review.

use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Shot, Style, Time, Vocabulary, Weather,
};

use crate::heads::TRAINING_IDS;
use crate::language::captions::captions;
use crate::language::remix_pairs::{Field, fields_of, remix};
use crate::render::Renderer;
use crate::sample::Scene;
use crate::spec::casting::{readable, role};
use crate::spec::portrait::Portrait;
use crate::spec::sampling::Kind;
use crate::spec::shape::Shape;
use crate::spec::{SceneSpec, Subject};

/// Frame shown in stills.
const STILL: usize = 12;

/// A contact sheet: one scene per row.
pub struct Sheet {
    /// File name without extension.
    pub name: String,
    /// Scenes, from top to bottom.
    pub rows: Vec<SceneSpec>,
    /// Frames per scene, from left to right.
    pub columns: usize,
    /// Whether each cell is a still of its own scene, with `columns` cells per row.
    pub stills: bool,
    /// Caption of each row; empty for stills.
    pub words: Vec<String>,
}

/// A clip with sound.
pub struct Clip {
    /// File name without extension.
    pub name: String,
    /// The subject.
    pub spec: SceneSpec,
}

/// An 8-bit RGB image by row.
pub struct Picture {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Samples, `[height, width, 3]`.
    pub rgb: Vec<u8>,
}

/// Lists all sheets.
pub fn sheets() -> Vec<Sheet> {
    let mut sheets = vec![objects(0), objects(1), colours(), edits()];
    sheets.extend(Style::CLASSES.iter().map(|style| materials(*style)));
    sheets.extend(Action::ALL.iter().map(|action| action_sheet(*action)));
    sheets.extend(Place::ALL.iter().map(|place| place_sheet(*place)));
    sheets.extend(Style::CLASSES.iter().map(|style| style_sheet(*style)));
    sheets.extend(Camera::CLASSES.iter().map(|camera| camera_sheet(*camera)));
    sheets.extend(Weather::ALL.iter().map(|weather| weather_sheet(*weather)));
    sheets.push(covers());
    sheets.push(heads("heads-close", 0..32, Shot::CloseUp));
    sheets.push(heads("heads-bust", 32..64, Shot::Bust));
    sheets.push(identities());
    sheets.push(talk());
    sheets
}

/// Lists clips with sound: talking people, every action, footsteps in every place, and every weather.
pub fn clips() -> Vec<Clip> {
    let clip = |name: String, spec: SceneSpec| Clip {
        name: name.replace(' ', "-"),
        spec,
    };
    let mut clips: Vec<Clip> = (0..12)
        .map(|seed| {
            let spec = SceneSpec::of_kind(30 + seed, Kind::Talk, TRAINING_IDS);
            clip(format!("talking-{}", seed + 1), spec)
        })
        .collect();
    for action in Action::ALL.iter().filter(|action| **action != Action::Talk) {
        let mut spec = spec_of(*action, 100);
        if *action == Action::Roll {
            spec.first.object = Object::Barrel;
        }
        clips.push(clip(format!("action-{}", action.word()), spec));
    }
    for place in Place::ALL {
        let walker = subject(Object::Person, *place as usize);
        let spec = SceneSpec::new(walker, Action::Walk, *place);
        clips.push(clip(format!("place-{}", place.word()), spec));
    }
    for weather in Weather::ALL {
        let spec = SceneSpec::new(subject(Object::Ball, 0), Action::Bounce, Place::Street);
        let spec = spec.with_air(*weather, Time::Day);
        clips.push(clip(format!("weather-{}", weather.word()), spec));
    }
    clips
}

/// Renders a sheet with frames of `size` pixels.
pub fn draw(sheet: &Sheet, size: usize) -> Picture {
    let shape = Shape {
        width: size,
        height: size,
        ..Shape::DEFAULT
    };
    let renderer = Renderer::new(size, size);
    let lines = if sheet.stills {
        sheet.rows.len().div_ceil(sheet.columns)
    } else {
        sheet.rows.len()
    };
    let (width, height) = (sheet.columns * size, lines * size);
    let mut rgb = vec![0; width * height * 3];
    for (index, spec) in sheet.rows.iter().enumerate() {
        let scene = Scene::new(*spec, shape);
        let (line, cells) = if sheet.stills {
            let column = index % sheet.columns;
            (index / sheet.columns, column..column + 1)
        } else {
            (index, 0..sheet.columns)
        };
        for column in cells {
            let frame = if sheet.stills {
                STILL
            } else {
                column * (shape.frames - 1) / (sheet.columns - 1).max(1)
            };
            let pixels = scene.frames_in(&renderer, frame..frame + 1);
            for (y, row) in pixels.chunks_exact(size * 3).enumerate() {
                let to = ((line * size + y) * width + column * size) * 3;
                rgb[to..to + size * 3].copy_from_slice(row);
            }
        }
    }
    Picture { width, height, rgb }
}

fn subject(object: Object, index: usize) -> Subject {
    const BRIGHT: [Colour; 7] = [
        Colour::Red,
        Colour::Yellow,
        Colour::Blue,
        Colour::Green,
        Colour::Orange,
        Colour::Purple,
        Colour::Turquoise,
    ];
    Subject {
        object,
        colour: BRIGHT[index % BRIGHT.len()],
        material: Material::Plastic,
    }
}

/// Half of the objects, each falling.
fn objects(half: usize) -> Sheet {
    let all: Vec<Object> = Object::ALL.to_vec();
    let half_of = all.len().div_ceil(2);
    let rows = all
        .chunks(half_of)
        .nth(half)
        .unwrap_or_default()
        .iter()
        .enumerate();
    let rows = rows.map(|(index, object)| {
        let action = if object.is_character() {
            Action::Wave
        } else {
            Action::Fall
        };
        SceneSpec::new(subject(*object, index), action, Place::WoodenFloor)
            .with_style(Style::CLASSES[index % 3])
            .with_seed(index as u64)
    });
    sheet(&format!("objects-{}", half + 1), rows.collect(), 8)
}

fn colours() -> Sheet {
    let rows = Colour::ALL.iter().enumerate().map(|(index, colour)| {
        let ball = Subject {
            object: [Object::Ball, Object::Person, Object::Car][index % 3],
            colour: *colour,
            material: Material::Plastic,
        };
        let action = if index % 3 == 1 {
            Action::Walk
        } else {
            Action::Roll
        };
        SceneSpec::new(ball, action, Place::ALL[index % 12]).with_seed(index as u64)
    });
    sheet("colours", rows.collect(), 6)
}

/// Every material in every colour, on varying objects.
fn materials(style: Style) -> Sheet {
    const SHOWN: [Object; 12] = [
        Object::Ball,
        Object::Cube,
        Object::Cup,
        Object::Duck,
        Object::Egg,
        Object::Bottle,
        Object::Car,
        Object::Star,
        Object::Heart,
        Object::Ring,
        Object::Rocket,
        Object::Book,
    ];
    let cells = Material::ALL
        .iter()
        .enumerate()
        .flat_map(|(row, material)| {
            Colour::ALL.iter().enumerate().map(move |(column, colour)| {
                let thing = Subject {
                    object: SHOWN[(row + column) % SHOWN.len()],
                    colour: *colour,
                    material: *material,
                };
                let place = Place::ALL[(row * 5 + column) % Place::ALL.len()];
                SceneSpec::new(thing, Action::Fall, place)
                    .with_style(style)
                    .with_seed(column as u64)
            })
        });
    Sheet {
        stills: true,
        words: Vec::new(),
        ..sheet(&format!("materials-{}", style.word()), cells.collect(), 12)
    }
}

/// The objects of an action's first seat, and several subjects where the action allows them.
fn action_sheet(action: Action) -> Sheet {
    let fits = role(action, 0);
    let rows = (0..9).map(|index| {
        let seed = 100 + index as u64;
        let spec = spec_of(action, seed);
        let mut first = spec.first;
        first.object = readable(action, fits[(index * 7) % fits.len()]);
        SceneSpec { first, ..spec }
            .fitted()
            .with_style(Style::CLASSES[index % 3])
    });
    sheet(&format!("action-{}", action.word()), rows.collect(), 11)
}

fn place_sheet(place: Place) -> Sheet {
    let rows = (0..9).map(|index| {
        let action = [Action::Roll, Action::Walk, Action::Bounce][index % 3];
        let object = [Object::Ball, Object::Person, Object::Duck][index % 3];
        SceneSpec::new(subject(object, index), action, place)
            .with_style(Style::CLASSES[(index / 3) % 3])
            .with_air(Weather::ALL[index % 4], Time::ALL[index % 3])
            .with_seed(index as u64)
    });
    sheet(&format!("place-{}", place.word()), rows.collect(), 6)
}

fn style_sheet(style: Style) -> Sheet {
    let rows = (0..10).map(|seed| SceneSpec::from_seed(500 + seed).with_style(style));
    sheet(&format!("style-{}", style.word()), rows.collect(), 8)
}

fn camera_sheet(camera: Camera) -> Sheet {
    let rows = (0..5).map(|seed| SceneSpec::from_seed(600 + seed).with_camera(camera));
    sheet(&format!("camera-{}", camera.word()), rows.collect(), 8)
}

fn weather_sheet(weather: Weather) -> Sheet {
    let rows = (0..9).map(|index| {
        let place = Place::ALL.iter().filter(|place| !place.is_indoors());
        let place = place.cycle().nth(index as usize);
        let spec = SceneSpec::from_seed(700 + index);
        let spec = SceneSpec {
            place: *place.unwrap_or(&Place::Beach),
            ..spec
        };
        spec.with_air(weather, Time::ALL[index as usize % 3])
    });
    sheet(&format!("weather-{}", weather.word()), rows.collect(), 6)
}

fn covers() -> Sheet {
    let rows = (0..8).map(|index| {
        let action = [Action::Roll, Action::Walk, Action::Bounce, Action::Run][index % 4];
        spec_of(action, 800 + index as u64)
            .with_cover(Cover::ALL[1 + index % 2])
            .with_style(Style::CLASSES[index % 3])
    });
    sheet("cover", rows.collect(), 11)
}

/// One edit per field: of an outdoor object, then of silent and talking portraits.
fn edits() -> Sheet {
    let thing = SceneSpec::new(subject(Object::Ball, 0), Action::Bounce, Place::Meadow);
    let people = [Kind::Heads, Kind::Talk].map(|kind| SceneSpec::of_kind(41, kind, TRAINING_IDS));
    let (mut rows, mut words, mut shown) = (Vec::new(), Vec::new(), Vec::<Field>::new());
    for base in core::iter::once(thing).chain(people) {
        rows.push(base);
        words.push(caption(&base));
        for field in fields_of(&base) {
            if shown.contains(&field) {
                continue;
            }
            shown.push(field);
            let edits = (0..).map(|seed| remix(&base, seed));
            let edit = edits.into_iter().find(|edit| edit.field == field);
            rows.extend(edit.iter().map(|edit| edit.after));
            words.extend(edit.map(|edit| edit.instruction));
        }
    }
    Sheet {
        words,
        ..sheet("edits", rows, 8)
    }
}

fn caption(spec: &SceneSpec) -> String {
    captions(spec, spec.seed).swap_remove(0)
}

/// A drawn scene of an action.
fn spec_of(action: Action, seed: u64) -> SceneSpec {
    match action {
        Action::Talk => return SceneSpec::of_kind(seed, Kind::Talk, TRAINING_IDS),
        Action::Look => return SceneSpec::of_kind(seed, Kind::Heads, TRAINING_IDS),
        _ => {}
    }
    (seed * 1000..)
        .map(SceneSpec::from_seed)
        .find(|spec| spec.action == action)
        .unwrap_or_else(|| SceneSpec::from_seed(seed))
}

fn sheet(name: &str, rows: Vec<SceneSpec>, columns: usize) -> Sheet {
    Sheet {
        name: name.replace(' ', "-"),
        words: rows.iter().map(caption).collect(),
        rows,
        columns,
        stills: false,
    }
}

/// Heads of successive ids, one per cell.
fn heads(name: &str, ids: core::ops::Range<u64>, shot: Shot) -> Sheet {
    let cells = ids.map(|id| portrait(id, id, shot, Style::CLASSES[id as usize % 3]));
    Sheet {
        stills: true,
        words: Vec::new(),
        ..sheet(name, cells.collect(), 8)
    }
}

/// Some people, each in every style, pose and light.
fn identities() -> Sheet {
    let cells = (40..44).flat_map(|id| {
        (0..8).map(move |take| {
            portrait(
                id,
                10 * id + take,
                Shot::CloseUp,
                Style::CLASSES[take as usize % 3],
            )
        })
    });
    Sheet {
        stills: true,
        words: Vec::new(),
        ..sheet("heads-identities", cells.collect(), 8)
    }
}

fn talk() -> Sheet {
    let rows = (0..8).map(|seed| SceneSpec::of_kind(30 + seed, Kind::Talk, TRAINING_IDS));
    sheet("talk", rows.collect(), 11)
}

/// A silent portrait.
fn portrait(head: u64, seed: u64, shot: Shot, style: Style) -> SceneSpec {
    let spec = SceneSpec::of_kind(seed, Kind::Heads, TRAINING_IDS).with_style(style);
    let portrait = Portrait {
        head,
        shot,
        line: None,
    };
    spec.with_camera(Camera::Static).with_portrait(portrait)
}
