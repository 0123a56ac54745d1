"""Articles a second, end to end and by stage, beside bare trafilatura and bare spaCy NER in the same run.

    make bench                                    both corpora and the memory curve, five interleaved rounds
    python -m benchmarks --rounds 1 --articles 200 --no-memory

Figures are medians of rounds; CPU seconds count this process and its children. The machine's speed drifts: read the
ratios. `around` is what Veille adds: (all stages) / (trafilatura + NER) - 1.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec
import spacy
from thinc.api import NumpyOps, set_current_ops
from trafilatura import bare_extraction

from benchmarks.corpus import pages, write_warc
from processors.archive.framing import BadRecord
from processors.archive.reader import read_pages
from processors.config import Settings
from processors.extraction.errors import ExtractionError
from processors.extraction.extract import extract
from processors.models.articles import Article, Page, TaggedArticle
from processors.pipeline.index import index
from processors.pipeline.tag import TaggedLine, tag
from processors.store.open import open_store
from processors.stories.signature import signature
from processors.tagging.names import MODELS
from processors.tagging.tagger import Tagger, TextInput

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Times = dict[str, float]  # CPU seconds of a round, by stage


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    if options.measure_memory:
        print(peak_memory(options.articles))
        return
    corpora = {"generated": _generated(options.articles)}
    real = Path(os.environ.get("VEILLE_BENCH_DATA", "../shared/data")) / "pages-dev" / "pages.warc.gz"
    if real.exists():
        corpora = {"real pages": real, **corpora}
    else:
        print(f"{real}: not there; set VEILLE_BENCH_DATA to measure on real pages", file=sys.stderr)
    tagger = Tagger.load(Settings().seeds)
    for name, warc in corpora.items():
        report(name, rounds(warc, tagger, options.rounds))
    if options.memory:
        for count in (1_000, 20_000):
            command = [sys.executable, "-m", "benchmarks", "--measure-memory", "--articles", str(count)]
            peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
            print(f"peak memory of {count:,} generated articles, tagged and indexed: {peak} MB")


def rounds(warc: Path, tagger: Tagger, count: int) -> dict[str, list[float]]:
    """Seconds an article by stage, one figure a round; references and stages interleaved."""
    found = [page for page in read_pages(warc) if not isinstance(page, BadRecord)]
    measured: dict[str, list[float]] = defaultdict(list)
    stages(warc, tagger)  # warm: models, tries and templates are loaded once a process
    for number in range(count):
        tasks: list[Callable[[], Times]] = [
            lambda: reference(found, tagger),
            lambda: stages(warc, tagger),
            lambda: whole(warc, 1),
            lambda: whole(warc, 2),
        ]
        for task in tasks[number % 4 :] + tasks[: number % 4]:
            for stage, seconds in task().items():
                measured[stage].append(seconds / len(found))
    return measured


def reference(found: list[Page], tagger: Tagger) -> Times:
    """trafilatura on every page and NER on every French and English text, each in its fastest known configuration."""
    times: Times = {}
    with _timed(times, "trafilatura"):
        for page in found:
            bare_extraction(page.body, fast=True, with_metadata=True, include_comments=False)
    texts: dict[str, list[str]] = defaultdict(list)
    for article in _articles(found):
        texts[article.lang].append(article.text)
    for lang in MODELS:
        nlp = _ner(lang)
        with _timed(times, "NER"), nlp.memory_zone():
            for _ in nlp.pipe(texts[lang], batch_size=16):
                pass
    return times


def stages(warc: Path, tagger: Tagger) -> Times:
    """Veille's own stages, one after the other in this process."""
    times: Times = {}
    with _timed(times, "read"):
        found = [page for page in read_pages(warc) if not isinstance(page, BadRecord)]
    with _timed(times, "extract"):
        articles = list(_articles(found))
    with _timed(times, "tag"):
        tags = list(tagger.tag_all(TextInput(a.text, a.title, a.lang, a.published_at) for a in articles))
    with _timed(times, "sign"):
        tagged = [
            TaggedArticle(article, tag_, signature(article.title, article.text))
            for article, tag_ in zip(articles, tags, strict=True)
        ]
    with tempfile.TemporaryDirectory() as folder, _timed(times, "index"):
        lines = Path(folder) / "tagged.jsonl"
        _write(lines, tagged)
        store = open_store(Settings(home=Path(folder)))
        index(store, "bench", [lines], NOW)
        store.close()
    return times


def whole(warc: Path, workers: int) -> Times:
    """The verbs tag and index as `veille ingest` runs them: CPU seconds, and seconds on the clock."""
    times: Times = {}
    name = f"{workers} process{'es' if workers > 1 else ''}"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home=home)
        started = perf_counter()
        with _timed(times, f"{name}, CPU"):
            written = tag([warc], home / "tagged", settings.seeds, archive=warc.parent, workers=workers)
            store = open_store(settings)
            index(store, "bench", written, NOW)
            store.close()
        times[f"{name}, clock"] = perf_counter() - started
    return times


def report(name: str, measured: dict[str, list[float]]) -> None:
    """The medians in milliseconds an article, and the ratios."""
    middle = {stage: median(values) for stage, values in measured.items()}
    print(f"\n{name}: {len(next(iter(measured.values())))} rounds, medians")
    for stage, seconds in middle.items():
        print(f"  {stage:<22}{1000 * seconds:8.2f} ms an article{1 / seconds:10.1f}/s")
    ours = [
        sum(parts) for parts in zip(*(measured[s] for s in ("read", "extract", "tag", "sign", "index")), strict=True)
    ]
    theirs = [sum(parts) for parts in zip(measured["trafilatura"], measured["NER"], strict=True)]
    around = median(a / b for a, b in zip(ours, theirs, strict=True)) - 1
    both = zip(measured["2 processes, CPU"], measured["1 process, CPU"], strict=True)
    print(f"  around trafilatura + NER: {around:+.0%} (goal: at most +25%)")
    print(f"  CPU of two processes / one: {median(a / b for a, b in both):.2f} (goal: at most 1.10)")


def peak_memory(count: int) -> int:
    """MB of this process at its largest, having tagged and indexed `count` generated articles of 160 words."""
    warc = _generated(count, sentences=8)
    whole(warc, 1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _generated(count: int, sentences: int = 24) -> Path:
    path = Path(tempfile.gettempdir()) / f"veille-bench-{count}-{sentences}.warc.gz"
    if not path.exists():
        aside = path.with_suffix(".part")
        write_warc(aside, pages(count, sentences=sentences))
        aside.rename(path)
    return path


def _articles(found: Iterable[Page]) -> Iterator[Article]:
    for page in found:
        try:
            yield extract(page)
        except ExtractionError:
            continue


def _write(path: Path, tagged: Iterable[TaggedArticle]) -> None:
    with path.open("wb") as file:
        for item in tagged:
            file.write(msgspec.json.encode(TaggedLine(item)) + b"\n")


def _ner(lang: str) -> spacy.language.Language:
    """NER only, its own tok2vec only, OpenBLAS instead of BLIS: the fastest known, with the same entities."""
    set_current_ops(NumpyOps(use_blis=False))
    nlp = spacy.load(MODELS[lang])
    nlp.select_pipes(enable=["ner"])
    return nlp


@contextmanager
def _timed(times: Times, stage: str) -> Iterator[None]:
    before = os.times()
    yield
    after = os.times()
    times[stage] = times.get(stage, 0.0) + sum(after[:4]) - sum(before[:4])


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=200, help="size of the generated corpus")
    parser.add_argument("--memory", action=argparse.BooleanOptionalAction, default=True, help="the memory curve too")
    parser.add_argument("--measure-memory", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)
