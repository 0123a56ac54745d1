"""Near-duplicate signatures: the smallest hashes of a text's shingles (a bottom-k sketch, Broder 1997).

Two sketches tell how much two texts have in common (Jaccard) and, with the number of shingles of each, how much of the
shorter one stands in the longer one (containment): a wire copy that lost its second half, or got a lead of the
outlet's own, is contained, though the two texts as wholes are little alike.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from heapq import nsmallest
from zlib import crc32

from msgspec import Struct

SKETCH = 96  # hashes: standard error of the estimated Jaccard at most .05
KEYS = 16  # of them, the smallest, are keys by which a store finds candidates
SHINGLE = 5  # words; shorter ones are shared by texts that only speak of the same thing
MAX_WORDS = 4_000  # the rest of a longer text says nothing more about whose copy it is

_TOKEN = re.compile(r"[㐀-鿿぀-ヿ]|[^\W_]+")
_MIX = 0x9E3779B1  # Knuth's multiplicative hash: the smallest CRCs alone would favour some beginnings


class Sketch(Struct, frozen=True):
    """size: distinct shingles of the text; hashes: the SKETCH smallest, ascending."""

    size: int
    hashes: tuple[int, ...]


def signature(title: str, text: str) -> str:
    """The signature as hex: the number of shingles, then the smallest hashes. "" for a text without words.

    The title stays out: outlets give a copy a headline of their own.
    """
    words = [found[0] for found, _ in zip(_TOKEN.finditer(text.casefold()), range(MAX_WORDS), strict=False)]
    if not words:
        return ""
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
    hashes = {crc32(shingle.encode()) * _MIX & 0xFFFFFFFF for shingle in shingles}
    smallest = nsmallest(SKETCH, hashes)
    return struct.pack(f">{1 + len(smallest)}I", len(hashes), *smallest).hex()


def keys(signature: str) -> tuple[str, ...]:
    """Keys of which near-duplicates share some."""
    return tuple(f"c:{value:08x}" for value in sketch(signature).hashes[:KEYS])


def likeness(one: str, other: str) -> tuple[float, float]:
    """(Jaccard, containment) of two texts' shingles, estimated, each 0 to 1. containment: of the shorter text."""
    left, right = sketch(one), sketch(other)
    if not left.hashes or not right.hashes:
        return 0.0, 0.0
    union = sorted({*left.hashes, *right.hashes})[:SKETCH]
    shared = len(set(left.hashes).intersection(right.hashes, union))
    jaccard = shared / len(union)
    common = jaccard * (left.size + right.size) / (1 + jaccard)  # |A ∩ B|
    return jaccard, min(1.0, common / min(left.size, right.size))


@lru_cache(maxsize=4096)
def sketch(signature: str) -> Sketch:
    """The signature unpacked."""
    if not signature:
        return Sketch(0, ())
    size, *hashes = struct.unpack(f">{len(signature) // 8}I", bytes.fromhex(signature))
    return Sketch(size, tuple(hashes))
