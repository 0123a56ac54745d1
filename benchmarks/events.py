"""Measures the slots of events of all topics but movements on events.jsonl: `python -m benchmarks.events [FILE]`.

The 150 passages were written for Veille, in twelve languages, by an author who had seen neither its rules nor its word
lists: a topic each, and its events with actor, target, place, quantity and status. The first 30 were read while the
cues were written, the other 120 (`--unread`) only scored, then read: notes in detection.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from processors.config import SEEDS
from processors.gazetteer import Gazetteer
from processors.models.articles import Event, Party
from processors.tagging.evaluate import wilson
from processors.tagging.labels import same_party, same_place
from processors.tagging.tagger import Tagger, TextInput
from processors.tagging.topics import Frame

_FILE = Path(__file__).with_name("events.jsonl")
_READ = 30
SLOTS = ("actor", "target", "place", "quantity", "status")


class Gold(Struct, frozen=True):
    """A labelled event: English labels, [min, max], all of them null where the passage does not say."""

    actor: str | None = None
    target: str | None = None
    place: str | None = None
    quantity: tuple[int | None, int | None] | None = None
    status: str = "reported"


class Labelled(Struct, frozen=True):
    """A passage. events: empty where the words of its topic mean something else."""

    id: str
    lang: str
    text: str
    topic: str
    events: tuple[Gold, ...]


def agreement(gold: Gold, event: Event, gazetteer: Gazetteer) -> tuple[bool, ...]:
    """Whether each slot is right. A country told beside a town counts as right where only the town is labelled."""
    target, place = _label(event.target), _label(event.place)
    if gold.target is None:
        whom = target is None or gold.place is not None
    else:
        whom = same_party(gazetteer, gold.target, target) or same_place(gazetteer, gold.target, target)
    where = same_place(gazetteer, gold.place, place) or (place is None and same_place(gazetteer, gold.place, target))
    quantity = (event.quantity.min, event.quantity.max) if event.quantity else None
    status = event.status == gold.status or (event.status, gold.status) == ("claimed", "reported")
    return same_party(gazetteer, gold.actor, _label(event.actor)), whom, where, gold.quantity == quantity, status


def _label(party: Party | None) -> str | None:
    return party.label if party else None


def measure(passages: Sequence[Labelled], tagger: Tagger) -> list[str]:
    """The table of the slots, and how many passages were tagged."""
    mutual = {t.id for t in tagger.taxonomy.topics if isinstance(t.events, Frame) and t.events.mutual}
    right, of, tagged, told, kept = Counter[str](), 0, 0, 0, 0
    for passage, tags in zip(passages, tagger.tag_all(TextInput(p.text, lang=p.lang) for p in passages), strict=True):
        events = [event for event in tags.events if event.topic == passage.topic]
        if not passage.events:
            kept += not events
            continue
        told += 1
        if passage.topic not in {topic.id for topic in tags.topics} and not events:
            continue
        tagged += 1
        for gold in passage.events:
            ways = [gold, structs.replace(gold, actor=gold.target, target=gold.actor)][: 1 + (passage.topic in mutual)]
            found = [agreement(way, event, tagger.gazetteer) for way in ways for event in events]
            best = max(found, key=sum, default=(False,) * len(SLOTS))
            of += 1
            right.update(slot for slot, good in zip(SLOTS, best, strict=True) if good)
    lines = [f"{tagged} of {told} passages tagged; {kept} of {len(passages) - told} without an event have none"]
    for slot in SLOTS:
        low, high = wilson(right[slot], of)
        lines.append(f"{slot:9} {right[slot]:3} of {of} = {right[slot] / max(1, of):.2f} ({low:.2f} to {high:.2f})")
    return lines


def main() -> None:
    """Reads the file and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=_FILE)
    parser.add_argument("--unread", action="store_true", help="without the first 30")
    arguments = parser.parse_args()
    lines = islice(arguments.file.read_bytes().splitlines(), _READ if arguments.unread else 0, None)
    passages = [msgspec.json.decode(line, type=Labelled) for line in lines]
    print("\n".join(measure(passages, Tagger.load(SEEDS))))


if __name__ == "__main__":
    main()
