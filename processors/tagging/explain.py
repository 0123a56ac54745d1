"""Why a text got its tags: for each sentence and topic, what spoke for it and what against."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.tagging.encoder import Encoder
from processors.tagging.judgement import THRESHOLD, Finding
from processors.tagging.tagger import Tagger, TextInput

_WORD = re.compile(r"\w+")
_WORDS, _TOLD = 60, 4  # words of a sentence that are tried, and that are told
_LITTLE = 0.2  # log odds


def explain(item: TextInput, tagger: Tagger) -> Iterator[str]:
    """Lines of plain text, for a terminal."""
    analysis = tagger.analyse(item)
    tags = tagger.tags_of(analysis, [])
    yield f"language  {analysis.lang}"
    if analysis.lang not in tagger.taxonomy.lexicons:
        yield "          no word list for this language: only what its first sentences mean is looked at"
    yield f"topics    {', '.join(topic.id for topic in tags.topics) or 'none'}"
    yield f"tagger    {tagger.version}"
    for at, sentence in enumerate(analysis.text.sentences, 1):
        findings = [finding for finding in analysis.findings if finding.sentence is sentence]
        if findings:
            yield ""
            yield f"sentence {at}: {' '.join(str(sentence).split())}"
            for finding in sorted(findings, key=lambda finding: -finding.score):
                yield from _lines(finding)
                yield from _read(finding, tagger.taxonomy.encoder)
    for event in tags.events:
        parties = [f"{slot}: {p.label}" for slot in ("actor", "target", "place") if (p := getattr(event, slot))]
        count = [f"quantity: {event.quantity.min}-{event.quantity.max}"] if event.quantity else []
        yield ""
        yield f"event     {event.topic} ({event.status})  {'  '.join(parties + count)}"


def _lines(finding: Finding) -> Iterator[str]:
    verdict = "yes" if finding.holds else "denied" if finding.denied else "no"
    yield f"  {finding.topic.id}: {verdict}, {finding.score:.2f} (needs {THRESHOLD:.2f})"
    for reason in finding.reasons:
        words = " ... ".join(" ".join(word.split()) for word in reason.words)
        yield f"    {reason.weight:+.2f}  {reason.name}{f': {words}' if words else ''}"


def _read(finding: Finding, encoder: Encoder | None) -> Iterator[str]:
    """What the encoder read of a sentence, and the words without which it would believe the topic less."""
    sentence, topic = finding.sentence, finding.topic.id
    understood = sentence.text.meaning.sentences.get(sentence.at)
    if encoder is None or understood is None or topic not in understood.odds:
        return
    line = f"    read: log odds {understood.odds[topic]:+.1f} among its neighbours"
    if understood.odds[topic] > 0:
        words = _weighty(str(sentence), topic, encoder)
        line += f"; alone, it would lose most without {', '.join(words)}" if words else ""
    yield line


def _weighty(text: str, topic: str, encoder: Encoder) -> list[str]:
    """The words of a sentence whose removal lowers the topic's log odds most, each with by how much."""

    def odds(read: str) -> float:
        table = encoder.read(read).table
        return float(table[:, encoder.topics.index(topic)].mean()) if len(table) else 0.0

    whole = odds(text)
    words = list(_WORD.finditer(text))[:_WORDS]
    losses = [(whole - odds(text[: word.start()] + text[word.end() :]), word.group()) for word in words]
    most = sorted(losses, key=lambda each: -each[0])[:_TOLD]
    return [f"{word!r} ({loss:.1f})" for loss, word in most if loss > _LITTLE]
