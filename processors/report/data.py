"""What the report shows, gathered from the store as plain records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from babel import Locale
from msgspec import Struct

from processors.alerting.wording import clean, figure, link, parties, place, standing
from processors.models.alerts import Alert, Severity
from processors.models.articles import Event, IndexedArticle
from processors.models.feeds import FeedState
from processors.query.tree import And, EventClause, EventTest, Instants, Linked, Node, Query, Value
from processors.query.values import DENIED
from processors.report.charts import COLOURS, Column
from processors.store.interface import Store

DEPLOYMENT = "troop-deployment"
TOP = 12  # rows of the lists
MAX_ALERTS = 25
MAX_EVENTS = 2000
MAX_DAYS = 20_000
_PAGE = 200
_GRAVEST_FIRST = tuple(reversed(Severity))
_LANGUAGES = Locale("en").languages


class Row(Struct, frozen=True):
    """A line of a list: a name and its number of articles."""

    name: str
    count: int


class Coverage(Struct, frozen=True):
    """Articles over time. keys: languages, largest first; unit: what one column spans."""

    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    unit: str


class Reported(Struct, frozen=True):
    """A reported deployment with a number, and the article that reports it."""

    at: datetime
    who: str
    where: str
    low: int | None
    high: int | None
    count: str
    status: str
    sentence: str
    source: str
    url: str
    lang: str


class Proof(Struct, frozen=True):
    """A sentence of an alert, and its article."""

    sentence: str
    headline: str
    url: str
    source: str
    lang: str


class AlertRow(Struct, frozen=True):
    alert: Alert
    proofs: tuple[Proof, ...]


class FeedHealth(Struct, frozen=True):
    """total: feeds; outcomes: how their last polls ended; ailing: those that fail, worst first."""

    total: int
    outcomes: tuple[Row, ...]
    ailing: tuple[tuple[str, FeedState], ...]


class ReportData(Struct, frozen=True):
    start: datetime
    end: datetime
    articles: int
    stored: int
    sources: int
    languages: int
    coverage: Coverage
    topics: tuple[Row, ...]
    entities: tuple[Row, ...]
    top_sources: tuple[Row, ...]
    reported: tuple[Reported, ...]
    alerts: tuple[AlertRow, ...]
    alerts_total: int
    feeds: FeedHealth


def gather(store: Store, now: datetime, since: datetime | None, until: datetime | None) -> ReportData:
    """All that the report shows of articles whose timestamp is in [since, until), and of alerts raised then."""
    window = Instants("timestamp", since, until)
    query = Query("report", window)
    buckets = store.facet(query, "day", split="lang", limit=MAX_DAYS)
    per_day = [(date.fromisoformat(bucket.key), bucket.split, bucket.count) for bucket in buckets]
    end = until or now
    start = since or (datetime.combine(per_day[0][0], time(), UTC) if per_day else end - timedelta(days=1))
    alerts = [alert for alert in store.alerts() if start <= alert.raised_at <= max(end, start)]  # newest first
    alerts.sort(key=lambda alert: _GRAVEST_FIRST.index(alert.severity))
    sources = store.facet(query, "source", limit=100_000)
    return ReportData(
        start=start,
        end=end,
        articles=store.count(query),
        stored=store.count(Query("*", Instants("timestamp", None, None))),
        sources=len(sources),
        languages=len({lang for _, lang, _ in per_day}),
        coverage=coverage(per_day, start, end),
        topics=tuple(Row(b.key, b.count) for b in store.facet(query, "topic", limit=TOP)),
        entities=tuple(Row(_name(store, b.key), b.count) for b in store.facet(query, "entity", limit=TOP)),
        top_sources=tuple(Row(clean(b.key) or "no address", b.count) for b in sources[:TOP]),
        reported=tuple(sorted(_reported(_articles(store, window)), key=lambda r: (r.at, r.source, r.count))),
        alerts=tuple(_alert(store, alert) for alert in alerts[:MAX_ALERTS]),
        alerts_total=len(alerts),
        feeds=feed_health(store.feed_states(), {feed.url: feed.title for feed in store.feeds()}),
    )


def coverage(per_day: Sequence[tuple[date, str, int]], start: datetime, end: datetime) -> Coverage:
    """Counts (day, language, articles) in columns of a day, a week or four weeks, with empty ones where none was.

    Where the first half of the window is empty, the columns start at the first article.
    """
    totals: Counter[str] = Counter()
    for _, lang, count in per_day:
        totals[lang] += count
    ranked = sorted(totals, key=lambda lang: (-totals[lang], lang))
    shown = ranked if len(ranked) <= COLOURS else ranked[: COLOURS - 1]
    first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
    earliest = min((day for day, _, _ in per_day), default=first)
    if earliest - first > (last - first) / 2:
        first = earliest
    length = (last - first).days + 1
    step, unit = (1, "day") if length <= 92 else (7, "week") if length <= 700 else (28, "four weeks")
    bins: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for day, lang, count in per_day:
        bins[(day - first).days // step][lang if lang in shown else ""] += count
    keys = [*shown, ""] if len(shown) < len(ranked) else shown
    columns = [
        Column(_day(first + timedelta(days=number * step), step), tuple(bins[number][key] for key in keys))
        for number in range((length + step - 1) // step)
    ]
    return Coverage(tuple(_LANGUAGES.get(key, key) if key else "other" for key in keys), tuple(columns), unit)


def feed_health(states: dict[str, FeedState], titles: dict[str, str]) -> FeedHealth:
    """Of the feeds that there are (`titles`, by URL)."""
    known = {url: state for url, state in states.items() if url in titles}
    outcomes = Counter(state.outcome or "not polled yet" for state in known.values())
    outcomes.update({"not polled yet": len(titles) - len(known)} if len(titles) > len(known) else {})
    ailing = sorted((s for s in known.values() if s.failures), key=lambda s: (-s.failures, s.feed_url))
    return FeedHealth(
        total=len(titles),
        outcomes=tuple(Row(outcome, count) for outcome, count in outcomes.most_common()),
        ailing=tuple((clean(titles[state.feed_url]) or state.feed_url, state) for state in ailing[:TOP]),
    )


def _day(day: date, step: int) -> str:
    return f"{day:%-d %b}" if step == 1 else f"{day:%-d %b %Y}"


def _name(store: Store, qid: str) -> str:
    """The English label, as an article that mentions the entity has it."""
    found = store.search(Query(qid, Linked((qid,))), sort="newest", limit=1, highlight=False).hits
    names = (entity.name for hit in found for entity in hit.article.tagged.tags.entities if entity.id == qid)
    return clean(next(names, qid))


def _articles(store: Store, window: Node) -> Iterator[IndexedArticle]:
    """The articles with deployments that have a number, newest first, MAX_EVENTS at most."""
    root = And((Value("topic", DEPLOYMENT), EventClause(EventTest("quantity")), window))
    cursor, given = None, 0
    while given < MAX_EVENTS:
        page = store.search(Query("report", root), sort="newest", limit=_PAGE, cursor=cursor, highlight=False)
        yield from (hit.article for hit in page.hits)
        given += len(page.hits)
        cursor = page.cursor
        if cursor is None:
            return


def _reported(articles: Iterable[IndexedArticle]) -> Iterator[Reported]:
    """One an event; an article that says the same twice counts once."""
    for found in articles:
        said: set[tuple[str, str]] = set()
        for event in found.tagged.tags.events:
            key = (parties(event), figure(event.quantity))
            if event.topic == DEPLOYMENT and event.status != DENIED and key[1] and key not in said:
                said.add(key)
                yield _point(found, event)


def _point(found: IndexedArticle, event: Event) -> Reported:
    article, quantity = found.tagged.article, event.quantity
    return Reported(
        at=article.timestamp,
        who=clean(parties(event)) or "not named",
        where=clean(place(event)),
        low=quantity.min if quantity else None,
        high=quantity.max if quantity else None,
        count=figure(quantity),
        status=clean(standing(event)),
        sentence=clean(event.evidence),
        source=clean(article.source) or "source unknown",
        url=link(article.url),
        lang=article.lang,
    )


def _alert(store: Store, alert: Alert) -> AlertRow:
    articles = {found.tagged.article.id: found.tagged.article for found in store.articles(alert.articles)}
    proofs = []
    for evidence in alert.evidence:
        if article := articles.get(evidence.article_id):
            source, headline = clean(article.source) or "source unknown", clean(article.title) or "(no title)"
            proofs.append(Proof(clean(evidence.sentence), headline, link(article.url), source, article.lang))
    return AlertRow(alert, tuple(proofs))
