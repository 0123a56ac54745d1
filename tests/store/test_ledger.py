"""Matches, alerts and the outbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from processors.exceptions import NotFound
from processors.models.alerts import (
    Alert,
    AlertStatus,
    Delivery,
    Evidence,
    Match,
    Notification,
    NotificationState,
    Severity,
)
from processors.models.stories import Story
from processors.store.interface import Store
from tests.store.building import HOUR, NOW, article, run_of, write


def alert(id_: str, hours: int = 0, subject: str = "s") -> Alert:
    at = NOW + HOUR * hours
    return Alert(id_, "rule", subject, Severity.HIGH, AlertStatus.OPEN, at, at, ("a",), (Evidence("a", "Why."),))


def notification(id_: str, hours: int = 0) -> Notification:
    return Notification(id_, "alert", "x@y.example", Delivery.IMMEDIATE, NotificationState.PENDING, NOW + HOUR * hours)


def test_matches_alerts_notifications_and_state_in_one_go(store: Store) -> None:
    write(store, article("a"))
    store.record_matches(
        "run-1", NOW, [Match("rule", "a", "run-1")] * 2, [alert("1"), alert("2", 1)], [notification("n")]
    )
    assert store.alerts() == [alert("2", 1), alert("1")]
    assert store.notifications() == [notification("n")]
    store.put_notification(replace(notification("n"), state=NotificationState.SENT))
    grown = replace(alert("1"), articles=("a", "b"))
    store.record_matches("run-1", NOW, [Match("rule", "a", "run-1")], [grown], [notification("n")])
    assert store.alerts(ids=["1", "none"]) == [grown]
    assert store.notifications() == [replace(notification("n"), state=NotificationState.SENT)], "sent ones stay sent"


def test_an_unknown_run_records_nothing(store: Store) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        store.record_matches("nowhere", NOW, [], [alert("1")], [notification("n")])
    assert store.alerts() == []
    assert store.notifications() == []


def test_alerts_by_status_and_subject(store: Store) -> None:
    store.put_alert(alert("1", subject="s1"))
    store.put_alert(alert("2", 1, subject="s2"))
    store.put_alert(replace(alert("3", 2, subject="s3"), status=AlertStatus.CLOSED, closed_at=NOW))
    with store.writing(store.open_run(run_of())) as writer:
        writer.put_stories(
            [Story("s2", "", NOW, NOW, 1), Story("s3", "", NOW, NOW, 1), Story("s1", "", NOW, NOW, 1, merged_into="s2")]
        )
        writer.commit(run_of())
    assert [one.id for one in store.alerts(status=AlertStatus.OPEN)] == ["2", "1"]
    assert [one.id for one in store.alerts(status=AlertStatus.CLOSED)] == ["3"]
    assert [one.id for one in store.alerts(subjects=["s2"])] == ["2", "1"]
    assert [one.id for one in store.alerts(subjects=["s1"])] == ["2", "1"]
    assert [one.id for one in store.alerts(subjects=["s3", "unknown"])] == ["3"]
    assert store.alerts(subjects=[]) == [] == store.alerts(ids=[])
    assert [one.id for one in store.alerts(ids=["1", "3"], status=AlertStatus.OPEN)] == ["1"]


def test_a_takedown_takes_its_sentences_out_of_alerts(store: Store) -> None:
    write(store, article("a"), article("b"))
    both = (Evidence("a", "Said of a."), Evidence("b", "Said of b."))
    store.put_alert(replace(alert("1"), articles=("a", "b"), evidence=both))
    store.remove_article("a", "asked for", NOW)
    assert store.alerts()[0].evidence == both[1:]


def test_a_claim_is_exclusive_until_its_lease_ends(store: Store, store_factory: Callable[[], Store]) -> None:
    write(store)
    due, waiting = notification("due"), replace(notification("waiting"), not_before=NOW + HOUR)
    store.record_matches("run-1", NOW, [], [], [due, waiting, notification("later", 1)])
    other, until = store_factory(), NOW + HOUR

    claimed = store.claim_notifications("one", NOW, until, 1)
    assert claimed == [replace(due, state=NotificationState.CLAIMED, claimed_by="one", claimed_until=until)]
    assert [one.id for one in other.claim_notifications("two", NOW, until, 10)] == ["later"]
    assert [one.id for one in store.claim_notifications("one", NOW, until, 10)] == ["due"], "its own claims again"
    assert [one.id for one in other.claim_notifications("two", until, until + HOUR, 10)] == ["due", "waiting", "later"]

    store.put_notification(replace(due, state=NotificationState.SENT, sent_at=NOW))
    store.put_notification(replace(waiting, state=NotificationState.FAILED))
    assert [one.id for one in other.claim_notifications("two", until, until + HOUR, 10)] == ["later"]
    assert [one.id for one in store.notifications(NotificationState.SENT)] == ["due"]
    assert [one.id for one in store.notifications()] == ["due", "waiting", "later"]
