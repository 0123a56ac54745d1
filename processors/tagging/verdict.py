"""The voter's say on what the rules found: it changes a finding's score, and makes findings where rules had none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from processors.tagging.judgement import THRESHOLD, VOTER, Finding, Reason, weigh, with_reasons
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Text
from processors.tagging.topics import Signal, Topic
from processors.tagging.voter import Ballot, Voter

_GRAVE = 0.7  # weight of an objection that no vote lifts
_CERTAIN, _CERTAIN_ODDS = 0.95, 1.5  # score by the rules, and log odds by the words, that reading does not silence
_DOUBTED = 0.05  # weight of an objection that leaves nothing certain
_RIVALS = 0.8  # score by the rules that gives a sentence to the rival topic
_TOLD = 6  # classes that the voter names
_UNTOLD = "no word, but the meaning"


Found = Mapping[str, Mapping[int, Finding]]


def vote(topic: Topic, text: Text, found: Found, voter: Voter, ballots: Sequence[Ballot | None]) -> list[Finding]:
    """The findings of a topic with the voter's say, in order, and those of sentences that he alone takes for it.

    found: what the rules found, by topic and number of the sentence.
    """
    findings = []
    by_rules, rivals = found[topic.id], found.get(topic.rival, {})
    for at, ballot in enumerate(ballots):
        finding = by_rules.get(at)
        if _is_rivals(at, rivals, finding):
            continue
        if ballot is None or topic.id not in voter.file.weights:
            findings += [finding] if finding else []
            continue
        share = voter.share(topic.id, ballot)
        if finding is None and share >= THRESHOLD:
            finding = _alone(topic, text, at)
        if finding:
            findings.append(_heard(finding, voter, ballot, share))
    return _without_echoes(findings)


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Without those that no word speaks for, where a word elsewhere does: read in its context, any sentence beside the
    one that tells ("Details are awaited.") means the topic too.
    """
    told = [finding for finding in findings if finding.signal.name != _UNTOLD]
    return told if any(finding.holds for finding in told) else findings


def _heard(finding: Finding, voter: Voter, ballot: Ballot, share: float) -> Finding:
    """The finding with the voter's share as its score; the difference is his reason.

    He does not lift what a grave objection (negation, history, ...) has spoken against, nor does what was read silence
    what rules and words are certain of.
    """
    odds = ballot.odds[finding.topic.id]
    if share < THRESHOLD and odds >= _CERTAIN_ODDS and finding.score >= _CERTAIN and not _is_doubted(finding):
        share = voter.share(finding.topic.id, structs.replace(ballot, meant={}))
    say = round(share - finding.score, 3)
    if say > 0 and any(reason.weight <= -_GRAVE for reason in finding.reasons):
        return finding
    parts = sorted(voter.parts(finding.topic.id, ballot), key=lambda part: -abs(part[1]))
    told = tuple(f"{cls} {by:+.1f}" for cls, by in parts[:_TOLD])
    return with_reasons(finding, [Reason(VOTER, say, told)])


def _is_doubted(finding: Finding) -> bool:
    return any(reason.weight <= -_DOUBTED for reason in finding.reasons)


def _is_rivals(at: int, rivals: Mapping[int, Finding], finding: Finding | None) -> bool:
    """Whether the rules take a sentence for the rival topic and not for this: who left is not sent as well."""
    rival = rivals.get(at)
    return rival is not None and rival.score >= _RIVALS and (finding is None or not finding.holds)


def _alone(topic: Topic, text: Text, at: int) -> Finding | None:
    """A finding without a signal: on the words of the topic's signals, one of which must be there where the sentence
    was not read; on its first word where it was and none is.
    """
    sentence = text.sentences[at]
    classes = [cls for signal in topic.signals for words in signal.words for cls in words.split("|")]
    there = {found[0].span: found[0] for cls in reversed(classes) if (found := sentence.hits(cls))}
    hits = tuple(there[span] for span in sorted(there))[:2]
    if len(hits) < 2 and at not in text.meaning.sentences:
        return None
    name = "no signal, but the word classes" if hits else _UNTOLD
    begin = Hit(sentence.start, sentence.start, "opening")
    return weigh(topic, Signal(name, (), weight=0.0), hits or (begin,), text, at)
