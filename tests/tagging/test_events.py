"""Slots of events, on invented sentences."""

from datetime import UTC, datetime

import pytest

from processors.models.articles import Event

CASES = [
    # lang, text, actor, target, place, quantity, status
    ("en", "Norway sent 200 soldiers to Lithuania on Monday.", "Norway", "Lithuania", None, [200, 200], "reported"),
    ("en", "North Korean troops have arrived in Russia.", "North Korea", "Russia", None, None, "reported"),
    ("en", "The Kremlin has deployed thousands of troops to Belarus.",
     "Russia", "Belarus", None, [2000, None], "reported"),
    ("en", "Canada will deploy up to 1,200 more troops to Latvia.",
     "Canada", "Latvia", None, [None, 1200], "announced"),
    ("en", "Russia has massed 40,000 troops along its border with Ukraine.", "Russia", "border with Ukraine", None,
     [40000, 40000], "reported"),
    ("fr", "L'envoi de 300 instructeurs russes au Mali inquiète l'Europe.",
     "Russia", "Mali", None, [300, 300], "reported"),
    ("fr", "Des soldats burundais ont atterri à Bangui.",
     "Burundi", "Central African Republic", "Bangui", None, "reported"),
    ("fr", "Pyongyang a envoyé 10 000 soldats pour épauler les forces russes.", "North Korea", "Russia", None,
     [10000, 10000], "reported"),
    ("fr", "200 soldats ont été envoyés au Niger par l'Italie.", "Italy", "Niger", None, [200, 200], "reported"),
    ("de", "Dänemark verlegt 800 Soldaten nach Estland.", "Denmark", "Estonia", None, [800, 800], "reported"),
    ("es", "Un contingente de 90 militares españoles llegó a Rumanía.",
     "Spain", "Romania", None, [90, 90], "reported"),
    ("it", "La Grecia ha inviato 150 soldati in Kosovo.", "Greece", "Kosovo", None, [150, 150], "reported"),
    ("pt", "Angola enviou 500 soldados para Moçambique.", "Angola", "Mozambique", None, [500, 500], "reported"),
    ("ru", "Россия перебросила 2000 десантников в Казахстан.",
     "Russia", "Kazakhstan", None, [2000, 2000], "reported"),
    ("uk", "Канада відправила 300 військових до Латвії.", "Canada", "Latvia", None, [300, 300], "reported"),
    ("pl", "Hiszpania wysłała 400 żołnierzy na Łotwę.", "Spain", "Latvia", None, [400, 400], "reported"),
    ("ar", "أرسلت مصر 500 جندي إلى الصومال.", "Egypt", "Somalia", None, [500, 500], "reported"),
    ("zh", "俄罗斯向白俄罗斯派遣了2000名士兵。", "Russia", "Belarus", None, [2000, 2000], "reported"),
    ("tr", "Türkiye Katar'a 300 asker gönderdi.", "Turkey", "Qatar", None, [300, 300], "reported"),
]  # fmt: skip


def deployments(tagger, text, lang=None) -> list[Event]:
    return [event for event in tagger.tag(text, lang=lang).events if event.topic == "troop-deployment"]


@pytest.mark.parametrize(("lang", "text", "actor", "target", "place", "quantity", "status"), CASES)
def test_slots(tagger, lang, text, actor, target, place, quantity, status):
    (event,) = deployments(tagger, text, lang)
    assert event.actor.label == actor
    assert event.target.label == target
    assert place is None or event.place.label == place
    assert (event.quantity and [event.quantity.min, event.quantity.max]) == quantity
    assert event.status == status
    assert event.evidence == text


def test_two_movements_are_two_events(tagger):
    text = "Poland sent 500 soldiers to Estonia. Belgium sent 300 soldiers to Romania."
    assert [(e.actor.label, e.target.label, e.quantity.min) for e in deployments(tagger, text, "en")] == [
        ("Poland", "Estonia", 500),
        ("Belgium", "Romania", 300),
    ]


def test_mentions_of_one_movement_are_one_event_and_a_figure_beats_a_vague_word(tagger):
    text = "North Korea has sent thousands of soldiers to Russia. Pyongyang sent 11,000 troops to Russia, Seoul says."
    (event,) = deployments(tagger, text, "en")
    assert (event.quantity.min, event.quantity.max) == (11000, 11000)


def test_nothing_is_guessed(tagger):
    (event,) = deployments(tagger, "Troops have been deployed, a spokesman said.", "en")
    assert (event.actor, event.target, event.place, event.quantity) == (None, None, None, None)


def test_a_date_is_taken_where_the_sentence_states_it(tagger):
    (event,) = deployments(tagger, "Norway sent 200 soldiers to Lithuania on 25 June 2024.", "en")
    assert event.date == "2024-06-25"


def test_a_denial_makes_a_denied_event_and_no_topic(tagger):
    tags = tagger.tag("Norway denied sending 300 soldiers to Libya.", lang="en")
    assert not tags.topics
    assert [event.status for event in tags.events] == ["denied"]


def test_another_party_that_says_so_claims(tagger):
    (event,) = deployments(tagger, "Ukraine says North Korea has sent 3,000 soldiers to Russia.", "en")
    assert (event.actor.label, event.status, event.claimed_by.label) == ("North Korea", "claimed", "Ukraine")


def test_casualties_are_the_victims(tagger):
    (event,) = tagger.tag("Douze soldats nigériens ont été tués à Ménaka.", lang="fr").events
    assert (event.topic, event.actor.label) == ("military-casualties", "Niger")
    assert (event.quantity.min, event.quantity.max) == (12, 12)


def test_codes_come_with_the_event(tagger):
    (event,) = deployments(tagger, "Norway sent 200 soldiers to Lithuania.", "en")
    assert set(event.codes) == {"cameo", "plover"}


def test_a_list_of_countries_is_an_event_each_with_its_own_count(tagger):
    text = "Portugal enviou 150 soldados à República Centro-Africana e outros 60 ao Mali."
    events = tagger.tag(text, lang="pt").events
    assert [(event.target.label, event.quantity.min) for event in events] == [
        ("Central African Republic", 150),
        ("Mali", 60),
    ]


def test_place_is_empty_where_only_the_country_is_named(tagger):
    (event,) = tagger.tag("Norway sent 200 soldiers to Lithuania.").events
    assert (event.target.label, event.place) == ("Lithuania", None)


def test_the_enemy_is_neither_actor_nor_target(tagger):
    (event,) = tagger.tag("Chad sent 500 soldiers to Nigeria to fight against Boko Haram.").events
    assert (event.actor.label, event.target.label) == ("Chad", "Nigeria")


def test_a_weekday_is_the_last_one_before_publication_but_not_of_plans(tagger):
    published = datetime(2026, 11, 20, tzinfo=UTC)
    (past,) = tagger.tag("Norway sent 200 soldiers to Lithuania on Tuesday.", published_at=published).events
    (plan,) = tagger.tag("Norway will send 200 soldiers to Lithuania on Tuesday.", published_at=published).events
    assert (past.date, plan.date) == ("2026-11-17", None)
