"""Prints how fast the gazetteer loads and finds, and where its countries differ from an independent table.

VEILLE_BENCH_DATA: a directory with countries-wikidata.csv (columns qid, iso_a2, name_xx), for the second part.
"""

from __future__ import annotations

import csv
import os
import statistics
import time
from pathlib import Path

from processors.gazetteer import Gazetteer

SEEDS = Path(__file__).parents[1] / "seeds" / "gazetteer"
SENTENCES = {
    "fr": "Selon Kiev, la Corée du Nord aurait envoyé plusieurs milliers de soldats dans la région de Koursk, "
    "tandis que les autorités locales évoquent une journée calme et sans incident notable dans la ville. ",
    "en": "According to officials in Kyiv, North Korea has sent several thousand soldiers to Kursk Oblast, while "
    "local authorities spoke of a calm day without notable incidents in the town and its surroundings. ",
    "ru": "По данным Киева, КНДР отправила несколько тысяч военных в Курскую область, однако местные власти говорят "
    "о спокойном дне без заметных происшествий в городе и его окрестностях. ",
}


def speed(gazetteer: Gazetteer, lang: str) -> float:
    """Median words a second of five runs over 200,000 words in texts of 600 words."""
    text = SENTENCES[lang] * (600 // len(SENTENCES[lang].split()))
    words = len(text.split())
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200_000 // words):
            gazetteer.find(text, lang)
        rates.append(200_000 // words * words / (time.perf_counter() - start))
    return statistics.median(rates)


def differences(gazetteer: Gazetteer, table: Path) -> list[str]:
    """Rows of the table whose QID is unknown or whose name in some language does not resolve to it."""
    found = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = {lang: row[lang] for lang in row if lang.startswith("name_") and row[lang]}
            wrong = [f"{lang[5:]}={name}" for lang, name in names.items() if row["qid"] not in gazetteer.resolve(name)]
            if wrong:
                found.append(f"{row['qid']} {row['name_en']}: {', '.join(wrong)}")
    return found


def main() -> None:
    start = time.perf_counter()
    gazetteer = Gazetteer.load(SEEDS)
    print(f"load: {time.perf_counter() - start:.2f} s")
    for lang in SENTENCES:
        print(f"find {lang}: {speed(gazetteer, lang) / 1e6:.2f} M words/s")
    for size in (1, 10, 100, 1000):
        text = (SENTENCES["en"] * (size * 1000 // len(SENTENCES["en"]) + 1))[: size * 1000]
        start = time.perf_counter()
        gazetteer.find(text, "en")
        print(f"{size:>5} kB: {(time.perf_counter() - start) * 1e3 / size:.3f} ms/kB")
    if data := os.environ.get("VEILLE_BENCH_DATA"):
        print(*differences(gazetteer, Path(data) / "countries-wikidata.csv"), sep="\n")


if __name__ == "__main__":
    main()
