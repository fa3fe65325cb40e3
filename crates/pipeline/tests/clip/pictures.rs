//! Clips that are given pictures, which stay as they are. `pictures/make.py` made the two that are given here.

use kinora_contract::plan::Subject;
use kinora_contract::recipe::{Source, SourceRole};
use kinora_contract::{PictureUse, Plan, Recipe};
use kinora_pipeline::{Event, GenerateError};

use crate::{PROMPT, draft, frames, on_cpu, plan, run};

const PLACE: &[u8] = include_bytes!("pictures/place.jpg");
const CUT_OUT: &[u8] = include_bytes!("pictures/cut_out.jpg");

fn given(used: PictureUse) -> Source {
    let jpeg = if used.is_cut_out() { CUT_OUT } else { PLACE };
    Source::of_picture(used, jpeg.to_vec())
}

/// The pixel of a frame at screen units.
fn pixel(events: &[Event], frame: usize, x: f32, y: f32) -> [u8; 3] {
    let at = |v: f32| (((v + 1.0) * 64.0) as usize).min(127);
    let first = ((frame * 128 + at(y)) * 128 + at(x)) * 3;
    frames(events)[first..first + 3].try_into().unwrap()
}

/// Whether the pixels away from the subjects of a frame are those of the picture of a place: red to the right, green downwards.
fn shows_the_place(events: &[Event], plan: &Plan, frame: usize) -> bool {
    let near = |s: &Subject, x: f32, y: f32| (s.x - x).hypot(s.y - y) < 1.5 * s.r;
    let subjects = plan.frame(frame).unwrap().subjects;
    let spots = [
        (-0.8, -0.8),
        (0.8, -0.8),
        (-0.8, 0.8),
        (0.8, 0.8),
        (0.0, -0.8),
    ];
    let free = spots
        .iter()
        .filter(|(x, y)| !subjects.iter().any(|s| near(s, *x, *y)));
    let mut free = free.peekable();
    assert!(free.peek().is_some(), "the subjects are everywhere");
    free.all(|&(x, y)| {
        let [r, g, b] = pixel(events, frame, x, y).map(f32::from);
        let want = [(x + 1.0) * 127.0, (y + 1.0) * 127.0, 64.0];
        [r, g, b]
            .iter()
            .zip(want)
            .all(|(got, want)| (got - want).abs() < 16.0)
    })
}

/// Whether the middle of a subject is as magenta as the cut-out.
fn shows_the_disc(events: &[Event], plan: &Plan, frame: usize, subject: usize) -> bool {
    let Subject { x, y, .. } = plan.frame(frame).unwrap().subjects[subject];
    let [r, g, b] = pixel(events, frame, x, y);
    r > 190 && g < 70 && b > 190
}

fn with(recipe: &Recipe, sources: &[Source]) -> Recipe {
    let mut recipe = recipe.clone();
    recipe.sources.extend_from_slice(sources);
    recipe
}

#[test]
fn a_picture_is_the_place_and_a_cut_out_the_first_subject() {
    let mut host = on_cpu();
    // Seen without a lens.
    let mut recipe = draft(&host);
    recipe.prompt = PROMPT.replace("cinematic", "realistic");
    let both = [given(PictureUse::Place), given(PictureUse::Subject)];
    let (first, events) = run(&with(&recipe, &both), &mut host).unwrap();
    let plan = plan(&events);
    for frame in 0..9 {
        assert!(shows_the_place(&events, &plan, frame), "frame {frame}");
        assert!(shows_the_disc(&events, &plan, frame, 0), "frame {frame}");
    }
    let (again, _) = run(&with(&recipe, &both), &mut host).unwrap();
    assert_eq!(again.frames_blake3, first.frames_blake3);

    // In another shape the same picture is cut to it.
    (recipe.width, recipe.height) = (160, 96);
    let (_, events) = run(&with(&recipe, &both), &mut host).unwrap();
    assert_eq!(frames(&events).len(), 9 * 160 * 96 * 3);
}

#[test]
fn a_face_is_that_of_who_talks() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    recipe.prompt = "a woman says \"papa\" on a beach, realistic".to_owned();
    let (_, events) = run(&with(&recipe, &[given(PictureUse::Head)]), &mut host).unwrap();
    assert!(shows_the_disc(&events, &plan(&events), 0, 1));

    let nobody = with(&draft(&host), &[given(PictureUse::Head)]);
    let error = run(&nobody, &mut host).unwrap_err();
    assert!(error.to_string().contains("nobody talks"), "{error}");
}

#[test]
fn what_is_made_from_a_clip_has_the_pictures_that_it_names() {
    let mut host = on_cpu();
    let mut first = draft(&host);
    first.prompt = PROMPT.replace("cinematic", "realistic");
    let (place, thing) = (given(PictureUse::Place), given(PictureUse::Subject));
    let first = with(&first, &[place.clone(), thing.clone()]);
    let mut made_from = |role, frames, pictures: &[&Source]| {
        let mut recipe = first.clone();
        recipe.frames = frames;
        recipe.sources = vec![Source::of_clip(role, first.hash(), &first)];
        let named = pictures.iter().map(|picture| picture.without_jpeg());
        recipe.sources.extend(named);
        run(&recipe, &mut host).unwrap().1
    };
    let shown = |events: &[Event], frame| {
        let plan = plan(events);
        [
            shows_the_place(events, &plan, frame),
            shows_the_disc(events, &plan, frame, 0),
        ]
    };
    let mut remix = |pictures: &[&Source]| shown(&made_from(SourceRole::Remix, 9, pictures), 8);
    assert_eq!(remix(&[&place, &thing]), [true, true]);
    assert_eq!(remix(&[&thing]), [false, true]);
    assert_eq!(remix(&[&place]), [true, false]);
    assert_eq!(remix(&[]), [false, false]);
    let longer = made_from(SourceRole::Extend, 17, &[&place, &thing]);
    assert_eq!(shown(&longer, 8), [true, true]);
    assert_eq!(shown(&longer, 16), [true, true]);
}

#[test]
fn pictures_that_cannot_be_used_are_named() {
    let mut host = on_cpu();
    let recipe = draft(&host);
    let mut refusal = |sources: &[Source]| run(&with(&recipe, sources), &mut host).unwrap_err();
    let twice = refusal(&[given(PictureUse::Place), given(PictureUse::Place)]);
    assert!(twice.to_string().contains("two pictures"), "{twice}");
    let elsewhere = refusal(&[given(PictureUse::Place).without_jpeg()]);
    assert!(
        elsewhere.to_string().contains("does not travel"),
        "{elsewhere}"
    );
    let torn = Source::of_picture(PictureUse::Place, PLACE[..600].to_vec());
    let error = refusal(&[torn]);
    assert!(matches!(error, GenerateError::Picture(_)), "{error}");
    let flat = Source::of_picture(PictureUse::Subject, PLACE.to_vec());
    let error = refusal(&[flat]);
    assert!(error.to_string().contains("twice as high"), "{error}");
}
