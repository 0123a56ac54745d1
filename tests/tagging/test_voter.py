"""The voter: learning from labelled sentences, its weights file, and what it adds to a finding."""

from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.tagging.explain import explain
from processors.tagging.meaning import encode
from processors.tagging.tagger import TextInput
from processors.tagging.training import read_examples, train, write_weights
from processors.tagging.voter import Ballot, Voter, VoterFile, write_meaning

SENTENCES = [
    ("Norway sent 200 soldiers to Lithuania.", ["troop-deployment"]),
    ("A battalion arrived in Latvia.", ["troop-deployment"]),
    ("Missiles struck the town.", ["armed-attack"]),
    ("The film is set in Lithuania.", []),
    ("The government denied that soldiers were sent to Lithuania.", []),
]


def learned(tagger, topics=("troop-deployment", "armed-attack")):
    drafts = [tagger.draft(TextInput(text, lang="en")) for text, _ in SENTENCES]
    return Voter(*train(drafts, [named for _, named in SENTENCES], topics))


def same(one, other):
    return one.file == other.file and {t: list(v) for t, v in one.meaning.items()} == {
        t: list(v) for t, v in other.meaning.items()
    }


def test_learning_is_deterministic_and_tells_the_sentences_apart(tagger):
    voter = learned(tagger)
    assert same(voter, learned(tagger))
    drafts = [tagger.draft(TextInput(text, lang="en")) for text, _ in SENTENCES]
    ballots = [voter.open(draft.text, tagger.taxonomy.triggers, {})[0] for draft in drafts]
    shares = [voter.share("troop-deployment", ballot) if ballot else 0.0 for ballot in ballots]
    assert min(shares[:2]) > max(shares[2:])


def test_a_topic_without_examples_gets_no_votes(tagger):
    voter = learned(tagger, ("sanctions",))
    assert voter.share("sanctions", voter.weigh(Ballot({"sanction": 1.0}, {}))) < 0.01


def test_the_meaning_is_looked_at_only_where_the_words_leave_doubt(tagger):
    voter = learned(tagger)
    sure = Voter(VoterFile({}, {"troop-deployment": -9.0}, {"troop-deployment": {"troops": 1.0}}), voter.meaning)
    ballot = Ballot({"troops": 1.0}, {})
    assert not sure.doubts(sure.weigh(ballot))
    unsure = Voter(VoterFile({}, {"troop-deployment": -1.0}, {"troop-deployment": {}}), voter.meaning)
    assert unsure.doubts(unsure.weigh(ballot))


def test_what_sentences_mean_tells_languages_without_shared_words_apart(tagger):
    vectors = encode(["Norway sent soldiers to Latvia.", "挪威向拉脱维亚派遣士兵。", "The film won a prize at Cannes."])
    assert vectors[0] @ vectors[1] > 2 * abs(vectors[0] @ vectors[2])


def test_weights_are_written_and_read_again(tagger, tmp_path: Path):
    voter, path = learned(tagger), tmp_path / "voter" / "weights.yaml"
    write_weights(path, voter.file)
    write_meaning(path.with_name("meaning.csv"), voter.meaning)
    classes = {cls for weights in voter.file.weights.values() for cls in weights}
    assert same(Voter.load(path, voter.file.weights, classes), voter)


@pytest.mark.parametrize(
    ("line", "message"),
    [("sanction,1.0", "topic"), ("troop-deployment,0.5", "512"), ("mean" + ",x" * 512, "could not convert")],
)
def test_a_wrong_meaning_file_names_the_line(tagger, tmp_path: Path, line, message):
    path = tmp_path / "weights.yaml"
    write_weights(path, VoterFile({"texts": 1}, {"sanctions": 0.0}, {"sanctions": {"sanction": 1.0}}))
    path.with_name("meaning.csv").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SeedError, match=rf"meaning.csv:1: .*{message}"):
        Voter.load(path, ["troop-deployment", "sanctions"], ["sanction"])


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
    assert voter.open(text, tagger.taxonomy.triggers, {}) == [None]


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
    assert any(reason.weight <= -0.7 for reason in reasons)
    assert all(reason.weight <= 0 for reason in reasons if reason.name == "word classes")
