//! Pages for people: static HTML that plays without scripts and says the same to those who make previews of links.

pub mod assets;
mod clip;
mod embed;
pub mod oembed;
pub mod report;
pub mod transparency;
mod words;

use std::time::{Duration, SystemTime};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::app::Shared;
use crate::clips::{view, visible};
use crate::error::ApiError;
use crate::tree;

/// The page with a clip.
pub async fn clip(State(relay): State<Shared>, Path(id): Path<String>) -> Response {
    let page = async {
        let clip = visible(&relay, &id).await?;
        let lineage = tree::of(&relay, &clip).await?;
        Ok(clip::page(&relay, &clip, &view(&relay, &clip), &lineage))
    };
    answer(&relay, page.await)
}

/// The page for a frame in another page.
pub async fn embed(State(relay): State<Shared>, Path(id): Path<String>) -> Response {
    let page = async {
        let clip = visible(&relay, &id).await?;
        Ok(embed::page(&clip, &view(&relay, &clip)))
    };
    answer(&relay, page.await)
}

/// What this place is, and the newest listed clips.
pub async fn home(State(relay): State<Shared>) -> Response {
    let page = async {
        let clips = relay.db.listed(i64::MAX, 20).await?;
        let clips: Vec<_> = clips.iter().map(|clip| view(&relay, clip)).collect();
        Ok(words::home(&relay, &clips))
    };
    answer(&relay, page.await)
}

/// A page, or an error as a page that says what to do.
fn answer(relay: &Shared, page: Result<Markup, ApiError>) -> Response {
    let mut response = match page {
        Ok(page) => Html(page.into_string()).into_response(),
        Err(error) => {
            let (status, _) = error.kind();
            if let ApiError::Internal(error) = &error {
                tracing::error!("{error:#}");
            }
            (
                status,
                Html(words::failure(relay, status, &error).into_string()),
            )
                .into_response()
        }
    };
    // What is deleted or changed is so with the next look.
    no_store(response.headers_mut());
    response
}

fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// RFC 3339, to the second.
fn date(millis: i64) -> String {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}

/// The frame of every page. `head` comes after what all have.
fn document(title: &str, head: &Markup, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/relay.css";
                (head)
            }
            body class=(class) { (body) }
        }
    }
}
