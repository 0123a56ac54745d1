"""`veille evaluate`: how good the tags are on labelled passages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from processors.cli.output import console, print_json, table
from processors.config import load_settings
from processors.exceptions import InputError

if TYPE_CHECKING:
    from processors.tagging.evaluate import Passage, Report, Score, SlotScore

_BASELINES = ("any-keyword", "and")


def register(app: typer.Typer) -> None:
    app.command(name="evaluate")(evaluate)


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled passages, one JSON object a line.")],
    topic: Annotated[
        str, typer.Option(help="The topic shown by language, with its events' slots.")
    ] = "troop-deployment",
    baseline: Annotated[
        str | None,
        typer.Option(help="Beside it, a simple rule for troop deployments: any-keyword, or and (force AND movement)."),
    ] = None,
    failures: Annotated[bool, typer.Option("--failures", help="Print the passages that failed, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="All figures as JSON.")] = False,
) -> None:
    """Precision, recall and F1 of the tags on labelled passages, with 95% intervals, and the slots of events.

    A line holds an id, the text, its topics, and where known its language and events:

    `{"id": "1", "lang": "en", "text": "Oslo sent 200 soldiers to Riga.", "topics": ["troop-deployment"],
    "events": [{"topic": "troop-deployment", "actor": "Norway", "target": "Latvia", "quantity": [200, 200]}]}`

    A target is right where it means the event's target or its place, by gazetteer id or name without case and accents
    ("southern Lebanon" is Lebanon); the forces of a country are that country. The strict figure compares labels alone.

    Examples:

    - `veille evaluate labelled.jsonl --failures`

    - `veille evaluate labelled.jsonl --baseline and --json | jq .macro_f1`
    """
    from processors.tagging.baselines import baselines
    from processors.tagging.evaluate import evaluate as measure
    from processors.tagging.evaluate import evaluate_baseline, read_passages
    from processors.tagging.tagger import Tagger

    if baseline is not None and baseline not in _BASELINES:
        raise InputError(f"--baseline: {baseline!r} is not known; choose one of {', '.join(_BASELINES)}")
    passages = read_passages(file)
    if not passages:
        raise InputError(f"{file}: holds no passages; see `veille evaluate --help` for what a line looks like")
    tagger = Tagger.load(load_settings().seeds)
    known = {each.id for each in tagger.taxonomy.topics}
    for where, name in (("--topic", topic), *((f"passage {p.id!r}", label) for p in passages for label in p.topics)):
        if name not in known:
            raise InputError(f"{file}: {where}: no topic is called {name!r}; choose of {', '.join(sorted(known))}")
    report = measure(passages, tagger, topic)
    simple = evaluate_baseline(passages, baselines(tagger)[baseline], "troop-deployment") if baseline else None
    if json:
        print_json(_figures(report, passages, baseline, simple, tagger.version))
        return
    _show(report, passages, topic)
    if simple:
        console().print(table(f"troop-deployment by {baseline}", _COLUMNS, [_row(f"{baseline}", simple)]))
    _show_failures(report, passages, whole=failures)


_COLUMNS = ("", "r/w/m", "precision", "recall", "F1")  # short: a terminal has 80 columns


def _show(report: Report, passages: list[Passage], topic: str) -> None:
    from processors.tagging.baselines import bootstrap

    rows = [
        [*_row(name, score)[:-1], _interval(score.f1, bootstrap(report, passages, name))]
        for name, score in report.topics.items()
    ]
    title = (
        f"{len(passages)} passages, macro-F1 {report.macro_f1:.3f}; with 95% intervals (Wilson, bootstrap)\n"
        "r/w/m: right, wrong, missed"
    )
    console().print(table(title, _COLUMNS, rows))
    languages = [_row(name, score) for name, score in report.by_language.items() if score.tp + score.fp + score.fn]
    console().print(table(f"{topic} by language", _COLUMNS, languages))
    slots = [
        [name, f"{slot.right}/{slot.of}", _share(slot.right, slot.of), f"{report.strict[name].accuracy:.2f}"]
        for name, slot in report.slots.items()
    ]
    columns = ("", "right/of", "share", "by labels alone")
    console().print(table("slots of events in passages that were tagged", columns, slots))


def _show_failures(report: Report, passages: list[Passage], *, whole: bool) -> None:
    from processors.tagging.evaluate import worst

    for failure, passage in worst(report, passages):
        console().print(
            f"{'missed' if failure.missed else 'wrong'}  {failure.topic}  {failure.passage}",
            markup=False,
            soft_wrap=True,
        )
        if whole:
            console().print(f"    {' '.join(passage.text.split())}", markup=False, soft_wrap=True)


def _row(name: str, score: Score) -> list[str]:
    return [
        name,
        f"{score.tp}/{score.fp}/{score.fn}",
        _share(score.tp, score.tp + score.fp),
        _share(score.tp, score.tp + score.fn),
        f"{score.f1:.2f}",
    ]


def _share(right: int, of: int) -> str:
    from processors.tagging.evaluate import wilson

    return _interval(right / of, wilson(right, of)) if of else "-"


def _interval(value: float, bounds: tuple[float, float]) -> str:
    """ "0.89 .56-.98": short, for a terminal of 80 columns."""
    low, high = ("1" if bound > 0.995 else f"{bound:.2f}".removeprefix("0") for bound in bounds)
    return f"{value:.2f} {low}-{high}"


def _figures(
    report: Report, passages: list[Passage], baseline: str | None, simple: Score | None, version: str
) -> dict[str, object]:
    from processors.tagging.baselines import bootstrap

    topics = {
        name: {**_score(score), "f1_95": bootstrap(report, passages, name)} for name, score in report.topics.items()
    }
    return {
        "tagger": version,
        "passages": len(passages),
        "macro_f1": report.macro_f1,
        "topics": topics,
        "languages": {name: _score(score) for name, score in report.by_language.items()},
        "slots": {name: _slot(slot) for name, slot in report.slots.items()},
        "slots_by_labels_alone": {name: _slot(slot) for name, slot in report.strict.items()},
        "baseline": {"name": baseline, **_score(simple)} if simple else None,
        "failures": report.failures,
    }


def _score(score: Score) -> dict[str, object]:
    from processors.tagging.evaluate import wilson

    return {
        "right": score.tp,
        "wrong": score.fp,
        "missed": score.fn,
        "precision": score.precision,
        "precision_95": wilson(score.tp, score.tp + score.fp),
        "recall": score.recall,
        "recall_95": wilson(score.tp, score.tp + score.fn),
        "f1": score.f1,
    }


def _slot(slot: SlotScore) -> dict[str, object]:
    from processors.tagging.evaluate import wilson

    return {"right": slot.right, "of": slot.of, "share": slot.accuracy, "share_95": wilson(slot.right, slot.of)}
