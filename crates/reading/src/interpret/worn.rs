//! Things with a second use: what is drunk, what is worn.

use crate::lexicon::Thing;

/// Things that are mostly meant as a liquid.
pub(super) const DRINKS: &[&str] = &[
    "glass of milk",
    "hot beverage",
    "beverage box",
    "wine glass",
    "beer mug",
    "droplet",
    "honey pot",
    "teacup without handle",
    "bottle with popping cork",
    "cup with straw",
];

/// Whether a thing is worn when a person is "in" it.
pub(super) fn is_garment(thing: &Thing) -> bool {
    const GARMENTS: &[&str] = &[
        "dress",
        "t-shirt",
        "jeans",
        "scarf",
        "gloves",
        "coat",
        "socks",
        "kimono",
        "sari",
        "one-piece swimsuit",
        "briefs",
        "shorts",
        "bikini",
        "woman’s clothes",
        "running shoe",
        "hiking boot",
        "high-heeled shoe",
        "woman’s boot",
        "crown",
        "top hat",
        "billed cap",
        "rescue worker’s helmet",
        "necktie",
        "lab coat",
        "safety vest",
        "martial arts uniform",
        "military helmet",
        "thong sandal",
        "ballet shoes",
        "woman’s hat",
        "graduation cap",
        "goggles",
        "glasses",
        "sunglasses",
        "hat",
        "lipstick",
        "man’s shoe",
        "woman’s sandal",
        "flat shoe",
        "diving mask",
    ];
    GARMENTS.contains(&thing.label())
}
