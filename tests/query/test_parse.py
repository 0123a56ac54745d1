"""What a query means, and where it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.exceptions import QueryError
from processors.query.parse import MAX_CLAUSES, MAX_DEPTH, MAX_TEXT, parse
from processors.query.syntax import MAX_LENGTH
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
    Query,
    Value,
    Word,
)

BOTH = ("title", "body")


class Names:
    """France, and two Georgias."""

    def resolve(self, name: str) -> tuple[str, ...]:
        return {"france": ("Q142",), "georgia": ("Q230", "Q1428"), "kyiv north": ("Q1899",)}.get(name.casefold(), ())

    def label(self, qid: str) -> str:
        return {"Q142": "France", "Q230": "Georgia", "Q1428": "Georgia (state)"}.get(qid, qid)


def root(text: str) -> Node:
    return parse(text, Names()).root


def w(text: str) -> Word:
    return Word(text, BOTH)


def day(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)


ACTOR = EventTest("actor", qids=("Q142",))
MANY = EventTest("quantity", low=5000)


TOPIC = Value("topic", "a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topic:a actor:France", And((EventClause(And((ACTOR, EventTest("topic", value="a")))), TOPIC))),
        ("topic:a OR actor:France", Or((TOPIC, EventClause(ACTOR)))),
        ("-topic:a actor:France", And((EventClause(ACTOR), Not(TOPIC)))),
        ("troops", w("troops")),
        ("  troops  ", w("troops")),
        ("a b", And((w("a"), w("b")))),
        ("a AND (b AND c)", And((w("a"), w("b"), w("c")))),
        ("a OR b OR (c OR d)", Or((w("a"), w("b"), w("c"), w("d")))),
        ("a AND b OR c", Or((And((w("a"), w("b"))), w("c")))),
        ("a b OR c", And((w("a"), Or((w("b"), w("c")))))),
        ("a -b", And((w("a"), Not(w("b"))))),
        ("+a NOT b", And((w("a"), Not(w("b"))))),
        ("NOT a", Not(w("a"))),
        ("*", Everything()),
        ("*:*", Everything()),
        ("title:a", Word("a", ("title",))),
        ("body:(a OR b)", Or((Word("a", ("body",)), Word("b", ("body",))))),
        ("text:a", w("a")),
        ('"pacte de défense"', Phrase("pacte de défense", BOTH)),
        ("«pacte de défense»", Phrase("pacte de défense", BOTH)),
        ('title:"a b"~3', Phrase("a b", ("title",), 3)),
        ('"a \\"b\\""', Phrase('a "b"', BOTH)),
        ("deplo*", Prefix("deplo", BOTH)),
        ("军*", Prefix("军", BOTH)),
        ("a\\*b", w("a*b")),
        ("l'armée", w("l'armée")),
        ("F-16", w("F-16")),
        ("topic:Troop-Deployment", Value("topic", "troop-deployment")),
        ("lang:FR", Value("lang", "fr")),
        ("country:fr", Value("country", "FR")),
        ("source:www.Northwire.example", Value("source", "northwire.example")),
        ('author:"Ann  LEE"', Value("author", "ann lee")),
        ("story:0a1b", Value("story", "0a1b")),
        ("entity:France", Linked(("Q142",))),
        ("entity:q142", Linked(("Q142",))),
        ('entity:"Kyiv North"', Linked(("Q1899",))),
        ("entity:Georgia", Linked(("Q230", "Q1428"))),
        ('entity:"Colonel  Varga"', Linked((), "colonel varga")),
    ],
)
def test_words_and_values(text: str, expected: Node) -> None:
    assert root(text) == expected


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("published:2024-11-05", day(2024, 11, 5), day(2024, 11, 6)),
        ("published:2024-12", day(2024, 12, 1), day(2025, 1, 1)),
        ("published:2024", day(2024, 1, 1), day(2025, 1, 1)),
        ("published:[2024-11-05 TO 2024-11-07]", day(2024, 11, 5), day(2024, 11, 8)),
        ("published:{2024-11-05 TO 2024-11-07}", day(2024, 11, 6), day(2024, 11, 7)),
        ("published:>=2024-11-05", day(2024, 11, 5), None),
        ("published:>2024-11-05", day(2024, 11, 6), None),
        ("published:<=2024-11-05", None, day(2024, 11, 6)),
        ("published:<2024-11-05", None, day(2024, 11, 5)),
        ("published:[* TO 2024-11-05T12:30Z]", None, datetime(2024, 11, 5, 12, 31, tzinfo=UTC)),
        ('published:>="2024-11-05T12:30:00+02:00"', datetime(2024, 11, 5, 10, 30, tzinfo=UTC), None),
        ("published:>=9999-12-31", day(9999, 12, 31), None),
        ("published:9999", day(9999, 1, 1), None),
    ],
)
def test_dates(text: str, start: datetime | None, end: datetime | None) -> None:
    assert root(text) == Instants("published", start, end)
    assert root(text.replace("published", "seen")) == Instants("seen", start, end)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("quantity:1000", 1000, 1000),
        ("quantity:>=1000", 1000, None),
        ("quantity:>1000", 1001, None),
        ("quantity:<1000", None, 999),
        ("quantity:[1000 TO 5000]", 1000, 5000),
        ("quantity:{1000 TO 5000]", 1001, 5000),
        ("quantity:[* TO *]", None, None),
    ],
)
def test_quantities(text: str, low: int | None, high: int | None) -> None:
    assert root(text) == EventClause(EventTest("quantity", low=low, high=high))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("actor:France", EventClause(ACTOR)),
        ('place:"Old Mill"', EventClause(EventTest("place", value="old mill"))),
        ("status:DENIED", EventClause(EventTest("status", value="denied"))),
        ("actor:France AND quantity:>=5000", EventClause(And((ACTOR, MANY)))),
        ("actor:France quantity:>=5000 a", And((EventClause(And((ACTOR, MANY))), w("a")))),
        ("actor:France AND (a AND quantity:>=5000)", And((EventClause(And((ACTOR, MANY))), w("a")))),
        ("actor:France OR quantity:>=5000", Or((EventClause(ACTOR), EventClause(MANY)))),
        (
            "(actor:France OR status:denied) AND quantity:>=5000",
            EventClause(And((Or((ACTOR, EventTest("status", value="denied"))), MANY))),
        ),
        ("actor:France AND (quantity:>=5000 OR a)", And((EventClause(ACTOR), Or((EventClause(MANY), w("a")))))),
        ("NOT actor:France", Not(EventClause(ACTOR))),
        ("quantity:>=5000 AND NOT actor:France", And((EventClause(MANY), Not(EventClause(ACTOR))))),
        ("a AND NOT (actor:France AND quantity:>=5000)", And((w("a"), Not(EventClause(And((ACTOR, MANY))))))),
        ("actor:(France OR Q142)", Or((EventClause(ACTOR), EventClause(ACTOR)))),
    ],
)
def test_event_tests_joined_by_and_are_one_event(text: str, expected: Node) -> None:
    assert root(text) == expected


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("a AND", 5, "ends too early"),
        ("(a OR b", 7, "ends too early"),
        ("a )", 2, "cannot stand here"),
        ('a "b c', 2, "not closed"),
        ("titel:a", 0, "did you mean title"),
        ("a AND zz:b", 6, "fields are title, body"),
        ("quantity:[5000 TO 300]", 9, "an empty range"),
        ("quantity:{5 TO 6}", 9, "an empty range"),
        ("quantity:<0", 9, "an empty range"),
        ("a published:[2024-11-05 TO 2024-11-04]", 12, "ends before it begins"),
        ("seen:{2024-11-05 TO 2024-11-06}", 5, "ends before it begins"),
        ("a *b", 2, "a wildcard is"),
        ("a **", 2, "a wildcard is"),
        ("a d*b", 3, "a wildcard is"),
        ("a b?", 3, "a wildcard is"),
        ("quantity:-5", 9, "no sign before a value"),
        ("topic:troop*", 11, "a wildcard is"),
        ("d*", 0, "at least 2 letters"),
        ('a "b c*"', 2, "inside quotation marks"),
        ("a b~", 2, "fuzzy"),
        ("a b~0.7", 2, "fuzzy"),
        ("a b^2", 2, "boosting"),
        ('"a b"~1.5', 5, "whole number"),
        ("a /b+/", 2, "regular expressions"),
        ("a && b", 2, "write AND"),
        ("a !b", 2, "write AND"),
        ("title:*", 6, "write a value"),
        ("title:lang:fr", 6, "a field inside a field"),
        ("a ...", 2, "no letter or digit"),
        ("[a TO b]", 0, "takes no range"),
        ("lang:[a TO b]", 5, "takes no range"),
        ('entity:"a b"~3', 7, "~ is for words"),
        ('lang:" "', 5, "needs a value"),
        ("quantity:many", 9, "whole number"),
        ("quantity:10,000", 9, "without separators"),
        ("quantity:[-5 TO 9]", 9, "negative"),
        ("status:maybe", 7, "one of reported"),
        ("published:now", 10, "do not read the clock"),
        ("published:[NOW-7DAYS TO *]", 10, "do not read the clock"),
        ("published:2024-02-30", 10, "no such date"),
        ("published:yesterday", 10, "not a date"),
        ("a \0", 2, "no text has"),
        ("a \ud800", 2, "no text has"),
        ("a " + "b" * (MAX_TEXT + 1), 2, "301 characters in one word"),
        ('a "' + "b " * MAX_TEXT + '"', 2, "600 characters in one word or phrase"),
        ("a " + "军" * (MAX_TEXT + 1) + "*", 2, "in one word or phrase"),
        ("a OR " * MAX_CLAUSES + "b", 5 * MAX_CLAUSES, "more than 200 clauses"),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), MAX_DEPTH + 1, "deeper than 20"),
    ],
)
def test_errors_have_a_place_and_a_remedy(text: str, position: int, reason: str) -> None:
    with pytest.raises(QueryError) as raised:
        root(text)
    assert reason in raised.value.reason
    assert raised.value.position == position


def test_an_overlong_query() -> None:
    longest = " ".join(["a" * 19] * MAX_CLAUSES)
    assert len(longest) == MAX_LENGTH - 1
    assert root(f"{longest} ")
    with pytest.raises(QueryError, match="4,001 characters"):
        root(f"{longest}  ")


def test_notes_tell_what_a_name_became() -> None:
    assert parse("entity:France", Names()).notes == ()
    (ambiguous,) = parse("entity:Georgia OR entity:Georgia", Names()).notes
    assert "Georgia (Q230), Georgia (state) (Q1428)" in ambiguous
    (unknown,) = parse('actor:"Old Mill"', Names()).notes
    assert "'Old Mill' is not in the gazetteer" in unknown
    (withdrawn,) = parse("target:q99999999 OR place:Q99999999", Names()).notes
    assert withdrawn.startswith("Q99999999 is not in the gazetteer")
    assert parse("lang:fr country:fr lang:haw", Names()).notes == ()
    (language,) = parse("lang:zz", Names()).notes
    assert language.startswith("no language has the code 'zz'")
    (country,) = parse("country:UK", Names()).notes
    assert country.startswith("no country has the code 'UK'")
    assert "searched as a word" in parse("a or b", Names()).notes[0]
    assert "OR binds tighter" in parse("a b OR c", Names()).notes[0]


PIECES = """a b AND OR NOT ( ) " ' : ~ ~2 ^ ^2 * ? [ ] { } TO + - / \\ && title: text: entity: actor: quantity:
    published: >= < 2024-11-05 1000 France "a b" é 军 « now T12:30 ."""
FRAGMENTS = st.lists(st.sampled_from(PIECES.split()), max_size=25)


@settings(max_examples=400, deadline=2000)
@given(st.text(max_size=60) | FRAGMENTS.map(" ".join) | FRAGMENTS.map("".join))
def test_any_text_is_a_query_or_an_error_at_a_place_in_it(text: str) -> None:
    position, reason = 0, "none"
    try:
        assert isinstance(parse(text, Names()), Query)
    except QueryError as error:
        position, reason = error.position, error.reason
    assert 0 <= position <= len(text)
    assert reason


@pytest.mark.parametrize(
    "text", ["(" * MAX_LENGTH, "a " * (MAX_LENGTH // 2), "NOT " * 1000, "-" * 4000, "a:" * 2000, '"' * 3999]
)
def test_hostile_queries_end_in_an_error(text: str) -> None:
    with pytest.raises(QueryError):
        root(text)
