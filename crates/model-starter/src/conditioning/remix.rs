//! Remix: parts of a source clip that a new prompt preserves.

use kinora_contract::plan::SUBJECTS;
use kinora_contract::{PictureUse, Source};

use crate::latents::layers::HEAD;
use crate::text::slots::SceneReading;

/// Parts of a source clip that stay as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Preserved {
    /// The plan.
    pub plan: bool,
    /// The background.
    pub background: bool,
    /// The layers of each subject.
    pub subjects: [bool; SUBJECTS],
    /// The identity of a portrait's head whose layers do not all stay.
    pub identity: Option<Identity>,
}

/// How the identity of a head is preserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// One layer of the source is known in every latent frame.
    Frozen,
    /// It is a reference only: new layers are drawn in another style.
    Reference,
}

/// Returns the hash of the reference image with this use.
pub(crate) fn hash_of(sources: &[Source], used: PictureUse) -> Option<&str> {
    let found = sources.iter().find(|source| source.is_used_as(used));
    found.map(|source| &*source.hash)
}

/// Compares two readings: equal parts are preserved unless a changed part is visible in them.
pub(crate) fn preserved(before: &SceneReading, after: &SceneReading) -> Preserved {
    let count = |reading: &SceneReading| reading.subjects.map(|it| it.object.is_some());
    let same_motion = before.action == after.action && before.camera == after.camera;
    let plan = same_motion && count(before) == count(after);
    let light =
        before.style == after.style && before.time == after.time && before.weather == after.weather;
    let mut subjects: [bool; SUBJECTS] =
        std::array::from_fn(|s| plan && light && before.subjects[s] == after.subjects[s]);
    let portrait = before.is_portrait() && after.is_portrait();
    let same_person = portrait && before.subjects[0].object == after.subjects[0].object;
    if portrait {
        // The colour is that of the shirt, and speech moves the mouth, which is no part of the layer.
        subjects[HEAD] = plan && light && same_person;
    }
    let identity = match before.style == after.style {
        true => Identity::Frozen,
        false => Identity::Reference,
    };
    Preserved {
        plan,
        background: plan && light && before.place == after.place,
        subjects,
        identity: (same_person && !subjects[HEAD]).then_some(identity),
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::{Camera, Style};
    use kinora_scene::vocabulary::{Action, Colour, Material, Object, Place, Time, Weather};

    use super::*;
    use crate::text::slots::SubjectReading;

    fn collision() -> SceneReading {
        let subject = |object, colour, material| SubjectReading {
            object: Some(object),
            colour: Some(colour),
            material: Some(material),
        };
        SceneReading {
            subjects: [
                subject(Object::Ball, Colour::Red, Material::Rubber),
                subject(Object::Cube, Colour::Blue, Material::Wood),
                SubjectReading::default(),
            ],
            place: Place::Beach,
            style: Style::Realistic,
            camera: Camera::Static,
            action: Action::Collide,
            weather: Weather::Clear,
            time: Time::Day,
            direction: None,
            size: None,
        }
    }

    fn after(change: impl Fn(&mut SceneReading)) -> Preserved {
        let mut after = collision();
        change(&mut after);
        preserved(&collision(), &after)
    }

    #[test]
    fn a_remix_preserves_the_parts_that_its_prompt_does_not_change() {
        let colour = after(|it| it.subjects[0].colour = Some(Colour::Green));
        assert!(colour.plan && colour.background);
        assert_eq!(colour.subjects, [false, true, true]);
        let place = after(|it| it.place = Place::Kitchen);
        assert!(place.plan && !place.background);
        assert_eq!(place.subjects, [true; SUBJECTS]);
        let style = after(|it| it.style = Style::Animated);
        assert!(style.plan && !style.background);
        assert_eq!(style.subjects, [false; SUBJECTS]);
        assert_eq!(after(|it| it.action = Action::Bounce), Preserved::default());
        let third = after(|it| it.subjects[2].object = Some(Object::Egg));
        assert_eq!(third, Preserved::default());
    }

    #[test]
    fn a_portrait_in_another_light_preserves_the_identity() {
        let mut talk = collision();
        talk.action = Action::Talk;
        talk.subjects[0].object = Some(Object::Person);
        let after = |change: fn(&mut SceneReading)| {
            let mut after = talk;
            change(&mut after);
            preserved(&talk, &after)
        };
        let shirt = after(|it| it.subjects[0].colour = Some(Colour::Blue));
        assert!(shirt.background && shirt.subjects[HEAD] && !shirt.subjects[0]);
        assert_eq!(shirt.identity, None);
        let night = after(|it| it.time = Time::Night);
        assert!(!night.background && !night.subjects[HEAD]);
        assert_eq!(night.identity, Some(Identity::Frozen));
        let animated = after(|it| it.style = Style::Animated);
        assert_eq!(animated.identity, Some(Identity::Reference));
        let look = after(|it| it.action = Action::Look);
        assert_eq!(look.identity, Some(Identity::Frozen));
        assert_eq!(after(|it| it.action = Action::Walk).identity, None);
        let robot = after(|it| it.subjects[0].object = Some(Object::Robot));
        assert_eq!(robot.identity, None);
    }
}
