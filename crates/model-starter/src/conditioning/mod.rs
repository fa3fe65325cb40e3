//! Conditioning of the networks besides text: known tokens, plan features, reference images, and the clip that is remixed or extended.

pub mod conditioning_mask;
pub mod initial_state;
pub(crate) mod library_pictures;
pub mod plan_conditioning;
pub(crate) mod reference_images;
mod remix;
