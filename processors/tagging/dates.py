"""Dates that a sentence states: "25 June 2024", "le 5 mars 2023", "2026年2月3日", "December 2023", "on Tuesday"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale, UnknownLocaleError

_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_CHINESE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(?:(\d{1,2})日)?")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"


# "Today" and "yesterday", and weekdays in cases that CLDR does not list.
_TODAY = {"en": "today", "fr": "aujourd'hui", "de": "heute", "es": "hoy", "it": "oggi", "pt": "hoje", "ru": "сегодня",
          "uk": "сьогодні", "pl": "dzisiaj", "ar": "اليوم", "tr": "bugün", "nl": "vandaag"}  # fmt: skip
_YESTERDAY = {"en": "yesterday", "fr": "hier", "de": "gestern", "es": "ayer", "it": "ieri", "pt": "ontem",
              "ru": "вчера", "uk": "вчора", "pl": "wczoraj", "ar": "أمس", "tr": "dün", "nl": "gisteren"}  # fmt: skip
_CASES = {"ru": {"среду": 2, "пятницу": 4, "субботу": 5}, "uk": {"середу": 2, "п'ятницю": 4, "суботу": 5, "неділю": 6},
          "pl": {"środę": 2, "sobotę": 5, "niedzielę": 6}}  # fmt: skip


def relative_date(text: str, lang: str, published_at: datetime | None) -> str | None:
    """The day that "yesterday" or a weekday means in a report of that time: the last such day, as ISO day.

    None without a time, without such a word, and where the words mean several days.
    """
    if published_at is None:
        return None
    words = set(_WORD.findall(text.casefold().replace("’", "'")))
    today, found = published_at.date(), set()
    for word, back in ((_TODAY.get(lang), 0), (_YESTERDAY.get(lang), 1)):
        if word in words:
            found.add(today - timedelta(days=back))
    for name, number in _weekdays(lang).items():
        if name in words:
            found.add(today - timedelta(days=(today.weekday() - number) % 7))
    return found.pop().isoformat() if len(found) == 1 else None


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
def _weekdays(lang: str) -> dict[str, int]:
    """Names of the days of the week (CLDR, by babel), Monday is 0."""
    try:
        names = Locale.parse(lang).days["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return {}
    return {name.casefold().replace("’", "'"): number for number, name in names.items()} | _CASES.get(lang, {})


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
