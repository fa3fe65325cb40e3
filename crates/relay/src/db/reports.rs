//! Reports, what was taken down for them, and the log of both.

use anyhow::Context as _;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Db, now_millis};
use crate::reports::{Reason, Report, ReportState};
use crate::transparency::{Entry, START};

const REPORTS: &str =
    "SELECT id, clip, reason, details, contact, reported_at, due_at, state FROM reports";
const ENTRIES: &str = "SELECT seq, day, action, reason, reports, previous, hash FROM transparency";

impl Db {
    /// Adds a report.
    pub async fn add_report(&self, report: &Report) -> sqlx::Result<()> {
        let add =
            "INSERT INTO reports (id, clip, reason, details, contact, reported_at, due_at, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(add)
            .bind(&report.id)
            .bind(&report.clip)
            .bind(report.reason.word())
            .bind(&report.details)
            .bind(&report.contact)
            .bind(report.reported_at)
            .bind(report.due_at)
            .bind(report.state.word())
            .execute(&self.write)
            .await
            .map(drop)
    }

    /// A report.
    pub async fn report(&self, id: &str) -> anyhow::Result<Option<Report>> {
        let find = format!("{REPORTS} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(find)).bind(id);
        let row = row.fetch_optional(&self.read).await?;
        row.map(|row| read_report(&row)).transpose()
    }

    /// Reports that wait, the most urgent first; or all of them.
    pub async fn reports(&self, all: bool) -> anyhow::Result<Vec<Report>> {
        let find =
            format!("{REPORTS} WHERE state = 'open' OR CAST($1 AS BIGINT) = 1 ORDER BY due_at, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(find)).bind(i64::from(all));
        let rows = rows.fetch_all(&self.read).await?;
        rows.iter().map(read_report).collect()
    }

    /// How many reports of a clip wait.
    pub async fn open_reports_of(&self, clip: &str) -> sqlx::Result<i64> {
        let count = "SELECT count(*) FROM reports WHERE clip = $1 AND state = 'open'";
        let row = sqlx::query(count).bind(clip).fetch_one(&self.read).await?;
        Ok(row.get(0))
    }

    /// For each reason, how many reports wait, and how many of them longer than they should.
    pub async fn waiting_reports(&self, now: i64) -> sqlx::Result<Vec<(String, i64, i64)>> {
        let count = "SELECT reason, count(*), count(CASE WHEN due_at < $1 THEN 1 END) FROM reports
            WHERE state = 'open' GROUP BY reason";
        let rows = sqlx::query(count).bind(now).fetch_all(&self.read).await?;
        let counts = |row: &AnyRow| (row.get(0), row.get(1), row.get(2));
        Ok(rows.iter().map(counts).collect())
    }

    /// Closes a report without doing anything; false if it does not wait.
    pub async fn dismiss(&self, report: &Report) -> anyhow::Result<bool> {
        let mut tx = self.begin().await?;
        let close =
            "UPDATE reports SET state = 'dismissed', details = NULL, contact = NULL, closed_at = $2
            WHERE id = $1 AND state = 'open'";
        let close = sqlx::query(close).bind(&report.id).bind(now_millis());
        if close.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(false);
        }
        append(&mut tx, "dismissal", report.reason, 1).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes why a clip is taken down and closes all reports of it; gives their number. The clip itself is removed apart.
    pub async fn note_takedown(&self, clip: &str, reason: Reason) -> anyhow::Result<u64> {
        let mut tx = self.begin().await?;
        let close = "UPDATE reports SET state = 'taken-down', details = NULL, contact = NULL, closed_at = $2
            WHERE clip = $1 AND state = 'open'";
        let close = sqlx::query(close).bind(clip).bind(now_millis());
        let closed = close.execute(&mut *tx).await?.rows_affected();
        let note = "INSERT INTO takedowns (clip, reason, taken_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let note = sqlx::query(note)
            .bind(clip)
            .bind(reason.word())
            .bind(now_millis());
        let first = note.execute(&mut *tx).await?.rows_affected() > 0;
        if first || closed > 0 {
            append(&mut tx, "takedown", reason, i64::try_from(closed)?).await?;
        }
        tx.commit().await?;
        Ok(closed)
    }

    /// Why a clip was taken down, if it was.
    pub async fn takedown(&self, clip: &str) -> anyhow::Result<Option<Reason>> {
        let find = sqlx::query("SELECT reason FROM takedowns WHERE clip = $1").bind(clip);
        let row = find.fetch_optional(&self.read).await?;
        row.map(|row| read_reason(row.get(0))).transpose()
    }

    /// Entries of the log after a place, oldest first.
    pub async fn log_after(&self, seq: i64, limit: i64) -> sqlx::Result<Vec<Entry>> {
        let find = format!("{ENTRIES} WHERE seq > $1 ORDER BY seq LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(find)).bind(seq).bind(limit);
        let rows = rows.fetch_all(&self.read).await?;
        Ok(rows.iter().map(read_entry).collect())
    }

    /// How often each thing was done for each reason.
    pub async fn log_totals(&self) -> sqlx::Result<Vec<(String, String, i64)>> {
        let count = "SELECT action, reason, count(*) FROM transparency GROUP BY action, reason ORDER BY action, reason";
        let rows = sqlx::query(count).fetch_all(&self.read).await?;
        let totals = |row: &AnyRow| (row.get(0), row.get(1), row.get(2));
        Ok(rows.iter().map(totals).collect())
    }
}

/// Two who append at once would write the same place: the second fails and does nothing.
async fn append(
    tx: &mut sqlx::Transaction<'static, sqlx::Any>,
    action: &str,
    reason: Reason,
    reports: i64,
) -> anyhow::Result<()> {
    let last = format!("{ENTRIES} ORDER BY seq DESC LIMIT 1");
    let last = sqlx::query(sqlx::AssertSqlSafe(last));
    let last = last
        .fetch_optional(&mut **tx)
        .await?
        .map(|row| read_entry(&row));
    let (seq, previous) = last.map_or((1, START.to_owned()), |last| (last.seq + 1, last.hash));
    let entry = Entry::new(seq, now_millis(), action, reason.word(), reports, &previous);
    let add = "INSERT INTO transparency (seq, day, action, reason, reports, previous, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(add)
        .bind(entry.seq)
        .bind(&entry.day)
        .bind(&entry.action)
        .bind(&entry.reason)
        .bind(entry.reports)
        .bind(&entry.previous)
        .bind(&entry.hash)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn read_report(row: &AnyRow) -> anyhow::Result<Report> {
    Ok(Report {
        id: row.get(0),
        clip: row.get(1),
        reason: read_reason(row.get(2))?,
        details: row.get(3),
        contact: row.get(4),
        reported_at: row.get(5),
        due_at: row.get(6),
        state: ReportState::from_word(row.get(7)).context("a stored state of a report")?,
    })
}

fn read_reason(word: &str) -> anyhow::Result<Reason> {
    Reason::from_word(word).context("a stored reason of a report")
}

fn read_entry(row: &AnyRow) -> Entry {
    Entry {
        seq: row.get(0),
        day: row.get(1),
        action: row.get(2),
        reason: row.get(3),
        reports: row.get(4),
        previous: row.get(5),
        hash: row.get(6),
    }
}
