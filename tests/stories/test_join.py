"""Which articles become one story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from processors.models.articles import Quantity
from processors.models.stories import StoryMember
from processors.stories.join import QUIET, join
from processors.stories.signature import keys, signature

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRANCE, ROMANIA, ESTONIA, NATO = "Q142", "Q218", "Q191", "Q7184"


def coverage(
    name: str,
    text: str = "",
    *,
    hours: int = 0,
    entities: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    events: tuple[tuple[str, str, str, Quantity | None], ...] = (),
) -> StoryMember:
    made = signature("", text or f"words of article {name} that no other article has {name} {name}")
    at = NOON + timedelta(hours=hours)
    return StoryMember(name, at, "en", f"{name}.example", made, keys(made), entities, topics, events)


def deployment(name: str, where: str, quantity: Quantity | None, hours: int = 0) -> StoryMember:
    event = ("troop-deployment", FRANCE, where, quantity)
    entities = (FRANCE, where, NATO)
    return coverage(name, hours=hours, entities=entities, topics=("troop-deployment",), events=(event,))


def test_the_same_event_in_two_languages_is_one_story() -> None:
    first = deployment("a", ROMANIA, Quantity(300, 300))
    assert join(deployment("b", ROMANIA, Quantity(300, None), hours=5), [("s1", first)]).story_ids == ("s1",)


def test_the_same_army_elsewhere_is_another_story() -> None:
    first = deployment("a", ROMANIA, Quantity(300, 300))
    assert join(deployment("b", ESTONIA, Quantity(300, 300)), [("s1", first)]).story_ids == ()


def test_a_story_closes_after_the_quiet_period() -> None:
    first = deployment("a", ROMANIA, Quantity(300, 300))
    hours = int(QUIET.total_seconds() // 3600)
    assert join(deployment("b", ROMANIA, Quantity(300, 300), hours=hours), [("s1", first)]).story_ids == ("s1",)
    assert join(deployment("c", ROMANIA, Quantity(300, 300), hours=hours + 1), [("s1", first)]).story_ids == ()


def test_a_copy_joins_by_its_text_alone_and_names_its_original() -> None:
    text = "the minister said on monday that three ships would leave the port before the end of the week " * 3
    first, copy = coverage("a", text), coverage("b", text + "with reporting by our staff")
    joined = join(copy, [("s1", first)])
    assert (joined.story_ids, joined.copy_of) == (("s1",), "a")


def test_an_article_that_copies_two_stories_names_both_best_first() -> None:
    text = " ".join(f"word{n}" for n in range(120))
    near, far = coverage("a", text), coverage("b", " ".join(text.split()[:95]) + " quite another ending of this copy")
    assert join(coverage("c", text), [("s2", far), ("s1", near)]).story_ids == ("s1", "s2")


@pytest.mark.parametrize("shared", [(), (FRANCE,)])
def test_a_country_alone_makes_no_story(shared: tuple[str, ...]) -> None:
    one = coverage("a", entities=(*shared, "Q1", "Q2"), topics=("sanctions",))
    other = coverage("b", entities=(*shared, "Q3", "Q4"), topics=("sanctions",))
    assert join(one, [("s1", other)]).story_ids == ()


@pytest.mark.parametrize(("hours", "joined"), [(6, ("s1",)), (30, ())])
def test_entities_tell_more_within_a_day(hours: int, joined: tuple[str, ...]) -> None:
    one = coverage("a", entities=(FRANCE, "Q1", "Q2", "Q3"), topics=("sanctions",))
    other = coverage("b", hours=hours, entities=("Q1", FRANCE, "Q4", "Q3"), topics=("sanctions",))
    assert join(other, [("s1", one)]).story_ids == joined


def test_events_that_contradict_keep_articles_of_the_same_entities_apart() -> None:
    first = deployment("a", ROMANIA, None)
    second = coverage(
        "b",
        entities=first.entities,
        topics=first.topics,
        events=(("troop-deployment", ROMANIA, ESTONIA, None),),
    )
    assert join(second, [("s1", first)]).story_ids == ()


def test_candidates_in_any_order_give_the_same_stories() -> None:
    candidates = [("s1", deployment("a", ROMANIA, Quantity(300, 300))), ("s2", deployment("b", ROMANIA, None))]
    newcomer = deployment("c", ROMANIA, Quantity(300, 300))
    assert join(newcomer, candidates) == join(newcomer, candidates[::-1])
