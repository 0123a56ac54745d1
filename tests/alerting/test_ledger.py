"""The ledger's promises: one alert a rule and story, whatever comes in which order, however often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerting.evidence import Found
from processors.alerting.ledger import MAX_EVIDENCE, Changes, Finding, alert_id, close, decide, next_digest
from processors.models.alerts import Alert, AlertStatus, Delivery, Evidence, Rule, Severity
from processors.models.runs import Run, RunState
from tests.alerting.coverage import NOW

RUN = Run("run-1", RunState.COMMITTED, NOW, committed_at=NOW)
RULES = tuple(
    Rule(f"rule-{number}", f"Rule {number}", "*", recipients=("a@example.org", "b@example.org")) for number in range(3)
)
LATER = NOW + timedelta(hours=5)


def finding(rule: int = 0, article: int = 0, story: int = 0, rank: int = 0, sentence: str | None = None) -> Finding:
    name = f"article-{article}"
    said = f"Sentence of {name}." if sentence is None else sentence
    timestamp = NOW + timedelta(minutes=article % 7)
    return Finding(f"rule-{rule}", name, f"story-{story}", timestamp, Found((rank, 0, 0), Evidence(name, said)))


def apply(alerts: Sequence[Alert], changes: Changes) -> list[Alert]:
    """The alerts as a store has them afterwards."""
    return list({alert.id: alert for alert in (*alerts, *changes.alerts)}.values())


# An article is in one story; the pairs of rule and article are any.
FINDINGS = st.lists(
    st.builds(
        lambda rule, article: finding(rule, article, story=article % 4, rank=article % 3),
        st.integers(0, 2),
        st.integers(0, 30),
    ),
    max_size=40,
)


@given(FINDINGS, st.randoms())
def test_the_order_of_findings_does_not_matter(findings: list[Finding], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(RULES, findings, [], {}, RUN, NOW) == decide(RULES[::-1], shuffled, [], {}, RUN, NOW)


@given(FINDINGS)
def test_there_is_one_alert_a_rule_and_story(findings: list[Finding]) -> None:
    changes = decide(RULES, findings, [], {}, RUN, NOW)
    keys = [(alert.rule_id, alert.subject) for alert in changes.alerts]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(found.rule_id, found.story_id) for found in findings}
    assert {(a.rule_id, article) for a in changes.alerts for article in a.articles} == {
        (found.rule_id, found.article_id) for found in findings
    }
    assert len(changes.notifications) == 2 * len(keys)
    assert len({notification.id for notification in changes.notifications}) == 2 * len(keys)


@given(FINDINGS)
def test_the_same_findings_again_change_nothing(findings: list[Finding]) -> None:
    before = decide(RULES, findings, [], {}, RUN, NOW)
    assert decide(RULES, findings, before.alerts, {}, RUN, LATER) == Changes()


@given(FINDINGS, FINDINGS)
def test_what_comes_later_grows_alerts_and_mails_only_new_ones(first: list[Finding], second: list[Finding]) -> None:
    before = decide(RULES, first, [], {}, RUN, NOW)
    after = decide(RULES, second, before.alerts, {}, RUN, LATER)
    known = {alert.id: alert for alert in before.alerts}
    assert all(notification.alert_id not in known for notification in after.notifications)
    for alert in after.alerts:
        if old := known.get(alert.id):
            assert alert.articles[: len(old.articles)] == old.articles
            assert len(alert.articles) > len(old.articles)
            assert alert.evidence[: len(old.evidence)] == old.evidence
            assert (alert.raised_at, alert.updated_at) == (NOW, LATER)
        assert len(set(alert.articles)) == len(alert.articles)
        assert len(alert.evidence) <= MAX_EVIDENCE


@given(FINDINGS, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=6))
def test_a_closed_alert_stays_closed(findings: list[Finding], closed: list[tuple[int, int]]) -> None:
    opened = decide(RULES, findings, [], {}, RUN, NOW).alerts
    ids = {alert_id(f"rule-{rule}", f"story-{story}") for rule, story in closed}
    alerts = [close(alert, LATER) if alert.id in ids else alert for alert in opened]
    more = [msgspec.structs.replace(found, article_id=f"{found.article_id}-copy") for found in findings]
    changes = decide(RULES, more, alerts, {}, RUN, LATER)
    assert {alert.id for alert in changes.alerts} == {alert.id for alert in opened} - ids
    assert changes.notifications == ()


def test_articles_are_in_order_of_arrival_and_evidence_best_first() -> None:
    findings = [
        finding(article=8, rank=1),
        finding(article=3, rank=0),
        finding(article=0, rank=2),
        finding(article=1, rank=2),
    ]
    (alert,) = decide(RULES, findings, [], {}, RUN, NOW).alerts
    assert alert.articles == ("article-0", "article-1", "article-8", "article-3")
    assert [evidence.article_id for evidence in alert.evidence] == ["article-3", "article-8", "article-0"]


def test_copies_are_quoted_once() -> None:
    findings = [finding(article=number, sentence="The same sentence.") for number in range(3)]
    (alert,) = decide(RULES, findings, [], {}, RUN, NOW).alerts
    assert alert.evidence == (Evidence("article-0", "The same sentence."),)
    (grown,) = decide(RULES, [finding(article=9, sentence="The same sentence.")], [alert], {}, RUN, LATER).alerts
    assert grown.evidence == alert.evidence
    assert grown.articles[-1] == "article-9"


def test_a_merged_story_keeps_its_alert() -> None:
    (alert,) = decide(RULES, [finding(article=1, story=1)], [], {}, RUN, NOW).alerts
    changes = decide(RULES, [finding(article=2, story=2)], [alert], {"story-1": "story-2"}, RUN, LATER)
    assert [(a.id, a.articles) for a in changes.alerts] == [(alert.id, ("article-1", "article-2"))]
    assert changes.notifications == ()


def test_of_two_merged_alerts_the_older_open_one_goes_on() -> None:
    (older,) = decide(RULES, [finding(article=1, story=1)], [], {}, RUN, NOW).alerts
    (newer,) = decide(RULES, [finding(article=2, story=2)], [], {}, RUN, LATER).alerts
    more = [finding(article=3, story=2)]
    (grown,) = decide(RULES, more, [newer, older], {"story-1": "story-2"}, RUN, LATER).alerts
    assert grown.id == older.id
    (grown,) = decide(RULES, more, [newer, close(older, LATER)], {"story-1": "story-2"}, RUN, LATER).alerts
    assert grown.id == newer.id


def test_a_merge_into_a_closed_story_is_not_raised_again() -> None:
    (alert,) = decide(RULES, [finding(article=1, story=1)], [], {}, RUN, NOW).alerts
    changes = decide(RULES, [finding(article=2, story=2)], [close(alert, NOW)], {"story-1": "story-2"}, RUN, LATER)
    assert changes == Changes()


@pytest.mark.parametrize(
    ("active_from", "raises"), [(NOW - timedelta(seconds=1), True), (NOW, True), (NOW + timedelta(seconds=1), False)]
)
def test_nothing_is_raised_on_articles_committed_before_active_from(active_from: datetime, raises: bool) -> None:
    rule = Rule("rule-0", "Rule", "*", active_from=active_from)
    assert bool(decide([rule], [finding()], [], {}, RUN, LATER).alerts) is raises


def test_a_backfill_raises_nothing() -> None:
    backfill = msgspec.structs.replace(RUN, alerting=False)
    assert decide(RULES, [finding()], [], {}, backfill, NOW) == Changes()


def test_an_alert_takes_the_rules_severity_and_delivery() -> None:
    rule = Rule("rule-0", "Rule", "*", Severity.CRITICAL, ("b@example.org", "a@example.org"), Delivery.DIGEST)
    changes = decide([rule], [finding()], [], {}, RUN, NOW)
    assert changes.alerts[0].severity is Severity.CRITICAL
    assert [(n.recipient, n.delivery, n.not_before) for n in changes.notifications] == [
        ("a@example.org", Delivery.DIGEST, datetime(2026, 3, 3, 6, tzinfo=UTC)),
        ("b@example.org", Delivery.DIGEST, datetime(2026, 3, 3, 6, tzinfo=UTC)),
    ]


def test_the_next_digest_is_always_ahead() -> None:
    at = datetime(2026, 2, 28, 5, 59, tzinfo=UTC)
    assert next_digest(at) == datetime(2026, 2, 28, 6, tzinfo=UTC)
    assert next_digest(at + timedelta(minutes=1)) == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_closing_twice_keeps_the_first_time() -> None:
    (alert,) = decide(RULES, [finding()], [], {}, RUN, NOW).alerts
    closed = close(alert, LATER)
    assert (closed.status, closed.closed_at) == (AlertStatus.CLOSED, LATER)
    assert close(closed, LATER + timedelta(days=1)) == closed


def test_an_alert_knows_the_earliest_publication_it_was_raised_on() -> None:
    found = [finding(article=number) for number in range(3)]
    dated = [
        found[0],  # its publisher gives no date
        msgspec.structs.replace(found[1], published_at=NOW - timedelta(hours=1)),
        msgspec.structs.replace(found[2], published_at=NOW - timedelta(hours=3)),
    ]
    raised = decide(RULES, dated, [], {}, RUN, NOW).alerts[0]
    assert raised.published_at == NOW - timedelta(hours=3)
    older = msgspec.structs.replace(finding(article=9), published_at=NOW - timedelta(days=2))
    grown = decide(RULES, [older], [raised], {}, RUN, LATER).alerts[0]
    assert grown.published_at == raised.published_at  # what came later did not raise it
    assert decide(RULES, found, [], {}, RUN, NOW).alerts[0].published_at is None
