"""What the physics of the world promises, in screen units (half an image height) and seconds."""

import numpy as np

GRAVITY = 6.0  # crates/world/src/physics/mod.rs
GROUND_Y = 0.58  # the line on which things stand (crates/world/src/lib.rs)
ROPE_END_Y = -1.12  # of a pendulum, y down from the centre (crates/world/src/actions/bodies.rs)
CAMERA_SECONDS = 32 / 12  # in which a camera move covers its way (crates/world/src/camera.rs)

# crates/world/src/matter.rs
RESTITUTION = {
    "rubber": 0.75, "wood": 0.45, "metal": 0.4, "stone": 0.3, "glass": 0.5, "plastic": 0.6, "ice": 0.3, "cloth": 0.15,
}  # fmt: skip
DENSITY = {
    "rubber": 1.0, "wood": 0.9, "metal": 1.5, "stone": 1.4, "glass": 1.2, "plastic": 0.7, "ice": 1.0, "cloth": 0.6,
}  # fmt: skip
# What is round in the plane of action, so that it rolls and bounces without a spin of its own.
ROUND = ("ball", "ring", "apple", "pumpkin")


def bounce_restitution(material: str, place: str) -> float:
    """Of something that bounces; soft places take some of it."""
    soft = 0.86 if place == "snowfield" else 0.93 if place in ("beach", "meadow", "desert", "forest") else 1.0
    return (0.62 + 0.32 * RESTITUTION[material]) * soft


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Rank correlation; equal values share their rank."""
    ranks = [np.array([(np.sum(v < x) + (np.sum(v == x) - 1) / 2) for x in v]) for v in (np.asarray(a), np.asarray(b))]
    centred = [r - r.mean() for r in ranks]
    scale = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float((centred[0] * centred[1]).sum() / scale) if scale > 0 else float("nan")
