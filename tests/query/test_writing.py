"""A clause written out is a query that means the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.query.parse import parse
from processors.query.tree import (
    And,
    EventClause,
    EventTest,
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
from processors.query.writing import written
from tests.query.test_parse import Names


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("troops", "text:troops"),
        ("title:l'armée", "title:l'armée"),
        ("F-16", "text:F-16"),
        ("a\\*b", "text:a\\*b"),
        ("\\OR", "text:\\OR"),
        ("body:deplo*", "body:deplo*"),
        ('"a \\"b\\""~3', 'text:"a \\"b\\""~3'),
        ("entity:France", "entity:Q142"),
        ('entity:"Colonel Varga"', 'entity:"colonel varga"'),
        ("lang:fr", "lang:fr"),
        ("quantity:>=5000", "quantity:[5000 TO *]"),
        ("actor:France AND quantity:5", "actor:Q142 AND quantity:[5 TO 5]"),
        ("(actor:France OR status:denied) AND quantity:5", "(actor:Q142 OR status:denied) AND quantity:[5 TO 5]"),
        ("a -lang:en", "text:a AND NOT lang:en"),
        ("published:2024-11-05", 'published:["2024-11-05T00:00:00+00:00" TO "2024-11-06T00:00:00+00:00"}'),
        ("*", "*"),
    ],
)
def test_a_clause_as_it_would_be_written(query: str, expected: str) -> None:
    tree = parse(query, Names()).root
    assert written(tree) == expected
    assert parse(expected, Names()).root == tree


def test_an_ambiguous_name_is_any_of_its_ids() -> None:
    assert written(parse("entity:Georgia", Names()).root) == "entity:(Q230 OR Q1428)"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20).filter(
    lambda text: sum(char.isalnum() for char in text) > 1 and text == text.strip()
)
FIELDS = st.sampled_from([("title",), ("body",), ("title", "body")])
PHRASES = TEXTS.filter(lambda text: "*" not in text and not set(text) & set("“”„«»"))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Phrase, PHRASES, FIELDS, st.integers(0, 9)),
    st.builds(Word, st.from_regex(r"[a-zéж军]{2,9}[-/:!?*.'\"(\[^~&|]?[a-z]{2}", fullmatch=True), FIELDS),
    st.builds(Prefix, st.from_regex(r"[a-zéж军]{2,9}", fullmatch=True), FIELDS),
    st.builds(Linked, st.just(("Q142",))),
    st.builds(Value, st.just("author"), st.from_regex(r"[a-z]{2,9}[ .:/-][a-z]{2,9}", fullmatch=True)),
    st.tuples(MOMENTS, MOMENTS).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Instants("seen", *ends)),
    st.builds(Instants, st.just("published"), MOMENTS, st.none()),
    st.builds(EventClause, st.builds(EventTest, st.just("quantity"), low=st.integers(0, 9), high=st.none())),
)
TREES = LEAVES | st.builds(
    lambda a, b, c: And((Or((a, b)), Not(c))),
    LEAVES.filter(lambda leaf: not isinstance(leaf, EventClause)),
    LEAVES,
    LEAVES,
)


@given(TREES)
def test_any_tree_is_read_again_as_it_was(tree: Node) -> None:
    assert parse(written(tree), Names()).root == tree
