"""Case forms of names in Russian, Ukrainian and Polish, and genitives in Germanic languages, by ending.

The rules are those of school grammars (a name's ending fixes its paradigm). Where an ending fits two paradigms both
are given: a form that nobody writes finds nothing.
"""

from __future__ import annotations

CASES = 5  # genitive, dative, accusative, instrumental, locative
Paradigm = tuple[tuple[str, ...], ...]  # for each case its possible forms

_VOWELS = "аеёиоуыэюяіїє"


def decline(lang: str, name: str, *, person: bool = False) -> list[str]:
    """Every form of a name other than its own, without duplicates.

    person: all words decline; else leading (in Polish also following) adjectives and the first noun do.
    """
    if lang in {"de", "nl", "sv", "da"}:
        return [] if name[-1] in "szxß)" or name.isupper() else [name + "s"]
    paradigm = {"ru": _russian, "uk": _ukrainian, "pl": _polish}.get(lang)
    if paradigm is None or name.isupper():
        return []
    words = name.split()
    declined = _declining(lang, words, person)
    forms: list[str] = []
    per_word = [
        paradigm(word, last=at == len(words) - 1) if declined[at] else ((word,),) * CASES
        for at, word in enumerate(words)
    ]
    for case in range(CASES):
        variants = [""]
        for paradigms in per_word:
            variants = [f"{start} {form}".strip() for start in variants for form in paradigms[case]]
        forms += variants[:8]
    return [form for form in dict.fromkeys(forms) if form != name]


def _declining(lang: str, words: list[str], person: bool) -> list[bool]:
    """Which words of a phrase change: up to its first noun, and what agrees with it or is joined by "and"."""
    if person:
        return [True] * len(words)
    head_seen, joined, result = False, False, []
    for word in words:
        adjective = _is_adjective(lang, word)
        result.append(not head_seen or joined or (lang == "pl" and adjective))
        joined = word in {"и", "і", "та", "i"}
        if joined:
            result[-1] = False
        elif not adjective:
            head_seen = True
    return result


def _is_adjective(lang: str, word: str) -> bool:
    endings = {
        "ru": ("ая", "яя", "ое", "ые", "ие", "ый", "ий", "ой"),
        "uk": ("ська", "зька", "цька", "на", "ська", "ське", "не", "ські", "ні", "ий", "ній", "ова", "ені", "ане"),
        "pl": ("ska", "cka", "dzka", "na", "ne", "ski", "cki", "ny", "skie", "ckie", "owy", "owa", "owe", "sza", "y"),
    }
    return word.endswith(endings[lang]) and len(word) > 4


def _forms(stem: str, *cases: str) -> Paradigm:
    """Joins a stem with the endings of each case; endings of one case are separated by a slash."""
    return tuple(tuple(stem + ending for ending in case.split("/")) for case in cases)


def _russian(word: str, *, last: bool) -> Paradigm:
    stem1, stem2 = word[:-1], word[:-2]
    if word.endswith(("ский", "цкий", "кий")):
        return _forms(stem2, "ого", "ому", "ого/ий", "им", "ом")
    if word.endswith("ый"):
        return _forms(stem2, "ого", "ому", "ого/ый", "ым", "ом")
    if word.endswith("ая"):
        return _forms(stem2, "ой", "ой", "ую", "ой", "ой")
    if word.endswith("ое"):
        return _forms(stem2, "ого", "ому", "ое", "ым/им", "ом")
    if word.endswith(("ые", "ие")):
        return _forms(stem2 + word[-2], "х", "м", "е/х", "ми", "х")
    if word.endswith("ия"):
        return _forms(stem1, "и", "и", "ю", "ей", "и")
    if word.endswith("войска"):  # plural of войско
        return _forms(stem1, "", "ам", "а", "ами", "ах")
    if word.endswith("а"):
        return _forms(stem1, "и" if stem1[-1:] in "гкхжшщч" else "ы", "е", "у", "ой/ей", "е")
    if word.endswith("я"):
        return _forms(stem1, "и", "е", "ю", "ей", "е")
    if word.endswith("ь"):
        return _forms(stem1, "я/и", "ю/и", "я/ь", "ем/ём/ью", "е/и")
    if word.endswith("й"):
        return _forms(stem1, "я", "ю", "я/й", "ем", "е/и")
    if word.endswith(("ы", "и")):
        return _forms(stem1, "ов/", "ам", word[-1], "ами", "ах")
    if word[-1:].lower() in _VOWELS or not word[-1:].isalpha():
        return ((word,),) * CASES
    surname = "ом/ым" if word.endswith(("ов", "ев", "ёв", "ин", "ын")) else "ом/ем"
    return _forms(word, "а", "у", "а/", surname, "е")


def _ukrainian(word: str, *, last: bool) -> Paradigm:
    stem1, stem2 = word[:-1], word[:-2]
    if word.endswith("ий"):
        return _forms(stem2, "ого", "ому", "ого/ий", "им", "ому/ім")
    if word.endswith("війська"):  # plural of військо
        return _forms(stem1, "", "ам", "а", "ами", "ах")
    if word.endswith("а") and (not last or word.endswith(("ська", "цька", "зька"))):
        return _forms(stem1, "ої", "ій", "у", "ою", "ій")
    if word.endswith(("ські", "ні", "ені")):
        return _forms(stem1, "их", "им", "их/і", "ими", "их")
    if word.endswith("ія"):
        return _forms(stem1, "ї", "ї", "ю", "єю", "ї")
    if word.endswith("а"):
        soft = {"к": "ц", "г": "з", "х": "с"}.get(stem1[-1:], stem1[-1:])
        return _merge(_forms(stem1, "и", "і", "у", "ою", "і"), _forms(stem1[:-1] + soft, "і", "і", "і", "і", "і"))
    if word.endswith("я"):
        return _forms(stem1, "і", "і", "ю", "ею", "і")
    if word.endswith("ь"):
        feminine = "/сю" if word.endswith("усь") else ""  # Білорусь, Білоруссю
        return _forms(stem1, "я/і/ю", "ю/і/еві", "я/ь", f"ем/ю{feminine}", "і/ю")
    if word.endswith("й"):
        return _forms(stem1, "я/ю", "ю/єві", "я/й", "єм", "ї/ю")
    if word.endswith("о"):
        return _forms(stem1, "а", "у/ові", "а", "ом", "у/ові/і")
    if word.endswith("и"):
        return _forms(stem1, "ів/", "ам", "и", "ами", "ах")
    if word[-1:].lower() in _VOWELS or not word[-1:].isalpha():
        return ((word,),) * CASES
    surname = "ом/им" if word.endswith(("ов", "ев", "єв", "ін", "їн")) else "ом"
    return _forms(word, "а/у", "у/ові", "а/", surname, "і/у/ові")


_POLISH_SOFT = {
    "n": "ni", "t": "ci", "d": "dzi", "r": "rz", "ł": "l", "w": "wi",
    "s": "si", "z": "zi", "b": "bi", "p": "pi", "m": "mi", "f": "fi",
}  # fmt: skip


_POLISH_ACUTE = {"ś": "s", "ź": "z", "ć": "c"}


def _polish(word: str, *, last: bool) -> Paradigm:
    stem1 = word[:-1]
    if word.endswith(("ski", "cki", "dzki", "ki")):
        return _forms(stem1, "iego", "iemu", "iego/i", "im", "im")
    if word.endswith(("ny", "wy")) and not last:
        return _forms(stem1, "ego", "emu", "ego/y", "ym", "ym")
    if word.endswith(("ska", "cka", "dzka")):  # an adjective, or a noun such as Polska
        return _merge(_forms(stem1, "iej", "iej", "ą", "ą", "iej"), _polish_a(word))
    if (
        word.endswith(("na", "wa", "sza"))
        and word.islower() is False
        and last
        and word[:-1].endswith(("jn", "dn", "ow", "łudniow", "ln", "cn"))
    ):
        return _merge(_forms(stem1, "ej", "ej", "ą", "ą", "ej"), _polish_a(word))
    if word.endswith(("one", "ne", "skie", "owe")):
        return _forms(stem1, "ych/ich/ch", "ym/im/m", "e", "ymi/imi/mi", "ych/ich/ch")
    if word.endswith("a"):
        return _polish_a(word)
    if word.endswith(("y", "i")):
        return _forms(stem1, "/ów", "om", word[-1], "ami", "ach")
    if word.endswith("o"):
        return _forms(stem1, "a", "u", "o/ę", "em", "ie/u")
    if word[-1:] in "euióąę" or not word[-1:].isalpha():
        return ((word,),) * CASES
    last_letter = word[-1]
    if last_letter == "ń":
        return _forms(stem1, "nia/niu", "niowi", "ń/nia", "niem", "niu")
    if last_letter in _POLISH_ACUTE:  # feminine: Białoruś, Białorusią
        return _forms(stem1 + _POLISH_ACUTE[last_letter], "i", "i", "i", "ią", "i")
    locative = f"{stem1}{_POLISH_SOFT[last_letter]}e" if last_letter in _POLISH_SOFT else f"{word}u"
    instrumental = f"{word}iem" if last_letter in "kg" else f"{word}em"
    return (f"{word}a", f"{word}u"), (f"{word}owi",), (word, f"{word}a"), (instrumental,), (locative,)


def _polish_a(word: str) -> Paradigm:
    stem = word[:-1]
    if stem.endswith("j") or stem.endswith("i") or stem.endswith("l"):
        return _forms(stem, "i", "i", "ę", "ą", "i")
    if stem.endswith("k"):
        return _merge(_forms(stem, "i", "i", "ę", "ą", "i"), _forms(stem[:-1], "ce", "ce", "ce", "ce", "ce"))
    if stem.endswith("g"):
        return _merge(_forms(stem, "i", "i", "ę", "ą", "i"), _forms(stem[:-1], "dze", "dze", "dze", "dze", "dze"))
    soft = f"{_POLISH_SOFT[stem[-1]]}e" if stem[-1:] in _POLISH_SOFT else f"{stem[-1:]}y"
    return ((stem + "y",), (stem[:-1] + soft,), (stem + "ę", stem + "ą"), (stem + "ą",), (stem[:-1] + soft, stem + "i"))


def _merge(first: Paradigm, second: Paradigm) -> Paradigm:
    return tuple(tuple(dict.fromkeys(a + b)) for a, b in zip(first, second, strict=True))
