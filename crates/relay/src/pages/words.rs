//! Pages that are mostly words: the home of the relay, and errors that say what to do.

use axum::http::StatusCode;
use kinora_contract::share::ClipView;
use maud::{Markup, html};

use super::document;
use crate::app::Relay;
use crate::error::ApiError;

/// The home of the relay.
pub fn home(relay: &Relay, clips: &[ClipView]) -> Markup {
    let head = html! {
        meta name="description" content="Short clips with sound, made by AI on the machines of those who share them.";
    };
    let body = html! {
        main {
            h1 { "Kinora" }
            p { "Short clips with sound, made by AI on the machines of those who share them. " a href=(relay.config.studio) { "Make one" } "." }
            h2 { "Newest" }
            @if clips.is_empty() {
                p .quiet { "Nobody has listed a clip here yet." }
            }
            ul .list {
                @for clip in clips {
                    li {
                        a href=(clip.page) {
                            @if let Some(poster) = &clip.poster { img src=(poster) alt="" loading="lazy" width=(clip.width) height=(clip.height); }
                            (clip.title)
                        }
                        br;
                        span .quiet { "Made by AI" }
                    }
                }
            }
        }
    };
    document("Kinora", &head, "", &body)
}

/// An error as a page.
pub fn failure(relay: &Relay, status: StatusCode, error: &ApiError) -> Markup {
    let reason;
    let (title, help) = match error {
        ApiError::TakenDown { reason: why } => {
            reason = format!(
                "The operator of this relay took it down after a report. The reason: {}. Remixes of it may still stand.",
                why.words()
            );
            ("This clip was taken down", reason.as_str())
        }
        ApiError::TooMany { .. }
        | ApiError::ReportedOften
        | ApiError::ElsewhereForm
        | ApiError::BadRequest(_) => {
            reason = error.to_string();
            ("This did not work", reason.as_str())
        }
        ApiError::Removed => (
            "This clip was removed",
            "Its maker or this relay took it away, and it will not come back. Remixes of it may still stand. If you have its recipe link or its file, the studio can make it again on your machine.",
        ),
        ApiError::RemixHidden => (
            "This remix is not shown",
            "The maker of a clip that it came from lets no remixes by others stand here. Whoever made this one still has it.",
        ),
        ApiError::NotFound => (
            "There is no clip here",
            "The link may be cut short, or its maker took the clip back. Ask whoever gave you the link for it again.",
        ),
        _ => (
            "This did not work",
            "Nothing was lost. Try again in a minute.",
        ),
    };
    let head = html! { meta name="robots" content="noindex"; };
    let body = html! {
        main {
            h1 { (title) }
            p { (help) }
            p .row {
                a .button href=(relay.config.studio) { "Make a clip" }
                a href="/" { "See the newest clips" }
            }
            p .quiet { "Error " (status.as_u16()) }
        }
    };
    document(title, &head, "", &body)
}
