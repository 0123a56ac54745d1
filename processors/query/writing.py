"""The tree → a query that an analyst could have written: for explanations. Names appear as their QIDs."""

from __future__ import annotations

import re
from datetime import datetime

from processors.query.fields import TEXT
from processors.query.tree import (
    And,
    EventClause,
    EventTest,
    Everything,
    Instants,
    Linked,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    Word,
)

_PLAIN = re.compile(r"[\w'’.]+(?:-[\w'’.]+)*")
_SYNTAX = re.compile(r"([^\w'’.])")
_OPERATORS = frozenset({"AND", "OR", "NOT", "TO"})
_FIELD = {fields: name for name, fields in TEXT.items()}


def written(node: Node) -> str:
    """One line. Read again it means the same, but for `topic:` within an event clause, which then stands alone."""
    match node:
        case Word(text=text, fields=fields):
            return f"{_FIELD[fields]}:{_escaped(text)}"
        case Prefix(text=text, fields=fields):
            return f"{_FIELD[fields]}:{_escaped(text)}*"
        case Phrase(text=text, fields=fields, slop=slop):
            return f"{_FIELD[fields]}:{_quoted(text)}{f'~{slop}' if slop else ''}"
        case Linked(qids=qids, form=form):
            return f"entity:{_either(qids) if qids else _value(form)}"
        case Value(field=field, value=value):
            return f"{field}:{_value(value)}"
        case Instants(field=field, start=start, end=end):
            return f"{field}:[{_instant(start)} TO {_instant(end)}{'}' if end else ']'}"
        case EventClause(test=test):
            return written(test)
        case EventTest():
            return _event_test(node)
        case And(parts=parts):
            return " AND ".join(map(_part, parts))
        case Or(parts=parts):
            return " OR ".join(map(_part, parts))
        case Not(part=part):
            return f"NOT {_part(part)}"
        case Everything():
            return "*"


def _part(node: Node) -> str:
    inner = node.test if isinstance(node, EventClause) else node
    return f"({written(node)})" if isinstance(inner, And | Or) else written(node)


def _event_test(node: EventTest) -> str:
    if node.field == "quantity":
        low, high = ("*" if end is None else str(end) for end in (node.low, node.high))
        return f"quantity:[{low} TO {high}]"
    return f"{node.field}:{_either(node.qids) if node.qids else _value(node.value)}"


def _either(qids: tuple[str, ...]) -> str:
    return qids[0] if len(qids) == 1 else f"({' OR '.join(qids)})"


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _OPERATORS else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    if text in _OPERATORS or text.casefold() in ("and", "or", "not"):
        return f"\\{text}"
    return text if _PLAIN.fullmatch(text) else _SYNTAX.sub(r"\\\1", text)


def _instant(moment: datetime | None) -> str:
    return _quoted(moment.isoformat()) if moment else "*"
