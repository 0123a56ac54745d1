"""What every store engine can do. The contract tests in tests/store/ run on each engine."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
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
FACETS = ("topic", "entity", "lang", "source", "country", "day")
BARS = 10  # of a facet, unless told otherwise
Sort = Literal["relevance", "newest", "oldest"]


class Hit(Struct, frozen=True):
    """A found article. highlights: passages with the matched words between "<mark>" and "</mark>" (text escaped)."""

    article: IndexedArticle
    score: float
    highlights: tuple[str, ...] = ()


class Bucket(Struct, frozen=True):
    """One bar of a facet or histogram. key: the value, or the ISO day; split: the value of the second field."""

    key: str
    count: int
    split: str = ""


class SearchPage(Struct, frozen=True):
    """total: all articles that match, not only those on this page. cursor: pass it back for the next page.

    facets: the BARS largest bars (of days the newest) of each facet that was asked for, of all articles that match.
    """

    total: int
    hits: tuple[Hit, ...]
    cursor: str | None = None
    facets: Mapping[str, tuple[Bucket, ...]] = {}


class Reason(Struct, frozen=True):
    """A clause of a query, in one field, and what the engine says of it for one article.

    clause: as one may write it: `body:troops`, `NOT lang:en`. speaks: the article fulfils it (a clause under NOT: the
    article does not have what it excludes). words: as the article writes what matched, the first few. events: which
    of the article's events, counted from 0.
    """

    clause: str
    speaks: bool
    words: tuple[str, ...] = ()
    events: tuple[int, ...] = ()


class Known(Struct, frozen=True):
    """What the store already knows of an article's id. removed: taken down, never to come back."""

    content_hash: str
    story_id: str
    revision: int
    removed: bool = False


class RunWriter(Protocol):
    """Writes one run. On SQLite all of it is one transaction; elsewhere every write is idempotent by id."""

    def known(self, ids: Sequence[str]) -> dict[str, Known]: ...

    def candidates(self, keys: Sequence[str], since: datetime) -> list[tuple[str, StoryMember]]:
        """(story id, member) of members that share a key and are not older than since; merged stories resolved.

        At most CANDIDATES, so that a busy war does not slow each article down: of each key the newest CANDIDATES count,
        and of these the best are taken (nearest.py). Within a run `since` never goes back, as articles come in the
        order of their timestamps.
        """
        ...

    def expect(self, candidates: Sequence[tuple[Sequence[str], datetime]], stories: Sequence[str]) -> None:
        """Says which candidates (keys, since) and stories are asked for next: a server is asked for all at once."""
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
        facets: Sequence[str] = (),
    ) -> SearchPage:
        """One page. facets: of FACETS, counted in the same go. Raises InputError for another cursor or facet."""
        ...

    def scan(self, query: Query, *, sort: Sort = "relevance", highlight: bool = True) -> Generator[Hit, None, None]:
        """All articles that match, of the state in which the store was at the first of them, however many: in little
        memory. What is written meanwhile is not seen. Close it where it is not read to its end."""
        ...

    def explain(self, query: Query, articles: Sequence[IndexedArticle]) -> list[tuple[Reason, ...]]:
        """Why the query matches each of the articles, or not: what the engine says of its clauses one by one."""
        ...

    def count(self, query: Query) -> int: ...

    def facet(self, query: Query, field: str, *, split: str = "", limit: int = BARS) -> list[Bucket]:
        """Counts by one of FACETS: entities by QID, days of timestamp by day and not by count; split: a second such
        field. Raises InputError for another field."""
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

    # maintenance: a month (2026-10) is one of seen_at in UTC
    def months(self) -> list[str]:
        """Those that have articles, oldest first."""
        ...

    def month_articles(self, month: str) -> Iterator[IndexedArticle]:
        """All articles of a month, of committed runs."""
        ...

    def rebuild_month(
        self,
        month: str,
        rebuilt: Iterable[tuple[IndexedArticle, StoryMember]],
        alone: AbstractContextManager[object],
    ) -> int:
        """Replaces articles of a month, and their events, all at once: readers find all old ones or all new ones.

        An article that changed, went or joined another story meanwhile stays as it is now, as all others do: runs may
        be written meanwhile, but not while `alone` is held, for the short end. How many were replaced.
        """
        ...

    def delete_month(self, month: str) -> int:
        """Forgets a month's articles, events and polls. How many articles."""
        ...

    def settle_months(self, now: datetime) -> int:
        """Lays out the months that have ended for quick searches. How many were begun; a server goes on by itself."""
        ...

    def end_leases(self, now: datetime) -> int:
        """Drops leases whose time has passed. How many."""
        ...
