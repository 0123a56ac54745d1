"""The language of a text."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Languages of news that a defence desk reads. Fewer choices are faster and surer than the model's 97.
LANGUAGES = frozenset((
    "ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nl", "no", "pl", "ps", "pt", "ro", "ru",
    "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh",
))  # fmt: skip

UNDETERMINED = "und"

_HEAD, _MIDDLE = 400, 200  # characters looked at; whole texts cost ten times as much and decide no better
_MINIMUM = 20  # letters below which a hint is believed
_GUESSED = 3  # letters below which nothing is guessed
_SURE = 0.9
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ua": "uk", "fil": "tl", "cn": "zh", "jp": "ja"}
_TOKEN = re.compile(r"[^\W\d_]+")


def identify(text: str, hint: str | None = None) -> str:
    """ISO 639-1 code of the text's language, "und" where it has too few letters to tell.

    hint: what the feed or the page says ("fr", "pt-BR"). It is believed where the text is short, or where the model is
    not sure of another language; a page that is plainly in another one than it says is taken for what it is.
    """
    sample = " ".join(_TOKEN.findall(_sample(text)))
    stated = normalise(hint)
    if not sample:
        return UNDETERMINED
    if stated and len(sample) < _MINIMUM:
        return stated
    if len(sample) < _GUESSED:
        return UNDETERMINED
    found, probability = _identifier().classify(sample)
    if stated and stated != found and probability < _SURE:
        return stated
    return str(found)


def normalise(tag: str | None) -> str | None:
    """The ISO 639-1 code of a language tag ("pt_BR", "EN-us"), None where it is no language this module knows."""
    primary = re.split(r"[-_]", (tag or "").strip().lower())[0]
    primary = _ALIASES.get(primary, primary)
    return primary if primary in LANGUAGES else None


def _sample(text: str) -> str:
    middle = len(text) // 2
    return text if len(text) <= _HEAD + _MIDDLE else text[:_HEAD] + " " + text[middle : middle + _MIDDLE]


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
