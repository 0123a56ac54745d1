"""Troops at a border: which one, in the sentence or beside it."""

import pytest

CASES = [
    ("en", "Jordan sent 400 soldiers to the border with Syria.", "Jordan", "border with Syria"),
    (
        "en",
        "Kenya sent 300 soldiers to its border with Somalia and Ethiopia.",
        "Kenya",
        "border with Somalia and Ethiopia",
    ),
    (
        "en",
        "Tension grows at the border with Sudan. Chad has sent 500 soldiers to the border.",
        "Chad",
        "border with Sudan",
    ),
    ("fr", "L'Algérie a déployé 2 000 soldats à la frontière avec la Libye.", "Algeria", "border with Libya"),
    ("fr", "La Pologne a envoyé 1 500 militaires à la frontière biélorusse.", "Poland", "border with Belarus"),
    ("de", "Die Slowakei schickte 300 Soldaten an die Grenze zu Ungarn.", "Slovakia", "border with Hungary"),
    ("es", "Colombia envió 800 soldados a la frontera con Ecuador.", "Colombia", "border with Ecuador"),
    ("zh", "中国向中缅边境派遣了500名士兵。", "China", "border with Myanmar"),
    ("zh", "美国向美墨边境增派1200名士兵。", "United States", "border with Mexico"),
]


@pytest.mark.parametrize(("lang", "text", "actor", "target"), CASES)
def test_the_country_beyond_the_border_is_the_target(tagger, lang, text, actor, target):
    events = [event for event in tagger.tag(text, lang=lang).events if event.topic == "troop-deployment"]
    assert [(event.actor.label, event.target.label) for event in events if event.actor and event.target] == [
        (actor, target)
    ]


def test_a_region_of_the_sender_is_the_place(tagger):
    (event,) = tagger.tag("Ecuador sent 900 soldiers to Guayas.", lang="en").events
    assert (event.actor.label, event.target.label, event.place.label) == ("Ecuador", "Ecuador", "Guayas")
