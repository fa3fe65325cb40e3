//! What the words say of the scene and of each subject, told to the tokens that it concerns.
//!
//! The text encoder's slot heads read the words field by field; their probabilities go straight to the tokens of that subject,
//! so that the video model need not find out by attention which of two is red. What the plan knows already (camera, action) is left
//! out. Twin: `TextEncoder.said` in `training/text.py`.

use kinora_contract::plan::SUBJECTS;

use crate::starter::SlotConfig;

/// Fields of the scene, in the order of the features.
const SCENE_FIELDS: [&str; 4] = ["place", "style", "weather", "time"];
/// Fields of a subject; their slots end in its number, from 1.
const SUBJECT_FIELDS: [&str; 3] = ["object", "colour", "material"];

/// Probabilities of the classes, field after field.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Of the scene, `[scene]`.
    pub scene: Vec<f32>,
    /// Of the subjects, `[SUBJECTS, subject]`.
    pub subjects: Vec<f32>,
}

/// Values of what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidWidths {
    /// Of the scene.
    pub scene: usize,
    /// Of each subject.
    pub subject: usize,
}

impl SaidWidths {
    /// The widths of a model with these slots; fields that it does not have say nothing.
    pub fn of(slots: &[SlotConfig]) -> Self {
        let scene = SCENE_FIELDS.iter().map(|field| classes(slots, field));
        let subject = SUBJECT_FIELDS.iter().map(|field| width(slots, field));
        Self {
            scene: scene.sum(),
            subject: subject.sum(),
        }
    }
}

impl Said {
    /// From the probabilities per slot, in the order of the slots.
    pub fn new(slots: &[SlotConfig], probabilities: &[Vec<f32>]) -> Self {
        let of = |name: &str| {
            let at = slots.iter().position(|slot| slot.name == name);
            at.map_or(&[][..], |at| &probabilities[at])
        };
        let scene = SCENE_FIELDS.iter().flat_map(|field| of(field)).copied();
        let mut subjects = Vec::new();
        for subject in 1..=SUBJECTS {
            for field in SUBJECT_FIELDS {
                let before = subjects.len();
                subjects.extend_from_slice(of(&format!("{field}{subject}")));
                // There always is a subject 1, so its heads have a class less.
                subjects.resize(before + width(slots, field), 0.0);
            }
        }
        Self {
            scene: scene.collect(),
            subjects,
        }
    }
}

/// Softmax.
pub fn probabilities(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f32> = logits.iter().map(|it| libm::expf(it - most)).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

fn classes(slots: &[SlotConfig], name: &str) -> usize {
    let found = slots.iter().find(|slot| slot.name == name);
    found.map_or(0, |slot| slot.classes.len())
}

/// Values of a field of a subject: the classes of whichever subject has the most.
fn width(slots: &[SlotConfig], field: &str) -> usize {
    let of = |subject| classes(slots, &format!("{field}{subject}"));
    (1..=SUBJECTS).map(of).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(name: &str, classes: &[&str]) -> SlotConfig {
        SlotConfig {
            name: name.into(),
            classes: classes.iter().map(|&class| class.into()).collect(),
        }
    }

    #[test]
    fn each_subject_gets_its_own_words() {
        let slots = [
            slot("object1", &["ball", "cube"]),
            slot("colour1", &["red"]),
            slot("object2", &["ball", "cube", "none"]),
            slot("place", &["beach", "street"]),
            slot("camera", &["pan"]),
            slot("time", &["day"]),
        ];
        let given = [
            &[0.9, 0.1][..],
            &[1.0],
            &[0.2, 0.3, 0.5],
            &[0.4, 0.6],
            &[1.0],
            &[1.0],
        ];
        let given: Vec<Vec<f32>> = given.iter().map(|it| it.to_vec()).collect();
        let said = Said::new(&slots, &given);
        assert_eq!(said.scene, [0.4, 0.6, 1.0]);
        assert_eq!(said.subjects[..4], [0.9, 0.1, 0.0, 1.0]);
        assert_eq!(said.subjects[4..8], [0.2, 0.3, 0.5, 0.0]);
        assert_eq!(said.subjects[8..], [0.0; 4]);
        let widths = SaidWidths::of(&slots);
        assert_eq!((widths.scene, widths.subject), (3, 4));
    }

    #[test]
    fn probabilities_add_up_whatever_the_logits() {
        let [a, b, c] = probabilities(&[900.0, 902.0, 900.0])[..] else {
            panic!("three");
        };
        assert!((b - 0.787).abs() < 1e-3 && a == c && (a + b + c - 1.0).abs() < 1e-6);
    }
}
