"""How text becomes words, tokens and stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.store import analysis, ukrainian


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("L'armée déployée", "l armee deployee"),
        ("l’armée", "l armee"),
        ("п'ять п’ять пʼять", "пять пять пять"),
        ("Russia's o'clock", "russia s o clock"),
        ("Erdoğan İSTANBUL ısı", "erdogan istanbul isi"),
        ("Łódź Straße Ørsted Æsir", "lodz strasse orsted aesir"),
        ("Ёлка Їжак йод", "елка їжак йод"),
        ("11,000 11 000 F-16", "11 000 11 000 f 16"),
        ("٢٠٢٤ ۱۹", "2024 19"),
        ("部署5G网络", "部 署 5g 网 络"),
        ("ｶﾞｽ ガス", "ガ ス ガ ス"),
        ("한국", "한 국"),
        ("الحكومةُ إلى", "الحكومه الي"),
        ("جـنـود", "جنود"),
        ("हिन्दी", "हिन्दी"),
        ("cafe\u0301 a_b ﬁn", "cafe a b fin"),
        ("…—!", ""),
    ],
)
def test_tokens(text: str, tokens: str) -> None:
    assert analysis.tokens(text) == tokens.split()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "soldat soldats"),
        ("fr", "déploiement déploiements deploiement"),
        ("en", "deploy deployed deploying deployment"),
        ("de", "Soldat Soldaten"),
        ("es", "soldado soldados"),
        ("it", "soldato soldati"),
        ("pt", "soldado soldados"),
        ("ru", "солдат солдаты солдатами"),
        ("uk", "солдат солдати солдатів солдатами"),
        ("pl", "żołnierz żołnierze żołnierzy"),
        ("ar", "جندي الجندي"),
        ("ar", "حكومة الحكومه الحكومةُ"),
        ("tr", "asker askerler askerleri"),
        ("nl", "militair militairen"),
    ],
)
def test_forms_of_a_word_share_a_stem(lang: str, words: str) -> None:
    assert len({analysis.stem(word, lang) for word in words.split()}) == 1


def test_stems_stand_where_their_tokens_stand() -> None:
    tokens, stems = analysis.analysed("Les ـ soldats partent", "fr")
    assert tokens == ["les", "soldats", "partent"]
    assert stems == ["les", "soldat", "partent"]
    assert analysis.analysed("Les soldats", "xx") == (["les", "soldats"], ["les", "soldats"])


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("l'armée", ["armée"]),
        ("d’Orléans", ["Orléans"]),
        ("Russia's", ["Russia"]),
        ("o'clock", ["o", "clock"]),
        ("F-16", ["F", "16"]),
    ],
)
def test_a_bare_word_is_searched_without_elision(written: str, searched: list[str]) -> None:
    assert analysis.searched_words(written) == searched


@pytest.mark.parametrize(
    ("needle", "slop", "places"),
    [
        ("a b", 0, [(0, 1), (5, 6)]),
        ("a c", 1, [(5, 7)]),
        ("a c", 3, [(0, 3), (5, 7)]),
        ("c a", 1, [(3, 5)]),
        ("b b", 9, [(1, 6)]),
        ("a b c", 1, [(0, 1, 3), (5, 6, 7)]),
        ("a b c", 0, [(5, 6, 7)]),
        ("a x", 9, []),
        ("", 9, []),
    ],
)
def test_words_in_order(needle: str, slop: int, places: list[tuple[int, ...]]) -> None:
    assert list(analysis.in_order(["a", "b", "d", "c", "d", "a", "b", "c"], needle.split(), slop)) == places


@given(st.text(max_size=200), st.sampled_from([*analysis.STEMMED, "xx"]))
def test_any_text_gives_clean_words(text: str, lang: str) -> None:
    tokens, stems = analysis.analysed(text, lang)
    words, places = analysis.located(analysis.composed(text))
    assert tokens == analysis.tokens(text) == [analysis.token(word) for word in words]
    assert len(stems) == len(tokens)
    for start, end in places:
        assert analysis.composed(text)[start:end]
    for word in (*tokens, *stems):
        assert word
        assert not any(char.isascii() and not char.isalnum() for char in word), "FTS5 would split it"


@given(st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x52F), max_size=30))
def test_the_ukrainian_stemmer_leaves_something(word: str) -> None:
    assert ukrainian.stem(word) == word or len(ukrainian.stem(word)) >= 2


@given(st.text(min_size=1, max_size=20), st.sampled_from([*analysis.STEMMED, "ja"]))
def test_stems_among_leaves_no_word_out(text: str, lang: str) -> None:
    tokens = analysis.tokens_of(analysis.composed(text))
    assert list(tokens.values()) == [analysis.token(word) for word in tokens]
    stems = {word: analysis.stem(word, lang) for word in tokens}
    for wanted in stems.values():
        among = analysis.stems_among(tokens, [wanted], lang)
        assert {word for word, stem in stems.items() if stem == wanted} <= set(among)
        assert among.items() <= stems.items()


@given(st.text(min_size=1, max_size=12) | st.from_regex(r"[a-zа-яїєґа-ي]{1,10}", fullmatch=True))
def test_a_stemmer_leaves_words_of_another_script_alone(text: str) -> None:
    for word, token in analysis.tokens_of(analysis.composed(text)).items():
        for lang in set(analysis.STEMMED) - set(analysis.stemmed_in(token)):
            assert analysis.stem(word, lang) == token
