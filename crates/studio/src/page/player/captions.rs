//! Captions as WebVTT.

/// Speaking time per character, seconds.
const SECONDS_PER_CHARACTER: f32 = 0.055;

/// Converts captions to a WebVTT file. A cue lasts 0.4 s, or as long as its text takes to say.
pub fn webvtt(captions: &[(f32, String)]) -> String {
    let time = |seconds: f32| format!("00:{:02}:{:06.3}", (seconds / 60.0) as u32, seconds % 60.0);
    let cues = captions.iter().map(|(at, text)| {
        let duration = (text.chars().count() as f32 * SECONDS_PER_CHARACTER).max(0.4);
        format!(
            "{} --> {}\n{}\n\n",
            time(*at),
            time(at + duration),
            cue(text)
        )
    });
    std::iter::once("WEBVTT\n\n".to_owned())
        .chain(cues)
        .collect()
}

/// Escapes the text of a cue and joins it to one line.
fn cue(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_become_webvtt() {
        let text = webvtt(&[(0.5, "[thump]".to_owned()), (61.25, "[clang]".to_owned())]);
        assert_eq!(
            text,
            "WEBVTT\n\n00:00:00.500 --> 00:00:00.900\n[thump]\n\n00:01:01.250 --> 00:01:01.650\n[clang]\n\n"
        );
        let escaped = webvtt(&[(0.0, "Look!\n\n<i>That</i> is --> it".to_owned())]);
        assert!(
            escaped.ends_with("\nLook! &lt;i&gt;That&lt;/i&gt; is --&gt; it\n\n"),
            "{escaped}"
        );
    }
}
