//! Whether remixes stand: what the makers of the clips that they came from want.
//!
//! An edge is refused while the parent's maker hides remixes and the child is somebody else's. A clip stands if no edge above it is
//! refused. Both are columns, so that reading costs nothing. Rows are held in the order of their `seq`, parents before children,
//! here and where clips are added: a clip that is published in the same moment comes before a wish or after it.

use kinora_contract::share::Remixes;
use sqlx::Row as _;

use super::{Db, Tx};

/// A clip that a new one is made from.
#[derive(Clone, Debug)]
pub struct Parent {
    id: String,
    seq: i64,
    /// Whether its maker hides remixes of others, and this is one.
    refused: bool,
    /// Whether what is made from it may stand.
    pub bears: bool,
}

impl Db {
    /// Whether the maker of a clip that was removed hid its remixes. That outlives the clip.
    pub async fn hides_remixes(&self, id: &str) -> sqlx::Result<bool> {
        let find = sqlx::query("SELECT remix FROM clips WHERE id = $1").bind(id);
        let row = find.fetch_optional(&self.read).await?;
        let hidden = number(Remixes::Hidden);
        Ok(row.is_some_and(|row| row.get::<i64, _>(0) == hidden))
    }
}

/// The parents of a new clip of this key, which nobody else changes until the transaction ends.
pub async fn hold_parents(tx: &mut Tx, key: &str, ids: &[String]) -> anyhow::Result<Vec<Parent>> {
    let mut parents = Vec::new();
    for id in ids {
        let find = sqlx::query("SELECT seq FROM clips WHERE id = $1").bind(id);
        let seq = find.fetch_one(&mut **tx).await?.get::<i64, _>(0);
        let (refused, bears) = (false, false);
        parents.push(Parent {
            id: id.clone(),
            seq,
            refused,
            bears,
        });
    }
    parents.sort_by_key(|parent| parent.seq);
    for parent in &mut parents {
        let hold = "UPDATE clips SET stands = stands WHERE id = $1 RETURNING key, remix, stands";
        let row = sqlx::query(hold).bind(&parent.id).fetch_one(&mut **tx);
        let row = row.await?;
        let hides = row.get::<i64, _>(1) == number(Remixes::Hidden);
        parent.refused = hides && row.get::<&str, _>(0) != key;
        parent.bears = !parent.refused && row.get::<i64, _>(2) != 0;
    }
    Ok(parents)
}

/// Names what a clip was made from.
pub async fn add_edges(tx: &mut Tx, child: &str, parents: &[Parent]) -> sqlx::Result<()> {
    for parent in parents {
        let add = "INSERT INTO edges (child, parent, refused) VALUES ($1, $2, $3)";
        let add = sqlx::query(add).bind(child).bind(&parent.id);
        let add = add.bind(i64::from(parent.refused));
        add.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Does what the maker of a clip wants of remixes. The clip's row is held.
pub async fn obey(tx: &mut Tx, id: &str, key: &str, wish: Remixes) -> sqlx::Result<()> {
    let refused = i64::from(wish == Remixes::Hidden);
    let refuse = "UPDATE edges SET refused = $1 WHERE parent = $2 AND refused <> $1
        AND child IN (SELECT id FROM clips WHERE key <> $3)";
    let refuse = sqlx::query(refuse).bind(refused).bind(id).bind(key);
    if refuse.execute(&mut **tx).await?.rows_affected() == 0 {
        return Ok(());
    }
    let mut seen = 0;
    loop {
        let below = below(tx, id).await?;
        // Once all of them are held nobody can add another.
        if below.len() == seen {
            return Ok(());
        }
        seen = below.len();
        for clip in below {
            let weigh = "UPDATE clips SET stands = CASE WHEN EXISTS (SELECT 1 FROM edges e JOIN clips p ON p.id = e.parent
                WHERE e.child = $1 AND (e.refused = 1 OR p.stands = 0)) THEN 0 ELSE 1 END WHERE id = $1";
            sqlx::query(weigh).bind(clip).execute(&mut **tx).await?;
        }
    }
}

/// All that was made from a clip, what was made earlier first.
async fn below(tx: &mut Tx, id: &str) -> sqlx::Result<Vec<String>> {
    let find = "WITH RECURSIVE below (id) AS (SELECT child FROM edges WHERE parent = $1
        UNION SELECT e.child FROM edges e JOIN below ON e.parent = below.id)
        SELECT c.id FROM clips c JOIN below ON below.id = c.id ORDER BY c.seq";
    let rows = sqlx::query(find).bind(id).fetch_all(&mut **tx).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// As it is stored. What was stored before there were three is still right.
pub fn number(remixes: Remixes) -> i64 {
    match remixes {
        Remixes::Closed => 0,
        Remixes::Open => 1,
        Remixes::Hidden => 2,
    }
}

/// What a stored number means.
pub fn from_number(number: i64) -> anyhow::Result<Remixes> {
    match number {
        0 => Ok(Remixes::Closed),
        1 => Ok(Remixes::Open),
        2 => Ok(Remixes::Hidden),
        other => anyhow::bail!("{other} is no wish about remixes"),
    }
}
