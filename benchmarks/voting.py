"""Teaches the voter and the ranking (`python -m benchmarks.detection train`), and tries each half of the passages on
what the other half teaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs

from benchmarks.detection_data import EXAMPLES
from processors.config import SEEDS
from processors.models.articles import Tags
from processors.tagging import ranking_training
from processors.tagging.encoder import Encoder
from processors.tagging.evaluate import Passage
from processors.tagging.ranking import Ranking, write_ranking
from processors.tagging.tagger import Analysis, Tagger, TextInput
from processors.tagging.training import Example, read_examples, train, weigh_meaning, write_weights
from processors.tagging.voter import Scale, Voter, VoterFile

WEIGHTS = SEEDS / "topics" / "voter" / "weights.yaml"


class Half(Struct, frozen=True):
    """Passages, and an encoder that was taught without them."""

    passages: tuple[Passage, ...]
    encoder: Encoder


def own_examples(tagger: Tagger) -> list[Example]:
    """The sentences written for the project."""
    return read_examples(EXAMPLES, [topic.id for topic in tagger.taxonomy.topics])


def learn_words(tagger: Tagger, passages: Sequence[Passage]) -> VoterFile:
    """The voter's weights by words, from the project's sentences and these passages."""
    own = own_examples(tagger)
    examples = [*own, *(Example(passage.text, passage.topics, passage.lang or "") for passage in passages)]
    drafts = [tagger.draft(TextInput(example.text, lang=example.lang or None)) for example in examples]
    file = train(drafts, [example.topics for example in examples], [topic.id for topic in tagger.taxonomy.topics])
    return structs.replace(file, made_from={"own sentences": len(own), "passages": len(passages)})


def with_parts(tagger: Tagger, voter: VoterFile, ranking: Ranking, encoder: Encoder | None) -> Tagger:
    """The same tagger with another voter, ranking and encoder."""
    taxonomy = structs.replace(tagger.taxonomy, voter=Voter(voter), ranking=ranking, encoder=encoder)
    return Tagger(taxonomy, tagger.gazetteer, tagger.version)


def analyse(tagger: Tagger, passages: Sequence[Passage]) -> list[Analysis]:
    return [tagger.analyse(TextInput(passage.text, lang=passage.lang)) for passage in passages]


class Taught(Struct, frozen=True):
    """What two halves teach. scale: from both, each read by the other's encoder. choices: labelled slots, by half."""

    scale: Scale
    choices: tuple[list[tuple[str, ranking_training.Choice]], ...]
    words: tuple[VoterFile, ...]


def teach(tagger: Tagger, halves: tuple[Half, Half]) -> Taught:
    """Each half is judged by words and meaning that were taught without it."""
    words = tuple(learn_words(tagger, halves[1 - at].passages) for at in (0, 1))
    judges = [
        with_parts(tagger, structs.replace(file, scale=None), Ranking({}, {}), half.encoder)
        for file, half in zip(words, halves, strict=True)
    ]
    read = [analyse(judge, half.passages) for judge, half in zip(judges, halves, strict=True)]
    labels = [passage.topics for half in halves for passage in half.passages]
    scale = weigh_meaning([analysis for part in read for analysis in part], labels)
    choices = []
    for file, half in zip(words, halves, strict=True):
        judge = with_parts(tagger, structs.replace(file, scale=scale), Ranking({}, {}), half.encoder)
        analyses = analyse(judge, half.passages)
        choices.append(list(ranking_training.choices(half.passages, analyses, tagger.gazetteer)))
    return Taught(scale, tuple(choices), words)


def crossed(tagger: Tagger, halves: tuple[Half, Half]) -> list[Tags]:
    """Tags of the first half's passages, then the second's, by what the other half teaches."""
    taught = teach(tagger, halves)
    found: list[Tags] = []
    for at, half in enumerate(halves):
        file = structs.replace(taught.words[at], scale=taught.scale)
        judge = with_parts(tagger, file, ranking_training.learn(taught.choices[1 - at]), half.encoder)
        found += judge.tag_all(TextInput(passage.text, lang=passage.lang) for passage in half.passages)
    return found


def write(tagger: Tagger, halves: tuple[Half, Half], path: Path = WEIGHTS) -> VoterFile:
    """Teaches on both halves, and writes the weights."""
    taught = teach(tagger, halves)
    file = learn_words(tagger, [passage for half in halves for passage in half.passages])
    write_weights(path, structs.replace(file, scale=taught.scale))
    write_ranking(path.with_name("slots.yaml"), ranking_training.learn([c for part in taught.choices for c in part]))
    return file
