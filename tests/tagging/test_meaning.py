"""What sentences mean: the encoder's verdicts, what of a text is read, and how it speaks in a judgement."""

from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.tagging.encoder import LONGEST, Encoder, Labels
from processors.tagging.explain import explain
from processors.tagging.meaning import Meaning
from processors.tagging.tagger import TextInput
from processors.tagging.windows import understand
from tests.tagging.conftest import SEEDS

ORDINARY = "The council repaired the bridge. Tickets for the fair cost five euros. Rain is expected on Sunday. "
TOPICS = {path.stem for path in (SEEDS / "topics").glob("*.yaml")}


class Recorder(Encoder):
    """The shipped encoder, which also notes what it was asked to read."""

    def __init__(self) -> None:
        whole = Encoder.load(SEEDS / "topics" / "encoder", TOPICS)
        assert whole
        super().__init__(SEEDS / "topics" / "encoder", Labels(whole.topics, {}))
        self.asked: list[str] = []

    def read(self, text):
        self.asked.append(text)
        return super().read(text)


def read_of(tagger, text, lang="en"):
    """(what was read, the meaning) of a text, by the odds that the tagger's words give."""
    recorder, draft = Recorder(), tagger.draft(TextInput(text, lang=lang))
    odds = [max(ballot.odds.values()) if ballot else None for ballot in draft.ballots]
    return recorder.asked, understand(draft.text, odds, recorder)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Norway flew two hundred of its soldiers to Lithuania on Monday.", "troop-deployment"),
        ("Норвегія перекинула до Литви двісті своїх військових.", "troop-deployment"),
        ("挪威向立陶宛派出两百名士兵。", "troop-deployment"),
        ("Rangers crossed the river before dawn to relieve the garrison of Goma.", "troop-deployment"),
        ("L'Union européenne gèle les avoirs de douze généraux.", "sanctions"),
        ("Envoys of both sides sat down in Doha for a second round on a truce.", "peace-talks"),
    ],
)
def test_the_topic_that_is_meant_has_the_highest_odds(tagger, text, topic):
    encoder = tagger.taxonomy.encoder
    read = encoder.read(text)
    mean = dict(zip(encoder.topics, read.table.mean(axis=0)[: len(encoder.topics)], strict=True))
    assert max(mean, key=mean.get) == topic
    assert mean[topic] > 0


def test_roles_are_marked(tagger):
    text = "France will send 300 soldiers to Romania, said a spokesman in Berlin."
    meaning = read_of(tagger, text)[1]

    def mark(word, role):
        start = text.index(word)
        return meaning.mark(0, (start, start + len(word)), role)

    assert mark("France", "actor") > max(mark("Romania", "actor"), mark("Berlin", "actor"))
    assert mark("Romania", "target") > max(mark("France", "target"), mark("Berlin", "target"))
    assert mark("300", "quantity") > 0


def test_a_text_is_read_alike_alone_and_after_others(tagger):
    texts = [TextInput("Chad sent 1,200 troops to Niger."), TextInput(ORDINARY * 3), TextInput("Отряд прибыл в Гао.")]
    together = list(tagger.tag_all(texts))
    assert together == [next(tagger.tag_all([text])) for text in texts]


def test_little_of_ordinary_news_is_read(tagger):
    asked, _ = read_of(tagger, ORDINARY * 20)
    assert sum(map(len, asked)) < 1000


def test_a_short_text_is_read_whole(tagger):
    text = "Colonel Barry left at dawn. His 200 men flew to Gao. They are to guard the airport."
    asked, meaning = read_of(tagger, text)
    assert asked == [text]
    assert sorted(meaning.sentences) == [0, 1, 2]


def test_the_likeliest_sentence_of_a_long_text_is_found(tagger):
    asked, meaning = read_of(tagger, ORDINARY * 10 + "France has sent 300 soldiers to Romania. " + ORDINARY * 10)
    assert any("300 soldiers" in text for text in asked)
    assert 30 in meaning.sentences


def test_a_text_longer_than_the_network_is_cut_off(tagger):
    read = tagger.taxonomy.encoder.read("soldiers " * 1000)
    assert len(read.pieces) == LONGEST == len(read.table)


def test_a_language_without_words_is_read_where_a_name_stands(tagger):
    first = "노르웨이군 200명이 리투아니아에 도착해 나토 전투단에 합류했다고 국방부가 밝혔다."
    tags = tagger.tag(first + " 이들은 독일군과 교대해 6개월간 주둔한다.", lang="ko")
    assert [topic.id for topic in tags.topics] == ["troop-deployment"]
    assert tags.events[0].evidence == first


def test_explain_names_the_words_that_spoke(tagger):
    told = "\n".join(explain(TextInput("Norway flew two hundred of its soldiers to Lithuania."), tagger))
    assert "meaning +" in told
    assert "soldiers" in told.partition("lose most without ")[2].partition("\n")[0]


def test_what_was_not_read_says_nothing():
    meaning = Meaning(("sanctions",))
    assert meaning.mark(0, (0, 5), "actor") is None


def test_a_missing_file_is_named(tmp_path: Path):
    (tmp_path / "labels.yaml").write_text("topics: [sanctions]\nmade_from: {}\n", encoding="utf-8")
    with pytest.raises(SeedError, match=r"pieces\.tsv.* is missing"):
        Encoder.load(tmp_path, {"sanctions"})


def test_a_topic_without_a_file_is_named(tmp_path: Path):
    (tmp_path / "labels.yaml").write_text("topics: [weather]\nmade_from: {}\n", encoding="utf-8")
    with pytest.raises(SeedError, match="weather"):
        Encoder.load(tmp_path, {"sanctions"})


def test_without_the_folder_words_alone_decide(tmp_path: Path):
    assert Encoder.load(tmp_path / "none", set()) is None
