"""When do two names of a party or a place mean the same? For comparing an annotator's labels with events."""

from __future__ import annotations

import re
from collections.abc import Callable

from processors.gazetteer import Gazetteer
from processors.tagging.surface import fold_word, without_accents

_FORCES = re.compile(
    r" (?:group|army|(?:armed )?forces|troops|military|navy|marines|mercenaries|soldiers|fighters|contractors|police)$"
)
_DIRECTION = re.compile(
    r"^(?:the |(?:north|south|east|west|northern|southern|eastern|western|central|upper|lower)[ -])+"
)
_AREA = re.compile(r" (?:region|oblast|province|district|state|direction|front|islands?|city|area|coast|department)$")
_WORDS = re.compile(r"[\W_]+")
_BORDER = re.compile(r"^(?:the )?borders? with (.+)$|^(.+) borders?$")
_LIST = re.compile(r", (?:and )?| and ")


def same_party(gazetteer: Gazetteer, gold: str | None, got: str | None) -> bool:
    """Whether two labels name the same actor: "Russian mercenaries", "Russian army" and "Russia" are one; a force
    with a name of its own ("Africa Corps") is only itself. Of a list ("Malawi and South Africa") any is right, since
    each has an event of its own.
    """
    return any(_alike(_actor_keys(gazetteer, part), _actor_keys(gazetteer, got)) for part in _listed(gazetteer, gold))


def same_place(gazetteer: Gazetteer, gold: str | None, got: str | None) -> bool:
    """Whether two labels name the same place, by gazetteer id, town or folded name: "southern Lebanon" is Lebanon,
    "Kursk region" Kursk, "Syria border" the border with Syria. Of a list any is right, as of actors.
    """
    return any(_alike(_place_keys(gazetteer, part), _place_keys(gazetteer, got)) for part in _listed(gazetteer, gold))


def _listed(gazetteer: Gazetteer, label: str | None) -> list[str | None]:
    """The label, and the parts of one that lists several and means nothing as a whole."""
    if label is None or _BORDER.match(label) or gazetteer.resolve(label):
        return [label]
    return [label, *_LIST.split(label)] if _LIST.search(label) else [label]


def _alike(gold: set[str], got: set[str]) -> bool:
    return bool(gold & got) if gold and got else gold == got


def _actor_keys(gazetteer: Gazetteer, label: str | None) -> set[str]:
    return _keys(gazetteer, label, lambda name: _FORCES.sub("", name))


def _place_keys(gazetteer: Gazetteer, label: str | None) -> set[str]:
    border = _BORDER.match(label) if label else None
    if border:
        return {f"border {part}" for part in _LIST.split((border[1] or border[2]).casefold())}
    found = _keys(gazetteer, label, lambda name: _AREA.sub("", _DIRECTION.sub("", name)))
    town = gazetteer.towns.find(label, "en", ()) if label and gazetteer.towns else None
    return found | ({f"town {town.label} {town.country}"} if town and town.country else set())


def _keys(gazetteer: Gazetteer, label: str | None, shorten: Callable[[str], str]) -> set[str]:
    """The folded names and the ids that a label may stand for; the empty set for none."""
    if label is None:
        return set()
    names = {label.casefold(), shorten(label.casefold())}
    found = {_WORDS.sub(" ", without_accents(fold_word(name))).strip() for name in names}
    for name in names:
        ids = gazetteer.resolve(name)
        found |= set(ids) if len(ids) == 1 else set()
    return found
