"""Writes tests/golden/*.safetensors: weights, inputs and outputs that the Rust networks must reproduce to 1e-4.

diffusers and transformers compute the block and the text encoder, and ours are checked against them; the toy networks are ours.
Weights are random and exactly representable in f16. `manifest.json` records per golden the BLAKE3 of its file and of the scripts that
made it, and the package versions. `--check` computes everything again and compares it with the committed files.

The goldens in FROZEN come from a PyTorch compositor that no longer exists. They pin the compositor in Rust and are never rewritten.
"""

import argparse
import ast
import json
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import torch
from blake3 import blake3
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kinora_starter.background import BackgroundCodec
from kinora_starter.config import PLAN_DIM, SCENE_CLASSES, SOUND_DIM, SUBFRAMES, SUBJECT_CLASSES, SUBJECTS, Background, LayerCode, Refiner, Text, Wan
from kinora_starter.dit import Dit, rope_for
from kinora_starter.layers import LayerCodec
from kinora_starter.planner import Planner
from kinora_starter.plate import plate_of
from kinora_starter.quantisation import dequantised, quantise_int4, quantise_int8
from kinora_starter.refiner import RefineNet
from kinora_starter.text import TextEncoder
from kinora_starter.wan import Block

ROOT = Path(__file__).parents[2]
OUT = ROOT / "tests" / "golden"
MANIFEST = "manifest.json"
PACKAGES = ("torch", "safetensors")
FROZEN = ("place_toy", "thin_toy", "layers_toy")
TOLERANCE = 1e-5  # of values computed again, relative to the largest: machines round differently
GUIDANCE = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing them")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    if not args.check:
        make_all(OUT)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        make_all(made)
        wrong = [problem for name in CASES for problem in differences(OUT / f"{name}.safetensors", made / f"{name}.safetensors")]
        if json.loads((OUT / MANIFEST).read_text())["goldens"].keys() != CASES.keys():
            wrong.append(f"{MANIFEST} lists other goldens than this script")
    for problem in wrong:
        print(f"goldens: {problem}", file=sys.stderr)
    print(f"{len(CASES) - len({problem.split(':')[0] for problem in wrong})} goldens agree, {len(wrong)} differences")
    return 1 if wrong else 0


def make_all(folder: Path):
    """Writes every golden and the manifest into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        torch.manual_seed(7)
        save(folder / f"{name}.safetensors", *case())
    (folder / MANIFEST).write_text(json.dumps(manifest(folder), indent=1) + "\n")


def manifest(folder: Path) -> dict:
    """Returns hashes of files and scripts and the package versions, per golden. Frozen goldens have no scripts."""
    goldens = {}
    for name, case in CASES.items():
        scripts = scripts_of(case)
        packages = {package: version(package) for package in (*PACKAGES, *REFERENCES.get(name, ()))}
        goldens[name] = {"blake3": digest(folder / f"{name}.safetensors"), "scripts": scripts, "packages": packages}
    return {"goldens": goldens, "frozen": {name: {"blake3": digest(OUT / f"{name}.safetensors")} for name in FROZEN}}


def scripts_of(case: Callable) -> dict[str, str]:
    """Returns path and BLAKE3 of this script and of the modules that a golden depends on, also indirectly."""
    found, open_modules = set(), set(MODULES[case])
    package = ROOT / "training" / "kinora_starter"
    while open_modules:
        module = open_modules.pop()
        found.add(module)
        tree = ast.parse((package / f"{module}.py").read_text())
        imports = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1}
        open_modules |= imports - found
    paths = [Path(__file__).resolve(), *(package / f"{module}.py" for module in sorted(found))]
    return {path.relative_to(ROOT).as_posix(): digest(path) for path in paths}


def digest(path: Path) -> str:
    return blake3(path.read_bytes()).hexdigest()


def differences(committed: Path, made: Path) -> list[str]:
    """Compares two goldens: names, shapes and types exactly, values within TOLERANCE."""
    name = committed.stem
    if not committed.exists():
        return [f"{name}: {committed.name} is missing"]
    with safe_open(committed, "pt") as old, safe_open(made, "pt") as new:
        if old.metadata() != new.metadata():
            return [f"{name}: the config differs"]
        if set(old.keys()) != set(new.keys()):
            return [f"{name}: the tensors have other names"]
        return [f"{name}: {key} differs" for key in sorted(old.keys()) if not alike(old.get_tensor(key), new.get_tensor(key))]


def alike(a: Tensor, b: Tensor) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if not a.is_floating_point():
        return torch.equal(a, b)
    return bool((a.double() - b.double()).abs().max() <= TOLERANCE * max(1.0, a.double().abs().max().item()))


def wan_block():
    """diffusers' WanTransformerBlock on a 3 x 2 x 3 video grid, three sound tokens, three references and nine layers."""
    from diffusers.models.transformers.transformer_wan import WanTransformerBlock

    cfg, grid = Wan(dim=128, layers=1, heads=2, ffn=256, text_dim=64), (3, 2, 3)
    theirs = randomise(WanTransformerBlock(cfg.dim, cfg.ffn, cfg.heads, cross_attn_norm=True))
    x, context, temb6 = torch.randn(1, 33, 128), torch.randn(1, 7, 128), torch.randn(1, 6, 128) * 0.5
    cos, sin = rope_for(grid, 64)
    doubled = [table.repeat_interleave(2, -1)[None] for table in (cos, sin)]
    y = theirs(x, context, temb6, doubled)

    ours = Block(cfg)
    ours.load_state_dict(theirs.state_dict())
    check(ours(x, context, temb6, (cos, sin)), y)
    inputs = {"x": x, "context": context, "temb6": temb6, "rope_cos": cos[:, 0], "rope_sin": sin[:, 0]}
    return ours.state_dict(), inputs, {"y": y}, {"grid": grid, "heads": cfg.heads, "ffn": cfg.ffn}


def umt5_encoder():
    """transformers' UMT5EncoderModel with two layers, on enough tokens to reach the logarithmic buckets."""
    from transformers import UMT5Config, UMT5EncoderModel

    cfg = Text(dim=64, layers=2, heads=2, head_dim=32, ffn=96)
    theirs = UMT5EncoderModel(
        UMT5Config(
            vocab_size=40, d_model=cfg.dim, d_kv=cfg.head_dim, d_ff=cfg.ffn, num_layers=cfg.layers,
            num_heads=cfg.heads, relative_attention_num_buckets=cfg.buckets,
            relative_attention_max_distance=cfg.max_distance, feed_forward_proj="gated-gelu", layer_norm_epsilon=cfg.eps,
        )
    ).eval()  # fmt: skip
    randomise(theirs)
    ids = torch.randint(0, 40, (1, 64))
    y = theirs(input_ids=ids).last_hidden_state

    ours = TextEncoder(cfg, 40, [])
    ours.load_state_dict({k: v for k, v in theirs.state_dict().items() if k != "encoder.embed_tokens.weight"})
    check(ours(ids), y)
    return ours.state_dict(), {"ids": ids.int()}, {"y": y}, vars(cfg)


def text_toy():
    """The text encoder with slot heads."""
    cfg = Text(dim=64, layers=2, heads=2, head_dim=32, ffn=96)
    model = randomise(TextEncoder(cfg, 40, [8, 9, 4]))
    ids = torch.cat((torch.arange(2, 2 + cfg.query_rows), torch.randint(2 + cfg.query_rows, 40, (9,))))[None]
    rows = model(ids)
    slots = {f"slots.{i}": logits for i, logits in enumerate(model.slot_logits(rows))}
    return model.state_dict(), {"ids": ids.int()}, {"rows": rows} | slots, vars(cfg)


def planner_toy():
    """The planner, with the first two of five rows known."""
    cfg = Wan(dim=64, layers=2, heads=1, ffn=64, text_dim=64, freq_dim=64)
    model = randomise(Planner(cfg))
    plan, t, text = torch.randn(1, 5, PLAN_DIM), torch.tensor([0.7]), torch.randn(1, 17, 64)
    known = torch.tensor([[1.0, 1.0, 0.0, 0.0, 0.0]])
    inputs = {"plan": plan, "t": t, "text": text, "given": known}
    return model.state_dict(), inputs, {"x0": model(plan, t, text, known)}, vars(cfg)


def dit_toy(grid=(3, 2, 2), cfg=Wan(dim=128, layers=1, heads=2, ffn=64, text_dim=64, freq_dim=64)):
    """Denoises narrow layers with and without guidance.

    The third subject is absent from latent frame 1 on, the first has a reference, and frame 0 is known.
    """
    code = LayerCode(size=4, mean_channels=10, detail_channels=(4, 2, 1), mouth_channels=3)
    model = randomise(Dit(cfg, layers=code))
    frames, n_video = grid[0], grid[0] * grid[1] * grid[2]
    inputs = {
        "video": torch.randn(1, n_video, Background().token_dim),
        "sound": torch.randn(1, frames, SOUND_DIM),
        "layers": torch.randn(1, (frames + 1) * SUBJECTS, code.dim),
        "t": torch.tensor([0.35]),
        "text": torch.randn(1, 17, cfg.text_dim),
        "plan": random_plan(frames),
    }
    slots = random_slots()
    inputs["layers"][:, 1:SUBJECTS] = 0
    known = torch.zeros(1, n_video), torch.zeros(1, frames), torch.zeros(1, (frames + 1) * SUBJECTS)
    known[0][:, : n_video // frames], known[1][:, 0], known[2][:, (0, 3, 4, 5)] = 1, 1, 1
    fixed = {"grid": grid, "known": known, "plate": plate_of(inputs["plan"], grid[2] / grid[1])}
    names = "video", "sound", "layers"
    conditional = model(**inputs, slots=slots, **fixed)
    # The null prompt has other rows, fewer real ones, and other slots than the prompt: swapped branches differ.
    null_text, null_slots = torch.randn(1, 17, cfg.text_dim), random_slots()
    null_mask = torch.arange(17)[None] < 5
    unconditional = model(**inputs | {"text": null_text}, slots=null_slots, **fixed, text_mask=null_mask)
    guided = [b + GUIDANCE * (a - b) for a, b in zip(conditional, unconditional)]
    inputs |= {"said.scene": slots[0], "said.subjects": slots[1]}
    inputs |= {f"given.{name}": part for name, part in zip(names, known)}
    inputs |= {"null_text": null_text, "null_text_mask": null_mask.float(), "guidance": torch.tensor([GUIDANCE])}
    inputs |= {"null_said.scene": null_slots[0], "null_said.subjects": null_slots[1]}
    outputs = dict(zip(names, conditional)) | {f"guided.{name}": part for name, part in zip(names, guided)}
    return model.state_dict(), inputs, outputs, vars(cfg)


def random_slots() -> tuple[Tensor, Tensor]:
    return torch.rand(1, SCENE_CLASSES), torch.rand(1, SUBJECTS, SUBJECT_CLASSES)


def dit_wide_toy():
    """The same for 160 x 96 pixels, with two blocks and one head."""
    return dit_toy((2, 3, 5), Wan(dim=64, layers=2, heads=1, ffn=64, text_dim=64, freq_dim=64))


def background_codec_toy():
    """Latents of 2 x 2 x 2 patches -> the images of their sub-frames, before any refiner."""
    codec = BackgroundCodec(Background())
    channels = codec.cfg.channels
    basis = torch.linalg.qr(torch.randn(len(codec.basis) + len(codec.front_basis), channels)).Q.half()
    codec.basis.copy_(basis[: len(codec.basis)])
    codec.front_basis.copy_(basis[len(codec.basis) :])
    codec.mean.copy_((torch.randn(codec.mean.shape) * 0.1).half())
    codec.front_mean.copy_((torch.rand(codec.front_mean.shape) * 0.3).half())
    codec.std.copy_((torch.rand(channels) * 5 + 0.1).half())
    z = torch.randn(1, 2, 2, 2, channels)
    return {f"decoder.{k}": v for k, v in codec.state_dict().items()}, {"z": z}, {"images": codec(z)}, vars(codec.cfg)


def layer_codec_toy():
    """Tokens of three subjects in two latent frames, the second with an open mouth -> their sub-frames, before any refiner."""
    code = LayerCode(size=8, mean_channels=12, detail_channels=(6, 4, 2), mouth_channels=5)
    codec = LayerCodec(code)
    codec.basis.copy_((torch.randn(codec.basis.shape) * 0.2).half())
    codec.detail.copy_((torch.randn(codec.detail.shape) * 0.1).half())
    codec.mouth.copy_((torch.randn(codec.mouth.shape) * 0.1).half())
    codec.mean.copy_((torch.rand(codec.mean.shape) * 0.6).half())
    codec.std.copy_((torch.rand(code.dim) + 0.2).half())
    tokens, mouth = torch.randn(2, SUBJECTS, code.dim), torch.rand(2, SUBJECTS, SUBFRAMES)
    mouth[:, (0, 2)] = 0
    weights = {f"layers.{k}": v for k, v in codec.state_dict().items()}
    return weights, {"tokens": tokens, "mouth": mouth}, {"images": codec(tokens, mouth)}, vars(code)


def place_refiner_toy():
    """A narrow refiner on images of 16 x 8 pixels."""
    return refiner_toy(Refiner(blocks=2, cond=5, channels=8, cond_channels=6), (8, 16))


def layer_refiner_toy():
    """A narrow refiner on images of 8 x 8 pixels, with a bias per position."""
    return refiner_toy(Refiner(blocks=1, cond=7, size=8, channels=8, cond_channels=6), (8, 8))


def refiner_toy(cfg: Refiner, size: tuple[int, int]):
    model = randomise(RefineNet(cfg))
    pictures, cond = torch.rand(1, SUBFRAMES, *size, 4), torch.rand(1, cfg.cond)
    return model.state_dict(), {"pictures": pictures, "told": cond}, {"refined": model(pictures, cond)}, vars(cfg)


def quantised_linear():
    """A Linear with 128 columns of int8 and 128 of int4; y uses the dequantised weight."""
    weight, bias, x = torch.randn(40, 256) * 0.3, torch.randn(40), torch.randn(5, 256)
    (coarse, scale), (fine, fine_scale) = quantise_int8(weight[:, :128]), quantise_int4(weight[:, 128:])
    stored = {"weight": coarse, "weight.scale": scale, "weight.rest": fine, "weight.rest.scale": fine_scale}
    y = x @ dequantised(stored)["weight"].T + bias
    return {f"linear.{name}": value for name, value in stored.items()} | {"linear.bias": bias}, {"x": x}, {"y": y}, {}


def random_plan(frames: int) -> Tensor:
    plan = torch.randn(1, frames, SUBFRAMES, PLAN_DIM // SUBFRAMES) * 0.4
    for radius in (2, 10, 18):
        plan[..., radius] = plan[..., radius].abs() + 0.1
    plan[:, 1:, :, 16:24] = torch.tensor([0, 0, 0, 0, 0, -1.0, 0, 0])
    plan[..., 26] = plan[..., 26].abs()
    plan[:, 0] = plan[:, 0, :1]
    return plan.flatten(2)


def randomise(model: nn.Module) -> nn.Module:
    """Sets random weights at a scale that keeps every path alive, exactly representable in f16."""
    for name, p in model.named_parameters():
        fan_in = p[0].numel() if p.ndim > 1 else 1
        value = torch.randn_like(p) * (fan_in**-0.5 if p.ndim > 1 else 0.2)
        if "scale_shift_table" in name:
            value = torch.randn_like(p) * 0.5
        if "norm" in name and name.endswith("weight"):
            value = 1 + value
        p.copy_(value.half())
    return model


def check(ours: Tensor, theirs: Tensor):
    error = (ours - theirs).abs().max().item()
    assert error < 1e-5, f"ours differs from the reference by {error}"


def save(path: Path, weights: dict, inputs: dict, outputs: dict, config: dict):
    """Writes a golden: tensors `weights.*`, `in.*` and `out.*`, and the network's config as metadata."""
    tensors = {}
    for key, w in weights.items():
        tensors[f"weights.{key}"] = w.half() if w.is_floating_point() and torch.equal(w.half().float(), w) else w
    tensors |= {f"in.{k}": v for k, v in inputs.items()} | {f"out.{k}": v for k, v in outputs.items()}
    tensors = {k: v.contiguous().clone() for k, v in tensors.items()}
    save_file(tensors, path, metadata={"config": json.dumps(config)})


# The modules that each golden exercises.
MODULES = {
    wan_block: ["wan", "dit"],
    umt5_encoder: ["text"],
    text_toy: ["text"],
    planner_toy: ["planner"],
    dit_toy: ["dit"],
    dit_wide_toy: ["dit"],
    background_codec_toy: ["background"],
    layer_codec_toy: ["layers"],
    place_refiner_toy: ["refiner"],
    layer_refiner_toy: ["refiner"],
    quantised_linear: ["quantisation"],
}
CASES = {case.__name__: case for case in MODULES}
REFERENCES = {"wan_block": ("diffusers",), "umt5_encoder": ("transformers",)}


if __name__ == "__main__":
    sys.exit(main())
