//! The prompt as the networks see it: rows of text, and what was understood.

use kinora_contract::Recipe;
use kinora_engine::{Cancel, EngineError, Executor};
use kinora_model::said::{Said, probabilities};
use kinora_model::text::{MASKED, TEXT_ROWS, bias_inputs, padded_ids};
use kinora_model::tokenizer::Encoded;

use crate::dialogue::unquoted;
use crate::event::{Event, Understood, is_portrait, value};
use crate::runtime::{Network, Runtime};

/// An encoded prompt.
pub(crate) struct EncodedPrompt {
    /// `[TEXT_ROWS, text_dim]`; rows from `real` on are padding.
    pub rows: Vec<f32>,
    /// Rows that hold text.
    pub real: usize,
    /// How it was read, for the tokens that it concerns.
    pub said: Said,
    /// The event that tells how it was read.
    pub words: Event,
}

impl EncodedPrompt {
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

/// Encodes the recipe's prompt, with its style and camera in words.
pub(crate) async fn encode(
    recipe: &Recipe,
    runtime: &mut Runtime,
    cancel: &Cancel,
) -> Result<EncodedPrompt, EngineError> {
    let encoded = runtime.starter.tokenizer.encode(&full_prompt(recipe));
    run(runtime, encoded, cancel).await
}

/// The empty prompt, against which guidance pushes.
pub(crate) async fn encode_nothing(
    runtime: &mut Runtime,
    cancel: &Cancel,
) -> Result<EncodedPrompt, EngineError> {
    let encoded = runtime.starter.tokenizer.encode("");
    run(runtime, encoded, cancel).await
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

async fn run(
    runtime: &mut Runtime,
    encoded: Encoded,
    cancel: &Cancel,
) -> Result<EncodedPrompt, EngineError> {
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
    let understood = config.slots.iter().zip(&read).map(|(slot, read)| {
        let (class, confidence) = likeliest(read);
        Understood {
            slot: slot.name.clone(),
            value: slot.classes[class].clone(),
            confidence,
        }
    });
    let understood = understood.collect();
    let Encoded {
        unknown,
        corrected,
        dropped,
        ..
    } = encoded;
    Ok(EncodedPrompt {
        rows,
        real,
        said: Said::new(&config.slots, &read),
        words: Event::Words {
            unknown,
            corrected,
            dropped,
            understood,
        },
    })
}

/// The likeliest class, and how likely it is.
fn likeliest(probabilities: &[f32]) -> (usize, f32) {
    let best = |a, b| {
        if probabilities[b] > probabilities[a] {
            b
        } else {
            a
        }
    };
    let class = (0..probabilities.len()).fold(0, best);
    (class, probabilities[class])
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

    #[test]
    fn the_first_of_the_likeliest_is_read() {
        assert_eq!(likeliest(&[0.1, 0.45, 0.45]), (1, 0.45));
    }
}
