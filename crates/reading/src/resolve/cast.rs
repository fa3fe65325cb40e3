//! Casting: which subjects are pictures of the library, and which motion is computed.

use kinora_contract::plan::SUBJECTS;
use kinora_scene::casting::{Casting, PictureSubject};
use kinora_scene::vocabulary::{Arrangement, Gait, Motion};

use crate::scene_reading::{Field, SceneReading};
use crate::vocabulary::{Action, Relation};

use super::Resolver;

impl Resolver<'_> {
    /// Casts the subjects of a reading. `pictures` has the picture of each seat.
    pub(super) fn cast(
        &mut self,
        reading: &SceneReading,
        pictures: [Option<PictureSubject>; SUBJECTS],
    ) -> Casting {
        let mut casting = Casting {
            pictures,
            ..Casting::default()
        };
        if casting.has_pictures() {
            casting.library = self.settings.things.map(|(_, hash)| hash.to_owned());
        }
        let first = casting.pictures[0].as_ref().map(|it| it.gait);
        let stated = reading.action.as_ref().map(|it| it.value);
        let speaks = self.settings.speaks || reading.speech.is_some();
        let arrangement = reading.relation.as_ref().map(|it| arrangement(it.value));
        let planned = stated.is_some_and(|it| motion(it).is_none());
        if planned {
            return casting;
        }
        let beyond_planner = stated.is_some_and(is_computed_only);
        if !(beyond_planner || casting.has_pictures() || matches!(arrangement, Some(Some(_)))) {
            return casting;
        }
        casting.motion = Some(match stated.and_then(motion) {
            Some(motion) => motion,
            None => self.choose(
                "motion",
                usual_motions(first, speaks, arrangement.is_some()),
            ),
        });
        casting.then = reading.then.as_ref().and_then(|it| motion(it.value));
        casting.arrangement = arrangement.flatten();
        casting
    }

    /// Reports the fields of an order or arrangement that the casting has not.
    pub(super) fn report_uncast(&mut self, reading: &SceneReading, casting: &Casting) {
        if let Some(then) = &reading.then
            && casting.then.is_none()
        {
            self.compromise(Field::Scene("then"), then.value.word(), None);
        }
        if let Some(relation) = &reading.relation
            && casting.arrangement.is_none()
        {
            self.compromise(Field::Scene("relation"), relation.value.word(), None);
        }
    }
}

/// Returns the computed motion of an action; none if only the planner knows it.
pub(super) fn motion(action: Action) -> Option<Motion> {
    match action {
        // A picture has no limbs to do these with.
        Action::Look => Some(Motion::Rest),
        Action::Talk => Some(Motion::Wave),
        other => Motion::from_word(other.word()),
    }
}

/// Whether the planner does not know an action.
fn is_computed_only(action: Action) -> bool {
    kinora_scene::vocabulary::Action::from_word(action.word()).is_none() && motion(action).is_some()
}

fn arrangement(relation: Relation) -> Option<Arrangement> {
    match relation {
        Relation::On => Some(Arrangement::On),
        Relation::Over => Some(Arrangement::Over),
        Relation::Behind => Some(Arrangement::Behind),
        Relation::InFront => Some(Arrangement::Front),
        Relation::Beside => Some(Arrangement::Beside),
        Relation::Between => Some(Arrangement::Between),
        Relation::Under | Relation::Into => None,
    }
}

/// What a subject does of which nothing is stated.
fn usual_motions(gait: Option<Gait>, speaks: bool, arranged: bool) -> &'static [Motion] {
    if speaks {
        return &[Motion::Wave];
    }
    if arranged {
        return &[Motion::Rest];
    }
    match gait {
        Some(Gait::Walk | Gait::Waddle | Gait::Crawl) => &[Motion::Walk],
        Some(Gait::Hop) => &[Motion::Hop],
        Some(Gait::Swim | Gait::Sail) => &[Motion::Swim],
        Some(Gait::Fly) => &[Motion::Fly],
        Some(Gait::Drive) => &[Motion::Drive],
        Some(Gait::Roll) => &[Motion::Bounce, Motion::Roll],
        Some(Gait::Still) | None => &[Motion::Fall, Motion::Bounce],
    }
}
