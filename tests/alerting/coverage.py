"""Made-up coverage that the tests of alerts, mails and reports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from processors.models.articles import (
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
from processors.models.stories import Story, StoryMember
from processors.query.tree import And, EventClause, EventTest, Query, Value
from processors.store.interface import Store
from processors.urls import digest

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KOREA = Party("Q423", "North Korea")
RUSSIA = Party("Q159", "Russia")
UKRAINE = Party("Q212", "Ukraine")
KURSK = Party("Q5335", "Kursk Oblast")
AT_LEAST_3500 = Quantity(3500, None)
SENTENCE = "At least 3,500 North Korean soldiers have arrived in Russia's Kursk region, Kyiv says."
KOREANS_ABROAD = Query(
    'topic:troop-deployment AND actor:"North Korea"',
    And((Value("topic", "troop-deployment"), EventClause(EventTest("actor", qids=("Q423",), value="north korea")))),
)


def deployment(
    quantity: Quantity | None = AT_LEAST_3500,
    sentence: str = SENTENCE,
    status: str = "claimed",
    actor: Party = KOREA,
) -> Event:
    """North Korean troops in Kursk, as Ukraine tells it."""
    return Event("troop-deployment", actor, RUSSIA, KURSK, quantity, status, UKRAINE, evidence=sentence)


def article(
    number: int = 1,
    *,
    title: str = "North Korean sappers arrive in Kursk",
    text: str = "",
    lang: str = "en",
    url: str | None = None,
    source: str = "northwire.example",
    story: str = "story-1",
    events: tuple[Event, ...] = (deployment(),),
    topics: tuple[str, ...] = ("troop-deployment",),
    published_at: datetime | None = NOW - timedelta(hours=3),
    seen_at: datetime = NOW - timedelta(hours=1),
    run_id: str = "run-1",
) -> IndexedArticle:
    """An article as the store holds it; each number is another one."""
    evidence = events[0].evidence if events else text or title
    body = text or " ".join((evidence, "Moscow did not comment on it."))
    entities = (
        Entity("Q423", "North Korea", "country", 3, ("north korean", "north korea", "nord-coréens")),
        Entity("Q159", "Russia", "country", 2, ("russia",)),
    )
    return IndexedArticle(
        TaggedArticle(
            Article(
                id=digest("article", str(number)),
                url=f"https://{source}/{number}" if url is None else url,
                source=source,
                title=title,
                text=body,
                lang=lang,
                seen_at=seen_at,
                content_hash=digest(title, body),
                published_at=published_at,
                published_from="meta" if published_at else None,
            ),
            Tags(lang, entities, tuple(TopicTag(topic, 0.9, evidence) for topic in topics), events, "test"),
            signature="00" * 8,
        ),
        story_id=story,
        run_id=run_id,
    )


def member(found: IndexedArticle) -> StoryMember:
    """What stories compare; these tests group by hand."""
    article = found.tagged.article
    return StoryMember(article.id, article.timestamp, article.lang, article.source, found.tagged.signature, keys=())


def commit(store: Store, articles: Sequence[IndexedArticle], *, at: datetime = NOW, alerting: bool = True) -> Run:
    """The articles in the store, as one committed run."""
    run_id = articles[0].run_id
    run = store.open_run(Run(run_id, RunState.OPEN, at, alerting=alerting))
    committed = msgspec.structs.replace(run, state=RunState.COMMITTED, committed_at=at)
    with store.writing(run) as writer:
        for found in articles:
            tagged = found.tagged.article
            story = writer.story(found.story_id) or Story(
                found.story_id, tagged.title, tagged.timestamp, tagged.timestamp, 0
            )
            writer.put_articles([(found, member(found))])
            writer.put_stories([msgspec.structs.replace(story, size=story.size + 1)])
        writer.commit(committed)
    return committed


def merge(store: Store, story_id: str, into: str, *, run_id: str = "merging") -> None:
    """Shows two stories to be one."""
    run = store.open_run(Run(run_id, RunState.OPEN, NOW))
    with store.writing(run) as writer:
        merged = writer.story(story_id)
        assert merged is not None
        writer.put_stories([msgspec.structs.replace(merged, merged_into=into)])
        writer.commit(msgspec.structs.replace(run, state=RunState.COMMITTED, committed_at=NOW))
