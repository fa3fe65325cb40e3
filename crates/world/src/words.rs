//! The words of captions, one table per slot. The first entry is the plain one; repeats make a word more common.

use crate::spec::{Action, Camera, Colour, Material, Object, Place, Style};

/// Words between the slots, plural forms and words that people add.
pub const GLUE: &[&str] = &[
    "a an the of in on with and as it while is are made from at to into by its this there that one scene clip video",
    "shot showing shows look style camera movie some then again",
    "sound please make me create slowly quickly",
    "small big little large bright coloured colored",
    "balls spheres cubes cans cones rings eggs stars pyramids boxes",
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
    }
}

/// A material before a noun.
pub fn material_adjectives(material: Material) -> &'static [&'static str] {
    match material {
        Material::Rubber => &["rubber", "rubber", "rubbery"],
        Material::Wood => &["wooden", "wooden", "wood"],
        Material::Metal => &["metal", "metal", "metallic", "steel", "shiny metal"],
        Material::Stone => &["stone", "stone", "granite", "rock"],
    }
}

/// A material after "made of".
pub fn material_nouns(material: Material) -> &'static [&'static str] {
    match material {
        Material::Rubber => &["rubber"],
        Material::Wood => &["wood"],
        Material::Metal => &["metal", "steel"],
        Material::Stone => &["stone", "rock"],
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
    }
}

/// Where, in tags.
pub fn place_tags(place: Place) -> &'static [&'static str] {
    match place {
        Place::WoodenFloor => &["wooden floor", "wooden floor", "room", "indoors"],
        Place::Beach => &["beach", "beach", "sand", "seaside"],
        Place::Meadow => &["meadow", "meadow", "grass", "field"],
        Place::Street => &["street", "street", "road", "city"],
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
    }
}

/// What happens, after the subject; in a collision the other subject follows.
pub fn verbs(action: Action) -> &'static [&'static str] {
    match action {
        Action::Bounce => &[
            "bounces",
            "bounces",
            "bounces",
            "is bouncing",
            "hops",
            "jumps",
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
    }
}
