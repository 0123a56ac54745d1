"""Writes one run. New articles stream in, hidden by their open run; all other changes wait for the commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.feeds import FeedPoll, FeedState
from processors.models.runs import Disposition, QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.store.elasticsearch import articles, claims, journal, runs, stories
from processors.store.elasticsearch.articles import Pair
from processors.store.elasticsearch.batches import Batches
from processors.store.elasticsearch.candidates import Candidates
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.journal import Change
from processors.store.elasticsearch.stories import roots
from processors.store.interface import Known

BATCH = 250  # articles written at once


class Writer:
    """The RunWriter of the server engine. What it wrote in this session it knows by heart."""

    def __init__(self, cluster: Cluster, run: Run) -> None:
        self._cluster = cluster
        self._run = run
        self._hidden = runs.open_ids(cluster)
        self._streaming = run.id in self._hidden  # else its articles would be seen at once
        self._waiting: dict[str, Pair] = {}
        self._batches = Batches(cluster, run, self._streaming)
        self._written: dict[str, Known] = {}
        self._candidates = Candidates(cluster, self._hidden)
        self._stories: dict[str, Story] = {}
        self._read: dict[str, Story | None] = {}
        self._changes: list[Change] = []
        self._commit: Run | None = None

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        asked = {id_ for id_ in ids if id_ not in self._written}
        return claims.known(self._cluster, asked) | {id_: self._written[id_] for id_ in ids if id_ in self._written}

    def expect(self, candidates: Sequence[tuple[Sequence[str], datetime]], stories: Sequence[str]) -> None:
        self._read = {}
        near = self._candidates.expect(candidates)
        roots(self._lookup, {*near, *stories})

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        found = self._candidates.find(keys, since)
        into = roots(self._lookup, {one.story for one in found})
        return [(into[one.story], one.member) for one in found]

    def story(self, story_id: str) -> Story | None:
        return stories.get(self._lookup, story_id)

    def put_articles(self, articles_: Iterable[tuple[IndexedArticle, StoryMember]]) -> None:
        for indexed, member in articles_:
            id_ = indexed.tagged.article.id
            self._waiting[id_] = (indexed, member)
            self._written[id_] = Known(indexed.tagged.article.content_hash, indexed.story_id, indexed.revision)
            self._candidates.add(indexed.story_id, member)
            if len(self._waiting) >= BATCH:
                self._flush()

    def close(self) -> None:
        """Waits for what is under way."""
        self._batches.close()

    def put_stories(self, stories_: Iterable[Story]) -> None:
        for story in stories_:
            self._stories[story.id] = stories.merged(self._lookup, story)

    def put_quarantine(self, items: Iterable[QuarantineItem]) -> None:
        self._changes += items

    def put_polls(self, polls: Iterable[FeedPoll], states: Iterable[FeedState]) -> None:
        self._changes += [*polls, *states]

    def commit(self, run: Run) -> None:
        if run.state is RunState.MATCHED:
            raise StoreError(f"run {run.id} has been matched already: it cannot be committed again")
        self._commit = replace(run, state=RunState.COMMITTED)

    def finish(self) -> None:
        """Makes it so, if it was committed: documents, the journal, the run's record, then what the journal says."""
        if self._commit is None:
            return
        self._flush()
        written = self._batches.all()
        self._cluster.refresh({self._cluster.name(kind) for kind in ("articles", "events")})
        if self._streaming:
            left = articles.left_over(self._cluster, self._run.id, self._written)
            articles.discard(self._cluster, left)
            claims.drop(self._cluster, [claim.id for claim in left])
        changes = journal.ordered([*self._changes, *written.changes, *self._stories.values()])
        if changes:
            journal.write(self._cluster, self._run.id, changes)
        runs.put(self._cluster, _counted(self._commit, written.refused), written.months, journal=bool(changes))
        if changes:
            journal.apply(self._cluster, self._run.id)

    def _lookup(self, ids: Collection[str]) -> Mapping[str, Story]:
        if asked := {id_ for id_ in ids if id_ not in self._stories and id_ not in self._read}:
            found = stories.stored(self._cluster, asked)
            self._read |= {id_: found.get(id_) for id_ in asked}
        there = {id_: self._stories.get(id_) or self._read.get(id_) for id_ in ids}
        return {id_: story for id_, story in there.items() if story is not None}

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        self._batches.add(waiting)


def _counted(run: Run, refused: int) -> Run:
    """The run's counts, with the documents that the server refused among the quarantined ones."""
    if not (refused and run.counts):
        return run
    counts = dict(run.counts)
    counts[Disposition.INDEXED] = counts.get(Disposition.INDEXED, 0) - refused
    counts[Disposition.QUARANTINED] = counts.get(Disposition.QUARANTINED, 0) + refused
    return replace(run, counts=counts)
