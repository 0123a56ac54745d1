"""Files in, articles and alerts out: each input ends in exactly one disposition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.alerting.rules import CompiledRule, load_rules
from processors.config import Settings
from processors.gazetteer import Gazetteer
from processors.models.runs import RunState
from processors.pipeline.ingest import ingest
from processors.pipeline.match import match
from processors.pipeline.retry import retry
from processors.query.tree import Everything, Query
from processors.store.interface import Store
from processors.store.open import open_store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SENT = "Kenya sent 400 police officers and soldiers to Haiti on Monday, its defence ministry said in Nairobi."
LATER = "Kenya sent 600 police officers and soldiers to Haiti on Monday, its defence ministry said in Nairobi."
SPORT = "The home side won by two goals to nil in front of a small crowd after a goalless first half."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", workers=1)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> tuple[CompiledRule, ...]:
    folder = tmp_path_factory.mktemp("rules")
    query = "topic:troop-deployment AND target:Haiti"
    rule = {"id": "haiti", "name": "Haiti", "query": query, "recipients": ["desk@example.org"]}
    (folder / "rules.yaml").write_text(json.dumps([rule]))
    return load_rules(folder, Gazetteer.load(Settings().seeds / "gazetteer"))


def lines(path: Path, *articles: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(article) + "\n" for article in articles))
    return path


def article(number: int, text: str) -> dict[str, str]:
    return {"url": f"https://outlet.example/{number}", "title": f"Report {number}", "text": text, "lang": "en"}


def counted(store: Store, settings: Settings, *inputs: Path, now: datetime = NOW) -> dict[str, int]:
    return {name: count for name, count in ingest(store, settings, inputs, now).counts.items() if count}


def total(store: Store) -> int:
    return store.count(Query("*", Everything()))


def test_the_same_files_again_are_the_same_run(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", article(1, SENT), article(2, SPORT))
    first = ingest(store, settings, [path], NOW)
    assert ingest(store, settings, [path], NOW) == first
    assert total(store) == 2


def test_every_input_ends_in_one_disposition(store: Store, settings: Settings, tmp_path: Path) -> None:
    assert counted(store, settings, lines(tmp_path / "a.jsonl", article(1, SENT), article(2, SPORT))) == {"indexed": 2}
    taken_down = store.search(Query("*", Everything())).hits
    sport = next(hit.article.tagged.article.id for hit in taken_down if hit.article.tagged.article.text == SPORT)
    assert store.remove_article(sport, "asked for", NOW)
    again = lines(
        tmp_path / "b.jsonl", article(1, LATER), article(1, LATER), article(2, SPORT), article(3, SPORT), article(4, "")
    )
    expected = {"revision": 1, "duplicate": 1, "filtered": 1, "indexed": 1, "quarantined": 1}
    assert counted(store, settings, again) == expected
    revised = [hit.article for hit in store.search(Query("*", Everything())).hits if hit.article.revision]
    assert [found.tagged.article.text for found in revised] == [LATER]


def test_one_bad_line_costs_only_itself(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", article(1, SENT))
    path.write_text("{not json\n" + path.read_text() + "\x00\n")
    assert counted(store, settings, path) == {"indexed": 1, "quarantined": 2}
    items = store.quarantine()
    assert all("a.jsonl" in item.input for item in items)
    assert retry(store, settings, items, NOW) is not None
    assert {item.id for item in store.quarantine()} == {item.id for item in items}, "they are as bad as before"


def test_an_alert_once_a_story_and_none_from_a_backfill(
    store: Store, settings: Settings, tmp_path: Path, rules: tuple[CompiledRule, ...]
) -> None:
    ingest(store, settings, [lines(tmp_path / "old.jsonl", article(9, SENT))], NOW, alerting=False)
    assert match(store, rules, NOW) == 0
    assert [run.state for run in store.runs()] == [RunState.MATCHED]
    copy = SENT.replace("Monday", "Monday morning")
    ingest(store, settings, [lines(tmp_path / "new.jsonl", article(1, SENT), article(2, copy))], NOW)
    assert match(store, rules, NOW) == 1
    assert match(store, rules, NOW) == 0
    (alert,) = store.alerts()
    assert len(alert.articles) == 2
    assert len(store.notifications()) == 1
