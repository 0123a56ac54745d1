"""What simple tools do, for comparison, and the interval of an F1 score."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from processors.tagging.evaluate import Passage, Report, Score
from processors.tagging.tagger import Tagger, TextInput

MOVES = ("send", "sent", "arrive", "station", "mass", "reinforce", "movement")
FORCES = ("troops", "unit", "police", "weak")
FOCUS = "troop-deployment"

Decide = Callable[[Passage], bool]


def baselines(tagger: Tagger) -> Mapping[str, Decide]:
    """For troop-deployment, by this project's word lists: "any-keyword" takes any word of movement or forces;
    "and" a word of movement and one of forces, anywhere in the text.
    """

    def has(passage: Passage, classes: Sequence[str]) -> bool:
        counts = tagger.draft(TextInput(passage.text, lang=passage.lang)).text.counts
        return any(counts[cls] for cls in classes)

    return {
        "any-keyword": lambda passage: has(passage, MOVES + FORCES),
        "and": lambda passage: has(passage, MOVES) and has(passage, FORCES),
    }


def bootstrap(report: Report, passages: Sequence[Passage], topic: str, rounds: int = 2000) -> tuple[float, float]:
    """The 95% interval of a topic's F1 (percentile bootstrap over passages, seed 1)."""
    wrong = {failure.passage: failure.missed for failure in report.failures if failure.topic == topic}
    kinds = [
        ("fn" if wrong[p.id] else "fp") if p.id in wrong else ("tp" if topic in p.topics else "tn") for p in passages
    ]
    if not kinds:
        return 0.0, 1.0
    draw = random.Random(1)
    scores = []
    for _ in range(rounds):
        sample = draw.choices(kinds, k=len(kinds))
        scores.append(Score(sample.count("tp"), sample.count("fp"), sample.count("fn")).f1)
    scores.sort()
    return scores[int(0.025 * rounds)], scores[int(0.975 * rounds)]
