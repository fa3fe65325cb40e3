//! The sentences: templates with fillers.

/// Templates: `*` stands for each of the fillers in turn.
pub const ENGLISH: &[(&str, &[&str])] = &[
    (
        "hello *",
        &["there", "everybody", "my friend", "again", "world"],
    ),
    ("good *", &["morning", "evening", "night", "afternoon"]),
    ("how are you *", &["", "today", "doing", "my friend"]),
    ("nice to * you", &["see", "meet", "hear"]),
    (
        "i love *",
        &[
            "you",
            "music",
            "this place",
            "the rain",
            "the sea",
            "my dog",
            "red apples",
            "the snow",
            "summer",
            "this song",
        ],
    ),
    (
        "i like *",
        &[
            "your hat",
            "the colour blue",
            "my new car",
            "the city",
            "green tea",
            "old books",
            "big parties",
        ],
    ),
    (
        "i want *",
        &[
            "a cup of tea",
            "to go home",
            "more time",
            "a new bike",
            "to see the sea",
            "to dance",
        ],
    ),
    (
        "i can *",
        &[
            "see you",
            "hear the birds",
            "fly",
            "do it",
            "help you",
            "smell the flowers",
        ],
    ),
    (
        "i am *",
        &[
            "so happy",
            "very tired",
            "hungry",
            "ready",
            "late again",
            "a bit cold",
            "your friend",
        ],
    ),
    (
        "we are *",
        &[
            "here now",
            "going home",
            "best friends",
            "ready to go",
            "nearly there",
        ],
    ),
    (
        "you are *",
        &["very kind", "so funny", "right", "late", "my hero"],
    ),
    (
        "where is *",
        &[
            "my phone",
            "the station",
            "the cat",
            "my red ball",
            "everybody",
            "the fire",
        ],
    ),
    (
        "what a *",
        &[
            "beautiful day",
            "surprise",
            "lovely house",
            "great game",
            "strange bird",
            "mess",
        ],
    ),
    (
        "this is *",
        &[
            "amazing",
            "my house",
            "so good",
            "not a dream",
            "the end",
            "the right way",
        ],
    ),
    (
        "look at *",
        &[
            "me",
            "the moon",
            "that",
            "the mountains",
            "this big fish",
            "the stars",
        ],
    ),
    (
        "let us *",
        &["go", "dance", "play a game", "begin", "try again", "eat"],
    ),
    (
        "please *",
        &[
            "wait for me",
            "come here",
            "help me",
            "listen",
            "sit down",
            "open the door",
            "say it again",
        ],
    ),
    (
        "do not *",
        &[
            "worry",
            "be afraid",
            "move",
            "forget me",
            "look down",
            "touch that",
        ],
    ),
    (
        "did you *",
        &["see that", "hear me", "sleep well", "find it", "call me"],
    ),
    (
        "have a *",
        &["nice day", "good time", "seat", "look at this"],
    ),
    (
        "it is *",
        &[
            "raining again",
            "too cold",
            "my birthday",
            "only a game",
            "time to go",
            "very dark",
            "all over",
        ],
    ),
    (
        "the * is here",
        &["bus", "summer", "winter", "doctor", "music", "ice cream"],
    ),
    (
        "my name is *",
        &["Anna", "Tom", "Maria", "Sam", "Lucy", "Ben", "Nora", "Max"],
    ),
    (
        "* is my favourite day",
        &["monday", "friday", "sunday", "today"],
    ),
    ("one two three *", &["", "go", "jump", "smile"]),
    (
        "see you *",
        &["soon", "tomorrow", "later", "next week", "on monday"],
    ),
    (
        "thank you *",
        &[
            "",
            "so much",
            "very much",
            "for the flowers",
            "for your help",
        ],
    ),
    (
        "welcome to *",
        &[
            "the show",
            "my house",
            "the beach",
            "the future",
            "our world",
        ],
    ),
    (
        "the sky is *",
        &["blue", "so big", "falling", "full of stars"],
    ),
    (
        "i think *",
        &[
            "so too",
            "it works",
            "we should go",
            "it is a bear",
            "you are right",
        ],
    ),
    ("who wants *", &["cake", "to play", "more soup", "a story"]),
    (
        "that was *",
        &["close", "fun", "my best idea", "a big wave", "wonderful"],
    ),
    (
        "*",
        &[
            "yes",
            "no",
            "maybe",
            "of course",
            "never mind",
            "well done",
            "happy birthday",
            "good luck",
            "be careful",
            "over here",
            "follow me",
            "watch this",
            "oh no",
            "i am sorry",
            "excuse me",
            "come on",
            "wake up",
            "keep going",
            "not again",
            "i do not know",
        ],
    ),
    (
        "here comes the *",
        &["sun", "rain", "train", "queen", "best part"],
    ),
    ("never * alone", &["walk", "swim", "travel"]),
    (
        "the * was great",
        &["film", "food", "party", "trip", "weather"],
    ),
    (
        "can you * this",
        &["see", "hear", "feel", "believe", "read"],
    ),
    (
        "we need *",
        &["more light", "a plan", "a bigger boat", "some water", "you"],
    ),
    (
        "there is *",
        &[
            "a spider on your hat",
            "no time",
            "something in the box",
            "snow on the roof",
        ],
    ),
    ("six blue * on the moon", &["birds", "boats", "balloons"]),
];

/// The same in French.
pub const FRENCH: &[(&str, &[&str])] = &[
    ("bonjour *", &["", "à tous", "mon ami", "madame"]),
    ("bonne *", &["nuit", "idée", "chance"]),
    ("je t'aime *", &["", "beaucoup", "bien"]),
    ("merci *", &["", "beaucoup", "mon ami"]),
    ("c'est *", &["magnifique", "la vie", "très bon", "fini"]),
    ("je suis *", &["content", "fatigué", "ici", "prêt"]),
    ("où est *", &["le chat", "la gare", "mon livre"]),
    ("regarde *", &["moi", "la lune", "la mer"]),
    ("il fait *", &["beau", "froid", "chaud"]),
    (
        "*",
        &[
            "oui",
            "non",
            "bien sûr",
            "à demain",
            "au revoir",
            "salut",
            "d'accord",
            "on y va",
        ],
    ),
];
