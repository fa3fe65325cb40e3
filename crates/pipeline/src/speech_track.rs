//! The speech track: quoted words of the prompt and the recipe's dialogue, synthesized and mixed over the sound track.

use kinora_contract::Recipe;
use kinora_contract::event::SpokenLine;
use kinora_model::GenerateError;
use kinora_sound::SAMPLE_RATE;
use kinora_sound::speech::{Language, PACES, Utterance, Voice, mix, mouth, speak};

/// Seconds before the first word.
const LEAD_S: f32 = 0.2;
/// Seconds between two lines.
const GAP_S: f32 = 0.3;
/// Fastest pace; beyond it words are hard to follow, and the end of a long speech is cut instead.
const FASTEST: f32 = 1.5;
/// Gain of the other sounds during speech.
const DUCKING_GAIN: f32 = 0.4;
/// Opening quotation marks with their closing ones.
const MARKS: [(char, char); 4] = [('"', '"'), ('“', '”'), ('«', '»'), ('„', '“')];

/// A requested line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The speaker, who keeps one voice.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
}

/// Lists the lines of a recipe: those of its scene, else the quotes of its prompt; then its dialogue.
fn lines(recipe: &Recipe) -> Vec<Line> {
    let quoted = match &recipe.scene {
        Some(scene) => scene.speech.clone(),
        None => split(&recipe.prompt).1,
    };
    let quoted = quoted.into_iter().map(|text| Line {
        speaker: None,
        text,
    });
    let written = recipe.dialogue.iter().map(|line| Line {
        speaker: line.speaker.clone(),
        text: line.text.clone(),
    });
    quoted.chain(written).collect()
}

/// Removes quoted words from a prompt: they are spoken, not shown.
pub(crate) fn without_quotes(prompt: &str) -> String {
    split(prompt).0
}

/// Splits a prompt into the text outside of quotation marks and the text of each pair. A mark without its partner is an ordinary character.
fn split(prompt: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside) = (String::new(), Vec::new());
    let mut rest = prompt;
    while let Some((before, text, after)) = next_quote(rest) {
        outside.push_str(before);
        if !text.trim().is_empty() {
            inside.push(text.trim().to_owned());
        }
        rest = after;
    }
    outside.push_str(rest);
    (outside, inside)
}

fn next_quote(text: &str) -> Option<(&str, &str, &str)> {
    text.char_indices().find_map(|(at, mark)| {
        let close = MARKS.iter().find(|(open, _)| *open == mark)?.1;
        let (inside, after) = text[at + mark.len_utf8()..].split_once(close)?;
        Some((&text[..at], inside, after))
    })
}

/// The utterances of all lines, at a pace that fits the clip if one does.
pub(crate) struct SpeechTrack {
    lines: Vec<(Line, Utterance)>,
}

impl SpeechTrack {
    /// Synthesizes the lines of a recipe.
    pub(crate) fn of(recipe: &Recipe) -> Result<Self, GenerateError> {
        Self::new(lines(recipe), recipe.seed, recipe.seconds())
    }

    /// Makes a track without lines.
    pub(crate) fn silent() -> Self {
        Self { lines: Vec::new() }
    }

    /// Synthesizes lines for a clip of `clip_s` seconds; the seed selects the voices.
    fn new(lines: Vec<Line>, seed: u64, clip_s: f32) -> Result<Self, GenerateError> {
        let calm = spoken(&lines, seed, 1.0)?;
        let silence = LEAD_S + GAP_S * lines.len().saturating_sub(1) as f32;
        let length: f32 = calm.iter().map(Utterance::duration_s).sum();
        let pace = (length / (clip_s - silence).max(0.1)).clamp(1.0, FASTEST);
        debug_assert!(PACES.contains(&pace));
        let said = if pace > 1.0 {
            spoken(&lines, seed, pace)?
        } else {
            calm
        };
        Ok(Self {
            lines: lines.into_iter().zip(said).collect(),
        })
    }

    /// Returns the mouth opening around an instant, 0..1; closed between lines.
    pub(crate) fn mouth_at(&self, time_s: f32, frame_s: f32) -> f32 {
        let mut start_s = LEAD_S;
        for (_, utterance) in &self.lines {
            if time_s < start_s + utterance.duration_s() + GAP_S * 0.5 {
                let from = time_s - start_s - frame_s * 0.5;
                return mouth::within(&utterance.phonemes, from, frame_s).open;
            }
            start_s += utterance.duration_s() + GAP_S;
        }
        mouth::within(&[], 0.0, frame_s).open
    }

    /// Mixes the speech over a track and returns its lines with their times; a line that ends after the track is cut there.
    pub(crate) fn mix_into(&self, samples: &mut [f32]) -> Vec<SpokenLine> {
        let clip_s = samples.len() as f32 / SAMPLE_RATE as f32;
        let mut start_s = LEAD_S;
        let mut out = Vec::with_capacity(self.lines.len());
        for (line, utterance) in &self.lines {
            mix(samples, utterance, start_s, 1.0, DUCKING_GAIN);
            let end_s = start_s + utterance.duration_s();
            out.push(SpokenLine {
                speaker: line.speaker.clone(),
                text: line.text.clone(),
                start_s,
                end_s,
                cut: end_s > clip_s,
            });
            start_s = end_s + GAP_S;
        }
        out
    }
}

fn spoken(lines: &[Line], seed: u64, pace: f32) -> Result<Vec<Utterance>, GenerateError> {
    let say = |line: &Line| {
        let voice = voice_of(line.speaker.as_deref(), seed);
        speak(&line.text, Language::of(&line.text), &voice, pace).map_err(|reason| {
            GenerateError::Dialogue {
                text: line.text.clone(),
                reason: reason.to_string(),
            }
        })
    };
    lines.iter().map(say).collect()
}

/// Selects a voice by speaker and seed: speakers differ while there are enough voices.
fn voice_of(speaker: Option<&str>, seed: u64) -> Voice {
    let name = blake3::hash(speaker.unwrap_or_default().as_bytes());
    let mixed = u64::from(name.as_bytes()[0]).wrapping_add(seed);
    Voice::ALL[(mixed % Voice::ALL.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line {
            speaker: None,
            text: text.into(),
        }
    }

    #[test]
    fn quotes_are_spoken_and_the_rest_is_shown() {
        let (outside, inside) = split("a robot says \"Hello there!\" and «bonjour» in a kitchen");
        assert_eq!(outside, "a robot says  and  in a kitchen");
        assert_eq!(inside, ["Hello there!", "bonjour"]);
        let lonely = "a 5\" ball, don't stop";
        assert_eq!(split(lonely), (lonely.to_owned(), Vec::new()));
        assert_eq!(split("a ball \"\" rolls").1, Vec::<String>::new());
    }

    #[test]
    fn lines_sound_at_their_reported_times() {
        let speech =
            SpeechTrack::new(vec![line("Hello there"), line("Who are you?")], 3, 4.0).unwrap();
        let mut track = vec![0.0; 4 * SAMPLE_RATE as usize];
        let said = speech.mix_into(&mut track);
        assert!(said.iter().all(|line| !line.cut), "{said:?}");
        assert!(said[0].end_s < said[1].start_s);
        let loudness = |from: f32, to: f32| {
            let part =
                &track[(from * SAMPLE_RATE as f32) as usize..(to * SAMPLE_RATE as f32) as usize];
            (part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32).sqrt()
        };
        for line in &said {
            assert!(loudness(line.start_s, line.end_s) > 0.02, "{line:?}");
        }
        assert!(loudness(said[0].end_s + 0.05, said[1].start_s - 0.05) < 0.005);
    }

    #[test]
    fn long_speech_is_faster_and_then_cut() {
        let text = "one two three four five six seven eight nine ten";
        let length = |clip_s| {
            SpeechTrack::new(vec![line(text)], 0, clip_s).unwrap().lines[0]
                .1
                .duration_s()
        };
        assert!(length(2.75) < length(8.0));
        let mut track = vec![0.0; SAMPLE_RATE as usize];
        let speech = SpeechTrack::new(vec![line(text)], 0, 1.0).unwrap();
        assert!(speech.mix_into(&mut track)[0].cut);
    }

    #[test]
    fn a_line_that_cannot_be_spoken_is_named() {
        let error = SpeechTrack::new(vec![line("こんにちは")], 0, 3.0)
            .err()
            .unwrap();
        assert!(error.to_string().contains("こんにちは"), "{error}");
    }
}
