"""Names found in text: languages, scripts, inflections, boundaries, offsets."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.gazetteer import Gazetteer

# Language, sentence (written for this test), what must be found: text → English label and kind.
SENTENCES = [
    ("fr", "Pyongyang enverrait des soldats nord-coréens dans la région de Koursk.",
     {"Pyongyang": ("Pyongyang", "metonym"), "nord-coréens": ("North Korea", "demonym"),
      "région de Koursk": ("Kursk Oblast", "name")}),
    ("fr", "L’Ukraine et l'Iran, d’après l’armée française, n'ont rien dit à Etats-Unis.",
     {"Ukraine": ("Ukraine", "name"), "Iran": ("Iran", "name"), "armée française": ("French Armed Forces", "name"),
      "Etats-Unis": ("United States", "name")}),
    ("en", "North Korea's troops and the Bundeswehr left Kiev; U.S. Marines stayed in Niger.",
     {"North Korea": ("North Korea", "name"), "Bundeswehr": ("Bundeswehr", "name"), "Kiev": ("Kyiv", "metonym"),
      "U.S. Marines": ("United States Marine Corps", "name"), "Niger": ("Niger", "name")}),
    ("de", "Russlands Armee und nordkoreanische Soldaten, so das Weisse Haus und die Nato.",
     {"Russlands": ("Russia", "name"), "nordkoreanische": ("North Korea", "demonym"),
      "Weisse": None, "Nato": ("NATO", "name")}),
    ("es", "Los instructores rusos viajaron de Moscú a Burkina Faso.",
     {"rusos": ("Russia", "demonym"), "Moscú": ("Moscow", "metonym"), "Burkina Faso": ("Burkina Faso", "name")}),
    ("it", "I soldati dell'Italia e quelli francesi nel Kosovo.",
     {"Italia": ("Italy", "name"), "francesi": ("France", "demonym"), "Kosovo": ("Kosovo", "name")}),
    ("pt", "Tropas ruandesas em Moçambique.",
     {"ruandesas": ("Rwanda", "demonym"), "Moçambique": ("Mozambique", "name")}),
    ("ru", "В Курской области северокорейцы, сообщил Зеленский; об этом знают в Польше и ВСУ.",
     {"Курской области": ("Kursk Oblast", "name"), "северокорейцы": ("North Korea", "demonym"),
      "Зеленский": ("Volodymyr Zelenskyy", "name"), "Польше": ("Poland", "name"),
      "ВСУ": ("Armed Forces of Ukraine", "abbreviation")}),
    ("uk", "На Курщині північнокорейські військові, а до України з Польщі їдуть французькі.",
     {"Курщині": ("Kursk Oblast", "name"), "північнокорейські": ("North Korea", "demonym"),
      "України": ("Ukraine", "name"), "Польщі": ("Poland", "name"), "французькі": ("France", "demonym")}),
    ("pl", "Rosjanie w obwodzie kurskim; żołnierze z Niemiec pojadą na Litwę.",
     {"Rosjanie": ("Russia", "demonym"), "obwodzie kurskim": ("Kursk Oblast", "name"), "Niemiec": ("Germany", "name"),
      "Litwę": ("Lithuania", "name")}),
    ("ar", "وأرسلت كوريا الشمالية جنودها للصين وبأوكرانيا، والروسية في الفاشر",
     {"كوريا الشمالية": ("North Korea", "name"), "للصين": ("China", "name"), "أوكرانيا": ("Ukraine", "name"),
      "روسية": ("Russia", "demonym")}),
    ("tr", "Türkiye'nin Suriye'deki askerleri Rusya’ya gitti.",
     {"Türkiye": ("Turkey", "name"), "Suriye": ("Syria", "name"), "Rusya": ("Russia", "name")}),
    ("zh", "朝鲜向俄罗斯库尔斯克州派兵，泽连斯基说。",
     {"朝鲜": ("North Korea", "name"), "俄罗斯": ("Russia", "name"), "库尔斯克州": ("Kursk Oblast", "name"),
      "泽连斯基": ("Volodymyr Zelenskyy", "name")}),
    ("ja", "北朝鮮がロシアに兵士を派遣", {"北朝鮮": ("North Korea", "name"), "ロシア": ("Russia", "name")}),
    ("ko", "북한은 러시아에 병력을 보냈다", {"북한": ("North Korea", "name"), "러시아": ("Russia", "name")}),
    ("pl", "Granica z Białorusią, o Białorusi mówi komisja.",
     {"Białorusią": ("Belarus", "name"), "Białorusi": ("Belarus", "name")}),
    ("uk", "Кордон із Білоруссю закрито.", {"Білоруссю": ("Belarus", "name")}),
    ("ru", "Он командовал Воздушно-десантными войсками.",
     {"Воздушно-десантными войсками": ("Russian Airborne Forces", "name")}),
    ("de", "Zwei Bundeswehrsoldaten kamen zurück.", {"Bundeswehrsoldaten": ("Bundeswehr", "name")}),
    ("ja", "海自の護衛艦がアデン湾へ",
     {"海自": ("Japan Maritime Self-Defense Force", "name"), "アデン湾": ("Gulf of Aden", "name")}),
    ("he", "צה\"ל נכנס לרפיח ובלבנון", {"צה\"ל": ("Israel Defense Forces", "name"), "רפיח": ("Rafah", "name"),
                                         "לבנון": ("Lebanon", "name")}),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), SENTENCES, ids=[f"{s[0]}{i}" for i, s in enumerate(SENTENCES)])
def test_finds_names_in_many_languages(
    gazetteer: Gazetteer, lang: str, text: str, expected: dict[str, tuple[str, str] | None]
) -> None:
    found = {span.text: (gazetteer.label(span.qids[0]), span.kind) for span in gazetteer.find(text, lang)}
    assert {name: found.get(name) for name in expected} == expected


def test_a_composed_and_a_decomposed_name_are_one_and_offsets_fit_each(gazetteer: Gazetteer) -> None:
    text = unicodedata.normalize("NFD", "en Corée du Nord et en Érythrée")
    spans = gazetteer.find(text, "fr")
    assert [unicodedata.normalize("NFC", span.text) for span in spans] == ["Corée du Nord", "Érythrée"]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_letters_whose_lower_case_is_longer_do_not_move_offsets(gazetteer: Gazetteer) -> None:
    text = "İİİ ẞß İSTANBUL ve Ukrayna"
    spans = gazetteer.find(text, "tr")
    assert [(span.text, text[span.start : span.end]) for span in spans][-1] == ("Ukrayna", "Ukrayna")


def test_invisible_characters_inside_a_name(gazetteer: Gazetteer) -> None:
    text = "in Uk\u00adraine and \u202aMali\u202c."
    assert [gazetteer.label(span.qids[0]) for span in gazetteer.find(text, "en")] == ["Ukraine", "Mali"]


def test_common_words_in_lower_case_are_no_names(gazetteer: Gazetteer) -> None:
    assert (
        gazetteer.find("we had turkey on china plates; chad and jordan were guinea pigs, let us polish it", "en") == []
    )


def test_headlines_in_capitals_are_read(gazetteer: Gazetteer) -> None:
    assert [span.text for span in gazetteer.find("NORTH KOREA SENDS TROOPS TO KURSK OBLAST", "en")] == [
        "NORTH KOREA",
        "KURSK OBLAST",
    ]


def test_latin_names_of_another_language_are_left_out_where_the_language_is_known(gazetteer: Gazetteer) -> None:
    text = "Deutschland"
    assert gazetteer.find(text, "de")
    assert gazetteer.find(text, None)
    assert gazetteer.find(text, "xx")  # a language without names of its own counts as unknown
    assert not gazetteer.find(text, "fr")


def test_names_inside_words_are_not_found(gazetteer: Gazetteer) -> None:
    assert [span.text for span in gazetteer.find("Ukrainegate Maliput subMali Niger-like", "en")] == ["Niger"]
    assert gazetteer.find("马里兰州的居民", "zh") == []


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                [
                    "North Korea",
                    "Corée du Nord",
                    "Курской области",
                    "İ",
                    "ß",
                    "朝鲜",
                    "بالعراق",
                    "\u0301",
                    "\u200f",
                    "US",
                ]
            ),
        ),
        max_size=12,
    ).map("".join),
    lang=st.sampled_from([None, "fr", "en", "ru", "tr", "ar", "zh", "xx"]),
)
def test_any_text_gives_exact_ordered_spans(gazetteer: Gazetteer, text: str, lang: str | None) -> None:
    spans = gazetteer.find(text, lang)
    assert all(text[span.start : span.end] == span.text and span.text for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.qids and all(gazetteer.label(id_) for id_ in span.qids) for span in spans)


@pytest.mark.parametrize("unit", ["Congo ", "а", "USUSUS", "\u0301", "Michael Jordan ", "中国", "ال"])
def test_candidates_grow_with_the_text_not_faster(gazetteer: Gazetteer, unit: str) -> None:
    assert len(gazetteer.find(unit * 2000, None)) <= 2000
