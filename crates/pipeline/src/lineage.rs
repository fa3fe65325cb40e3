//! Lineage: the source clip of a remix or an extension is drawn again from its own recipe.

use kinora_contract::event::Stage;
use kinora_contract::recipe::MOST_SOURCES_IN_A_ROW;
use kinora_contract::{Recipe, SourceRole};
use kinora_model::{GenerateError, Run, Session, VideoModel};

use crate::generate::sample;
use crate::speech_track::SpeechTrack;

/// Draws the source clip of a recipe, if it has one.
pub(crate) async fn source<M: VideoModel>(
    model: &M,
    session: &mut Session<'_>,
    recipe: &Recipe,
    depth: usize,
) -> Result<Option<(SourceRole, M::Clip)>, GenerateError> {
    let sources = recipe.sources.iter();
    let mut clips = sources.filter(|source| !source.is_picture());
    let Some(source) = clips.next() else {
        return Ok(None);
    };
    let Some(source_recipe) = source.recipe()?.filter(|_| clips.next().is_none()) else {
        let what = "sources other than pictures and one clip that says how it was made";
        return Err(GenerateError::Unsupported(what.into()));
    };
    if depth >= MOST_SOURCES_IN_A_ROW {
        let what =
            format!("a clip that comes from more than {MOST_SOURCES_IN_A_ROW} others in a row");
        return Err(GenerateError::Unsupported(what));
    }
    model.check(&source_recipe)?;
    if source.role == SourceRole::Extend {
        check_extension(recipe, &source_recipe)?;
    }
    session.enter(Stage::Source);
    let speech = SpeechTrack::of(&source_recipe)?;
    let mut nested = session.nested();
    // A source may have a source: the future would contain itself.
    let run = Box::pin(sample(
        model,
        &mut nested,
        &source_recipe,
        &speech,
        depth + 1,
    ))
    .await?;
    Ok(Some((source.role, run.into_clip())))
}

/// Fails where a recipe is not an extension of its source: of the same size, and longer.
fn check_extension(recipe: &Recipe, source: &Recipe) -> Result<(), GenerateError> {
    let what = if [recipe.width, recipe.height] != [source.width, source.height] {
        "extend a clip in another size"
    } else if recipe.frames <= source.frames {
        "make an extension that is not longer than its clip"
    } else {
        return Ok(());
    };
    Err(GenerateError::Unsupported(what.to_owned()))
}
