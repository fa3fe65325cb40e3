//! Texts of the page that depend on its state.

mod device;
mod format;
mod lineage;
mod prompt;
mod reading;

pub use device::{device, self_test};
pub use format::{file_name, length, shortened, size};
pub use lineage::{cannot_extend, extension, remix};
pub use prompt::reading_order;
pub use reading::{field_name, field_sentence, how_read, preview};

use super::state::Progress;
use crate::protocol::ClipRecord;
use kinora_contract::PictureUse;
use kinora_contract::event::Stage;
use kinora_contract::share::Licence;

/// Example prompts; the starter can generate each.
pub const EXAMPLES: [&str; 5] = [
    "a red rubber ball bounces on a wooden floor, cinematic",
    "three white plastic bottles topple over on a beach at sunset",
    "un robot bleu danse dans la rue la nuit",
    "a tiny yellow car drives to the left in the desert, animated",
    "a blue cup pours water into a yellow mug on a wooden floor, animated",
];

/// Explains that a run waits for another tab.
pub const WAITING: &str =
    "Another tab is generating a clip. This one starts when it ends, or press Cancel.";

/// Names a stage of the generation.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Load => "Preparing",
        Stage::Source => "Rendering the source clip",
        Stage::Text => "Reading the prompt",
        Stage::Plan => "Planning the motion",
        Stage::Denoise => "Generating the video",
        Stage::Decode => "Rendering the frames",
        Stage::Sound => "Generating the sound",
    }
}

/// Formats a run's progress as one line, for the screen and for screen readers.
pub fn progress(progress: &Progress) -> String {
    let mut line = stage(progress.stage.unwrap_or(Stage::Load)).to_owned();
    if let Some((done, total)) = progress.steps {
        line += &format!(", step {done} of {total}");
    }
    let left = progress.seconds_left.map(format::time_left);
    if let Some(left) = left.filter(|left| !left.is_empty()) {
        line += &format!(", {left}");
    }
    line
}

/// Explains the use of a reference image.
pub fn reference_image(used: PictureUse) -> &'static str {
    match used {
        PictureUse::Place => "This image is the background, with its own light and weather.",
        PictureUse::Subject => "This image is the first subject of the prompt.",
        PictureUse::Head => "This image is the face of the speaker.",
    }
}

/// Lists what publishing sends, as the subject of a sentence.
pub fn upload_contents(record: &ClipRecord) -> String {
    let captions = if record.captions.is_empty() {
        ""
    } else {
        ", its captions"
    };
    format!(
        "The MP4 ({}), which contains the recipe with your prompt and settings, its poster{captions}, this title and your name",
        size(record.bytes)
    )
}

/// Describes a licence.
pub fn licence(licence: Licence) -> &'static str {
    match licence {
        Licence::CcBy => "Anything, with credit (CC BY)",
        Licence::CcBySa => "Anything, with credit and under the same licence (CC BY-SA)",
        Licence::Cc0 => "Anything (CC0)",
        Licence::AllRightsReserved => "Watch only (all rights reserved)",
    }
}
