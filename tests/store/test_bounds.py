"""Any query that is accepted runs on every engine: with highlights, facets and reasons."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.exceptions import QueryError
from processors.query.parse import MAX_CLAUSES, MAX_DEPTH, MAX_SLOP, MAX_TEXT
from processors.query.syntax import MAX_LENGTH
from processors.query.writing import written
from processors.store.interface import FACETS, Store
from tests.query.test_parse import FRAGMENTS
from tests.store.building import q, write
from tests.store.queries import corpus, nodes

WORDS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=6)


def run(store: Store, text: str) -> None:
    query = q(text)
    page = store.search(query, facets=FACETS)
    assert page.total == store.count(query)
    assert len(store.explain(query, [hit.article for hit in page.hits])) == len(page.hits)


@pytest.fixture
def filled(store: Store) -> Store:
    write(store, *corpus()[:12])
    return store


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=nodes().map(written) | WORDS.map(" OR ".join) | FRAGMENTS.map(" ".join) | FRAGMENTS.map("".join))
def test_any_accepted_query_runs(filled: Store, text: str) -> None:
    try:
        q(text)
    except QueryError:
        return
    run(filled, text)


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"a{n}" for n in range(MAX_CLAUSES)),
        " ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26)}*" for n in range(MAX_CLAUSES)),
        " OR ".join(f'"a b{n}"~{MAX_SLOP}' for n in range(MAX_CLAUSES)),
        " OR ".join(f"quantity:{n}" for n in range(MAX_CLAUSES)),
        "NOT (" * (MAX_DEPTH // 2) + "a" + ")" * (MAX_DEPTH // 2),
        f'"{"a " * (MAX_TEXT // 2)}"~{MAX_SLOP}',
        f"{'军' * (MAX_TEXT - 1)}*",
        "-".join("a" * (MAX_TEXT // 2)),
        f'entity:"{"é" * 500}" author:"{"x" * 3000}"',
        f'place:"{"x" * (MAX_LENGTH - 8)}"',
    ],
    ids=["words", "wildcards", "proximity", "events", "depth", "phrase", "chinese", "compound", "names", "name"],
)
def test_the_largest_queries_that_are_accepted_run(filled: Store, text: str) -> None:
    run(filled, text)
