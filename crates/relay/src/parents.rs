//! Which clips of this relay a recipe was made from, and whether their makers allow it.

use kinora_contract::share::Remixes;
use kinora_contract::{Parent, Recipe};

use crate::app::Shared;
use crate::clips::find_state;
use crate::db::{Clip, State};
use crate::error::ApiError;

/// The most parents on this relay.
const MOST: usize = 8;

/// Ids of the parents that are known here. A parent that was never shared here, or by hash only and removed since, makes
/// no edge and no error; one whose maker allows no remixes by others is refused.
///
/// A parent named by id may be a tombstone: the remix was made while it could be seen, and shows where it came from.
pub async fn of(relay: &Shared, recipe: &Recipe, key: &str) -> Result<Vec<String>, ApiError> {
    let named = recipe
        .ancestors()
        .map_err(kinora_contract::clip_file::ClipFileError::from)?;
    let mut parents: Vec<String> = Vec::new();
    for parent in named.iter().take(MOST) {
        let Some(id) = known(relay, parent, key).await? else {
            continue;
        };
        if !parents.contains(&id) {
            parents.push(id);
        }
    }
    Ok(parents)
}

async fn known(relay: &Shared, parent: &Parent, key: &str) -> Result<Option<String>, ApiError> {
    if let Some(id) = &parent.clip {
        match find_state(relay, id).await? {
            Some(State::Live(clip)) if clip.video == parent.hash => {
                return allowed(&clip, key).map(Some);
            }
            Some(State::Live(_)) => return Err(ApiError::ParentMismatch { id: id.clone() }),
            Some(State::Removed) if relay.db.hides_remixes(id).await? => {
                let title = "A clip that was removed".to_owned();
                return Err(ApiError::RemixForbidden { title });
            }
            Some(State::Removed) => return Ok(Some(id.clone())),
            // A clip of another relay.
            None => {}
        }
    }
    let clips = relay.db.clips_of_video(&parent.hash).await?;
    let own = clips.iter().find(|clip| clip.key == key);
    own.or(clips.first())
        .map(|clip| allowed(clip, key))
        .transpose()
}

fn allowed(parent: &Clip, key: &str) -> Result<String, ApiError> {
    let open = parent.remix == Remixes::Open || parent.key == key;
    if open && parent.stands {
        Ok(parent.id.clone())
    } else {
        let title = parent.title.clone();
        Err(ApiError::RemixForbidden { title })
    }
}
