//! The prompt as the networks see it: rows of text, and what was understood.

use std::rc::Rc;

use kinora_contract::Recipe;
use kinora_engine::{Cancel, EngineError, Executor};
use kinora_model::said::{Said, probabilities};
use kinora_model::starter::SlotConfig;
use kinora_model::text::{MASKED, TEXT_ROWS, bias_inputs, padded_ids};
use kinora_model::tokenizer::Encoded;

use crate::completion::{self, Choice, Reading};
use crate::dialogue::unquoted;
use crate::event::{Event, Understood, is_portrait, value};
use crate::noise::{Purpose, uniform};
use crate::runtime::{Network, Runtime};

/// An encoded prompt.
pub(crate) struct EncodedPrompt {
    /// `[TEXT_ROWS, text_dim]`; rows from `real` on are padding.
    pub rows: Vec<f32>,
    /// Rows that hold text.
    pub real: usize,
    /// How it was read, for the tokens that it concerns.
    pub said: Rc<Said>,
    /// What was said or chosen: a clip that is made of this one chooses alike.
    pub settled: Vec<Understood>,
    /// The event that tells how it was read.
    pub words: Event,
}

impl EncodedPrompt {
    /// A prompt of which only the reading is known.
    pub fn of_reading(understood: Vec<Understood>, said: Rc<Said>) -> Self {
        Self {
            rows: Vec::new(),
            real: 0,
            said,
            settled: Vec::new(),
            words: Event::Words {
                unknown: Vec::new(),
                corrected: Vec::new(),
                dropped: 0,
                understood,
            },
        }
    }

    /// `[queries, TEXT_ROWS]`: 0 for text, very negative for padding.
    pub fn attention_bias(&self, queries: usize) -> Vec<f32> {
        let row = (0..TEXT_ROWS).map(|key| if key < self.real { 0.0 } else { MASKED });
        row.collect::<Vec<_>>().repeat(queries)
    }

    /// The fields of the scene as the prompt was read.
    pub fn understood(&self) -> &[Understood] {
        match &self.words {
            Event::Words { understood, .. } => understood,
            _ => &[],
        }
    }

    /// The word that the prompt was read as saying of a field; nothing of fields that the model does not have.
    pub fn understood_as(&self, slot: &str) -> &str {
        value(self.understood(), slot)
    }

    /// Whether it asks for somebody who is seen from near: a body, and a head as the second subject.
    pub fn is_portrait(&self) -> bool {
        is_portrait(self.understood())
    }

    /// Whether the prompt was read as saying so.
    pub fn is_understood(&self, slot: &str, value: &str) -> bool {
        self.understood_as(slot) == value
    }
}

/// Encodes the recipe's prompt, with its style and camera in words, and with words for what it leaves open ([`completion`]).
/// `before` is what was settled of the clip that this one is made of.
pub(crate) async fn encode(
    recipe: &Recipe,
    before: &[Understood],
    runtime: &mut Runtime,
    cancel: &Cancel,
) -> Result<EncodedPrompt, EngineError> {
    let starter = runtime.starter.clone();
    let slots = &starter.config.slots;
    let mut prompt = full_prompt(recipe);
    let mut text = run(runtime, &prompt, cancel).await?;
    let mut own = None;
    let mut chosen = Vec::new();
    for (row, fields) in (0..).zip(completion::ORDER) {
        let reading = text.reading(slots);
        let luck = uniform(recipe.seed, Purpose::Choice, row, fields.len());
        let fields = fields.iter().zip(luck);
        let choices = fields.filter_map(|(slot, luck)| reading.choose(slot, before, luck));
        let choices: Vec<Choice> = choices.collect();
        if choices.is_empty() {
            continue;
        }
        let whole = choices.len();
        for attempt in completion::attempts(&choices) {
            let reading = text.reading(slots);
            let say = |prompt: String, choice| reading.said(&prompt, choice);
            let longer = attempt.iter().fold(prompt.clone(), say);
            let read = run(runtime, &longer, cancel).await?;
            if reading.becomes(&read.reading(slots), attempt) {
                prompt = longer;
                let shorter = std::mem::replace(&mut text, read);
                own.get_or_insert(shorter);
                chosen.extend(attempt.iter().map(|choice| choice.slot));
                if attempt.len() == whole {
                    break;
                }
            }
        }
    }
    Ok(text.finished(slots, own, &chosen))
}

/// The empty prompt, against which guidance pushes.
pub(crate) async fn encode_nothing(
    runtime: &mut Runtime,
    cancel: &Cancel,
) -> Result<EncodedPrompt, EngineError> {
    let text = run(runtime, "", cancel).await?;
    Ok(text.finished(&runtime.starter.config.slots, None, &[]))
}

/// The prompt as the model reads it: choices made beside the prompt are said in it, in place of what it says itself.
fn full_prompt(recipe: &Recipe) -> String {
    let mut prompt = unquoted(&recipe.prompt);
    if let Some(style) = recipe.style {
        for other in kinora_contract::Style::ALL {
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

/// What the text encoder makes of a text.
struct Text {
    rows: Vec<f32>,
    encoded: Encoded,
    /// Rows that hold text.
    real: usize,
    probabilities: Vec<Vec<f32>>,
}

impl Text {
    fn reading<'a>(&'a self, slots: &'a [SlotConfig]) -> Reading<'a> {
        Reading {
            slots,
            probabilities: &self.probabilities,
        }
    }

    /// With how it was understood. How sure that is, and which words are unknown, is about the person's own words: `own`, if some were added.
    fn finished(self, slots: &[SlotConfig], own: Option<Self>, chosen: &[&str]) -> EncodedPrompt {
        let own = own.as_ref().unwrap_or(&self);
        let reading = self.reading(slots);
        let understood = slots
            .iter()
            .zip(&own.probabilities)
            .filter_map(|(slot, own)| {
                let (value, _) = reading.likeliest(&slot.name)?;
                let class = slot.classes.iter().position(|class| class == value)?;
                Some(Understood {
                    slot: slot.name.clone(),
                    value: value.to_owned(),
                    confidence: own[class],
                })
            });
        let understood: Vec<Understood> = understood.collect();
        let settled = understood.iter().filter(|read| {
            chosen.contains(&read.slot.as_str()) || read.confidence >= completion::SURE
        });
        let settled = settled.cloned().collect();
        let Encoded {
            unknown,
            corrected,
            dropped,
            ..
        } = own.encoded.clone();
        EncodedPrompt {
            rows: self.rows,
            real: self.real,
            said: Rc::new(Said::new(slots, &self.probabilities)),
            settled,
            words: Event::Words {
                unknown,
                corrected,
                dropped,
                understood,
            },
        }
    }
}

async fn run(runtime: &mut Runtime, prompt: &str, cancel: &Cancel) -> Result<Text, EngineError> {
    let encoded = runtime.starter.tokenizer.encode(prompt);
    let handle = runtime.load(Network::Text).await?;
    let real = encoded.ids.len();
    let config = &runtime.starter.config;
    let executor = &mut runtime.executor;
    executor
        .write(handle, "ids", &padded_ids(&encoded.ids, TEXT_ROWS))
        .await?;
    for (name, bias) in bias_inputs(&config.text, &runtime.starter.weights, TEXT_ROWS, real) {
        executor.write(handle, &name, &bias).await?;
    }
    executor.run(handle, cancel).await?;
    let rows = executor.read(handle, "rows").await?;
    let mut read = Vec::with_capacity(config.slots.len());
    for k in 0..config.slots.len() {
        let logits = executor.read(handle, &format!("slot.{k}")).await?;
        read.push(probabilities(&logits));
    }
    Ok(Text {
        rows,
        encoded,
        real,
        probabilities: read,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::{ModelRef, Style};

    fn recipe(prompt: &str) -> Recipe {
        let model = ModelRef {
            id: "starter".into(),
            hash: "0".repeat(64),
            extra: Default::default(),
        };
        Recipe::new(model, prompt, 7)
    }

    #[test]
    fn a_chosen_style_replaces_the_one_in_the_prompt() {
        let mut recipe = recipe("a red ball, cinematic");
        assert_eq!(full_prompt(&recipe), "a red ball, cinematic");
        recipe.style = Some(Style::Animated);
        assert_eq!(full_prompt(&recipe), "a red ball, animated");
    }
}
