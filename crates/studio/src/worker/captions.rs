//! What can be heard, as captions: a word for every contact of the plan, by what the thing is made of.

use kinora_contract::Plan;

/// How long after a contact another one counts as the same sound, seconds.
const ONE_SOUND: f32 = 0.2;

/// When something is struck, in seconds, and the word for it. `material` is how the model read the prompt.
pub fn captions(plan: &Plan, frames: u32, fps: u32, material: &str) -> Vec<(f32, String)> {
    let mut heard: Vec<(f32, String)> = Vec::new();
    for frame in 0..plan.frames().min(frames as usize) {
        let at = frame as f32 / fps.max(1) as f32;
        let struck = plan
            .frame(frame)
            .is_some_and(|state| state.contact.onset > 0.0);
        let anew = heard.last().is_none_or(|(last, _)| at - last > ONE_SOUND);
        if struck && anew {
            heard.push((at, word(material).to_owned()));
        }
    }
    heard
}

fn word(material: &str) -> &'static str {
    match material {
        "rubber" => "[thump]",
        "wood" => "[knock]",
        "metal" => "[clang]",
        "stone" => "[clack]",
        _ => "[thud]",
    }
}
