"""The voter: learning from labelled sentences, its weights file, and what it adds to a finding."""

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from processors.exceptions import SeedError
from processors.tagging.explain import explain
from processors.tagging.meaning import Understood
from processors.tagging.tagger import TextInput
from processors.tagging.training import read_examples, train, weigh_meaning, write_weights
from processors.tagging.voter import Ballot, Scale, Voter, VoterFile

SENTENCES = [
    ("Norway sent 200 soldiers to Lithuania.", ["troop-deployment"]),
    ("A battalion arrived in Latvia.", ["troop-deployment"]),
    ("Missiles struck the town.", ["armed-attack"]),
    ("The film is set in Lithuania.", []),
    ("The government denied that soldiers were sent to Lithuania.", []),
]


def learned(tagger, topics=("troop-deployment", "armed-attack")):
    drafts = [tagger.draft(TextInput(text, lang="en")) for text, _ in SENTENCES]
    return Voter(train(drafts, [named for _, named in SENTENCES], topics))


def test_learning_is_deterministic_and_tells_the_sentences_apart(tagger):
    voter = learned(tagger)
    assert voter.file == learned(tagger).file
    drafts = [tagger.draft(TextInput(text, lang="en")) for text, _ in SENTENCES]
    ballots = [voter.open(draft.text, tagger.taxonomy.triggers, {})[0] for draft in drafts]
    shares = [voter.share("troop-deployment", ballot) if ballot else 0.0 for ballot in ballots]
    assert min(shares[:2]) > max(shares[2:])


def test_a_topic_without_examples_gets_no_votes(tagger):
    voter = learned(tagger, ("sanctions",))
    assert voter.share("sanctions", voter.weigh(Ballot({"sanction": 1.0}, {}))) < 0.01


def understood(**odds):
    return Understood(odds, (), np.zeros((0, 1), dtype=np.float32))


def test_words_and_meaning_are_weighed_against_each_other():
    weights = {"sanctions": {"sanction": 4.0}}
    voter = Voter(VoterFile({}, {"sanctions": -1.0}, weights, Scale(0.5, 2.0, {"sanctions": 0.25})))
    ballot = voter.weigh(Ballot({"sanction": 1.0}, {}))
    heard = voter.hear(ballot, understood(sanctions=-1.0))
    assert heard.odds["sanctions"] + heard.meant["sanctions"] == pytest.approx(0.5 * 3.0 + 2.0 * -1.0 + 0.25)
    assert voter.share("sanctions", heard) < 0.5 < voter.share("sanctions", ballot)
    assert ("meaning", heard.meant["sanctions"]) in voter.parts("sanctions", heard)


def test_a_sentence_without_a_word_is_heard_too():
    voter = Voter(VoterFile({}, {"sanctions": -3.0}, {"sanctions": {}}, Scale(1.0, 1.0, {"sanctions": 0.0})))
    assert voter.share("sanctions", voter.hear(None, understood(sanctions=5.0))) > 0.5


def test_without_a_scale_the_meaning_is_not_listened_to():
    voter = Voter(VoterFile({}, {"sanctions": -3.0}, {"sanctions": {}}))
    assert voter.hear(None, understood(sanctions=5.0)).meant == {}


def test_the_scale_is_learnt_from_texts_that_were_read(tagger):
    analyses = [tagger.analyse(TextInput(text, lang="en")) for text, _ in SENTENCES]
    scale = weigh_meaning(analyses, [named for _, named in SENTENCES])
    assert scale == weigh_meaning(analyses, [named for _, named in SENTENCES])
    assert scale.meaning > 0
    assert scale.bias.keys() == set(tagger.taxonomy.encoder.topics)


def test_weights_are_written_and_read_again(tagger, tmp_path: Path):
    file, path = learned(tagger).file, tmp_path / "voter" / "weights.yaml"
    for written in (file, structs.replace(file, scale=Scale(0.6, 0.9, dict.fromkeys(file.bias, 0.5)))):
        write_weights(path, written)
        classes = {cls for weights in written.weights.values() for cls in weights}
        assert Voter.load(path, written.weights, classes).file == written


def test_a_topic_without_a_bias_in_the_scale_is_named(tmp_path: Path):
    path = tmp_path / "weights.yaml"
    write_weights(
        path, VoterFile({"texts": 1}, {"sanctions": 0.0}, {"sanctions": {"sanction": 1.0}}, Scale(1.0, 1.0, {"x": 0.0}))
    )
    with pytest.raises(SeedError, match="no bias for 'sanctions'"):
        Voter.load(path, ["sanctions"], ["sanction"])


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
