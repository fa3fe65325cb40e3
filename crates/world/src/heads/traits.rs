//! Closed vocabularies of facial traits. Append new values at the end.

use kinora_scene::closed_vocabulary;
use kinora_scene::rng::Rng;
use serde::{Deserialize, Serialize};

use super::Genes;

closed_vocabulary!(
    /// Noun of a person.
    Noun: "noun" {
        /// A woman.
        Woman = "woman",
        /// A man.
        Man = "man",
    }
);
closed_vocabulary!(
    /// Apparent age.
    Age: "age" {
        /// Under about thirty.
        Young = "young",
        /// Between.
        Grown = "grown",
        /// Over about sixty.
        Old = "old",
    }
);
closed_vocabulary!(
    /// Colour of the hair.
    HairColour: "hair" {
        /// Black.
        Black = "black",
        /// From dark to light brown.
        Brown = "brown",
        /// From auburn to ginger.
        Red = "red",
        /// From dark to pale blond.
        Blond = "blond",
        /// Grey.
        Grey = "grey",
        /// White.
        White = "white",
        /// Dyed blue.
        Blue = "blue",
        /// Dyed pink.
        Pink = "pink",
        /// Dyed green.
        Green = "green",
    }
);
closed_vocabulary!(
    /// Haircut.
    Cut: "cut" {
        /// No hair.
        Bald = "bald",
        /// A few millimetres.
        Buzz = "buzz cut",
        /// Short and flat.
        Short = "short",
        /// Short at the sides, high over the forehead.
        Quiff = "quiff",
        /// Short curls.
        Curly = "curly",
        /// A large round cloud.
        Afro = "afro",
        /// To the chin.
        Bob = "bob",
        /// Straight over the shoulders.
        Long = "long",
        /// Wavy over the shoulders.
        Wavy = "wavy",
        /// Tied behind the head.
        Ponytail = "ponytail",
        /// A knot on the head.
        Bun = "bun",
        /// Two tails at the sides.
        Pigtails = "pigtails",
        /// A crest on a shaven head.
        Mohawk = "mohawk",
        /// Short, straight over the forehead.
        Fringe = "fringe",
    }
);
closed_vocabulary!(
    /// Facial hair.
    Beard: "beard" {
        /// None.
        Shaven = "shaven",
        /// A shadow.
        Stubble = "stubble",
        /// Over the lip.
        Moustache = "moustache",
        /// Around the mouth.
        Goatee = "goatee",
        /// Over the whole jaw.
        Full = "beard",
    }
);
closed_vocabulary!(
    /// Glasses.
    Glasses: "glasses" {
        /// None.
        None = "no glasses",
        /// Clear ones.
        Clear = "glasses",
        /// Dark ones.
        Dark = "sunglasses",
    }
);

/// Facial traits that captions name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Traits {
    /// Woman or man.
    pub noun: Noun,
    /// Age.
    pub age: Age,
    /// Colour of the hair; of the eyebrows of a bald head.
    pub hair: HairColour,
    /// Haircut.
    pub cut: Cut,
    /// Facial hair.
    pub beard: Beard,
    /// Glasses.
    pub glasses: Glasses,
    /// Whether the face has freckles.
    pub freckles: bool,
}

impl Traits {
    /// Draws the traits of an id with these parameters.
    pub(super) fn draw(id: u64, genes: &Genes) -> Self {
        let mut rng = Rng::new(id, 8_999);
        let noun = if genes.femininity > 0.5 {
            Noun::Woman
        } else {
            Noun::Man
        };
        let age = match genes.age {
            age if age < 0.34 => Age::Young,
            age if age < 0.72 => Age::Grown,
            _ => Age::Old,
        };
        let cut = *pick(&mut rng, cuts(noun));
        Self {
            noun,
            age,
            hair: hair(&mut rng, age),
            cut,
            beard: match noun {
                Noun::Woman => Beard::Shaven,
                Noun::Man => Beard::ALL[[0, 0, 0, 1, 2, 3, 4, 4][rng.below(8)]],
            },
            glasses: Glasses::ALL[[0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2][rng.below(12)]],
            freckles: genes.freckles > 0.8 && genes.melanin < 0.55,
        }
    }
}

fn cuts(noun: Noun) -> &'static [Cut] {
    match noun {
        Noun::Woman => &[
            Cut::Short,
            Cut::Curly,
            Cut::Afro,
            Cut::Bob,
            Cut::Bob,
            Cut::Long,
            Cut::Long,
            Cut::Wavy,
            Cut::Wavy,
            Cut::Ponytail,
            Cut::Bun,
            Cut::Pigtails,
            Cut::Fringe,
            Cut::Buzz,
        ],
        Noun::Man => &[
            Cut::Bald,
            Cut::Buzz,
            Cut::Short,
            Cut::Short,
            Cut::Quiff,
            Cut::Quiff,
            Cut::Curly,
            Cut::Afro,
            Cut::Long,
            Cut::Bun,
            Cut::Mohawk,
            Cut::Fringe,
        ],
    }
}

/// Grey and white hair comes with age; one head in eight is dyed.
fn hair(rng: &mut Rng, age: Age) -> HairColour {
    use HairColour as H;
    if rng.chance(0.12) {
        return *pick(rng, &[H::Blue, H::Pink, H::Green]);
    }
    match age {
        Age::Old => *pick(
            rng,
            &[H::Grey, H::Grey, H::White, H::White, H::Black, H::Brown],
        ),
        Age::Grown => *pick(
            rng,
            &[H::Black, H::Brown, H::Brown, H::Red, H::Blond, H::Grey],
        ),
        Age::Young => *pick(rng, &[H::Black, H::Brown, H::Red, H::Blond]),
    }
}

fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.below(items.len())]
}
