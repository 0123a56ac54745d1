"""Rule files: YAML lists of rules, checked whole before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from processors.alerting.clauses import topics_of
from processors.exceptions import QueryError, SeedError
from processors.models.alerts import Delivery, Rule, Severity
from processors.query.fields import Resolver
from processors.query.parse import parse
from processors.query.tree import Query
from processors.seedfile import Document, line_of, read_yaml

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)
_MAX_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3


class CompiledRule(Struct, frozen=True):
    """A rule with its parsed query, and where it was read."""

    rule: Rule
    query: Query
    path: Path
    line: int


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as an analyst writes it."""

    id: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    query: str
    severity: Severity = Severity.MEDIUM
    recipients: tuple[str, ...] = ()
    delivery: Delivery = Delivery.IMMEDIATE
    active_from: Any = None  # YAML gives a date, a datetime or text


def load_rules(folder: Path, resolver: Resolver) -> tuple[CompiledRule, ...]:
    """The rules of all *.yaml files below the folder, in the order of their ids. Each file is a list of rules.

    resolver: turns names into QIDs for `entity:`, `actor:`, `target:` and `place:`.
    Raises SeedError naming file, line and field: a file that cannot be read, an unknown key, an id used twice, a bad
    address or time, a query that cannot be parsed (with the query and a caret under the place).
    """
    if not folder.is_dir():
        raise SeedError(folder, "no such folder of rules; set VEILLE_RULES, or put rule files there")
    rules: dict[str, CompiledRule] = {}
    for path in sorted(folder.rglob("*.yaml")):
        for compiled in _read(path, resolver):
            earlier = rules.setdefault(compiled.rule.id, compiled)
            if earlier is not compiled:
                message = f"{compiled.rule.id!r} is already the id of the rule at {earlier.path}:{earlier.line}"
                raise SeedError(path, message, compiled.line, "id")
    return tuple(rules[rule_id] for rule_id in sorted(rules))


def check_rules(rules: Iterable[CompiledRule], now: datetime, topics: Iterable[str] = ()) -> list[str]:
    """Warnings, one line each, "file:line: rule id: …": what is allowed, but may not be meant.

    Names that are unknown or ambiguous, no recipients, active_from in the future, a topic that is not among `topics`
    (ids of the taxonomy; none given: not checked), a query that an earlier rule has too.
    """
    known = frozenset(topics)
    seen: dict[str, str] = {}
    warnings: list[str] = []
    for compiled in rules:
        first = seen.setdefault(" ".join(compiled.query.source.split()), compiled.rule.id)
        for warning in _warnings(compiled, now, known, first):
            warnings.append(f"{compiled.path}:{compiled.line}: {compiled.rule.id}: {warning}")
    return warnings


def _warnings(compiled: CompiledRule, now: datetime, topics: frozenset[str], first: str) -> Iterator[str]:
    rule = compiled.rule
    yield from compiled.query.notes
    if topics:
        for topic in sorted(topics_of(compiled.query.root) - topics):
            yield f"no topic has the id {topic!r}; known: {', '.join(sorted(topics))}"
    if not rule.recipients:
        yield "no recipients: its alerts are listed by `veille alerts`, but nobody gets a mail"
    if rule.active_from and rule.active_from > now:
        yield f"active_from is in the future ({rule.active_from.isoformat()}): it raises nothing before"
    if first != rule.id:
        yield f"the same query as rule {first!r}: each alert will come twice"


def _read(path: Path, resolver: Resolver) -> Iterator[CompiledRule]:
    file = read_yaml(path, list[_Row])
    for number, row in enumerate(file.value):
        rule = Rule(
            id=row.id,
            name=" ".join(row.name.split()),
            query=row.query,
            severity=row.severity,
            recipients=_addresses(row.recipients, file, number),
            delivery=row.delivery,
            active_from=_instant(row.active_from, file, number),
        )
        yield CompiledRule(
            rule, _query(row.query, resolver, file, number), path, line_of(file.root, f".[{number}]") or 1
        )


def _wrong(file: Document[list[_Row]], number: int, field: str, message: str) -> SeedError:
    """The error at a field of the file's rule with this 0-based number."""
    return file.error(f".[{number}].{field}", message, field)


def _addresses(recipients: tuple[str, ...], file: Document[list[_Row]], number: int) -> tuple[str, ...]:
    for index, address in enumerate(recipients):
        if len(address) > _MAX_ADDRESS or not _ADDRESS.fullmatch(address):
            field = f"recipients[{index}]"
            raise _wrong(file, number, field, f"{address!r} is no e-mail address; write name@example.org")
    return tuple(dict.fromkeys(recipients))


def _query(text: str, resolver: Resolver, file: Document[list[_Row]], number: int) -> Query:
    if not text.strip():
        raise _wrong(file, number, "query", 'is empty; write a search, e.g. topic:troop-deployment AND actor:"France"')
    try:
        return parse(text, resolver)
    except QueryError as error:
        raise _wrong(file, number, "query", str(error)) from error


def _instant(value: object, file: Document[list[_Row]], number: int) -> datetime | None:
    """A YAML date, datetime or ISO text as an instant; without a zone it is UTC."""
    if value is None:
        return None
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise _wrong(file, number, "active_from", f"{value!r} is no time; write 2026-01-31 or 2026-01-31T06:00:00Z")
