"""All forms of adjectives and nouns of nationality, from one form for each language, by ending."""

from __future__ import annotations

from collections.abc import Callable

from processors.gazetteer.declension import decline


def forms(lang: str, base: str) -> list[str]:
    """Expands "nord-coréen" (fr), "nordkoreanisch" or "Nordkoreaner" (de), "северокорейский" (ru) and so on.

    A base that ends in "=" is taken as it is.
    """
    if base.endswith("="):
        return [base[:-1]]
    rule = _RULES.get(lang)
    return list(dict.fromkeys([base, *(rule(base) if rule else [])]))


def _french(base: str) -> list[str]:
    feminine = {"turc": "turque", "grec": "grecque"}.get(base)
    if feminine is None:
        feminine = base if base.endswith("e") else base + "ne" if base.endswith("en") else base + "e"
    plural = base if base.endswith(("s", "x")) else base + "s"
    return [feminine, plural, feminine + "s"]


def _english(base: str) -> list[str]:
    return [] if base.endswith(("ese", "ish", "ch", "s")) else [base + "s"]


def _german(base: str) -> list[str]:
    if base.endswith("isch") or base[0].islower():
        return [base + ending for ending in ("e", "en", "er", "es", "em")]
    if base.endswith("er"):
        return [base + ending for ending in ("n", "s", "in", "innen")]
    if base.endswith("e"):
        return [base + "n", base[:-1] + "in", base[:-1] + "innen"]
    return [base + "s"]


def _spanish(base: str) -> list[str]:
    if base.endswith("o"):
        return [base[:-1] + ending for ending in ("a", "os", "as")]
    if base.endswith("í"):
        return [base + "es", base + "s"]
    if base.endswith(("e", "a")):
        return [base + "s"]
    plain = base.translate(str.maketrans("áéíóú", "aeiou"))
    stem = base[:-2] + plain[-2:] if base.endswith(("és", "án", "ín", "ón")) else base
    return [stem + ending for ending in ("a", "es", "as")]


def _italian(base: str) -> list[str]:
    if base.endswith(("co", "go")):
        return [base[:-1] + "a", base[:-1] + "hi", base[:-1] + "i", base[:-1] + "he"]
    if base.endswith("io"):
        return [base[:-1] + "a", base[:-1], base[:-1] + "e"]
    if base.endswith("o"):
        return [base[:-1] + ending for ending in ("a", "i", "e")]
    if base.endswith("a"):
        return [base[:-1] + "i", base[:-1] + "e"]
    return [base[:-1] + "i"]


def _portuguese(base: str) -> list[str]:
    if base.endswith("ês"):
        return [base[:-2] + ending for ending in ("esa", "eses", "esas")]
    if base.endswith("ão"):
        return [base[:-2] + ending for ending in ("ã", "ães", "ãs", "ãos")]
    if base.endswith("eu"):
        return [base[:-2] + "eia", base + "s", base[:-2] + "eias"]
    if base.endswith("o"):
        return [base[:-1] + ending for ending in ("a", "os", "as")]
    if base.endswith("ol"):
        return [base + "a", base[:-1] + "ois", base[:-2] + "óis", base + "as"]
    return [base + "s"]


def _dutch(base: str) -> list[str]:
    if base.endswith("s"):
        return [base + "e"]
    return [base + "s"] if base.endswith("r") else [base + "en", base + "s"]


_RUSSIAN_ADJECTIVE = ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими")
_UKRAINIAN_ADJECTIVE = ("ий", "ого", "ому", "им", "ім", "а", "ої", "ій", "у", "ою", "е", "і", "их", "ими")
_POLISH_ADJECTIVE = ("i", "iego", "iemu", "im", "a", "iej", "ą", "ie", "ich", "imi", "o")


def _russian(base: str) -> list[str]:
    if base.endswith("кий"):
        return [base[:-2] + ending for ending in _RUSSIAN_ADJECTIVE]
    if base.endswith("ец"):
        stem = base[:-2] + "й" if base[-3] in "аеио" else base[:-2]
        return [stem + ending for ending in ("ца", "цу", "цем", "цам", "це", "цы", "цев", "цами", "цах")]
    if base.endswith("нин"):
        return [base + ending for ending in ("а", "у", "ом", "е")] + [
            base[:-2] + e for e in ("е", "", "ам", "ами", "ах")
        ]
    if base.endswith("к"):
        return [base + ending for ending in ("а", "у", "ом", "е", "и", "ов", "ам", "ами", "ах")]
    return decline("ru", base) + [base + ending for ending in ("ы", "ов", "ам", "ами", "ах")]


def _ukrainian(base: str) -> list[str]:
    if base.endswith("ий"):
        return [base[:-2] + ending for ending in _UKRAINIAN_ADJECTIVE]
    if base.endswith(("ець", "єць")):
        stem = base[:-3] + "й" if base.endswith("єць") else base[:-3]
        return [stem + ending for ending in ("ця", "цю", "цем", "ці", "ців", "цям", "цями", "цях", "цеві")]
    if base.endswith("нин"):
        return [base + ending for ending in ("а", "у", "ом", "і")] + [
            base[:-2] + e for e in ("и", "", "ам", "ами", "ах")
        ]
    return [base + ending for ending in ("а", "у", "ом", "и", "ів", "ам", "ами", "ах", "ові")]


def _polish(base: str) -> list[str]:
    if base.endswith("ki"):
        return [*(base[:-1] + ending for ending in _POLISH_ADJECTIVE), base[:-2] + "cy"]  # francuscy żołnierze
    if base.endswith("anin"):
        return [base + ending for ending in ("a", "owi", "em", "ie")] + [
            base[:-2] + e for e in ("ie", "", "om", "ami", "ach")
        ]
    if base.endswith("k"):
        return [base + e for e in ("a", "owi", "iem", "u", "ów", "om", "ami", "ach")] + [base[:-1] + "cy"]
    return decline("pl", base)


def _arabic(base: str) -> list[str]:
    words = base.split()
    if not all(word.endswith("ي") for word in words):
        return []
    feminine = " ".join(word + "ة" for word in words)
    plural = [" ".join([words[0] + ending, *(word + ending for word in words[1:])]) for ending in ("ون", "ين")]
    found = [feminine, *plural]
    if len(words) > 1:  # the article stands before each word, the first one's is a clitic
        found += [" ".join([form.split()[0], *("ال" + word for word in form.split()[1:])]) for form in (base, *found)]
    return found


def _turkish(base: str) -> list[str]:
    plural = base + ("ler" if max(map(base.rfind, "eiöü")) > max(map(base.rfind, "aıou")) else "lar")
    return [plural, plural + "ın", plural + "in", plural + "ı", plural + "i", plural + "a", plural + "e"]


_RULES: dict[str, Callable[[str], list[str]]] = {
    "fr": _french, "en": _english, "de": _german, "es": _spanish, "it": _italian, "pt": _portuguese, "nl": _dutch,
    "ru": _russian, "uk": _ukrainian, "pl": _polish, "ar": _arabic, "tr": _turkish,
}  # fmt: skip
