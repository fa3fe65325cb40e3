//! Names of objects, colours and materials.

use kinora_scene::vocabulary::{Colour, Material, Object};

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
