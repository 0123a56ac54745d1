"""Why an article was found: passages with the matched words marked, by our own analysis, so on every engine alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from html import escape
from itertools import chain, islice
from typing import NamedTuple

from processors.models.articles import Article, TaggedArticle
from processors.query import events
from processors.query.tree import And, EventClause, Linked, Node, Or, Phrase, Prefix, Value, Word
from processors.store import analysis

PASSAGES = 3
LENGTH = 200  # characters of a passage, about
_BEFORE = 60  # characters before the first marked word
_SENTENCE = 400  # an evidence sentence is cut here
_WINDOW = 50_000  # characters analysed at once: a long body is read only until it has given its passages
_WORDS = 5  # of one clause, for an explanation


class Alike(NamedTuple):
    """Words that begin as one of the text's words does: for a match by a stemmer that knows other endings than ours."""

    text: str
    fields: tuple[str, ...]


Clause = Word | Phrase | Prefix | Alike


class Span(NamedTuple):
    start: int
    end: int
    clause: int  # which clause it speaks for


class Highlighter:
    """Marks what the wanted clauses of one query match; clauses under NOT mark nothing."""

    def __init__(self, root: Node) -> None:
        leaves = list(_wanted(root))
        self._clauses: list[Clause] = [leaf for leaf in leaves if isinstance(leaf, Word | Phrase | Prefix)]
        self._events = [leaf.test for leaf in leaves if isinstance(leaf, EventClause)]
        self._topics = {leaf.value for leaf in leaves if isinstance(leaf, Value) and leaf.field == "topic"}
        self._qids = {qid for leaf in leaves if isinstance(leaf, Linked) for qid in leaf.qids}
        self._forms = {leaf.form for leaf in leaves if isinstance(leaf, Linked) and leaf.form}

    def passages(self, tagged: TaggedArticle) -> tuple[str, ...]:
        """At most three, without repeats: evidence of events, matched text, evidence of topics, mentioned names."""
        found: dict[str, None] = {}
        for passage in chain(
            self._event_evidence(tagged),
            _marked(tagged.article, self._clauses),
            self._topic_evidence(tagged),
            _marked(tagged.article, self._names(tagged)),
        ):
            found[passage] = None
            if len(found) == PASSAGES:
                break
        return tuple(found or islice(_marked(tagged.article, _alike(self._clauses)), PASSAGES))

    def _event_evidence(self, tagged: TaggedArticle) -> Iterator[str]:
        for test in self._events:
            yield from (
                _sentence(event.evidence) for event in events.passing(tagged.tags.events, test) if event.evidence
            )

    def _topic_evidence(self, tagged: TaggedArticle) -> Iterator[str]:
        return (_sentence(tag.evidence) for tag in tagged.tags.topics if tag.id in self._topics and tag.evidence)

    def _names(self, tagged: TaggedArticle) -> list[Clause]:
        return _mentions(tagged, self._qids, self._forms)


def words(tagged: TaggedArticle, node: Word | Phrase | Prefix | Linked) -> tuple[str, ...]:
    """What of the article's text matches one clause, as it is written there: the first few, without repeats."""
    if isinstance(node, Linked):
        clauses = _mentions(tagged, set(node.qids), {node.form} - {""})
        names = [clause.text for clause in clauses]
        return tuple(islice(dict.fromkeys(_written(tagged.article, clauses)), _WORDS)) or tuple(names[-1:])
    for wanted in ([node], _alike([node])):
        if found := tuple(islice(dict.fromkeys(_written(tagged.article, wanted)), _WORDS)):
            return found
    return ()


def _written(article: Article, clauses: Sequence[Clause]) -> Iterator[str]:
    for field, text in (("title", article.title), ("body", article.text)):
        wanted = [clause for clause in clauses if field in clause.fields]
        for window in _windows(analysis.composed(text)) if wanted else ():
            if spans := sorted(set(_spans(window, article.lang, wanted))):
                yield from (" ".join(window[start:end].split()) for start, end, _ in _joined(window, spans))


def _alike(clauses: Iterable[Clause]) -> list[Clause]:
    return [Alike(clause.text, clause.fields) for clause in clauses]


def _mentions(tagged: TaggedArticle, qids: Collection[str], forms: Set[str]) -> list[Clause]:
    """Each of these entities by all names that the article gives it, its own name last."""
    mentioned = (
        form
        for entity in tagged.tags.entities
        if entity.id in qids or not forms.isdisjoint((*entity.forms, entity.name.casefold()))
        for form in (*entity.forms, entity.name)
    )
    return [Phrase(form, ("title", "body")) for form in dict.fromkeys(mentioned)]


def _wanted(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _wanted(part)
    else:
        yield node


def _sentence(text: str) -> str:
    cut = text if len(text) <= _SENTENCE else text[:_SENTENCE].rsplit(" ", 1)[0] + "…"
    return f"<mark>{escape(' '.join(cut.split()), quote=False)}</mark>"


def _marked(article: Article, clauses: Sequence[Clause]) -> Iterator[str]:
    if clauses:
        yield from _field_passages(article.title, "title", article.lang, clauses)
        yield from _field_passages(article.text, "body", article.lang, clauses)


def _field_passages(text: str, field: str, lang: str, clauses: Sequence[Clause]) -> Iterator[str]:
    """The passages of one field: of the first window that has any, those that speak for most clauses first."""
    wanted = [clause for clause in clauses if field in clause.fields]
    text = analysis.composed(text)
    given = 0
    for window in _windows(text) if wanted else ():
        passages = list(_grouped(sorted(set(_spans(window, lang, wanted)))))
        passages.sort(key=lambda spans: -len({span.clause for span in spans}))  # stable: then in order of the text
        for spans in passages[: PASSAGES - given]:
            yield _rendered(window, spans)
            given += 1
        if given == PASSAGES:
            return


def _windows(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = start + _WINDOW
        if end < len(text):
            end = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end), start + _WINDOW // 2)
        yield text[start:end]
        start = end


class _Reading(NamedTuple):
    """How a clause reads a text. words: those that may take part → what they are compared by."""

    clause: Clause
    needle: list[str]
    words: Mapping[str, str]


def _spans(text: str, lang: str, clauses: Sequence[Clause]) -> Iterator[Span]:
    """Words are placed only where a clause finds all that it needs: most texts speak for few clauses."""
    tokens = analysis.tokens_of(text)
    read = [(number, reading) for number, clause in enumerate(clauses) if (reading := _read(clause, lang, tokens))]
    if not read:
        return
    places = analysis.matches(text)
    words = [place[0] for place in places]
    for number, reading in read:
        yield from (Span(*places[at].span(), number) for group in _groups(reading, words) for at in group)


def _read(clause: Clause, lang: str, tokens: Mapping[str, str]) -> _Reading | None:
    """None: nothing in a text of these words can match. tokens: its distinct words → their tokens."""
    words: Mapping[str, str]
    match clause:
        case Word():
            needle = [analysis.stem(word, lang) for word in analysis.searched_words(clause.text)]
            words = analysis.stems_among(tokens, needle, lang)
        case Alike():
            needle = analysis.tokens(clause.text)
            words = {word: one for word, one in tokens.items() if any(_begins_alike(one, other) for other in needle)}
            return _Reading(clause, needle, words) if words else None
        case _:
            needle, words = analysis.tokens(clause.text), tokens
    exact = needle[:-1] if isinstance(clause, Prefix) else needle
    return _Reading(clause, needle, words) if needle and set(exact) <= set(words.values()) else None


def _groups(reading: _Reading, words: Sequence[str]) -> Iterator[Sequence[int]]:
    """Places of words that match together."""
    clause, needle, known = reading
    if isinstance(clause, Alike):
        yield from ((at,) for at, word in enumerate(words) if word in known)
        return
    compared = [known.get(word, "") for word in words]
    if isinstance(clause, Phrase):
        yield from analysis.in_order(compared, needle, clause.slop)
    else:
        yield from analysis.sequences(compared, needle, prefix=isinstance(clause, Prefix))


def _begins_alike(one: str, other: str) -> bool:
    """Three letters at least, and more than half of the longer one."""
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same >= 3 and 2 * same > max(len(one), len(other))


def _grouped(spans: list[Span]) -> Iterator[list[Span]]:
    """Spans near enough to stand in one passage."""
    group: list[Span] = []
    for span in spans:
        if group and span.end - group[0].start > LENGTH - _BEFORE:
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _rendered(text: str, spans: list[Span]) -> str:
    start = _edge(text, spans[0].start - _BEFORE, spans[0].start)
    end = (
        max(spans[-1].end, text.rfind(" ", spans[-1].end, start + LENGTH)) if start + LENGTH < len(text) else len(text)
    )
    pieces, at = ["…" if start > 0 else ""], start
    for first, last, _ in _joined(text, spans):
        pieces += [_plain(text[at:first]), "<mark>", _plain(text[first:last]), "</mark>"]
        at = last
    return "".join([*pieces, _plain(text[at:end]), "…" if end < len(text) else ""]).strip()


def _edge(text: str, wanted: int, latest: int) -> int:
    """The start of the first word at or after a place."""
    if wanted <= 0:
        return 0
    space = text.find(" ", wanted, latest)
    return wanted if space < 0 else space + 1


def _joined(text: str, spans: list[Span]) -> Iterator[Span]:
    """Without overlaps; characters of one Chinese word, or words of one phrase, become one mark."""
    pending = spans[0]
    for span in spans[1:]:
        if span.start <= pending.end or (span.clause == pending.clause and not text[pending.end : span.start].strip()):
            pending = Span(pending.start, max(pending.end, span.end), pending.clause)
        else:
            yield pending
            pending = span
    yield pending


def _plain(text: str) -> str:
    return escape("".join(" " if char.isspace() else char for char in text), quote=False)
