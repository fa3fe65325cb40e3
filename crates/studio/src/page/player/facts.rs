//! Facts about a clip.

use crate::page::lineage::origin::Origin;
use crate::page::messages;
use crate::protocol::ClipRecord;
use kinora_contract::Recipe;

/// Lists names and values; empty values are left out.
pub fn facts(record: &ClipRecord) -> Vec<(&'static str, String)> {
    let recipe = Recipe::from_link_fragment(&record.recipe).ok();
    let seconds = record.frames as f32 / record.fps.max(1) as f32;
    let mut facts = vec![
        (
            "Length",
            format!("{seconds:.2} s, {} frames", record.frames),
        ),
        (
            "Size",
            format!(
                "{} × {} pixels, {}",
                record.width,
                record.height,
                messages::size(record.bytes)
            ),
        ),
        (
            "Device",
            if record.device == "webgpu" {
                "WebGPU".to_owned()
            } else {
                "CPU".to_owned()
            },
        ),
        ("Time", format!("{:.1} s", record.took)),
        ("Codecs", record.codecs.clone()),
        ("Frame hash", record.frames_hash.chars().take(16).collect()),
    ];
    if let Some(recipe) = recipe {
        facts.insert(0, ("Seed", recipe.seed.to_string()));
        facts.extend(lineage(&recipe));
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn lineage(recipe: &Recipe) -> Option<(&'static str, String)> {
    let origin = Origin::of(recipe).filter(|origin| !origin.is_original)?;
    let relation = if origin.is_extension() {
        "Extends"
    } else {
        "Remix of"
    };
    Some((relation, messages::shortened(&origin.recipe.prompt)))
}
