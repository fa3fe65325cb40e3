//! What a remix changed: two recipes compared field by field, in words for people.

use serde::{Deserialize, Serialize};

use super::{DialogueLine, Edit, Recipe, Source, SourceRole};

/// One field of a recipe that differs between a clip and the clip that it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The field's name in the recipe.
    pub field: String,
    /// What it was; empty where it was not set.
    pub before: String,
    /// What it is; empty where it is not set any more.
    pub after: String,
}

impl Recipe {
    /// What `child` changed against this recipe, in the order of the format. Lineage itself (`parent`) is no change.
    pub fn changes(&self, child: &Self) -> Vec<Change> {
        let before = fields(self);
        let after = fields(child);
        let pairs = before.into_iter().zip(after);
        let differ = pairs.filter(|((_, before), (_, after))| before != after);
        let mut changes: Vec<Change> = differ
            .map(|((field, before), (_, after))| Change {
                field: field.to_owned(),
                before,
                after,
            })
            .collect();
        changes.extend(unknown(self, child));
        changes
    }
}

fn fields(recipe: &Recipe) -> [(&'static str, String); 12] {
    let model = &recipe.model;
    let short = &model.hash[..model.hash.len().min(8)];
    [
        ("prompt", recipe.prompt.clone()),
        ("style", word(recipe.style)),
        ("camera", word(recipe.camera)),
        ("dialogue", list(&recipe.dialogue, line)),
        ("seed", recipe.seed.to_string()),
        ("size", format!("{}×{}", recipe.width, recipe.height)),
        ("frames", recipe.frames.to_string()),
        ("steps", recipe.steps.to_string()),
        ("guidance_scale", recipe.guidance_scale.to_string()),
        ("model", format!("{} {short}", model.id)),
        ("sources", shown(&recipe.sources)),
        ("edits", list(&recipe.edits, edit)),
    ]
}

/// Fields that this build does not know: only that they differ can be said.
fn unknown(before: &Recipe, after: &Recipe) -> Vec<Change> {
    let mut names: Vec<&str> = before.extra.names().chain(after.extra.names()).collect();
    names.sort_unstable();
    names.dedup();
    let differs =
        |name: &&str| *name != "parent" && before.extra.get(name) != after.extra.get(name);
    let told = |recipe: &Recipe, name: &str| match recipe.extra.get(name) {
        Some(_) => "set".to_owned(),
        None => String::new(),
    };
    let names = names.into_iter().filter(differs);
    names
        .map(|name| Change {
            field: name.to_owned(),
            before: told(before, name),
            after: told(after, name),
        })
        .collect()
}

fn word(value: Option<impl ToString>) -> String {
    value.map(|word| word.to_string()).unwrap_or_default()
}

fn list<T>(items: &[T], text: fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join("; ")
}

fn line(line: &DialogueLine) -> String {
    match &line.speaker {
        Some(speaker) => format!("{speaker}: {}", line.text),
        None => line.text.clone(),
    }
}

/// Clips that a clip comes from are its lineage, not a change.
fn shown(sources: &[Source]) -> String {
    let lineage = |role| matches!(role, SourceRole::Remix | SourceRole::Extend);
    let others = sources.iter().filter(|source| !lineage(source.role));
    others.map(source).collect::<Vec<_>>().join("; ")
}

fn source(source: &Source) -> String {
    format!(
        "{:?} {}",
        source.role,
        &source.hash[..source.hash.len().min(8)]
    )
    .to_lowercase()
}

fn edit(edit: &Edit) -> String {
    edit.op.clone()
}
