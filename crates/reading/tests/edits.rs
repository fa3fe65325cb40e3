//! Instructions in both languages.

mod support;

use support::{changes_to, lexicon};

#[test]
fn numbers_without_a_noun_count_the_first_subject() {
    let lexicon = lexicon();
    changes_to(&lexicon, "a robot jumps", "two of them", &["s1.count=2"]);
    changes_to(&lexicon, "two dogs run", "just one", &["s1.count=1"]);
    changes_to(
        &lexicon,
        "trois pommes tombent",
        "n'en mets que deux",
        &["s1.count=2"],
    );
    changes_to(
        &lexicon,
        "deux canards nagent",
        "un de plus",
        &["s1.count=3"],
    );
}

#[test]
fn one_thing_takes_the_place_of_another() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a frog jumps over a mushroom",
        "a potato instead of the mushroom",
        &["s2.thing=potato"],
    );
    changes_to(
        &lexicon,
        "une grenouille saute par-dessus un champignon",
        "une pomme de terre au lieu du champignon",
        &["s2.thing=potato"],
    );
    changes_to(
        &lexicon,
        "a cat sits on a chair",
        "turn the cat into a robot",
        &["s1.thing=robot"],
    );
    changes_to(
        &lexicon,
        "un homme marche",
        "change l'homme en femme",
        &["s1.gender=woman"],
    );
}

#[test]
fn colours_are_swapped() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a black car races a white car",
        "swap the colours",
        &["s1.colour=white", "s2.colour=black"],
    );
    changes_to(
        &lexicon,
        "un cube noir tombe sur un cube blanc",
        "échange les couleurs",
        &["s1.colour=white", "s2.colour=black"],
    );
}

#[test]
fn what_is_denied_goes() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a cat sits on a chair",
        "no chair",
        &["s2.thing=none"],
    );
    changes_to(
        &lexicon,
        "une loutre nage avec un crabe",
        "vire le crabe et mets trois loutres",
        &["s2.thing=none", "s1.count=3"],
    );
}

#[test]
fn the_camera_follows_whom_it_is_told_to() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a panda walks in a forest",
        "forget the forest, use a footbridge and follow him",
        &["place=footbridge", "camera=follow"],
    );
    changes_to(&lexicon, "un panda marche", "suis-le", &["camera=follow"]);
}

#[test]
fn what_comes_later_is_a_second_action() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a robot waves",
        "after waving it should jump",
        &["then=jump"],
    );
    changes_to(
        &lexicon,
        "a man walks",
        "have him wave at the end",
        &["then=wave"],
    );
    changes_to(
        &lexicon,
        "une fusée monte",
        "après ça, qu'elle retombe",
        &["then=fall"],
    );
}

#[test]
fn positions_and_traits_change() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "un chat est assis sur une chaise",
        "Non, dessous, pas dessus.",
        &["relation=under"],
    );
    changes_to(
        &lexicon,
        "a cat sits on a chair",
        "put the cat under the chair",
        &["relation=under"],
    );
    changes_to(
        &lexicon,
        "un homme jeune marche",
        "vieillis-le",
        &["s1.age=old"],
    );
    changes_to(
        &lexicon,
        "un garçon lance une balle",
        "c'est une fille",
        &["s1.gender=woman"],
    );
}

#[test]
fn removed_traits_and_repeated_actions_change_nothing() {
    let lexicon = lexicon();
    changes_to(&lexicon, "a man walks", "take off his glasses", &[]);
    changes_to(&lexicon, "un homme parle", "enlève-lui la barbe", &[]);
    changes_to(
        &lexicon,
        "a woman says \"hi\"",
        "she says \"bye\" instead",
        &["speech=bye"],
    );
}

#[test]
fn pronouns_name_what_is_replaced() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "two dogs run",
        "turn them into cats",
        &["s1.thing=cat"],
    );
    changes_to(
        &lexicon,
        "une balle rebondit",
        "transforme-la en cube",
        &["s1.thing=cube"],
    );
    changes_to(
        &lexicon,
        "deux chiens courent",
        "change-les en chats",
        &["s1.thing=cat"],
    );
    changes_to(
        &lexicon,
        "a boy hops",
        "the boy becomes an old woman",
        &["s1.gender=woman", "s1.age=old"],
    );
}

#[test]
fn things_are_swapped() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a ball bounces",
        "swap the ball for a duck",
        &["s1.thing=duck"],
    );
    changes_to(
        &lexicon,
        "un chat dort sur une chaise",
        "échange le chat et la chaise",
        &["s1.thing=chair", "s2.thing=cat"],
    );
    changes_to(
        &lexicon,
        "a robot stacks three cubes",
        "replace the robot with a monkey and the cubes with bananas",
        &["s1.thing=monkey", "s2.thing=banana"],
    );
}

#[test]
fn some_of_several_go() {
    changes_to(
        &lexicon(),
        "three dogs run",
        "remove one dog",
        &["s1.count=2"],
    );
}

#[test]
fn what_is_kept_does_not_go() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a cat sleeps on a chair",
        "lose the chair, keep the cat",
        &["s2.thing=none"],
    );
    changes_to(
        &lexicon,
        "a cat sleeps",
        "a dog, not a cat",
        &["s1.thing=dog"],
    );
    changes_to(
        &lexicon,
        "a snowman shakes",
        "stop the shaking, it just stands there",
        &["action=rest"],
    );
}

#[test]
fn both_change_alike() {
    changes_to(
        &lexicon(),
        "a drum falls on a bell",
        "both of them in wood",
        &["s1.material=wood", "s2.material=wood"],
    );
}

#[test]
fn a_word_for_any_animal_names_the_one_of_the_scene() {
    changes_to(
        &lexicon(),
        "un pingouin danse",
        "garde tout, change juste l'animal : un ours",
        &["s1.thing=bear"],
    );
}

#[test]
fn the_camera_comes_closer() {
    let lexicon = lexicon();
    changes_to(
        &lexicon,
        "a ball bounces",
        "camera closer",
        &["camera=zoom"],
    );
    changes_to(
        &lexicon,
        "une balle rebondit",
        "éloigne la caméra",
        &["camera=zoom out"],
    );
}
