"""A light stemmer for Ukrainian, which Snowball does not have.

Removes the reflexive particle, then the longest inflectional ending (of nouns, adjectives and verbs, as school
grammars list them) that leaves three letters, then a final soft sign or doubled н. It does not know the changes
inside a stem (рік/року, рука/руці) nor prefixes. Expects lower case without apostrophes.
"""

from __future__ import annotations

import re

_REFLEXIVE = re.compile(r"(?<=\w{3})(?:ся|сь)$")
_ENDINGS = (
    # adjectives, participles, numerals
    "ого ому ими ої ою ий ій ім их им их а я е є і ї у ю "
    "його йому ьої ьою ьому ього ішого ішому іша іше іші ішу іший іших "
    # nouns
    "ами ями ою ею єю ом ем єм ам ям ах ях ів їв ей о и ь й ість ості істю ня ню ням нях тя тю тям тях "
    # verbs
    "уть ють ать ять имо емо ємо ите ете єте иш еш єш ить еть ув ив ав яв ала яла ила ула ало яло ило уло "
    "али яли или ули ують юють ує ює увати ювати ував ювала увала ували ювали"
)
_ENDING = re.compile(r"(?<=\w{3})(?:" + "|".join(sorted(set(_ENDINGS.split()), key=len, reverse=True)) + r")$")
_TAIL = re.compile(r"(?<=\w{2})(?:ь|(?<=н)н)$")


def stem(word: str) -> str:
    """The word without its ending; a word of three letters or fewer, or of another script, as it is."""
    if len(word) < 4 or word.isascii():
        return word
    return _TAIL.sub("", _longest(_REFLEXIVE.sub("", word)))


def _longest(word: str) -> str:
    # search() finds the leftmost match, which is the longest ending that leaves three letters
    found = _ENDING.search(word)
    return word[: found.start()] if found else word
