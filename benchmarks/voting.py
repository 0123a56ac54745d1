"""Trains the voter (`python -m benchmarks.detection train`), and the same by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.detection_data import folds
from processors.config import SEEDS
from processors.models.articles import Tags
from processors.tagging.evaluate import Passage
from processors.tagging.tagger import Tagger, TextInput
from processors.tagging.topics import Taxonomy
from processors.tagging.training import Example, merged, read_examples, train, write_weights
from processors.tagging.voter import Voter, VoterFile

WEIGHTS = SEEDS / "topics" / "voter" / "weights.yaml"
EXAMPLES = SEEDS / "topics" / "examples"


def examples_of(passages: Sequence[Passage]) -> list[Example]:
    """Labelled passages as examples."""
    return [Example(passage.text, passage.topics, passage.lang or "") for passage in passages]


def own_examples(tagger: Tagger) -> list[Example]:
    """The sentences written for the project."""
    return read_examples(EXAMPLES, [topic.id for topic in tagger.taxonomy.topics])


def learn(tagger: Tagger, examples: Sequence[Example]) -> VoterFile:
    """The weights that these examples give."""
    texts = [tagger.analyse(TextInput(example.text, lang=example.lang or None)).text for example in examples]
    return train(texts, [example.topics for example in examples], [topic.id for topic in tagger.taxonomy.topics])


def with_voter(tagger: Tagger, file: VoterFile) -> Tagger:
    """The same tagger with other weights."""
    taxonomy = tagger.taxonomy
    changed = Taxonomy(taxonomy.topics, taxonomy.lexicons, Voter(file), taxonomy.triggers)
    return Tagger(changed, tagger.gazetteer, tagger.version)


def cross_validated(tagger: Tagger, passages: Sequence[Passage], site: dict[str, str]) -> dict[str, Tags]:
    """Tags of each passage by a voter that saw no passage of its publisher. By id."""
    own, found = own_examples(tagger), {}
    for known, unseen in folds(passages, lambda passage: site[passage.id]):
        changed = with_voter(tagger, learn(tagger, [*own, *examples_of(known)]))
        inputs = [TextInput(passage.text, lang=passage.lang) for passage in unseen]
        for passage, tags in zip(unseen, changed.tag_all(inputs), strict=True):
            found[passage.id] = tags
    return found


def write(tagger: Tagger, passages: Sequence[Passage], path: Path = WEIGHTS) -> VoterFile:
    """Trains on the project's sentences and these passages, and writes the weights."""
    own = own_examples(tagger)
    file = merged(learn(tagger, [*own, *examples_of(passages)]), {"own sentences": len(own), "passages": len(passages)})
    write_weights(path, file)
    return file
