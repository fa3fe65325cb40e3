//! Parameters of a head, drawn from its id.

use kinora_scene::rng::Rng;

/// Declares the parameters of a head with their ranges.
macro_rules! genes {
    ($($name:ident $low:literal $high:literal $doc:literal)+) => {
        /// Parameters of a head; factors are centred on 1, offsets on 0.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Genes { $(#[doc = $doc] pub $name: f32),+ }

        impl Genes {
            /// Names of the parameters.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// Draws every parameter uniformly from its range, each from its own stream.
            pub(super) fn draw(id: u64) -> Self {
                let mut purpose = 9_000;
                $(
                    purpose += 1;
                    let $name = Rng::new(id, purpose).range($low, $high);
                )+
                Self { $($name),+ }
            }

            /// Returns the parameters normalised to their ranges, 0 ..= 1, in the order of [`Self::NAMES`].
            pub fn units(&self) -> Vec<f32> {
                vec![$((self.$name - $low) / ($high - $low)),+]
            }
        }
    };
}

genes! {
    skull_width 0.91 1.09 "Width of the braincase."
    skull_depth 0.92 1.07 "Length of the braincase."
    skull_height 0.93 1.06 "Height of the crown."
    forehead_width 0.90 1.06 "Width of the forehead."
    forehead_slope -0.06 0.06 "How far the forehead leans back."
    temple_hollow 0.0 0.06 "How hollow the temples are."
    cheekbone_width 0.94 1.08 "Width over the cheekbones."
    cheekbone_height -0.07 0.07 "How high they sit."
    cheekbone_forward -0.02 0.06 "How far they stand out."
    cheek_fullness -0.05 0.08 "Hollow or full cheeks."
    jaw_width 0.84 1.13 "Width of the jaw."
    jaw_height -0.08 0.08 "How high its corners sit."
    jaw_square 0.0 1.0 "Pointed or square."
    chin_width 0.75 1.35 "Width of the chin."
    chin_length -0.07 0.08 "Length of the chin."
    chin_forward -0.05 0.07 "How far it stands out."
    chin_cleft 0.0 1.0 "A dimple in the chin; seen over 0.75."
    face_flatness 0.80 1.0 "Round or flat front."
    double_chin 0.0 1.0 "Flesh under the chin; seen over 0.6."
    neck_width 0.86 1.14 "Thickness of the neck."
    neck_length -0.10 0.12 "Length of the neck."
    shoulder_width 0.88 1.10 "Width of the shoulders."
    brow_ridge -0.01 0.045 "How far the bone over the eyes stands out."
    brow_height -0.045 0.05 "How high the eyebrows sit."
    brow_thickness 0.55 1.75 "Thickness of the eyebrows."
    brow_tilt -0.22 0.22 "Rising or falling outwards."
    brow_arch 0.0 0.07 "Straight or arched."
    brow_length 0.82 1.18 "Length of the eyebrows."
    brow_gap -0.03 0.05 "Distance from the nose."
    brow_shade 0.45 1.0 "How much lighter than the hair they are."
    eye_spacing 0.88 1.13 "Distance of the eyes."
    eye_height -0.05 0.05 "How high they sit."
    eye_width 0.82 1.20 "Length of the slit."
    eye_open 0.70 1.35 "Height of the slit."
    eye_tilt -0.16 0.20 "Falling or rising outwards."
    lid_crease 0.0 1.0 "Depth of the fold over the lid."
    lid_heaviness 0.0 0.28 "How far the lid hangs over the iris."
    iris_size 0.88 1.15 "Size of the iris."
    iris_hue 0.0 1.0 "Blue, grey, green, hazel, brown, dark."
    iris_light 0.75 1.30 "Lightness of the iris."
    socket_depth 0.6 1.5 "How deep the eyes lie."
    eye_bags 0.0 1.0 "Folds under the eyes."
    lashes 0.2 1.0 "Darkness of the lashes."
    nose_length -0.08 0.09 "Length of the nose."
    nose_width 0.75 1.40 "Width at the nostrils."
    nose_bridge 0.2 1.5 "Height of the bridge."
    nose_bridge_width 0.75 1.40 "Width of the bridge."
    nose_tip 0.4 1.5 "Roundness of the tip."
    nose_tip_up -0.05 0.06 "Hanging or turned up."
    nose_forward 0.70 1.35 "How far it stands out."
    nostrils 0.5 1.4 "Size of the nostrils."
    nose_hump -0.04 0.06 "Hollow or humped back."
    nose_side -0.025 0.025 "To which side it leans."
    mouth_width 0.80 1.22 "Width of the mouth."
    mouth_height -0.04 0.045 "How high it sits."
    upper_lip 0.45 1.60 "Fullness of the upper lip."
    lower_lip 0.55 1.55 "Fullness of the lower lip."
    lip_forward 0.5 1.6 "How far the lips stand out."
    mouth_corner -0.022 0.026 "Corners down or up."
    cupid_bow 0.0 1.0 "Depth of the notch in the upper lip."
    lip_colour 0.1 1.0 "How red the lips are."
    ear_size 0.80 1.28 "Size of the ears."
    ear_out 0.5 2.0 "How far they stand off."
    ear_height -0.05 0.05 "How high they sit."
    melanin 0.0 1.0 "From pale to dark skin."
    undertone -1.0 1.0 "Cool or warm skin."
    ruddiness 0.0 1.0 "Redness of nose and cheeks."
    freckles 0.0 1.0 "Freckles, over 0.8 and on light skin."
    mole 0.0 1.0 "A mole, over 0.7."
    mole_x -0.45 0.45 "Where the mole is."
    mole_y -0.75 0.30 "Where the mole is."
    age 0.0 1.0 "From eighteen to eighty."
    femininity 0.0 1.0 "Shifts jaw, brow, lips and shoulders; a woman over 0.5."
    hair_volume 0.6 1.5 "Thickness of the hair."
    hair_length -0.25 0.35 "Longer or shorter than its cut is usually."
    hair_line -0.07 0.09 "Height of the hairline."
    recession 0.0 0.20 "How far it has drawn back over the temples."
    hair_part -1.0 1.0 "Where it is parted."
    hair_wave 0.0 1.0 "Straight or wavy strands."
    hair_shade 0.72 1.30 "Dark or light for its colour."
    beard_length 0.5 1.5 "Length of a beard."
    frame_shape 0.0 1.0 "Round, square, oval or winged glasses."
    frame_shade 0.0 1.0 "Black, brown, gold, red or blue frames."
    collar 0.0 1.0 "Round, pointed or open collar."
    voice 0.88 1.14 "Pitch of the voice."
}
