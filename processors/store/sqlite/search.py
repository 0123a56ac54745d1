"""Searching: pages with stable cursors, counts and facets."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from processors.exceptions import InputError
from processors.models.articles import IndexedArticle
from processors.query.tree import And, Node, Query
from processors.store import analysis, cursors, highlight, reasons
from processors.store.interface import BARS, FACETS, Bucket, Hit, Reason, SearchPage, Sort
from processors.store.sqlite import articles, stories
from processors.store.sqlite.compile import Sql, predicate, with_story_roots
from processors.store.sqlite.database import Database, Row, as_list
from processors.store.sqlite.fulltext import scoring_expression, split_text

TITLE_WEIGHT = 8.0  # of a word in the title, against 1 in the body
_WEIGHTS = f"{TITLE_WEIGHT}, 1, {TITLE_WEIGHT}, 1"

_ORDERS = {"relevance": "score, at DESC, id", "newest": "at DESC, id", "oldest": "at, id"}
_AFTER = {
    "relevance": "(score, -at, id) > (?, -?, ?)",
    "newest": "(-at, id) > (-?, ?)",
    "oldest": "(at, id) > (?, ?)",
}
_BATCH = 200  # articles read at a time of a scan


def search(
    db: Database,
    query: Query,
    sort: Sort,
    limit: int,
    cursor: str | None,
    highlighted: bool,
    facets: Sequence[str],
) -> SearchPage:
    """One page. A cursor continues after the last hit's own sort values, so that new articles repeat no old one.

    By relevance that holds as long as nothing is written: a score depends on how rare its words are in all articles.
    """
    stamp = cursors.stamp(query, sort)
    last = cursors.read(cursor, stamp) if cursor else []
    with db.snapshot():
        found = _found(db, query, scored=sort == "relevance")
        rows = db.rows(
            f"{found.text} SELECT id, at, score, (SELECT count(*) FROM found) FROM found"
            f"{f' WHERE {_AFTER[sort]}' if last else ''} ORDER BY {_ORDERS[sort]} LIMIT ?",
            (*found.parameters, *last, limit + 1),
        )
        total = rows[0][3] if rows else count(db, query)
        page = rows[:limit]
        hits = _hits(db, page, highlight.Highlighter(query.root) if highlighted else None)
        counted = {field: tuple(facet(db, query, field, "", BARS)) for field in facets}
    more = len(rows) > limit and page
    return SearchPage(total, hits, cursors.written(stamp, _keys(sort, page[-1])) if more else None, counted)


def scan(db: Database, query: Query, sort: Sort, highlighted: bool) -> Generator[Hit, None, None]:
    """See Store.scan. On a connection of its own, which is closed in the end."""
    try:
        marks = highlight.Highlighter(query.root) if highlighted else None
        with db.snapshot():
            found = _found(db, query, scored=sort == "relevance")
            ordered = f"{found.text} SELECT id, at, score FROM found ORDER BY {_ORDERS[sort]}"
            for rows in db.batches(ordered, found.parameters, _BATCH):
                yield from _hits(db, rows, marks)
    finally:
        db.close()


def _hits(db: Database, rows: Sequence[Row], marks: highlight.Highlighter | None) -> tuple[Hit, ...]:
    """Of rows that begin with id, time and score."""
    scores = {row[0]: -float(row[2]) + 0.0 for row in rows}
    return tuple(
        Hit(one, scores[one.tagged.article.id], marks.passages(one.tagged) if marks else ())
        for one in articles.fetch(db, list(scores))
    )


def explain(db: Database, query: Query, wanted: Sequence[IndexedArticle]) -> list[tuple[Reason, ...]]:
    """See Store.explain: each clause is run by itself, on these articles only."""
    root = with_story_roots(query.root, lambda story_id: stories.root(db, story_id))
    clauses = reasons.clauses(root)
    ids = as_list(one.tagged.article.id for one in wanted)
    holding: dict[str, set[int]] = {}
    with db.snapshot():
        for place, clause in enumerate(clauses):
            condition = predicate(clause.node, analysis.STEMMED)
            rows = db.rows(
                "SELECT a.id FROM json_each(?) AS wanted CROSS JOIN articles AS a ON a.id = wanted.value"
                f" WHERE {condition.text}",
                (ids, *condition.parameters),
            )
            for (id_,) in rows:
                holding.setdefault(id_, set()).add(place)
    return [reasons.told(clauses, holding.get(one.tagged.article.id, ()), one.tagged) for one in wanted]


def count(db: Database, query: Query) -> int:
    found = _found(db, query, scored=False)
    row = db.row(f"{found.text} SELECT count(*) FROM found", found.parameters)
    return int(row[0]) if row else 0


def facet(db: Database, query: Query, field: str, split: str, limit: int) -> list[Bucket]:
    """See Store.facet. Of days the newest `limit`; of each bar the largest `limit` parts."""
    found = _found(db, query, scored=False)
    key, joins = _facet_value(field, "t")
    bars = (
        f"{found.text}, bars AS MATERIALIZED (SELECT {key} AS key, count(*) AS n FROM found {joins} GROUP BY key"
        f" ORDER BY {'key DESC' if field == 'day' else 'n DESC, key'} LIMIT ?)"
    )
    order = "key" if field == "day" else "b.n DESC, key"
    if not split:
        rows = db.rows(f"{bars} SELECT key, '', n FROM bars AS b ORDER BY {order}", (*found.parameters, limit))
    else:
        part, more = _facet_value(split, "s")
        rows = db.rows(
            f"{bars}, parts AS (SELECT {key} AS key, {part} AS part, count(*) AS n FROM found {joins} {more}"
            " GROUP BY 1, 2),"
            " ranked AS (SELECT *, row_number() OVER (PARTITION BY key ORDER BY n DESC, part) AS rank FROM parts)"
            " SELECT key, r.part, r.n FROM bars AS b JOIN ranked AS r USING (key) WHERE r.rank <= ?"
            f" ORDER BY {order}, r.rank",
            (*found.parameters, limit, limit),
        )
    return [Bucket(key, n, split=part) for key, part, n in rows]


def _facet_value(field: str, alias: str) -> tuple[str, str]:
    if field not in FACETS:
        raise InputError(f"no facet {field!r}: choose of {', '.join(FACETS)}")
    if field == "day":
        return "date(found.at / 1000000, 'unixepoch')", ""
    return f"{alias}.value", f"JOIN terms AS {alias} ON {alias}.doc = found.doc AND {alias}.field = '{field}'"


def _found(db: Database, query: Query, *, scored: bool) -> Sql:
    """A WITH clause whose table `found` has doc, id, at and score (the lower the better) of all hits."""
    root = with_story_roots(query.root, lambda story_id: stories.root(db, story_id))
    if scored:
        return _scored(root)
    condition = predicate(root, analysis.STEMMED)
    return _with("", condition, "0.0", "articles AS a")


def _scored(root: Node) -> Sql:
    """Where an AND has text parts, they are searched once, for both finding and scoring."""
    parts = root.parts if isinstance(root, And) else (root,)
    text, rest = split_text(parts, analysis.STEMMED)
    join = "JOIN"
    if text is None:
        text, rest, join = scoring_expression(root, analysis.STEMMED), [root], "LEFT JOIN"
    condition = predicate(And(tuple(rest)), analysis.STEMMED)
    if text is None:
        return _with("", condition, "0.0", "articles AS a")
    scores = (
        f"scores AS MATERIALIZED (SELECT rowid AS doc, bm25(text, {_WEIGHTS}) AS score FROM text WHERE text MATCH ?), "
    )
    source = f"articles AS a {join} scores ON scores.doc = a.doc"
    with_scores = _with(scores, condition, "ifnull(scores.score, 0.0)", source)
    return Sql(with_scores.text, (text, *with_scores.parameters))


def _with(before: str, condition: Sql, score: str, source: str) -> Sql:
    return Sql(
        f"WITH {before}found AS MATERIALIZED (SELECT a.doc, a.id, a.timestamp AS at, {score} AS score"
        f" FROM {source} WHERE {condition.text})",
        condition.parameters,
    )


def _keys(sort: Sort, row: tuple[Any, ...]) -> list[object]:
    id_, at, score, _ = row
    return [score, at, id_] if sort == "relevance" else [at, id_]
