//! Phrases for places, weather, times, pillars, styles and cameras.

use kinora_scene::vocabulary::{Camera, Cover, Place, Style, Time, Weather};

/// Places with their preposition.
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

/// Tags of places.
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

/// Weather; clear weather is rarely stated.
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

/// Time of day.
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

/// Occlusion by a pillar, after the verb.
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

/// Camera move.
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
