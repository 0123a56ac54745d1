"""The network as torch teaches it: a transformer of 12 layers, and one head with a column a topic and a role."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.encoder.base import LAYERS, PLACES, SIZE, WIDE

_HEADS = 12
_EPSILON = 1e-12
_DROPPED = 0.1  # the share of numbers left out at random while teaching
_FEW = -3.0  # log odds that every column begins with


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(SIZE, 3 * SIZE), nn.Linear(SIZE, SIZE)
        self.wide, self.narrow = nn.Linear(SIZE, WIDE), nn.Linear(WIDE, SIZE)
        self.after, self.last = nn.LayerNorm(SIZE, _EPSILON), nn.LayerNorm(SIZE, _EPSILON)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        texts, pieces, _ = x.shape
        parts = self.qkv(x).view(texts, pieces, 3, _HEADS, SIZE // _HEADS).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=hidden).transpose(1, 2)
        x = self.after(x + functional.dropout(self.out(seen.reshape(x.shape)), _DROPPED, self.training))
        wide = functional.gelu(self.wide(x), approximate="tanh")
        return self.last(x + functional.dropout(self.narrow(wide), _DROPPED, self.training))


class Network(nn.Module):
    def __init__(self, columns: int) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.zeros(PLACES, SIZE))
        self.normal = nn.LayerNorm(SIZE, _EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(SIZE, columns)
        nn.init.normal_(self.head.weight, 0.0, 0.02)
        nn.init.constant_(self.head.bias, _FEW)

    def begin(self, embedded: Tensor) -> Tensor:
        """The states before the first layer."""
        return self.normal(embedded + self.places[: embedded.shape[1]])

    def run(self, x: Tensor, mask: Tensor, first: int, after: int) -> Tensor:
        """The states after some of the layers. mask: 1 for a piece, 0 for padding, by text and piece."""
        hidden = torch.where(mask[:, None, None, :] > 0, 0.0, -1e9)
        for layer in self.layers[first:after]:
            x = layer(x, hidden)
        return x
