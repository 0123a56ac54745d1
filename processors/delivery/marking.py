"""Which words of a sentence a rule asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from processors.alerting.clauses import positive
from processors.models.articles import Event, IndexedArticle
from processors.query.tree import And, EventClause, EventTest, Linked, Node, Or, Phrase, Prefix, Query, Word
from processors.store.analysis import composed, located, sequences, stem, token, tokens


class Segment(Struct, frozen=True):
    """A stretch of text, and whether the rule asked for it."""

    text: str
    marked: bool = False


class _Wanted(Struct, frozen=True):
    """Tokens (or stems) in a row that are to be marked; prefix: the last may go on."""

    words: list[str]
    stemmed: bool = False
    prefix: bool = False


def mark(query: Query, article: IndexedArticle, sentence: str) -> tuple[Segment, ...]:
    """The sentence in segments: the query's words, the names of its entities in any language, and the figures and
    parties of the event that the sentence is the evidence of, are marked."""
    text = composed(sentence)
    written, places = located(text)
    plain = [token(word) for word in written]
    stems = [stem(word, article.tagged.article.lang) for word in written]
    spans: list[tuple[int, int]] = []
    for wanted in [*_asked(query, article), *_reported(article, sentence)]:
        words = stems if wanted.stemmed else plain
        for row in sequences(words, wanted.words, prefix=wanted.prefix):
            spans.append((places[row[0]][0], places[row[-1]][1]))
    return tuple(_segments(text, spans))


def _asked(query: Query, article: IndexedArticle) -> Iterator[_Wanted]:
    lang = article.tagged.article.lang
    for leaf in positive(query.root):
        match leaf:
            case Word(text):
                yield _Wanted([stem(word, lang) for word in located(composed(text))[0]], stemmed=True)
            case Phrase(text):
                yield _Wanted(tokens(text))
            case Prefix(text):
                yield _Wanted(tokens(text), prefix=True)
            case Linked(qids, form):
                yield from _names(article, qids)
                yield _Wanted(tokens(form))
            case EventClause(test):
                for part in _parties(test):
                    yield from _names(article, part.qids)
                    yield _Wanted(tokens(part.value))


def _parties(test: Node) -> Iterator[EventTest]:
    if isinstance(test, And | Or):
        for part in test.parts:
            yield from _parties(part)
    elif isinstance(test, EventTest) and test.field in ("actor", "target", "place"):
        yield test


def _reported(article: IndexedArticle, sentence: str) -> Iterator[_Wanted]:
    """Names and figures of the events that this sentence is the evidence of."""
    line = " ".join(sentence.split())
    for event in article.tagged.tags.events:
        if " ".join(event.evidence.split()) == line:
            yield from _names(article, [party.id for party in (event.actor, event.target, event.place) if party])
            yield from _figures(event)


def _names(article: IndexedArticle, qids: Sequence[str]) -> Iterator[_Wanted]:
    for entity in article.tagged.tags.entities:
        if entity.id and entity.id in qids:
            for name in (entity.name, *entity.forms):
                yield _Wanted(tokens(name))


def _figures(event: Event) -> Iterator[_Wanted]:
    for number in (event.quantity.min, event.quantity.max) if event.quantity else ():
        if number is not None:
            yield _Wanted(tokens(f"{number:,}"))
            yield _Wanted([str(number)])


def _segments(text: str, spans: list[tuple[int, int]]) -> Iterator[Segment]:
    """The text cut at the spans; those that touch or overlap, or have only a space between, become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start].isspace()):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    at = 0
    for start, end in merged:
        if at < start:
            yield Segment(text[at:start])
        yield Segment(text[start:end], marked=True)
        at = end
    if at < len(text):
        yield Segment(text[at:])
