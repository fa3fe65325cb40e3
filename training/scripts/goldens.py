"""Writes tests/golden/*.safetensors: inputs, weights and outputs that the Rust networks must reproduce to 1e-4.

The block and the text encoder are computed by diffusers and transformers and checked against ours; the whole
networks are ours, at toy size. Weights are random and rounded to f16, so that the files stay small and exact.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from config import PLAN_DIM, SAID_OF_SCENE, SAID_OF_SUBJECT, SOUND_DIM, SUBJECTS, LayerCode, Latents, Refiner, Text, Wan
from decoder import Decoder, RefineNet
from dit import Dit, rope_for
from export import quantise_int4, quantise_int8
from falling import falling
from layers import LayerDecoder, lay_over
from planner import Planner
from render import Decoders
from restore import dequantised
from stage import light, seen, stage_of
from thin import Water, hung, poured
from text import TextEncoder
from wan import Block

OUT = Path(__file__).parent.parent / "tests" / "golden"


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.set_grad_enabled(False)
    for case in (wan_block, umt5_encoder, text_toy, planner_toy, dit_toy, dit_wide_toy, place_toy, place_refiner_toy, layer_refiner_toy, thin_toy, layers_toy, quantised_linear):
        torch.manual_seed(7)
        weights, inputs, outputs, config = case()
        save(case.__name__, weights, inputs, outputs, config)


def wan_block():
    """diffusers' WanTransformerBlock on a 3 x 2 x 3 video grid with three sound tokens, three references and nine layers behind it."""
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
    """transformers' UMT5EncoderModel: two layers, tokens enough to reach the logarithmic buckets."""
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
    """Our encoder with slot heads."""
    cfg = Text(dim=64, layers=2, heads=2, head_dim=32, ffn=96)
    model = randomise(TextEncoder(cfg, 40, [8, 9, 4]))
    ids = torch.cat((torch.arange(2, 2 + cfg.slots), torch.randint(2 + cfg.slots, 40, (9,))))[None]
    rows = model(ids)
    slots = {f"slots.{i}": logits for i, logits in enumerate(model.slots(rows))}
    return model.state_dict(), {"ids": ids.int()}, {"rows": rows} | slots, vars(cfg)


def planner_toy():
    """Goes on after two rows."""
    cfg = Wan(dim=64, layers=2, heads=1, ffn=64, text_dim=64, freq_dim=64)
    model = randomise(Planner(cfg))
    plan, t, text = torch.randn(1, 5, PLAN_DIM), torch.tensor([0.7]), torch.randn(1, 17, 64)
    given = torch.tensor([[1.0, 1.0, 0.0, 0.0, 0.0]])
    inputs = {"plan": plan, "t": t, "text": text, "given": given}
    return model.state_dict(), inputs, {"x0": model(**inputs)}, vars(cfg)


def dit_toy(grid=(3, 2, 2), cfg=Wan(dim=128, layers=1, heads=2, ffn=64, text_dim=64, freq_dim=64)):
    """Narrow layers; the third subject is absent from latent frame 1 on, the first has a reference, and frame 0 is given."""
    code = LayerCode(size=4, mean_channels=10, detail_channels=(4, 2, 1), mouth_channels=3)
    model = randomise(Dit(cfg, layers=code))
    frames, n_video = grid[0], grid[0] * grid[1] * grid[2]
    inputs = {
        "video": torch.randn(1, n_video, 192),
        "sound": torch.randn(1, frames, SOUND_DIM),
        "layers": torch.randn(1, (frames + 1) * SUBJECTS, code.dim),
        "t": torch.tensor([0.35]),
        "text": torch.randn(1, 17, cfg.text_dim),
        "plan": random_plan(frames),
    }
    said = torch.rand(1, SAID_OF_SCENE), torch.rand(1, SUBJECTS, SAID_OF_SUBJECT)
    inputs["layers"][:, 1:SUBJECTS] = 0
    given = torch.zeros(1, n_video), torch.zeros(1, frames), torch.zeros(1, (frames + 1) * SUBJECTS)
    given[0][:, : n_video // frames], given[1][:, 0], given[2][:, (0, 3, 4, 5)] = 1, 1, 1
    video, sound, layers = model(**inputs, said=said, grid=grid, given=given, stage=stage_of(inputs["plan"], grid[2] / grid[1]))
    inputs |= {"said.scene": said[0], "said.subjects": said[1]}
    inputs |= {f"given.{name}": part for name, part in zip(("video", "sound", "layers"), given)}
    return model.state_dict(), inputs, {"video": video, "sound": sound, "layers": layers}, vars(cfg) | {"grid": grid, "layer_code": vars(code)}


def dit_wide_toy():
    """Not square: 160 x 96 pixels, two blocks, one head."""
    return dit_toy((2, 3, 5), Wan(dim=64, layers=2, heads=1, ffn=64, text_dim=64, freq_dim=64))


def place_toy():
    """Latents 3 x 2 x 4 -> what a moving camera sees of the place in nine frames of 64 x 32 pixels, what falls there, and the light of a lens."""
    decoder = Decoder(Latents())
    basis = torch.linalg.qr(torch.randn(len(decoder.basis) + len(decoder.front_basis), 48)).Q.half()
    decoder.basis.copy_(basis[: len(decoder.basis)])
    decoder.front_basis.copy_(basis[len(decoder.basis) :])
    decoder.mean.copy_((torch.randn(decoder.mean.shape) * 0.1).half())
    decoder.front_mean.copy_((torch.rand(decoder.front_mean.shape) * 0.3).half())
    decoder.std.copy_((torch.rand(48) * 5 + 0.1).half())
    z, plan = torch.randn(1, 3, 2, 4, 48), random_plan(3)[0]
    ground = Decoders(decoder, None, None, None).stage_frames(z[0], None)
    stage = stage_of(plan, 2.0)
    outputs = {"ground": seen(ground, plan, stage).movedim(1, -1), "light": light("cinematic", (32, 64))}
    for weather in ("rain", "snow"):
        outputs[weather] = falling(torch.zeros(9, 3, 32, 64), plan, stage, weather, "night", "animated").movedim(1, -1)
    return {f"decoder.{k}": v for k, v in decoder.state_dict().items()}, {"z": z, "plan": plan}, outputs, {"style": "cinematic"}


def thin_toy(size=(16, 24)):
    """A bottle that lies on its side over a cup for 21 frames, while a camera moves: the water, and the rope if it hung there instead."""
    plan = torch.zeros(6, 4, PLAN_DIM // 4)
    plan[..., 0:8] = torch.tensor([-0.3, -0.3, 0.25, 0.1, 0.9, 1, 0, 0])
    plan[..., 8:16] = torch.tensor([0.1, 0.35, 0.22, 1, 0, 1, 0, 0])
    plan[..., 24:27] = torch.linspace(0, 0.2, 24).view(6, 4, 1) * torch.tensor([1, -0.5, 0.5])
    plan, frames = plan.flatten(1), torch.zeros(21, 3, *size)
    water = poured(frames, plan, Water.of(plan, "bottle"), "sunset")[12:]
    return {}, {"plan": plan}, {"water": water.movedim(1, -1), "rope": hung(frames, plan, "sunset", "realistic")[12:].movedim(1, -1)}, {"size": size}


def layers_toy(size=(24, 40)):
    """Three subjects in two latent frames: whole, cut by what stands in front, tiny, turned, out of order in depth."""
    code = LayerCode(size=8, mean_channels=12, detail_channels=(6, 4, 2), mouth_channels=5)
    decoder = LayerDecoder(code)
    decoder.basis.copy_((torch.randn(decoder.basis.shape) * 0.2).half())
    decoder.detail.copy_((torch.randn(decoder.detail.shape) * 0.1).half())
    decoder.mouth.copy_((torch.randn(decoder.mouth.shape) * 0.1).half())
    decoder.mean.copy_((torch.rand(decoder.mean.shape) * 0.6).half())
    decoder.std.copy_((torch.rand(code.dim) + 0.2).half())
    tokens, front = torch.randn(2 * SUBJECTS, code.dim), (torch.rand(5, *size) - 0.5).clamp(0, 1)
    plan = random_plan(2)[0]
    sub = plan.view(2, 4, -1)
    sub[:, :, 10], sub[:, :, 22], sub[1, :, 6] = 0.07, 0.5, 0.3
    clear, over = lay_over(Decoders(None, decoder, None, None).pictures(tokens.view(2, SUBJECTS, -1), plan, None), front, plan, code)
    weights = {f"layers.{k}": v for k, v in decoder.state_dict().items()}
    outputs = {"clear": clear.expand(-1, -1, -1, 3), "over": over}
    return weights, {"tokens": tokens, "plan": plan, "front": front}, outputs, vars(code)


def place_refiner_toy():
    """A place of 16 x 8 pixels through a narrow net."""
    return refiner_toy(Refiner(blocks=2, told=5, channels=8, told_channels=6), (8, 16))


def layer_refiner_toy():
    """A layer of 8 x 8 pixels, of which the net knows where every pixel is."""
    return refiner_toy(Refiner(blocks=1, told=7, size=8, channels=8, told_channels=6), (8, 8))


def refiner_toy(cfg: Refiner, size: tuple[int, int]):
    model = randomise(RefineNet(cfg))
    pictures, told = torch.rand(1, 4, *size, 4), torch.rand(1, cfg.told)
    return model.state_dict(), {"pictures": pictures, "told": told}, {"refined": model(pictures, told)}, vars(cfg)


def quantised_linear():
    """One Linear in the shipped form: 128 columns of int8, as many of int4; y uses the dequantised weight."""
    weight, bias, x = torch.randn(40, 256) * 0.3, torch.randn(40), torch.randn(5, 256)
    (coarse, scale), (fine, fine_scale) = quantise_int8(weight[:, :128]), quantise_int4(weight[:, 128:])
    stored = {"weight": coarse, "weight.scale": scale, "weight.rest": fine, "weight.rest.scale": fine_scale}
    y = x @ dequantised(stored)["weight"].T + bias
    return {f"linear.{name}": value for name, value in stored.items()} | {"linear.bias": bias}, {"x": x}, {"y": y}, {}


def random_plan(frames: int) -> Tensor:
    plan = torch.randn(1, frames, 4, PLAN_DIM // 4) * 0.4
    for radius in (2, 10, 18):
        plan[..., radius] = plan[..., radius].abs() + 0.1
    plan[:, 1:, :, 16:24] = torch.tensor([0, 0, 0, 0, 0, -1.0, 0, 0])
    plan[..., 26] = plan[..., 26].abs()
    plan[:, 0] = plan[:, 0, :1]
    return plan.flatten(2)


def randomise(model: nn.Module) -> nn.Module:
    """Random weights at a scale that keeps every path alive, exactly representable in f16."""
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


def save(name: str, weights: dict, inputs: dict, outputs: dict, config: dict):
    tensors = {}
    for key, w in weights.items():
        tensors[f"weights.{key}"] = w.half() if w.is_floating_point() and torch.equal(w.half().float(), w) else w
    tensors |= {f"in.{k}": v for k, v in inputs.items()} | {f"out.{k}": v for k, v in outputs.items()}
    tensors = {k: v.contiguous().clone() for k, v in tensors.items()}
    path = OUT / f"{name}.safetensors"
    save_file(tensors, path, metadata={"config": json.dumps(config)})
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
