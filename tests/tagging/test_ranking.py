"""The ranking: learning which candidate fills a slot, its file, and what it chooses."""

from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.tagging.ranking import Ranking, write_ranking
from processors.tagging.ranking_training import Choice, learn

NEAR, FAR, NONE = {"near": 1.0}, {"far": 1.0}, {"none": 1.0}
LABELLED = [
    *[("actor", Choice((NEAR, FAR, NONE), (True, False, False)))] * 4,
    ("actor", Choice((FAR, NONE), (False, True))),
    ("actor", Choice((FAR, FAR), (False, False))),  # teaches nothing
]


def test_the_learnt_weights_choose_what_was_right():
    ranking = learn(LABELLED)
    assert ranking == learn(LABELLED)
    assert ranking.best("actor", [FAR, NONE, NEAR]) == 2
    assert ranking.best("actor", [FAR, NONE]) == 1


def test_of_equals_the_first_is_chosen():
    assert Ranking({}, {"actor": {}}).best("actor", [FAR, NEAR]) == 0


def test_any_of_several_right_candidates_will_do():
    both = [("actor", Choice((NEAR, NEAR, FAR), (True, True, False)))] * 3
    assert learn(both).best("actor", [FAR, NEAR]) == 1


def test_weights_are_written_and_read_again(tmp_path: Path):
    ranking = learn(LABELLED)
    write_ranking(tmp_path / "slots.yaml", ranking)
    assert Ranking.load(tmp_path / "slots.yaml") == ranking


def test_without_a_file_nothing_is_ranked(tmp_path: Path):
    assert not Ranking.load(tmp_path / "none.yaml").knows("actor")


def test_a_wrong_file_is_named(tmp_path: Path):
    path = tmp_path / "slots.yaml"
    path.write_text("made_from: {}\nweights: {actor: [1]}\n", encoding="utf-8")
    with pytest.raises(SeedError, match=r"slots\.yaml"):
        Ranking.load(path)


def test_a_count_of_the_sentence_beside_completes_the_event(tagger):
    text = "Kenya has sent a contingent to Haiti.\n\nThe 400 police officers landed in Port-au-Prince on Tuesday."
    events = [event for event in tagger.tag(text, lang="en").events if event.topic == "troop-deployment"]
    assert events[0].actor.label == "Kenya"
    assert events[0].quantity.min == 400


def test_a_sender_is_not_its_own_goal(tagger):
    (event,) = tagger.tag("Kenya sent 300 soldiers on Monday.", lang="en").events
    assert event.target is None
