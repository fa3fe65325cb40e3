//! Messages about remixes and extensions.

use super::format::length;
use crate::page::lineage::origin::Unusable;

/// Explains what a remix keeps. `reshaped` means another length or shape than the original's.
pub fn remix(usable: Result<(), Unusable>, keep: bool, reshaped: bool) -> String {
    match (usable, keep, reshaped) {
        (Err(why), ..) => format!("{}, so only its prompt and settings are used.", reason(why)),
        (_, false, _) => {
            "Only its prompt and settings are used; everything is generated from scratch."
                .to_owned()
        }
        (_, _, true) => {
            "The length or shape differs, so everything is generated from scratch.".to_owned()
        }
        _ => "Change a few words, or add what should be different: “make it blue”, “now at night”. The rest stays the same."
            .to_owned(),
    }
}

/// Explains what an extension of a clip with `frames` frames at `fps` per second keeps.
pub fn extension(usable: Result<(), Unusable>, (frames, fps): (u32, u32)) -> String {
    match usable {
        Err(why) => format!("{}, so the next clip starts from scratch.", reason(why)),
        Ok(()) => format!(
            "Keeps the first {}. Describe what happens next.",
            length(frames, fps)
        ),
    }
}

fn reason(why: Unusable) -> &'static str {
    match why {
        Unusable::OtherModel => "It was made with another version of the model",
        Unusable::TooMany => "It derives from too many other clips",
        Unusable::TooLong => "Its prompt and yours are too long together",
        Unusable::Misfit => "The next clip is not longer, or has another shape",
    }
}

/// Explains why a clip cannot be extended, as the end of a sentence.
pub fn cannot_extend(why: Unusable) -> &'static str {
    match why {
        Unusable::OtherModel => "it was made with another version of the model",
        Unusable::TooMany => "it derives from too many other clips",
        Unusable::TooLong => "its prompt is too long",
        Unusable::Misfit => "it has the maximum length",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_state_what_is_kept() {
        assert!(remix(Ok(()), true, false).starts_with("Change a few words"));
        assert!(remix(Ok(()), false, false).contains("from scratch"));
        assert!(remix(Ok(()), true, true).contains("length or shape"));
        assert_eq!(
            remix(Err(Unusable::OtherModel), true, false),
            "It was made with another version of the model, so only its prompt and settings are used."
        );
        assert!(extension(Ok(()), (33, 12)).starts_with("Keeps the first 2.75 s."));
        assert!(extension(Err(Unusable::TooLong), (33, 12)).ends_with("starts from scratch."));
    }
}
