"""The Store of the embedded engine: every method of the interface, each told by the module that does it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from processors.exceptions import StoreError
from processors.models.alerts import Alert, AlertStatus, Match, Notification, NotificationState
from processors.models.articles import IndexedArticle
from processors.models.feeds import Feed, FeedPoll, FeedState
from processors.models.runs import QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.query.tree import Query
from processors.store.interface import BARS, Bucket, Hit, Reason, RunWriter, SearchPage, Sort
from processors.store.sqlite import articles, feeds, leases, maintenance, matching, outbox, runs, search, stories
from processors.store.sqlite.database import Database, micros
from processors.store.sqlite.proximity import define_functions
from processors.store.sqlite.schema import migrate
from processors.store.sqlite.writer import Writer


class SqliteStore:
    """One file; any number of processes read, one at a time writes. Not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        """Opens the file, makes it where it is not there, and brings it to this version's schema."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{path.parent}: cannot be made: {error.strerror}") from error
        self._path = path
        self._db = Database(path)
        try:
            migrate(self._db)
            articles.index_words_anew(self._db)
        except BaseException:
            self._db.close()
            raise
        define_functions(self._db)

    def close(self) -> None:
        self._db.close()

    # leases
    def acquire_lease(self, name: str, owner: str, now: datetime, until: datetime) -> None:
        leases.acquire(self._db, name, owner, now, until)

    def release_lease(self, name: str, owner: str) -> None:
        leases.release(self._db, name, owner)

    # feeds
    def put_feeds(self, feeds_: Iterable[Feed]) -> None:
        feeds.put(self._db, feeds_)

    def remove_feed(self, url: str) -> bool:
        return feeds.remove(self._db, url)

    def feeds(self) -> list[Feed]:
        return feeds.every(self._db)

    def feed_states(self) -> dict[str, FeedState]:
        return feeds.states(self._db)

    def lease_feeds(self, urls: Iterable[str], owner: str, now: datetime, until: datetime) -> set[str]:
        return leases.take_feeds(self._db, urls, owner, now, until)

    # runs and articles
    def open_run(self, run: Run) -> Run:
        return runs.open_run(self._db, run)

    def runs(self, state: RunState | None = None) -> list[Run]:
        return runs.every(self._db, state)

    @contextmanager
    def writing(self, run: Run) -> Iterator[RunWriter]:
        """One transaction on a connection of its own; without `commit` nothing of it stays.

        This store reads what was there before until it ends, and must not write meanwhile: that would wait for itself.
        """
        db = Database(self._path)
        try:
            db.run("BEGIN IMMEDIATE")
            writer = Writer(db)
            yield writer
            db.run("COMMIT" if writer.committed else "ROLLBACK")
        finally:
            db.close()  # rolls back what is not committed

    def articles(self, ids: Sequence[str]) -> list[IndexedArticle]:
        return articles.fetch(self._db, ids)

    def remove_article(self, article_id: str, reason: str, now: datetime) -> bool:
        """Its words, tags, story title and the sentences that alerts quote from it go too."""
        with self._db.transaction():
            found = articles.fetch(self._db, [article_id])
            if not found:
                return False
            articles.discard(self._db, article_id)
            self._db.run("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", (article_id, reason, micros(now)))
            stories.forget_title(self._db, found[0].story_id, found[0].tagged.article.title)
            outbox.forget_evidence(self._db, article_id)
        return True

    def story(self, story_id: str) -> Story | None:
        return stories.get(self._db, story_id)

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
        return search.search(self._db, query, sort, limit, cursor, highlight, facets)

    def scan(self, query: Query, *, sort: Sort = "relevance", highlight: bool = True) -> Generator[Hit, None, None]:
        db = Database(self._path)
        define_functions(db)
        return search.scan(db, query, sort, highlight)

    def explain(self, query: Query, articles: Sequence[IndexedArticle]) -> list[tuple[Reason, ...]]:
        return search.explain(self._db, query, articles)

    def count(self, query: Query) -> int:
        return search.count(self._db, query)

    def facet(self, query: Query, field: str, *, split: str = "", limit: int = BARS) -> list[Bucket]:
        return search.facet(self._db, query, field, split, limit)

    # matching and alerts
    def match(self, run_id: str, queries: Sequence[tuple[str, Query]]) -> Iterator[Match]:
        return matching.match(self._db, run_id, queries)

    def record_matches(
        self,
        run_id: str,
        now: datetime,
        matches: Iterable[Match],
        alerts: Iterable[Alert],
        notifications: Iterable[Notification],
    ) -> None:
        outbox.record_matches(self._db, run_id, now, matches, alerts, notifications)

    def alerts(
        self,
        *,
        ids: Sequence[str] | None = None,
        status: AlertStatus | None = None,
        subjects: Sequence[str] | None = None,
    ) -> list[Alert]:
        return outbox.alerts(self._db, ids, status, subjects)

    def put_alert(self, alert: Alert) -> None:
        outbox.put_alert(self._db, alert)

    # outbox
    def claim_notifications(self, owner: str, now: datetime, until: datetime, limit: int) -> list[Notification]:
        return outbox.claim(self._db, owner, now, until, limit)

    def put_notification(self, notification: Notification) -> None:
        outbox.put(self._db, notification)

    def notifications(self, state: NotificationState | None = None) -> list[Notification]:
        return outbox.notifications(self._db, state)

    # quarantine and polls
    def quarantine(self) -> list[QuarantineItem]:
        return runs.quarantine(self._db)

    def release_quarantine(self, ids: Sequence[str]) -> None:
        runs.release_quarantine(self._db, ids)

    def polls(self, since: datetime) -> Iterator[FeedPoll]:
        return feeds.polls(self._db, since)

    # maintenance
    def months(self) -> list[str]:
        return maintenance.months(self._db)

    def month_articles(self, month: str) -> Iterator[IndexedArticle]:
        return maintenance.of_month(self._db, month)

    def rebuild_month(
        self,
        month: str,
        rebuilt: Iterable[tuple[IndexedArticle, StoryMember]],
        alone: AbstractContextManager[object],
    ) -> int:
        return maintenance.rebuild(self._db, month, rebuilt, alone)

    def delete_month(self, month: str) -> int:
        return maintenance.delete(self._db, month)

    def settle_months(self, now: datetime) -> int:
        return 0  # one file holds them all, and SQLite's full-text index merges as it is written

    def end_leases(self, now: datetime) -> int:
        return maintenance.end_leases(self._db, now)
