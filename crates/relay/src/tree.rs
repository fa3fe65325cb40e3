//! The lineage of a clip as others may see it.

use std::collections::HashMap;

use kinora_contract::share::{Lineage, LineageEdge, LineageNode, NodeState, Visibility};

use crate::app::Shared;
use crate::db::{Clip, State};
use crate::error::ApiError;

/// The farthest that is shown, in steps.
const DEPTH: i32 = 16;
/// The most clips that are shown.
const MOST: usize = 200;

/// The lineage of a clip. Ancestors that only those with a link may open are credited and no more; remixes of that kind
/// are left out, because their makers did not ask to be found.
pub async fn of(relay: &Shared, clip: &Clip) -> Result<Lineage, ApiError> {
    let family = relay.db.family(&clip.id, DEPTH, MOST).await?;
    let mut nodes = Vec::new();
    let mut clips: Vec<Option<Clip>> = Vec::new();
    let mut places = HashMap::new();
    for (id, generation) in family.members {
        let known = match relay.db.clip(&id).await? {
            Some(State::Live(clip)) => Some(*clip),
            _ => None,
        };
        let listed = |clip: &Clip| clip.visibility == Visibility::Listed && clip.stands;
        let open = |clip: &Clip| generation == 0 || listed(clip);
        let hidden = match &known {
            Some(clip) => !open(clip),
            // A tombstone is worth showing where something stands behind it.
            None => !family.edges.iter().any(|edge| edge.parent == id),
        };
        if generation > 0 && hidden {
            continue;
        }
        places.insert(id, nodes.len());
        nodes.push(node(
            known.as_ref(),
            generation,
            known.as_ref().is_some_and(open),
        ));
        clips.push(known);
    }
    for edge in family.edges {
        let (Some(&child), Some(&parent)) = (places.get(&edge.child), places.get(&edge.parent))
        else {
            continue;
        };
        let both = clips[parent].as_ref().zip(clips[child].as_ref());
        let shown = nodes[parent].id.is_some() && nodes[child].id.is_some();
        let changes = both
            .filter(|_| shown)
            .map(|(parent, child)| parent.recipe.changes(&child.recipe));
        nodes[child].parents.push(LineageEdge {
            node: parent,
            changes: changes.unwrap_or_default(),
        });
    }
    Ok(Lineage {
        nodes,
        cut: family.cut,
    })
}

fn node(clip: Option<&Clip>, generation: i32, open: bool) -> LineageNode {
    let state = match clip {
        None => NodeState::Removed,
        Some(_) if open => NodeState::Public,
        Some(_) => NodeState::Unlisted,
    };
    let shown = clip.filter(|_| open);
    LineageNode {
        generation,
        state,
        id: shown.map(|clip| clip.id.clone()),
        title: shown.map(|clip| clip.title.clone()),
        maker: clip.map(|clip| clip.maker.clone()),
        parents: Vec::new(),
    }
}
