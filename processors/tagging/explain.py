"""Why a text got its tags: for each sentence and topic, what spoke for it and what against."""

from __future__ import annotations

from collections.abc import Iterator

from processors.tagging.judgement import THRESHOLD, Finding
from processors.tagging.tagger import Tagger, TextInput


def explain(item: TextInput, tagger: Tagger) -> Iterator[str]:
    """Lines of plain text, for a terminal."""
    analysis = tagger.analyse(item)
    tags = tagger.tags_of(analysis, [])
    yield f"language  {analysis.lang}"
    if analysis.lang not in tagger.taxonomy.lexicons:
        yield "          no word list for this language: topics are not looked for"
    yield f"topics    {', '.join(topic.id for topic in tags.topics) or 'none'}"
    yield f"tagger    {tagger.version}"
    for at, sentence in enumerate(analysis.text.sentences, 1):
        findings = [finding for finding in analysis.findings if finding.sentence is sentence]
        if findings:
            yield ""
            yield f"sentence {at}: {' '.join(str(sentence).split())}"
            for finding in sorted(findings, key=lambda finding: -finding.score):
                yield from _lines(finding)
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
