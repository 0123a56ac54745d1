"""Reads text with a small transformer: for each piece, the log odds of every topic and of every role in a movement.

The network is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672; MIT licence; 12 layers of 384 numbers),
taught on the project's labelled passages by `python -m benchmarks.encoder`. Its weights are whole numbers of 7 bits, so
that processors with and without instructions for such sums give the same; one text is read at a time, for the numbers'
scale is found anew in each.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.pieces import END, START, Piece, Pieces

ROLES = ("actor", "target", "quantity")  # the slots of a movement, in the order of the columns after the topics'
LONGEST = 190  # pieces of one text that are read
_BLOCK = 32  # numbers of an embedding that share a factor

Table = NDArray[np.float32]


class Labels(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/encoder/labels.yaml. topics: of the columns, in order. made_from: passages by kind."""

    topics: tuple[str, ...]
    made_from: dict[str, int]


class Read(Struct, frozen=True):
    """What was read of a text: its pieces, and log odds by piece and column (topics, then ROLES)."""

    pieces: tuple[Piece, ...]
    table: Table


class Encoder:
    """The files load at first use: half a second, and 90 MB."""

    def __init__(self, directory: Path, labels: Labels) -> None:
        self._directory, self.topics = directory, labels.topics

    @classmethod
    def load(cls, directory: Path, topics: set[str]) -> Self | None:
        """None without a directory. Raises SeedError: a file is missing, or it knows a topic that has no file."""
        if not directory.exists():
            return None
        labels = load_yaml(directory / "labels.yaml", Labels)
        if unknown := sorted(set(labels.topics) - topics):
            raise SeedError(directory / "labels.yaml", f"no topic file is called {unknown[0]!r}", field="topics")
        for name in ("pieces.tsv", "embeddings.npy", "encoder.onnx"):
            if not (directory / name).is_file():
                raise SeedError(directory / name, "is missing; without the folder, words alone decide")
        return cls(directory, labels)

    def read(self, text: str) -> Read:
        """At most LONGEST pieces of a text."""
        pieces = tuple(self._pieces.find(text)[:LONGEST])
        rows = unpack(self._embeddings[[START, *(piece.id for piece in pieces), END]])
        (table,) = self._session.run(None, {"embedded": rows[None]})
        return Read(pieces, table[0, 1:-1])

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces.load(self._directory / "pieces.tsv")

    @cached_property
    def _embeddings(self) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = np.load(self._directory / "embeddings.npy", mmap_mode="r")
        return found

    @cached_property
    def _session(self) -> InferenceSession:
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # the fused form of its normalisation costs half as much again (onnxruntime 1.32, measured)
        return InferenceSession(
            self._directory / "encoder.onnx",
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],
        )


def unpack(packed: NDArray[np.uint8]) -> Table:
    """Rows of embeddings: each block is a factor in 16 bits, then 32 numbers in 4 bits, from -8 to 7."""
    rows = packed.reshape(len(packed), -1, 2 + _BLOCK // 2)
    factors = rows[:, :, :2].copy().view(np.float16).astype(np.float32)
    halves = rows[:, :, 2:]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    unpacked: Table = (numbers * factors).reshape(len(packed), -1)
    return unpacked
