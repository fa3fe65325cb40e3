//! What the page says about numbers, devices, stages and words.

use super::origin::Unused;
use super::state::Progress;
use crate::protocol::{Adapter, AdapterKind, CaseReport, ClipRecord, Device};
use kinora_contract::event::{PromptReading, Stage};
use kinora_contract::recipe::FPS;
use kinora_contract::share::Licence;

/// Sentences to start from; each works in the starter's world.
pub const EXAMPLES: [&str; 5] = [
    "a red rubber ball bounces on a wooden floor, cinematic",
    "a woman with red hair says \"it is a beautiful day\" on the beach",
    "a pink plastic ring rolls along the beach at sunset, animated",
    "an old man with a white beard says \"hello there\" in the snow",
    "a blue cup pours water into a yellow mug on a wooden floor, animated",
];

/// Where clips will be made, and why.
pub fn device(adapter: &Adapter, wish: Device) -> String {
    let named = |fallback: &str| {
        if adapter.name.is_empty() {
            fallback.to_owned()
        } else {
            adapter.name.clone()
        }
    };
    match (adapter.choose(wish), adapter.kind, wish) {
        (Device::WebGpu, AdapterKind::Hardware, _) => format!("Clips are made on your graphics card ({}).", named("WebGPU")),
        (Device::WebGpu, ..) => {
            format!("Clips are made on WebGPU as you asked, but it is only emulated here ({}) and slow.", named("software"))
        }
        (_, AdapterKind::None, Device::WebGpu) => {
            "This browser has no WebGPU, so clips are made on your processor instead.".to_owned()
        }
        (_, _, Device::Cpu) => "Clips are made on your processor, as you asked.".to_owned(),
        (_, AdapterKind::Software, _) => format!(
            "This browser only emulates a graphics card ({}), so clips are made on your processor: the same picture, more patience.",
            named("software")
        ),
        (_, AdapterKind::None, _) => {
            "This browser has no WebGPU, so clips are made on your processor: the same picture, more patience.".to_owned()
        }
        (_, AdapterKind::Hardware, _) => "Clips are made on your processor.".to_owned(),
    }
}

/// A stage of the generation as a phrase.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Load => "Getting ready",
        Stage::Source => "Drawing the clip it comes from",
        Stage::Text => "Reading the sentence",
        Stage::Plan => "Planning the motion",
        Stage::Denoise => "Taking shape",
        Stage::Decode => "Drawing the frames",
        Stage::Sound => "Making the sound",
    }
}

/// The length of a clip. Quarters of a second are exact; anything else is told to a tenth.
pub fn length(frames: u32) -> String {
    let seconds = frames as f32 / FPS as f32;
    if (frames * 4).is_multiple_of(FPS) {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

/// What will happen with the clip that the next one is a remix of.
pub fn remixing(judged: Result<(), Unused>, keep: bool, reshaped: bool) -> String {
    match (judged, keep, reshaped) {
        (Err(why), ..) => format!("{}, so only its words are used.", unused(why)),
        (_, false, _) => "Only its words are used: everything is drawn anew.".to_owned(),
        (_, _, true) => {
            "In another length or shape its pictures do not fit: everything is drawn anew."
                .to_owned()
        }
        _ => "Change a few words, or add what should be different: “make it blue”, “now at night”. The rest stays as it is."
            .to_owned(),
    }
}

/// What will happen with the clip of so many frames that the next one goes on from.
pub fn going_on(judged: Result<(), Unused>, frames: u32) -> String {
    match judged {
        Err(why) => format!("{}, so the next clip begins anew.", unused(why)),
        Ok(()) => format!(
            "Its {} stay as they are. Say what happens next.",
            length(frames)
        ),
    }
}

fn unused(why: Unused) -> &'static str {
    match why {
        Unused::OtherModel => "It was made with another version of the model",
        Unused::TooMany => "It comes from too many other clips",
        Unused::TooLong => "Its words and yours are too long together",
        Unused::Misfit => "The next clip is not longer, or has another shape",
    }
}

/// Why no clip goes on from this one.
pub fn no_further(why: Unused) -> &'static str {
    match why {
        Unused::OtherModel => "it was made with another version of the model",
        Unused::TooMany => "it comes from too many other clips",
        Unused::TooLong => "its words are too long",
        Unused::Misfit => "it is as long as a clip can be",
    }
}

/// A duration that is not more exact than it is known.
pub fn time_left(seconds: f32) -> String {
    match seconds {
        s if !s.is_finite() || s < 0.0 => String::new(),
        s if s < 1.5 => "about a second left".to_owned(),
        s if s < 10.0 => format!("about {} seconds left", s.round()),
        s if s < 90.0 => format!("about {} seconds left", (s / 5.0).round() * 5.0),
        s => format!("about {} minutes left", (s / 60.0).round()),
    }
}

/// A run's progress as one line, also what a screen reader hears when it asks.
pub fn progress(progress: &Progress) -> String {
    let mut line = stage(progress.stage.unwrap_or(Stage::Load)).to_owned();
    if let Some((done, total)) = progress.steps {
        line += &format!(", step {done} of {total}");
    }
    if let Some(left) = progress
        .seconds_left
        .map(time_left)
        .filter(|l| !l.is_empty())
    {
        line += &format!(", {left}");
    }
    line
}

/// Where a field of the scene stands when it is told in words: “red rubber ball, bounce, beach”.
pub fn reading_order(slot: &str) -> usize {
    const ORDER: [&str; 15] = [
        "colour1",
        "material1",
        "object1",
        "action",
        "colour2",
        "material2",
        "object2",
        "colour3",
        "material3",
        "object3",
        "place",
        "weather",
        "time",
        "style",
        "camera",
    ];
    ORDER
        .iter()
        .position(|known| *known == slot)
        .unwrap_or(ORDER.len())
}

/// What a person should know about how their words were read; `None` when all were read as written.
pub fn reading(words: &PromptReading) -> Option<String> {
    let mut sentences: Vec<String> = unknown_words(words).into_iter().collect();
    sentences.extend(
        words
            .corrected
            .iter()
            .map(|(written, read)| format!("“{written}” was read as “{read}”.")),
    );
    match words.dropped {
        0 => {}
        1 => sentences
            .push("The last word was not read: the prompt is too long for this model.".to_owned()),
        n => sentences.push(format!(
            "The last {n} words were not read: the prompt is too long for this model."
        )),
    }
    if sentences.is_empty() {
        None
    } else {
        Some(sentences.join(" "))
    }
}

/// Which words the model does not know, and what it used instead; `None` when it knew all.
fn unknown_words(words: &PromptReading) -> Option<String> {
    let quoted: Vec<_> = words
        .unknown
        .iter()
        .take(6)
        .map(|w| format!("“{w}”"))
        .collect();
    let rest = words.unknown.len().saturating_sub(quoted.len());
    let verb = if words.unknown.len() == 1 {
        "is"
    } else {
        "are"
    };
    let mut list = listed(&quoted);
    if rest > 0 {
        list += &format!(" and {rest} more");
    }
    let used: Vec<_> = words.understood.iter().map(|it| it.value.clone()).collect();
    match (words.unknown.is_empty(), used.is_empty()) {
        (true, _) => None,
        (_, true) => Some(format!("{list} {verb} not in this model's world.")),
        _ => Some(format!(
            "{list} {verb} not in this model's world; used: {}.",
            used.join(", ")
        )),
    }
}

/// How the kernels did on this device.
pub fn self_test(outcome: &Result<Vec<CaseReport>, String>) -> String {
    match outcome {
        Err(error) => format!("The kernels could not be tested on this device: {error}."),
        Ok(cases) => {
            let failed: Vec<_> = cases
                .iter()
                .filter(|case| !case.passed)
                .map(|case| case.name.clone())
                .collect();
            match failed.len() {
                0 => format!("All {} kernel cases are right on this device.", cases.len()),
                n => format!(
                    "{n} of {} kernel cases are wrong on this device: {}.",
                    cases.len(),
                    listed(&failed)
                ),
            }
        }
    }
}

/// Bytes for people.
pub fn size(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).max(1.0)),
        b => format!("{:.1} MB", b / 1e6),
    }
}

/// What leaves the browser when a clip is published.
pub fn leaving(record: &ClipRecord) -> String {
    let captions = if record.captions.is_empty() {
        ""
    } else {
        ", its captions"
    };
    format!(
        "The MP4 ({}) with its recipe inside, which holds your words and settings, its first picture{captions}, this title and your name",
        size(record.bytes)
    )
}

/// A licence in plain words.
pub fn licence(licence: Licence) -> &'static str {
    match licence {
        Licence::CcBy => "Anything, with my name (CC BY)",
        Licence::CcBySa => "The same, passed on alike (CC BY-SA)",
        Licence::Cc0 => "Anything at all (CC0)",
        Licence::AllRightsReserved => "Watch it (all rights reserved)",
    }
}

/// A file name made of a prompt's first words.
pub fn file_name(prompt: &str) -> String {
    let words = prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    let mut name = words.take(8).collect::<Vec<_>>().join("-").to_lowercase();
    name = name.chars().take(60).collect();
    if name.is_empty() {
        "kinora.mp4".to_owned()
    } else {
        format!("kinora-{name}.mp4")
    }
}

/// A prompt that fits a line.
pub fn shortened(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::event::SlotReading;

    fn words(unknown: &[&str], understood: &[&str]) -> PromptReading {
        let slot = |value: &&str| SlotReading {
            slot: "object1".to_owned(),
            value: value.to_string(),
            confidence: 1.0,
        };
        PromptReading {
            unknown: unknown.iter().map(|w| w.to_string()).collect(),
            corrected: Vec::new(),
            dropped: 0,
            understood: understood.iter().map(slot).collect(),
        }
    }

    #[test]
    fn unknown_words_are_named_with_what_stood_in() {
        assert_eq!(unknown_words(&words(&[], &["ball"])), None);
        let one = unknown_words(&words(&["dragon"], &["ball", "bounce"])).unwrap();
        assert_eq!(
            one,
            "“dragon” is not in this model's world; used: ball, bounce."
        );
        let two = unknown_words(&words(&["dragon", "castle"], &[])).unwrap();
        assert_eq!(two, "“dragon” and “castle” are not in this model's world.");
        let many: Vec<_> = (0..9).map(|i| i.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert!(
            unknown_words(&words(&many, &[]))
                .unwrap()
                .contains("“5” and 3 more are")
        );
    }

    #[test]
    fn corrections_and_dropped_words_are_told() {
        let mut read = words(&[], &["ball"]);
        assert_eq!(reading(&read), None);
        read.corrected = vec![("bal".to_owned(), "ball".to_owned())];
        read.dropped = 3;
        let told = reading(&read).unwrap();
        assert_eq!(
            told,
            "“bal” was read as “ball”. The last 3 words were not read: the prompt is too long for this model."
        );
    }

    #[test]
    fn time_left_is_coarse() {
        assert_eq!(time_left(0.4), "about a second left");
        assert_eq!(time_left(7.4), "about 7 seconds left");
        assert_eq!(time_left(43.0), "about 45 seconds left");
        assert_eq!(time_left(121.0), "about 2 minutes left");
        assert_eq!(time_left(f32::NAN), "");
    }

    #[test]
    fn lengths_are_no_more_exact_than_they_are() {
        let told = [9, 17, 33, 61, 97].map(length);
        assert_eq!(told, ["0.75 s", "1.4 s", "2.75 s", "5.1 s", "8.1 s"]);
    }

    #[test]
    fn what_a_clip_is_made_from_is_told() {
        assert!(remixing(Ok(()), true, false).starts_with("Change a few words"));
        assert!(remixing(Ok(()), false, false).contains("anew"));
        assert!(remixing(Ok(()), true, true).contains("length or shape"));
        assert_eq!(
            remixing(Err(Unused::OtherModel), true, false),
            "It was made with another version of the model, so only its words are used."
        );
        assert!(going_on(Ok(()), 33).starts_with("Its 2.75 s stay"));
        assert!(going_on(Err(Unused::TooLong), 33).ends_with("begins anew."));
    }

    #[test]
    fn file_names_hold_letters_only() {
        assert_eq!(
            file_name("A red ball, bounces!"),
            "kinora-a-red-ball-bounces.mp4"
        );
        assert_eq!(file_name("🦊 ../.."), "kinora.mp4");
        assert!(file_name(&"x".repeat(9999)).len() < 80);
    }

    #[test]
    fn shortened_cuts_between_characters() {
        assert_eq!(shortened("  a \n b "), "a b");
        assert_eq!(shortened(&"é".repeat(100)).chars().count(), 81);
    }

    #[test]
    fn software_adapters_are_told_plainly() {
        let adapter = Adapter {
            name: "SwiftShader".to_owned(),
            kind: AdapterKind::Software,
        };
        assert!(device(&adapter, Device::Auto).contains("emulates"));
        assert!(device(&adapter, Device::WebGpu).contains("as you asked"));
        assert!(device(&Adapter::default(), Device::WebGpu).contains("no WebGPU"));
    }
}
