"""Codes of languages (ISO 639) and countries (ISO 3166), from Unicode CLDR by babel."""

from __future__ import annotations

from functools import cache

from babel import Locale

_NO_COUNTRY = frozenset({"ZZ", "XA", "XB", "QO", "EU", "EZ", "UN"})  # unknown, for tests, of several countries


@cache
def languages() -> frozenset[str]:
    """ "fr", "uk", and three letters where a language has no two."""
    return frozenset(filter(str.isalpha, map(str, Locale("en").languages)))


@cache
def countries() -> frozenset[str]:
    """ "FR", "XK"."""
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2) - _NO_COUNTRY
