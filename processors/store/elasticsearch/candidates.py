"""Candidates of a run's newcomers: articles of other runs, which the server finds, and its own, known by heart.

The server tells of each key who shares it, from columns; the records of those chosen are read once for many newcomers.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.exceptions import StoreError
from processors.models.stories import StoryMember
from processors.store import nearest
from processors.store.elasticsearch.cluster import PAGE, Cluster, Source
from processors.store.elasticsearch.documents import as_record
from processors.store.interface import CANDIDATES
from processors.store.nearest import Sharer

Question = tuple[tuple[str, ...], datetime]  # keys, since


class Candidate(NamedTuple):
    story: str
    member: StoryMember


class Candidates:
    """For the articles of one run, in the order of their timestamps."""

    def __init__(self, cluster: Cluster, hidden: Sequence[str]) -> None:
        """hidden: the runs whose articles count as not there."""
        self._cluster = cluster
        self._hidden = hidden
        self._written: set[str] = set()  # articles of this run: what the server has of them is older
        self._mine: dict[str, tuple[Sharer, Candidate]] = {}
        self._by_key: dict[str, list[str]] = {}
        self._fewest = 1000  # of this run's articles, before it is worth to look which are too old
        self._answers: dict[Question, dict[str, list[Sharer]]] = {}
        self._read: dict[str, Candidate] = {}

    def add(self, story: str, member: StoryMember) -> None:
        id_ = member.article_id
        if id_ in self._mine:
            self._drop(id_)
        self._written.add(id_)
        self._mine[id_] = Sharer(_millis(member.timestamp), time.time_ns(), id_), Candidate(story, member)
        for key in member.keys:
            self._by_key.setdefault(key, []).append(id_)

    def expect(self, asked: Sequence[tuple[Sequence[str], datetime]]) -> set[str]:
        """Asks for all at once. The stories of the candidates."""
        questions = list(dict.fromkeys((tuple(dict.fromkeys(keys)), since) for keys, since in asked if keys))
        self._forget(min((since for _, since in questions), default=None))
        self._answers = dict(zip(questions, self._shared(questions), strict=True))
        self._read = {}
        self._fetch({one.id for answer in self._answers.values() for one in nearest.best(answer.values())})
        return {one.story for one in self._read.values()}

    def find(self, keys: Sequence[str], since: datetime) -> list[Candidate]:
        question = (tuple(dict.fromkeys(keys)), since)
        if not keys:
            return []
        if question not in self._answers:
            self.expect([question])
        chosen = nearest.best(self._sharers(question))
        self._fetch({one.id for one in chosen if one.id not in self._mine})
        return [self._mine[one.id][1] if one.id in self._mine else self._read[one.id] for one in chosen]

    def _sharers(self, question: Question) -> Iterator[list[Sharer]]:
        """By key, the newest of the server's and of this run's."""
        keys, since = question
        earliest = _millis(since)
        for key in keys:
            there = (one for one in self._answers[question].get(key, ()) if one.id not in self._written)
            mine = (self._mine[id_][0] for id_ in self._by_key.get(key, ()))
            yield nearest.newest([*there, *(one for one in mine if one.timestamp >= earliest)])

    def _shared(self, questions: Sequence[Question]) -> Iterator[dict[str, list[Sharer]]]:
        """Of each question by key, the newest of other runs."""
        if not questions:
            return
        answers = self._cluster.msearch(
            self._cluster.name("articles"),
            [msgspec.json.encode(self._search(one)) for one in questions],
            "responses.aggregations.keys.buckets.key,responses.aggregations.keys.buckets.newest.hits.hits.sort,"
            "responses.aggregations.keys.buckets.newest.hits.hits.fields.id",
        )
        for told in answers:
            if "error" in told:
                raise StoreError(f"{self._cluster.address}: candidates cannot be searched: {told['error']['reason']}")
            buckets = told.get("aggregations", {}).get("keys", {}).get("buckets", ())  # none where no index is yet
            yield {bucket["key"]: [_sharer(hit) for hit in bucket["newest"]["hits"]["hits"]] for bucket in buckets}

    def _search(self, question: Question) -> Source:
        keys, since = question
        newest = {
            "size": CANDIDATES,
            "sort": [{"timestamp": "desc"}, {"order": "desc"}],
            "stored_fields": "_none_",
            "docvalue_fields": ["id"],
        }
        counted = {
            "terms": {"field": "keys", "include": keys, "size": len(keys)},
            "aggs": {"newest": {"top_hits": newest}},
        }
        return {
            "query": {
                "bool": {
                    "filter": [{"terms": {"keys": keys}}, {"range": {"timestamp": {"gte": since.isoformat()}}}],
                    "must_not": [{"terms": {"run": self._hidden}}],
                }
            },
            "size": 0,
            "track_total_hits": False,
            "aggs": {"keys": counted},
        }

    def _fetch(self, ids: Collection[str]) -> None:
        wanted = sorted(set(ids) - self._read.keys())
        for start in range(0, len(wanted), PAGE):
            query = {"terms": {"id": wanted[start : start + PAGE]}}
            answer = self._cluster.search("articles", query=query, size=PAGE, source=["story", "member"])
            for hit in answer["hits"]["hits"]:
                source = hit["_source"]
                self._read[hit["_id"]] = Candidate(source["story"], as_record(source["member"], StoryMember))

    def _forget(self, since: datetime | None) -> None:
        """Drops articles of this run that are too old for all newcomers to come."""
        if since is None or len(self._mine) < 2 * self._fewest:
            return
        for id_ in [id_ for id_, (_, one) in self._mine.items() if one.member.timestamp < since]:
            self._drop(id_)
        self._fewest = max(1000, len(self._mine))

    def _drop(self, id_: str) -> None:
        _, candidate = self._mine.pop(id_)
        for key in candidate.member.keys:
            left = self._by_key[key] = [other for other in self._by_key[key] if other != id_]
            if not left:
                del self._by_key[key]


def _sharer(hit: Source) -> Sharer:
    timestamp, order = hit["sort"]
    return Sharer(timestamp, order, hit["fields"]["id"][0])


def _millis(moment: datetime) -> int:
    """As the server sorts dates."""
    return int(moment.timestamp() * 1000)
