"""Dimensions, classes and sampler defaults of the starter. `scripts/export.py` writes them to models/starter/config.json."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Text:
    """T5-shaped text encoder. The first `query_rows` rows are learned queries; a slot head reads each of the first rows."""

    dim: int = 256
    layers: int = 3
    heads: int = 4
    head_dim: int = 64
    ffn: int = 512
    buckets: int = 32
    max_distance: int = 128
    query_rows: int = 16
    max_words: int = 52
    eps: float = 1e-6


@dataclass(frozen=True)
class Wan:
    """Stack of Wan blocks with a cross-attention context of `text_dim` channels."""

    dim: int
    layers: int
    heads: int
    ffn: int
    text_dim: int = 256
    freq_dim: int = 256
    eps: float = 1e-6


@dataclass(frozen=True)
class Background:
    """Code of the background: RGB and occlusion of patches of `patch_frames` x `patch` x `patch` pixels as whitened PCA channels.

    A token holds `token` x `token` patches.
    """

    channels: int = 48
    patch: int = 16
    patch_frames: int = 4
    token: int = 2

    @property
    def token_dim(self) -> int:
        return self.channels * self.token**2

    @property
    def token_pixels(self) -> int:
        return self.patch * self.token


@dataclass(frozen=True)
class Refiner:
    """Residual FiLM network over the four images of a latent frame, at 1/unshuffle of their resolution."""

    blocks: int
    cond: int  # values of the conditioning vector
    size: int = 0  # side of images for which each position has a learned bias; 0 for images of any size
    channels: int = 96
    cond_channels: int = 64
    unshuffle: int = 4


@dataclass(frozen=True)
class LayerCode:
    """Code of a subject in its canonical frame: a square of `size` pixels that spans `extent` radii to each side."""

    size: int = 64
    extent: float = 1.3
    mean_channels: int = 256
    detail_channels: tuple[int, int, int] = (64, 32, 32)
    mouth_channels: int = 32  # inputs of the mouth regression: 1 and the first 31 values of the token
    sharpness: float = 1.6

    @property
    def dim(self) -> int:
        return self.mean_channels + sum(self.detail_channels)


SUBJECTS = 3
HEAD = 1  # in a portrait subject 0 is the body and this subject the head
SUBFRAMES = 4  # pixel frames of a latent frame
SUBJECT_DIM = 8  # x, y, r, cos, sin, visible, depth, mouth
SUBFRAME_DIM = SUBJECTS * SUBJECT_DIM + 5  # camera 3, contact 2
PLAN_DIM = SUBFRAMES * SUBFRAME_DIM  # per latent frame
SOUND_DIM = 40  # per latent frame: 4 sub-frames x 9 + 4 ambience levels
POSITION_FEATURES = 14  # centre of a background token, then three octaves of sines and cosines of each axis
PLAN_FEATURES = SUBFRAMES * SUBJECTS * 6 + 3 + POSITION_FEATURES + 1  # per background token: subjects relative to it, the plate, its position, its mask
LAYER_FEATURES = SUBFRAMES * (SUBJECT_DIM + 3) + 1  # per layer token: its subject, the camera, its mask
ABSENT_RADIUS = 0.05  # the world writes radius 0 for an absent subject; the planner writes almost 0

# Fields of a scene and their classes. The order is that of the weights; tests compare the words with the world's vocabulary.
CLASSES = {
    "object": (
        "ball", "cube", "can", "cone", "ring", "egg", "star", "pyramid", "apple", "heart", "mushroom", "cup", "bottle", "book",
        "duck", "car", "fish", "rocket", "bell", "drum", "barrel", "pumpkin", "snowman", "gift", "bird", "person", "robot", "bear",
    ),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black", "brown", "turquoise", "grey"),
    "material": ("rubber", "wood", "metal", "stone", "glass", "plastic", "ice", "cloth"),
    "place": (
        "wooden floor", "beach", "meadow", "street", "desert", "snowfield", "forest", "kitchen", "gym", "stage", "rooftop", "mountain",
    ),
    "style": ("realistic", "cinematic", "animated"),
    "camera": ("static", "pan", "zoom", "zoom out", "tilt", "follow", "handheld"),
    "action": (
        "bounce", "roll", "collide", "fall", "pendulum", "stack", "topple", "throw", "catch", "walk", "run", "jump", "flip", "pour",
        "wave", "dance", "talk", "look",
    ),
    "weather": ("clear", "rain", "snow", "fog"),
    "time": ("day", "sunset", "night"),
}
SLOTS = tuple(f"{field}{subject}" for subject in (1, 2, 3) for field in ("object", "colour", "material"))
SLOTS += ("place", "style", "camera", "action", "weather", "time")

# Fields whose slot probabilities condition the tokens directly. The plan carries camera and action.
SUBJECT_FIELDS, SCENE_FIELDS = ("object", "colour", "material"), ("place", "style", "weather", "time")
SUBJECT_CLASSES = sum(len(CLASSES[field]) + 1 for field in SUBJECT_FIELDS)  # with a class for an absent subject each
SCENE_CLASSES = sum(len(CLASSES[field]) for field in SCENE_FIELDS)
LAYER_COND = SUBFRAMES + SUBJECT_CLASSES + LayerCode().dim  # conditioning of the layer refiner: mouth openings, slots, token


def is_optional(slot: str) -> bool:
    """Whether the subject of a slot may be absent; its head then has a last class for that."""
    return slot[-1] in "23"


def slot_classes(slot: str) -> tuple[str, ...]:
    """Classes of a slot head, with "none" last for the slots of optional subjects."""
    return CLASSES[slot.rstrip("123")] + (("none",) if is_optional(slot) else ())


def slot_targets(spec: dict[str, str | None]) -> list[int]:
    """Returns the class indices of a scene in the order of SLOTS."""
    return [slot_classes(slot).index(spec[slot] or "none") for slot in SLOTS]


@dataclass(frozen=True)
class Sampler:
    """Sampler settings of recipes that set none."""

    steps: int = 4
    shift: float = 3.0
    guidance_scale: float = 2.0  # 1 in the exported config after guidance distillation (train_dit.py)
    planner_steps: int = 16
    planner_shift: float = 1.0
    # Share of the noise variance that all latent frames share (mixed noise); training and sampling use the same.
    shared_video_noise: float = 0.5
    shared_layer_noise: float = 0.75


@dataclass(frozen=True)
class Starter:
    text: Text = field(default_factory=Text)
    planner: Wan = field(default_factory=lambda: Wan(dim=192, layers=4, heads=3, ffn=768))
    dit: Wan = field(default_factory=lambda: Wan(dim=256, layers=8, heads=4, ffn=1024))
    background: Background = field(default_factory=Background)
    layers: LayerCode = field(default_factory=LayerCode)
    background_refiner: Refiner = field(default_factory=lambda: Refiner(blocks=2, cond=SCENE_CLASSES))
    layer_refiner: Refiner = field(default_factory=lambda: Refiner(blocks=4, cond=LAYER_COND, size=LayerCode.size))
    sampler: Sampler = field(default_factory=Sampler)

    def to_dict(self) -> dict:
        """The dimensions as config.json has them."""
        sizes = {"plan_dim": PLAN_DIM, "sound_dim": SOUND_DIM, "plan_features": PLAN_FEATURES, "layer_features": LAYER_FEATURES}
        slots = [{"name": slot, "classes": slot.rstrip("123"), "optional": is_optional(slot)} for slot in SLOTS]
        sizes |= {"scene_classes": SCENE_CLASSES, "subject_classes": SUBJECT_CLASSES}
        return {"classes": CLASSES, "slots": slots} | sizes | asdict(self)


STARTER = Starter()
