//! Sound captions: one word per contact of the plan, chosen by material.

use kinora_contract::Plan;

/// Contacts closer than this are one sound, seconds.
const MIN_GAP: f32 = 0.2;

/// Returns the seconds and the word of each contact. `material` is the first subject's, as the model read the prompt.
pub fn captions(plan: &Plan, frames: u32, fps: u32, material: &str) -> Vec<(f32, String)> {
    let mut heard: Vec<(f32, String)> = Vec::new();
    for frame in 0..plan.frames().min(frames as usize) {
        let at = frame as f32 / fps.max(1) as f32;
        let struck = plan
            .frame(frame)
            .is_some_and(|state| state.contact.onset > 0.0);
        let is_new = heard.last().is_none_or(|(last, _)| at - last > MIN_GAP);
        if struck && is_new {
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
