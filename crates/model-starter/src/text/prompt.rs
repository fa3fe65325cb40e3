//! The prompt as the networks see it: text rows, slot probabilities and the scene reading.

use std::rc::Rc;

use kinora_contract::event::{Event, PromptReading, SlotReading};
use kinora_contract::{Recipe, Scene, Style};
use kinora_engine::EngineError;
use kinora_model::sampling::noise::{NoiseStream, uniform};
use kinora_model::{ProgramKey, Session};
use kinora_scene::casting::Casting;

use super::completion::{self, Choice, Reading};
use super::encoder::{MASKED, TEXT_ROWS, bias_inputs, padded_ids, text_graph};
use super::slots::{Classes, SceneError, SceneReading, Slot, SlotProbs, slot_reading, softmax};
use super::tokenizer::Encoded;
use crate::checkpoint::Checkpoint;

/// An encoded prompt.
#[derive(Clone)]
pub(crate) struct EncodedPrompt {
    /// `[TEXT_ROWS, text_dim]`; rows from `real` on are padding.
    pub rows: Vec<f32>,
    /// Rows that hold text.
    pub real: usize,
    /// Slot probabilities as conditioning.
    pub slots: Rc<SlotProbs>,
    /// The likeliest class of each slot.
    pub reading: SceneReading,
    /// Slots that were stated or chosen. A remix or extension chooses alike.
    pub resolved: Vec<Choice>,
    /// The event that reports the reading.
    pub event: Event,
}

impl EncodedPrompt {
    /// Makes a prompt of which only the reading is known.
    pub fn of_reading(reading: SceneReading, slots: &[Rc<SlotProbs>]) -> Self {
        let none = SlotProbs {
            scene: Vec::new(),
            subjects: Vec::new(),
        };
        Self {
            rows: Vec::new(),
            real: 0,
            slots: slots.first().cloned().unwrap_or_else(|| Rc::new(none)),
            reading,
            resolved: Vec::new(),
            event: Event::PromptRead(PromptReading::default()),
        }
    }

    /// Returns the attention bias `[queries, TEXT_ROWS]`: 0 for text, [`MASKED`] for padding.
    pub fn attention_bias(&self, queries: usize) -> Vec<f32> {
        let row = (0..TEXT_ROWS).map(|key| if key < self.real { 0.0 } else { MASKED });
        row.collect::<Vec<_>>().repeat(queries)
    }
}

/// The text encoder's program.
fn program() -> ProgramKey {
    ProgramKey::fixed("text")
}

/// Encodes the visual prompt of a recipe, with its style and camera in words, and completes it ([`completion`]). A resolved scene
/// takes the place of the prompt.
///
/// `source` has the resolved slots of the clip that is remixed or extended.
pub(crate) async fn encode(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    (recipe, prompt): (&Recipe, &str),
    source: &[Choice],
) -> Result<EncodedPrompt, EngineError> {
    if let Some(scene) = &recipe.scene {
        return resolved(checkpoint, session, scene).await;
    }
    let classes = &checkpoint.config.classes;
    let mut prompt = full_prompt(recipe, prompt);
    let mut text = run(checkpoint, session, &prompt).await?;
    // The person's own words, read without completions.
    let mut own = None;
    let mut chosen = Vec::new();
    for (row, slots) in (0..).zip(completion::ORDER) {
        let reading = text.reading(classes);
        let draws = uniform(recipe.seed, NoiseStream::Choice, row, slots.len());
        let choices: Vec<Choice> = slots
            .iter()
            .zip(draws)
            .filter_map(|(&slot, u)| reading.choose(slot, source, u))
            .collect();
        if choices.is_empty() {
            continue;
        }
        for attempt in completion::attempts(&choices) {
            let reading = text.reading(classes);
            let state = |prompt: String, &choice: &Choice| reading.state(&prompt, choice);
            let longer = attempt.iter().fold(prompt.clone(), state);
            let read = run(checkpoint, session, &longer).await?;
            if reading.keeps(&read.reading(classes), attempt) {
                prompt = longer;
                let shorter = std::mem::replace(&mut text, read);
                own.get_or_insert(shorter);
                chosen.extend(attempt.iter().map(|choice| choice.slot));
                if attempt.len() == choices.len() {
                    break;
                }
            }
        }
    }
    Ok(text.finish(classes, own, &chosen))
}

/// Encodes a resolved scene: its fields are the slots, its caption gives the text rows. One run of the encoder.
async fn resolved(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    scene: &Scene,
) -> Result<EncodedPrompt, EngineError> {
    let all = &checkpoint.config.classes;
    let refused = |error: SceneError| EngineError::Device(error.to_string());
    let (classes, reading) = all.reading_of(scene).map_err(refused)?;
    let text = run(checkpoint, session, &scene.caption).await?;
    let understood = |slot: Slot| {
        let confidence = if scene.is_chosen(&slot.name()) {
            0.0
        } else {
            1.0
        };
        slot_reading(all, slot, classes[slot.row()], confidence)
    };
    let choice = |slot: Slot| Choice {
        slot,
        class: classes[slot.row()],
    };
    Ok(EncodedPrompt {
        real: text.real,
        slots: Rc::new(SlotProbs::one_hot(all, classes)),
        reading,
        resolved: Slot::ALL.map(choice).to_vec(),
        event: Event::PromptRead(PromptReading {
            understood: as_shown(scene, Slot::ALL.map(understood)),
            ..PromptReading::default()
        }),
        rows: text.rows,
    })
}

/// Replaces the slots of stand-ins by what is shown: the names of pictures, and computed motion.
fn as_shown(scene: &Scene, slots: [SlotReading; Slot::ALL.len()]) -> Vec<SlotReading> {
    // `check_inputs` has refused a scene whose casting cannot be read.
    let casting = Casting::of(scene).unwrap_or_default();
    let shown = Slot::ALL
        .into_iter()
        .zip(slots)
        .filter_map(|(slot, mut reading)| {
            let picture = |s: usize| casting.pictures[s].as_ref();
            match slot {
                Slot::Object(s) => {
                    if let Some(picture) = picture(s) {
                        reading.value = picture.thing.clone();
                    }
                }
                Slot::Colour(s) => {
                    if let Some(picture) = picture(s) {
                        reading.value = picture.tint?.word().to_owned();
                    }
                }
                Slot::Material(s) if picture(s).is_some() => return None,
                Slot::Action => {
                    if let Some(motion) = casting.motion {
                        reading.value = motion.word().to_owned();
                    }
                }
                _ => {}
            }
            Some(reading)
        });
    shown.collect()
}

/// Encodes the empty prompt: the unconditional branch of guidance.
pub(crate) async fn encode_null(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
) -> Result<EncodedPrompt, EngineError> {
    let text = run(checkpoint, session, "").await?;
    Ok(text.finish(&checkpoint.config.classes, None, &[]))
}

/// Appends the recipe's style and camera to the prompt; the style replaces one that the prompt names.
fn full_prompt(recipe: &Recipe, prompt: &str) -> String {
    let mut prompt = prompt.to_owned();
    if let Some(style) = recipe.style {
        for other in Style::ALL {
            prompt = without_word(&prompt, other.as_str());
        }
        prompt = format!(
            "{}, {}",
            prompt.trim_end_matches([',', ' ']),
            style.as_str()
        );
    }
    match recipe.camera {
        Some(camera) => format!("{prompt}, {}", camera.phrase()),
        None => prompt,
    }
}

fn without_word(prompt: &str, word: &str) -> String {
    let differs = |w: &&str| {
        !w.trim_matches(|c: char| !c.is_alphanumeric())
            .eq_ignore_ascii_case(word)
    };
    prompt
        .split_whitespace()
        .filter(differs)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Outputs of the text encoder.
struct EncodedText {
    rows: Vec<f32>,
    encoded: Encoded,
    /// Rows that hold text.
    real: usize,
    /// Class probabilities per slot.
    probabilities: Vec<Vec<f32>>,
}

impl EncodedText {
    fn reading<'a>(&'a self, classes: &'a Classes) -> Reading<'a> {
        Reading {
            classes,
            probabilities: &self.probabilities,
        }
    }

    /// Reports classes from this text, but confidences and unknown words from the person's own words (`own`, if some were added).
    fn finish(self, classes: &Classes, own: Option<Self>, chosen: &[Slot]) -> EncodedPrompt {
        let own = own.as_ref().unwrap_or(&self);
        let reading = self.reading(classes);
        let class = |slot: Slot| reading.likeliest(slot).0;
        let confidence = |slot: Slot| own.probabilities[slot.row()][class(slot)];
        let understood = |slot| slot_reading(classes, slot, class(slot), confidence(slot));
        let understood: Vec<SlotReading> = Slot::ALL.into_iter().map(understood).collect();
        let resolved = Slot::ALL
            .into_iter()
            .filter(|slot| chosen.contains(slot) || confidence(*slot) >= completion::STATED);
        let resolved = resolved.map(|slot| Choice {
            slot,
            class: class(slot),
        });
        let resolved = resolved.collect();
        let scene = classes.reading(Slot::ALL.map(class));
        let Encoded {
            unknown,
            corrected,
            dropped,
            ..
        } = own.encoded.clone();
        EncodedPrompt {
            real: self.real,
            slots: Rc::new(SlotProbs::new(classes, &self.probabilities)),
            reading: scene,
            resolved,
            event: Event::PromptRead(PromptReading {
                unknown,
                corrected,
                dropped,
                understood,
            }),
            rows: self.rows,
        }
    }
}

async fn run(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    prompt: &str,
) -> Result<EncodedText, EngineError> {
    let (config, weights) = (&checkpoint.config, &checkpoint.weights);
    let encoded = checkpoint.tokenizer.encode(prompt);
    let real = encoded.ids.len();
    let handle = load(checkpoint, session).await?;
    let ids = padded_ids(&encoded.ids, TEXT_ROWS);
    session.write_one(handle, "ids", &ids).await?;
    for (name, bias) in bias_inputs(&config.text, weights, TEXT_ROWS, real) {
        session.write_one(handle, &name, &bias).await?;
    }
    session.run(handle).await?;
    let rows = session.read(handle, "rows").await?;
    let mut probabilities = Vec::with_capacity(Slot::ALL.len());
    for slot in Slot::ALL {
        let logits = session
            .read(handle, &format!("slot.{}", slot.row()))
            .await?;
        probabilities.push(softmax(&logits));
    }
    Ok(EncodedText {
        rows,
        encoded,
        real,
        probabilities,
    })
}

/// Loads the text encoder.
pub(crate) async fn load(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
) -> Result<kinora_engine::Handle, EngineError> {
    let graph = || {
        let vocabulary = checkpoint.tokenizer.vocabulary_size();
        let classes = checkpoint.slot_classes();
        text_graph(&checkpoint.config.text, vocabulary, TEXT_ROWS, &classes)
    };
    session.program(program(), &checkpoint.weights, graph).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::ModelRef;

    #[test]
    fn the_style_of_the_recipe_replaces_the_one_in_the_prompt() {
        let prompt = "a red ball, cinematic";
        let mut recipe = Recipe::new(ModelRef::of_weights("starter", b""), prompt, 7);
        assert_eq!(full_prompt(&recipe, prompt), "a red ball, cinematic");
        recipe.style = Some(Style::Animated);
        assert_eq!(full_prompt(&recipe, prompt), "a red ball, animated");
    }
}
