//! Look-ups in the slots of a prompt that was read.

use kinora_contract::event::SlotReading;

/// Returns the value of a slot, or an empty string for a slot that the model does not have.
pub(crate) fn value<'a>(readings: &'a [SlotReading], slot: &str) -> &'a str {
    let found = readings.iter().find(|read| read.slot == slot);
    found.map_or("", |read| &read.value)
}

/// Whether the clip is a portrait: a person's body as subject 1 and the head as subject 2.
pub(crate) fn is_portrait(readings: &[SlotReading]) -> bool {
    ["talk", "look"].contains(&value(readings, "action"))
}
