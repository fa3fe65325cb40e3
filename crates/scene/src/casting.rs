//! Casting: which subjects of a scene are pictures of a library, and what all of them do where motion is computed.
//!
//! These are optional fields of a recipe's scene. The reader writes them and a model follows them.

use std::ops::RangeInclusive;

use kinora_contract::Scene;
use kinora_contract::plan::SUBJECTS;
use thiserror::Error;

use crate::vocabulary::{Arrangement, Colour, Facing, Gait, Material, Motion, Size, Vocabulary};

/// Library of things, as recipes name it.
pub const THINGS: &str = "things";
/// Range of extents in millimetres.
const EXTENTS: RangeInclusive<i32> = 1..=10_000_000;
/// Range of turns in degrees.
const TURNS: RangeInclusive<i32> = -180..=180;

/// A subject that is a picture of the library of things.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureSubject {
    /// Name of the thing, for people.
    pub thing: String,
    /// Name of the picture in the library.
    pub picture: String,
    /// Longest visible side of the real thing in millimetres.
    pub extent_mm: i32,
    /// How it moves by itself.
    pub gait: Gait,
    /// Where the picture faces.
    pub facing: Facing,
    /// Degrees by which the picture is turned clockwise to stand upright.
    pub upright: i32,
    /// Material.
    pub material: Material,
    /// Stated colour; the picture's own otherwise.
    pub tint: Option<Colour>,
    /// Stated size.
    pub size: Option<Size>,
}

/// Pictures and computed motion of a scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Casting {
    /// BLAKE3 of the library of things, if a subject is a picture.
    pub library: Option<String>,
    /// Subjects that are pictures.
    pub pictures: [Option<PictureSubject>; SUBJECTS],
    /// Motion; none where the model plans it.
    pub motion: Option<Motion>,
    /// Motion of the second half.
    pub then: Option<Motion>,
    /// Position of the first subject with respect to the second.
    pub arrangement: Option<Arrangement>,
}

/// A field of a casting that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CastingError {
    /// A picture lacks a field.
    #[error("the scene has a picture without {0}")]
    Missing(String),
    /// A field has a value that is not known.
    #[error("the scene's {field} \"{value}\" is not known")]
    Unknown {
        /// Field.
        field: String,
        /// Its value.
        value: String,
    },
}

impl Casting {
    /// Whether any subject is a picture.
    pub fn has_pictures(&self) -> bool {
        self.pictures.iter().any(Option::is_some)
    }

    /// Whether the plan is the same in both.
    pub fn same_motion(&self, other: &Self) -> bool {
        (self.motion, self.then, self.arrangement) == (other.motion, other.then, other.arrangement)
    }

    /// Writes the fields of a scene.
    pub fn write(&self, scene: &mut Scene) {
        let fields = &mut scene.fields;
        let mut put = |field: String, value: String| {
            fields.insert(field, value);
        };
        for (number, subject) in (1..).zip(&self.pictures) {
            let Some(subject) = subject else { continue };
            put(format!("thing{number}"), subject.thing.clone());
            put(format!("picture{number}"), subject.picture.clone());
            put(format!("extent{number}"), subject.extent_mm.to_string());
            put(format!("gait{number}"), subject.gait.word().to_owned());
            put(format!("facing{number}"), subject.facing.word().to_owned());
            put(
                format!("substance{number}"),
                subject.material.word().to_owned(),
            );
            if subject.upright != 0 {
                put(format!("upright{number}"), subject.upright.to_string());
            }
            if let Some(tint) = subject.tint {
                put(format!("tint{number}"), tint.word().to_owned());
            }
            if let Some(size) = subject.size {
                put(format!("size{number}"), size.word().to_owned());
            }
        }
        let words = [
            ("motion", self.motion.map(Motion::word)),
            ("then", self.then.map(Motion::word)),
            ("arrangement", self.arrangement.map(Arrangement::word)),
        ];
        for (field, word) in words {
            if let Some(word) = word {
                put(field.to_owned(), word.to_owned());
            }
        }
        if let Some(hash) = &self.library {
            scene.libraries.insert(THINGS.to_owned(), hash.clone());
        }
    }

    /// Reads the fields of a scene.
    ///
    /// # Errors
    ///
    /// [`CastingError`] for a word outside its vocabulary, and for a picture that is not described.
    pub fn of(scene: &Scene) -> Result<Self, CastingError> {
        let mut casting = Self {
            motion: word(scene, "motion")?,
            then: word(scene, "then")?,
            arrangement: word(scene, "arrangement")?,
            ..Self::default()
        };
        for (number, subject) in (1..).zip(&mut casting.pictures) {
            if let Some(picture) = scene.get(&format!("picture{number}")) {
                *subject = Some(PictureSubject::of(scene, picture, number)?);
            }
        }
        if casting.has_pictures() {
            let hash = scene.libraries.get(THINGS);
            let missing = || CastingError::Missing("its library".to_owned());
            casting.library = Some(hash.ok_or_else(missing)?.clone());
        }
        Ok(casting)
    }
}

impl PictureSubject {
    fn of(scene: &Scene, picture: &str, number: usize) -> Result<Self, CastingError> {
        let name = |field: &str| format!("{field}{number}");
        let missing = |field: &str| CastingError::Missing(name(field));
        Ok(Self {
            thing: scene.get(&name("thing")).unwrap_or(picture).to_owned(),
            picture: picture.to_owned(),
            extent_mm: number_of(scene, &name("extent"), EXTENTS)?
                .ok_or_else(|| missing("extent"))?,
            gait: word(scene, &name("gait"))?.ok_or_else(|| missing("gait"))?,
            facing: word(scene, &name("facing"))?.ok_or_else(|| missing("facing"))?,
            upright: number_of(scene, &name("upright"), TURNS)?.unwrap_or(0),
            material: word(scene, &name("substance"))?.ok_or_else(|| missing("substance"))?,
            tint: word(scene, &name("tint"))?,
            size: word(scene, &name("size"))?,
        })
    }
}

fn word<T: Vocabulary>(scene: &Scene, field: &str) -> Result<Option<T>, CastingError> {
    let Some(word) = scene.get(field) else {
        return Ok(None);
    };
    let unknown = || unknown(field, word);
    T::from_word(word).map(Some).ok_or_else(unknown)
}

fn number_of(
    scene: &Scene,
    field: &str,
    range: RangeInclusive<i32>,
) -> Result<Option<i32>, CastingError> {
    let Some(text) = scene.get(field) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|it| range.contains(it));
    number.map(Some).ok_or_else(|| unknown(field, text))
}

fn unknown(field: &str, value: &str) -> CastingError {
    CastingError::Unknown {
        field: field.to_owned(),
        value: value.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horse() -> Casting {
        let mut pictures = [const { None }; SUBJECTS];
        pictures[1] = Some(PictureSubject {
            thing: "horse".to_owned(),
            picture: "1f40e".to_owned(),
            extent_mm: 2400,
            gait: Gait::Walk,
            facing: Facing::Left,
            upright: -45,
            material: Material::Cloth,
            tint: Some(Colour::Blue),
            size: Some(Size::Small),
        });
        Casting {
            library: Some("ab".repeat(32)),
            pictures,
            motion: Some(Motion::Chase),
            then: Some(Motion::Jump),
            arrangement: Some(Arrangement::Front),
        }
    }

    #[test]
    fn a_scene_keeps_its_casting() {
        let mut scene = Scene::default();
        horse().write(&mut scene);
        assert_eq!(Casting::of(&scene), Ok(horse()));
        assert_eq!(Casting::of(&Scene::default()), Ok(Casting::default()));
    }

    #[test]
    fn a_casting_that_cannot_be_followed_is_refused_by_name() {
        let broken = |field: &str, value: Option<&str>| {
            let mut scene = Scene::default();
            horse().write(&mut scene);
            match value {
                Some(value) => scene.fields.insert(field.to_owned(), value.to_owned()),
                None => scene.fields.remove(field),
            };
            Casting::of(&scene).unwrap_err().to_string()
        };
        assert!(broken("gait2", None).contains("gait2"));
        assert!(broken("motion", Some("teleport")).contains("teleport"));
        for extent in ["2.4", "-1", "0", "", "99999999999"] {
            assert!(broken("extent2", Some(extent)).contains("extent2"));
        }
        let mut scene = Scene::default();
        horse().write(&mut scene);
        scene.libraries.clear();
        assert!(Casting::of(&scene).is_err());
    }
}
