"""Prints how many of 300 mentions are linked to the right entity: `python -m benchmarks.linking`.

linking.jsonl holds offsets and labels of all names (persons, places, organisations, forces, demonyms) in the first 420
characters of passages of topics-dev.jsonl, drawn by seed over 14 languages and labelled by hand before any of them
was tagged; the texts are not in it. VEILLE_BENCH_DATA: the directory with topics-dev.jsonl.

A label has the English names that are right. Right is: the link bears one of them; or it is a force or an office of
that country, found as a longer name ("armée française" over "française"); or, where the gazetteer has no such
entity, there is no link.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from pathlib import Path

import msgspec

from processors.gazetteer import Gazetteer
from processors.models.articles import Tags
from processors.tagging.tagger import Tagger

LABELS = Path(__file__).with_name("linking.jsonl")
SEEDS = Path(__file__).parents[1] / "seeds"
BODIES = {"armed-force", "armed-group", "organisation"}


class Mention(msgspec.Struct, frozen=True):
    """A name at [start, end) of a passage. entity: English names that are right; none: nothing to link."""

    passage: str
    start: int
    end: int
    entity: tuple[str, ...]


class Passage(msgspec.Struct, frozen=True):
    id: str
    lang: str
    text: str


def links(mention: Mention, passage: Passage, tags: Tags, gazetteer: Gazetteer) -> list[tuple[str, bool]]:
    """(id, the found name is longer than the mention) of what the mention is linked to."""
    spans = [s for s in gazetteer.find(passage.text, passage.lang) if s.start < mention.end and s.end > mention.start]
    if spans:
        tagged = {entity.id for entity in tags.entities}
        return [
            (id_, span.end - span.start > mention.end - mention.start)
            for span in spans
            for id_ in (span.qids if len(span.qids) == 1 else tagged.intersection(span.qids))
        ]
    form = passage.text[mention.start : mention.end].casefold()
    return [(entity.id, False) for entity in tags.entities if entity.id and form in entity.forms]


def is_right(mention: Mention, found: list[tuple[str, bool]], gazetteer: Gazetteer, known: dict[str, str]) -> bool:
    """See the module's text. known: the ids of the gazetteer's English labels."""
    wanted = {known[name] for name in mention.entity if name in known}
    if not wanted:
        return not found
    return bool(found) and all(
        id_ in wanted or (longer and gazetteer.type_of(id_) in BODIES and gazetteer.country_of(id_) in wanted)
        for id_, longer in found
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="print each wrong mention")
    show = parser.parse_args().failures
    data = Path(os.environ.get("VEILLE_BENCH_DATA", "../shared/data"))
    lines = (data / "topics-dev.jsonl").read_bytes().splitlines()
    passages = {passage.id: passage for passage in (msgspec.json.decode(line, type=Passage) for line in lines)}
    mentions = [msgspec.json.decode(line, type=Mention) for line in LABELS.read_bytes().splitlines()]
    tagger, gazetteer = Tagger.load(SEEDS), Gazetteer.load(SEEDS / "gazetteer")
    known = {entity.label: entity.id for entity in gazetteer.entities()}
    names = sorted({mention.passage for mention in mentions})
    tags = {name: tagger.tag(passages[name].text, lang=passages[name].lang) for name in names}
    counts: Counter[bool] = Counter()
    by_lang: dict[str, Counter[bool]] = defaultdict(Counter)
    unlinkable = 0
    for mention in mentions:
        passage = passages[mention.passage]
        found = links(mention, passage, tags[mention.passage], gazetteer)
        right = is_right(mention, found, gazetteer, known)
        counts[right] += 1
        by_lang[passage.lang][right] += 1
        unlinkable += not any(name in known for name in mention.entity)
        if show and not right:
            form = passage.text[mention.start : mention.end]
            print(f"{passage.id} {passage.lang} {form!r}: {mention.entity}, found {[id_ for id_, _ in found]}")
    total = sum(counts.values())
    print(f"{counts[True]} of {total} right: {counts[True] / total:.3f} ({unlinkable} are not in the gazetteer)")
    print(" ".join(f"{lang} {count[True]}/{sum(count.values())}" for lang, count in sorted(by_lang.items())))


if __name__ == "__main__":
    main()
