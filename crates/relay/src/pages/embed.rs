//! `/embed/<id>`: the clip and its words, and nothing else. It plays without scripts; with them it answers to player.js.

use kinora_contract::share::ClipView;
use maud::{Markup, html};

use super::document;
use crate::db::Clip;

/// The page.
pub fn page(clip: &Clip, view: &ClipView) -> Markup {
    let head = html! {
        meta name="robots" content="noindex";
        link rel="canonical" href=(view.page);
        script type="module" src="/assets/embed.js" {}
    };
    let body = html! {
        main {
            (video(clip, view))
            div .bar {
                span .mark { "Made by AI" }
                h1 { a href=(view.page) target="_blank" rel="noopener" { (view.title) } }
                @if let Some(remix) = &view.remix_link {
                    a href=(remix) target="_blank" rel="noopener" { "Remix" }
                }
            }
        }
    };
    document(&view.title, &head, "embed", &body)
}

/// The video with its captions. Nothing is loaded before somebody plays but the index and the still.
pub fn video(clip: &Clip, view: &ClipView) -> Markup {
    html! {
        video controls playsinline preload="metadata" width=(view.width) height=(view.height) aria-label=(view.title)
            poster=[view.poster.as_ref()] crossorigin="anonymous" {
            source src=(view.video) type="video/mp4";
            @if let Some(captions) = &view.captions {
                track kind="captions" src=(captions) srclang="en" label="Captions" default;
            }
            p { "Your browser cannot play this video here. " a href=(view.video) download={ (clip.id) ".mp4" } { "Save it" } " and open it in another program." }
        }
    }
}
