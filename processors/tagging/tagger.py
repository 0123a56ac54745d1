"""The tagger: text in, language, entities, topics and events out. Deterministic; no clock, no store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Self

from msgspec import Struct

from processors.extraction.language import identify
from processors.gazetteer import Gazetteer, Span, load_gazetteer
from processors.models.articles import Tags, TopicTag
from processors.tagging.entities import Mention, gather
from processors.tagging.events import find_events
from processors.tagging.judgement import Finding, judge
from processors.tagging.names import MODELS, Excerpt, excerpt, find_names
from processors.tagging.numbers import Numerals
from processors.tagging.reading import Text
from processors.tagging.surface import Surface
from processors.tagging.topics import Taxonomy
from processors.tagging.verdict import vote
from processors.tagging.voter import Ballot
from processors.tagging.windows import understand

_AHEAD = 64  # texts read ahead, so that spaCy gets batches


class TextInput(Struct, frozen=True):
    """A text to tag. lang: what its source says, or None. published_at: lets old years tell history."""

    text: str
    title: str = ""
    lang: str | None = None
    published_at: datetime | None = None


class Analysis(Struct, frozen=True):
    """All that is known of a text before spaCy's names: for tags, and for explaining them."""

    lang: str
    text: Text
    spans: tuple[Span, ...]
    findings: tuple[Finding, ...]
    ballots: tuple[Ballot | None, ...]


class Draft(Struct, frozen=True):
    """A text read, before the voter is heard. found: by topic and number of the sentence what the rules found."""

    lang: str
    text: Text
    spans: tuple[Span, ...]
    found: dict[str, dict[int, Finding]]
    ballots: list[Ballot | None]


class Tagger:
    """Immutable once loaded. spaCy's models load at first use."""

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer, version: str) -> None:
        self.taxonomy, self.gazetteer, self.version = taxonomy, gazetteer, version
        self._numerals = {
            lang: Numerals(lexicon.file.numbers, lexicon.file.dense) for lang, lexicon in taxonomy.lexicons.items()
        }

    @classmethod
    def load(cls, seeds: Path) -> Self:
        """Reads seeds/topics and seeds/gazetteer. Raises SeedError, which names file, line and field."""
        taxonomy = Taxonomy.load(seeds / "topics")
        return cls(taxonomy, load_gazetteer(seeds / "gazetteer"), version_of(seeds))

    def tag(self, text: str, *, title: str = "", lang: str | None = None, published_at: datetime | None = None) -> Tags:
        """Tags of one text. lang: what the source says; the text decides where it is plainly another."""
        return next(self.tag_all([TextInput(text, title, lang, published_at)]))

    def tag_all(self, inputs: Iterable[TextInput]) -> Iterator[Tags]:
        """Tags of each text, in order. Reads at most 64 texts ahead."""
        source = iter(inputs)
        while batch := list(islice(source, _AHEAD)):
            analyses = [self.analyse(item) for item in batch]
            names = self._names(analyses)
            for analysis, mentions in zip(analyses, names, strict=True):
                yield self.tags_of(analysis, mentions)

    def analyse(self, item: TextInput) -> Analysis:
        """Language, gazetteer names and the findings of every topic."""
        return self.judge(self.draft(item))

    def draft(self, item: TextInput) -> Draft:
        """What the rules alone say, and the ballots that the voter opens on it."""
        whole = f"{item.title.strip()}\n\n{item.text}" if _adds(item.title, item.text) else item.text
        lang = identify(whole, item.lang)
        spans = tuple(self.gazetteer.find(whole, lang))
        read = Text(
            Surface(whole),
            self.taxonomy.lexicons.get(lang),
            self._numerals.get(lang, _NO_NUMERALS),
            spans,
            self.gazetteer,
            published_at=item.published_at,
        )
        found = {topic.id: judge(topic, read) for topic in self.taxonomy.topics}
        scores: dict[int, dict[str, float]] = {}
        for id_, findings in found.items():
            for at, finding in findings.items():
                scores.setdefault(at, {})[id_] = finding.score
        ballots = self.taxonomy.voter.open(read, self.taxonomy.triggers, scores)
        return Draft(lang, read, spans, found, ballots)

    def judge(self, draft: Draft) -> Analysis:
        """What the voter makes of the draft, once the sentences that are worth it have been read."""
        taxonomy, text, heard = self.taxonomy, draft.text, list(draft.ballots)
        if taxonomy.encoder and taxonomy.voter.file.weights:
            odds = [max(ballot.odds.values()) if ballot else None for ballot in heard]
            text.meaning = understand(text, odds, taxonomy.encoder)
            for at, read in text.meaning.sentences.items():
                heard[at] = taxonomy.voter.hear(heard[at], read)
        findings = [f for t in taxonomy.topics for f in vote(t, text, draft.found, taxonomy.voter, heard)]
        return Analysis(draft.lang, text, draft.spans, tuple(findings), tuple(heard))

    def _names(self, analyses: list[Analysis]) -> list[list[Mention]]:
        names: list[list[Mention]] = [[] for _ in analyses]
        for lang in MODELS:
            places = [at for at, analysis in enumerate(analyses) if analysis.lang == lang]
            excerpts = [_excerpt(analyses[at]) for at in places]
            found = find_names(lang, [part.text for part in excerpts])
            for at, part, mentions in zip(places, excerpts, found, strict=True):
                names[at] = [part.original(mention) for mention in mentions]
        return names

    def tags_of(self, analysis: Analysis, mentions: list[Mention]) -> Tags:
        topics, events = [], []
        for topic in self.taxonomy.topics:
            findings = [found for found in analysis.findings if found.topic is topic]
            events += find_events(topic, findings, analysis.text, self.taxonomy.ranking)
            holding = [found for found in findings if found.holds]
            if holding:
                # read in its context, a sentence beside the one that tells may score higher: the words show which it is
                best = max(holding, key=lambda found: (found.by_rules, found.score))
                topics.append(TopicTag(topic.id, min(1.0, best.score), str(best.sentence)))
        entities = gather(analysis.spans, mentions, self.gazetteer)
        return Tags(analysis.lang, entities, tuple(topics), tuple(events), self.version)


def _excerpt(analysis: Analysis) -> Excerpt:
    surface = analysis.text.surface
    known = [(span.start, span.end) for span in analysis.spans]
    return excerpt(surface.text, surface.original_sentences, known)


_NO_NUMERALS = Numerals({})
_TELLING = frozenset({".yaml", ".tsv", ".onnx"})  # files that decide what is found


def _adds(title: str, text: str) -> bool:
    """Whether the title is not the text's first line already."""
    return bool(title.strip()) and not text.lstrip().startswith(title.strip())


def version_of(seeds: Path) -> str:
    """The version of a tagger of these seeds: a digest of this package's code and of the data files."""
    digest = hashlib.sha256()
    topics = [path for path in (seeds / "topics").rglob("*") if path.suffix in _TELLING]
    data = [*topics, *(seeds / "gazetteer").glob("*.csv")]
    files = [*Path(__file__).parent.glob("*.py"), *data]
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
