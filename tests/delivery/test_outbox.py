"""The outbox on the real store: what is sent, when again, and when no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from processors.alerting.matching import match_run
from processors.alerting.rules import CompiledRule
from processors.delivery.outbox import LEASE, LONGEST_WAIT, MAX_ATTEMPTS, Delivered, deliver, outcome
from processors.delivery.transport import EmlTransport, Unreachable
from processors.exceptions import DeliveryError
from processors.models.alerts import NotificationState
from processors.store.interface import Store
from processors.store.sqlite.store import SqliteStore
from tests.alerting.coverage import NOW, article, commit
from tests.delivery.mails import DIGEST_RULE, RULE, SENDER, part, raised, read

DAY = timedelta(days=1)


class Post:
    """A transport that fails as told, then takes everything."""

    def __init__(self, *errors: DeliveryError) -> None:
        self.errors = list(errors)
        self.sent: list[tuple[str, str]] = []

    def send(self, message: EmailMessage, recipient: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((recipient, message["Message-ID"]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "veille.sqlite")
    yield opened
    opened.close()


def raise_alerts(store: Store, count: int, rule: CompiledRule = RULE) -> None:
    run = commit(store, [article(number, story=f"story-{number}") for number in range(count)])
    match_run(store, [rule], run, NOW)


def send(store: Store, post: Post, after: timedelta = timedelta(), owner: str = "me") -> Delivered:
    return deliver(store, post, [RULE, DIGEST_RULE], SENDER, NOW + after, owner)


def test_what_is_due_is_sent_once(store: Store) -> None:
    raise_alerts(store, 3)
    post = Post()
    assert send(store, post) == Delivered(sent=3, mails=3)
    assert send(store, post, DAY) == Delivered()
    assert len(post.sent) == len({message_id for _, message_id in post.sent}) == 3
    assert {(n.sent_at, n.attempts) for n in store.notifications(NotificationState.SENT)} == {(NOW, 1)}


def test_what_is_not_accepted_now_is_tried_again_later(store: Store) -> None:
    raise_alerts(store, 1)
    post = Post(DeliveryError("busy"))
    assert send(store, post) == Delivered(retried=1)
    (waiting,) = store.notifications(NotificationState.PENDING)
    assert (waiting.attempts, waiting.not_before, waiting.detail) == (1, NOW + timedelta(minutes=2), "busy")
    assert (waiting.claimed_by, waiting.claimed_until) == (None, None)
    assert send(store, post, timedelta(minutes=1)) == Delivered()
    assert send(store, post, timedelta(minutes=2)) == Delivered(sent=1, mails=1)


def test_a_permanent_refusal_ends_it(store: Store) -> None:
    raise_alerts(store, 1)
    assert send(store, Post(DeliveryError("550 no such user", permanent=True))) == Delivered(failed=1)
    assert send(store, Post(), DAY) == Delivered()
    (failed,) = store.notifications(NotificationState.FAILED)
    assert failed.detail == "550 no such user"


def test_waits_double_up_to_a_longest_and_end_after_the_last_attempt() -> None:
    _, notification = raised([article(1)])
    now, waits = NOW, []
    while notification.state is NotificationState.PENDING:
        notification = outcome(notification, DeliveryError("busy"), now)
        if notification.not_before is not None and notification.state is NotificationState.PENDING:
            waits.append(notification.not_before - now)
            now = notification.not_before
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16)]
    assert max(waits) == LONGEST_WAIT
    assert (notification.state, notification.attempts, len(waits)) == (
        NotificationState.FAILED,
        MAX_ATTEMPTS,
        MAX_ATTEMPTS - 1,
    )
    assert timedelta(hours=40) < now - NOW < timedelta(hours=42)


def test_a_server_that_is_away_costs_one_attempt_in_all(store: Store) -> None:
    raise_alerts(store, 3)
    post = Post(Unreachable("connection refused"))
    assert send(store, post) == Delivered(retried=1)
    waiting = store.notifications(NotificationState.PENDING)
    assert sorted(notification.attempts for notification in waiting) == [0, 0, 1]
    assert send(store, post, timedelta(minutes=15)) == Delivered(sent=3, mails=3)


def test_a_kill_between_sending_and_marking_repeats_the_same_message_id(store: Store, tmp_path: Path) -> None:
    raise_alerts(store, 1)
    killed = Post(KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        send(store, killed)
    other = Post()
    assert send(store, other, LEASE / 2, owner="another") == Delivered()
    assert send(store, other, LEASE, owner="another") == Delivered(sent=1, mails=1)
    (_, message_id) = other.sent[0]
    (notification,) = store.notifications()
    assert message_id == f"<{notification.id}@news.example>"


def test_its_own_claims_come_back_to_their_owner(store: Store) -> None:
    raise_alerts(store, 1)
    with pytest.raises(KeyboardInterrupt):
        send(store, Post(KeyboardInterrupt()))  # type: ignore[arg-type]
    assert send(store, Post()) == Delivered(sent=1, mails=1)


def test_a_digest_waits_for_its_hour_and_is_one_mail_a_recipient(store: Store, tmp_path: Path) -> None:
    raise_alerts(store, 3, DIGEST_RULE)
    assert send(store, Post()) == Delivered()
    transport = EmlTransport(tmp_path / "mail")
    assert deliver(store, transport, [DIGEST_RULE], SENDER, NOW + DAY, "me") == Delivered(sent=3, mails=1)
    (path,) = (tmp_path / "mail").iterdir()
    message = read(path.read_bytes())
    assert message["Subject"] == "[digest] 3 alerts: Koreans, daily"
    assert part(message, "plain").count("LOW: Koreans, daily") == 3


def test_a_digest_tried_again_is_the_same_digest(store: Store) -> None:
    raise_alerts(store, 2, DIGEST_RULE)
    first, second = Post(DeliveryError("busy")), Post()
    assert send(store, first, DAY) == Delivered(retried=2)
    assert send(store, second, DAY + timedelta(minutes=2)) == Delivered(sent=2, mails=1)


def test_digests_can_be_had_now(store: Store) -> None:
    raise_alerts(store, 2, DIGEST_RULE)
    post = Post()
    given = deliver(store, post, [DIGEST_RULE], SENDER, NOW, "me", digests_now=True)
    assert given == Delivered(sent=2, mails=1)


def test_an_alert_whose_articles_were_taken_down_is_not_mailed(store: Store) -> None:
    raise_alerts(store, 2)
    (alert,) = [found for found in store.alerts() if found.subject == "story-1"]
    store.remove_article(alert.articles[0], "court order", NOW)
    assert send(store, Post()) == Delivered(sent=1, failed=1, mails=1)
    (failed,) = store.notifications(NotificationState.FAILED)
    assert failed.detail == "its alert, or all articles of it, have been removed"
