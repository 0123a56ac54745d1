"""The SQL function in_order: does an article's text have these tokens in this order?"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from processors.store import analysis
from processors.store.sqlite.compile import Proximity
from processors.store.sqlite.database import Database


class _Text(msgspec.Struct):
    title: str
    text: str


class _Document(msgspec.Struct):
    article: _Text


def define_functions(db: Database) -> None:
    db.define("in_order", 2, _in_order, deterministic=True)


def _in_order(document: str, proximity: str) -> bool:
    tokens = _tokens(document)
    wanted = msgspec.json.decode(proximity, type=Proximity)
    return any(
        next(iter(analysis.in_order(tokens[field], wanted.tokens, wanted.slop)), None) for field in wanted.fields
    )


@lru_cache(maxsize=512)  # a chunk of matching: many rules ask about the same articles
def _tokens(document: str) -> dict[str, list[str]]:
    article = msgspec.json.decode(document, type=_Document).article
    return {"title": analysis.tokens(article.title), "body": analysis.tokens(article.text)}
