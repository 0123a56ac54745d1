"""Writes one run. New articles stream in, hidden by their open run; all other changes wait for the commit."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.feeds import FeedPoll, FeedState
from processors.models.runs import Disposition, QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.store.elasticsearch import articles, claims, journal, runs, stories
from processors.store.elasticsearch.articles import Pair
from processors.store.elasticsearch.batches import Batches
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.journal import Change
from processors.store.interface import CANDIDATES, Known

BATCH = 250  # articles written at once


class _Candidate(NamedTuple):
    """order: of arrival."""

    order: int
    story: str
    member: StoryMember


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
        self._members: dict[str, _Candidate] = {}
        self._by_key: dict[str, list[str]] = {}
        self._stories: dict[str, Story] = {}
        self._changes: list[Change] = []
        self._commit: Run | None = None

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        asked = {id_ for id_ in ids if id_ not in self._written}
        return claims.known(self._cluster, asked) | {id_: self._written[id_] for id_ in ids if id_ in self._written}

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        wanted = list(dict.fromkeys(keys))
        there = self._stored_candidates(wanted, since) if wanted else {}
        found: dict[str, _Candidate] = {}
        for key in wanted:
            mine = [self._members[id_] for id_ in self._by_key.get(key, ())]
            shared = [*there.get(key, ()), *(one for one in mine if one.member.timestamp >= since)]
            shared.sort(key=lambda one: (one.member.timestamp, one.order))
            found |= {one.member.article_id: one for one in shared[-CANDIDATES:]}
        roots = stories.roots(self._lookup, {one.story for one in found.values()})
        arrived = sorted(found.values(), key=lambda one: (one.order, one.member.article_id))
        return [(roots[one.story], one.member) for one in arrived]

    def _stored_candidates(self, keys: list[str], since: datetime) -> dict[str, list[_Candidate]]:
        """By key, the newest of other runs."""
        newest = {
            "size": CANDIDATES,
            "sort": [{"timestamp": "desc"}, {"order": "desc"}],
            "_source": ["member", "story", "order"],
        }
        answer = self._cluster.search(
            "articles",
            query={
                "bool": {
                    "filter": [{"terms": {"keys": keys}}, {"range": {"timestamp": {"gte": since.isoformat()}}}],
                    "must_not": [{"terms": {"run": self._hidden}}],
                }
            },
            size=0,
            track_total_hits=False,
            aggs={
                "keys": {
                    "terms": {"field": "keys", "include": keys, "size": len(keys)},
                    "aggs": {"newest": {"top_hits": newest}},
                }
            },
        )
        buckets = answer.get("aggregations", {}).get("keys", {}).get("buckets", [])  # none where no index is yet
        return {
            bucket["key"]: [
                _Candidate(source["order"], source["story"], as_record(source["member"], StoryMember))
                for hit in bucket["newest"]["hits"]["hits"]
                if hit["_id"] not in self._members and (source := hit["_source"])
            ]
            for bucket in buckets
        }

    def story(self, story_id: str) -> Story | None:
        return stories.get(self._lookup, story_id)

    def put_articles(self, articles_: Iterable[tuple[IndexedArticle, StoryMember]]) -> None:
        for indexed, member in articles_:
            id_ = indexed.tagged.article.id
            self._waiting[id_] = (indexed, member)
            self._written[id_] = Known(indexed.tagged.article.content_hash, indexed.story_id, indexed.revision)
            self._members[id_] = _Candidate(time.time_ns(), indexed.story_id, member)
            for key in member.keys:
                self._by_key.setdefault(key, []).append(id_)
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
        asked = {id_ for id_ in ids if id_ not in self._stories}
        found = stories.stored(self._cluster, asked) if asked else {}
        return found | {id_: self._stories[id_] for id_ in ids if id_ in self._stories}

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
