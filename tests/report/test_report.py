"""The report says what the store holds, loads nothing, and survives hostile articles and an empty store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from processors.alerting.matching import match_run
from processors.models.articles import Event, Party, Quantity
from processors.models.feeds import Feed, FeedState
from processors.report.data import coverage, feed_health, gather
from processors.report.render import render_report
from processors.store.interface import Store
from processors.store.sqlite.store import SqliteStore
from tests.alerting.coverage import NOW, SENTENCE, article, commit, deployment
from tests.delivery.mails import RULE

WEEK = timedelta(days=7)
FRENCH = Event(
    "troop-deployment",
    Party("Q142", "France"),
    Party("Q218", "Romania"),
    quantity=Quantity(800, 800),
    status="announced",
    evidence="Paris enverra 800 soldats.",
)
DENIED = deployment(Quantity(9, 9), "There are not even nine.", "denied")


class Page(HTMLParser):
    """A page's text, tags, links and table rows; chart titles apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.rows: list[list[str]] = []
        self.marks: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        if "title" in self._open:
            self.marks.append(data)
            return
        self.text += data
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "veille.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Store) -> Store:
    days, both = timedelta(days=1), ("troop-deployment", "sanctions")
    given = [
        article(1),
        article(
            2,
            lang="fr",
            source="courier.example",
            events=(FRENCH, DENIED),
            story="story-2",
            topics=both,
        ),
        article(
            3,
            lang="fr",
            source="courier.example",
            events=(),
            topics=("sanctions",),
            published_at=NOW - timedelta(days=3),
            story="story-3",
        ),
        article(4, events=(), topics=(), published_at=NOW - 40 * days),
    ]
    match_run(store, [RULE], commit(store, given), NOW)
    return store


def test_it_says_what_the_store_holds(filled: Store) -> None:
    page = Page(render_report(filled, NOW, since=NOW - WEEK))
    assert "23 February 2026 to 2 March 2026" in page.text
    assert ["Troop deployment", "", "2"] in page.rows
    assert ["Sanctions", "", "2"] in page.rows
    assert ["North Korea", "", "3"] in page.rows
    assert ["courier.example", "", "2"] in page.rows
    assert ["27 Feb", "1", ""] in page.rows
    assert ["2 Mar", "1", "1"] in page.rows
    assert [
        "2 Mar 2026",
        "North Korea → Russia Kursk Oblast",
        "at least 3,500",
        "claimed by Ukraine",
        f"{SENTENCE} northwire.example",
    ] in page.rows
    assert [
        "2 Mar 2026",
        "France → Romania",
        "800",
        "announced",
        "Paris enverra 800 soldats. courier.example",
    ] in page.rows
    assert "koreans-abroad" in page.text
    assert page.text.count(SENTENCE) == 2  # once as a report, once as the alert's evidence
    assert "2 Mar, French: 1" in page.marks
    assert "northwire.example, 2 Mar 2026: at least 3,500 (claimed by Ukraine)" in page.marks


def test_a_denied_number_is_not_reported(filled: Store) -> None:
    page = render_report(filled, NOW, since=NOW - WEEK)
    assert DENIED.evidence not in page


def test_the_window_bounds_articles_and_alerts(filled: Store) -> None:
    data = gather(filled, NOW, NOW - timedelta(days=41), NOW - timedelta(days=2))
    assert (data.articles, data.stored, data.alerts_total, data.reported) == (2, 4, 0, ())
    assert gather(filled, NOW, None, None).articles == 4
    assert gather(filled, NOW, NOW - WEEK, None).alerts_total == 1


def test_it_needs_nothing_else(filled: Store) -> None:
    page = render_report(filled, NOW)
    assert not re.search(r"""(src|srcset|action|background)\s*=|url\(|@import|<link|<script""", page)
    assert set(Page(page).links) == {"https://northwire.example/1", "https://courier.example/2"}


def test_hostile_articles_stay_text(store: Store) -> None:
    bad = '"><script>alert(1)</script><img src=x>'
    event = deployment(sentence=bad, actor=Party("", bad))
    hostile = article(1, title=bad, source=bad, url="javascript:alert(1)", lang="x<", events=(event, deployment()))
    match_run(store, [RULE], commit(store, [hostile]), NOW)
    page = Page(render_report(store, NOW))
    assert {"script", "img"}.isdisjoint(page.tags)
    assert page.links == []
    assert bad in page.text


def test_an_empty_store_says_what_to_do(store: Store) -> None:
    page = Page(render_report(store, NOW, since=NOW - WEEK))
    assert "Nothing is stored yet" in page.text
    assert "veille feeds import" in page.text
    assert "svg" not in page.tags


def test_an_empty_window_says_so(filled: Store) -> None:
    page = Page(render_report(filled, NOW, since=NOW - timedelta(days=400), until=NOW - timedelta(days=300)))
    assert "No articles in this time" in page.text
    assert "The store has 4 articles of other times" in page.text


def test_feeds_that_fail_are_named() -> None:
    def state(url: str, failures: int, outcome: str) -> FeedState:
        return FeedState(url, NOW, failures=failures, outcome=outcome, detail="HTTP 503")

    states = {f"u{n}": state(f"u{n}", n, "failed" if n else "ok") for n in range(3)} | {
        "gone": state("gone", 9, "failed")
    }
    health = feed_health(states, {"u0": "Zero", "u1": "One", "u2": "Two", "u3": "New"})
    assert health.total == 4
    assert {row.name: row.count for row in health.outcomes} == {"failed": 2, "ok": 1, "not polled yet": 1}
    assert [(title, found.failures) for title, found in health.ailing] == [("Two", 2), ("One", 1)]


def test_feeds_appear_on_the_page(filled: Store) -> None:
    filled.put_feeds([Feed("https://a.example/feed", "A feed")])
    assert "1 feed; last polls: 1 not polled yet." in Page(render_report(filled, NOW)).text


@pytest.mark.parametrize(
    ("days", "columns", "unit"), [(7, 8, "day"), (91, 92, "day"), (92, 14, "week"), (1000, 36, "four weeks")]
)
def test_columns_are_as_wide_as_the_window_asks(days: int, columns: int, unit: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    shown = coverage([(date(2026, 1, 1), "en", 3)], start, start + timedelta(days=days))
    assert (len(shown.columns), shown.unit) == (columns, unit)
    assert shown.columns[0].parts == (3,)


def test_rare_languages_are_counted_together() -> None:
    codes = ["en", "fr", "uk", "ru", "de", "es", "ar", "pl", "it", "tr"]
    per_day = [(date(2026, 1, 1), code, 20 - number) for number, code in enumerate(codes)]
    shown = coverage(per_day, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert shown.keys == ("English", "French", "Ukrainian", "Russian", "German", "Spanish", "Arabic", "other")
    assert shown.columns[0].parts == (20, 19, 18, 17, 16, 15, 14, 13 + 12 + 11)


def test_a_window_whose_first_half_is_empty_starts_at_the_first_article() -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    shown = coverage([(date(2026, 1, 1), "en", 1)], start, datetime(2026, 1, 3, tzinfo=UTC))
    assert [column.label for column in shown.columns] == ["1 Jan", "2 Jan", "3 Jan"]
