"""Matches one committed run: the store finds, the ledger decides, the store writes it in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from msgspec import Struct

from processors.alerting.evidence import choose_evidence
from processors.alerting.ledger import Finding, decide
from processors.alerting.rules import CompiledRule
from processors.models.alerts import Alert, Match
from processors.models.runs import Run
from processors.query.tree import Query
from processors.store.interface import Store

CHUNK = 200  # articles in memory at a time


class Matched(Struct, frozen=True):
    """What matching a run did. raised: new alerts; grown: older ones that got articles; notifications: new ones."""

    matches: int = 0
    raised: int = 0
    grown: int = 0
    notifications: int = 0


def match_run(store: Store, rules: Sequence[CompiledRule], run: Run, now: datetime) -> Matched:
    """Runs every rule against the run's articles, records matches, alerts and notifications; the run is MATCHED then.

    Killed before the end it leaves nothing behind, and is done again.
    """
    queries = {compiled.rule.id: compiled.query for compiled in rules}
    matches = sorted(store.match(run.id, list(queries.items())), key=lambda match: match.article_id)
    findings = list(_findings(store, queries, matches)) if run.alerting else []
    stories = sorted({finding.story_id for finding in findings})
    existing = store.alerts(subjects=stories) if stories else []
    changes = decide(
        [compiled.rule for compiled in rules], findings, existing, current_stories(store, existing), run, now
    )
    store.record_matches(run.id, now, matches, changes.alerts, changes.notifications)
    before = {alert.id for alert in existing}
    raised = sum(alert.id not in before for alert in changes.alerts)
    return Matched(len(matches), raised, len(changes.alerts) - raised, len(changes.notifications))


def current_stories(store: Store, alerts: Iterable[Alert]) -> dict[str, str]:
    """For the subject of each alert the story it is now part of, through all merges."""
    subjects = {alert.subject for alert in alerts}
    return {subject: story.id for subject in subjects if (story := store.story(subject)) is not None}


def _findings(store: Store, queries: Mapping[str, Query], matches: Iterable[Match]) -> Iterator[Finding]:
    """A finding a match, a chunk of articles at a time; articles taken down since are left out."""
    remaining = iter(matches)
    while chunk := list(islice(remaining, CHUNK)):
        ids = list(dict.fromkeys(match.article_id for match in chunk))
        articles = {article.tagged.article.id: article for article in store.articles(ids)}
        for match in chunk:
            article = articles.get(match.article_id)
            if article is not None:
                found = choose_evidence(queries[match.rule_id], article)
                made = article.tagged.article
                yield Finding(
                    match.rule_id, match.article_id, article.story_id, made.timestamp, found, made.published_at
                )
