//! The prompt of a recipe → its resolved scene.

use std::sync::LazyLock;

use kinora_contract::{Recipe, Scene};
use kinora_models::FAMILY_STARTER;
use kinora_reading::{
    Lexicon, Outcome, Resolution, SceneReading, Settings, read, read_after, resolve,
};

/// The lexicon, opened once.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::built_in);

/// Opens the lexicon in the background, while the model is opened.
pub fn prepare() {
    std::thread::spawn(|| LazyLock::force(&LEXICON));
}

/// Reads the prompt of a recipe and stores its scene, with the pictures of the library of things whose hash is given; returns what has no effect or is replaced, in sentences. Models other than the
/// starter read prompts themselves.
pub fn read_into(recipe: &mut Recipe, family: &str, things: Option<&str>) -> Vec<String> {
    if family != FAMILY_STARTER {
        return Vec::new();
    }
    let lexicon = &*LEXICON;
    let source = source_of(recipe);
    let reading = match &source {
        Some(source) => read_after(lexicon, &source.prompt, &recipe.prompt),
        None => read(lexicon, &recipe.prompt),
    };
    let scene: Option<&Scene> = source.as_ref().and_then(|it| it.scene.as_ref());
    let settings = Settings {
        seed: recipe.seed,
        style: recipe.style,
        camera: recipe.camera,
        source: scene,
        speaks: !recipe.dialogue.is_empty(),
        things: things.map(|hash| (lexicon, hash)),
    };
    let resolution = resolve(&reading, settings);
    let notes = notes(&recipe.prompt, &reading, &resolution);
    recipe.scene = Some(resolution.scene);
    notes
}

/// Returns the recipe of the clip that a recipe remixes or extends.
fn source_of(recipe: &Recipe) -> Option<Recipe> {
    let clip = recipe.sources.iter().find(|it| !it.is_picture())?;
    clip.recipe().ok().flatten()
}

fn notes(prompt: &str, reading: &SceneReading, resolution: &Resolution) -> Vec<String> {
    let mut notes = Vec::new();
    let unused: Vec<&str> = reading
        .words
        .iter()
        .filter(|it| matches!(it.outcome, Outcome::NotUsed(_)))
        .filter_map(|it| prompt.get(it.span.clone()))
        .collect();
    if !unused.is_empty() {
        notes.push(format!("Not used: {}.", unused.join(", ")));
    }
    for compromise in &resolution.compromises {
        notes.push(match &compromise.instead {
            Some(instead) => format!(
                "{}: {} is shown as {instead}",
                compromise.field, compromise.stated
            ),
            None => format!(
                "{}: {} is not shown by this model",
                compromise.field, compromise.stated
            ),
        });
    }
    notes
}
