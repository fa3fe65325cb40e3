//! Function words and parts of persons.

use kinora_scene::closed_vocabulary;
use kinora_scene::vocabulary::Vocabulary;

closed_vocabulary!(
    /// Role of a preposition.
    Preposition: "preposition" {
        /// in, dans
        In = "in",
        /// on, sur
        On = "on",
        /// under, sous
        Under = "under",
        /// behind, derrière
        Behind = "behind",
        /// in front of, devant
        Front = "front",
        /// beside, à côté de
        Beside = "beside",
        /// over, above, au-dessus de
        Over = "over",
        /// into, onto
        Into = "into",
        /// between, entre
        Between = "between",
        /// at, à, by
        At = "at",
        /// with, avec
        With = "with",
        /// of, de
        Of = "of",
        /// made of, en
        MadeOf = "made of",
        /// from, depuis
        From = "from",
        /// to, towards, vers
        To = "to",
        /// through, along, around, past
        Through = "through",
        /// for, pour
        For = "for",
        /// as, comme
        As = "as",
        /// instead of
        Instead = "instead",
    }
);

closed_vocabulary!(
    /// Function of a word in a sentence.
    Function: "function" {
        /// a, un
        Indefinite = "a",
        /// the, le, this
        Definite = "the",
        /// another, un autre
        Another = "another",
        /// some, several
        Several = "several",
        /// and
        And = "and",
        /// or
        Or = "or",
        /// but
        But = "but",
        /// not, no, without
        Not = "not",
        /// then, puis
        Then = "then",
        /// after
        After = "after",
        /// before
        Before = "before",
        /// while, en
        While = "while",
        /// to before an infinitive
        To = "infinitive",
        /// be and other auxiliaries
        Auxiliary = "auxiliary",
        /// it, they
        Pronoun = "pronoun",
        /// he, his
        He = "he",
        /// she, her
        She = "she",
        /// we, on: the viewer
        Viewer = "viewer",
        /// who, that
        Relative = "relative",
        /// wears, porte
        Wears = "wears",
        /// make, show: a request
        Request = "request",
        /// video, scene, clip
        Medium = "medium",
        /// camera
        Camera = "camera",
        /// other words without content
        Filler = "filler",
        /// replace
        Replace = "replace",
        /// remove
        Remove = "remove",
        /// add
        Add = "add",
        /// two
        Number2 = "2",
        /// three
        Number3 = "3",
        /// four
        Number4 = "4",
        /// five
        Number5 = "5",
        /// six
        Number6 = "6",
        /// seven
        Number7 = "7",
        /// eight
        Number8 = "8",
        /// nine
        Number9 = "9",
        /// ten
        Number10 = "10",
        /// twelve
        Number12 = "12",
        /// 11
        Number11 = "11",
        /// 13
        Number13 = "13",
        /// 14
        Number14 = "14",
        /// 15
        Number15 = "15",
        /// 16
        Number16 = "16",
        /// 18
        Number18 = "18",
        /// 20
        Number20 = "20",
        /// 30
        Number30 = "30",
        /// 40
        Number40 = "40",
        /// 50
        Number50 = "50",
        /// 100
        Number100 = "100",
        /// 1000
        Number1000 = "1000",
        /// one
        Number1 = "1",
        /// no, wait: what comes next takes the place of what was said last
        Retract = "retract",
        /// bro: whom the prompt addresses
        Address = "address",
        /// in
        In = "in",
        /// on
        On = "on",
        /// under
        Under = "under",
        /// behind
        Behind = "behind",
        /// in front of
        Front = "front",
        /// beside
        Beside = "beside",
        /// over
        Over = "over",
        /// into
        Into = "into",
        /// between
        Between = "between",
        /// at
        At = "at",
        /// with
        With = "with",
        /// of
        Of = "of",
        /// made of
        MadeOf = "made of",
        /// from
        From = "from",
        /// towards
        Towards = "to",
        /// through
        Through = "through",
        /// for
        For = "for",
        /// as
        As = "as",
        /// instead of
        Instead = "instead",
    }
);

impl Function {
    /// Parses a lexicon value.
    pub(super) fn parse(value: &str) -> Result<Self, String> {
        Self::parse_word(value.trim()).map_err(|error| error.to_string())
    }

    /// Whether it is an article, a numeral or another determiner that begins a noun phrase.
    pub fn begins_noun_phrase(self) -> bool {
        self.number().is_some()
            || matches!(
                self,
                Self::Indefinite | Self::Definite | Self::Another | Self::Several
            )
    }

    /// Returns the number of a number word.
    pub fn number(self) -> Option<u32> {
        self.word().parse().ok()
    }

    /// Returns the role of a preposition.
    pub fn preposition(self) -> Option<Preposition> {
        Preposition::from_word(self.word())
    }
}

closed_vocabulary!(
    /// Part of a person that adjectives can describe.
    Part: "part" {
        /// Hair.
        Hair = "hair",
        /// Beard.
        Beard = "beard",
        /// Moustache.
        Moustache = "moustache",
        /// A garment.
        Clothes = "clothes",
        /// Eyes, arms, wheels: parts that no field describes.
        Body = "body",
        /// A pillar, which covers what passes behind it.
        Pillar = "pillar",
    }
);

impl Part {
    /// Parses a lexicon value.
    pub(super) fn parse(value: &str) -> Result<Self, String> {
        Self::parse_word(value.trim()).map_err(|error| error.to_string())
    }
}
