"""Writes one run, inside the one transaction that its caller holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.feeds import FeedPoll, FeedState
from processors.models.runs import QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.store import nearest
from processors.store.interface import CANDIDATES, Known
from processors.store.nearest import Sharer
from processors.store.sqlite import articles, feeds, runs, stories
from processors.store.sqlite.database import Database, as_list, micros


class Writer:
    """The RunWriter of the embedded engine."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.committed = False

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        rows = self._db.rows(
            "SELECT id, content_hash, story_id, revision FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            (as_list(ids),),
        )
        found = {id_: Known(content, story, revision) for id_, content, story, revision in rows}
        removed = {id_: Known("", "", 0, removed=True) for id_ in self._removed(ids)}
        return found | removed

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        sharing = (
            "SELECT timestamp, doc FROM story_keys WHERE key = ? AND timestamp >= ? ORDER BY 1 DESC, 2 DESC LIMIT ?"
        )
        chosen = nearest.best(
            [Sharer(at, doc) for at, doc in self._db.rows(sharing, (key, micros(since), CANDIDATES))]
            for key in dict.fromkeys(keys)
        )
        rows = self._db.rows(
            "SELECT story_id, member FROM articles WHERE doc IN (SELECT value FROM json_each(?)) ORDER BY doc",
            (as_list([one.order for one in chosen]),),
        )
        return [(story_id, msgspec.json.decode(member, type=StoryMember)) for story_id, member in rows]

    def expect(self, candidates: Sequence[tuple[Sequence[str], datetime]], stories: Sequence[str]) -> None:
        """A file needs no notice."""

    def story(self, story_id: str) -> Story | None:
        return stories.get(self._db, story_id)

    def put_articles(self, articles_: Iterable[tuple[IndexedArticle, StoryMember]]) -> None:
        for indexed, member in articles_:
            if not self._removed([indexed.tagged.article.id]):  # a tombstone outlives every run
                articles.add(self._db, indexed, member)

    def put_stories(self, stories_: Iterable[Story]) -> None:
        for story in stories_:
            stories.put(self._db, story)

    def put_quarantine(self, items: Iterable[QuarantineItem]) -> None:
        runs.put_quarantine(self._db, items)

    def put_polls(self, polls: Iterable[FeedPoll], states: Iterable[FeedState]) -> None:
        feeds.put_polls(self._db, polls, states)

    def commit(self, run: Run) -> None:
        if run.state is RunState.MATCHED:
            raise StoreError(f"run {run.id} has been matched already: it cannot be committed again")
        runs.put(self._db, replace(run, state=RunState.COMMITTED))
        self.committed = True

    def _removed(self, ids: Sequence[str]) -> list[str]:
        rows = self._db.rows(
            "SELECT article_id FROM tombstones WHERE article_id IN (SELECT value FROM json_each(?))",
            (as_list(ids),),
        )
        return [article_id for (article_id,) in rows]
