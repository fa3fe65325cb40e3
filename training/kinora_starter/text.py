"""Text encoder of T5 shape with UMT5's per-layer position bias, its word tokenizer and the slot heads."""

import math
import re

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import CLASSES, SCENE_FIELDS, SLOTS, SUBJECT_FIELDS, SUBJECTS, Text

PAD, UNK, FIRST_SLOT, QUERY_ROWS = 0, 1, 2, Text.query_rows
SPECIAL = ["<pad>", "<unk>"] + [f"<slot{i}>" for i in range(QUERY_ROWS)]


class Tokenizer:
    """Maps lower-case words to ids. A word of four or more letters one edit from exactly one known word counts as that word."""

    def __init__(self, words: list[str]):
        self.words = words
        self.ids = {word: i for i, word in enumerate(words)}

    @staticmethod
    def of(words: set[str]) -> "Tokenizer":
        return Tokenizer(SPECIAL + sorted(words))

    def encode(self, caption: str, max_words: int = Text.max_words) -> list[int]:
        """Returns the ids of the query rows, then one per word. Quoted speech is left out."""
        words = split_words(re.sub(r'"[^"]*"', " ", caption))[:max_words]
        return list(range(FIRST_SLOT, FIRST_SLOT + QUERY_ROWS)) + [self.word_id(word) for word in words]

    def word_id(self, word: str) -> int:
        if word in self.ids:
            return self.ids[word]
        near = [w for w in self.words[len(SPECIAL) :] if one_edit_apart(word, w)] if len(word) >= 4 else []
        return self.ids[near[0]] if len(near) == 1 else UNK


class TextEncoder(nn.Module):
    """Encodes ids [B,n] to rows [B,n,dim]; slot heads read the first rows."""

    def __init__(self, cfg: Text, vocabulary: int, slot_classes: list[int]):
        super().__init__()
        self.cfg = cfg
        self.shared = nn.Embedding(vocabulary, cfg.dim)
        self.encoder = nn.Module()
        self.encoder.block = nn.ModuleList(TextBlock(cfg) for _ in range(cfg.layers))
        self.encoder.final_layer_norm = RmsNorm(cfg.dim, cfg.eps)
        self.slot_heads = nn.ModuleList(nn.Linear(cfg.dim, n) for n in slot_classes)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Encodes ids [B,n]; mask [B,n] is true on real rows, all if it is None."""
        buckets = relative_buckets(ids.shape[1], self.cfg.buckets, self.cfg.max_distance)
        x = self.shared(ids)
        for block in self.encoder.block:
            x = block(x, buckets, mask)
        return self.encoder.final_layer_norm(x)

    def slot_logits(self, rows: Tensor) -> list[Tensor]:
        """Returns the logits [B,classes] of each slot for rows of `forward`."""
        return [head(rows[:, i]) for i, head in enumerate(self.slot_heads)]

    def slot_probs(self, rows: Tensor) -> "SlotProbs":
        """Returns the slot probabilities of the scene [B,SCENE_CLASSES] and of its subjects [B,3,SUBJECT_CLASSES]."""
        of = dict(zip(SLOTS, (logits.float().softmax(-1) for logits in self.slot_logits(rows))))
        scene = torch.cat([of[field] for field in SCENE_FIELDS], -1)
        widths = [(field, len(CLASSES[field]) + 1) for field in SUBJECT_FIELDS]
        # Subject 1 always exists, so its heads have a class less.
        subjects = [
            torch.cat([F.pad(p := of[f"{field}{s}"], (0, width - p.shape[-1])) for field, width in widths], -1) for s in range(1, SUBJECTS + 1)
        ]
        return scene, torch.stack(subjects, 1)


SlotProbs = tuple[Tensor, Tensor]  # of the scene [B,SCENE_CLASSES] and of its subjects [B,3,SUBJECT_CLASSES]


class TextBlock(nn.Module):
    """Pre-norm block without biases: layer.0 is self-attention with unscaled scores, layer.1 the gated feed-forward."""

    def __init__(self, cfg: Text):
        super().__init__()
        self.heads, inner = cfg.heads, cfg.heads * cfg.head_dim
        attend, feed = nn.Module(), nn.Module()
        attend.layer_norm, feed.layer_norm = RmsNorm(cfg.dim, cfg.eps), RmsNorm(cfg.dim, cfg.eps)
        attention = attend.SelfAttention = nn.Module()
        attention.q = nn.Linear(cfg.dim, inner, bias=False)
        attention.k = nn.Linear(cfg.dim, inner, bias=False)
        attention.v = nn.Linear(cfg.dim, inner, bias=False)
        attention.o = nn.Linear(inner, cfg.dim, bias=False)
        attention.relative_attention_bias = nn.Embedding(cfg.buckets, cfg.heads)
        dense = feed.DenseReluDense = nn.Module()
        dense.wi_0 = nn.Linear(cfg.dim, cfg.ffn, bias=False)
        dense.wi_1 = nn.Linear(cfg.dim, cfg.ffn, bias=False)
        dense.wo = nn.Linear(cfg.ffn, cfg.dim, bias=False)
        self.layer = nn.ModuleList([attend, feed])
        # Scores are not divided by sqrt(head_dim), so T5 starts with small queries.
        nn.init.normal_(attention.q.weight, std=(cfg.dim * cfg.head_dim) ** -0.5)
        nn.init.normal_(attention.relative_attention_bias.weight, std=0.1)

    def forward(self, x: Tensor, buckets: Tensor, mask: Tensor | None) -> Tensor:
        attend, feed = self.layer
        a, h = attend.SelfAttention, attend.layer_norm(x)
        q, k, v = (proj(h).unflatten(2, (self.heads, -1)).transpose(1, 2) for proj in (a.q, a.k, a.v))
        bias = a.relative_attention_bias(buckets).permute(2, 0, 1)[None]
        if mask is not None:
            bias = bias.masked_fill(~mask[:, None, None, :], -torch.inf)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype), scale=1.0)
        x = x + a.o(out.transpose(1, 2).flatten(2))
        dense, h = feed.DenseReluDense, feed.layer_norm(x)
        return x + dense.wo(F.gelu(dense.wi_0(h), approximate="tanh") * dense.wi_1(h))


class RmsNorm(nn.Module):
    def __init__(self, dim: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(dim)), eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), x.shape[-1:], self.weight, self.eps)


def relative_buckets(n: int, buckets: int, max_distance: int) -> Tensor:
    """Returns T5's bidirectional buckets [n,n] of key - query: half per sign, exact when near, logarithmic when far."""
    distance = torch.arange(n)[None, :] - torch.arange(n)[:, None]
    half = buckets // 2
    exact = half // 2
    size = distance.abs()
    far = torch.log(size.clamp(min=1).float() / exact) / math.log(max_distance / exact) * (half - exact)
    far = (exact + far.long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(size < exact, size, far)


def split_words(caption: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", caption.lower())


def one_edit_apart(a: str, b: str) -> bool:
    """Returns whether one insertion, deletion or substitution turns a into b."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    short, long = sorted((a, b), key=len)
    i = next((i for i in range(len(short)) if short[i] != long[i]), len(short))
    return short[i + (len(a) == len(b)) :] == long[i + 1 :]


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Pads token lists to ids [B,n] with a mask [B,n] that is true on real tokens."""
    n = max(map(len, rows))
    ids = torch.tensor([row + [PAD] * (n - len(row)) for row in rows])
    return ids, ids != PAD
