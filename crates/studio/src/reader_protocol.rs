//! Messages between the page and the reader.
//!
//! A message is text, one line `key TAB value` per value. A serializer of JavaScript values for these types would add some 30 kB to each of
//! the two programs.

use kinora_contract::{Camera, Scene, Style};

/// A prompt to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadRequest {
    /// Number of the request; the answer has the same.
    pub id: u32,
    /// The prompt.
    pub prompt: String,
    /// Prompt of the clip that is remixed or extended.
    pub before: Option<String>,
    /// Scene of that clip.
    pub source: Option<Scene>,
    /// Seed of what the prompt leaves open.
    pub seed: u64,
    /// Style that overrides the prompt.
    pub style: Option<Style>,
    /// Camera move that overrides the prompt.
    pub camera: Option<Camera>,
    /// Whether the recipe has dialogue.
    pub speaks: bool,
    /// BLAKE3 of the library of things, if its pictures may be shown.
    pub things: Option<String>,
}

/// A message of the reader.
#[derive(Clone, Debug, PartialEq)]
pub enum FromReader {
    /// The lexicon is loaded.
    Ready,
    /// The lexicon cannot be loaded.
    Failed {
        /// The error.
        error: String,
    },
    /// A prompt as it was read.
    Read(Box<ReadReport>),
}

/// A prompt as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadReport {
    /// Number of the request.
    pub id: u32,
    /// Stated fields in reading order.
    pub fields: Vec<StatedField>,
    /// Words without effect.
    pub unused: Vec<String>,
    /// Spelling corrections, `(written, read)`.
    pub corrected: Vec<(String, String)>,
    /// Scene for the recipe.
    pub scene: Scene,
}

/// A stated field.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedField {
    /// Name: `s1.colour`, `place`.
    pub name: String,
    /// Value as the prompt states it.
    pub value: String,
    /// What is shown in its place, if the model lacks the value: a near one, or nothing (empty).
    pub instead: Option<String>,
}

impl ReadRequest {
    /// Encodes the request.
    pub fn to_text(&self) -> String {
        let mut lines = Lines::default();
        lines.add("id", &[&self.id.to_string()]);
        lines.add("prompt", &[&self.prompt]);
        if let Some(before) = &self.before {
            lines.add("before", &[before]);
        }
        if let Some(source) = &self.source {
            lines.add_scene(source);
        }
        lines.add("seed", &[&self.seed.to_string()]);
        if let Some(style) = self.style {
            lines.add("style", &[style.as_str()]);
        }
        if let Some(camera) = self.camera {
            lines.add("camera", &[camera.as_str()]);
        }
        if self.speaks {
            lines.add("speaks", &[]);
        }
        if let Some(things) = &self.things {
            lines.add("things", &[things]);
        }
        lines.0
    }

    /// Decodes a request.
    pub fn from_text(text: &str) -> Self {
        let mut request = Self::default();
        for (key, values) in lines(text) {
            let value = values.first().cloned().unwrap_or_default();
            match key {
                "id" => request.id = value.parse().unwrap_or_default(),
                "prompt" => request.prompt = value,
                "before" => request.before = Some(value),
                "seed" => request.seed = value.parse().unwrap_or_default(),
                "style" => request.style = value.parse().ok(),
                "camera" => request.camera = value.parse().ok(),
                "speaks" => request.speaks = true,
                "things" => request.things = Some(value),
                key if key.starts_with("scene.") => {
                    read_scene(request.source.get_or_insert_default(), key, values);
                }
                _ => {}
            }
        }
        request
    }
}

impl FromReader {
    /// Encodes the message.
    pub fn to_text(&self) -> String {
        let mut lines = Lines::default();
        match self {
            Self::Ready => lines.add("ready", &[]),
            Self::Failed { error } => lines.add("failed", &[error]),
            Self::Read(report) => {
                lines.add("read", &[&report.id.to_string()]);
                for field in &report.fields {
                    match &field.instead {
                        None => lines.add("field", &[&field.name, &field.value]),
                        Some(instead) => lines.add("field", &[&field.name, &field.value, instead]),
                    }
                }
                for word in &report.unused {
                    lines.add("unused", &[word]);
                }
                for (written, read) in &report.corrected {
                    lines.add("corrected", &[written, read]);
                }
                lines.add_scene(&report.scene);
            }
        }
        lines.0
    }

    /// Decodes a message; none for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut all = lines(text);
        let (kind, values) = all.next()?;
        let value = values.into_iter().next().unwrap_or_default();
        match kind {
            "ready" => return Some(Self::Ready),
            "failed" => return Some(Self::Failed { error: value }),
            "read" => {}
            _ => return None,
        }
        let mut report = ReadReport {
            id: value.parse().ok()?,
            ..ReadReport::default()
        };
        for (key, values) in all {
            let mut parts = values.iter().cloned();
            let mut next = || parts.next().unwrap_or_default();
            match key {
                "field" => report.fields.push(StatedField {
                    name: next(),
                    value: next(),
                    instead: parts.next(),
                }),
                "unused" => report.unused.push(next()),
                "corrected" => report.corrected.push((next(), next())),
                key => read_scene(&mut report.scene, key, values),
            }
        }
        Some(Self::Read(Box::new(report)))
    }
}

/// Lines that are being written.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, key: &str, values: &[&str]) {
        self.0.push_str(key);
        for value in values {
            self.0.push('\t');
            for letter in value.chars() {
                match letter {
                    '\\' => self.0.push_str("\\\\"),
                    '\n' => self.0.push_str("\\n"),
                    '\t' => self.0.push_str("\\t"),
                    other => self.0.push(other),
                }
            }
        }
        self.0.push('\n');
    }

    fn add_scene(&mut self, scene: &Scene) {
        self.add("scene.caption", &[&scene.caption]);
        for (field, value) in &scene.fields {
            self.add("scene.field", &[field, value]);
        }
        for line in &scene.speech {
            self.add("scene.speech", &[line]);
        }
        for field in &scene.chosen {
            self.add("scene.chosen", &[field]);
        }
        for (name, hash) in &scene.libraries {
            self.add("scene.library", &[name, hash]);
        }
    }
}

/// Splits a message into its lines, each with its key and values.
fn lines(text: &str) -> impl Iterator<Item = (&str, Vec<String>)> {
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut parts = line.split('\t');
            let key = parts.next().unwrap_or_default();
            (key, parts.map(unescaped).collect())
        })
}

fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push(match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            }),
            other => out.push(other),
        }
    }
    out
}

/// Adds a line to the scene that it belongs to; other keys have no effect.
fn read_scene(scene: &mut Scene, key: &str, values: Vec<String>) {
    let mut values = values.into_iter();
    let mut next = || values.next().unwrap_or_default();
    match key {
        "scene.caption" => scene.caption = next(),
        "scene.field" => {
            let field = next();
            scene.fields.insert(field, next());
        }
        "scene.speech" => scene.speech.push(next()),
        "scene.chosen" => scene.chosen.push(next()),
        "scene.library" => {
            let name = next();
            scene.libraries.insert(name, next());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Scene {
        Scene {
            caption: "a ball\trolls\nfar \\ away".to_owned(),
            fields: [("object1".to_owned(), "ball".to_owned())].into(),
            speech: vec!["hello".to_owned()],
            chosen: vec!["place".to_owned(), "time".to_owned()],
            libraries: [("things".to_owned(), "ab".to_owned())].into(),
            ..Scene::default()
        }
    }

    #[test]
    fn requests_survive_the_way_to_the_reader() {
        let request = ReadRequest {
            id: 7,
            prompt: "a ball,\n\t\"hop\" \\o/".to_owned(),
            before: Some(String::new()),
            source: Some(scene()),
            seed: 9_007_199_254_740_991,
            style: Some(Style::Animated),
            camera: Some(Camera::ZoomOut),
            speaks: true,
            things: Some("ab".to_owned()),
        };
        assert_eq!(ReadRequest::from_text(&request.to_text()), request);
        let plain = ReadRequest {
            prompt: "été".to_owned(),
            ..ReadRequest::default()
        };
        assert_eq!(ReadRequest::from_text(&plain.to_text()), plain);
    }

    #[test]
    fn answers_survive_the_way_to_the_page() {
        let field = |instead: Option<&str>| StatedField {
            name: "s1.thing".to_owned(),
            value: "horse".to_owned(),
            instead: instead.map(str::to_owned),
        };
        let report = ReadReport {
            id: 3,
            fields: vec![field(None), field(Some("")), field(Some("bear"))],
            unused: vec!["n\\n".to_owned()],
            corrected: vec![("bal".to_owned(), "ball".to_owned())],
            scene: scene(),
        };
        for message in [
            FromReader::Ready,
            FromReader::Failed {
                error: "status 404".to_owned(),
            },
            FromReader::Read(Box::new(report)),
        ] {
            assert_eq!(FromReader::from_text(&message.to_text()), Some(message));
        }
        assert_eq!(FromReader::from_text("something else"), None);
        assert_eq!(FromReader::from_text(""), None);
    }
}
