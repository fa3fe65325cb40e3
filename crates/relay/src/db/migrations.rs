//! The schema's history: pairs of files of one name, for SQLite and for PostgreSQL. Never change one that was released.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::Kind;

/// A migration by its number and the name of its two files.
macro_rules! pair {
    ($version:literal, $file:literal) => {
        Pair {
            version: $version,
            name: $file,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $file, ".sql")),
        }
    };
}

/// A new one goes to the end.
const PAIRS: &[Pair] = &[
    pair!(1, "0001_start"),
    pair!(2, "0002_objects"),
    pair!(3, "0003_reports"),
    pair!(4, "0004_remixes"),
];

struct Pair {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All migrations for one kind of database.
pub fn all(kind: Kind) -> Migrator {
    let migrations = PAIRS.iter().map(|pair| {
        let sql = match kind {
            Kind::Sqlite => pair.sqlite,
            Kind::Postgres => pair.postgres,
        };
        let simple = MigrationType::Simple;
        Migration::new(
            pair.version,
            pair.name.into(),
            simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}
