"""Page → Article → TaggedArticle: what a stage knows of a piece of coverage."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from processors.models.feeds import Entry


class ArchiveLocator(Struct, frozen=True):
    """Where a page lies in the archive: a file's name below VEILLE_ARCHIVE and a byte offset in it."""

    file: str
    offset: int


class Page(Struct, frozen=True):
    """Fetched bytes. url: the address after redirects. content_type: the header as sent, or None."""

    url: str
    body: bytes
    fetched_at: datetime
    locator: ArchiveLocator
    content_type: str | None = None
    feed_url: str | None = None
    entry: Entry | None = None
    country: str | None = None
    language: str | None = None


class Article(Struct, frozen=True):
    """Extracted text.

    id: 20 hex digits, of the canonical URL, or of title and text where there is no URL.
    url: the canonical URL, "" where there is none. source: its host without "www.", or "" .
    published_at: what the publisher says, in UTC, or None; published_from names where it was read
    ("json-ld", "meta", "feed", "url", "text", "input").
    content_hash: 20 hex digits of title and text: a new one under an old id is a revision.
    paywalled: whether the page says that not all may read it free; None where it says nothing.
    """

    id: str
    url: str
    source: str
    title: str
    text: str
    lang: str
    seen_at: datetime
    content_hash: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_from: str | None = None
    country: str | None = None
    image: str | None = None
    feed_url: str | None = None
    locator: ArchiveLocator | None = None
    paywalled: bool | None = None

    @property
    def timestamp(self) -> datetime:
        """The time that charts and windows use: published_at, else seen_at."""
        return self.published_at or self.seen_at


class Entity(Struct, frozen=True):
    """What mentions refer to. id: a Wikidata QID, or "" where unlinked; name: English label, or the surface form.

    type: country, territory, region, city, person, armed-force, armed-group, organisation, facility, sea, or
    spaCy's person/organisation/place for unlinked names. forms: distinct surface forms, casefolded.
    """

    id: str
    name: str
    type: str
    count: int
    forms: tuple[str, ...] = ()


class TopicTag(Struct, frozen=True):
    """A topic of an article, with the sentence that speaks for it and a score in (0, 1]."""

    id: str
    score: float
    evidence: str


class Quantity(Struct, frozen=True, array_like=True):
    """[min, max], either end open (None): "more than 130" is [130, null]."""

    min: int | None
    max: int | None


class Party(Struct, frozen=True):
    """Who or where: an English label, and a Wikidata QID or ""."""

    id: str
    label: str


class Event(Struct, frozen=True):
    """Who did what where, how many, on what evidence. status: reported, announced, claimed or denied.

    date: ISO day or month where the text states it ("2024-11-05", "2024-11"). codes: {"cameo": "...", "plover": "..."}.
    """

    topic: str
    actor: Party | None = None
    target: Party | None = None
    place: Party | None = None
    quantity: Quantity | None = None
    status: str = "reported"
    claimed_by: Party | None = None
    date: str | None = None
    evidence: str = ""
    codes: dict[str, str] = {}


class Tags(Struct, frozen=True):
    """What the tagger says of a text. tagger: the version of code and data that said it."""

    lang: str
    entities: tuple[Entity, ...]
    topics: tuple[TopicTag, ...]
    events: tuple[Event, ...]
    tagger: str


class TaggedArticle(Struct, frozen=True):
    """An article with its tags, and its near-duplicate signature (processors.stories.signature), hex."""

    article: Article
    tags: Tags
    signature: str


class IndexedArticle(Struct, frozen=True):
    """A tagged article as the store holds it. revision counts the bodies seen before this one."""

    tagged: TaggedArticle
    story_id: str
    run_id: str
    revision: int = 0
