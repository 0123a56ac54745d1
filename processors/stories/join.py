"""Whether an article joins a story: copies by their text, coverage of one event by who, whom and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from processors.models.articles import Party, Quantity, TaggedArticle
from processors.models.stories import StoryMember
from processors.stories.signature import keys as copy_keys
from processors.stories.signature import likeness

QUIET = timedelta(hours=72)  # a story that nothing joined for so long is closed: what comes next is a new one
CONTAINED, ALIKE = 0.45, 0.1  # share of the shorter text in the other, and of both, from which on they are copies
SAME_STORY = 0.5  # score at which two articles report the same event
SAME_DAY = timedelta(hours=24)
_NEAR, _FAR = (
    1.25,
    0.85,
)  # what shared entities weigh where no event tells: .4 of them are enough within a day, else .59
MAX_ENTITIES = 15
_WEIGHTS = tuple(1 / (1 + rank) for rank in range(MAX_ENTITIES))
# Topics whose articles may join by topic and entities alone, without an event.
_BACKGROUND = frozenset({"armed-attack"})  # daily in a war: two attacks of one day are two stories

Event = tuple[str, str, str, Quantity | None]


class Joined(Struct, frozen=True):
    """story_ids: the stories that the article belongs to, best first; more than one are one story from now on.

    copy_of: the article it is a near-duplicate of, if any.
    """

    story_ids: tuple[str, ...]
    copy_of: str | None = None


def member(tagged: TaggedArticle) -> StoryMember:
    """What joining compares of an article, with the keys by which the store finds candidates."""
    article, tags = tagged.article, tagged.tags
    linked = [entity for entity in tags.entities if entity.id]
    events: tuple[Event, ...] = tuple(
        dict.fromkeys(
            (
                event.topic,
                event.actor.id if event.actor else "",
                _where(event.target, event.place),
                event.quantity,
            )
            for event in tags.events
            if event.status != "denied"
        )
    )
    topics = tuple(topic.id for topic in tags.topics)
    entities = tuple(entity.id for entity in sorted(linked, key=lambda e: (-e.count, e.id))[:MAX_ENTITIES])
    keys = {f"e:{topic}:{actor}" for topic, actor, _, _ in events if actor}
    keys |= {f"t:{topic}:{entity}" for topic in topics for entity in entities[:4]}
    return StoryMember(
        article_id=article.id,
        timestamp=article.timestamp,
        lang=article.lang,
        source=article.source,
        signature=tagged.signature,
        keys=(*copy_keys(tagged.signature), *sorted(keys)),
        entities=entities,
        topics=topics,
        events=events,
    )


def join(newcomer: StoryMember, candidates: Iterable[tuple[str, StoryMember]]) -> Joined:
    """The stories that the newcomer belongs to, among those of the candidates (story id, member). Pure."""
    scores: dict[str, float] = {}
    copy_of: str | None = None
    best_copy = 0.0
    own_keys = set(copy_keys(newcomer.signature))
    for story_id, other in candidates:
        if abs(newcomer.timestamp - other.timestamp) > QUIET:
            continue
        copied = 0.0 if own_keys.isdisjoint(other.keys) else copy_score(newcomer, other)
        if copied > best_copy:
            best_copy, copy_of = copied, other.article_id
        score = 1.0 + copied if copied else event_score(newcomer, other)
        if score >= SAME_STORY:
            scores[story_id] = max(score, scores.get(story_id, 0.0))
    ranked = sorted(scores, key=lambda story_id: (-scores[story_id], story_id))
    return Joined(tuple(ranked), copy_of)


def copy_score(one: StoryMember, other: StoryMember) -> float:
    """0 where the texts are not near-duplicates, else their likeness."""
    alike, contained = likeness(one.signature, other.signature)
    return contained if contained >= CONTAINED and alike >= ALIKE else 0.0


def event_score(one: StoryMember, other: StoryMember) -> float:
    """How surely two different texts report one event, 0 to 1.

    Half by an event that they share (topic, actor and where, figures that agree), half by the entities they share.
    Without one by topics and entities alone, and less of these within a day: but not where their events of one topic
    have other actors or places.
    """
    likeness = [_event_likeness(a, b) for a in one.events for b in other.events if a[0] == b[0]]
    event = max(likeness, default=0.0)
    if event > 0:
        return 0.5 * event + 0.5 * _overlap(one.entities, other.entities)
    if event < 0 or _BACKGROUND.issuperset(set(one.topics).intersection(other.topics)):
        return 0.0
    near = abs(one.timestamp - other.timestamp) <= SAME_DAY
    return (_NEAR if near else _FAR) * _overlap(one.entities, other.entities)


def _event_likeness(a: Event, b: Event) -> float:
    """Of two events of one topic: above 0 where they agree, below where they contradict, 0 where that is open."""
    (_, actor, where, quantity), (_, other_actor, other_where, other_quantity) = a, b
    if (actor and other_actor and actor != other_actor) or (where and other_where and where != other_where):
        return -1.0
    if not actor or not other_actor:
        return 0.0
    score = 0.8 if where and where == other_where else 0.5
    if quantity and other_quantity:
        score += 0.2 if _agree(quantity, other_quantity) else -0.2
    return score


def _agree(a: Quantity, b: Quantity) -> bool:
    """Two ranges overlap; an open end reaches as far as ten times the other."""
    low_a, high_a = _closed(a)
    low_b, high_b = _closed(b)
    return low_a <= high_b and low_b <= high_a


def _closed(quantity: Quantity) -> tuple[float, float]:
    low = quantity.min if quantity.min is not None else (quantity.max or 0) / 10
    high = quantity.max if quantity.max is not None else (quantity.min or 0) * 10
    return float(low), float(high)


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Jaccard of two lists of entities, each weighted by its rank: what a text names most counts most."""
    right = dict(zip(other, _WEIGHTS, strict=False))
    both = total = 0.0
    for entity, weight in zip(one, _WEIGHTS, strict=False):
        total += weight
        if match := right.get(entity):
            both += min(weight, match)
    either = total + sum(right.values()) - both
    return both / either if either else 0.0


def _where(target: Party | None, place: Party | None) -> str:
    return next((party.id for party in (target, place) if party and party.id), "")
