"""The sentence that an alert shows."""

from __future__ import annotations

import msgspec

from processors.alerting.evidence import MAX_SENTENCE, choose_evidence
from processors.models.articles import Event, Quantity, TopicTag
from processors.query.parse import parse
from processors.query.tree import Query
from tests.alerting.coverage import KOREA, KOREANS_ABROAD, SENTENCE, UKRAINE, article, deployment
from tests.alerting.test_rules import Names


def chosen(query: Query, found: object) -> str:
    return choose_evidence(query, found).evidence.sentence  # type: ignore[arg-type]


def q(text: str) -> Query:
    return parse(text, Names())


def test_an_event_that_passes_the_rule_speaks_first() -> None:
    other = deployment(Quantity(9000, 9000), "Kyiv sends 9,000 of its own.", actor=UKRAINE)
    assert chosen(KOREANS_ABROAD, article(events=(other, deployment()))) == SENTENCE


def test_of_two_events_the_one_with_a_figure_speaks() -> None:
    bare = deployment(None, "North Korean soldiers are there.")
    assert chosen(KOREANS_ABROAD, article(events=(bare, deployment()))) == SENTENCE


def test_an_event_of_another_topic_comes_after_the_topics_own_sentence() -> None:
    losses = Event("military-casualties", KOREA, quantity=Quantity(12, 12), evidence="Twelve died.")
    assert chosen(KOREANS_ABROAD, article(events=(losses, deployment(actor=UKRAINE)))) == SENTENCE
    assert (
        chosen(q('actor:"North Korea" AND lang:en'), article(events=(deployment(actor=UKRAINE), losses)))
        == "Twelve died."
    )


def test_a_denial_is_no_evidence_unless_asked_for() -> None:
    denial = deployment(Quantity(1, 1), "There is not one, Moscow says.", "denied")
    assert chosen(KOREANS_ABROAD, article(events=(denial, deployment()))) == SENTENCE
    assert chosen(q("status:denied"), article(events=(deployment(), denial))) == denial.evidence


def test_a_quantity_is_tested_as_the_query_says() -> None:
    small, large = deployment(Quantity(None, 8000), "Up to 8,000."), deployment(Quantity(2000, 3000), "2,000 to 3,000.")
    assert chosen(q("topic:troop-deployment AND quantity:>=1000"), article(events=(small, large))) == large.evidence


def test_without_events_the_topics_sentence_speaks() -> None:
    found = article(events=(), topics=("sanctions", "nuclear-weapons"), text="Words that nobody asked for.")
    tags = (TopicTag("sanctions", 1.0, "Of sanctions."), TopicTag("nuclear-weapons", 0.5, "Of a reactor."))
    tagged = msgspec.structs.replace(found.tagged, tags=msgspec.structs.replace(found.tagged.tags, topics=tags))
    assert chosen(q("topic:nuclear-weapons"), msgspec.structs.replace(found, tagged=tagged)) == "Of a reactor."


def test_words_are_shown_in_their_passage_of_the_body() -> None:
    found = article(events=(), title="Drones again", text="It rained. The <drones> came & went at night.")
    assert "The <drones> came & went" in chosen(q("drone"), found)


def test_a_named_entity_is_shown_where_it_is_mentioned() -> None:
    found = article(events=(), topics=(), title="Winter", text="It snowed. Soldats nord-coréens near Kursk.", lang="fr")
    assert "nord-coréens" in chosen(q('entity:"North Korea"'), found)


def test_the_title_speaks_where_nothing_else_does() -> None:
    found = article(events=(), topics=(), title="Winter in Kursk", text="It snowed.")
    assert chosen(q("lang:en"), found) == "Winter in Kursk"


def test_a_sentence_without_end_is_cut_between_words() -> None:
    endless = deployment(sentence="word " * 1000)
    said = chosen(KOREANS_ABROAD, article(events=(endless,)))
    assert len(said) <= MAX_SENTENCE
    assert said.endswith("word…")
