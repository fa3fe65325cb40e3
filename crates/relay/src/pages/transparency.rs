//! `/transparency`: what was done about reports, in numbers and as the chain that proves that nothing was changed.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::{answer, document};
use crate::app::Shared;
use crate::reports::Reason;
use crate::transparency::Entry;

/// Entries on the page; the whole log is JSON.
const NEWEST: i64 = 100;

/// The page.
pub async fn page(State(relay): State<Shared>) -> Response {
    let page = async {
        let totals = relay.db.log_totals().await?;
        let all: i64 = totals.iter().map(|(_, _, count)| count).sum();
        let newest = relay.db.log_after(all - NEWEST, NEWEST).await?;
        Ok(log(&totals, &newest, all))
    };
    answer(&relay, page.await)
}

fn log(totals: &[(String, String, i64)], newest: &[Entry], all: i64) -> Markup {
    let head = html! { meta name="description" content="What the operator of this relay did about reports."; };
    let body = html! {
        main {
            h1 { "What was done about reports" }
            p { "Whenever the operator takes a clip down or closes a report, a line is added here. No line names a clip or a person." }
            @if totals.is_empty() { p .quiet { "Nothing yet." } } @else {
                h2 { "In all" }
                table {
                    thead { tr { th { "What" } th { "Why" } th { "How often" } } }
                    tbody { @for (action, reason, count) in totals { tr { td { (done(action)) } td { (why(reason)) } td { (count) } } } }
                }
                h2 { "The newest " (newest.len()) " of " (all) }
                table {
                    thead { tr { th { "Number" } th { "Day" } th { "What" } th { "Why" } th { "Reports" } th { "Hash" } } }
                    tbody { @for entry in newest.iter().rev() { tr {
                        td { (entry.seq) } td { (entry.day) } td { (done(&entry.action)) } td { (why(&entry.reason)) } td { (entry.reports) }
                        td { code title=(entry.hash) { (&entry.hash[..12]) "…" } }
                    } } }
                }
            }
            h2 { "How to check it" }
            p { "Every line has a hash that covers the line before it. Write the newest hash down: if an earlier line is ever changed or left out, no later list will lead to it. The whole list is at "
                a href="/api/transparency" { "/api/transparency" } "; how a hash is made stands in " a href="/api/openapi.json" { "the description of this relay's interface" } "." }
        }
    };
    document("What was done about reports", &head, "", &body)
}

fn done(action: &str) -> &str {
    match action {
        "takedown" => "Clip taken down",
        "dismissal" => "Report closed, nothing done",
        other => other,
    }
}

fn why(reason: &str) -> &str {
    match Reason::from_word(reason) {
        Some(reason) => reason.words(),
        None => reason,
    }
}
