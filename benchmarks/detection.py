"""Measures detection on labelled passages and writes detection.md beside this file.

VEILLE_BENCH_DATA names a folder with topics-dev.jsonl (labelled passages; not part of the project) and
pages-dev/gold.jsonl (page bodies, for the speed). Run: python -m benchmarks.detection
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from processors.config import REPOSITORY
from processors.extraction.language import identify
from processors.tagging.evaluate import Passage, Report, Score, evaluate, evaluate_baseline, read_passages, wilson
from processors.tagging.names import MODELS, _model
from processors.tagging.tagger import Tagger, TextInput

FOCUS = "troop-deployment"
MOVES = ("send", "sent", "arrive", "station", "mass", "reinforce", "movement")
FORCES = ("troops", "unit", "police", "weak")
_ROUNDS = 5
_NOTES = "<!-- written by hand below -->"


def part(id_: str) -> str:
    """60% of the passages are for developing, the others for confirming, by a hash of the id."""
    return "develop" if int(hashlib.sha256(id_.encode()).hexdigest()[:8], 16) % 10 < 6 else "confirm"


def baselines(tagger: Tagger) -> dict[str, Callable[[Passage], bool]]:
    """What most tools do: any keyword; or a military word and a word of movement, anywhere in the text."""

    def has(passage: Passage, classes: Sequence[str]) -> bool:
        return any(tagger.analyse(TextInput(passage.text, lang=passage.lang)).text.counts[cls] for cls in classes)

    return {
        "any keyword": lambda passage: has(passage, MOVES + FORCES),
        "military word and movement word": lambda passage: has(passage, MOVES) and has(passage, FORCES),
    }


def bootstrap(report: Report, passages: Sequence[Passage], topic: str, rounds: int = 2000) -> tuple[float, float]:
    """The 95% interval of a topic's F1 (percentile bootstrap over passages, seed 1)."""
    wrong = {failure.passage: failure.missed for failure in report.failures if failure.topic == topic}
    kinds = [
        ("fn" if wrong[p.id] else "fp") if p.id in wrong else ("tp" if topic in p.topics else "tn") for p in passages
    ]
    draw = random.Random(1)
    scores = []
    for _ in range(rounds):
        sample = draw.choices(kinds, k=len(kinds))
        scores.append(Score(sample.count("tp"), sample.count("fp"), sample.count("fn")).f1)
    scores.sort()
    return scores[int(0.025 * rounds)], scores[int(0.975 * rounds)]


def tables(name: str, passages: Sequence[Passage], tagger: Tagger) -> list[str]:
    """Markdown of one part: topics, languages, slots, baselines."""
    report = evaluate(passages, tagger, FOCUS)
    lines = [f"## {name.capitalize()} ({len(passages)} passages), macro-F1 {report.macro_f1:.2f}", ""]
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
        + f" of {report.slots['actor'].of}",
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


def main() -> None:
    """Prints the tables and writes them above the notes of detection.md."""
    folder = Path(os.environ.get("VEILLE_BENCH_DATA", ""))
    data = folder / "topics-dev.jsonl"
    if not data.is_file():
        sys.exit("set VEILLE_BENCH_DATA to a folder with topics-dev.jsonl")
    tagger = Tagger.load(REPOSITORY / "seeds")
    passages = read_passages(data)
    lines = ["# Detection", "", "Written by `python -m benchmarks.detection`; shares with 95% intervals (Wilson).", ""]
    for name in ("develop", "confirm"):
        lines += tables(name, [passage for passage in passages if part(passage.id) == name], tagger)
    lines += speed(tagger, folder / "pages-dev" / "gold.jsonl")
    page = Path(__file__).with_name("detection.md")
    notes = page.read_text(encoding="utf-8").partition(_NOTES)[2] if page.exists() else "\n"
    page.write_text("\n".join(lines) + _NOTES + notes, encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
