"""The Store of the server engine: every method of the interface, each told by the module that does it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime

from processors.models.alerts import Alert, AlertStatus, Match, Notification, NotificationState
from processors.models.articles import IndexedArticle
from processors.models.feeds import Feed, FeedPoll, FeedState
from processors.models.runs import QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.query.tree import Query
from processors.store.elasticsearch import (
    articles,
    feeds,
    journal,
    leases,
    maintenance,
    matching,
    outbox,
    runs,
    schema,
    search,
    stories,
    takedown,
)
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.writer import Writer
from processors.store.interface import BARS, Bucket, Hit, Reason, RunWriter, SearchPage, Sort


class ElasticsearchStore:
    """One cluster, one prefix of names in it; any number of processes."""

    def __init__(self, cluster: Cluster) -> None:
        """Checks the indices' versions, and makes those that are not there. Raises StoreError."""
        self._cluster = cluster
        try:
            schema.prepare(cluster)
        except BaseException:
            cluster.close()
            raise

    def close(self) -> None:
        self._cluster.close()

    # leases
    def acquire_lease(self, name: str, owner: str, now: datetime, until: datetime) -> None:
        leases.acquire(self._cluster, name, owner, now, until)

    def release_lease(self, name: str, owner: str) -> None:
        leases.release(self._cluster, name, owner)

    # feeds
    def put_feeds(self, feeds_: Iterable[Feed]) -> None:
        feeds.put(self._cluster, feeds_)

    def remove_feed(self, url: str) -> bool:
        return feeds.remove(self._cluster, url)

    def feeds(self) -> list[Feed]:
        return feeds.every(self._cluster)

    def feed_states(self) -> dict[str, FeedState]:
        return feeds.states(self._cluster)

    def lease_feeds(self, urls: Iterable[str], owner: str, now: datetime, until: datetime) -> set[str]:
        return leases.take_feeds(self._cluster, urls, owner, now, until)

    # runs and articles
    def open_run(self, run: Run) -> Run:
        journal.recover(self._cluster)
        return runs.open_run(self._cluster, run)

    def runs(self, state: RunState | None = None) -> list[Run]:
        return runs.every(self._cluster, state)

    @contextmanager
    def writing(self, run: Run) -> Iterator[RunWriter]:
        """Nothing of it is seen before the end; without `commit`, or after an error, nothing of it ever is."""
        self.open_run(run)
        with closing(Writer(self._cluster, run)) as writer:
            yield writer
            writer.finish()

    def articles(self, ids: Sequence[str]) -> list[IndexedArticle]:
        return articles.fetch(self._cluster, ids)

    def remove_article(self, article_id: str, reason: str, now: datetime) -> bool:
        """Its words, tags, story title and the sentences that alerts quote from it go too."""
        return takedown.remove(self._cluster, article_id, reason, now)

    def story(self, story_id: str) -> Story | None:
        return stories.get(lambda ids: stories.stored(self._cluster, ids), story_id)

    # search
    def search(
        self,
        query: Query,
        *,
        sort: Sort = "relevance",
        limit: int = 10,
        cursor: str | None = None,
        highlight: bool = True,
        facets: Sequence[str] = (),
    ) -> SearchPage:
        return search.search(self._cluster, query, sort, limit, cursor, highlight, facets)

    def scan(self, query: Query, *, sort: Sort = "relevance", highlight: bool = True) -> Generator[Hit, None, None]:
        return search.scan(self._cluster, query, sort, highlight)

    def explain(self, query: Query, articles: Sequence[IndexedArticle]) -> list[tuple[Reason, ...]]:
        return search.explain(self._cluster, query, articles)

    def count(self, query: Query) -> int:
        return search.count(self._cluster, query)

    def facet(self, query: Query, field: str, *, split: str = "", limit: int = BARS) -> list[Bucket]:
        return search.facet(self._cluster, query, field, split, limit)

    # matching and alerts
    def match(self, run_id: str, queries: Sequence[tuple[str, Query]]) -> Iterator[Match]:
        journal.recover(self._cluster)
        return matching.match(self._cluster, run_id, queries)

    def record_matches(
        self,
        run_id: str,
        now: datetime,
        matches: Iterable[Match],
        alerts: Iterable[Alert],
        notifications: Iterable[Notification],
    ) -> None:
        outbox.record_matches(self._cluster, run_id, now, matches, alerts, notifications)

    def alerts(
        self,
        *,
        ids: Sequence[str] | None = None,
        status: AlertStatus | None = None,
        subjects: Sequence[str] | None = None,
    ) -> list[Alert]:
        return outbox.alerts(self._cluster, ids, status, subjects)

    def put_alert(self, alert: Alert) -> None:
        outbox.put_alert(self._cluster, alert)

    # outbox
    def claim_notifications(self, owner: str, now: datetime, until: datetime, limit: int) -> list[Notification]:
        return outbox.claim(self._cluster, owner, now, until, limit)

    def put_notification(self, notification: Notification) -> None:
        outbox.put(self._cluster, notification)

    def notifications(self, state: NotificationState | None = None) -> list[Notification]:
        return outbox.notifications(self._cluster, state)

    # quarantine and polls
    def quarantine(self) -> list[QuarantineItem]:
        return runs.quarantine(self._cluster)

    def release_quarantine(self, ids: Sequence[str]) -> None:
        runs.release_quarantine(self._cluster, ids)

    def polls(self, since: datetime) -> Iterator[FeedPoll]:
        return feeds.polls(self._cluster, since)

    # maintenance
    def months(self) -> list[str]:
        return maintenance.months(self._cluster)

    def month_articles(self, month: str) -> Iterator[IndexedArticle]:
        return maintenance.of_month(self._cluster, month)

    def rebuild_month(
        self,
        month: str,
        rebuilt: Iterable[tuple[IndexedArticle, StoryMember]],
        alone: AbstractContextManager[object],
    ) -> int:
        return maintenance.rebuild(self._cluster, month, rebuilt, alone)

    def delete_month(self, month: str) -> int:
        return maintenance.delete(self._cluster, month)

    def settle_months(self, now: datetime) -> int:
        return maintenance.settle(self._cluster, now)

    def end_leases(self, now: datetime) -> int:
        return maintenance.end_leases(self._cluster, now)
