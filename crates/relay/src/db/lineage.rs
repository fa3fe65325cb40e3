//! The lineage of a clip, walked step by step from it.

use std::collections::HashSet;

use sqlx::Row as _;

use super::Db;

/// One step from a child to what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Id.
    pub child: String,
    /// Id.
    pub parent: String,
}

/// Everything near a clip.
#[derive(Clone, Debug)]
pub struct Family {
    /// Ids and generations, the clip itself first, near ones before far ones.
    pub members: Vec<(String, i32)>,
    /// All edges between them.
    pub edges: Vec<Edge>,
    /// Whether there is more.
    pub cut: bool,
}

const PARENTS: &str = "SELECT parent, child FROM edges WHERE child = $1 ORDER BY parent";
const CHILDREN: &str = "SELECT child, parent FROM edges WHERE parent = $1 ORDER BY child LIMIT 100";

impl Db {
    /// Ancestors of a clip and clips made from it, up to `depth` steps and `most` clips.
    pub async fn family(&self, id: &str, depth: i32, most: usize) -> sqlx::Result<Family> {
        let mut members = vec![(id.to_owned(), 0)];
        let up = self.walk(&mut members, PARENTS, -1, depth, most).await?;
        let down = self.walk(&mut members, CHILDREN, 1, depth, most).await?;
        members.sort_by_key(|(_, generation)| generation.abs());
        let ids: HashSet<&str> = members.iter().map(|(id, _)| id.as_str()).collect();
        let mut edges = Vec::new();
        for (id, _) in &members {
            for row in sqlx::query(PARENTS).bind(id).fetch_all(&self.read).await? {
                let parent: String = row.get(0);
                if ids.contains(parent.as_str()) {
                    let child = id.clone();
                    edges.push(Edge { child, parent });
                }
            }
        }
        let cut = up || down;
        Ok(Family {
            members,
            edges,
            cut,
        })
    }

    /// Follows one kind of step; true if something was left out.
    async fn walk(
        &self,
        members: &mut Vec<(String, i32)>,
        query: &'static str,
        step: i32,
        depth: i32,
        most: usize,
    ) -> sqlx::Result<bool> {
        let mut near = vec![members[0].0.clone()];
        for distance in 1..=depth {
            let mut next = Vec::new();
            for id in near {
                for row in sqlx::query(query).bind(id).fetch_all(&self.read).await? {
                    let found: String = row.get(0);
                    if members.iter().any(|(known, _)| *known == found) {
                        continue;
                    }
                    if members.len() >= most {
                        return Ok(true);
                    }
                    members.push((found.clone(), step * distance));
                    next.push(found);
                }
            }
            near = next;
        }
        Ok(!near.is_empty())
    }
}
