"""What every store engine can do. The contract tests in tests/store/ run on each engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from processors.models.alerts import Alert, AlertStatus, Match, Notification, NotificationState
from processors.models.articles import IndexedArticle
from processors.models.feeds import Feed, FeedPoll, FeedState
from processors.models.runs import QuarantineItem, Run, RunState
from processors.models.stories import Story, StoryMember
from processors.query.tree import Query

CANDIDATES = 40
Sort = Literal["relevance", "newest", "oldest"]


class Hit(Struct, frozen=True):
    """A found article. highlights: passages with the matched words between "<mark>" and "</mark>" (text escaped)."""

    article: IndexedArticle
    score: float
    highlights: tuple[str, ...] = ()


class SearchPage(Struct, frozen=True):
    """total: all articles that match, not only those on this page. cursor: pass it back for the next page."""

    total: int
    hits: tuple[Hit, ...]
    cursor: str | None = None


class Known(Struct, frozen=True):
    """What the store already knows of an article's id. removed: taken down, never to come back."""

    content_hash: str
    story_id: str
    revision: int
    removed: bool = False


class Bucket(Struct, frozen=True):
    """One bar of a facet or histogram. key: the value, or the ISO day; split: the value of the second field."""

    key: str
    count: int
    split: str = ""


class RunWriter(Protocol):
    """Writes one run. On SQLite all of it is one transaction; elsewhere every write is idempotent by id."""

    def known(self, ids: Sequence[str]) -> dict[str, Known]: ...

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        """(story id, member) of members that share a key and are not older than since; merged stories resolved.

        Of each key the newest CANDIDATES only, so that a busy war does not slow each article down.
        """
        ...

    def story(self, story_id: str) -> Story | None:
        """The story, through all ids merged into it."""
        ...

    def put_articles(self, articles: Iterable[tuple[IndexedArticle, StoryMember]]) -> None: ...

    def put_stories(self, stories: Iterable[Story]) -> None:
        """Writes stories; one with merged_into also moves its articles to that story."""
        ...

    def put_quarantine(self, items: Iterable[QuarantineItem]) -> None: ...

    def put_polls(self, polls: Iterable[FeedPoll], states: Iterable[FeedState]) -> None:
        """Writes polls, and those states whose polled_at is newer than the stored one; lets go of their leases."""
        ...

    def commit(self, run: Run) -> None:
        """Marks the run committed: from here on search finds its articles."""
        ...


class Store(Protocol):
    """The only way to what Veille remembers. Raises StoreError with what to do when it cannot serve."""

    def close(self) -> None: ...

    # leases: one holder a name; the same owner may take its own lease again
    def acquire_lease(self, name: str, owner: str, now: datetime, until: datetime) -> None:
        """Raises LeaseHeld naming the holder and the end of its lease."""
        ...

    def release_lease(self, name: str, owner: str) -> None: ...

    # feeds
    def put_feeds(self, feeds: Iterable[Feed]) -> None: ...

    def remove_feed(self, url: str) -> bool: ...

    def feeds(self) -> list[Feed]: ...

    def feed_states(self) -> dict[str, FeedState]: ...

    def lease_feeds(self, urls: Iterable[str], owner: str, now: datetime, until: datetime) -> set[str]:
        """Those of the feeds that were free, expired or already this owner's; now leased until then."""
        ...

    # runs and articles
    def open_run(self, run: Run) -> Run:
        """Records the run; returns what is stored where it was there already."""
        ...

    def runs(self, state: RunState | None = None) -> list[Run]:
        """Oldest first."""
        ...

    def writing(self, run: Run) -> AbstractContextManager[RunWriter]: ...

    def articles(self, ids: Sequence[str]) -> list[IndexedArticle]:
        """In the order asked for; unknown and removed ids are left out."""
        ...

    def remove_article(self, article_id: str, reason: str, now: datetime) -> bool:
        """Deletes the article, leaves a tombstone that no later run revives. False: no such article."""
        ...

    def story(self, story_id: str) -> Story | None: ...

    # search
    def search(
        self,
        query: Query,
        *,
        sort: Sort = "relevance",
        limit: int = 10,
        cursor: str | None = None,
        highlight: bool = True,
    ) -> SearchPage: ...

    def count(self, query: Query) -> int: ...

    def facet(self, query: Query, field: str, *, split: str = "", limit: int = 10) -> list[Bucket]:
        """Counts by "topic", "entity" (QIDs), "lang", "source", "country" or "day" of timestamp (then by key, not by
        count); split: a second such field."""
        ...

    # matching and alerts
    def match(self, run_id: str, queries: Sequence[tuple[str, Query]]) -> Iterator[Match]:
        """(rule id, query) against the run's articles only; exactly the articles that search would find."""
        ...

    def record_matches(
        self,
        run_id: str,
        now: datetime,
        matches: Iterable[Match],
        alerts: Iterable[Alert],
        notifications: Iterable[Notification],
    ) -> None:
        """All of it and the run's state MATCHED in one go. Alerts replace by id; existing notifications stay."""
        ...

    def alerts(
        self,
        *,
        ids: Sequence[str] | None = None,
        status: AlertStatus | None = None,
        subjects: Sequence[str] | None = None,
    ) -> list[Alert]:
        """Newest first. subjects: stories; an alert on a story that was merged into one of them counts as its own."""
        ...

    def put_alert(self, alert: Alert) -> None: ...

    # outbox
    def claim_notifications(self, owner: str, now: datetime, until: datetime, limit: int) -> list[Notification]:
        """Pending ones that are due, and claimed ones whose lease has ended or is this owner's, oldest first."""
        ...

    def put_notification(self, notification: Notification) -> None: ...

    def notifications(self, state: NotificationState | None = None) -> list[Notification]: ...

    # quarantine and polls
    def quarantine(self) -> list[QuarantineItem]: ...

    def release_quarantine(self, ids: Sequence[str]) -> None: ...

    def polls(self, since: datetime) -> Iterator[FeedPoll]: ...
