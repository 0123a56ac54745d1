"""Stories: articles that report the same thing."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from processors.models.articles import Quantity


class StoryMember(Struct, frozen=True):
    """What joining compares of one article.

    keys: strings that two articles of one story are likely to share (bands of the signature, event and entity
    keys): the store finds candidates by them.
    """

    article_id: str
    timestamp: datetime
    lang: str
    source: str
    signature: str
    keys: tuple[str, ...]
    entities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    events: tuple[tuple[str, str, str, Quantity | None], ...] = ()  # topic, actor id, target id, quantity


class Story(Struct, frozen=True):
    """id: derived from its first article. merged_into: the story that took it over, if any."""

    id: str
    title: str
    first_at: datetime
    last_at: datetime
    size: int
    merged_into: str | None = None
