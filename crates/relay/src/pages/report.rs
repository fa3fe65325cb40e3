//! Pages for reports: the form, which works without scripts, and what came of a report.

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::{answer, date, document};
use crate::app::Shared;
use crate::clips::visible;
use crate::db::Clip;
use crate::error::ApiError;
use crate::guard::Peer;
use crate::reports::{self, MAX_CONTACT, MAX_DETAILS, NewReport, Reason, Report, ReportState};

/// The form for a clip.
pub async fn form(State(relay): State<Shared>, Path(id): Path<String>) -> Response {
    let page = async { Ok(questions(&visible(&relay, &id).await?)) };
    answer(&relay, page.await)
}

/// Takes the form in and leads to the page of the report.
pub async fn send(
    State(relay): State<Shared>,
    Extension(Peer(peer)): Extension<Peer>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Form<NewReport>, axum::extract::rejection::FormRejection>,
) -> Response {
    let report = match form {
        Ok(Form(new)) => reports::file(&relay, peer, &headers, &id, new).await,
        Err(_) => Err(ApiError::BadRequest(
            "Choose a reason, and send the form again.",
        )),
    };
    match report {
        Ok(report) => {
            let place = [(header::LOCATION, format!("/report/{}", report.id))];
            (StatusCode::SEE_OTHER, place).into_response()
        }
        Err(error) => answer(&relay, Err(error)),
    }
}

/// What came of a report.
pub async fn outcome(State(relay): State<Shared>, Path(id): Path<String>) -> Response {
    let page = async { Ok(told(&reports::find(&relay, &id).await?)) };
    answer(&relay, page.await)
}

fn questions(clip: &Clip) -> Markup {
    let head = html! { meta name="robots" content="noindex"; };
    let body = html! {
        main {
            h1 { "Report a clip" }
            p { "You are reporting \"" (clip.title) "\". Nobody but the operator of this relay learns of it, and you need no account." }
            form .report method="post" action={ "/c/" (clip.id) "/report" } {
                fieldset {
                    legend { "What is wrong with it?" }
                    @for reason in Reason::ALL {
                        label { input type="radio" name="reason" value=(reason.word()) required; " " (reason.words()) }
                    }
                }
                label for="details" { "What should the operator know? " span .quiet { "(may stay empty)" } }
                textarea #details name="details" rows="4" maxlength=(MAX_DETAILS) {}
                label for="contact" { "Where may the operator answer? " span .quiet { "(may stay empty)" } }
                input #contact name="contact" type="text" maxlength=(MAX_CONTACT) autocomplete="email";
                p .quiet { "What you write here is deleted when the report is closed." }
                p .row { button type="submit" { "Send the report" } a href={ "/c/" (clip.id) } { "Back to the clip" } }
            }
        }
    };
    document("Report a clip", &head, "", &body)
}

fn told(report: &Report) -> Markup {
    let head = html! { meta name="robots" content="noindex"; };
    let (title, words) = match report.state {
        ReportState::Open => (
            "Your report has arrived",
            format!(
                "Somebody will look at it by {} UTC. Keep the address of this page: it will say what came of it.",
                date(report.due_at).replace('T', ", ").trim_end_matches(":00Z").trim_end_matches('Z')
            ),
        ),
        ReportState::Dismissed => (
            "Your report was closed",
            "The operator of this relay looked at the clip and found no reason to take it down.".to_owned(),
        ),
        ReportState::TakenDown => (
            "The clip was taken down",
            "The operator of this relay agreed with you. Copies that people saved are out of reach.".to_owned(),
        ),
    };
    let body = html! {
        main {
            h1 { (title) }
            p { (words) }
            dl { dt { "Reason" } dd { (report.reason.words()) } dt { "Sent" } dd { (&date(report.reported_at)[..10]) } }
            p .row { a href="/transparency" { "What was done about all reports" } }
        }
    };
    document(title, &head, "", &body)
}
