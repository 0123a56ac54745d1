"""Does a sentence report a topic? Signals speak for it, objections against; every weight can be shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise, product

from msgspec import Struct

from processors.tagging.lexicon import Hit
from processors.tagging.reading import Sentence, Text
from processors.tagging.topics import Objection, Signal, Topic

THRESHOLD = 0.5
_COMBINATIONS = 40  # tried for one signal in one sentence
_LEAD = 0.05
_TOLD_BY = 4  # sentences within which a news article has said what is new; what comes later is often background
_BACKGROUND = 0.12
_NEAR, _FAR = 4, 0.02  # words; weight a word more
_FEW, _SPREAD = 3, 50  # words of an objection that count in full: 3, and one more every 50 words
_CHAIN = 4  # words between the words of one objection
VOTER = "word classes"  # the name of the voter's reason


class Reason(Struct, frozen=True):
    """A signal, bonus or objection that applied: its name, its weight (negative: against) and the words."""

    name: str
    weight: float
    words: tuple[str, ...]


class Finding(Struct, frozen=True):
    """What one sentence says on one topic. score: 0.5 or more makes the topic. hits: the signal's words."""

    topic: Topic
    sentence: Sentence
    signal: Signal
    hits: tuple[Hit, ...]
    score: float
    reasons: tuple[Reason, ...]

    @property
    def holds(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def by_rules(self) -> float:
        """The score without the voter's say."""
        return self.score - sum(reason.weight for reason in self.reasons if reason.name == VOTER)

    @property
    def denied(self) -> bool:
        """Whether only an explicit denial keeps it from holding. The voter, who counts denials too, is left out."""
        denials = sum(r.weight for r in self.reasons if r.name == "denied")
        return not self.holds and denials < 0 and self.by_rules - denials >= THRESHOLD

    @property
    def span(self) -> tuple[int, int]:
        return min(hit.start for hit in self.hits), max(hit.end for hit in self.hits)


def judge(topic: Topic, text: Text) -> dict[int, Finding]:
    """The best finding of each sentence that has a signal, by the sentence's number."""
    findings = {}
    signals = [(signal, signal.groups()) for signal in topic.signals]
    for at, sentence in enumerate(text.sentences):
        found = [
            weigh(topic, signal, hits, text, at)
            for signal, groups in signals
            if not any(group.isdisjoint(sentence.classes) for group in groups)
            for hits in combinations(signal, sentence)
        ]
        if found:
            findings[at] = max(_spread(found), key=lambda finding: finding.score)
    return findings


def _spread(found: list[Finding]) -> list[Finding]:
    """What denies or doubts the strongest signal of a clause holds for the weaker ones of that clause too."""
    strongest = max(found, key=lambda finding: (finding.reasons[0].weight, finding.score))
    spreading = {objection.name for objection in strongest.topic.objections if objection.spreads}
    spread = [reason for reason in strongest.reasons if reason.name in spreading and reason.weight < 0]
    if not spread:
        return found
    return [finding if _free(finding, strongest) else with_reasons(finding, spread) for finding in found]


def _free(finding: Finding, other: Finding) -> bool:
    first, last = min(finding.span[1], other.span[1]), max(finding.span[0], other.span[0])
    return first < last and finding.sentence.measure.barriers(first, last) > 0


def with_reasons(finding: Finding, reasons: list[Reason]) -> Finding:
    known = {reason.name for reason in finding.reasons}
    fresh = tuple(reason for reason in reasons if reason.name not in known)
    score = round(finding.score + sum(reason.weight for reason in fresh), 3)
    return Finding(finding.topic, finding.sentence, finding.signal, finding.hits, score, finding.reasons + fresh)


def combinations(signal: Signal, sentence: Sentence) -> Iterator[tuple[Hit, ...]]:
    """The hits that fulfil a signal."""
    groups = []
    for words in signal.words:
        group = sentence.hits(*words.split("|"))
        if not group:
            return
        groups.append(group)
    if signal.also and not sentence.hits(*signal.also):
        return
    for hits in islice(product(*groups), _COMBINATIONS):
        if _fits(signal, hits, sentence):
            yield hits


def _fits(signal: Signal, hits: tuple[Hit, ...], sentence: Sentence) -> bool:
    ordered = sorted(hits, key=lambda hit: hit.start)
    if signal.ordered and ordered != list(hits):
        return False
    for before, after in pairwise(ordered):
        if before.end > after.start:
            return False
        if sentence.measure.distance(before.span, after.span) > signal.within:
            return False
    return True


def weigh(topic: Topic, signal: Signal, hits: tuple[Hit, ...], text: Text, at: int) -> Finding:
    """The score of one signal in the sentence number `at`, with all reasons."""
    sentence = text.sentences[at]
    reasons = [Reason(signal.name, signal.weight, tuple(sentence.words(hit.span) for hit in hits))]
    ordered = sorted(hits, key=lambda hit: hit.start)
    far = sum(sentence.measure.distance(a.span, b.span) for a, b in pairwise(ordered)) - _NEAR
    if far > 0:
        reasons.append(Reason("far apart", round(-_FAR * far, 3), ()))
    for bonus in topic.bonuses:
        found = [hit for hit in sentence.hits(*bonus.words) if hit not in hits]
        if found:
            reasons.append(Reason("+" + "/".join(bonus.words), bonus.weight, (sentence.words(found[0].span),)))
    if at < 2:
        reasons.append(Reason("headline or lead", _LEAD, ()))
    elif at >= _TOLD_BY and len(text.sentences) > 2 * _TOLD_BY:
        reasons.append(Reason("far from the lead", -_BACKGROUND, ()))
    for objection in topic.objections:
        if objection.unless and sentence.hits(*objection.unless):
            continue
        factor, words = _applies(objection, hits, text, at)
        if factor:
            reasons.append(Reason(objection.name, round(-objection.weight * factor, 3), words))
    score = round(min(1.0, sum(reason.weight for reason in reasons)), 3)
    return Finding(topic, sentence, signal, hits, score, tuple(reasons))


def _applies(objection: Objection, hits: tuple[Hit, ...], text: Text, at: int) -> tuple[float, tuple[str, ...]]:
    """How far an objection holds, in [0, 1], and the words that say so."""
    sentence = text.sentences[at]
    if objection.where == "article":
        near = text.sentences[max(0, at - 1) : at + 2]
        here = sum(len(neighbour.hits(*objection.words)) for neighbour in near)
        total = here + sum(text.counts[cls] for cls in objection.words)
        words = tuple(sentence.words(hit.span) for hit in sentence.hits(*objection.words)[:3])
        return min(1.0, total / (_FEW + text.size / _SPREAD)) if total else 0.0, words
    if objection.where == "around":
        for neighbour in text.sentences[max(0, at - 1) : at + 2]:
            if found := neighbour.hits(*objection.words):
                full = neighbour is sentence or (at == 1 and neighbour.is_headline)
                return 1.0 if full else 0.5, (neighbour.words(found[0].span),)
        return 0.0, ()
    for entry in objection.words:
        classes = [part.strip() for part in entry.split("+")]
        for chain in _chains(classes, objection, sentence):
            if _reaches(objection, chain, hits, sentence):
                return 1.0, tuple(sentence.words(hit.span) for hit in chain)
    return 0.0, ()


def _chains(classes: list[str], objection: Objection, sentence: Sentence) -> Iterator[tuple[Hit, ...]]:
    """Hits of the classes in this order, each at most four words after the one before (anywhere for `sentence`)."""
    if len(classes) == 1:
        yield from ((hit,) for hit in sentence.hits(classes[0]))
        return
    between = sentence.hits(*objection.clear_of)
    for chain in islice(product(*(sentence.hits(cls) for cls in classes)), _COMBINATIONS):
        if all(
            before.end <= after.start
            and (objection.where == "sentence" or sentence.measure.distance(before.span, after.span) <= _CHAIN)
            and not any(before.end <= hit.start < after.start for hit in between)
            for before, after in pairwise(chain)
        ):
            yield chain


def _reaches(objection: Objection, chain: tuple[Hit, ...], hits: tuple[Hit, ...], sentence: Sentence) -> bool:
    if objection.where == "sentence":
        return True
    spans = {hit.span for hit in hits}
    shared = [hit for hit in chain if hit.span in spans]
    if len(chain) > 1:
        return bool(shared)
    if shared:  # one word may act and negate: Turkish "göndermeyecek", will not send
        return objection.spreads and objection.where == "near"
    if objection.where == "before":
        first = min(hits, key=lambda hit: hit.start)
        if not sentence.text.verbs_last:
            chain = tuple(hit for hit in chain if hit.start < first.start)
            hits = (first,)
    return any(sentence.measure.distance(a.span, b.span) <= objection.reach for a in chain for b in hits)
