//! Canonical English captions: one sentence that states every field of a scene, in the words that text encoders are trained on.

use crate::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Style, Time, Weather,
};

/// A subject of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionSubject {
    /// Shape.
    pub object: Object,
    /// Colour.
    pub colour: Colour,
    /// Material.
    pub material: Material,
}

/// What a caption states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionScene<'a> {
    /// Subjects, one to three.
    pub subjects: &'a [CaptionSubject],
    /// A person in words, "a woman with red hair", in place of the first subject.
    pub person: Option<&'a str>,
    /// Action.
    pub action: Action,
    /// Occlusion by a pillar.
    pub cover: Cover,
    /// Place.
    pub place: Place,
    /// Time of day.
    pub time: Time,
    /// Weather.
    pub weather: Weather,
    /// Style.
    pub style: Style,
    /// Camera move; none leaves it out.
    pub camera: Option<Camera>,
}

/// Writes "a red rubber ball bounces on a wooden floor at night, cinematic, static camera". Day and clear weather are not stated.
pub fn caption(scene: &CaptionScene) -> String {
    let mut text = match (scene.person, scene.subjects.first()) {
        (Some(person), _) => person.to_owned(),
        (None, Some(first)) => subject(first),
        (None, None) => String::new(),
    };
    text = format!("{text} {}", verb(scene.action));
    for (link, other) in links(scene.action)
        .into_iter()
        .zip(scene.subjects.iter().skip(1))
    {
        let space = if link.is_empty() { "" } else { " " };
        text = format!("{text}{space}{link} {}", subject(other));
    }
    text += match scene.cover {
        Cover::Open => "",
        Cover::Behind => " behind a pillar",
        Cover::Front => " in front of a pillar",
    };
    text = format!("{text} {}", place(scene.place));
    text += match scene.time {
        Time::Day => "",
        Time::Sunset => " at sunset",
        Time::Night => " at night",
    };
    text += match scene.weather {
        Weather::Clear => "",
        Weather::Rain => " in the rain",
        Weather::Snow => " in falling snow",
        Weather::Fog => " in fog",
    };
    text = format!("{text}, {}", scene.style.as_str());
    match scene.camera {
        Some(camera) => format!("{text}, {}", camera.phrase()),
        None => text,
    }
}

/// Writes a subject with its article: "a red rubber ball", "a person in red".
fn subject(subject: &CaptionSubject) -> String {
    let (object, colour) = (subject.object.word(), subject.colour.word());
    if subject.object == Object::Person {
        return format!("a person in {colour}");
    }
    let article = if colour == Colour::Orange.word() {
        "an"
    } else {
        "a"
    };
    match subject.object.is_character() {
        true => format!("{article} {colour} {object}"),
        false => format!("{article} {colour} {} {object}", material(subject.material)),
    }
}

/// Returns a material before a noun.
fn material(material: Material) -> &'static str {
    match material {
        Material::Wood => "wooden",
        other => other.word(),
    }
}

/// Returns the predicate of an action.
fn verb(action: Action) -> &'static str {
    match action {
        Action::Bounce => "bounces",
        Action::Roll => "rolls",
        Action::Collide => "hits",
        Action::Fall => "falls",
        Action::Pendulum => "swings on a rope",
        Action::Stack => "lands on top of",
        Action::Topple => "topples over",
        Action::Throw => "throws",
        Action::Catch => "catches",
        Action::Walk => "walks",
        Action::Run => "runs",
        Action::Jump => "jumps",
        Action::Flip => "does a flip",
        Action::Pour => "pours water into",
        Action::Wave => "waves",
        Action::Dance => "dances",
        Action::Talk => "says",
        Action::Look => "looks around",
    }
}

/// Returns the links before the second and the third subject.
fn links(action: Action) -> [&'static str; 2] {
    match action {
        Action::Collide | Action::Stack => ["", "and"],
        Action::Topple => ["into", "and"],
        Action::Throw => ["", "to"],
        Action::Catch | Action::Pour => ["", ""],
        _ => ["beside", "beside"],
    }
}

/// Returns a place with its preposition.
fn place(place: Place) -> &'static str {
    match place {
        Place::WoodenFloor => "on a wooden floor",
        Place::Beach => "on a beach",
        Place::Meadow => "in a meadow",
        Place::Street => "on a street",
        Place::Desert => "in a desert",
        Place::Snow => "on a snowfield",
        Place::Forest => "in a forest",
        Place::Kitchen => "in a kitchen",
        Place::Gym => "in a gym",
        Place::Stage => "on a stage",
        Place::Rooftop => "on a rooftop",
        Place::Mountain => "in the mountains",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ball(colour: Colour) -> CaptionSubject {
        CaptionSubject {
            object: Object::Ball,
            colour,
            material: Material::Wood,
        }
    }

    fn scene(subjects: &[CaptionSubject], action: Action) -> CaptionScene<'_> {
        CaptionScene {
            subjects,
            person: None,
            action,
            cover: Cover::Open,
            place: Place::Beach,
            time: Time::Day,
            weather: Weather::Clear,
            style: Style::Animated,
            camera: Some(Camera::Pan),
        }
    }

    #[test]
    fn a_caption_states_every_field() {
        let subjects = [ball(Colour::Red), ball(Colour::Orange)];
        assert_eq!(
            caption(&scene(&subjects, Action::Collide)),
            "a red wooden ball hits an orange wooden ball on a beach, animated, the camera pans"
        );
        let night = CaptionScene {
            time: Time::Night,
            weather: Weather::Rain,
            cover: Cover::Behind,
            ..scene(&subjects[..1], Action::Roll)
        };
        assert_eq!(
            caption(&night),
            "a red wooden ball rolls behind a pillar on a beach at night in the rain, animated, the camera pans"
        );
    }

    #[test]
    fn people_are_described_and_speak() {
        let person = [CaptionSubject {
            object: Object::Person,
            colour: Colour::Blue,
            material: Material::Cloth,
        }];
        let speaks = CaptionScene {
            person: Some("a bald man"),
            camera: None,
            ..scene(&person, Action::Talk)
        };
        assert_eq!(caption(&speaks), "a bald man says on a beach, animated");
        assert_eq!(
            caption(&scene(&person, Action::Dance)),
            "a person in blue dances on a beach, animated, the camera pans"
        );
    }
}
