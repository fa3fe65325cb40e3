//! Limits of the clips that can be made: those of the shipped starter until the requested model is loaded.

use kinora_contract::Manifest;
use kinora_contract::manifest::Limits;

/// Returns the limits of the starter that this build ships.
pub fn of_starter() -> Limits {
    let json = include_str!("../../../../../models/starter/model.json");
    let manifest: Result<Manifest, _> = serde_json::from_str(json);
    // A test reads the same file, so this build's copy parses.
    manifest.expect("the shipped manifest is valid").limits
}

/// Names the sizes of a model by their shape; sizes of the same shape by their pixels.
pub fn sizes(limits: &Limits) -> Vec<((u32, u32), String)> {
    let shape = |[width, height]: &[u32; 2]| match width.cmp(height) {
        std::cmp::Ordering::Equal => "square",
        std::cmp::Ordering::Greater => "wide",
        std::cmp::Ordering::Less => "tall",
    };
    let name = |size: &[u32; 2]| {
        let alike = limits.sizes.iter().filter(|it| shape(it) == shape(size));
        match alike.count() {
            1 => shape(size).to_owned(),
            _ => format!("{}×{}", size[0], size[1]),
        }
    };
    let named = |size: &[u32; 2]| ((size[0], size[1]), name(size));
    limits.sizes.iter().map(named).collect()
}

/// Lists lengths in frames: the usual ones from `shortest` on, and the chosen one.
pub fn lengths(limits: &Limits, chosen: u32, shortest: u32) -> Vec<u32> {
    let usual = [9, 17, 33, 61].into_iter();
    let mut all: Vec<u32> = usual
        .filter(|frames| limits.allows_frames(*frames))
        .chain([limits.default_frames, limits.max_frames])
        .filter(|frames| *frames >= shortest)
        .chain([chosen])
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_include_the_chosen_one() {
        let limits = of_starter();
        assert_eq!(lengths(&limits, 33, 0), [9, 17, 33, 61, 97]);
        assert_eq!(lengths(&limits, 37, 10), [17, 33, 37, 61, 97]);
        assert_eq!(lengths(&limits, 89, 62), [89, 97]);
    }

    #[test]
    fn sizes_are_named_by_shape_where_that_is_unique() {
        let mut limits = of_starter();
        let names = |limits: &Limits| {
            let names = sizes(limits).into_iter().map(|(_, name)| name);
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(&limits), ["square", "wide", "tall"]);
        limits.sizes.push([256, 256]);
        assert_eq!(names(&limits), ["128×128", "wide", "tall", "256×256"]);
    }
}
