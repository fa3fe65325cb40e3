//! Numbers, lists and names as text.

/// Formats the length of a clip in seconds: quarters exactly, other lengths to a tenth.
pub fn length(frames: u32, fps: u32) -> String {
    let seconds = frames as f32 / fps as f32;
    if (frames * 4).is_multiple_of(fps) {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

/// Formats a duration, rounded to its uncertainty; empty for an invalid one.
pub fn time_left(seconds: f32) -> String {
    match seconds {
        s if !s.is_finite() || s < 0.0 => String::new(),
        s if s < 1.5 => "about a second left".to_owned(),
        s if s < 10.0 => format!("about {} seconds left", s.round()),
        s if s < 90.0 => format!("about {} seconds left", (s / 5.0).round() * 5.0),
        s => format!("about {} minutes left", (s / 60.0).round()),
    }
}

/// Formats a number of bytes.
pub fn size(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).max(1.0)),
        b => format!("{:.1} MB", b / 1e6),
    }
}

/// Builds a file name from the first words of a prompt.
pub fn file_name(prompt: &str) -> String {
    let words = prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    let mut name = words.take(8).collect::<Vec<_>>().join("-").to_lowercase();
    name = name.chars().take(60).collect();
    if name.is_empty() {
        "kinora.mp4".to_owned()
    } else {
        format!("kinora-{name}.mp4")
    }
}

/// Shortens a prompt to one line of at most 80 characters.
pub fn shortened(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// Joins words to “a, b and c”.
pub fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_rounded() {
        assert_eq!(time_left(0.4), "about a second left");
        assert_eq!(time_left(7.4), "about 7 seconds left");
        assert_eq!(time_left(43.0), "about 45 seconds left");
        assert_eq!(time_left(121.0), "about 2 minutes left");
        assert_eq!(time_left(f32::NAN), "");
    }

    #[test]
    fn lengths_are_rounded_to_their_precision() {
        let lengths = [9, 17, 33, 61, 97].map(|frames| length(frames, 12));
        assert_eq!(lengths, ["0.75 s", "1.4 s", "2.75 s", "5.1 s", "8.1 s"]);
    }

    #[test]
    fn file_names_hold_letters_only() {
        assert_eq!(
            file_name("A red ball, bounces!"),
            "kinora-a-red-ball-bounces.mp4"
        );
        assert_eq!(file_name("🦊 ../.."), "kinora.mp4");
        assert!(file_name(&"x".repeat(9999)).len() < 80);
    }

    #[test]
    fn shortened_cuts_between_characters() {
        assert_eq!(shortened("  a \n b "), "a b");
        assert_eq!(shortened(&"é".repeat(100)).chars().count(), 81);
    }
}
