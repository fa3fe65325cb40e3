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
    of(PAIRS, kind)
}

fn of(pairs: &[Pair], kind: Kind) -> Migrator {
    let migrations = pairs.iter().map(|pair| {
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

#[cfg(test)]
mod tests {
    use kinora_contract::share::{ClipEdit, Remixes};
    use sqlx::Row as _;
    use sqlx::any::AnyPoolOptions;

    use super::*;
    use crate::db::Db;

    /// A clip and a remix of it, as a relay has kept them that knew two wishes about remixes.
    const BEFORE: &str = "INSERT INTO blobs (hash, bytes, media_type, object) VALUES ('v', 1, 'video/mp4', 'blobs/v');
        INSERT INTO clips (id, key, fingerprint, title, visibility, remix, licence, published_at, video, recipe, width, height, millis)
        VALUES ('parent', 'ada', 'a', 'Parent', 'listed', 1, 'CC0-1.0', 1, 'v', x'00', 16, 16, 1000),
               ('child', 'bo', 'b', 'Child', 'listed', 0, 'CC0-1.0', 2, 'v', x'00', 16, 16, 1000);
        INSERT INTO edges (child, parent) VALUES ('child', 'parent')";

    #[tokio::test]
    async fn clips_of_an_older_relay_stand_until_somebody_wishes_otherwise() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("relay.db").display()
        );
        let old = AnyPoolOptions::new().max_connections(1).connect(&url).await;
        let old = old.expect("opened");
        let known = of(&PAIRS[..3], Kind::Sqlite).run(&old).await;
        known.expect("an older schema");
        let filled = sqlx::raw_sql(BEFORE).execute(&old).await;
        filled.expect("clips");
        old.close().await;

        let db = Db::file(folder.path()).await.expect("brought up to date");
        let stands = async || {
            let find = "SELECT stands FROM clips ORDER BY seq";
            let rows = sqlx::query(find).fetch_all(&db.read).await.expect("rows");
            rows.iter().map(|row| row.get(0)).collect::<Vec<i64>>()
        };
        assert_eq!(stands().await, [1, 1]);
        let edit = ClipEdit {
            remix: Some(Remixes::Hidden),
            ..ClipEdit::default()
        };
        db.edit_clip("parent", "bo", &edit).await.expect("nothing");
        assert_eq!(stands().await, [1, 1], "a wish of somebody else");
        db.edit_clip("parent", "ada", &edit).await.expect("obeyed");
        assert_eq!(stands().await, [1, 0]);
    }
}
