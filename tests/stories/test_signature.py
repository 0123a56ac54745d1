"""Copies are known by their signature; other articles are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processors.stories.signature import keys, likeness, signature

WIRE = """The first elements of a Canadian engineer squadron reached the port of Riga on Tuesday evening, the defence
ministry said. The 240 sappers will build winter quarters for the multinational brigade. Their trucks came by rail from
Hamburg because of storms in the Baltic. A second group is expected before the end of the month, a spokesman told
reporters, adding that the mission had been agreed in the spring. Opposition parties in Ottawa asked for a debate on
its cost. Latvia's president thanked the crews on the quay and shook hands with every one of them despite the rain."""
OTHER = """Shares in the largest Nordic shipping line fell by a tenth after it cut its forecast for the year. Freight
rates between Asia and northern Europe have halved since January, the company said, and new ships keep arriving. Its
chief executive said that orders for the spring were weak and that two routes would close. Analysts had expected
better figures. Rivals lost ground too. The board keeps the dividend but stops buying back its own stock until June."""


def test_a_copy_without_its_last_sentences_is_contained() -> None:
    alike, contained = likeness(signature("A", WIRE), signature("B", " ".join(WIRE.split()[:75])))
    assert contained == 1.0
    assert 0.5 < alike < 0.9


def test_a_lead_of_the_outlet_s_own_leaves_a_copy() -> None:
    own = " ".join([*OTHER.split()[:40], *WIRE.split()[40:]])
    assert likeness(signature("", WIRE), signature("", own))[1] > 0.5


def test_house_style_edits_leave_a_copy() -> None:
    edited = (
        WIRE.replace("Tuesday evening", "Tuesday night").replace("asked for", "demanded").replace(" said.", " says.")
    )
    assert likeness(signature("", WIRE), signature("", edited))[1] > 0.6


def test_another_article_is_no_copy() -> None:
    assert max(likeness(signature("", WIRE), signature("", OTHER))) < 0.1


def test_copies_share_a_key_and_others_do_not() -> None:
    edited = WIRE.replace("Riga", "Ventspils")
    assert set(keys(signature("", WIRE))) & set(keys(signature("", edited)))
    assert not set(keys(signature("", WIRE))) & set(keys(signature("", OTHER)))


def test_chinese_without_spaces_is_shingled_by_character() -> None:
    text = "法国国防部周二宣布向罗马尼亚增派三百名士兵参加北约多国战斗群的轮换部署任务"
    assert likeness(signature("", text), signature("", text[:-4]))[0] > 0.6


def test_a_text_without_words_has_no_signature() -> None:
    assert signature("title", " … !") == ""
    assert likeness("", signature("", WIRE)) == (0.0, 0.0)
    assert keys("") == ()


@given(st.text())
def test_any_text_is_like_itself(text: str) -> None:
    made = signature("", text)
    assert made == signature("other title", text)
    assert likeness(made, made) == ((1.0, 1.0) if made else (0.0, 0.0))
