"""Passages written for the project before its word lists were read: a floor under precision, recall and slots.

The floors lie below what was measured (benchmarks/detection.md), so that only a real loss fails.
"""

from pathlib import Path

import pytest

from processors.tagging.evaluate import evaluate, read_passages

FRESH = Path(__file__).parent / "fixtures" / "fresh.jsonl"


@pytest.fixture(scope="module")
def report(tagger):
    return evaluate(read_passages(FRESH), tagger)


def test_deployments_are_found_and_look_alikes_are_not(report):
    score = report.topics["troop-deployment"]
    assert score.precision >= 0.9
    assert score.recall >= 0.9


def test_all_topics(report):
    assert report.macro_f1 >= 0.85


@pytest.mark.parametrize(("slot", "least"), [("actor", 0.7), ("target", 0.75), ("quantity", 0.9)])
def test_slots(report, slot, least):
    assert report.slots[slot].accuracy >= least
