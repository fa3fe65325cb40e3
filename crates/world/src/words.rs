//! The words of captions, one table per slot. The first entry is the plain one; repeats make a word more common.
//!
//! The parser reads the same tables, so a phrase may stand for one value of a slot only.

use crate::spec::{Action, Camera, Colour, Cover, Material, Object, Place, Style, Time, Weather};

/// Words between the slots, plural forms and words that people add.
pub const GLUE: &[&str] = &[
    "a an the of in on with and as it while is are made from at to into by its this there that one scene clip video",
    "shot showing shows look style camera movie some then again not no without two three only",
    "sound please make me create slowly quickly nobody else turn change replace instead same but now",
    "small big little large bright coloured colored",
    "balls spheres cubes cans cones rings eggs stars pyramids boxes books bottles people robots bears",
    "bounce bouncing roll rolling fall falling drop dropping swing swinging hit hitting collision collide bump",
];

/// Names of an object.
pub fn object_words(object: Object) -> &'static [&'static str] {
    match object {
        Object::Ball => &["ball", "ball", "ball", "sphere"],
        Object::Cube => &["cube", "cube", "box", "block"],
        Object::Can => &["can", "can", "tin", "cylinder"],
        Object::Cone => &["cone"],
        Object::Ring => &["ring", "ring", "hoop", "donut"],
        Object::Egg => &["egg"],
        Object::Star => &["star"],
        Object::Pyramid => &["pyramid"],
        Object::Apple => &["apple"],
        Object::Heart => &["heart"],
        Object::Mushroom => &["mushroom", "mushroom", "toadstool"],
        Object::Cup => &["cup", "cup", "mug"],
        Object::Bottle => &["bottle", "bottle", "flask"],
        Object::Book => &["book"],
        Object::Duck => &["duck", "duck", "duckling"],
        Object::Car => &["car", "car", "toy car", "automobile"],
        Object::Fish => &["fish"],
        Object::Rocket => &["rocket", "rocket", "spaceship"],
        Object::Bell => &["bell"],
        Object::Drum => &["drum"],
        Object::Barrel => &["barrel", "barrel", "cask"],
        Object::Pumpkin => &["pumpkin"],
        Object::Snowman => &["snowman"],
        Object::Gift => &["gift", "gift", "present", "parcel"],
        Object::Bird => &["bird", "bird", "sparrow"],
        Object::Person => &["person", "person", "gymnast", "human", "child"],
        Object::Robot => &["robot", "robot", "android"],
        Object::Bear => &["bear", "bear", "teddy bear", "teddy"],
    }
}

/// Names of a colour.
pub fn colour_words(colour: Colour) -> &'static [&'static str] {
    match colour {
        Colour::Red => &["red", "red", "red", "scarlet"],
        Colour::Orange => &["orange"],
        Colour::Yellow => &["yellow"],
        Colour::Green => &["green"],
        Colour::Blue => &["blue"],
        Colour::Purple => &["purple", "purple", "violet"],
        Colour::Pink => &["pink"],
        Colour::White => &["white"],
        Colour::Black => &["black"],
        Colour::Brown => &["brown"],
        Colour::Turquoise => &["turquoise", "turquoise", "cyan", "teal"],
        Colour::Grey => &["grey", "grey", "gray"],
    }
}

/// A material before a noun.
pub fn material_adjectives(material: Material) -> &'static [&'static str] {
    match material {
        Material::Rubber => &["rubber", "rubber", "rubbery"],
        Material::Wood => &["wooden", "wooden", "wood"],
        Material::Metal => &["metal", "metal", "metallic", "steel", "shiny metal"],
        Material::Stone => &["stone", "stone", "granite", "rock"],
        Material::Glass => &["glass", "glass", "crystal"],
        Material::Plastic => &["plastic", "plastic", "glossy plastic"],
        Material::Ice => &["ice", "ice", "icy", "frozen"],
        Material::Cloth => &["cloth", "cloth", "fabric", "plush"],
    }
}

/// A material after "made of".
pub fn material_nouns(material: Material) -> &'static [&'static str] {
    match material {
        Material::Rubber => &["rubber"],
        Material::Wood => &["wood"],
        Material::Metal => &["metal", "steel"],
        Material::Stone => &["stone", "rock"],
        Material::Glass => &["glass"],
        Material::Plastic => &["plastic"],
        Material::Ice => &["ice"],
        Material::Cloth => &["cloth", "fabric"],
    }
}

/// Where, with its preposition.
pub fn place_phrases(place: Place) -> &'static [&'static str] {
    match place {
        Place::WoodenFloor => &[
            "on a wooden floor",
            "on a wooden floor",
            "on the wooden floor",
            "on wooden boards",
            "in a room",
            "in a room with a wooden floor",
            "indoors",
        ],
        Place::Beach => &[
            "on a beach",
            "on the beach",
            "on the sand",
            "at the sea",
            "on a sandy beach",
            "by the ocean",
        ],
        Place::Meadow => &[
            "in a meadow",
            "in the meadow",
            "on the grass",
            "on a green meadow",
            "in a field",
            "on a lawn",
        ],
        Place::Street => &[
            "on a street",
            "on the street",
            "on the road",
            "in the city",
            "on asphalt",
            "in a town street",
        ],
        Place::Desert => &[
            "in a desert",
            "in the desert",
            "among sand dunes",
            "between cactuses",
            "in the sahara",
        ],
        Place::Snow => &[
            "on a snowfield",
            "in the snow",
            "on a snowy field",
            "in a winter landscape",
            "on snow",
        ],
        Place::Forest => &[
            "in a forest",
            "in the forest",
            "in the woods",
            "among trees",
            "between tall trees",
        ],
        Place::Kitchen => &[
            "in a kitchen",
            "in the kitchen",
            "on kitchen tiles",
            "on a tiled floor",
        ],
        Place::Gym => &[
            "in a gym",
            "in the gym",
            "in a sports hall",
            "on a gym mat",
            "in a gymnasium",
        ],
        Place::Stage => &[
            "on a stage",
            "on the stage",
            "in a theatre",
            "in front of a red curtain",
            "in a theater",
        ],
        Place::Rooftop => &[
            "on a rooftop",
            "on the rooftop",
            "on a flat roof",
            "over the skyline",
            "on the roof",
        ],
        Place::Mountain => &[
            "in the mountains",
            "by a mountain lake",
            "before snowy peaks",
            "at a lake in the mountains",
            "in the alps",
        ],
    }
}

/// Where, in tags.
pub fn place_tags(place: Place) -> &'static [&'static str] {
    match place {
        Place::WoodenFloor => &["wooden floor", "wooden floor", "room", "indoors"],
        Place::Beach => &["beach", "beach", "sand", "seaside"],
        Place::Meadow => &["meadow", "meadow", "grass", "field"],
        Place::Street => &["street", "street", "road", "city"],
        Place::Desert => &["desert", "desert", "dunes"],
        Place::Snow => &["snowfield", "snowfield", "winter"],
        Place::Forest => &["forest", "forest", "woods"],
        Place::Kitchen => &["kitchen"],
        Place::Gym => &["gym", "gym", "sports hall"],
        Place::Stage => &["stage", "stage", "theatre"],
        Place::Rooftop => &["rooftop", "rooftop", "roof"],
        Place::Mountain => &["mountains", "mountains", "mountain lake"],
    }
}

/// What falls from the sky. Clear air is rarely said.
pub fn weather_phrases(weather: Weather) -> &'static [&'static str] {
    match weather {
        Weather::Clear => &["under a clear sky", "in fine weather", "clear weather"],
        Weather::Rain => &[
            "in the rain",
            "while it rains",
            "on a rainy day",
            "in pouring rain",
            "rainy",
        ],
        Weather::Snow => &[
            "in falling snow",
            "while it snows",
            "while snow falls",
            "snowfall",
            "snowy weather",
        ],
        Weather::Fog => &[
            "in fog",
            "in thick fog",
            "on a foggy day",
            "in the mist",
            "foggy",
        ],
    }
}

/// When.
pub fn time_phrases(time: Time) -> &'static [&'static str] {
    match time {
        Time::Day => &["by day", "at noon", "in daylight", "daytime"],
        Time::Sunset => &[
            "at sunset",
            "in the evening",
            "at dusk",
            "in evening light",
            "golden hour",
        ],
        Time::Night => &[
            "at night",
            "by night",
            "in the dark",
            "under the stars",
            "night",
        ],
    }
}

/// Whether a pillar stands in the way, after the verb.
pub fn cover_phrases(cover: Cover) -> &'static [&'static str] {
    match cover {
        Cover::Open => &["without a pillar"],
        Cover::Behind => &[
            "behind a pillar",
            "behind a column",
            "passing behind a pillar",
        ],
        Cover::Front => &[
            "in front of a pillar",
            "in front of a column",
            "past a pillar",
        ],
    }
}

/// A style after a comma.
pub fn style_phrases(style: Style) -> &'static [&'static str] {
    match style {
        Style::Realistic => &[
            "realistic",
            "realistic",
            "realistic style",
            "photorealistic",
            "lifelike",
            "natural light",
            "photo",
        ],
        Style::Cinematic => &[
            "cinematic",
            "cinematic",
            "film look",
            "movie style",
            "cinematic lighting",
            "dramatic light",
            "film",
        ],
        Style::Animated => &[
            "animated",
            "animated",
            "cartoon",
            "cartoon style",
            "animation",
            "hand drawn",
            "comic style",
        ],
    }
}

/// A style before a noun.
pub fn style_adjectives(style: Style) -> &'static [&'static str] {
    match style {
        Style::Realistic => &["realistic", "photorealistic", "lifelike"],
        Style::Cinematic => &["cinematic", "cinematic", "dramatic"],
        Style::Animated => &["animated", "cartoon"],
    }
}

/// How the camera moves.
pub fn camera_phrases(camera: Camera) -> &'static [&'static str] {
    match camera {
        Camera::Static => &[
            "static camera",
            "static shot",
            "fixed camera",
            "still camera",
            "the camera does not move",
            "no camera move",
        ],
        Camera::Pan => &[
            "camera pan",
            "panning camera",
            "the camera pans",
            "slow pan",
            "pan",
        ],
        Camera::Zoom => &[
            "slow zoom",
            "zoom in",
            "the camera zooms in",
            "slow push in",
            "the camera moves closer",
            "zoom",
        ],
        Camera::ZoomOut => &[
            "zoom out",
            "the camera zooms out",
            "slow pull back",
            "the camera moves away",
        ],
        Camera::Tilt => &[
            "camera tilt",
            "tilting camera",
            "the camera tilts",
            "slow tilt",
        ],
        Camera::Follow => &[
            "tracking shot",
            "the camera follows",
            "following camera",
            "tracking camera",
        ],
        Camera::Handheld => &[
            "handheld camera",
            "handheld",
            "shaky camera",
            "hand held shot",
        ],
    }
}

/// What happens, after the subject; where there is a second subject it follows, see [`linked_to`].
pub fn verbs(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &[
            "bounces",
            "bounces",
            "bounces",
            "is bouncing",
            "hops",
            "bounces up and down",
            "bounces along",
        ],
        Action::Roll => &[
            "rolls",
            "rolls",
            "rolls",
            "is rolling",
            "rolls along",
            "tumbles along",
            "rolls past",
        ],
        Action::Collide => &[
            "hits",
            "hits",
            "collides with",
            "crashes into",
            "bumps into",
            "knocks into",
            "rolls into",
        ],
        Action::Fall => &[
            "falls",
            "falls",
            "falls down",
            "drops",
            "is falling",
            "drops down",
            "falls from above",
        ],
        Action::Pendulum => &[
            "swings on a rope",
            "swings on a rope",
            "swings like a pendulum",
            "hangs on a rope and swings",
            "is swinging on a rope",
            "swings back and forth",
        ],
        Action::Stack => &[
            "lands on top of",
            "is stacked on",
            "drops onto",
            "stacks on",
        ],
        Action::Topple => &[
            "topples over",
            "tips over",
            "is toppling over",
            "keels over",
        ],
        Action::Throw => &["throws", "tosses", "is throwing", "hurls"],
        Action::Catch => &["catches", "is catching", "grabs from the air"],
        Action::Walk => &["walks", "is walking", "strolls", "walks by"],
        Action::Run => &["runs", "is running", "sprints", "jogs"],
        Action::Jump => &["jumps", "is jumping", "leaps", "jumps up"],
        Action::Flip => &[
            "does a flip",
            "does a somersault",
            "flips through the air",
            "performs a somersault",
        ],
        Action::Pour => &[
            "pours water into",
            "is pouring water into",
            "is emptied into",
            "fills",
        ],
        Action::Wave => &["waves", "is waving", "waves hello", "waves a hand"],
        Action::Dance => &["dances", "is dancing", "grooves", "dances to a beat"],
    }
}

/// What happens, as a participle.
pub fn gerunds(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &["bouncing", "bouncing", "hopping", "bouncing along"],
        Action::Roll => &["rolling", "rolling", "rolling along", "tumbling along"],
        Action::Collide => &["hitting", "colliding with", "crashing into", "bumping into"],
        Action::Fall => &["falling", "falling down", "dropping", "falling from above"],
        Action::Pendulum => &["swinging on a rope", "swinging", "swinging like a pendulum"],
        Action::Stack => &["landing on top of", "stacked on", "dropping onto"],
        Action::Topple => &["toppling over", "tipping over", "keeling over"],
        Action::Throw => &["throwing", "tossing", "hurling"],
        Action::Catch => &["catching"],
        Action::Walk => &["walking", "strolling"],
        Action::Run => &["running", "sprinting", "jogging"],
        Action::Jump => &["jumping", "leaping"],
        Action::Flip => &[
            "doing a flip",
            "doing a somersault",
            "flipping through the air",
        ],
        Action::Pour => &["pouring water into", "being emptied into", "filling"],
        Action::Wave => &["waving", "waving hello"],
        Action::Dance => &["dancing", "grooving"],
    }
}

/// What happens, in tags.
pub fn action_tags(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &["bounce", "bounce", "bouncing", "bounces"],
        Action::Roll => &["roll", "roll", "rolling", "rolls"],
        Action::Collide => &["collide", "collision", "crash", "hit"],
        Action::Fall => &["fall", "fall", "falling", "drop"],
        Action::Pendulum => &["pendulum", "pendulum", "swing", "swinging"],
        Action::Stack => &["stack", "stack", "stacking", "tower"],
        Action::Topple => &["topple", "topple", "toppling", "dominoes"],
        Action::Throw => &["throw", "throw", "throwing", "toss"],
        Action::Catch => &["catch", "catch", "catching"],
        Action::Walk => &["walk", "walk", "walking"],
        Action::Run => &["run", "run", "running"],
        Action::Jump => &["jump", "jump", "jumping"],
        Action::Flip => &["flip", "flip", "somersault", "salto"],
        Action::Pour => &["pour", "pour", "pouring"],
        Action::Wave => &["wave", "wave", "waving"],
        Action::Dance => &["dance", "dance", "dancing"],
    }
}

/// The word between the verb and the second subject, and between the second and the third.
pub fn linked_to(action: Action) -> [&'static str; 2] {
    match action {
        Action::Collide | Action::Stack => ["", "and"],
        Action::Topple => ["into", "and"],
        Action::Throw => ["", "to"],
        Action::Catch | Action::Pour => ["", ""],
        _ => ["beside", "beside"],
    }
}
