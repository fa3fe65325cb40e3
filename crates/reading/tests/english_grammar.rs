//! Rules of English grammar, one test a rule.

mod support;

use support::{lexicon, reports, states};

#[test]
fn two_joined_subjects_act_together() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a unicorn and a dragon fly",
        &["s1.thing=unicorn", "s2.thing=dragon", "action=fly"],
        &[],
    );
    states(
        &lexicon,
        "a rubber ball and a steel ball fall",
        &["s1.material=rubber", "s2.material=metal"],
        &[],
    );
    states(
        &lexicon,
        "a mother and her son dance",
        &["s1.gender=woman", "s2.gender=man"],
        &[],
    );
}

#[test]
fn a_relative_clause_is_about_the_noun_before() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a pie and a cat who looks at it",
        &["s1.thing=cat", "s2.thing=pie", "action=look"],
        &[],
    );
}

#[test]
fn the_agent_of_a_passive_acts_first() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a dragon is chased by a mouse",
        &["s1.thing=mouse", "s2.thing=dragon", "action=chase"],
        &["relation"],
    );
    states(
        &lexicon,
        "the mouse is eaten by a snake",
        &["s1.thing=snake", "s2.thing=mouse"],
        &["action", "relation"],
    );
}

#[test]
fn a_verb_without_a_field_still_has_a_subject_and_an_object() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a monkey steals a banana and runs",
        &["s1.thing=monkey", "s2.thing=banana", "action=run"],
        &[],
    );
    states(
        &lexicon,
        "a bear holding a heart says \"hi\"",
        &["s1.thing=bear", "action=talk", "speech=hi"],
        &[],
    );
    states(
        &lexicon,
        "a wizard casts a spell on a cup",
        &["s1.thing=mage", "s2.thing=cup"],
        &["relation", "action"],
    );
}

#[test]
fn an_aside_does_not_act_first() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a man sits on a barrel while a dog runs",
        &["s1.thing=person", "action=rest", "relation=on"],
        &[],
    );
    states(
        &lexicon,
        "a cow standing in a lobby, with people walking past",
        &["s1.thing=cow", "action=rest"],
        &["then"],
    );
}

#[test]
fn what_exists_begins_a_clause() {
    states(
        &lexicon(),
        "a fish jumping over a bucket and there's a cat looking at it",
        &["s1.thing=fish", "action=jump"],
        &["then"],
    );
}

#[test]
fn what_someone_is_said_to_be_is_no_other_subject() {
    states(
        &lexicon(),
        "your cat is a dj at 3am",
        &["s1.thing=cat", "time=night"],
        &["s2"],
    );
}

#[test]
fn comparisons_state_nothing() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a princess spins like a ballerina",
        &["s1.thing=princess", "action=spin"],
        &["s2"],
    );
    states(
        &lexicon,
        "a church as a falcon flies past",
        &["s1.thing=~eagle", "action=fly"],
        &[],
    );
}

#[test]
fn what_was_taken_back_is_replaced() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a cat, no, a tiger, no wait, a leopard runs",
        &["s1.thing=leopard", "action=run"],
        &["s2"],
    );
    states(
        &lexicon,
        "a tomato, or rather an apple, rolls",
        &["s1.thing=apple"],
        &["s2"],
    );
}

#[test]
fn one_stands_for_the_noun_before() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a stone cube next to a wooden one",
        &[
            "s1.material=stone",
            "s2.thing=cube",
            "s2.material=wood",
            "relation=beside",
        ],
        &[],
    );
    states(
        &lexicon,
        "a dragon, a big purple one",
        &["s1.size=large", "s1.colour=purple"],
        &["s2"],
    );
}

#[test]
fn with_carries_on_over_and() {
    states(
        &lexicon(),
        "a girl with a bob and dark lipstick looking up",
        &["s1.thing=person", "s1.cut=bob", "action=look"],
        &["s2"],
    );
}

#[test]
fn garments_colour_whoever_wears_them() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a girl in a red dress",
        &["s1.colour=red"],
        &["s2"],
    );
    states(
        &lexicon,
        "a princess and she has a crown",
        &["s1.thing=princess"],
        &["s2"],
    );
    states(
        &lexicon,
        "a T-Rex wearing sunglasses",
        &["s1.glasses=sunglasses"],
        &["s2"],
    );
}

#[test]
fn glasses_are_worn_unless_they_are_counted() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a boy with oversized glasses",
        &["s1.glasses=glasses"],
        &["s2"],
    );
    states(
        &lexicon,
        "a man pours beer into two glasses",
        &["s2.count=2"],
        &["s1.glasses"],
    );
}

#[test]
fn hours_and_ages_are_read() {
    let lexicon = lexicon();
    states(&lexicon, "a street at 11 pm", &["time=night"], &["s1"]);
    states(
        &lexicon,
        "a 5-year-old boy throws a ball",
        &["s1.age=child", "s1.gender=man"],
        &["s1.count"],
    );
    states(&lexicon, "a 70 year old woman", &["s1.age=old"], &[]);
}

#[test]
fn positions_belong_to_the_first_two() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "an old couple, with a ship behind them",
        &["s2.thing=ship", "relation=in_front"],
        &[],
    );
    states(
        &lexicon,
        "a mouse hops onto a piano between two chairs",
        &["relation=on"],
        &[],
    );
    states(
        &lexicon,
        "a cat on a white stone",
        &["s2.thing=rock", "s2.colour=white", "relation=on"],
        &[],
    );
}

#[test]
fn motion_fits_whoever_moves() {
    let lexicon = lexicon();
    states(&lexicon, "a bus passes a church", &["action=~drive"], &[]);
    states(&lexicon, "a gull crosses the sky", &["action=~fly"], &[]);
    states(&lexicon, "a duck floats", &["action=swim"], &[]);
    states(
        &lexicon,
        "a woman crosses the street",
        &["action=walk"],
        &[],
    );
}

#[test]
fn what_comes_after_follows() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a cat sits and then falls",
        &["action=rest", "then=fall"],
        &[],
    );
    states(
        &lexicon,
        "a robot dances and waves at the end",
        &["action=dance", "then=wave"],
        &[],
    );
}

#[test]
fn parts_and_things_by_the_way_are_no_subjects() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a man walks past parked cars",
        &["s1.thing=person"],
        &["s2"],
    );
    states(
        &lexicon,
        "a spinning top on a glass table",
        &["s1.thing=~cone", "action=spin"],
        &["s2", "place"],
    );
    reports(&lexicon, "a rain-filled gutter", "rain-filled");
}

#[test]
fn whoever_is_addressed_or_asks_is_not_in_the_scene() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "bro imagine a shark",
        &["s1.thing=shark"],
        &["s2"],
    );
    states(
        &lexicon,
        "my son wants a tractor",
        &["s1.thing=tractor"],
        &["s2"],
    );
    states(
        &lexicon,
        "a dude jumps",
        &["s1.thing=person", "action=jump"],
        &[],
    );
}

#[test]
fn numbers_count_past_their_group() {
    let lexicon = lexicon();
    states(&lexicon, "a row of four cups", &["s1.count=4"], &[]);
    states(&lexicon, "a hundred frogs", &["s1.count=100"], &[]);
}

#[test]
fn real_words_are_no_misspellings() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "a girl swinging back and forth",
        &["action=swing"],
        &["s2"],
    );
    states(
        &lexicon,
        "a mushroom grows",
        &["s1.thing=mushroom"],
        &["action"],
    );
    states(
        &lexicon,
        "the purpel buss",
        &["s1.thing=bus", "s1.colour=purple"],
        &[],
    );
}

#[test]
fn how_many_is_said_with_a_cross() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "3x duck in a park",
        &["s1.thing=duck", "s1.count=3"],
        &[],
    );
    states(
        &lexicon,
        "frog x2, meadow",
        &["s1.thing=frog", "s1.count=2"],
        &[],
    );
}

#[test]
fn possessives_come_before_nouns() {
    states(
        &lexicon(),
        "a man looks at his watch",
        &["s1.thing=person", "s2.thing=watch", "action=look"],
        &["then"],
    );
}

#[test]
fn what_comes_before_is_the_first_action() {
    states(
        &lexicon(),
        "before falling, the robot waves",
        &["action=wave", "then=fall"],
        &[],
    );
}

#[test]
fn a_pronoun_is_whoever_acted() {
    states(
        &lexicon(),
        "a dancer waves to a crowd, then she jumps",
        &["s1.gender=woman", "action=wave", "then=jump"],
        &["s2.gender"],
    );
}

#[test]
fn a_relative_clause_may_have_a_subject_of_its_own() {
    states(
        &lexicon(),
        "a ball that a dog catches",
        &["s1.thing=dog", "s2.thing=ball", "action=catch"],
        &[],
    );
}

#[test]
fn the_object_of_a_denied_verb_is_not_there() {
    states(
        &lexicon(),
        "a cat walks and doesn't chase the mouse",
        &["s1.thing=cat", "action=walk"],
        &["s2", "then"],
    );
}

#[test]
fn other_things_act_for_themselves() {
    states(
        &lexicon(),
        "a singer dances, then the lights go out",
        &["action=dance"],
        &["then"],
    );
}

#[test]
fn a_role_and_a_person_are_one_subject() {
    states(
        &lexicon(),
        "a vampire lady dances",
        &["s1.thing=vampire", "s1.gender=woman", "action=dance"],
        &["s2"],
    );
}

#[test]
fn one_thing_and_its_verb_are_no_plural_name() {
    states(
        &lexicon(),
        "an egg rolls off a barrel",
        &["s1.thing=egg", "action=roll"],
        &[],
    );
}

#[test]
fn colours_describe_animals_with_longer_names() {
    states(
        &lexicon(),
        "a red fox runs",
        &["s1.thing=fox", "s1.colour=red"],
        &[],
    );
}

#[test]
fn names_are_not_corrected() {
    reports(&lexicon(), "a cat called Tati sleeps", "Tati");
}

#[test]
fn a_meant_place_counts_before_a_near_one() {
    states(
        &lexicon(),
        "a shoe spins on a podium in a photo studio",
        &["place=photo studio"],
        &[],
    );
}

#[test]
fn what_a_heap_consists_of_is_the_subject() {
    states(
        &lexicon(),
        "a pyramid of cans collapses after being hit by a ball",
        &["s1.thing=can", "s1.count=~2"],
        &["then", "relation"],
    );
    states(&lexicon(), "a pyramid of stone", &["s1.thing=pyramid"], &[]);
}
