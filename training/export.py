import torch
def quantise_int8(weight):
    blocks = weight.unflatten(1, (-1, 32))
    scale = (blocks.abs().amax(-1) / 127).half()
    scale = scale.clamp(min=torch.finfo(torch.half).tiny)
    q = (blocks / scale.float()[..., None]).round().clamp(-127, 127).to(torch.int8)
    return q.flatten(1), scale
