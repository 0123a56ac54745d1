"""Near-duplicate signatures: MinHash over shingles, of the whole text and of its lead.

A wire copy that lost its last paragraphs keeps its lead; one that got a new headline keeps its body. So a signature
has two parts, and copies are known by either.
"""

from __future__ import annotations

import re
import struct

from rensa import RMinHash

WHOLE = 64  # hashes of the whole text: standard error of the estimated Jaccard .06
LEAD = 32  # hashes of the lead
LEAD_WORDS = 70  # a lead paragraph of wire copy has 30 to 70 words
SHINGLE = 3
MAX_WORDS = 4_000  # the rest of a longer text says nothing more about whose copy it is
ROWS = 4  # hashes a band: two texts of Jaccard .5 share one of 16 bands with odds of .64, of .7 with .99
_SEED = 20_240_604

_TOKEN = re.compile(r"[㐀-鿿぀-ヿ]|[^\W_]+")


def signature(title: str, text: str) -> str:
    """The signature as hex: 64 hashes of the text, then 32 of its lead. "" for a text without words.

    The title stays out: outlets give a copy a headline of their own.
    """
    words = [found[0] for found, _ in zip(_TOKEN.finditer(text.casefold()), range(MAX_WORDS), strict=False)]
    if not words:
        return ""
    hashes = (*_minhash(words, WHOLE), *_minhash(words[:LEAD_WORDS], LEAD))
    return struct.pack(f">{WHOLE + LEAD}I", *hashes).hex()


def bands(signature: str) -> tuple[str, ...]:
    """Keys that near-duplicates are likely to share."""
    values = _unpack(signature)
    starts = [*range(0, WHOLE, ROWS), *range(WHOLE, WHOLE + LEAD, ROWS)] if values else []
    return tuple(f"b{start}:" + "".join(f"{v:08x}" for v in values[start : start + ROWS]) for start in starts)


def likeness(one: str, other: str) -> tuple[float, float]:
    """Estimated Jaccard of the whole texts and of their leads, each 0 to 1."""
    left, right = _unpack(one), _unpack(other)
    if not left or not right:
        return 0.0, 0.0
    same = [a == b for a, b in zip(left, right, strict=True)]
    return sum(same[:WHOLE]) / WHOLE, sum(same[WHOLE:]) / LEAD


def _minhash(words: list[str], size: int) -> tuple[int, ...]:
    shingles = [" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))]
    sketch = RMinHash(num_perm=size, seed=_SEED)
    sketch.update(shingles)
    return tuple(sketch.digest())


def _unpack(signature: str) -> tuple[int, ...]:
    return struct.unpack(f">{WHOLE + LEAD}I", bytes.fromhex(signature)) if signature else ()
