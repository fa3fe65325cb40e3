//! Latent spaces with closed-form codecs on the host: the background on its plate, subjects in their canonical frames.

pub mod background;
pub(crate) mod gemv;
pub mod layers;
