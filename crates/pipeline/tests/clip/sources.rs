//! Clips that are made of other clips: continuations, remixes, and sources that cannot be drawn.

use kinora_contract::plan::CameraState;
use kinora_contract::recipe::{Source, SourceRole};
use kinora_contract::{Camera, Recipe};
use kinora_pipeline::{Event, GenerateError};

use crate::{PROMPT, draft, frames, on_cpu, plan, psnr, run};

#[test]
fn a_clip_goes_on_from_its_own_frames() {
    let mut host = on_cpu();
    // In a tall frame the plan is made smaller towards its ground, which must stay where it was.
    let mut first = draft(&host);
    (first.width, first.height) = (96, 160);
    // The camera shows a plate, through the lens of a style; the clip goes on with both, whatever the new words are.
    first.camera = Some(Camera::Pan);
    let (_, short) = run(&first, &mut host).unwrap();
    let mut longer = first.clone();
    longer.frames = 25;
    longer.camera = Some(Camera::Zoom);
    longer.prompt = "a red rubber ball rolls on a wooden floor, animated".to_owned();
    longer.sources = vec![Source::of_clip(SourceRole::Extend, first.hash(), &first)];
    let (_, long) = run(&longer, &mut host).unwrap();
    let plate = plan(&short).plate(0.6);
    assert_ne!(plate, CameraState::AT_REST);
    let all = plan(&long).plate(0.6);
    assert!((all.zoom - plate.zoom).abs() < 1e-4, "{all:?}, {plate:?}");
    let (short, long) = (frames(&short), frames(&long));
    assert_eq!(long.len(), 25 * 96 * 160 * 3);
    assert_eq!(psnr(&short, &long[..short.len()]), psnr(&short, &short));

    // What is too thin for a latent goes on too, and does not come into frames that are there: this clip ends before water would flow.
    let [mut first, mut longer] = [first, longer];
    first.prompt = "a red bottle pours water into a blue cup on a street in the rain".to_owned();
    first.frames = 17;
    let (_, short) = run(&first, &mut host).unwrap();
    longer.prompt = "a ball swings on a rope in falling snow".to_owned();
    longer.sources = vec![Source::of_clip(SourceRole::Extend, first.hash(), &first)];
    let (_, long) = run(&longer, &mut host).unwrap();
    let (short, long) = (frames(&short), frames(&long));
    assert_eq!(short, long[..short.len()]);

    longer.frames = 9;
    let error = run(&longer, &mut host).unwrap_err();
    assert!(error.to_string().contains("not longer"), "{error}");
}

#[test]
fn a_remix_keeps_what_its_words_do_not_change() {
    let mut host = on_cpu();
    let first = draft(&host);
    let (drawn, before) = run(&first, &mut host).unwrap();
    let remixed = |prompt: &str| {
        let mut recipe = first.clone();
        recipe.prompt = prompt.to_owned();
        recipe.sources = vec![Source::of_clip(SourceRole::Remix, first.hash(), &first)];
        recipe
    };
    // The same words give the same clip.
    let (same, _) = run(&remixed(PROMPT), &mut host).unwrap();
    assert_eq!(same.frames_blake3, drawn.frames_blake3);
    // Another colour: the upper corners, where no ball is, keep their pixels up to the last net.
    let recipe = remixed(&PROMPT.replace("red", "blue"));
    let (other, after) = run(&recipe, &mut host).unwrap();
    assert_ne!(other.frames_blake3, drawn.frames_blake3);
    assert_eq!(plan(&before), plan(&after));
    let corner = |events: &[Event]| -> Vec<u8> {
        let frame = frames(events).split_off(8 * 128 * 128 * 3);
        let rows = frame.chunks_exact(128 * 3).take(24);
        rows.flat_map(|row| row[..24 * 3].to_vec()).collect()
    };
    let alike = psnr(&corner(&before), &corner(&after));
    assert!(alike > 45.0, "{alike:.1} dB");
}

#[test]
fn a_source_that_says_nothing_of_itself_is_refused() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    recipe.sources = vec![Source {
        role: SourceRole::Remix,
        hash: "ab".repeat(32),
        extra: Default::default(),
    }];
    let error = run(&recipe, &mut host).unwrap_err();
    assert!(matches!(error, GenerateError::Unsupported(_)), "{error}");
    for _ in 0..5 {
        let inner = Recipe {
            sources: Vec::new(),
            ..recipe.clone()
        };
        let source = if recipe.sources[0].extra.is_empty() {
            &inner
        } else {
            &recipe
        };
        recipe.sources = vec![Source::of_clip(SourceRole::Remix, source.hash(), source)];
    }
    let error = run(&recipe, &mut host).unwrap_err();
    assert!(error.to_string().contains("in a row"), "{error}");
}
