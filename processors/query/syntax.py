"""Lucene's syntax by luqum, with every failure told as a QueryError at its place."""

from __future__ import annotations

import re

from luqum.exceptions import IllegalCharacterError, ParseError
from luqum.thread import parse as luqum_parse
from luqum.tree import Item

from processors.exceptions import QueryError

MAX_LENGTH = 4_000  # characters
_QUOTES = str.maketrans("“”„«»", '"' * 5)  # as pasted from texts; one for one, so that places stay
_PLACE = re.compile(r"at position (\d+)!?$")
_DEGREE = re.compile(r"[~^][\d.]*\.[\d.]*")
_WRONG = re.compile(r"unexpected\s+'(.*)' at position \d+!$", re.DOTALL)


def syntax_tree(text: str) -> Item:
    """luqum's tree of a query. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            f"the query has {len(text):,} characters; at most {MAX_LENGTH:,} are read", text[:80] + "…", 80
        )
    for place, char in enumerate(text):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise QueryError("a character that no text has", text.encode(errors="replace").decode(), place)
    if not text.strip():
        raise QueryError("an empty query: write words, or * for all articles", text, 0)
    try:
        return luqum_parse(text.translate(_QUOTES))
    except ParseError as error:
        raise _explained(error, text) from None
    except (ValueError, ArithmeticError):  # luqum reads the number after ~ or ^ without a check
        found = _DEGREE.search(text)
        raise QueryError("a whole number belongs here", text, found.start() if found else 0) from None


def _explained(error: ParseError, text: str) -> QueryError:
    message = str(error)
    place = _PLACE.search(message)
    if place is None:
        return QueryError("the query ends too early: a word, a value or a closing bracket is missing", text, len(text))
    position = min(int(place[1]), len(text))
    if isinstance(error, IllegalCharacterError):
        quote = text[position : position + 1].translate(_QUOTES) == '"'
        return QueryError("this quotation mark is not closed" if quote else "this cannot stand here", text, position)
    wrong = _WRONG.search(message)
    return QueryError(f"{wrong[1]!r} cannot stand here" if wrong else "this cannot stand here", text, position)
