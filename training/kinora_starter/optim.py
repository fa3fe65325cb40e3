"""Muon for the matrices inside the blocks, AdamW for everything else, and an exponential average of the weights."""

import torch
from torch import Tensor, nn

# Polar Express (arXiv 2505.16932): the best cubic-quintic steps towards the orthogonal factor, in bf16.
POLAR = (
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233002917),
)


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised; matrices of one shape are orthogonalised together."""

    def __init__(self, params: list[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.01):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes: dict[torch.Size, list[Tensor]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(p.shape, []).append(p)
            for (fan_out, fan_in), params in shapes.items():
                updates = polar_factor(torch.stack([self.nesterov(p, group["momentum"]) for p in params]))
                scale = group["lr"] * max(1, fan_out / fan_in) ** 0.5
                for p, update in zip(params, updates):
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-scale)

    def nesterov(self, p: Tensor, momentum: float) -> Tensor:
        state = self.state[p]
        if not state:
            state["momentum"] = torch.zeros_like(p)
        state["momentum"].lerp_(p.grad, 1 - momentum)
        return p.grad.lerp(state["momentum"], momentum)


def polar_factor(g: Tensor) -> Tensor:
    """The nearest (semi-)orthogonal matrices to g [n,rows,cols]."""
    x = g.mT if g.shape[1] > g.shape[2] else g
    x = (x / (x.norm(dim=(1, 2), keepdim=True) * 1.02 + 1e-7)).bfloat16()
    for a, b, c in POLAR:
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    x = x.float()
    return x.mT if g.shape[1] > g.shape[2] else x


class MuonAdam:
    """Both optimizers behind one step(scale), where scale multiplies the base learning rates."""

    def __init__(self, model: nn.Module, muon_lr: float, adam_lr: float):
        matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "block" in name]
        chosen = set(map(id, matrices))
        rest = [p for p in model.parameters() if id(p) not in chosen]
        self.parts = [torch.optim.AdamW(rest, lr=adam_lr, betas=(0.9, 0.95), weight_decay=0.0)]
        if matrices:
            self.parts.append(Muon(matrices, lr=muon_lr))
        self.base = [part.param_groups[0]["lr"] for part in self.parts]
        self.parameters = [p for p in model.parameters()]

    def step(self, scale: float, clip: float = 1.0) -> float:
        norm = nn.utils.clip_grad_norm_(self.parameters, clip).item()
        for part, base in zip(self.parts, self.base):
            part.param_groups[0]["lr"] = base * scale
            if norm == norm:  # a NaN gradient is skipped, not learned
                part.step()
            part.zero_grad(set_to_none=True)
        return norm

    def state_dict(self) -> list[dict]:
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]):
        for part, state in zip(self.parts, states):
            part.load_state_dict(state)


class Ema:
    """Averaged weights; the decay grows with the steps, so that early averages are not stuck at the start."""

    def __init__(self, model: nn.Module, decay: float):
        self.decay, self.steps = decay, 0
        self.weights = {name: p.detach().clone() for name, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model: nn.Module):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, p in model.named_parameters():
            self.weights[name].lerp_(p, 1 - decay)
