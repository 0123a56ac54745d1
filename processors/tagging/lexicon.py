"""Word classes of one language, found in a text in one pass (Aho-Corasick, then a check of each hit)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ahocorasick
from msgspec import Struct

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.surface import fold_word, without_accents

# What Arabic writes before a word without a space: and, so, in, to, as, will, the.
_PROCLITICS = re.compile(r"[وف]?(?:س|ست|سي|[بلك]?ال|لل|[بلك])?")


_GAP = " ... "  # parts the halves of a separable verb: "zieht ... ab"
_LONG = 6  # letters of a pattern that is also found without its accents


class WordFile(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/words/LANG.yaml.

    words: class → patterns. "deploy*" is any word that begins so, "*soldat*" any that contains it, "special forces"
    those words in a row, "zieht ... ab" a verb whose other half ends its clause (at most nine words between, no
    comma; the verb alone is the hit); case does not matter, nor do accents in patterns of six letters or more. The
    longest pattern wins: a phrase under "idiom" hides the words inside it.
    same: pairs of characters to read alike, "軍军 國国". dense: no spaces between words.
    numbers: see processors.tagging.numbers.
    """

    words: dict[str, list[str]]
    same: str = ""
    dense: bool = False
    numbers: dict[str, str] = {}


class Hit(Struct, frozen=True):
    """A pattern found: its class and where (offsets of the folded text)."""

    start: int
    end: int
    cls: str

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


class _Pattern(Struct, frozen=True):
    classes: tuple[str, ...]
    length: int  # of the key in the automaton
    check: re.Pattern[str]


class Lexicon:
    """The word classes of one language."""

    def __init__(self, lang: str, file: WordFile) -> None:
        self.lang, self.file = lang, file
        self._same = str.maketrans({pair[0]: pair[1] for pair in file.same.split()})
        patterns: dict[str, list[str]] = {}
        for cls, entries in file.words.items():
            for entry in entries:
                for variant in _variants(self.fold(fold_pattern(entry))):
                    patterns.setdefault(variant, []).append(cls)
        keys: dict[str, list[_Pattern]] = {}
        for text, classes in patterns.items():
            key, check = self._compile(text)
            keys.setdefault(key, []).append(_Pattern(tuple(dict.fromkeys(classes)), len(key), check))
        self._automaton = ahocorasick.Automaton()
        for key, found in keys.items():
            self._automaton.add_word(key, found)
        self._automaton.make_automaton()

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Reads a word file. Raises SeedError, which names file, line and field."""
        file = load_yaml(path, WordFile)
        for name, entries in file.words.items():
            for entry in entries:
                if not fold_pattern(entry).replace("*", "").strip():
                    raise SeedError(path, f"{entry!r} has no letters", field=f"words.{name}")
        return cls(path.stem, file)

    def fold(self, folded: str) -> str:
        """The folded text with this language's variant characters read alike."""
        return folded.translate(self._same) if self._same else folded

    def scan(self, folded: str) -> list[Hit]:
        """All hits, in order; one inside a longer one is dropped."""
        text = f" {self.fold(folded)} "
        if not len(self._automaton):
            return []
        hits = sorted(self._hits(text), key=lambda hit: (hit.start, -hit.end))
        kept: list[Hit] = []
        longest = (-1, -1)
        for hit in hits:
            inside = hit.end <= longest[1] and (hit.start, hit.end) != longest
            if not inside:
                kept.append(hit)
                longest = max(longest, (hit.start, hit.end), key=lambda span: span[1])
        return kept

    def _hits(self, text: str) -> Iterator[Hit]:
        for last, patterns in self._automaton.iter(text):
            for pattern in patterns:
                begin = last - pattern.length + 1
                found = pattern.check.match(text, begin)
                if found is None or not self._begins(text, begin):
                    continue
                start = begin + (text[begin] == " ")  # `text` has one space more in front
                for cls in pattern.classes:
                    yield Hit(start - 1, found.end() - 1, cls)

    def _begins(self, text: str, begin: int) -> bool:
        if self.lang != "ar" or text[begin] == " ":
            return True
        space = text.rfind(" ", max(0, begin - 6), begin)
        return space >= 0 and _PROCLITICS.fullmatch(text, space + 1, begin) is not None

    def _compile(self, pattern: str) -> tuple[str, re.Pattern[str]]:
        """The key to look for, and the regular expression that must match where it begins."""
        if self.file.dense:
            return pattern.replace("*", ""), re.compile(re.escape(pattern.replace("*", "")))
        if _GAP in pattern:
            return self._compile_separable(*pattern.split(_GAP, 1))
        inner = pattern.startswith("*")
        words = pattern.strip("*" if inner else "").split()
        first, *rest = (re.escape(word).replace(r"\*", r"[^ ]*") for word in words)
        if pattern.endswith("*") and not (rest[-1] if rest else first).endswith("[^ ]*"):
            first, rest = (first, [*rest[:-1], f"{rest[-1]}[^ ]*"]) if rest else (f"{first}[^ ]*", rest)
        space = "  ?(?:ال)?" if self.lang == "ar" else " "
        arabic_or_inner = inner or self.lang == "ar"
        source = ("" if arabic_or_inner else " ") + space.join([first, *rest]) + "(?= )"
        head = words[0].split("*")[0]
        return head if arabic_or_inner else f" {head}" + ("" if "*" in words[0] else " "), re.compile(source)

    def _compile_separable(self, verb: str, particle: str) -> tuple[str, re.Pattern[str]]:
        key, check = self._compile(verb)
        rest = rf"(?=(?: [^ ]+){{1,9}} {re.escape(particle)}(?:  | und | en | $))"
        return key, re.compile(check.pattern + rest)


def _variants(pattern: str) -> set[str]:
    """The pattern, and without accents too where it is long enough to stay clear of other words."""
    plain = without_accents(pattern)
    return {pattern, plain} if len(plain.replace("*", "")) >= _LONG else {pattern}


def fold_pattern(entry: str) -> str:
    """A pattern folded as texts are, its stars kept."""
    return _GAP.join("*".join(fold_word(part) for part in half.split("*")) for half in entry.split(_GAP))
