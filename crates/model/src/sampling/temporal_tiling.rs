//! Windows: a clip that is longer than what the video model draws at once goes on from its own last latent frames.

/// Latent frames that the networks draw at once.
const LONGEST: usize = 9;
/// Latent frames that a later window takes over from the one before it.
const KNOWN: usize = 2;

/// A part of a clip that is drawn at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its number, from 0.
    pub index: u32,
    /// Its first latent frame.
    pub first: usize,
    /// How many of its latent frames are there already.
    pub known: usize,
    /// How many of its latent frames belong to the clip.
    pub used: usize,
}

/// The latent frames of a window, and the windows of a clip of so many latent frames, `drawn` of which are there. All have the same length, so that each
/// network is prepared once; the last one may reach past the end of the clip.
pub(crate) fn windows(latent_frames: usize, drawn: usize) -> (usize, Vec<Window>) {
    let length = latent_frames.min(LONGEST);
    let (mut windows, mut end) = (Vec::new(), drawn);
    while end < latent_frames {
        let known = end.min(KNOWN);
        let first = end - known;
        windows.push(Window {
            index: windows.len() as u32 + u32::from(drawn > 0),
            first,
            known,
            used: length.min(latent_frames - first),
        });
        end = first + length;
    }
    (length, windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_clip_is_one_window() {
        for frames in [1, 3, 9] {
            let (length, windows) = windows(frames, 0);
            assert_eq!((length, windows.len()), (frames, 1));
            assert_eq!((windows[0].known, windows[0].used), (0, frames));
        }
    }

    #[test]
    fn windows_of_a_long_clip_meet_and_end_with_it() {
        for (frames, drawn) in [(10, 0), (16, 0), (17, 0), (25, 0), (17, 9), (5, 3), (25, 2)] {
            let (length, windows) = windows(frames, drawn);
            assert_eq!(windows[0].first + windows[0].known, drawn);
            for pair in windows.windows(2) {
                let end = pair[0].first + pair[0].used;
                assert_eq!((pair[1].first + pair[1].known, pair[0].used), (end, length));
            }
            let last = windows.last().unwrap();
            assert_eq!(last.first + last.used, frames);
            assert!(last.used > last.known, "{frames}");
        }
    }
}
