"""How good are the tags? Precision, recall and F1 by topic and language, slots, and the passages that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.exceptions import InputError
from processors.gazetteer import Gazetteer
from processors.models.articles import Event, Tags
from processors.tagging.labels import same_party, same_place
from processors.tagging.tagger import Tagger, TextInput

SLOTS = ("actor", "target", "quantity")
_Z = 1.96  # 95%


class GoldEvent(Struct, frozen=True):
    """An event as an annotator labels it: English labels, [min, max] or null. evidence: its sentence, or ""."""

    topic: str
    actor: str | None = None
    target: str | None = None
    quantity: tuple[int | None, int | None] | None = None
    evidence: str = ""


class Passage(Struct, frozen=True):
    """One line of a labelled file."""

    id: str
    text: str
    topics: tuple[str, ...]
    lang: str | None = None
    events: tuple[GoldEvent, ...] = ()


class Score(Struct, frozen=True):
    """True positives, false positives, false negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)


class Failure(Struct, frozen=True):
    """A topic that was missed, or found where it should not be."""

    passage: str
    topic: str
    missed: bool


class SlotScore(Struct, frozen=True):
    """Gold events of tagged passages whose slot is right, of how many."""

    right: int = 0
    of: int = 0

    @property
    def accuracy(self) -> float:
        return self.right / self.of if self.of else 0.0


class Report(Struct, frozen=True):
    """What an evaluation found. by_language: of the first topic asked for, by the passages' languages.

    slots: by `agreement`; strict: actor and target by their labels alone.
    """

    topics: dict[str, Score]
    by_language: dict[str, Score]
    slots: dict[str, SlotScore]
    strict: dict[str, SlotScore]
    failures: tuple[Failure, ...]

    @property
    def macro_f1(self) -> float:
        return sum(score.f1 for score in self.topics.values()) / len(self.topics) if self.topics else 0.0


def read_passages(path: Path) -> list[Passage]:
    """Labelled passages, one JSON object a line: id, text, topics, lang?, events?. Raises InputError with the line."""
    passages = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                passages.append(msgspec.json.decode(line, type=Passage))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise InputError(f"{path}:{number}: {error}") from error
    return passages


def evaluate(passages: Sequence[Passage], tagger: Tagger, focus: str = "troop-deployment") -> Report:
    """Tags the passages and compares. focus: the topic shown by language, and whose events' slots are compared."""
    tags = list(tagger.tag_all(TextInput(passage.text, lang=passage.lang) for passage in passages))
    return report_on(passages, tags, focus, tagger.gazetteer)


def report_on(passages: Sequence[Passage], tags: Sequence[Tags], focus: str, gazetteer: Gazetteer) -> Report:
    """Compares the passages with their tags, in the same order."""
    found = [frozenset(topic.id for topic in tag.topics) for tag in tags]
    topics, failures = _by_topic(passages, found)
    languages = _by_language(passages, found, focus)
    slots = _slots(passages, tags, focus, lambda gold, event: agreement(gold, event, gazetteer))
    return Report(topics, languages, slots, _slots(passages, tags, focus, strict_agreement), tuple(failures))


def evaluate_baseline(passages: Sequence[Passage], decide: Callable[[Passage], bool], focus: str) -> Score:
    """The score of a simple rule for one topic."""
    return sum((_compare(focus in p.topics, decide(p)) for p in passages), Score())


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson 1927, JASA 22:209)."""
    if not of:
        return 0.0, 1.0
    share = right / of
    centre = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return max(0.0, centre - half), min(1.0, centre + half)


def _by_topic(passages: Sequence[Passage], found: Sequence[frozenset[str]]) -> tuple[dict[str, Score], list[Failure]]:
    topics: dict[str, Score] = {}
    failures = []
    for passage, got in zip(passages, found, strict=True):
        for topic in sorted(got.union(passage.topics)):
            score = _compare(topic in passage.topics, topic in got)
            topics[topic] = topics.get(topic, Score()) + score
            if not score.tp:
                failures.append(Failure(passage.id, topic, missed=bool(score.fn)))
    return dict(sorted(topics.items())), failures


def _by_language(passages: Sequence[Passage], found: Sequence[frozenset[str]], focus: str) -> dict[str, Score]:
    languages: dict[str, Score] = {}
    for passage, got in zip(passages, found, strict=True):
        lang = passage.lang or "?"
        languages[lang] = languages.get(lang, Score()) + _compare(focus in passage.topics, focus in got)
    return dict(sorted(languages.items()))


def _compare(gold: bool, got: bool) -> Score:
    return Score(tp=int(gold and got), fp=int(got and not gold), fn=int(gold and not got))


def _slots(
    passages: Sequence[Passage],
    tags: Sequence[Tags],
    focus: str,
    compare: Callable[[GoldEvent, Event], tuple[bool, bool, bool]],
) -> dict[str, SlotScore]:
    right, of = dict.fromkeys(SLOTS, 0), 0
    for passage, tag in zip(passages, tags, strict=True):
        events = [event for event in tag.events if event.topic == focus and event.status != "denied"]
        if focus not in passage.topics or focus not in {topic.id for topic in tag.topics}:
            continue
        for gold in passage.events:
            if gold.topic == focus:
                best = max((compare(gold, event) for event in events), default=(False, False, False), key=sum)
                of += 1
                for slot, hit in zip(SLOTS, best, strict=True):
                    right[slot] += hit
    return {slot: SlotScore(count, of) for slot, count in right.items()}


def agreement(gold: GoldEvent, event: Event, gazetteer: Gazetteer) -> tuple[bool, bool, bool]:
    """Whether actor, target and quantity are right. The gold's target names the country or the precise place: it is
    right where it means the event's target or its place; names are compared as labels.py says.
    """
    actor, target, place = (party.label if party else None for party in (event.actor, event.target, event.place))
    there = same_place(gazetteer, gold.target, place) if place and gold.target else False
    return (
        same_party(gazetteer, gold.actor, actor),
        there or (same_place(gazetteer, gold.target, target) if gold.target else not (target or place)),
        gold.quantity == _pair(event),
    )


def strict_agreement(gold: GoldEvent, event: Event) -> tuple[bool, bool, bool]:
    """The same with labels that must be equal, but for case, and the target alone."""
    actor, target = (party.label.casefold() if party else None for party in (event.actor, event.target))
    gold_actor, gold_target = (label.casefold() if label else None for label in (gold.actor, gold.target))
    return gold_actor == actor, gold_target == target, gold.quantity == _pair(event)


def _pair(event: Event) -> tuple[int | None, int | None] | None:
    return (event.quantity.min, event.quantity.max) if event.quantity else None


def worst(report: Report, passages: Iterable[Passage]) -> list[tuple[Failure, Passage]]:
    """The failures with their passages, for reading."""
    by_id = {passage.id: passage for passage in passages}
    return [(failure, by_id[failure.passage]) for failure in report.failures]
