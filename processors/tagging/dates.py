"""Dates that a sentence states in full: "25 June 2024", "le 5 mars 2023", "2026年2月3日", "December 2023"."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError

_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_CHINESE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"


def stated_date(text: str, lang: str) -> str | None:
    """The first date with a year in a text, as ISO day or month; None for none or an impossible one."""
    for numeric in (_ISO, _CHINESE):
        if found := numeric.search(text):
            return _iso(found[1], int(found[2]), found[3])
    months, pattern = _months(lang)
    match = pattern.search(text.casefold()) if pattern else None
    if match is None:
        return None
    month = months[match["month"] or match["first"]]
    return _iso(match["year"] or match["late"], month, match["day"] or match["after"])


def _iso(year: str, month: int, day: str | None) -> str | None:
    try:
        return date(int(year), month, int(day)).isoformat() if day else f"{date(int(year), month, 1):%Y-%m}"
    except ValueError:
        return None


@cache
def _months(lang: str) -> tuple[dict[str, int], re.Pattern[str] | None]:
    """Month names of a language (CLDR, by babel), and the pattern of its dates."""
    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        return {}, None
    names = {
        name.casefold().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in locale.months[context][width].items()
        if len(name) > 2 and not name[0].isdigit()
    }
    month = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    if not month:
        return {}, None
    of = r"(?:\s+de|\s+del)?"
    return names, re.compile(
        rf"(?:(?<!\d)(?P<day>\d{{1,2}})(?:er|st|nd|rd|th|\.|º)?{of}\s+)?\b(?P<month>{month})\b\.?(?:{of})\s+{_YEAR}"
        rf"|\b(?P<first>{month})\b\.?\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR.replace('year', 'late')}"
    )
