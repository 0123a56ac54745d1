"""The taxonomy: topics with their codes, the signals that speak for each, and what speaks against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.encoder import Encoder
from processors.tagging.lexicon import Lexicon
from processors.tagging.ranking import Ranking
from processors.tagging.voter import Voter

ASKED_CLASSES = frozenset({"counted", "old_year", "meant", "opening"})  # see processors.tagging.reading
LEADS = ("by", "with", "between", "upon", "against", "help", "toward", "to", "from")  # classes that lead to a name
CUES = frozenset(LEADS) | {"subject", "people", "owner", "object", "patient", "receiver", "victim"}
Scope = Literal["near", "before", "sentence", "around", "article"]


class Signal(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes that together speak for a topic.

    words: one entry a word, "send|sent" for either; neighbours at most `within` words apart (see Measure), in this
    order where `ordered`; beyond four words each word more costs 0.02. also: classes of which one must stand in the
    sentence. weight: in [0, 1]; 0.5 makes the topic.
    """

    name: str
    words: tuple[str, ...]
    within: int = 8
    weight: float = 1.0
    ordered: bool = False
    also: tuple[str, ...] = ()

    def groups(self) -> tuple[frozenset[str], ...]:
        """The classes of each word, but for those that are looked for only when asked."""
        found = (frozenset(word.split("|")) for word in self.words)
        return tuple(group for group in found if group.isdisjoint(ASKED_CLASSES))


class Objection(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes that speak against a signal found.

    where: "near" (at most `reach` words from the signal's words), "before" (at most `reach` words before its first
    word), "sentence", "around" (in full in the sentence, half in its neighbours), "article" (in full from three words
    on and one more every 50 words of the article, those of the neighbouring sentences counted twice).
    words: any of them. An entry "a + b" must stand in this order, at most four words apart, and share a word with
    the signal; clear_of: classes of which none may stand between.
    unless: classes whose presence in the sentence lifts the objection. spreads: it then holds for the weaker signals
    of the clause too.
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
    """Classes of which one in the sentence adds to a signal found."""

    words: tuple[str, ...]
    weight: float


class Role(Struct, frozen=True, forbid_unknown_fields=True):
    """What speaks for a name in this role: a weight for each cue (CUES; seeds/topics/README.md says what they are).

    filled_by: "party" is a country, or a body or group without one; "country" only a country; "itself" takes persons
    and organisations as such, not for their country. stands_for: ids of places to the ids of the bodies that they mean
    in this role, not their country: Brussels the European Union.
    """

    cues: dict[str, float]
    filled_by: Literal["party", "country", "itself"] = "party"
    stands_for: dict[str, str] = {}


class Frame(Struct, frozen=True, forbid_unknown_fields=True):
    """The roles of a topic's events. act: word classes from which positions count, the first found first.

    target, place: None where the events have none. counts: classes of what is counted. mutual: actor and target are
    two parties alike, of a pact or of talks: each is the actor of an event of its own.
    """

    act: tuple[str, ...]
    actor: Role
    target: Role | None = None
    place: Role | None = None
    counts: tuple[str, ...] = ()
    mutual: bool = False


class Topic(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/ID.yaml. iptc: media topic code; cameo, plover: event codes. events: slots to fill, if any.

    without: names of the common objections that do not hold for this topic. bonuses: what adds to any signal.
    rival: the topic that says the contrary; a sentence is both only where the rules say so.
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
    rival: str = ""
    events: Literal["", "movement", "casualties"] | Frame = ""


class Common(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/common.yaml: objections that hold for every topic that does not name them in `without`."""

    objections: tuple[Objection, ...]


class Taxonomy(Struct, frozen=True):
    """All topics, ready to use: their objections include the common ones."""

    topics: tuple[Topic, ...]
    lexicons: dict[str, Lexicon]
    voter: Voter
    ranking: Ranking
    triggers: frozenset[str]  # classes of signals: a sentence without any of them is not voted on
    encoder: Encoder | None  # None: what sentences mean is not looked at

    @classmethod
    def load(cls, directory: Path) -> Taxonomy:
        """Reads seeds/topics: common.yaml, a file a topic, words/LANG.yaml, voter/ and encoder/. Raises SeedError."""
        common = load_yaml(directory / "common.yaml", Common).objections
        files = [path for path in sorted(directory.glob("*.yaml")) if path.stem != "common"]
        if not files:
            raise SeedError(directory, "has no topic files")
        topics = tuple(_topic(path, common) for path in files)
        lexicons = {path.stem: Lexicon.load(path) for path in sorted((directory / "words").glob("*.yaml"))}
        known = FOUND_CLASSES.union(*(lexicon.file.words for lexicon in lexicons.values()))
        _check(directory, topics, known)
        voter = Voter.load(directory / "voter" / "weights.yaml", [topic.id for topic in topics], known)
        triggers = frozenset(cls for t in topics for s in t.signals for words in s.words for cls in words.split("|"))
        ranking = Ranking.load(directory / "voter" / "slots.yaml")
        encoder = Encoder.load(directory / "encoder", {topic.id for topic in topics})
        return cls(topics, lexicons, voter, ranking, triggers, encoder)


# Classes that code finds, not word files: see processors.tagging.reading.
FOUND_CLASSES = frozenset(
    ["place", "country", "people", "person", "org", "force", "group", "counted", "abroad", "question", "old_year"]
) | frozenset(["bound", "meant", "opening"])


def _topic(path: Path, common: tuple[Objection, ...]) -> Topic:
    topic = load_yaml(path, Topic)
    if topic.id != path.stem:
        raise SeedError(path, f"must be the file's name, {path.stem!r}, not {topic.id!r}", field="id")
    unknown = set(topic.without) - {objection.name for objection in common}
    if unknown:
        raise SeedError(path, f"no common objection is called {sorted(unknown)[0]!r}", field="without")
    kept = tuple(objection for objection in common if objection.name not in topic.without)
    return Topic(**{**{f: getattr(topic, f) for f in topic.__struct_fields__}, "objections": kept + topic.objections})


def _classes(topic: Topic) -> Iterator[tuple[str, str]]:
    """The word classes that a topic names, each with the field that names it."""
    for signal in topic.signals:
        yield from (("signals", cls) for entry in (*signal.words, *signal.also) for cls in entry.split("|"))
    for objection in topic.objections:
        entries = (*objection.words, *objection.unless, *objection.clear_of)
        yield from (("objections", cls.strip()) for entry in entries for cls in entry.split("+"))
    for bonus in topic.bonuses:
        yield from (("bonuses", cls) for cls in bonus.words)
    if isinstance(topic.events, Frame):
        yield from (("events", cls) for cls in (*topic.events.act, *topic.events.counts))


def _cues(topic: Topic) -> Iterator[tuple[str, str]]:
    """The cues that a topic's frame names, each with its field."""
    if isinstance(topic.events, Frame):
        for slot in ("actor", "target", "place"):
            role: Role | None = getattr(topic.events, slot)
            yield from ((f"events.{slot}.cues", cue) for cue in (role.cues if role else ()))


def _check(directory: Path, topics: tuple[Topic, ...], known: frozenset[str]) -> None:
    for topic in topics:
        path = directory / f"{topic.id}.yaml"
        for field, cls in _classes(topic):
            if cls not in known:
                raise SeedError(path, f"no word file has a class {cls!r}", field=field)
        for field, cue in _cues(topic):
            if cue not in CUES:
                told = f"{cue!r} is no cue; there are {', '.join(sorted(CUES))}"
                raise SeedError(path, told, field=field)
