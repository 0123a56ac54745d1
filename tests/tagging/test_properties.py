"""Any text: no crash, evidence stands in it, and the time does not grow faster than the text."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.tagging.surface import Surface
from processors.tagging.tagger import TextInput

_SOUP = """North Korea sent 1,000 soldiers to Russia . ; ? ! no not could « » ( ) le la envoyé 3.000 soldats au Mali pas
Россия направила 2 тыс. военных в أرسلت 500 جندي إلى 俄罗斯 派遣 2000 名 士兵 。 İ ß ﬁ 👩‍👩‍👦 &nbsp; <p>"""
WORDS = st.sampled_from([*_SOUP.split(), "\u202e", "\u200b", "\u00ad", "\n\n"])
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=60).map(" ".join))
LANGS = st.sampled_from([None, "fr", "en", "de", "ru", "ar", "zh", "ja", "tr", "xx"])
FAST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(text=TEXTS, title=st.text(max_size=60), lang=LANGS)
def test_any_text_is_read_and_evidence_stands_in_it(tagger, text, title, lang):
    analysis = tagger.analyse(TextInput(text, title, lang))
    tags = tagger.tags_of(analysis, [])
    for evidence in [topic.evidence for topic in tags.topics] + [event.evidence for event in tags.events]:
        assert evidence
        assert evidence in text or evidence in title
    assert tags == tagger.tags_of(tagger.analyse(TextInput(text, title, lang)), [])
    for event in tags.events:
        if event.quantity and event.quantity.min is not None and event.quantity.max is not None:
            assert event.quantity.min <= event.quantity.max


@FAST
@given(text=TEXTS)
def test_sentences_are_in_order_and_do_not_overlap(text):
    surface = Surface(text)
    ends = [0]
    for start, end in surface.sentences:
        assert ends[-1] <= start < end <= len(surface.folded)
        ends.append(end)
    assert len(surface.marks) == len(surface.folded)


@FAST
@given(texts=st.lists(st.sampled_from([
    "Norway sent 200 soldiers to Lithuania.",
    "Chad will send 1,200 troops to Niger.",
    "The airbag is deployed by a sensor.",
    "Prices rose again.",
]), max_size=4))  # fmt: skip
def test_a_denial_elsewhere_never_adds_an_event(tagger, texts):
    def events(parts: list[str]) -> int:
        analysis = tagger.analyse(TextInput("\n\n".join(parts), lang="en"))
        return sum(event.status != "denied" for event in tagger.tags_of(analysis, []).events)

    assert events([*texts, "France denied sending soldiers to Benin."]) <= events(texts)


def test_a_long_text_without_a_sentence_mark_is_read_in_linear_time(tagger):
    def seconds(size: int) -> float:
        text = ("soldats envoyés 300 au Mali pas " * (size // 32 + 1))[:size]
        start = time.process_time()
        tagger.analyse(TextInput(text, lang="fr"))
        return time.process_time() - start

    small, large = seconds(20_000), seconds(400_000)
    assert large < 20 * small * 5 + 2  # twenty times the text; five for noise


_NOISE = st.sampled_from(["\u200b", "\u00ad", "\x00", "\x07", "\u2060"])
_SPOILT = "Norway sent 200 soldiers to Lithuania."


@FAST
@given(places=st.lists(st.integers(0, len(_SPOILT) - 1), max_size=8), noise=_NOISE)
def test_invisible_and_control_characters_lose_no_topic(tagger, places, noise):
    text = "".join(noise * (at in places) + letter for at, letter in enumerate(_SPOILT))
    assert [topic.id for topic in tagger.tags_of(tagger.analyse(TextInput(text, lang="en")), []).topics] == [
        "troop-deployment"
    ]


@FAST
@given(swapped=st.sets(st.sampled_from("aeocpxs")), shout=st.booleans())
def test_look_alike_letters_and_capitals_lose_no_topic(tagger, swapped, shout):
    alike = str.maketrans(
        {latin: cyrillic for latin, cyrillic in zip("aeocpxs", "аеосрхѕ", strict=True) if latin in swapped}
    )
    text = _SPOILT.replace("soldiers", "soldiers".translate(alike))
    analysis = tagger.analyse(TextInput(text.upper() if shout else text, lang="en"))
    assert [topic.id for topic in tagger.tags_of(analysis, []).topics] == ["troop-deployment"]


@FAST
@given(letter=st.characters(categories=["Ll", "Lu", "Lo"]))
def test_the_language_of_one_letter_is_not_guessed(tagger, letter):
    assert tagger.analyse(TextInput(letter)).lang == "und"
