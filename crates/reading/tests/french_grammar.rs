//! Rules of French grammar, one test a rule.

mod support;

use support::{lexicon, reports, states};

#[test]
fn two_joined_subjects_act_together() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "papa et maman qui dansent",
        &["s1.gender=man", "s2.gender=woman", "action=dance"],
        &[],
    );
    states(
        &lexicon,
        "une maman et son bébé",
        &["s1.gender=woman", "s2.age=child"],
        &[],
    );
    states(
        &lexicon,
        "chute d'une plume et d'un marteau",
        &["s1.thing=feather", "s2.thing=hammer", "action=fall"],
        &[],
    );
}

#[test]
fn participles_after_a_noun_are_states_unless_someone_acts() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "quatre cubes empilés qui s'écroulent",
        &["action=topple", "s1.count=4"],
        &["then"],
    );
    states(
        &lexicon,
        "une balle lancée par un robot",
        &["s1.thing=robot", "s2.thing=ball", "action=throw"],
        &[],
    );
}

#[test]
fn after_noun_and_adjective_comes_the_verb() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un cube rouge tombe sur un cube bleu",
        &[
            "s1.colour=red",
            "s2.colour=blue",
            "action=fall",
            "relation=on",
        ],
        &[],
    );
    states(
        &lexicon,
        "une femme rousse court",
        &["s1.hair=red", "action=run"],
        &["s1.cut"],
    );
    states(
        &lexicon,
        "un enfant pousse une brouette",
        &["s1.thing=person"],
        &["s3"],
    );
}

#[test]
fn some_of_a_substance_is_no_subject() {
    states(
        &lexicon(),
        "un cuisinier verse du lait dans une tasse",
        &[
            "s1.thing=cook",
            "s2.thing=cup",
            "action=pour",
            "relation=into",
        ],
        &["s3"],
    );
}

#[test]
fn en_is_a_preposition_before_a_noun() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un cœur rose en peluche rebondit",
        &[
            "s1.thing=heart",
            "s1.material=cloth",
            "s1.colour=pink",
            "action=bounce",
        ],
        &["s2"],
    );
    states(
        &lexicon,
        "un bocal en verre tombe",
        &["s1.thing=jar", "s1.material=glass"],
        &[],
    );
    states(
        &lexicon,
        "un train entre en gare",
        &["s1.thing=train", "action=enter"],
        &[],
    );
}

#[test]
fn silent_letters_and_other_spellings_are_understood() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un chat ki court apres une souri",
        &["s1.thing=cat", "s2.thing=mouse", "action=chase"],
        &[],
    );
    states(&lexicon, "un robot et il cour", &["action=run"], &[]);
    states(
        &lexicon,
        "un requin ki saute par dessus un bateau",
        &["action=jump", "relation=over"],
        &[],
    );
}

#[test]
fn elisions_match_listed_phrases() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "une abeille vole au-dessus d'un tournesol",
        &["relation=over", "s2.thing=sunflower"],
        &[],
    );
    states(&lexicon, "une femme d'or", &["s1.colour=~yellow"], &[]);
}

#[test]
fn who_is_described_after_a_comma_is_the_same_person() {
    states(
        &lexicon(),
        "la maîtresse, une dame à lunettes, dit « bonjour »",
        &["s1.thing=teacher", "s1.glasses=glasses", "speech=bonjour"],
        &["s2"],
    );
}

#[test]
fn pronouns_name_people_and_the_camera_follows_them() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "elle ouvre un livre",
        &["s1.thing=person", "s1.gender=woman", "s2.thing=book"],
        &[],
    );
    states(
        &lexicon,
        "un homme marche et la caméra l'accompagne",
        &["action=walk", "camera=follow"],
        &["then"],
    );
    states(
        &lexicon,
        "une pièce de monnaie qu'on fait tourner",
        &["s1.thing=coin", "action=spin"],
        &["camera"],
    );
}

#[test]
fn transitive_verbs_do_not_move_their_subject() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un monsieur soulève son chapeau et dit « bonjour »",
        &["action=talk"],
        &["then"],
    );
    states(
        &lexicon,
        "une mouette vole un sandwich",
        &["s1.thing=~bird", "s2.thing=sandwich"],
        &["action"],
    );
    states(&lexicon, "une femme descend la rue", &["action=~walk"], &[]);
}

#[test]
fn spoken_negation_denies_the_verb_before() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "le chien saute pas, il dort",
        &["action=rest"],
        &["then"],
    );
    states(
        &lexicon,
        "une rue sans voiture",
        &["without=car", "place=street"],
        &["s1"],
    );
}

#[test]
fn what_was_taken_back_is_replaced() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un crayon, non, une règle tombe",
        &["s1.thing=straight ruler", "action=fall"],
        &["s2"],
    );
    states(
        &lexicon,
        "une tour de dominos, enfin de briques",
        &["s1.thing=brick"],
        &["s2"],
    );
}

#[test]
fn parts_do_not_act_for_the_whole() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "une femme court, ses cheveux flottent au vent",
        &["action=run"],
        &["then"],
    );
    states(
        &lexicon,
        "un papillon se pose sur le nez d'un chien",
        &["s2.thing=dog", "relation=on"],
        &["s3"],
    );
}

#[test]
fn verbs_bring_their_things_along() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un chat fait du skate",
        &["s1.thing=cat", "s2.thing=skateboard", "action=~slide"],
        &[],
    );
    states(
        &lexicon,
        "un policier à moto poursuit une voiture",
        &["action=chase"],
        &["then"],
    );
}

#[test]
fn titles_in_quotation_marks_are_no_speech() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "ambiance « fait main », une balle roule",
        &["action=roll"],
        &["speech"],
    );
    reports(
        &lexicon,
        "ambiance « fait main », une balle roule",
        "« fait main »",
    );
}

#[test]
fn compounds_agree_in_both_words() {
    states(
        &lexicon(),
        "trois petites filles dansent",
        &["s1.count=3", "s1.age=child", "s1.gender=woman"],
        &["s1.size"],
    );
}

#[test]
fn companions_do_not_act_first() {
    states(
        &lexicon(),
        "un tracteur vert, avec une vache qui regarde",
        &["s1.thing=tractor", "s2.thing=cow"],
        &["action"],
    );
}

#[test]
fn whoever_asks_is_not_in_the_scene() {
    states(
        &lexicon(),
        "mon fils voudrait un tracteur",
        &["s1.thing=tractor"],
        &["s2"],
    );
}

#[test]
fn a_clause_may_have_a_subject_of_its_own() {
    let lexicon = lexicon();
    states(
        &lexicon,
        "un ballon qu'un chien attrape",
        &["s1.thing=dog", "s2.thing=ball", "action=catch"],
        &[],
    );
    states(
        &lexicon,
        "une tasse dans laquelle une fille verse de l'eau",
        &["s1.thing=person", "s2.thing=cup", "action=pour"],
        &[],
    );
}

#[test]
fn verbs_go_on_after_a_comma() {
    states(
        &lexicon(),
        "un cube roule, tombe et se casse",
        &["s1.thing=cube", "action=roll", "then=fall"],
        &["s2"],
    );
}

#[test]
fn an_article_after_a_preposition_is_no_pronoun() {
    states(
        &lexicon(),
        "un homme danse sur les marches",
        &["action=dance"],
        &["then"],
    );
}

#[test]
fn an_adjective_may_look_like_a_verb() {
    states(
        &lexicon(),
        "un chien marche dans un couloir sombre",
        &["action=walk"],
        &["then"],
    );
}

#[test]
fn what_is_played_is_there() {
    states(
        &lexicon(),
        "une femme joue de l'accordéon",
        &["s1.thing=person", "s2.thing=accordion"],
        &[],
    );
}

#[test]
fn two_of_a_kind_differ_by_the_adjective_after_them() {
    states(
        &lexicon(),
        "la voiture bleue dépasse la voiture rouge",
        &["s1.colour=blue", "s2.thing=car", "s2.colour=red"],
        &[],
    );
}

#[test]
fn endings_say_that_a_role_is_a_womans() {
    states(&lexicon(), "apicultrice, champ", &["s1.gender=woman"], &[]);
}
