"""Every dimension of the starter in one place; export.py writes them into models/starter/config.json."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Text:
    """A T5-shaped encoder; the first `slots` rows are queries, each read by one slot head."""

    dim: int = 256
    layers: int = 3
    heads: int = 4
    head_dim: int = 64
    ffn: int = 512
    buckets: int = 32
    max_distance: int = 128
    slots: int = 16
    max_words: int = 52
    eps: float = 1e-6


@dataclass(frozen=True)
class Wan:
    """A stack of Wan blocks with `text_dim` wide cross-attention context."""

    dim: int
    layers: int
    heads: int
    ffn: int
    text_dim: int = 256
    freq_dim: int = 256
    eps: float = 1e-6


@dataclass(frozen=True)
class Latents:
    """Pixel patches of 4 frames x 16 x 16, colour and what stands in front, become 48 whitened PCA channels; a token is 2 x 2 of them."""

    channels: int = 48
    patch: int = 16
    patch_frames: int = 4
    token: int = 2


@dataclass(frozen=True)
class Refiner:
    """A residual network over the four pictures of a latent frame, at 1/unshuffle of their resolution."""

    blocks: int
    told: int  # values that say what the pictures show
    size: int = 0  # a side of pictures of which every place has its own bias; 0: pictures of any size
    channels: int = 96
    told_channels: int = 64
    unshuffle: int = 4


@dataclass(frozen=True)
class LayerCode:
    """A subject in its own frame: a square of `size` pixels, half a side is `extent` radii."""

    size: int = 64
    extent: float = 1.3
    mean_channels: int = 256
    detail_channels: tuple[int, int, int] = (64, 32, 32)
    mouth_channels: int = 32  # what an open mouth adds, times 1 and the token's first 31 values
    sharpness: float = 1.6

    @property
    def dim(self) -> int:
        return self.mean_channels + sum(self.detail_channels)


SUBJECTS = 3
HEAD = 1  # of somebody seen from near, subject 0 is the body and this one the head
SUBJECT_DIM = 8  # x, y, r, cos, sin, visible, depth, mouth
SUBFRAME_DIM = SUBJECTS * SUBJECT_DIM + 5  # camera 3, contact 2
PLAN_DIM = 4 * SUBFRAME_DIM  # per latent frame: four sub-frames
SOUND_DIM = 40  # per latent frame: 4 sub-frames x 9 + 4 ambience levels
POSITION_FEATURES = 14  # a grid token's centre, then three sines and cosines of each axis
PLAN_FEATURES = 4 * SUBJECTS * 6 + 3 + POSITION_FEATURES + 1  # what a grid token sees: subjects relative to it, the stage, where it is, given
LAYER_FEATURES = 4 * (SUBJECT_DIM + 3) + 1  # what a layer token sees of it: its subject, the camera, given
ABSENT_RADIUS = 0.05  # the world writes radius 0 for an absent subject; the planner writes almost 0

# The fields of a scene and their words, in the world's order (crates/world/src/vocabulary.rs).
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

# What the words say of one subject and of the scene, as the video model is told it token by token; the plan has the rest.
SUBJECT_FIELDS, SCENE_FIELDS = ("object", "colour", "material"), ("place", "style", "weather", "time")
SAID_OF_SUBJECT = sum(len(CLASSES[field]) + 1 for field in SUBJECT_FIELDS)  # one more each: there is no such subject
SAID_OF_SCENE = sum(len(CLASSES[field]) for field in SCENE_FIELDS)
LAYER_TOLD = 4 + SAID_OF_SUBJECT + LayerCode().dim  # what the network of a layer is told: how far the mouth is open, what the words say, the token


def slot_classes(slot: str) -> tuple[str, ...]:
    """The classes of a slot head; the slots of subjects 2 and 3 have one more, last, for their absence."""
    return CLASSES[slot.rstrip("123")] + (("none",) if slot[-1] in "23" else ())


def slot_targets(spec: dict[str, str | None]) -> list[int]:
    """Class indices of a scene, in the order of SLOTS."""
    return [slot_classes(slot).index(spec[slot] or "none") for slot in SLOTS]


@dataclass(frozen=True)
class Sampler:
    """How a clip is sampled when the recipe does not say otherwise."""

    steps: int = 4
    shift: float = 3.0
    guidance_scale: float = 2.0  # 1 in the exported config once it is folded in (dit_stages.py)
    planner_steps: int = 16
    planner_shift: float = 1.0
    # Share of the noise's variance that is the same in every latent frame; training and sampling agree on it.
    shared_video_noise: float = 0.5
    shared_layer_noise: float = 0.75


@dataclass(frozen=True)
class Starter:
    text: Text = field(default_factory=Text)
    planner: Wan = field(default_factory=lambda: Wan(dim=192, layers=4, heads=3, ffn=768))
    dit: Wan = field(default_factory=lambda: Wan(dim=256, layers=8, heads=4, ffn=1024))
    latents: Latents = field(default_factory=Latents)
    layers: LayerCode = field(default_factory=LayerCode)
    place_refiner: Refiner = field(default_factory=lambda: Refiner(blocks=2, told=SAID_OF_SCENE))
    layer_refiner: Refiner = field(default_factory=lambda: Refiner(blocks=4, told=LAYER_TOLD, size=LayerCode.size))
    sampler: Sampler = field(default_factory=Sampler)

    def to_dict(self) -> dict:
        return asdict(self) | {"plan_dim": PLAN_DIM, "sound_dim": SOUND_DIM, "plan_features": PLAN_FEATURES}


STARTER = Starter()
