"""When an annotator's label and an event's name one party or place."""

import pytest

from processors.tagging.labels import same_party, same_place


@pytest.mark.parametrize(
    ("gold", "got", "same"),
    [
        ("Kursk region", "Kursk Oblast", True),
        ("southern Lebanon", "Lebanon", True),
        ("Syria border", "border with Syria", True),
        ("borders with Lebanon and Iraq", "border with Iraq", True),
        ("border with Syria", "Syria", False),
        ("Hungary and Bulgaria", "Bulgaria", True),
        ("Hungary and Bulgaria", "Romania", False),
        ("Bosnia and Herzegovina", "Bosnia and Herzegovina", True),
        (None, "Mali", False),
        ("Mali", None, False),
        (None, None, True),
    ],
)
def test_places(tagger, gold, got, same):
    assert same_place(tagger.gazetteer, gold, got) is same


@pytest.mark.parametrize(
    ("gold", "got", "same"),
    [
        ("Russian army", "Russia", True),
        ("Malawi and South Africa", "South Africa", True),
        ("Africa Corps", "Russia", False),
        ("Guinea", "Guinea-Bissau", False),
    ],
)
def test_parties(tagger, gold, got, same):
    assert same_party(tagger.gazetteer, gold, got) is same
