"""How right and how quick extraction is on real pages, beside trafilatura on the same pages in the same run.

    VEILLE_BENCH_DATA=FOLDER python -m benchmarks.extraction [--rounds N] [--half 0|1] [--misses]

FOLDER holds pages-dev/pages.warc.gz and pages-dev/gold.jsonl. Body F1: multiset of lower-case words (NFKC),
averaged over pages; a title is right at word F1 >= .9, authors at >= .6, a date on the same day in UTC.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import re
import statistics
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from trafilatura import bare_extraction

from processors.archive.reader import read_pages
from processors.exceptions import VeilleError
from processors.extraction.body import read_body
from processors.extraction.charset import decode
from processors.extraction.extract import extract
from processors.extraction.metadata import read_metadata
from processors.extraction.tree import parse
from processors.models.articles import Page

WORD = re.compile(r"\w+")


class Gold(msgspec.Struct):
    url: str
    publisher: str
    title: str | None
    authors: list[str] | None
    published: str | None
    body: str | None


class Found(msgspec.Struct):
    title: str = ""
    authors: Sequence[str] = ()
    published: datetime | None = None
    body: str = ""


def veille(page: Page) -> Found:
    try:
        article = extract(page)
    except VeilleError:
        return Found()
    return Found(article.title, article.authors, article.published_at, article.text)


def one_extractor(page: Page) -> Found:
    """As extract, without the second opinions on the text: the densest container, the page's lead, JSON-LD's text."""
    tree = parse(decode(page.body, page.content_type))
    found = read_metadata(tree, page.url, page.fetched_at, None)
    return Found(found.title, found.authors, found.published_at, read_body(tree, None, found.title, None, None))


def trafilatura(page: Page) -> Found:
    """The fastest configuration known that gives all the fields."""
    found: Any = bare_extraction(page.body, url=page.url, fast=True, include_comments=False, with_metadata=True)
    if not found:
        return Found()
    date = datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None
    return Found(found.title or "", (found.author or "").split("; "), date, found.text or "")


def trafilatura_text(page: Page) -> Found:
    found: Any = bare_extraction(page.body, url=page.url, fast=True, include_comments=False)
    return Found(body=found.text or "") if found else Found()


def f1(found: str, gold: str) -> float:
    have, want = (Counter(WORD.findall(unicodedata.normalize("NFKC", text).lower())) for text in (found, gold))
    common = sum((have & want).values())
    return 2 * common / (sum(have.values()) + sum(want.values())) if common else float(not have and not want)


def judge(found: Found, gold: Gold) -> dict[str, float | None]:
    """1 right, 0 not, None where the gold names nothing; the date also "wrong" and "missing"."""
    date = datetime.fromisoformat(gold.published) if gold.published else None
    if date:
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    same = bool(date and found.published and date.date() == found.published.date())
    return {
        "body": f1(found.body, gold.body or ""),
        "title": float(f1(found.title, gold.title) >= 0.9) if gold.title else None,
        "authors": float(f1(" ".join(found.authors), " ".join(gold.authors)) >= 0.6) if gold.authors else None,
        "date": float(same) if date else None,
        "date wrong": float(bool(found.published) and not same) if date else None,
        "date missing": float(not found.published) if date else None,
    }


def mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else float("nan")


def timed(systems: dict[str, Callable[[Page], Found]], pages: list[Page], rounds: int) -> dict[str, float]:
    """Milliseconds of CPU a page, median of the rounds, the systems interleaved."""
    spent: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(rounds):
        for name, system in systems.items():
            gc.collect()
            start = time.process_time()
            for page in pages:
                system(page)
            spent[name].append((time.process_time() - start) / len(pages) * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--half", type=int, choices=(0, 1), help="only the publishers whose hash is even or odd")
    arguments.add_argument("--misses", action="store_true", help="list what is not right")
    options = arguments.parse_args()
    folder = os.environ.get("VEILLE_BENCH_DATA")
    if not folder:
        raise SystemExit("VEILLE_BENCH_DATA is not set: the folder that holds pages-dev/")
    logging.disable(logging.CRITICAL)
    data = Path(folder) / "pages-dev"
    golds = [msgspec.json.decode(line, type=Gold) for line in (data / "gold.jsonl").read_bytes().splitlines()]
    pages = [page for page in read_pages(data / "pages.warc.gz") if isinstance(page, Page)]
    pairs = [
        (page, gold)
        for page, gold in zip(pages, golds, strict=True)
        if options.half in (None, zlib.crc32(gold.publisher.encode()) % 2)
    ]
    systems: dict[str, Callable[[Page], Found]] = {
        "veille": veille,
        "veille, one extractor": one_extractor,
        "trafilatura": trafilatura,
        "trafilatura, text only": trafilatura_text,
    }
    cost = timed(systems, [page for page, _ in pairs], options.rounds) if options.rounds else {}
    print(f"{len(pairs)} pages")
    for name, system in systems.items():
        judged = [(gold, found := system(page), judge(found, gold)) for page, gold in pairs]
        scores = {key: mean([scores[key] for *_, scores in judged]) for key in judged[0][2]}
        print(
            f"{name:24}", *(f"{key} {value:.3f}" for key, value in scores.items()), f"{cost.get(name, 0):.1f} ms a page"
        )
        if options.misses and system is veille:
            show_misses(judged)


def show_misses(judged: list[tuple[Gold, Found, dict[str, float | None]]]) -> None:
    for gold, found, scores in judged:
        if scores["title"] == 0:
            print(f"  title    {gold.url}\n    gold  {gold.title}\n    found {found.title}")
        if scores["authors"] == 0:
            print(f"  authors  {gold.url}\n    gold  {gold.authors}\n    found {found.authors}")
        if scores["date"] == 0:
            print(f"  date     {gold.url}\n    gold  {gold.published}\n    found {found.published}")
        if (scores["body"] or 0) < 0.95:
            print(f"  body {scores['body']:.3f} {len(found.body)} of {len(gold.body or '')} characters {gold.url}")


if __name__ == "__main__":
    main()
