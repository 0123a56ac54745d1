"""The taxonomy: topics with their codes, the signals that speak for each, and what speaks against."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.lexicon import Lexicon

Scope = Literal["near", "before", "sentence", "around", "article"]


class Signal(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes that together speak for a topic.

    words: one entry a word, "send|sent" for either; all within `within` words of each other (see Measure), in this
    order where `ordered`; beyond four words each word more costs 0.02. also: classes of which one must stand in the sentence. context: the same, anywhere in
    the article. unless: classes of which none may stand between. weight: in [0, 1]; 0.5 makes the topic.
    background: a mention that describes what is there already; counts only with a bonus.
    """

    name: str
    words: tuple[str, ...]
    within: int = 8
    weight: float = 1.0
    ordered: bool = False
    also: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Objection(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes that speak against a signal found.

    where: "near" (at most `reach` words from the signal's words), "before" (at most `reach` words before its
    last word), "sentence", "around" (this sentence or its neighbours), "article" (per 100 words of the article:
    full weight at one or more, less below). words: any of them; a list in one entry joined by "+" must stand in
    this order at most four words apart, one of them a word of the signal; clear_of: classes of
    which none may stand between them. spreads: it then holds for the other signals of the clause too. unless: classes whose presence in the sentence lifts the objection.
    """

    name: str
    words: tuple[str, ...]
    where: Scope = "near"
    reach: int = 4
    weight: float = 1.0
    unless: tuple[str, ...] = ()
    clear_of: tuple[str, ...] = ()
    spreads: bool = False


class Bonus(Struct, frozen=True, forbid_unknown_fields=True):
    """A class whose presence in the sentence (or in the article) adds to a signal found."""

    words: tuple[str, ...]
    weight: float
    where: Literal["sentence", "article"] = "sentence"


class Topic(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/ID.yaml. iptc: media topic code; cameo, plover: event codes. events: slots to fill, if any.

    except_: names of the common objections that do not hold for this topic.
    """

    id: str
    labels: dict[str, str]
    signals: tuple[Signal, ...]
    iptc: str = ""
    cameo: str = ""
    plover: str = ""
    objections: tuple[Objection, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    without: tuple[str, ...] = ()
    events: Literal["", "movement", "casualties", "act"] = ""


class Common(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/common.yaml: objections that hold for every topic that does not name them in `without`."""

    objections: tuple[Objection, ...]


class Taxonomy(Struct, frozen=True):
    """All topics, ready to use: their objections include the common ones."""

    topics: tuple[Topic, ...]
    lexicons: dict[str, Lexicon]

    @classmethod
    def load(cls, directory: Path) -> Taxonomy:
        """Reads seeds/topics: common.yaml, one file a topic, words/LANG.yaml. Raises SeedError."""
        common = load_yaml(directory / "common.yaml", Common).objections
        files = [path for path in sorted(directory.glob("*.yaml")) if path.stem != "common"]
        if not files:
            raise SeedError(directory, "has no topic files")
        topics = tuple(_topic(path, common) for path in files)
        lexicons = {path.stem: Lexicon.load(path) for path in sorted((directory / "words").glob("*.yaml"))}
        _check(directory, topics, lexicons)
        return cls(topics, lexicons)


# Classes that code finds, not word files: see processors.tagging.reading.
FOUND_CLASSES = frozenset(
    ["place", "country", "people", "person", "org", "force", "group", "counted", "abroad", "question", "old_year"]
)


def _topic(path: Path, common: tuple[Objection, ...]) -> Topic:
    topic = load_yaml(path, Topic)
    if topic.id != path.stem:
        raise SeedError(path, f"must be the file's name, {path.stem!r}, not {topic.id!r}", field="id")
    unknown = set(topic.without) - {objection.name for objection in common}
    if unknown:
        raise SeedError(path, f"no common objection is called {sorted(unknown)[0]!r}", field="without")
    kept = tuple(objection for objection in common if objection.name not in topic.without)
    return Topic(**{**{f: getattr(topic, f) for f in topic.__struct_fields__}, "objections": kept + topic.objections})


def classes_of(topic: Topic) -> set[str]:
    """The word classes that a topic's signals name."""
    return {cls for signal in topic.signals for words in signal.words for cls in words.split("|")}


def _check(directory: Path, topics: tuple[Topic, ...], lexicons: dict[str, Lexicon]) -> None:
    known = FOUND_CLASSES.union(*(lexicon.file.words for lexicon in lexicons.values()))
    for topic in topics:
        for name in sorted(classes_of(topic) - known):
            raise SeedError(
                directory / f"{topic.id}.yaml", f"no word file has a class {name!r}", field="signals"
            )
