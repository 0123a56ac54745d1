"""A run matched on the real store: alerts, the outbox, and what a second look adds (nothing)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from processors.alerting.ledger import close
from processors.alerting.matching import Matched, match_run
from processors.alerting.rules import CompiledRule
from processors.models.alerts import NotificationState, Rule, Severity
from processors.models.runs import RunState
from processors.query.parse import parse
from processors.store.interface import Store
from processors.store.sqlite.store import SqliteStore
from tests.alerting.coverage import NOW, SENTENCE, UKRAINE, article, commit, deployment, merge
from tests.alerting.test_rules import Names

LATER = NOW + timedelta(hours=1)


def rule(query: str, id_: str = "koreans") -> CompiledRule:
    record = Rule(id_, "Koreans abroad", query, Severity.HIGH, ("desk@example.org",))
    return CompiledRule(record, parse(query, Names()), Path("rules.yaml"), 1)


KOREANS = rule('topic:troop-deployment AND actor:"North Korea"')


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "veille.sqlite")
    yield opened
    opened.close()


def test_a_match_becomes_an_alert_with_evidence_and_a_notification(store: Store) -> None:
    run = commit(store, [article(1), article(2, story="story-2", events=(deployment(actor=UKRAINE),))])
    assert match_run(store, [KOREANS], run, NOW) == Matched(matches=1, raised=1, grown=0, notifications=1)
    (alert,) = store.alerts()
    assert (alert.rule_id, alert.subject, alert.severity) == ("koreans", "story-1", "high")
    assert [evidence.sentence for evidence in alert.evidence] == [SENTENCE]
    (notification,) = store.notifications(NotificationState.PENDING)
    assert (notification.alert_id, notification.recipient) == (alert.id, "desk@example.org")
    assert [r.state for r in store.runs()] == [RunState.MATCHED]


def test_a_run_matched_twice_raises_once(store: Store) -> None:
    run = commit(store, [article(1), article(2)])
    match_run(store, [KOREANS], run, NOW)
    before = (store.alerts(), store.notifications())
    assert match_run(store, [KOREANS], run, LATER) == Matched(matches=2)
    assert (store.alerts(), store.notifications()) == before


def test_copies_in_a_later_run_join_the_alert_without_a_mail(store: Store) -> None:
    match_run(store, [KOREANS], commit(store, [article(1)]), NOW)
    later = commit(store, [article(2, run_id="run-2", source="other.example")], at=LATER)
    assert match_run(store, [KOREANS], later, LATER) == Matched(matches=1, grown=1)
    (alert,) = store.alerts()
    assert len(alert.articles) == 2
    assert len(store.notifications()) == 1


def test_a_story_keeps_its_alert_when_it_is_merged(store: Store) -> None:
    first = commit(store, [article(1, story="story-1"), article(2, story="story-2", topics=("sanctions",), events=())])
    match_run(store, [KOREANS], first, NOW)
    merge(store, "story-1", into="story-2")
    later = commit(store, [article(3, story="story-2", run_id="run-2")], at=LATER)
    assert match_run(store, [KOREANS], later, LATER) == Matched(matches=1, grown=1)
    (alert,) = store.alerts()
    assert (alert.subject, len(alert.articles)) == ("story-1", 2)


def test_a_closed_alert_is_not_raised_again(store: Store) -> None:
    match_run(store, [KOREANS], commit(store, [article(1)]), NOW)
    store.put_alert(close(store.alerts()[0], LATER))
    later = commit(store, [article(2, run_id="run-2")], at=LATER)
    assert match_run(store, [KOREANS], later, LATER) == Matched(matches=1)


def test_a_backfill_records_matches_and_raises_nothing(store: Store) -> None:
    run = commit(store, [article(1)], alerting=False)
    assert match_run(store, [KOREANS], run, NOW) == Matched(matches=1)
    assert store.alerts() == []
    assert [r.state for r in store.runs()] == [RunState.MATCHED]


def test_a_words_rule_shows_the_passage(store: Store) -> None:
    text = "It rained all day. The drones came at night, the mayor said."
    run = commit(store, [article(1, events=(), topics=(), title="A night in Kharkiv", text=text)])
    match_run(store, [rule("drone", "drones")], run, NOW)
    assert "The drones came at night" in store.alerts()[0].evidence[0].sentence
