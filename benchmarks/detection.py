"""Measures detection on labelled passages and writes detection.md beside this file.

VEILLE_BENCH_DATA names a folder with topics-dev.jsonl (labelled passages; not part of the project) and
pages-dev/gold.jsonl (page bodies, for the speed). `python -m benchmarks.encoder one two` comes first: each half of the
passages is read by an encoder that was taught without it.
Run: python -m benchmarks.detection [quick|tables|train]
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import voting
from benchmarks.detection_data import BUILT, HALVES, fresh, labelled, outside
from benchmarks.voting import Half
from processors.config import SEEDS
from processors.extraction.language import identify
from processors.tagging.baselines import FOCUS, baselines, bootstrap
from processors.tagging.encoder import Encoder
from processors.tagging.evaluate import Passage, Report, evaluate, evaluate_baseline, read_passages, report_on, wilson
from processors.tagging.names import MODELS, _model
from processors.tagging.tagger import Tagger, TextInput

_ROUNDS = 5
_UNSEEN = Path(__file__).with_name("unseen.jsonl")
_NOTES = "<!-- written by hand below -->"


def tables(name: str, passages: Sequence[Passage], tagger: Tagger, report: Report | None = None) -> list[str]:
    """Markdown of one part: topics, languages, slots, baselines."""
    report = report or evaluate(passages, tagger, FOCUS)
    lines = [f"## {name} ({len(passages)} passages), macro-F1 {report.macro_f1:.2f}", ""]
    lines += ["| topic | right | wrong | missed | precision | recall | F1 | F1, 95% |", "|---" * 8 + "|"]
    for topic, s in report.topics.items():
        low, high = bootstrap(report, passages, topic)
        lines.append(
            f"| {topic} | {s.tp} | {s.fp} | {s.fn} | {_share(s.tp, s.tp + s.fp)} | {_share(s.tp, s.tp + s.fn)} "
            f"| {s.f1:.2f} | {low:.2f} to {high:.2f} |"
        )
    for label, decide in baselines(tagger).items():
        s = evaluate_baseline(passages, decide, FOCUS)
        shares = f"{s.precision:.2f} | {s.recall:.2f} | {s.f1:.2f}"
        lines.append(f"| *{FOCUS}: {label}* | {s.tp} | {s.fp} | {s.fn} | {shares} | |")
    lines += [
        "",
        f"{FOCUS} by language (right, wrong, missed): "
        + ", ".join(f"{lang} {s.tp}/{s.fp}/{s.fn}" for lang, s in report.by_language.items() if s.tp + s.fp + s.fn),
    ]
    lines += [
        "",
        "Slots of events in passages that were tagged: "
        + ", ".join(f"{slot} {_share(s.right, s.of)}" for slot, s in report.slots.items())
        + f" of {report.slots['actor'].of}; by the labels alone "
        + ", ".join(f"{slot} {report.strict[slot].accuracy:.2f}" for slot in ("actor", "target")),
        "",
    ]
    return lines


def speed(tagger: Tagger, gold: Path) -> list[str]:
    """Tagging against spaCy's NER alone on the same texts, interleaved, medians."""
    bodies = [json.loads(line).get("body") or "" for line in gold.read_text(encoding="utf-8").splitlines()]
    by_lang: dict[str, list[str]] = {}
    for body in bodies:
        by_lang.setdefault(identify(body), []).append(body)
    lines = ["## Speed", "", "| texts | words | tagging, words/s | NER alone, words/s | tagging costs |"]
    lines.append("|---" * 5 + "|")
    reference = 0.0
    tagger.tag("France sends 200 soldiers to Gao in Mali.", lang="en")  # network and towns load at first use
    for lang in MODELS:
        texts = by_lang.pop(lang, [])
        words = sum(len(text.split()) for text in texts)
        nlp = _model(lang)
        alone, whole = [], []
        for _ in range(_ROUNDS):
            alone.append(_seconds(lambda t=texts, n=nlp: list(n.pipe(t, batch_size=16))))
            whole.append(_seconds(lambda t=texts: list(tagger.tag_all(TextInput(text) for text in t))))
        reference = words / statistics.median(alone)
        ratio = statistics.median(whole) / statistics.median(alone)
        lines.append(f"| {lang} | {words} | {words / statistics.median(whole):.0f} | {reference:.0f} | {ratio:.2f} × |")
    others = [text for texts in by_lang.values() for text in texts]
    words = sum(len(text.split()) for text in others)
    rate = words / statistics.median(
        _seconds(lambda: list(tagger.tag_all(TextInput(text) for text in others))) for _ in range(_ROUNDS)
    )
    lines.append(f"| without a model | {words} | {rate:.0f} | | {rate / reference:.1f} × as fast as English NER |")
    lines += ["", "| one text of | seconds | ms a kB |", "|---|---|---|"]
    for size in (1, 10, 100, 1000):
        text = (" ".join(others) * (size * 1000 // max(1, len(" ".join(others))) + 1))[: size * 1000]
        taken = _seconds(lambda t=text: tagger.analyse(TextInput(t)))
        lines.append(f"| {size} kB | {taken:.3f} | {1000 * taken / size:.2f} |")
    return [*lines, ""]


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _share(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right / of:.2f} ({low:.2f} to {high:.2f})" if of else "-"


def halves(data: Path, tagger: Tagger) -> tuple[Half, Half]:
    """The labelled passages, each half with the encoder that was taught without it."""
    topics = {topic.id for topic in tagger.taxonomy.topics}
    found = []
    for name, passages in zip(HALVES, labelled(data), strict=True):
        encoder = Encoder.load(BUILT / name, topics)
        if encoder is None:
            sys.exit(f"{BUILT / name} is missing: run `python -m benchmarks.encoder one two` first")
        found.append(Half(tuple(passages), encoder))
    return found[0], found[1]


def parts(data: Path, tagger: Tagger) -> Iterator[str]:
    """The tables of each part that needs no encoder but the shipped one."""
    yield from tables("Only scored: by two authors who saw neither rules nor words", read_passages(_UNSEEN), tagger)
    yield from tables("Only scored: fresh, by an earlier author", fresh("score"), tagger)
    others = [passage for half in outside(data) for passage in half]
    yield from tables("Passages of others, as shipped: all of them taught it", others, tagger)


def crossed(data: Path, tagger: Tagger) -> Iterator[str]:
    """The tables of each half of the passages by what the other half teaches."""
    both = halves(data, tagger)
    tags = dict(zip((p.id for half in both for p in half.passages), voting.crossed(tagger, both), strict=True))
    others = [passage for half in outside(data) for passage in half]
    known = {passage.id for passage in others}
    own = [passage for half in both for passage in half.passages if passage.id not in known]
    for name, passages in (
        ("Passages of others, by what the half without their publisher teaches", others),
        ("Own passages, by what the half of other authors teaches", own),
    ):
        report = report_on(passages, [tags[passage.id] for passage in passages], FOCUS, tagger.gazetteer)
        yield from tables(name, passages, tagger, report)


def memory(tagger: Tagger, bodies: Sequence[str], texts: int = 20_000) -> list[str]:
    """Resident memory after each quarter of many texts in all languages."""
    lines = ["| texts tagged | peak memory, MB |", "|---|---|"]
    for quarter in range(1, 5):
        inputs = (TextInput(f"{bodies[at % len(bodies)][:600]} {at}") for at in range(texts // 4))
        for _ in tagger.tag_all(inputs):
            pass
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        lines.append(f"| {quarter * texts // 4} | {peak:.0f} |")
    return [*lines, ""]


def main() -> None:
    """Prints the tables and writes them above the notes of detection.md; "tables" leaves out speed and memory, "quick"
    the halves, which take ten minutes; "train" writes the voter's weights instead.
    """
    folder = Path(os.environ.get("VEILLE_BENCH_DATA", ""))
    data = folder / "topics-dev.jsonl"
    if not data.is_file():
        sys.exit("set VEILLE_BENCH_DATA to a folder with topics-dev.jsonl")
    tagger = Tagger.load(SEEDS)
    if sys.argv[1:] == ["train"]:
        file = voting.write(tagger, halves(data, tagger))
        print(f"{voting.WEIGHTS}: made from {file.made_from}")
        return
    lines = ["# Detection", "", "Written by `python -m benchmarks.detection`; shares with 95% intervals (Wilson).", ""]
    lines += parts(data, tagger)
    if sys.argv[1:] != ["quick"]:
        lines += crossed(data, tagger)
    if sys.argv[1:] != ["tables"]:
        lines += speed(tagger, folder / "pages-dev" / "gold.jsonl")
        lines += memory(tagger, [passage.text for passage in read_passages(data)])
    page = Path(__file__).with_name("detection.md")
    notes = page.read_text(encoding="utf-8").partition(_NOTES)[2] if page.exists() else "\n"
    page.write_text("\n".join(lines) + _NOTES + notes, encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
