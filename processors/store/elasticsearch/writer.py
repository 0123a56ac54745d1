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
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.journal import Change, Replacement
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
        self._written: dict[str, Known] = {}
        self._members: dict[str, tuple[str, StoryMember]] = {}
        self._by_key: dict[str, list[str]] = {}
        self._stories: dict[str, Story] = {}
        self._changes: list[Change] = []
        self._refused: list[QuarantineItem] = []
        self._months: set[str] = set()
        self._commit: Run | None = None

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        asked = {id_ for id_ in ids if id_ not in self._written}
        return claims.known(self._cluster, asked) | {id_: self._written[id_] for id_ in ids if id_ in self._written}

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        query = {
            "bool": {
                "filter": [{"terms": {"keys": list(keys)}}, {"range": {"timestamp": {"gte": since.isoformat()}}}],
                "must_not": [{"terms": {"run": self._hidden}}],
            }
        }
        sort = [{"order": "asc"}, {"id": "asc"}]
        there = self._cluster.scan("articles", query, sort, source=["member", "story"]) if keys else ()
        found = [
            (one.source["story"], as_record(one.source["member"], StoryMember))
            for one in there
            if one.id not in self._members
        ]
        mine = dict.fromkeys(id_ for key in keys for id_ in self._by_key.get(key, ()))
        found += [self._members[id_] for id_ in self._members if id_ in mine]
        roots = stories.roots(self._lookup, {story_id for story_id, _ in found})
        return [(roots[story_id], member) for story_id, member in found if member.timestamp >= since]

    def story(self, story_id: str) -> Story | None:
        return stories.get(self._lookup, story_id)

    def put_articles(self, articles_: Iterable[tuple[IndexedArticle, StoryMember]]) -> None:
        for indexed, member in articles_:
            id_ = indexed.tagged.article.id
            self._waiting[id_] = (indexed, member)
            self._written[id_] = Known(indexed.tagged.article.content_hash, indexed.story_id, indexed.revision)
            self._members[id_] = (indexed.story_id, member)
            for key in member.keys:
                self._by_key.setdefault(key, []).append(id_)
            if len(self._waiting) >= BATCH:
                self._flush()

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
        self._cluster.refresh({self._cluster.name(kind) for kind in ("articles", "events")})
        if self._streaming:
            left = articles.left_over(self._cluster, self._run.id, self._written)
            articles.discard(self._cluster, left)
            claims.drop(self._cluster, [claim.id for claim in left])
        changes = journal.ordered([*self._changes, *self._stories.values(), *self._refused])
        if changes:
            journal.write(self._cluster, self._run.id, changes)
        runs.put(self._cluster, _counted(self._commit, len(self._refused)), self._months, journal=bool(changes))
        if changes:
            journal.apply(self._cluster, self._run.id)

    def _lookup(self, ids: Collection[str]) -> Mapping[str, Story]:
        asked = {id_ for id_ in ids if id_ not in self._stories}
        found = stories.stored(self._cluster, asked) if asked else {}
        return found | {id_: self._stories[id_] for id_ in ids if id_ in self._stories}

    def _flush(self) -> None:
        """Claims first. Articles that were there wait for the commit, unless an attempt at this run made them."""
        waiting, self._waiting = self._waiting, {}
        made, there = claims.make(self._cluster, [pair[0] for pair in waiting.values()])
        alive = {id_: found for id_, found in there.items() if not found.source["removed"]}
        self._months |= {claim["month"] for claim in (*made.values(), *(found.source for found in alive.values()))}
        fresh = made.keys() if self._streaming else set()
        ours = {id_ for id_ in alive if self._streaming and alive[id_].source["run"] == self._run.id}
        later = waiting.keys() - fresh - ours - (there.keys() - alive.keys())
        self._changes += [Replacement(*pair) for id_, pair in waiting.items() if id_ in later]
        refused = articles.add(self._cluster, [(pair, made[id_]) for id_, pair in waiting.items() if id_ in fresh])
        refused += articles.replaced(self._cluster, [pair for id_, pair in waiting.items() if id_ in ours])
        at = self._run.opened_at
        self._refused += [journal.quarantined(self._run.id, at, outcome) for outcome in refused]
        claims.drop(self._cluster, {outcome.action.id for outcome in refused} & made.keys())


def _counted(run: Run, refused: int) -> Run:
    """The run's counts, with the documents that the server refused among the quarantined ones."""
    if not (refused and run.counts):
        return run
    counts = dict(run.counts)
    counts[Disposition.INDEXED] = counts.get(Disposition.INDEXED, 0) - refused
    counts[Disposition.QUARANTINED] = counts.get(Disposition.QUARANTINED, 0) + refused
    return replace(run, counts=counts)
