"""Teaches the network: a passage has a topic where one of its sentences has it; names and counts fill roles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.encoder.base import LAYERS, SIZE, Base
from benchmarks.encoder.material import SENTENCES, Lesson
from benchmarks.encoder.network import Network
from processors.tagging.encoder import ROLES
from processors.tagging.pieces import END, START

KEPT = 4  # layers that stay as they are: so few passages would spoil what they know of grammar
_ROUNDS, _BATCH, _TOGETHER = 7, 16, 16
_RATE, _DECAY, _HEAD = 2e-4, 0.9, 3.0  # of the last layer; lower ones learn less, the head more
_FIRST, _LAST = 0.08, 0.02  # the share of steps in which the rate rises, and what is left of it at the end
_POSITIVE = 1.5  # what a topic that is there counts beside one that is not
_DOUBTED = 0.03  # the share of labels that may be wrong (label smoothing)
_ROLES = 4.0  # what the roles count beside the topics
_ABSENT = -30.0


class Batch:
    """Some lessons, padded. x: the states that the layers which stay give, by text and piece."""

    def __init__(self, lessons: Sequence[Lesson], states: Sequence[Tensor]) -> None:
        longest = max(len(state) for state in states)
        self.x = torch.zeros(len(lessons), longest, SIZE)
        self.mask = torch.zeros(len(lessons), longest)
        self.inside = torch.zeros(len(lessons), longest, SENTENCES)
        self.marks = torch.zeros(len(lessons), longest, len(ROLES))
        for at, (lesson, state) in enumerate(zip(lessons, states, strict=True)):
            self.x[at, : len(state)], self.mask[at, : len(state)] = state.float(), 1.0
            self.inside[at, torch.arange(1, len(state) - 1), torch.from_numpy(lesson.sentences)] = 1.0
            self.marks[at, 1 : len(state) - 1] = torch.from_numpy(lesson.marks)
        self.topics = torch.from_numpy(np.stack([lesson.topics for lesson in lessons]))
        self.moves = torch.tensor([float(lesson.moves) for lesson in lessons])


def teach(lessons: Sequence[Lesson], rows: NDArray[np.float32], columns: int) -> dict[str, NDArray[np.float32]]:
    """The weights of the taught network. rows: of the embeddings, by piece. Prints the loss of each round."""
    torch.manual_seed(0)
    order = np.random.RandomState(0)
    network = Network(columns)
    base = {name: torch.from_numpy(value) for name, value in Base.load().weights().items()}
    network.load_state_dict(base, strict=False)
    for part in (network.places, *network.normal.parameters(), *network.layers[:KEPT].parameters()):
        part.requires_grad = False
    states = _states(network, lessons, rows)
    optimizer = torch.optim.AdamW(list(_groups(network)), weight_decay=0.01)
    steps = _ROUNDS * math.ceil(len(lessons) / _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))
    for number in range(_ROUNDS):
        network.train()
        losses = []
        for chosen in _batches(lessons, order):
            loss = _loss(network, Batch([lessons[at] for at in chosen], [states[at] for at in chosen]))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"round {number + 1} of {_ROUNDS}: loss {np.mean(losses):.3f}", flush=True)
    return {name: value.detach().numpy() for name, value in network.state_dict().items()}


def _states(network: Network, lessons: Sequence[Lesson], rows: NDArray[np.float32]) -> list[Tensor]:
    """What the layers which stay make of each lesson: found once."""
    network.eval()
    found = []
    with torch.no_grad():
        for lesson in lessons:
            ids = np.array([START, *lesson.ids, END])
            x = network.begin(torch.from_numpy(rows[ids])[None])
            found.append(network.run(x, torch.ones(1, len(ids)), 0, KEPT)[0].half())
    return found


def _loss(network: Network, batch: Batch) -> Tensor:
    """Cross-entropy of the topics by text, and of the roles by piece in texts with a movement."""
    table = network.head(network.run(batch.x, batch.mask, KEPT, LAYERS))
    topics, roles = table[..., : -len(ROLES)], table[..., -len(ROLES) :]
    size = batch.inside.sum(1)
    by_sentence = torch.einsum("bps,bpc->bsc", batch.inside, topics) / size.clamp(min=1)[..., None]
    by_sentence = torch.where((size > 0)[..., None], by_sentence, torch.tensor(_ABSENT))
    wanted = batch.topics * (1 - _DOUBTED) + _DOUBTED / 2
    loss = functional.binary_cross_entropy_with_logits(torch.logsumexp(by_sentence, 1), wanted, reduction="none")
    told = (loss * torch.where(batch.topics > 0, _POSITIVE, 1.0)).sum(-1).mean()
    weight = batch.mask * batch.moves[:, None]
    marked = functional.binary_cross_entropy_with_logits(roles, batch.marks, reduction="none") * weight[..., None]
    return told + _ROLES * marked.sum() / weight.sum().clamp(min=1)


def _groups(network: Network) -> Iterator[dict[str, object]]:
    for at, layer in enumerate(network.layers):
        if at >= KEPT:
            yield {"params": list(layer.parameters()), "lr": _RATE * _DECAY ** (LAYERS - 1 - at)}
    yield {"params": list(network.head.parameters()), "lr": _RATE * _HEAD}


def _rate(done: float) -> float:
    """A share of the rate: it rises, then falls by half a cosine."""
    return min(1.0, done / _FIRST) * (_LAST + (1 - _LAST) * (1 + math.cos(math.pi * min(1.0, done))) / 2)


def _batches(lessons: Sequence[Lesson], order: np.random.RandomState) -> list[list[int]]:
    """The lessons' numbers in batches of like length, in an order that is new each round."""
    mixed, found = list(order.permutation(len(lessons))), []
    for start in range(0, len(mixed), _BATCH * _TOGETHER):
        part = sorted(mixed[start : start + _BATCH * _TOGETHER], key=lambda at: len(lessons[at].ids))
        found += [part[at : at + _BATCH] for at in range(0, len(part), _BATCH)]
    order.shuffle(found)
    return found
