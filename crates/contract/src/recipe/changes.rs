//! Field-by-field difference of two recipes, formatted for display.

use serde::{Deserialize, Serialize};

use super::{DialogueLine, Edit, Recipe, Source, SourceRole};

/// A recipe field that differs between a clip and its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Name of the field in the recipe.
    pub field: String,
    /// Value in the parent; empty if unset.
    pub before: String,
    /// Value in the clip; empty if unset.
    pub after: String,
}

impl Recipe {
    /// Lists the fields in which `child` differs from this recipe: known fields in format order, then unknown fields by
    /// name. Lineage (`parent`, remixed and extended sources) is not a change.
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
        changes.extend(unknown_changes(self, child));
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
        ("sources", images(&recipe.sources)),
        ("edits", list(&recipe.edits, edit)),
    ]
}

/// Lists differing unknown fields. Their values have no known format, so each side is `set` or empty.
fn unknown_changes(before: &Recipe, after: &Recipe) -> Vec<Change> {
    let mut names: Vec<&str> = before.extra.names().chain(after.extra.names()).collect();
    names.sort_unstable();
    names.dedup();
    let differs =
        |name: &&str| *name != "parent" && before.extra.get(name) != after.extra.get(name);
    let value = |recipe: &Recipe, name: &str| match recipe.extra.get(name) {
        Some(_) => "set".to_owned(),
        None => String::new(),
    };
    let names = names.into_iter().filter(differs);
    names
        .map(|name| Change {
            field: name.to_owned(),
            before: value(before, name),
            after: value(after, name),
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

/// Formats the image sources. Clip sources are lineage and are left out.
fn images(sources: &[Source]) -> String {
    let is_lineage = |role| matches!(role, SourceRole::Remix | SourceRole::Extend);
    let images = sources.iter().filter(|source| !is_lineage(source.role));
    images.map(source).collect::<Vec<_>>().join("; ")
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
