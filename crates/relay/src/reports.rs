//! Reports: somebody says that a clip should not be here. They wait in a queue until an operator takes the clip down or
//! dismisses them; who reported is not asked, and what was written is forgotten when a report is closed.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use kinora_contract::share::Problem;
use serde::{Deserialize, Serialize};

use crate::app::{Relay, Shared};
use crate::clips::visible;
use crate::db::now_millis;
use crate::error::ApiError;
use crate::guard::Peer;
use crate::id::{self, is_id};

/// Reports of one clip that may wait at once; more would say nothing new.
const MOST_OPEN: i64 = 100;
/// Characters of what a reporter may write.
pub const MAX_DETAILS: usize = 2000;
/// Characters of an address to answer to.
pub const MAX_CONTACT: usize = 200;
const HOUR_MILLIS: i64 = 3_600_000;

/// Why a clip should not be here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It shows somebody who did not agree.
    Likeness,
    /// It is sexual and shows somebody who did not agree.
    Intimate,
    /// It sexualises or endangers a child.
    Child,
    /// It threatens somebody or calls for violence.
    Violence,
    /// It is made to deceive.
    Deceit,
    /// It copies somebody's work.
    Copyright,
    /// Anything else.
    Other,
}

/// What came of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportState {
    /// It waits.
    Open,
    /// The operator found no reason to take the clip down.
    Dismissed,
    /// The clip was taken down.
    TakenDown,
}

/// What a reporter sends.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// Why.
    pub reason: Reason,
    /// In the reporter's words, at most 2,000 characters.
    pub details: Option<String>,
    /// Where to answer, at most 200 characters. Only the operator sees it.
    pub contact: Option<String>,
}

/// A report as it is stored.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its id: whoever has it may ask what came of it.
    pub id: String,
    /// Id of the clip.
    pub clip: String,
    /// Why.
    pub reason: Reason,
    /// In the reporter's words; none once it is closed.
    pub details: Option<String>,
    /// Where to answer; none once it is closed.
    pub contact: Option<String>,
    /// Milliseconds since 1970.
    pub reported_at: i64,
    /// When somebody should have looked at it, in milliseconds since 1970.
    pub due_at: i64,
    /// What came of it.
    pub state: ReportState,
}

/// A report as its reporter sees it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReportView {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: Reason,
    /// What came of it.
    pub state: ReportState,
    /// Milliseconds since 1970.
    pub reported_at: i64,
    /// When somebody will have looked at it, in milliseconds since 1970.
    pub due_at: i64,
    /// The page that says this to people.
    pub page: String,
}

impl Reason {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Likeness,
        Self::Intimate,
        Self::Child,
        Self::Violence,
        Self::Deceit,
        Self::Copyright,
        Self::Other,
    ];

    /// The word in JSON, forms and the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Likeness => "likeness",
            Self::Intimate => "intimate",
            Self::Child => "child",
            Self::Violence => "violence",
            Self::Deceit => "deceit",
            Self::Copyright => "copyright",
            Self::Other => "other",
        }
    }

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// In the words of a form and of a tombstone.
    pub fn words(self) -> &'static str {
        match self {
            Self::Likeness => "It shows somebody without consent",
            Self::Intimate => "It is sexual and shows somebody without consent",
            Self::Child => "It sexualises or endangers a child",
            Self::Violence => "It threatens somebody or calls for violence",
            Self::Deceit => "It is made to deceive people",
            Self::Copyright => "It copies somebody's work",
            Self::Other => "Another reason",
        }
    }

    /// How soon somebody should look, in hours. The shortest are those of the strictest laws for intimate pictures.
    pub fn hours(self) -> i64 {
        match self {
            Self::Intimate | Self::Child => 2,
            Self::Likeness | Self::Violence | Self::Deceit => 48,
            Self::Copyright | Self::Other => 7 * 24,
        }
    }
}

impl ReportState {
    /// The word in JSON and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dismissed => "dismissed",
            Self::TakenDown => "taken-down",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Open, Self::Dismissed, Self::TakenDown];
        all.into_iter().find(|state| state.word() == word)
    }
}

/// Reports a clip. Not signed: nobody needs a key to say that a clip shows them.
#[utoipa::path(post, path = "/api/clips/{id}/reports", tag = "reports", params(("id" = String, Path)), request_body = NewReport,
    responses((status = 201, body = ReportView, description = "It waits; `id` tells later what came of it"),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn create(
    State(relay): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, ApiError> {
    const TYPE: &str = "application/json";
    let kind = headers.get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(TYPE.as_bytes())) {
        return Err(ApiError::MediaType(TYPE));
    }
    let new = serde_json::from_slice(&body);
    let new = new.map_err(|error| ApiError::BadJson(error.to_string()))?;
    let report = file(&relay, peer, &headers, &id, new).await?;
    Ok((StatusCode::CREATED, Json(view(&relay, &report))).into_response())
}

/// What came of a report.
#[utoipa::path(get, path = "/api/reports/{id}", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, body = ReportView), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn get(
    State(relay): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<ReportView>, ApiError> {
    Ok(Json(view(&relay, &find(&relay, &id).await?)))
}

/// Takes a report in, whichever way it came.
pub async fn file(
    relay: &Shared,
    peer: SocketAddr,
    headers: &HeaderMap,
    clip: &str,
    new: NewReport,
) -> Result<Report, ApiError> {
    from_here(relay, headers)?;
    let clip = visible(relay, clip).await?;
    let details = text(new.details, MAX_DETAILS)?;
    let contact = text(new.contact, MAX_CONTACT)?;
    relay.limits.report(peer, headers)?;
    if relay.db.open_reports_of(&clip.id).await? >= MOST_OPEN {
        return Err(ApiError::ReportedOften);
    }
    let now = now_millis();
    let report = Report {
        id: id::new()?,
        clip: clip.id,
        reason: new.reason,
        details,
        contact,
        reported_at: now,
        due_at: now.saturating_add(new.reason.hours() * HOUR_MILLIS),
        state: ReportState::Open,
    };
    relay.db.add_report(&report).await?;
    relay.metrics.reports.inc();
    tracing::info!(
        report = report.id,
        reason = report.reason.word(),
        "reported"
    );
    Ok(report)
}

/// A report that is there.
pub async fn find(relay: &Shared, id: &str) -> Result<Report, ApiError> {
    if !is_id(id) {
        return Err(ApiError::NotFound);
    }
    relay.db.report(id).await?.ok_or(ApiError::NotFound)
}

fn view(relay: &Relay, report: &Report) -> ReportView {
    ReportView {
        id: report.id.clone(),
        reason: report.reason,
        state: report.state,
        reported_at: report.reported_at,
        due_at: report.due_at,
        page: format!("{}/report/{}", relay.origin, report.id),
    }
}

/// Pages of others must not make their visitors report: a browser says where a request comes from. There is no cookie
/// that such a page could use, so nothing more is at stake than whose address is counted.
fn from_here(relay: &Relay, headers: &HeaderMap) -> Result<(), ApiError> {
    let says = |name: &str| headers.get(name).map(|value| value.as_bytes());
    let site =
        says("sec-fetch-site").is_none_or(|site| [&b"same-origin"[..], b"none"].contains(&site));
    let origin = says("origin").is_none_or(|origin| origin == relay.origin.as_str().as_bytes());
    (site && origin)
        .then_some(())
        .ok_or(ApiError::ElsewhereForm)
}

/// What somebody wrote, without what a terminal would obey; nothing if it is empty.
fn text(written: Option<String>, most: usize) -> Result<Option<String>, ApiError> {
    let written = written.unwrap_or_default().replace("\r\n", "\n");
    let written = written.trim();
    if written.chars().count() > most {
        return Err(ApiError::BadRequest(
            "This is too long: 2,000 characters of words and 200 of an address are taken.",
        ));
    }
    if written
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(ApiError::BadRequest("Control characters are not taken."));
    }
    Ok((!written.is_empty()).then(|| written.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_to_reasons() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
            let json = serde_json::to_value(reason).expect("a word");
            assert_eq!(json, reason.word());
        }
        assert_eq!(Reason::from_word("taste"), None);
    }

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        let taken = |written: &str| text(Some(written.to_owned()), 10).ok().flatten();
        assert_eq!(taken(" it is\r\nme "), Some("it is\nme".to_owned()));
        assert_eq!(taken("  "), None);
        assert!(text(Some("\u{1b}[2J".to_owned()), 10).is_err());
        assert!(text(Some("\u{9b}2J".to_owned()), 10).is_err());
        assert!(text(Some("elevenchars".to_owned()), 10).is_err());
    }
}
