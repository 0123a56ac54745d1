"""An analyst's query → the tree that every store engine compiles."""

from __future__ import annotations

import re

from luqum import tree as lucene

from processors.exceptions import QueryError
from processors.query.fields import TEXT, Range, Resolver, check_field, range_node, value_node
from processors.query.grouping import conjunction, disjunction, with_event_clauses
from processors.query.syntax import syntax_tree
from processors.query.tree import Everything, Node, Not, Phrase, Prefix, Query, Word

MAX_CLAUSES = 200
MAX_DEPTH = 20
MAX_SLOP = 1_000
MAX_TEXT = 300  # characters of one word or phrase
MIN_PREFIX = 2  # letters before a *: fewer would touch a great part of the dictionary

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WILDCARD = re.compile(r"(?<!\\)(?:\\\\)*([*?])")
_LOWER_OPERATORS = frozenset({"and", "or", "not"})


def parse(text: str, resolver: Resolver) -> Query:
    """Reads a query: Lucene's syntax, AND by default, the fields of processors.query.fields.

    `a b OR c` is `a AND (b OR c)`. Raises QueryError with a 0-based position: wrong syntax, unknown field, a wildcard
    that is not at the end of a word, an empty range, fuzzy, boosted or regular expressions, more than 4,000 characters,
    300 of one word or phrase, 200 clauses or 20 levels.
    """
    reader = _Reader(text, resolver)
    root = reader.node(syntax_tree(text), "text", 0)
    return Query(text, with_event_clauses(root), tuple(dict.fromkeys(reader.notes)))


class _Reader:
    """Walks luqum's tree once."""

    def __init__(self, text: str, resolver: Resolver) -> None:
        self._text = text
        self._resolver = resolver
        self._clauses = 0
        self.notes: list[str] = []

    def node(self, item: lucene.Item, field: str, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels", item)
        match item:
            case lucene.Group() | lucene.FieldGroup() | lucene.Plus():
                return self.node(item.children[0], field, depth + 1)
            case lucene.Not() | lucene.Prohibit():
                return Not(self.node(item.children[0], field, depth + 1))
            case lucene.OrOperation():
                return disjunction([self.node(part, field, depth) for part in item.children])
            case lucene.UnknownOperation() | lucene.AndOperation():
                self._tell_precedence(item)
                return conjunction([self.node(part, field, depth) for part in item.children])
            case lucene.SearchField(name="*") if str(item.children[0]) == "*":
                return Everything()
            case lucene.SearchField():
                return self._in_field(item, depth)
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise self._error(f"more than {MAX_CLAUSES} clauses", item)
        try:
            return self._clause(item, field)
        except ValueError as error:
            raise self._error(str(error), item) from None

    def _in_field(self, item: lucene.SearchField, depth: int) -> Node:
        try:
            check_field(item.name)
        except ValueError as error:
            raise self._error(str(error), item) from None
        inner = item.children[0]
        if isinstance(inner, lucene.SearchField):
            raise self._error("a field inside a field: quote a value that has a colon", inner)
        if isinstance(inner, lucene.Prohibit | lucene.Plus):
            raise self._error(f"no sign before a value: quote it, or write -{item.name}:… to exclude it", inner)
        return self.node(inner, item.name, depth + 1)

    def _clause(self, item: lucene.Item, field: str) -> Node:
        match item:
            case lucene.Word():
                return self._word(item, field)
            case lucene.Phrase():
                return self._phrase(item, field, 0)
            case lucene.Proximity():
                if field not in TEXT:
                    raise ValueError(f"~ is for words of title, body and text, not for {field}")
                return self._phrase(item.children[0], field, min(int(item.degree), MAX_SLOP))
            case lucene.Range():
                low, high = map(self._bound, item.children)
                return range_node(field, Range(low, high, item.include_low, item.include_high))
            case lucene.From():
                return range_node(field, Range(self._bound(item.children[0]), None, low_in=item.include))
            case lucene.To():
                return range_node(field, Range(None, self._bound(item.children[0]), high_in=item.include))
            case lucene.Fuzzy():
                raise ValueError('fuzzy words (~) are not offered; "two words"~3 is')
            case lucene.Boost():
                raise ValueError("boosting (^) is not offered: leave it out")
            case lucene.Regex():
                raise ValueError("regular expressions are not offered; quote a word that has a slash")
        raise ValueError("this cannot stand here")

    def _word(self, item: lucene.Word, field: str) -> Node:
        raw, text = item.value, _unescaped(item.value)
        if raw == "*":
            if field == "text":
                return Everything()
            raise ValueError(f"{field}:* is not offered: write a value")
        wildcard = _WILDCARD.search(raw)
        if wildcard and (wildcard[1] == "?" or wildcard.end() != len(raw) or field not in TEXT):
            place = item.pos + wildcard.start(1)
            raise QueryError("a wildcard is a * at the end of a word of title, body or text", self._text, place)
        if raw in ("&&", "||") or raw.startswith("!"):
            raise ValueError("write AND, OR, NOT")
        if raw in _LOWER_OPERATORS:
            self.notes.append(f"{raw!r} is searched as a word; the operator is {raw.upper()}")
        if field not in TEXT:
            return value_node(field, text, self._resolver, self.notes.append)
        self._check_text(text)
        if wildcard:
            return self._prefix(text[:-1], field)
        return Word(text, TEXT[field])

    def _prefix(self, text: str, field: str) -> Node:
        if sum(char.isalnum() for char in text) < MIN_PREFIX and text.isascii():
            raise ValueError(f"at least {MIN_PREFIX} letters belong before a *")
        return Prefix(text, TEXT[field])

    def _phrase(self, item: lucene.Phrase, field: str, slop: int) -> Node:
        text = _unescaped(item.value[1:-1])
        if field not in TEXT:
            return value_node(field, text, self._resolver, self.notes.append)
        self._check_text(text)
        if re.search(r"\w\*", text):
            raise ValueError("a wildcard does nothing inside quotation marks: leave it out")
        return Phrase(text, TEXT[field], slop)

    def _bound(self, item: lucene.Item) -> str | None:
        if isinstance(item, lucene.Prohibit):
            raise ValueError("a negative number: quantities are counts")
        text = _unescaped(item.value[1:-1] if isinstance(item, lucene.Phrase) else item.value)
        return None if text == "*" else text

    def _check_text(self, text: str) -> None:
        if len(text) > MAX_TEXT:
            raise ValueError(f"{len(text):,} characters in one word or phrase; at most {MAX_TEXT} are searched for")
        if not any(char.isalnum() for char in text):
            raise ValueError("there is no letter or digit in this to search for")

    def _tell_precedence(self, item: lucene.Item) -> None:
        if isinstance(item, lucene.UnknownOperation) and any(
            isinstance(part, lucene.OrOperation) for part in item.children
        ):
            self.notes.append(
                "OR binds tighter than a mere space: `a b OR c` is `a AND (b OR c)`; brackets make it clear"
            )

    def _error(self, message: str, item: lucene.Item) -> QueryError:
        return QueryError(message, self._text, min(max(item.pos or 0, 0), len(self._text)))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
