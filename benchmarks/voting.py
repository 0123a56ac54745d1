"""Trains the voter (`python -m benchmarks.detection train`), and the same by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.detection_data import folds
from processors.config import SEEDS
from processors.models.articles import Tags
from processors.tagging import ranking_training
from processors.tagging.evaluate import Passage
from processors.tagging.ranking import Ranking, write_ranking
from processors.tagging.tagger import Tagger, TextInput
from processors.tagging.topics import Taxonomy
from processors.tagging.training import Example, merged, read_examples, train, write_weights
from processors.tagging.voter import Voter, VoterFile, write_meaning

WEIGHTS = SEEDS / "topics" / "voter" / "weights.yaml"
EXAMPLES = SEEDS / "topics" / "examples"


def examples_of(passages: Sequence[Passage]) -> list[Example]:
    """Labelled passages as examples."""
    return [Example(passage.text, passage.topics, passage.lang or "") for passage in passages]


def own_examples(tagger: Tagger) -> list[Example]:
    """The sentences written for the project."""
    return read_examples(EXAMPLES, [topic.id for topic in tagger.taxonomy.topics])


def learn(tagger: Tagger, examples: Sequence[Example]) -> Voter:
    """The voter that these examples give."""
    drafts = [tagger.draft(TextInput(example.text, lang=example.lang or None)) for example in examples]
    topics = [topic.id for topic in tagger.taxonomy.topics]
    return Voter(*train(drafts, [example.topics for example in examples], topics))


def learn_ranking(tagger: Tagger, passages: Sequence[Passage]) -> Ranking:
    """What speaks for a candidate of a slot, by the labelled events of these passages."""
    analyses = [tagger.analyse(TextInput(passage.text, lang=passage.lang)) for passage in passages]
    return ranking_training.learn(list(ranking_training.choices(passages, analyses, tagger.gazetteer)))


def learned(tagger: Tagger, voter: Voter, ranking: Ranking) -> Tagger:
    """The same tagger with another voter and another ranking."""
    taxonomy = tagger.taxonomy
    changed = Taxonomy(taxonomy.topics, taxonomy.lexicons, voter, ranking, taxonomy.triggers)
    return Tagger(changed, tagger.gazetteer, tagger.version)


def cross_validated(
    tagger: Tagger, passages: Sequence[Passage], site: dict[str, str], more: Sequence[Passage]
) -> dict[str, Tags]:
    """Tags of each passage by a voter and a ranking that saw no passage of its publisher. By id.

    more: passages that all of them learn from as well.
    """
    own, found = own_examples(tagger), {}
    for known, unseen in folds(passages, lambda passage: site[passage.id]):
        labelled = [*more, *known]
        voter = learn(tagger, [*own, *examples_of(labelled)])
        ranking = learn_ranking(learned(tagger, voter, Ranking({}, {})), labelled)
        inputs = [TextInput(passage.text, lang=passage.lang) for passage in unseen]
        for passage, tags in zip(unseen, learned(tagger, voter, ranking).tag_all(inputs), strict=True):
            found[passage.id] = tags
    return found


def write(tagger: Tagger, passages: Sequence[Passage], path: Path = WEIGHTS) -> VoterFile:
    """Trains on the project's sentences and these passages, and writes the weights."""
    own = own_examples(tagger)
    voter = learn(tagger, [*own, *examples_of(passages)])
    file = merged(voter.file, {"own sentences": len(own), "passages": len(passages)})
    write_weights(path, file)
    write_meaning(path.with_name("meaning.csv"), voter.meaning)
    write_ranking(path.with_name("slots.yaml"), learn_ranking(learned(tagger, voter, Ranking({}, {})), passages))
    return file
