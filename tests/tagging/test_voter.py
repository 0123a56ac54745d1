"""The voter: learning from labelled sentences, its weights file, and what it adds to a finding."""

from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.tagging.explain import explain
from processors.tagging.tagger import TextInput
from processors.tagging.training import read_examples, train, write_weights
from processors.tagging.voter import Voter, VoterFile, classes_around

SENTENCES = [
    ("Norway sent 200 soldiers to Lithuania.", ["troop-deployment"]),
    ("A battalion arrived in Latvia.", ["troop-deployment"]),
    ("Missiles struck the town.", ["armed-attack"]),
    ("The film is set in Lithuania.", []),
    ("The government denied that soldiers were sent to Lithuania.", []),
]


def learned(tagger, topics=("troop-deployment", "armed-attack")):
    texts = [tagger.analyse(TextInput(text, lang="en")).text for text, _ in SENTENCES]
    return train(texts, [named for _, named in SENTENCES], topics)


def test_learning_is_deterministic_and_tells_the_sentences_apart(tagger):
    file = learned(tagger)
    assert file == learned(tagger)
    voter = Voter(file)
    shares = [
        voter.share("troop-deployment", classes_around(tagger.analyse(TextInput(text, lang="en")).text, 0))
        for text, _ in SENTENCES
    ]
    assert min(shares[:2]) > max(shares[2:])


def test_a_topic_without_examples_gets_no_votes(tagger):
    file = learned(tagger, ("sanctions",))
    assert Voter(file).share("sanctions", {"sanction": 1.0}) < 0.01


def test_weights_are_written_and_read_again(tagger, tmp_path: Path):
    file, path = learned(tagger), tmp_path / "voter" / "weights.yaml"
    write_weights(path, file)
    classes = {cls for weights in file.weights.values() for cls in weights}
    assert Voter.load(path, file.weights, classes).file == file


@pytest.mark.parametrize(
    ("weights", "message"),
    [({"nope": {"troops": 1.0}}, "nope"), ({"troop-deployment": {"no-class": 1.0}}, "no-class")],
)
def test_a_wrong_weights_file_names_what_is_wrong(tmp_path: Path, weights, message):
    path = tmp_path / "weights.yaml"
    write_weights(path, VoterFile({"texts": 1}, dict.fromkeys(weights, 0.0), weights))
    with pytest.raises(SeedError, match=message):
        Voter.load(path, ["troop-deployment"], ["troops"])


def test_without_weights_nobody_votes(tmp_path: Path, tagger):
    voter = Voter.load(tmp_path / "none.yaml", [], [])
    text = tagger.analyse(TextInput("Norway sent 200 soldiers to Lithuania.")).text
    assert voter.vote(text, tagger.taxonomy.triggers) == [None]


def test_examples_with_an_unknown_topic_are_refused(tmp_path: Path):
    (tmp_path / "en.yaml").write_text("troop-deploymnt:\n  - A sentence.\n", encoding="utf-8")
    with pytest.raises(SeedError, match="troop-deploymnt"):
        read_examples(tmp_path, ["troop-deployment"])


def test_explain_shows_the_vote_in_words(tagger):
    told = "\n".join(explain(TextInput("Norway sent 200 soldiers to Lithuania."), tagger))
    assert "word classes: " in told
    assert "troops +" in told


def test_no_vote_lifts_a_grave_objection(tagger):
    found = tagger.analyse(TextInput("In 1943 Norway sent 200 soldiers to Lithuania.")).findings
    reasons = [reason for finding in found for reason in finding.reasons if finding.topic.id == "troop-deployment"]
    assert any(reason.weight <= -0.5 for reason in reasons)
    assert all(reason.weight <= 0 for reason in reasons if reason.name == "word classes")
