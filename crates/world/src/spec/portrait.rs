//! Portraits: head, framing and spoken line.

use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Action, Shot};
use serde::{Deserialize, Serialize};

use crate::heads::{HELD_OUT_IDS, Head, Noun, TRAINING_IDS};
use crate::utterances::Line;

/// Fields of a portrait in addition to those of every scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Portrait {
    /// Id of the head.
    pub head: u64,
    /// Framing.
    pub shot: Shot,
    /// Spoken line; `None` for a silent portrait.
    pub line: Option<Line>,
}

impl Portrait {
    /// Draws a portrait from a seed, with a head out of `ids`.
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

    /// Makes a portrait consistent with an action: talking, silent, or none.
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

    /// Returns true if the person is held out of training.
    pub fn is_held_out(&self) -> bool {
        HELD_OUT_IDS.contains(&self.head)
    }

    /// The subject.
    pub fn head(&self) -> Head {
        Head::from_id(self.head)
    }

    /// Returns the name of the person's voice and its pitch factor.
    pub fn voice(&self) -> (&'static str, f32) {
        let head = self.head();
        let names = match head.traits.noun {
            Noun::Woman => ["willow", "birch"],
            Noun::Man => ["oak", "cedar"],
        };
        (names[Rng::new(self.head, 63).below(2)], head.genes.voice)
    }
}
