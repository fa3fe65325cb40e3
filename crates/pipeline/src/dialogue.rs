//! What is said in a clip: the quoted words of the prompt and the recipe's dialogue, spoken over the sound track.

use kinora_contract::Recipe;
use kinora_contract::plan::Plan;
use kinora_sound::SAMPLE_RATE;
use kinora_sound::speech::{Language, PACES, SpeechError, Utterance, Voice, mix, mouth, speak};

use kinora_contract::event::SpokenLine;

/// Seconds before the first word.
const LEAD_S: f32 = 0.2;
/// Seconds between two lines.
const GAP_S: f32 = 0.3;
/// Beyond this pace words are hard to follow: the end of a speech that is too long is cut instead.
const FASTEST: f32 = 1.5;
/// What is left of the other sounds while somebody speaks.
const UNDER: f32 = 0.4;
/// Opening quotation marks with their closing ones.
const MARKS: [(char, char); 4] = [('"', '"'), ('“', '”'), ('«', '»'), ('„', '“')];

/// A line as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Who speaks; a voice stays with its speaker.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
}

/// A line that cannot be said, and why.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("“{text}” cannot be said: {reason}")]
pub struct DialogueError {
    text: String,
    reason: SpeechError,
}

/// All lines of a recipe: what its prompt quotes, then its dialogue.
pub(crate) fn lines(recipe: &Recipe) -> Vec<Line> {
    let quoted = split(&recipe.prompt).1.into_iter().map(|text| Line {
        speaker: None,
        text,
    });
    let written = recipe.dialogue.iter().map(|line| Line {
        speaker: line.speaker.clone(),
        text: line.text.clone(),
    });
    quoted.chain(written).collect()
}

/// The prompt without what it quotes: the picture is made of the rest.
pub(crate) fn unquoted(prompt: &str) -> String {
    split(prompt).0
}

/// What is outside of quotation marks, and what each pair holds. A mark without its partner is an ordinary character.
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

/// The voices of all lines, at a pace that fits a clip where one does.
pub(crate) struct Speech {
    lines: Vec<(Line, Utterance)>,
}

impl Speech {
    /// Speaks the lines for a clip of `clip_s` seconds; the seed casts the voices.
    pub(crate) fn new(lines: Vec<Line>, seed: u64, clip_s: f32) -> Result<Self, DialogueError> {
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

    /// Lets whoever is in a plan, a body and a head, say the lines: the mouth is open in each frame as far as in the middle of it.
    pub(crate) fn move_mouth(&self, plan: &mut Plan, fps: f32) {
        for frame in 0..plan.frames() {
            let Some(mut state) = plan.frame(frame) else {
                continue;
            };
            let open = self.mouth_at(frame as f32 / fps, 1.0 / fps);
            let present = state.subjects.iter_mut().filter(|it| it.is_present());
            present.for_each(|subject| subject.mouth = open);
            plan.set_frame(frame, &state);
        }
    }

    /// How far the mouth is open around an instant, 0..1; closed where nobody speaks.
    fn mouth_at(&self, time_s: f32, frame_s: f32) -> f32 {
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

    /// Lays the speech over a track and tells when what is said; a line that ends after the track is cut there.
    pub(crate) fn over(&self, samples: &mut [f32]) -> Vec<SpokenLine> {
        let clip_s = samples.len() as f32 / SAMPLE_RATE as f32;
        let mut start_s = LEAD_S;
        let mut out = Vec::with_capacity(self.lines.len());
        for (line, utterance) in &self.lines {
            mix(samples, utterance, start_s, 1.0, UNDER);
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

fn spoken(lines: &[Line], seed: u64, pace: f32) -> Result<Vec<Utterance>, DialogueError> {
    let say = |line: &Line| {
        let voice = voice_of(line.speaker.as_deref(), seed);
        speak(&line.text, Language::of(&line.text), &voice, pace).map_err(|reason| DialogueError {
            text: line.text.clone(),
            reason,
        })
    };
    lines.iter().map(say).collect()
}

/// Another speaker has another voice, where there are enough; another seed casts anew.
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
    fn quotes_are_said_and_the_rest_is_shown() {
        let (outside, inside) = split("a robot says \"Hello there!\" and «bonjour» in a kitchen");
        assert_eq!(outside, "a robot says  and  in a kitchen");
        assert_eq!(inside, ["Hello there!", "bonjour"]);
        let lonely = "a 5\" ball, don't stop";
        assert_eq!(split(lonely), (lonely.to_owned(), Vec::new()));
        assert_eq!(split("a ball \"\" rolls").1, Vec::<String>::new());
    }

    #[test]
    fn speech_sounds_where_it_is_said_to() {
        let speech = Speech::new(vec![line("Hello there"), line("Who are you?")], 3, 4.0).unwrap();
        let mut track = vec![0.0; 4 * SAMPLE_RATE as usize];
        let said = speech.over(&mut track);
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
    fn long_speech_gets_faster_and_is_cut_at_last() {
        let text = "one two three four five six seven eight nine ten";
        let length = |clip_s| {
            Speech::new(vec![line(text)], 0, clip_s).unwrap().lines[0]
                .1
                .duration_s()
        };
        assert!(length(2.75) < length(8.0));
        let mut track = vec![0.0; SAMPLE_RATE as usize];
        let speech = Speech::new(vec![line(text)], 0, 1.0).unwrap();
        assert!(speech.over(&mut track)[0].cut);
    }

    #[test]
    fn what_cannot_be_said_is_named() {
        let error = Speech::new(vec![line("こんにちは")], 0, 3.0).err().unwrap();
        assert!(error.to_string().contains("こんにちは"), "{error}");
    }
}
