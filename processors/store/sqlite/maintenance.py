"""What keeps the file fit: whole months go, months are rebuilt, ended leases go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.store.months import bounds
from processors.store.sqlite import articles
from processors.store.sqlite.database import Database, micros

_PAGE = 200  # articles held in memory


def months(db: Database) -> list[str]:
    rows = db.rows("SELECT DISTINCT strftime('%Y-%m', seen / 1000000, 'unixepoch') FROM articles ORDER BY 1")
    return [month for (month,) in rows]


def of_month(db: Database, month: str) -> Iterator[IndexedArticle]:
    ids = _ids(db, month)
    for start in range(0, len(ids), _PAGE):
        yield from articles.fetch(db, ids[start : start + _PAGE])


def rebuild(
    db: Database,
    month: str,
    rebuilt: Iterable[tuple[IndexedArticle, StoryMember]],
    alone: AbstractContextManager[object],
) -> int:
    """One transaction."""
    there = set(_ids(db, month))
    done = 0
    with alone, db.transaction():
        for indexed, member in rebuilt:
            id_ = indexed.tagged.article.id
            row = (
                db.row("SELECT story_id, run_id, revision FROM articles WHERE id = ?", (id_,)) if id_ in there else None
            )
            if row and row[1:] == (indexed.run_id, indexed.revision):
                articles.add(db, replace(indexed, story_id=row[0]), member)
                done += 1
    return done


def delete(db: Database, month: str) -> int:
    since, until = (micros(moment) for moment in bounds(month))
    with db.transaction():
        ids = _ids(db, month)
        for id_ in ids:
            articles.discard(db, id_)
        db.run("DELETE FROM polls WHERE polled_at >= ? AND polled_at < ?", (since, until))
    return len(ids)


def end_leases(db: Database, now: datetime) -> int:
    return db.run("DELETE FROM leases WHERE until <= ?", (micros(now),))


def _ids(db: Database, month: str) -> list[str]:
    """In the order of the file. Raises StoreError for what is no month."""
    try:
        since, until = bounds(month)
    except ValueError as error:
        raise StoreError(str(error)) from None
    rows = db.rows("SELECT id FROM articles WHERE seen >= ? AND seen < ? ORDER BY doc", (micros(since), micros(until)))
    return [id_ for (id_,) in rows]
