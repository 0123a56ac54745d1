"""Matching: the same compiled queries, run against the articles of one run only.

They are copied into a database in memory with the same tables, a chunk at a time, so that the cost depends on the run
and not on the archive. A query is a pure predicate on one article, so an article is found there if and only if
search finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processors.models.alerts import Match
from processors.query.tree import Query
from processors.store.sqlite import articles, stories
from processors.store.sqlite.compile import predicate, with_story_roots
from processors.store.sqlite.database import Database
from processors.store.sqlite.proximity import define_functions
from processors.store.sqlite.schema import migrate

CHUNK = 500  # articles in memory at once


def match(db: Database, run_id: str, queries: Sequence[tuple[str, Query]]) -> Iterator[Match]:
    """In the order of the articles' arrival, chunk by chunk, rule by rule."""
    grounded = [
        (rule_id, with_story_roots(query.root, lambda story_id: stories.root(db, story_id)))
        for rule_id, query in queries
    ]
    for chunk in articles.of_run(db, run_id, CHUNK):
        languages = {indexed.tagged.article.lang for indexed, _ in chunk}
        memory = Database(None)
        try:
            migrate(memory)
            define_functions(memory)
            with memory.transaction():
                for indexed, member in chunk:
                    articles.add(memory, indexed, member)
            for rule_id, root in grounded:
                condition = predicate(root, languages)
                rows = memory.rows(
                    f"SELECT a.id FROM articles AS a WHERE {condition.text} ORDER BY a.doc",
                    condition.parameters,
                )
                yield from (Match(rule_id, article_id, run_id) for (article_id,) in rows)
        finally:
            memory.close()
