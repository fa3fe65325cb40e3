"""Block quantisation of weights: int8 and int4 with F16 scales."""

import torch
from torch import Tensor

BLOCKS = 128, 64, 32  # values that share a scale: the first of these that divides a row


def quantise_int8(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Quantises [N,...] with K values per row to I8 [N,...] and F16 scales [N,K/n]; each block of n = 128, 64 or 32 spans -127..127."""
    width = weight[0].numel()
    value, scale = quantise(weight.flatten(1), next(block for block in BLOCKS if width % block == 0), 127)
    return value.view(weight.shape), scale


def quantise_int4(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Quantises [N,K] to U8 [N,K/2] and F16 scales [N,K/32]; each block spans -7..7.

    A byte holds two values, the first in the lower bits; 8 stands for 0.
    """
    value, scale = quantise(weight, min(BLOCKS), 7)
    low, high = (value + 8).to(torch.uint8).unflatten(1, (-1, 2)).unbind(-1)
    return low | high << 4, scale


def quantise(rows: Tensor, block: int, most: int) -> tuple[Tensor, Tensor]:
    """Quantises rows [N,K] to integers [N,K] in -most..most, with F16 scales [N,K/block]."""
    blocks = rows.unflatten(1, (-1, block))
    scale = (blocks.abs().amax(-1) / most).half().clamp(min=torch.finfo(torch.half).tiny)
    return (blocks / scale.float()[..., None]).round().clamp(-most, most).to(torch.int8).flatten(1), scale


def dequantised(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Converts the file's tensors to f32: integers times the scales of their blocks, joined with their `.rest` columns."""
    out = {}
    for name, value in tensors.items():
        if value.dtype in (torch.int8, torch.uint8):
            scale = tensors[f"{name}.scale"].float()
            if value.dtype == torch.uint8:  # two values of 4 bits, the first in the lower ones
                value = torch.stack((value & 15, value >> 4), -1).flatten(1).to(torch.int8) - 8
            value = (value.float().view(*scale.shape, -1) * scale[..., None]).view(value.shape)
        if not name.endswith(".scale"):
            out[name] = value.float().contiguous()
    for name in [name for name in out if name.endswith(".rest")]:
        whole = name.removesuffix(".rest")
        out[whole] = torch.cat((out[whole], out.pop(name)), 1)
    return out
