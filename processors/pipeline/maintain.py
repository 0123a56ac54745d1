"""maintain: what has to be done now and then so that an installation runs for years."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from processors.config import Settings
from processors.feeds.health import HISTORY, FeedHealth, judge_feeds
from processors.models.alerts import NotificationState
from processors.store.interface import Store
from processors.store.months import expired

RETRIED = 1000  # inputs in quarantine that one pass tries again, those that waited longest first


def maintain(store: Store, settings: Settings, now: datetime) -> dict[str, int]:
    """Deletes the months that VEILLE_RETENTION_MONTHS does not keep, settles those that have ended, drops ended leases,
    tries the quarantine again.

    months, articles: deleted; settled: months that the store lays out for quick searches; leases: dropped; overdue:
    notifications whose claim has ended, which the next `notify` sends; retried, rescued: inputs in quarantine; failing,
    silent, noisy: feeds (feed_health says which).
    """
    from processors.pipeline.retry import rescued, retry

    months = expired(store.months(), settings.retention_months, now)
    articles = sum(store.delete_month(month) for month in months)
    settled = store.settle_months(now)
    leases = store.end_leases(now)
    claimed = store.notifications(NotificationState.CLAIMED)
    overdue = sum(one.claimed_until is not None and one.claimed_until <= now for one in claimed)
    waiting = sorted((item for item in store.quarantine() if item.stage == "extract"), key=lambda item: item.at)
    run = retry(store, settings, waiting[:RETRIED], now)
    health = Counter(found.trouble for found in feed_health(store, now))
    return {
        "months": len(months),
        "articles": articles,
        "settled": settled,
        "leases": leases,
        "overdue": overdue,
        "retried": len(waiting[:RETRIED]),
        "rescued": rescued(run) if run else 0,
        "failing": health["failing"],
        "silent": health["silent"],
        "noisy": health["noisy"],
    }


def feed_health(store: Store, now: datetime) -> list[FeedHealth]:
    """The feeds that fail, fell silent or became noisy."""
    return judge_feeds(store.polls(now - HISTORY), store.feed_states(), now)
