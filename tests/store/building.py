"""Small articles, feeds and runs for the store's tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from processors.models.alerts import Delivery, Notification, NotificationState
from processors.models.articles import (
    ArchiveLocator,
    Article,
    Entity,
    Event,
    IndexedArticle,
    Party,
    Quantity,
    TaggedArticle,
    Tags,
    TopicTag,
)
from processors.models.runs import Run, RunState
from processors.models.stories import StoryMember
from processors.query.parse import parse
from processors.query.tree import Query
from processors.store.interface import Store
from processors.urls import digest

NOW = datetime(2024, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

FRANCE, RUSSIA, UKRAINE, NORTH_KOREA = "Q142", "Q159", "Q212", "Q423"
LABELS = {
    FRANCE: "France",
    RUSSIA: "Russia",
    UKRAINE: "Ukraine",
    NORTH_KOREA: "North Korea",
    "Q1": "Port One",
    "Q2": "Port Two",
}
NAMES = {
    "france": (FRANCE,), "russia": (RUSSIA,), "russie": (RUSSIA,), "ukraine": (UKRAINE,),
    "north korea": (NORTH_KOREA,), "corée du nord": (NORTH_KOREA,), "port": ("Q1", "Q2"),
}  # fmt: skip


class Names:
    """A gazetteer of seven names."""

    def resolve(self, name: str) -> tuple[str, ...]:
        return NAMES.get(name.casefold(), ())

    def label(self, qid: str) -> str:
        return LABELS.get(qid, qid)


def q(text: str) -> Query:
    return parse(text, Names())


def article(
    id_: str,
    text: str = "",
    *,
    title: str = "",
    lang: str = "en",
    published: datetime | None = NOW,
    seen: datetime = NOW,
    source: str = "northwire.example",
    country: str | None = "GB",
    authors: tuple[str, ...] = (),
    entities: tuple[Entity, ...] = (),
    topics: tuple[str, ...] = (),
    events: tuple[Event, ...] = (),
    story: str = "",
    run: str = "run-1",
    revision: int = 0,
    keys: tuple[str, ...] = (),
) -> tuple[IndexedArticle, StoryMember]:
    made = Article(
        id=id_,
        url=f"https://{source}/{id_}",
        source=source,
        title=title,
        text=text,
        lang=lang,
        seen_at=seen,
        content_hash=digest(title, text),
        authors=authors,
        published_at=published,
        country=country,
        locator=ArchiveLocator("pages.warc.gz", 0),
    )
    tags = Tags(lang, entities, tuple(TopicTag(topic, 0.9, f"About {topic}.") for topic in topics), events, "test")
    member = StoryMember(id_, made.timestamp, lang, source, "00", keys)
    return IndexedArticle(TaggedArticle(made, tags, "00"), story or f"story-{id_}", run, revision), member


def event(
    actor: str = "",
    *,
    target: str = "",
    place: str = "",
    count: tuple[int | None, int | None] | None = None,
    status: str = "reported",
    evidence: str = "",
    topic: str = "troop-deployment",
) -> Event:
    return Event(
        topic,
        actor=party(actor),
        target=party(target),
        place=party(place),
        quantity=Quantity(*count) if count else None,
        status=status,
        evidence=evidence,
    )


def party(name: str) -> Party | None:
    if not name:
        return None
    return Party(name, LABELS[name]) if name in LABELS else Party("", name)


def entity(qid: str, *forms: str) -> Entity:
    return Entity(
        qid, LABELS.get(qid, forms[0] if forms else qid), "country", 1, tuple(form.casefold() for form in forms)
    )


def run_of(id_: str = "run-1", at: datetime = NOW) -> Run:
    return Run(id_, RunState.OPEN, at)


def write(store: Store, *articles: tuple[IndexedArticle, StoryMember], run: str = "run-1", at: datetime = NOW) -> None:
    """Writes the articles as one committed run."""
    opened = store.open_run(run_of(run, at))
    with store.writing(opened) as writer:
        writer.put_articles(articles)
        writer.commit(opened)


def found(store: Store, query: str) -> set[str]:
    """The ids of all hits."""
    page = store.search(q(query), limit=1000)
    ids = [hit.article.tagged.article.id for hit in page.hits]
    assert page.total == len(ids) == len(set(ids)) == store.count(q(query))
    return set(ids)


def ids_of(articles: Iterable[IndexedArticle]) -> list[str]:
    return [indexed.tagged.article.id for indexed in articles]


def notification_of(id_: str, at: datetime = NOW) -> Notification:
    return Notification(id_, "alert", "desk@veille.example", Delivery.IMMEDIATE, NotificationState.PENDING, at)
