//! Commands for the queue of reports.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};

use super::{open, remove};
use crate::config::StoreConfig;
use crate::db::{Db, now_millis};
use crate::reports::{Reason, Report, ReportState};
use crate::transparency::{Entry, first_wrong};

/// What can be done with the queue.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Reports {
    /// Say what waits, the most urgent first.
    List {
        /// Closed ones too.
        #[arg(long)]
        all: bool,
    },
    /// Say everything about a report.
    Show {
        /// Its id.
        id: String,
    },
    /// Close reports and do nothing.
    Dismiss {
        /// Their ids.
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Take the clips of reports down for good and close all reports of them; a relay that runs obeys within seconds.
    Takedown {
        /// Ids of reports.
        #[arg(required = true)]
        ids: Vec<String>,
        /// The reason that the tombstone and the log give; by default that of the report.
        #[arg(long, value_parser = reason)]
        reason: Option<Reason>,
    },
    /// Check the chain of the transparency log.
    Verify,
}

/// Runs one of them on what the configuration names.
pub async fn run(config: &StoreConfig, what: Reports) -> anyhow::Result<()> {
    let (db, _) = open(config).await?;
    match what {
        Reports::List { all } => list(&db, all).await,
        Reports::Show { id } => show(&find(&db, &id).await?),
        Reports::Dismiss { ids } => dismiss(&db, &ids).await,
        Reports::Takedown { ids, reason } => take_down(&db, config, &ids, reason).await,
        Reports::Verify => verify(&db).await,
    }
}

async fn list(db: &Db, all: bool) -> anyhow::Result<()> {
    let reports = db.reports(all).await?;
    for report in &reports {
        let Report {
            id,
            clip,
            reason,
            state,
            ..
        } = report;
        let waits = if *state == ReportState::Open {
            due(report.due_at)
        } else {
            state.word().to_owned()
        };
        println!("{id}  clip {clip}  {:<9}  {waits}", reason.word());
    }
    println!("{} reports", reports.len());
    Ok(())
}

fn show(report: &Report) -> anyhow::Result<()> {
    println!("report    {}", report.id);
    println!("clip      {}", report.clip);
    println!(
        "reason    {} ({})",
        report.reason.word(),
        report.reason.words()
    );
    println!("state     {}", report.state.word());
    println!("received  {}", time(report.reported_at));
    println!("due       {} ({})", time(report.due_at), due(report.due_at));
    println!("contact   {}", report.contact.as_deref().unwrap_or("none"));
    println!("details   {}", report.details.as_deref().unwrap_or("none"));
    Ok(())
}

async fn dismiss(db: &Db, ids: &[String]) -> anyhow::Result<()> {
    for id in ids {
        let report = find(db, id).await?;
        if !db.dismiss(&report).await? {
            bail!("report {id} is closed already");
        }
        println!("report {id} is closed");
    }
    Ok(())
}

async fn take_down(
    db: &Db,
    config: &StoreConfig,
    ids: &[String],
    reason: Option<Reason>,
) -> anyhow::Result<()> {
    for id in ids {
        let report = find(db, id).await?;
        // The reason first: whoever looks when the clip is gone shall find it. A crash between the two leaves the clip in
        // place, and the command can be given again.
        let reason = reason.unwrap_or(report.reason);
        let closed = db.note_takedown(&report.clip, reason).await?;
        remove(config, std::slice::from_ref(&report.clip)).await?;
        println!(
            "clip {} is taken down; {closed} reports are closed",
            report.clip
        );
    }
    Ok(())
}

async fn verify(db: &Db) -> anyhow::Result<()> {
    let entries: Vec<Entry> = db.log_after(0, i64::MAX).await?;
    if let Some(place) = first_wrong(&entries) {
        bail!("entry {place} of the log does not fit what stands before it: it was changed");
    }
    let last = entries.last().map_or("none", |entry| &entry.hash);
    println!("{} entries, whole; the last hash is {last}", entries.len());
    Ok(())
}

async fn find(db: &Db, id: &str) -> anyhow::Result<Report> {
    let report = db.report(id).await?;
    report.with_context(|| format!("there is no report {id:?}"))
}

fn reason(word: &str) -> Result<Reason, String> {
    let words: Vec<&str> = Reason::ALL.into_iter().map(Reason::word).collect();
    Reason::from_word(word).ok_or_else(|| format!("the reasons are {}", words.join(", ")))
}

fn due(millis: i64) -> String {
    let left = (millis - now_millis()) / 3_600_000;
    if millis < now_millis() {
        "OVERDUE".to_owned()
    } else {
        format!("due in {left} h")
    }
}

fn time(millis: i64) -> String {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}
