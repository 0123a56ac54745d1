"""Values compare alike in queries and in what was indexed."""

from __future__ import annotations

import pytest

from processors.query.values import keyword, label


@pytest.mark.parametrize(
    ("field", "written", "stored"),
    [
        ("author", "  Jean\u00a0DUPONT ", "jean dupont"),
        ("author", "Straße Ｗｉｄｅ", "strasse wide"),
        ("form", "Corée  du Nord", "corée du nord"),
        ("country", "fr", "FR"),
        ("entity", " Q142", "Q142"),
        ("entity", "veille:border-guard", "veille:border-guard"),
        ("source", "www.Northwire.example", "northwire.example"),
        ("lang", "FR", "fr"),
        ("story", "aB", "aB"),
    ],
)
def test_keywords(field: str, written: str, stored: str) -> None:
    assert keyword(field, written) == stored
    assert keyword(field, stored) == stored


def test_labels_keep_their_accents() -> None:
    assert label("CORÉE") == "corée"
