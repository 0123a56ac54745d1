"""Where movements go and whose they are, beyond the plain cases: towns, case endings, bodies, missions, datelines."""

import pytest

# lang, text, actor, target or place
CASES = [
    ("en", "Japan has sent 60 engineers and 200 soldiers to Cairns.", "Japan", "Cairns"),
    ("fr", "Le Kenya a dépêché 300 soldats à Butembo.", "Kenya", "Butembo"),
    ("ru", "Уганда перебросила 400 военных в Бунию.", "Uganda", "Bunia"),
    ("uk", "Канада відправила 80 інструкторів до Радома.", "Canada", "Radom"),
    ("pl", "Hiszpania wysłała 200 żołnierzy do Bunii.", "Spain", "Bunia"),
    ("ar", "أرسلت تنزانيا 300 جندي إلى بوكافو.", "Tanzania", "Bukavu"),
    ("zh", "肯尼亚派遣300名士兵赴布卡武。", "Kenya", "Bukavu"),
    ("ja", "ケニアは兵士300人をブカブに派遣した。", "Kenya", None),
    # case endings and nouns of place in Turkish
    ("tr", "Katar'a 300 Türk askeri gönderildi.", "Turkey", "Qatar"),
    ("tr", "Azerbaycan, Suriye'nin kuzeyine 200 asker sevk etti.", "Azerbaijan", "Syria"),
    ("tr", "İtalya, Libya'nın Tobruk kentine 90 eğitmen ve asker gönderdi.", "Italy", "Tobruk"),
    # bodies that name no country
    ("it", "Centoventi alpini sono arrivati in Lettonia.", "Italy", "Latvia"),
    ("fr", "Deux cents parachutistes du 3e RPIMa ont atterri à Libreville.", "France", "Libreville"),
    # a mission stands somewhere; who serves in it sends
    ("en", "Around 200 soldiers from Nepal have arrived to join UNIFIL.", "Nepal", "Lebanon"),
    # from one country to another: the mover is the subject
    ("en", "Russia moved 500 soldiers from Belarus to Kazakhstan.", "Russia", "Kazakhstan"),
    # an adjective far from its noun
    ("fr", "Un détachement malawite de 250 soldats a été envoyé au Mozambique.", "Malawi", "Mozambique"),
    # a dateline is no destination
    ("en", "NAIROBI, Kenya — Burundi has sent 600 soldiers to Somalia.", "Burundi", "Somalia"),
    # a preposition in one word with the name
    ("ar", "نشرت رواندا 500 جندي بموزمبيق.", "Rwanda", "Mozambique"),
]


@pytest.mark.parametrize(("lang", "text", "actor", "where"), CASES)
def test_actor_and_place(tagger, lang, text, actor, where):
    (event,) = [event for event in tagger.tag(text, lang=lang).events if event.topic == "troop-deployment"]
    assert event.actor is not None
    assert event.actor.label == actor
    if where:
        assert where in [party.label for party in (event.target, event.place) if party]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Kenya sent 300 soldiers on Monday."),
        ("en", "Kenya sent 300 soldiers to General Milan Kovac."),
        ("ar", "أرسلت تونس 300 جندي للقيام بدور مهم."),
        ("pl", "Hiszpania wysłała 200 żołnierzy XVII zmiany."),
    ],
)
def test_no_place_is_made_up(tagger, lang, text):
    (event,) = [event for event in tagger.tag(text, lang=lang).events if event.topic == "troop-deployment"]
    assert (event.target, event.place) == (None, None)


def test_senders_of_a_list_have_an_event_each(tagger):
    events = tagger.tag("Ghana and Togo are sending 300 soldiers to Benin.", lang="en").events
    assert [(e.actor.label, e.target.label) for e in events] == [("Ghana", "Benin"), ("Togo", "Benin")]


def test_a_second_sender_goes_where_the_first_goes(tagger):
    text = "Uganda has sent 500 soldiers to Somalia. Egypt will contribute 300 troops."
    assert [(e.actor.label, e.target.label) for e in tagger.tag(text, lang="en").events] == [
        ("Uganda", "Somalia"),
        ("Egypt", "Somalia"),
    ]
