//! The database: SQLite on one machine, PostgreSQL for several, with one set of queries.
//!
//! Queries are written once, for both: parameters are `$1`, numbers and truth values are 64-bit integers, texts are `TEXT`,
//! bytes are bytes. What differs is here (how to open, how to begin) and in the pairs of files in `migrations`.
//!
//! A commit is on the disk before it is confirmed. With SQLite one connection writes, so that writers wait in our queue and
//! never see "database is locked"; others read beside it.

mod clips;
mod lineage;
mod media;
mod migrations;
mod nonces;
mod objects;
mod remixes;
mod reports;
mod uploads;

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Transaction,
};

use crate::config::{ServerUrl, StoreConfig};

pub use clips::{Clip, NewClip, Poster, State};
pub use media::Files;
pub use uploads::{NewPart, Upload};

/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// SQLite: one machine, one file.
    Sqlite,
    /// PostgreSQL: a server that several relays share.
    Postgres,
}

/// A handle; clones share the connections.
#[derive(Clone, Debug)]
pub struct Db {
    read: AnyPool,
    write: AnyPool,
    kind: Kind,
}

impl Db {
    /// Opens the database that the configuration names and brings its schema up to date.
    pub async fn open(config: &StoreConfig) -> anyhow::Result<Self> {
        match &config.database {
            Some(url) => Self::server(url, config.database_connections).await,
            None => Self::file(&config.data).await,
        }
    }

    /// Opens or creates the SQLite file of a data folder.
    pub async fn file(data: &Path) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let file = std::path::absolute(data.join("relay.db"))?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        let options = AnyConnectOptions::from_url(&options.to_url_lossy())?;
        let pool = |most| {
            pool(
                most,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000",
            )
        };
        // One after the other: the first one switches a new file to WAL.
        let write = pool(1).connect_with(options.clone()).await?;
        let kind = Kind::Sqlite;
        migrations::all(kind).run(&write).await?;
        let read = pool(4).connect_with(options).await?;
        Ok(Self { read, write, kind })
    }

    /// Opens a PostgreSQL database, which exists.
    async fn server(url: &ServerUrl, connections: u32) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        // Without the times below: a large table may take longer, and other nodes wait for the first.
        let mut connection = AnyConnection::connect(url.as_str()).await?;
        migrations::all(Kind::Postgres).run(&mut connection).await?;
        connection.close().await?;
        // A commit that is confirmed must be on a disk, whatever the server's default is. The times end what a node that froze has left.
        let prepare = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
            SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";
        let pool = pool(connections, prepare).connect(url.as_str()).await?;
        Ok(Self {
            read: pool.clone(),
            write: pool,
            kind: Kind::Postgres,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&self.read).await.map(drop)
    }

    /// Writes a whole copy of a SQLite database as it is now, while others go on using it.
    pub async fn copy_to(&self, file: &Path) -> anyhow::Result<()> {
        let file = file.to_str().context("the path of a copy must be text")?;
        let copy = sqlx::query("VACUUM INTO $1").bind(file);
        copy.execute(&self.read).await?;
        Ok(())
    }

    /// Closes all connections; SQLite's write-ahead log goes into the database.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// Begins a transaction that writes. In PostgreSQL each statement of it sees what others committed before that statement
    /// (READ COMMITTED); in SQLite nobody else writes meanwhile.
    async fn begin(&self) -> sqlx::Result<Tx> {
        match self.kind {
            Kind::Sqlite => self.write.begin_with("BEGIN IMMEDIATE").await,
            Kind::Postgres => self.write.begin().await,
        }
    }
}

/// A transaction that writes.
type Tx = Transaction<'static, Any>;

/// Milliseconds since 1970.
pub fn now_millis() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Connections that each begin with some statements.
fn pool(most: u32, prepare: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(prepare).await.map(drop) })
        })
}
