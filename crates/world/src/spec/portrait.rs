//! Portraits: who is seen from near, how near, and what that person says.

use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Action, Shot};
use serde::{Deserialize, Serialize};

use crate::heads::{HELD_OUT_IDS, Head, Noun, TRAINING_IDS};
use crate::utterances::Line;

/// What a portrait has beside the fields of every scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Portrait {
    /// Whose head.
    pub head: u64,
    /// How near.
    pub shot: Shot,
    /// What is said; `None` where nobody talks.
    pub line: Option<Line>,
}

impl Portrait {
    /// The portrait of a seed, of somebody out of these ids.
    pub fn of_seed(seed: u64, ids: core::ops::Range<u64>, talks: bool) -> Self {
        let mut rng = Rng::new(seed, 60);
        let count = (ids.end - ids.start).max(1);
        Self {
            head: ids.start + rng.next_u64() % count,
            shot: if rng.chance(0.55) {
                Shot::Bust
            } else {
                Shot::CloseUp
            },
            line: talks.then(|| Line::new(rng.next_u64() >> 20)),
        }
    }

    /// What fits an action: somebody talks, looks about, or there is no portrait.
    pub fn fitting(portrait: Option<Self>, action: Action, seed: u64) -> Option<Self> {
        let talks = match action {
            Action::Talk => true,
            Action::Look => false,
            _ => return None,
        };
        let own = Self::of_seed(seed, TRAINING_IDS, talks);
        let portrait = portrait.unwrap_or(own);
        Some(Self {
            line: portrait.line.filter(|_| talks).or(own.line),
            ..portrait
        })
    }

    /// Whether training never sees this person.
    pub fn is_held_out(&self) -> bool {
        HELD_OUT_IDS.contains(&self.head)
    }

    /// Who.
    pub fn head(&self) -> Head {
        Head::from_id(self.head)
    }

    /// The voice of the person, by name, and its pitch as a factor.
    pub fn voice(&self) -> (&'static str, f32) {
        let head = self.head();
        let names = match head.traits.noun {
            Noun::Woman => ["willow", "birch"],
            Noun::Man => ["oak", "cedar"],
        };
        (names[Rng::new(self.head, 63).below(2)], head.genes.voice)
    }
}
