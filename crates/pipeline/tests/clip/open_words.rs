//! Prompts that leave open where, when or in which colour: the seed decides, and what is made of such a clip decides alike.

use kinora_contract::Recipe;
use kinora_contract::recipe::{Source, SourceRole};
use kinora_pipeline::{Event, SlotReading};

use crate::{draft, on_cpu, on_gpu, plan, run};

/// What was understood, and the words that were not.
fn words(events: &[Event]) -> (Vec<SlotReading>, Vec<String>) {
    let words = events.iter().find_map(|event| match event {
        Event::PromptRead(reading) => Some((reading.understood.clone(), reading.unknown.clone())),
        _ => None,
    });
    words.expect("every clip tells how its prompt was read")
}

fn value<'a>(understood: &'a [SlotReading], slot: &str) -> (&'a str, f32) {
    let read = understood.iter().find(|it| it.slot == slot).unwrap();
    (&read.value, read.confidence)
}

fn short(recipe: &Recipe, prompt: &str, seed: u64) -> Recipe {
    Recipe {
        prompt: prompt.to_owned(),
        seed,
        ..recipe.clone()
    }
}

#[test]
fn what_is_left_open_is_chosen_by_the_seed_and_told_as_doubtful() {
    let mut host = on_cpu();
    let recipe = draft(&host);
    let mut places = std::collections::BTreeSet::new();
    for seed in 0..4 {
        let (_, events) = run(&short(&recipe, "a dragon bounces", seed), &mut host).unwrap();
        let (understood, unknown) = words(&events);
        // The words that were added are none of the person's.
        assert_eq!(unknown, ["dragon"]);
        assert_eq!(value(&understood, "action").0, "bounce");
        let (place, confidence) = value(&understood, "place");
        assert!(confidence < 0.7, "{place}: {confidence}");
        places.insert(place.to_owned());
    }
    assert!(places.len() > 1, "every seed chose {places:?}");
    // What is said is not chosen.
    let (_, events) = run(&short(&recipe, "a duck bounces on a beach", 0), &mut host).unwrap();
    let (understood, _) = words(&events);
    let (place, confidence) = value(&understood, "place");
    assert_eq!(place, "beach");
    assert!(confidence > 0.95, "{confidence}");
}

#[test]
fn a_remix_with_another_seed_chooses_as_its_source_did() {
    let mut host = on_cpu();
    let first = short(&draft(&host), "a red ball bounces", 5);
    let (_, before) = run(&first, &mut host).unwrap();
    let mut remix = short(&first, "a blue ball bounces", 6);
    remix.sources = vec![Source::of_clip(SourceRole::Remix, first.hash(), &first)];
    let (_, after) = run(&remix, &mut host).unwrap();
    let (was, is) = (words(&before).0, words(&after).0);
    for slot in ["place", "time", "weather", "style", "material1"] {
        assert_eq!(value(&was, slot).0, value(&is, slot).0, "{slot}");
    }
    assert_eq!(value(&is, "colour1").0, "blue");
    assert_eq!(plan(&before), plan(&after));
}

#[test]
fn both_executors_choose_alike() {
    let (mut cpu, mut gpu) = (on_cpu(), on_gpu());
    let recipe = Recipe {
        frames: 5,
        steps: 1,
        ..draft(&cpu)
    };
    for (seed, prompt) in ["something wonderful", "a cup", "two things collide"]
        .into_iter()
        .enumerate()
    {
        let recipe = short(&recipe, prompt, seed as u64);
        let chosen = [&mut cpu, &mut gpu].map(|host| {
            let (understood, _) = words(&run(&recipe, host).unwrap().1);
            understood
                .into_iter()
                .map(|it| it.value)
                .collect::<Vec<_>>()
        });
        assert_eq!(chosen[0], chosen[1], "{prompt}");
    }
}
