//! Phoneme inventory of English and French with articulatory features and durations.
//!
//! Symbols are lower-case ARPAbet for English; French phonemes that English lacks have symbols of their own. Inherent and
//! minimum durations follow Klatt's duration rules (1979), rounded.

use serde::Serialize;

/// Manner of articulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Silence.
    Silence,
    /// Vowel.
    Vowel,
    /// Closure and release.
    Plosive,
    /// Closure released into friction.
    Affricate,
    /// Noise at a constriction.
    Fricative,
    /// Oral closure with open velum.
    Nasal,
    /// l and r.
    Liquid,
    /// w, y and similar.
    Glide,
}

/// Place of articulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None: silence.
    Nowhere,
    /// Both lips.
    Bilabial,
    /// Lower lip and upper teeth.
    Labiodental,
    /// Tongue and teeth.
    Dental,
    /// Tongue tip and gum ridge.
    Alveolar,
    /// Behind the gum ridge.
    Postalveolar,
    /// Hard palate; front vowels.
    Palatal,
    /// Centre of the mouth: central vowels.
    Central,
    /// Soft palate; back vowels.
    Velar,
    /// Uvula.
    Uvular,
    /// Vocal folds.
    Glottal,
}

struct Traits {
    symbol: &'static str,
    ipa: &'static str,
    manner: Manner,
    place: Place,
    voiced: bool,
    inherent_ms: f32,
    least_ms: f32,
}

macro_rules! inventory {
    ($($name:ident $symbol:literal $ipa:literal $example:literal $manner:ident $place:ident $voiced:literal
       $inherent_ms:literal $least_ms:literal;)*) => {
        /// A phoneme.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub enum Phoneme {
            $(#[doc = concat!("`", $symbol, "` /", $ipa, "/: ", $example, ".")] $name,)*
        }

        impl Phoneme {
            /// All phonemes in inventory order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }

        const TRAITS: &[Traits] = &[$(Traits {
            symbol: $symbol,
            ipa: $ipa,
            manner: Manner::$manner,
            place: Place::$place,
            voiced: $voiced,
            inherent_ms: $inherent_ms,
            least_ms: $least_ms,
        }),*];
    };
}

inventory! {
    Pause "sil" "‖" "silence" Silence Nowhere false 100.0 30.0;
    Iy "iy" "iː" "beat" Vowel Palatal true 155.0 60.0;
    Ih "ih" "ɪ" "bit" Vowel Palatal true 135.0 50.0;
    Ey "ey" "eɪ" "bait" Vowel Palatal true 190.0 80.0;
    Eh "eh" "ɛ" "bet" Vowel Palatal true 150.0 70.0;
    Ae "ae" "æ" "bat" Vowel Palatal true 220.0 80.0;
    Aa "aa" "ɑ" "father" Vowel Velar true 230.0 100.0;
    Ao "ao" "ɔ" "bought" Vowel Velar true 230.0 100.0;
    Ow "ow" "oʊ" "boat" Vowel Velar true 210.0 80.0;
    Uh "uh" "ʊ" "book" Vowel Velar true 160.0 60.0;
    Uw "uw" "uː" "boot" Vowel Velar true 190.0 70.0;
    Ah "ah" "ʌ" "but" Vowel Central true 140.0 60.0;
    Ax "ax" "ə" "about" Vowel Central true 110.0 50.0;
    Er "er" "ɝ" "bird" Vowel Central true 180.0 80.0;
    Ay "ay" "aɪ" "bite" Vowel Palatal true 240.0 130.0;
    Aw "aw" "aʊ" "bout" Vowel Velar true 250.0 100.0;
    Oy "oy" "ɔɪ" "boy" Vowel Velar true 270.0 150.0;
    FrI "i" "i" "French si" Vowel Palatal true 120.0 60.0;
    FrE "e" "e" "French thé" Vowel Palatal true 125.0 60.0;
    FrEh "E" "ɛ" "French sept" Vowel Palatal true 125.0 60.0;
    FrA "a" "a" "French patte" Vowel Central true 135.0 65.0;
    FrO "o" "o" "French beau" Vowel Velar true 135.0 65.0;
    FrOpenO "O" "ɔ" "French fort" Vowel Velar true 130.0 60.0;
    FrU "u" "u" "French doux" Vowel Velar true 125.0 60.0;
    FrY "y" "y" "French lune" Vowel Palatal true 125.0 60.0;
    FrEu "eu" "ø" "French deux" Vowel Palatal true 130.0 65.0;
    FrOe "oe" "œ" "French neuf" Vowel Palatal true 130.0 65.0;
    FrSchwa "@" "ə" "French le" Vowel Central true 80.0 45.0;
    FrAn "an" "ɑ̃" "French sans" Vowel Velar true 165.0 80.0;
    FrIn "in" "ɛ̃" "French vin" Vowel Palatal true 160.0 80.0;
    FrOn "on" "ɔ̃" "French bon" Vowel Velar true 160.0 80.0;
    FrUn "un" "œ̃" "French brun" Vowel Central true 160.0 80.0;
    P "p" "p" "pie" Plosive Bilabial false 75.0 45.0;
    B "b" "b" "buy" Plosive Bilabial true 70.0 48.0;
    T "t" "t" "tie" Plosive Alveolar false 60.0 42.0;
    D "d" "d" "die" Plosive Alveolar true 58.0 40.0;
    K "k" "k" "kite" Plosive Velar false 62.0 45.0;
    G "g" "ɡ" "guy" Plosive Velar true 60.0 42.0;
    Dx "dx" "ɾ" "the t of water" Plosive Alveolar true 26.0 22.0;
    Ch "ch" "tʃ" "church" Affricate Postalveolar false 65.0 42.0;
    Jh "jh" "dʒ" "judge" Affricate Postalveolar true 55.0 36.0;
    F "f" "f" "fan" Fricative Labiodental false 100.0 75.0;
    V "v" "v" "van" Fricative Labiodental true 65.0 45.0;
    Th "th" "θ" "thin" Fricative Dental false 95.0 65.0;
    Dh "dh" "ð" "this" Fricative Dental true 55.0 35.0;
    S "s" "s" "sea" Fricative Alveolar false 110.0 70.0;
    Z "z" "z" "zoo" Fricative Alveolar true 80.0 50.0;
    Sh "sh" "ʃ" "she" Fricative Postalveolar false 115.0 80.0;
    Zh "zh" "ʒ" "vision" Fricative Postalveolar true 80.0 50.0;
    Hh "hh" "h" "he" Fricative Glottal false 75.0 40.0;
    M "m" "m" "me" Nasal Bilabial true 75.0 60.0;
    N "n" "n" "no" Nasal Alveolar true 70.0 50.0;
    Ng "ng" "ŋ" "sing" Nasal Velar true 90.0 60.0;
    Gn "gn" "ɲ" "French agneau" Nasal Palatal true 90.0 60.0;
    L "l" "l" "lie" Liquid Alveolar true 80.0 50.0;
    R "r" "ɹ" "rye" Liquid Postalveolar true 80.0 45.0;
    Rr "rr" "ʁ" "French rue" Liquid Uvular true 75.0 45.0;
    W "w" "w" "we" Glide Velar true 80.0 60.0;
    Y "j" "j" "yes" Glide Palatal true 75.0 45.0;
    Hy "hy" "ɥ" "French huit" Glide Palatal true 70.0 45.0;
}

impl Phoneme {
    /// Returns the phoneme with this symbol.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|phoneme| phoneme.symbol() == symbol)
    }

    /// Returns the symbol: lower-case ARPAbet, or Kinora's own for a French phoneme that English lacks.
    pub fn symbol(self) -> &'static str {
        self.traits().symbol
    }

    /// Returns the symbol of the International Phonetic Alphabet.
    pub fn ipa(self) -> &'static str {
        self.traits().ipa
    }

    /// Returns the manner of articulation.
    pub fn manner(self) -> Manner {
        self.traits().manner
    }

    /// Returns the place of articulation.
    pub fn place(self) -> Place {
        self.traits().place
    }

    /// Tests whether the vocal folds vibrate.
    pub fn is_voiced(self) -> bool {
        self.traits().voiced
    }

    /// Tests whether the phoneme is a vowel.
    pub fn is_vowel(self) -> bool {
        self.manner() == Manner::Vowel
    }

    /// Tests whether the phoneme is a plosive, an affricate or a fricative.
    pub fn is_obstruent(self) -> bool {
        matches!(
            self.manner(),
            Manner::Plosive | Manner::Affricate | Manner::Fricative
        )
    }

    /// Returns the inherent duration in a stressed, phrase-final word, in ms.
    pub(crate) fn inherent_ms(self) -> f32 {
        self.traits().inherent_ms
    }

    /// Returns the minimum duration of a recognisable phoneme, in ms.
    pub(crate) fn least_ms(self) -> f32 {
        self.traits().least_ms
    }

    fn traits(self) -> &'static Traits {
        &TRAITS[self as usize]
    }
}
