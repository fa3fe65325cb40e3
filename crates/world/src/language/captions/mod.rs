//! Captions: paraphrases of a scene in several lengths.
//!
//! A caption states some or all fields of a spec; dense ones state all. Every word comes from the tables in `phrases`,
//! and [`vocabulary`] lists them; short captions contain occasional typing errors. [`super::prompt_parser`] reads them back.

mod clauses;
mod portraits;
#[cfg(test)]
mod tests;

use kinora_scene::caption::{CaptionScene, CaptionSubject, caption};
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Action, Cover, Time, Weather};

pub use crate::language::phrases::vocabulary;
use crate::language::phrases::*;
use crate::specification::{SceneSpec, Subject};
use clauses::{Detail, mistyped};

use crate::language::remix_pairs::revision;

/// Share of the later dense captions that consist of several sentences.
const SENTENCES: f32 = 0.4;
/// Share of the captions of a two-subject collision that name no agent.
const MEETINGS: f32 = 0.4;

/// Paraphrases of a spec, 6 to 12: the plain sentence first, then dense, middle, tag-like, short and dense ones in turn.
pub fn captions(spec: &SceneSpec, seed: u64) -> Vec<String> {
    let mut writer = Writer {
        spec,
        rng: Rng::new(spec.seed ^ seed.rotate_left(17), 4),
    };
    if let Some(portrait) = &spec.portrait {
        return writer.portraits(portrait);
    }
    // A separate stream, so that the other captions do not change.
    let mut narrator = Writer {
        spec,
        rng: Rng::new(spec.seed ^ seed.rotate_left(17), 69),
    };
    let mut out = vec![writer.plain()];
    let more = 5 + writer.rng.below(7);
    for index in 0..more {
        let caption = match index % 5 {
            0 => writer.dense(),
            1 => writer.middle(),
            2 => writer.tags(),
            3 => writer.short(),
            _ => writer.dense_led(),
        };
        let told = index % 5 == 4 && narrator.rng.chance(SENTENCES);
        out.push(match narrator.meeting(index % 5) {
            _ if told => narrator.told(),
            Some(meeting) => meeting,
            None => caption,
        });
    }
    out
}

/// Writes a caption of an earlier scene and the edit that leads to this one: "a red ball bounces on a beach. Make it blue".
pub fn revised(spec: &SceneSpec, seed: u64) -> String {
    let mut rng = Rng::new(spec.seed ^ seed.rotate_left(31), 62);
    let edit = revision(spec, rng.next_u64());
    let earlier = captions(&edit.before, rng.next_u64());
    // Skips tags, and captions so long that the instruction would exceed the text model's limit.
    let wordings = [0, 2, 4];
    let earlier = &earlier[wordings[rng.below(wordings.len())]];
    match rng.below(4) {
        0 => format!("{earlier}. {}.", capital(&edit.instruction)),
        1 => format!("{earlier}. {}", edit.instruction),
        2 => format!("{earlier}, but {}", edit.instruction),
        _ => format!("{earlier}; {}", edit.instruction),
    }
}

/// Writes captions of one spec.
struct Writer<'a> {
    spec: &'a SceneSpec,
    rng: Rng,
}

impl Writer<'_> {
    /// Writes every field in two to four sentences: "A red ball bounces on a beach. It happens at sunset. Slow zoom, film look."
    fn told(&mut self) -> String {
        let sentence = self.sentence(Detail::Full);
        let place = self.rng.pick(place_phrases(self.spec.place));
        let rest = self.circumstances();
        format!("{}.{rest}", capital(&format!("{sentence} {place}")))
    }

    /// Writes "a red ball and a blue cube collide on a beach", dense if the caption of this kind is; `None` unless two subjects
    /// collide.
    fn meeting(&mut self, kind: usize) -> Option<String> {
        let spec = self.spec;
        let (second, None) = (spec.second?, spec.third) else {
            return None;
        };
        let sentence = matches!(kind, 0 | 1 | 4) && spec.action == Action::Collide;
        if !sentence || !self.rng.chance(MEETINGS) {
            return None;
        }
        let first = self.subject(spec.first, Detail::Full);
        let second = self.subject(second, Detail::Full);
        let met = match self.rng.below(4) {
            0 => format!("a collision of {first} and {second}"),
            1 => format!("{first} and {second} crash"),
            _ => format!("{first} and {second} collide"),
        };
        let met = format!("{met}{}", self.cover(Detail::Full));
        if kind == 1 {
            return Some(format!("{met} {}", self.place(Detail::Some)));
        }
        let (place, style, camera) = (self.place(Detail::Full), self.style(), self.camera());
        Some(match kind {
            0 => format!("{met} {place}, {style}, {camera}"),
            _ => format!("{style}, {camera}: {met} {place}"),
        })
    }

    /// Writes sentences about time, weather, camera and style.
    fn circumstances(&mut self) -> String {
        let mut text = String::new();
        let (time, weather) = (self.spec.time, self.spec.weather);
        let mut when = Vec::new();
        if time != Time::Day || self.rng.chance(0.2) {
            when.push(time_phrases(time)[self.rng.below(3)]);
        }
        if weather != Weather::Clear || self.rng.chance(0.1) {
            when.push(weather_phrases(weather)[self.rng.below(2)]);
        }
        if !when.is_empty() {
            text = format!(" It happens {}.", when.join(" "));
        }
        let (style, camera) = (self.style(), self.camera());
        match self.rng.below(3) {
            0 => format!("{text} {}. {}.", capital(camera), capital(style)),
            1 => format!("{text} {}, {style}.", capital(camera)),
            _ => format!("{text} {}, {camera}.", capital(style)),
        }
    }

    /// "a red rubber ball bounces on a wooden floor, cinematic"
    fn plain(&self) -> String {
        let spec = self.spec;
        let subjects: Vec<CaptionSubject> = spec.subjects().map(caption_subject).collect();
        caption(&CaptionScene {
            subjects: &subjects,
            person: None,
            action: spec.action,
            cover: spec.cover,
            place: spec.place,
            time: spec.time,
            weather: spec.weather,
            style: spec.style,
            camera: None,
        })
    }

    /// Every field, sentence first.
    fn dense(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Full));
        let (style, camera) = (self.style(), self.camera());
        let text = match self.rng.below(4) {
            0 => format!("{sentence} {place}, {style}, {camera}"),
            1 => format!("{sentence} {place}, {camera}, {style}"),
            2 => format!("{place} {sentence}, {style}, {camera}"),
            _ => format!(
                "{sentence} {place} in a {} clip, {camera}",
                self.adjective()
            ),
        };
        self.denied(text)
    }

    /// Every field, style or camera first.
    fn dense_led(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Full));
        let (style, camera) = (self.style(), self.camera());
        let adjective = self.adjective();
        let kind = self.rng.pick(&["clip", "video", "shot", "scene"]);
        let text = match self.rng.below(4) {
            0 => format!("{style}, {camera}: {sentence} {place}"),
            1 => {
                let clause = self.gerund_clause(&place);
                format!(
                    "{} {adjective} {kind} of {clause}, {camera}",
                    article(adjective)
                )
            }
            2 => format!("{camera}, {sentence} {place}, {style}"),
            _ => format!(
                "{} {adjective} {kind}: {sentence} {place}, {camera}",
                article(adjective)
            ),
        };
        self.denied(text)
    }

    /// Subject, action and place; sometimes style.
    fn middle(&mut self) -> String {
        let (sentence, place) = (self.sentence(Detail::Full), self.place(Detail::Some));
        match self.rng.below(3) {
            0 => format!("{sentence} {place}"),
            1 => format!("{sentence} {place}, {}", self.style()),
            _ => self.gerund_clause(&place),
        }
    }

    /// A few words: some of colour, material, place and style are left open.
    fn short(&mut self) -> String {
        let sentence = self.sentence(Detail::Some);
        let text = match self.rng.below(4) {
            0 => sentence,
            1 => format!("{sentence}, {}", self.style()),
            2 => format!("{sentence} {}", self.place(Detail::Some)),
            _ => {
                let gerund = self.rng.pick(gerunds(self.spec.action));
                let bare = self.bare(self.spec.first, Detail::Some);
                let others = self.others(|writer, other| writer.subject(other, Detail::Some));
                format!("{bare} {gerund}{others}")
            }
        };
        mistyped(&text, &mut self.rng)
    }

    /// "red rubber ball, bounce, beach, cinematic"
    fn tags(&mut self) -> String {
        let mut tags: Vec<String> = Vec::new();
        for subject in self.spec.subjects() {
            tags.push(self.bare(subject, Detail::Full));
        }
        let mut rest = vec![
            self.rng.pick(action_tags(self.spec.action)),
            self.rng.pick(place_tags(self.spec.place)),
            self.style(),
        ];
        if self.rng.chance(0.5) {
            rest.push(self.camera());
        }
        if self.spec.weather != Weather::Clear || self.rng.chance(0.1) {
            rest.push(self.rng.pick(weather_phrases(self.spec.weather)));
        }
        if self.spec.time != Time::Day || self.rng.chance(0.2) {
            rest.push(self.rng.pick(time_phrases(self.spec.time)));
        }
        if self.spec.cover != Cover::Open {
            rest.push(self.rng.pick(cover_phrases(self.spec.cover)));
        }
        if self.rng.chance(0.3) {
            let last = rest.len() - 1;
            rest.swap(0, last);
        }
        tags.extend(rest.into_iter().map(str::to_string));
        mistyped(&tags.join(", "), &mut self.rng)
    }

    /// "a purple wooden cube falls" or "a red ball hits a blue can"
    fn sentence(&mut self, detail: Detail) -> String {
        let subject = self.subject(self.spec.first, detail);
        let verb = self.rng.pick(verbs(self.spec.action));
        let others = self.others(|writer, other| writer.subject(other, detail));
        format!("{subject} {verb}{others}{}", self.cover(detail))
    }

    /// "a ball made of rubber bouncing on the sand"
    fn gerund_clause(&mut self, place: &str) -> String {
        let subject = self.subject(self.spec.first, Detail::Full);
        let gerund = self.rng.pick(gerunds(self.spec.action));
        let others = self.others(|writer, other| writer.subject(other, Detail::Full));
        format!(
            "{subject} {gerund}{others}{} {place}",
            self.cover(Detail::Full)
        )
    }
}

/// Capitalises the first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn caption_subject(subject: Subject) -> CaptionSubject {
    CaptionSubject {
        object: subject.object,
        colour: subject.colour,
        material: subject.material,
    }
}
