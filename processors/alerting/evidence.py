"""The sentence that shows why a rule found an article, and how well it does so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from msgspec import Struct

from processors.alerting.clauses import events_of, satisfies, topics_of
from processors.models.alerts import Evidence
from processors.models.articles import Event, IndexedArticle
from processors.query.tree import Node, Query
from processors.query.values import DENIED
from processors.store.highlight import Highlighter

MAX_SENTENCE = 600  # characters: a mail quotes a sentence, not an article
Ranked = tuple[tuple[int, int], str]  # the smaller, the better
_MARK = re.compile(r"</?mark>")


class Found(Struct, frozen=True):
    """Evidence with its rank: smaller is better. Ranks compare across the articles of an alert."""

    rank: tuple[int, int, int]
    evidence: Evidence


def choose_evidence(query: Query, article: IndexedArticle) -> Found:
    """The best evidence that this article gives for the query.

    In this order: the sentence of an event that satisfies the query's event clauses (most clauses first, then one
    with figures) and is of a topic that the query names, if it names any; the sentence of such a topic's other event
    or tag; that of another event that satisfies the clauses; a passage with words or names that the query asks for;
    the title.
    """
    topics = topics_of(query.root)
    for kind, candidates in enumerate(
        (
            _event_sentences(query.root, article, topics),
            _topic_sentences(article, topics),
            _event_sentences(query.root, article, frozenset()),
            _passages(query.root, article),
        )
    ):
        sentences = [(rank, text) for rank, text in candidates if text.strip()]
        if sentences:
            rank, text = min(sentences, key=lambda ranked: ranked[0])  # the first of equals: text order
            return _found((kind, *rank), article, text)
    return _found((4, 0, 0), article, article.tagged.article.title)


def _found(rank: tuple[int, int, int], article: IndexedArticle, text: str) -> Found:
    return Found(rank, Evidence(article.tagged.article.id, _shorten(text)))


def _event_sentences(root: Node, article: IndexedArticle, topics: frozenset[str]) -> Iterator[Ranked]:
    """Of events that satisfy the query's clauses; of these topics, where there are any."""
    clauses = events_of(root)
    for event in article.tagged.tags.events:
        passed = sum(satisfies(event, clause) for clause in clauses)
        if passed and (not topics or event.topic in topics):
            yield (-passed, _lesser(event, article)), event.evidence


def _topic_sentences(article: IndexedArticle, topics: frozenset[str]) -> Iterator[Ranked]:
    for event in article.tagged.tags.events:
        if event.topic in topics and event.status != DENIED:
            yield (0, _lesser(event, article)), event.evidence
    for tag in article.tagged.tags.topics:
        if tag.id in topics:
            yield (1, round(-1000 * tag.score)), tag.evidence


def _lesser(event: Event, article: IndexedArticle) -> int:
    """A figure weighs most; then, a sentence of the body says more than the title, which is shown anyway."""
    return 2 * (event.quantity is None) + (event.evidence == article.tagged.article.title)


def _passages(root: Node, article: IndexedArticle) -> Iterator[Ranked]:
    """Passages of the body before the title."""
    tagged = article.tagged
    for passage in Highlighter(root).passages(tagged):
        text = unescape(_MARK.sub("", passage))
        yield (int(text == tagged.article.title), 0), text


def _shorten(text: str) -> str:
    """One line, at most MAX_SENTENCE characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= MAX_SENTENCE:
        return line
    cut = line[: MAX_SENTENCE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"
