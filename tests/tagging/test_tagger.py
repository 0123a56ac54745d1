"""The tagger as a whole: the seed article, JSON Lines, order, versions, explanations."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.tagging.evaluate import GoldEvent, Passage, agreement, evaluate, read_passages, wilson
from processors.tagging.explain import explain
from processors.tagging.jsonl import tag_lines
from processors.tagging.tagger import TextInput
from processors.tagging.topics import Taxonomy

from .conftest import SEEDS


@pytest.fixture(scope="module")
def seed(tagger):
    title, _, text = next((SEEDS / "articles").glob("*.txt")).read_text(encoding="utf-8").split("\n", 2)
    return tagger.tag(text, title=title)


def test_seed_language_and_entities(seed):
    assert seed.lang == "fr"
    assert {"Kim Jong Un", "North Korea", "Russia", "Ukraine", "Kursk Oblast"} <= {e.name for e in seed.entities}
    assert {"Q423", "Q159", "Q212"} <= {e.id for e in seed.entities}


def test_seed_topics(seed):
    topics = {topic.id for topic in seed.topics}
    assert {"troop-deployment", "defence-pact", "arms-transfer", "military-casualties"} <= topics


def test_seed_events(seed):
    (deployment,) = [event for event in seed.events if event.topic == "troop-deployment"]
    assert (deployment.actor.id, deployment.target.id, deployment.place.label) == ("Q423", "Q159", "Kursk Oblast")
    assert (deployment.quantity.min, deployment.quantity.max) == (11000, 30000)
    losses = [event for event in seed.events if event.topic == "military-casualties"]
    assert [(e.actor.id, e.quantity.min, e.quantity.max) for e in losses] == [("Q423", 2000, None)]


def test_partial_names_join_the_full_one(tagger):
    text = (
        "Chancellor Olivia Brandtner visited Oslo. On Tuesday Brandtner met reporters in Oslo, "
        "where the crowd cheered Brandtner."
    )
    names = {entity.name: entity.count for entity in tagger.tag(text, lang="en").entities}
    assert names.get("Olivia Brandtner", 0) >= 2
    assert "Brandtner" not in names


def test_the_sentence_that_tells_is_the_evidence(tagger):
    title = "North Korea fires ballistic missile into Sea of Japan"
    text = "The missile flew 680 kilometres and fell outside Japan's economic zone, Japanese officials said."
    (topic,) = [each for each in tagger.tag(text, title=title, lang="en").topics if each.id == "missile-launch"]
    assert topic.evidence == title


def test_the_title_counts_and_is_evidence(tagger):
    tags = tagger.tag("Details are awaited.", title="Norway sends 200 soldiers to Lithuania", lang="en")
    assert [topic.evidence for topic in tags.topics] == ["Norway sends 200 soldiers to Lithuania"]


def test_old_years_tell_history_by_the_date_of_publication(tagger):
    text = "In 2011 Norway sent 600 soldiers to Libya."
    assert not tagger.tag(text, lang="en", published_at=datetime(2026, 1, 1, tzinfo=UTC)).topics
    assert tagger.tag(text, lang="en", published_at=datetime(2011, 5, 1, tzinfo=UTC)).topics


def test_order_is_kept_over_languages_and_batches(tagger):
    texts = ["Norway sent 200 soldiers to Lithuania.", "Le Mali a signé un accord de défense.", "xyz", ""] * 40
    tags = list(tagger.tag_all(TextInput(text) for text in texts))
    assert [len(tag.topics) for tag in tags] == [1, 1, 0, 0] * 40
    assert tags[0] == tagger.tag(texts[0])


def test_json_lines_keep_order_and_report_bad_lines(tagger):
    lines = [
        json.dumps(
            {"id": "a", "text": "Norway sent 200 soldiers to Lithuania.", "url": "https://a.example/1"}
        ).encode(),
        b"",
        b"{not json",
        b'{"id": "b"}',
        b'{"id": "c", "text": "t", "published_at": "yesterday"}',
        b'{"id": "\xff", "text": "t"}',
        json.dumps({"id": "d", "text": "", "title": None, "lang": "pt-BR"}).encode(),
    ]
    out = [json.loads(line) for line in tag_lines(lines, tagger)]
    assert [line.get("id", line.get("line")) for line in out] == ["a", 3, 4, 5, 6, "d"]
    assert all(line["error"] for line in out[1:5])
    assert out[0]["topics"] == ["troop-deployment"]
    assert out[0]["events"] == [
        {
            "topic": "troop-deployment", "actor": "Norway", "target": "Lithuania", "place": None,
            "quantity": [200, 200], "status": "reported", "claimed_by": None, "date": None,
            "evidence": "Norway sent 200 soldiers to Lithuania.",
        }
    ]  # fmt: skip
    assert {"id": "Q20", "name": "Norway", "type": "country", "count": 1} in out[0]["entities"]


def test_explain_shows_what_spoke_for_and_against(tagger):
    lines = "\n".join(explain(TextInput("Norway ruled out sending troops to Libya.", lang="en"), tagger))
    assert "troop-deployment: denied" in lines
    assert "denied: ruled out" in lines
    assert "troops are sent: sending ... troops" in lines


def test_a_mistake_in_a_topic_file_names_file_and_field(tmp_path: Path):
    (tmp_path / "words").mkdir()
    (tmp_path / "common.yaml").write_text("objections: []\n")
    (tmp_path / "words" / "en.yaml").write_text("words: {send: [send*]}\n")
    topic = "id: a\nlabels: {en: A}\nsignals:\n  - {name: x, words: [send, tropps]}\n"
    (tmp_path / "a.yaml").write_text(topic)
    with pytest.raises(SeedError, match=r"a\.yaml.*signals.*tropps"):
        Taxonomy.load(tmp_path)
    (tmp_path / "a.yaml").write_text(topic.replace("tropps", "send").replace("name: x", "nme: x"))
    with pytest.raises(SeedError, match=r"a\.yaml:4"):
        Taxonomy.load(tmp_path)


def test_unquoted_no_in_a_word_list_is_an_error_with_its_line(tmp_path: Path):
    (tmp_path / "words").mkdir()
    (tmp_path / "common.yaml").write_text("objections: []\n")
    (tmp_path / "a.yaml").write_text("id: a\nlabels: {en: A}\nsignals: [{name: x, words: [not]}]\n")
    (tmp_path / "words" / "en.yaml").write_text("words:\n  not: [not, no]\n")
    with pytest.raises(SeedError, match=r"en\.yaml:\d"):
        Taxonomy.load(tmp_path)


def test_evaluation_counts_topics_and_slots(tagger):
    passages = [
        Passage("1", "Norway sent 200 soldiers to Lithuania.", ("troop-deployment",), "en",
                (GoldEvent("troop-deployment", "Norway", "Lithuania", (200, 200)),)),
        Passage("2", "Norway sent 200 soldiers to Lithuania.", ("sanctions",), "en"),
    ]  # fmt: skip
    report = evaluate(passages, tagger)
    deployment, sanctions = report.topics["troop-deployment"], report.topics["sanctions"]
    assert (deployment.tp, deployment.fp, deployment.fn) == (1, 1, 0)
    assert (sanctions.tp, sanctions.fp, sanctions.fn) == (0, 0, 1)
    assert [(slot.right, slot.of) for slot in report.slots.values()] == [(1, 1)] * 3
    assert {(failure.passage, failure.topic) for failure in report.failures} == {
        ("2", "troop-deployment"), ("2", "sanctions"),
    }  # fmt: skip


def test_labelled_files_are_read_with_the_line_of_a_mistake(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "1", "text": "t", "topics": [], "why": "extra"}\n{"id": 2}\n')
    with pytest.raises(Exception, match=r"gold\.jsonl:2"):
        read_passages(path)


def test_wilson_interval():
    low, high = wilson(9, 10)  # 0.596 to 0.982: Newcombe 1998, Statistics in Medicine 17:857, table I style
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)


def test_agreement_accepts_the_more_precise_place(tagger):
    event = tagger.tag("Des soldats burundais ont atterri à Bangui.", lang="fr").events[0]
    assert agreement(GoldEvent("troop-deployment", "Burundi", "Bangui"), event, tagger.gazetteer) == (True, True, True)
    assert agreement(GoldEvent("troop-deployment", "Chad", "Bangui", (1, None)), event, tagger.gazetteer) == (
        False,
        True,
        False,
    )
