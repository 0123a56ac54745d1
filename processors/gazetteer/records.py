"""The gazetteer's records, and the vocabularies of its two files."""

from __future__ import annotations

from msgspec import Struct

TYPES = frozenset(
    {
        "country", "territory", "region", "city", "sea", "facility",
        "person", "armed-force", "armed-group", "organisation",
    }
)  # fmt: skip
KINDS = ("name", "short", "abbreviation", "surname", "metonym", "demonym")


class Entity(Struct, frozen=True):
    """What names refer to. id: a Wikidata QID, or `veille:slug` where no QID could be seen in a public source.

    country: the id of the country whose forces, territory, office or capital this is; None for none or several.
    """

    id: str
    type: str
    label: str
    country: str | None
    source: str


class Name(Struct, frozen=True):
    """One written form. lang: ISO 639-1, or "" for all languages. kind: one of KINDS.

    metonym: the form also stands for the entity's country ("Moscow" for Russia).
    """

    id: str
    lang: str
    text: str
    kind: str


class Span(Struct, frozen=True):
    """A form found in a text: text == original[start:end]. qids: more than one where the form stays ambiguous.

    kind: one of KINDS; type: the type of the first entity.
    """

    start: int
    end: int
    text: str
    qids: tuple[str, ...]
    kind: str
    type: str
