"""What a mail says of an alert: plain values for the templates, made from records. Article text is made harmless here
(control characters, directions that leak, addresses that are not HTTP); the templates escape it."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale
from msgspec import Struct

from processors.alerting.clauses import events_of, satisfies, topics_of
from processors.alerting.rules import CompiledRule
from processors.alerting.wording import clean, figure, link, parties, place, standing, title_of, when
from processors.delivery.marking import Segment, mark
from processors.models.alerts import Alert, Delivery
from processors.models.articles import Article, Event, IndexedArticle
from processors.query.tree import Query

MAX_FIGURES = 8
MAX_SOURCES = 12
_LANGUAGES = Locale("en").languages


class Passage(Struct, frozen=True):
    """A sentence with the article it stands in. url: "" where there is none that may be linked."""

    headline: str
    url: str
    source: str
    when: str
    language: str
    lang: str
    segments: tuple[Segment, ...] = ()


class Figure(Struct, frozen=True):
    """A row of the table of figures. count: "" where the report has none."""

    what: str
    who: str
    where: str
    count: str
    status: str
    source: str


class AlertView(Struct, frozen=True):
    """An alert as the templates show it. passages: at least one, best first; others: its further articles."""

    id: str
    rule_id: str
    rule: str
    severity: str
    digest: bool
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    others: tuple[Passage, ...]
    unlisted: int
    search: str


def view(alert: Alert, rule: CompiledRule | None, articles: Sequence[IndexedArticle]) -> AlertView:
    """The alert with its articles (at least one). rule: None where it is no longer among the rules."""
    by_id = {found.tagged.article.id: found for found in articles}
    shown = [(by_id[proof.article_id], proof.sentence) for proof in alert.evidence if proof.article_id in by_id]
    passages = [_passage(found, sentence, rule.query if rule else None) for found, sentence in shown]
    if not passages:
        passages = [_passage(articles[0], "", None)]
        shown = [(articles[0], "")]
    quoted = {found.tagged.article.id for found, _ in shown}
    others = [found for found in articles if found.tagged.article.id not in quoted]
    return AlertView(
        id=alert.id,
        rule_id=alert.rule_id,
        rule=clean(rule.rule.name) if rule else alert.rule_id,
        severity=alert.severity.value,
        digest=rule is not None and rule.rule.delivery is Delivery.DIGEST,
        passages=tuple(passages),
        figures=tuple(_figures([found for found, _ in shown] + others, rule.query if rule else None)),
        others=tuple(_passage(found, "", None) for found in others[:MAX_SOURCES]),
        unlisted=max(0, len(alert.articles) - len(quoted) - MAX_SOURCES),
        search=f"veille search 'story:{articles[0].story_id}'",
    )


def _passage(found: IndexedArticle, sentence: str, query: Query | None) -> Passage:
    article = found.tagged.article
    text = clean(sentence)
    return Passage(
        headline=clean(article.title) or "(no title)",
        url=link(article.url),
        source=clean(article.source) or "source unknown",
        when=_published(article),
        language=_LANGUAGES.get(article.lang, article.lang),
        lang=article.lang,
        segments=mark(query, found, text) if query else (Segment(text),) if text else (),
    )


def _published(article: Article) -> str:
    return when(article.published_at) if article.published_at else f"undated, seen {when(article.seen_at)}"


def _figures(articles: Sequence[IndexedArticle], query: Query | None) -> list[Figure]:
    """The events of the articles that the rule asks for, or all with a figure where it asks for none; one row each."""
    rows: dict[tuple[str, ...], Figure] = {}
    for found in articles:
        for event in found.tagged.tags.events:
            if _is_asked_for(event, query):
                row = Figure(
                    what=title_of(event.topic),
                    who=clean(parties(event)) or "not named",
                    where=clean(place(event)),
                    count=figure(event.quantity),
                    status=clean(standing(event)),
                    source=clean(found.tagged.article.source) or "source unknown",
                )
                rows.setdefault((row.what, row.who, row.where, row.count, row.status), row)
    return list(rows.values())[:MAX_FIGURES]


def _is_asked_for(event: Event, query: Query | None) -> bool:
    if query is not None:
        topics, clauses = topics_of(query.root), events_of(query.root)
        if topics and event.topic not in topics:
            return False
        if clauses:
            return any(satisfies(event, clause) for clause in clauses)
        if topics:
            return event.quantity is not None or event.actor is not None
    return event.quantity is not None
