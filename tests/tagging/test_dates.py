"""Days that a report means by a weekday or "yesterday"."""

from datetime import UTC, datetime

import pytest

from processors.tagging.dates import relative_date

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Norway sent 200 soldiers on Tuesday.", "2026-11-17"),
        ("en", "They arrived on Friday.", "2026-11-20"),
        ("fr", "Ils sont arrivés hier.", "2026-11-19"),
        ("fr", "Ils sont arrivés aujourd’hui.", "2026-11-20"),
        ("de", "Am Montag trafen sie ein.", "2026-11-16"),
        ("ru", "Они прибыли в среду.", "2026-11-18"),
        ("pl", "Wylądowali w środę.", "2026-11-18"),
        ("pt", "Partiram na segunda-feira.", "2026-11-16"),
        ("ar", "وصل الجنود أمس", "2026-11-19"),
        ("en", "They left on Monday and arrived on Tuesday.", None),
        ("en", "They arrived.", None),
        ("xx", "They arrived on Tuesday.", None),
    ],
)
def test_relative_day(lang, text, expected):
    assert relative_date(text, lang, FRIDAY) == expected


def test_nothing_is_guessed_without_a_date_of_publication():
    assert relative_date("They arrived on Tuesday.", "en", None) is None
