"""Light stemmers, as search servers use them for these languages, so that both engines find the same.

German, French, Portuguese, Spanish, Italian: J. Savoy, "Light stemming approaches for the French, Portuguese, German
and Hungarian languages", SAC 2006, and his stemmers for the CLEF campaigns. Arabic: L. Larkey, L. Ballesteros,
M. Connell, "Light stemming for Arabic information retrieval", 2007 (light10). They expect lower case, with accents; the
Arabic one folded words.
"""

from __future__ import annotations

import re
from itertools import groupby

_VOWELS = str.maketrans("äàáâöòóôïìíîüùúû", "aaaaooooiiiiuuuu")
_GERMAN_UMLAUTS = (("ß", "ss"), ("ae", "a"), ("oe", "o"))
_UE = re.compile(r"(?<![aeiouq])ue")
_S_ENDS = "bdfghklmnt"  # letters after which a German -s or -st is an ending
_SPANISH = str.maketrans("àáâäòóôöèéêëùúûüìíîï", "aaaaooooeeeeuuuuiiii")
_PORTUGUESE = str.maketrans("àáâäãòóôöõèéêëùúûüìíîïç", "aaaaaoooooeeeeuuuuiiiic")
_PORTUGUESE_PLURALS = (
    (3, "ns", 2, "m"), (4, "eis", 3, "el"), (4, "éis", 3, "el"), (4, "ais", 2, "l"), (4, "óis", 3, "ol"),
    (4, "is", 1, "l"), (3, "ões", 3, "ão"), (3, "ães", 3, "ão"), (6, "mente", 5, ""), (3, "s", 1, ""),
)  # fmt: skip
_FRENCH = str.maketrans("àáâôèéêùûîç", "aaaoeeeuuic")
_ARABIC_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")

# (longer than, ending, letters to take off, what to put in their place), the first that fits; French, after plurals
_FRENCH_ENDINGS = (
    (9, "issement", 7, "r"), (8, "issant", 5, "r"), (11, "ficatrice", 7, "er"), (10, "ficateur", 6, "er"),
    (9, "catrice", 7, "quer"), (8, "cateur", 6, "quer"), (8, "atrice", 6, "er"), (7, "ateur", 5, "er"),
    (5, "ième", 4, ""), (7, "teuse", 3, "r"), (6, "teur", 2, "r"), (5, "euse", 2, ""), (8, "ère", 2, "er"),
    (7, "ive", 2, "f"), (4, "folle", 3, "u"), (4, "molle", 3, "u"), (9, "nnelle", 5, ""), (9, "nnel", 3, ""),
)  # fmt: skip
_FRENCH_LATER_ENDINGS = (
    (8, "esse", 3), (7, "inage", 3), (9, "isation", 7), (9, "isateur", 7), (8, "ation", 5), (8, "ition", 5),
)  # fmt: skip


def german(word: str) -> str:
    for written, plain in _GERMAN_UMLAUTS:
        word = word.replace(written, plain)
    word = _UE.sub("u", word).translate(_VOWELS)
    return _german_later(_german_first(word))


def _german_first(word: str) -> str:
    if len(word) > 5 and word.endswith("ern"):
        return word[:-3]
    if len(word) > 4 and word.endswith(("em", "en", "er", "es")):
        return word[:-2]
    if len(word) > 3 and (word[-1] == "e" or (word[-1] == "s" and word[-2] in _S_ENDS)):
        return word[:-1]
    return word


def _german_later(word: str) -> str:
    if len(word) > 5 and word.endswith("est"):
        return word[:-3]
    if len(word) > 4 and (word.endswith(("er", "en")) or (word.endswith("st") and word[-3] in _S_ENDS)):
        return word[:-2]
    return word


def spanish(word: str) -> str:
    if len(word) < 5:
        return word
    word = word.translate(_SPANISH)
    if word[-1] in "oae":
        return word[:-1]
    if word.endswith("eses"):
        return word[:-2]
    if word.endswith("ces"):
        return f"{word[:-3]}z"
    return word[:-2] if word.endswith(("os", "as", "es")) else word


def italian(word: str) -> str:
    if len(word) < 6:
        return word
    word = word.translate(_SPANISH)
    if word.endswith(("ie", "he", "hi", "ii", "ia", "io")):
        return word[:-2]
    return word[:-1] if word[-1] in "eiao" else word


def portuguese(word: str) -> str:
    if len(word) < 4:
        return word
    word = _portuguese_singular(word)
    if len(word) > 3 and word[-1] == "a":
        word = _portuguese_masculine(word)
    if len(word) > 4 and word[-1] in "eao":
        word = word[:-1]
    return word.translate(_PORTUGUESE)


def _portuguese_singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("res", "ses", "les", "zes")):
        return word[:-2]
    for longer, ending, off, instead in _PORTUGUESE_PLURALS:
        if len(word) > longer and word.endswith(ending):
            return word[:-off] + instead
    return word


def _portuguese_masculine(word: str) -> str:
    if len(word) > 7 and word.endswith(("inha", "iaca", "eira")):
        return f"{word[:-1]}o"
    if len(word) <= 6:
        return word
    if word.endswith(("osa", "ica", "ida", "ada", "iva", "ama")):
        return f"{word[:-1]}o"
    for ending, off, instead in (("ona", 3, "ão"), ("ora", 1, ""), ("esa", 3, "ês"), ("na", 1, "o")):
        if word.endswith(ending):
            return word[:-off] + instead
    return word


def french(word: str) -> str:
    if len(word) > 5 and word[-1] == "x":
        word = f"{word[:-2]}l" if word.endswith("aux") and word[-4] != "e" else word[:-1]
    for plural in "xs":
        if len(word) > 3 and word[-1] == plural:
            word = word[:-1]
    return _french_bare(_french_ending_off(word))


def _french_ending_off(word: str) -> str:
    if len(word) > 6 and word.endswith("ement") and not (len(word) > 9 and word.endswith("issement")):
        word = word[:-4]
        return f"{word[:-2]}f" if len(word) > 3 and word.endswith("ive") else word
    if 6 < len(word) <= 8 and word.endswith("trice"):
        word = f"{word[:-4]}eur"
    for longer, ending, off, instead in _FRENCH_ENDINGS:
        if len(word) > longer and word.endswith(ending):
            return word[:-off] + instead
    if len(word) > 4 and word.endswith("ète"):
        word = f"{word[:-3]}et"
    if len(word) > 8 and word.endswith("ique"):
        word = word[:-4]
    for longer, ending, off in _FRENCH_LATER_ENDINGS:
        if len(word) > longer and word.endswith(ending):
            return word[:-off]
    return word


def _french_bare(word: str) -> str:
    """Without accents and double letters, and the last letters that inflect."""
    if len(word) > 4:
        word = word.translate(_FRENCH)
        word = "".join(letter if letter.isalpha() else "".join(same) for letter, same in groupby(word))
    if len(word) > 4 and word.endswith("ie"):
        word = word[:-2]
    if len(word) > 4:
        for letter in "ree":
            word = word.removesuffix(letter)
        if word[-1] == word[-2] and word[-1].isalpha():
            word = word[:-1]
    return word


def arabic(word: str) -> str:
    """Of a folded word."""
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) >= max(4 if len(prefix) == 1 else 0, len(prefix) + 2):
            word = word[len(prefix) :]
            break
    for suffix in _ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word
