"""What a query finds: words, wildcards, quotes, proximity, scripts, values, events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processors.exceptions import InputError
from processors.models.articles import Entity
from processors.store.interface import Sort, Store
from tests.store.building import (
    FRANCE,
    HOUR,
    NORTH_KOREA,
    NOW,
    RUSSIA,
    UKRAINE,
    article,
    entity,
    event,
    found,
    q,
    write,
)


def test_a_word_is_stemmed_in_the_language_of_each_article(store: Store) -> None:
    write(
        store,
        article("fr", "Le soldat garde le pont.", lang="fr"),
        article("en", "The soldier guards the bridge.", lang="en"),
        article("uk", "Колона військових стала під Сумами, удар тривав.", lang="uk"),
        article("ru", "Под городом видели солдат и колонны.", lang="ru"),
        article("xx", "Il suldatu guarda u ponte, bridges.", lang="co"),
    )
    assert found(store, "soldats") == {"fr"}
    assert found(store, "soldiers") == {"en"}
    assert found(store, "військові") == {"uk"}
    assert found(store, "ударів") == {"uk"}
    assert found(store, "солдаты") == {"ru"}
    assert found(store, "bridge") == {"en"}, "a language without a stemmer matches words as they are"
    assert found(store, "bridges") == {"en", "xx"}


def test_fields_of_text(store: Store) -> None:
    write(store, article("a", "Nothing else.", title="Convoy leaves"), article("b", "The convoy came.", title="Monday"))
    assert found(store, "convoy") == {"a", "b"} == found(store, "text:convoy")
    assert found(store, "title:convoy") == {"a"}
    assert found(store, "body:convoy") == {"b"}
    assert found(store, 'title:"convoy leaves"') == {"a"}
    assert found(store, '"leaves nothing"') == set(), "a phrase does not go from title to body"


def test_accents_and_case_may_be_left_out(store: Store) -> None:
    write(
        store,
        article("tr", "Erdoğan Ankara'da konuştu.", lang="tr"),
        article("fr", "Le déploiement de la Légion à Orléans.", lang="fr"),
        article("pl", "Żołnierze z Łodzi jadą na wschód.", lang="pl"),
    )
    assert found(store, "erdogan") == {"tr"} == found(store, '"ERDOGAN"')
    assert found(store, "ankara") == {"tr"}
    assert found(store, "deploiement") == {"fr"} == found(store, "DÉPLOIEMENTS")
    assert found(store, '"legion a orleans"') == {"fr"}
    assert found(store, "deplo*") == {"fr"} == found(store, "Déplo*")
    assert found(store, "łodzi") == {"pl"} == found(store, "lodzi")


def test_apostrophes(store: Store) -> None:
    write(
        store,
        article("fr", "Des officiers de l’armée parlent d'une base.", lang="fr"),
        article("uk", "Минуло п'ять днів.", lang="uk"),
        article("en", "Russia's navy left at five o'clock.", lang="en"),
    )
    assert found(store, "armée") == {"fr"} == found(store, "l'armée") == found(store, "d’armée")
    assert found(store, '"l\'armée"') == {"fr"}
    assert found(store, '"d\'armée"') == set()
    assert found(store, "п’ять") == {"uk"} == found(store, "пять")
    assert found(store, "russia") == {"en"} == found(store, "Russia's")
    assert found(store, "o'clock") == {"en"}


def test_stop_words_are_words(store: Store) -> None:
    write(
        store,
        article("a", "Un pacte de défense lie les deux pays, à la demande de l'un.", lang="fr"),
        article("b", "Un pacte, la défense.", lang="fr"),
        article("c", "The end of the war.", lang="en"),
        article("d", "An end, a war.", lang="en"),
    )
    assert found(store, '"pacte de défense"') == {"a"}
    assert found(store, "pacte AND de AND défense") == {"a"}
    assert found(store, '"à la"') == {"a"}
    assert found(store, '"of the"') == {"c"}
    assert found(store, 'war NOT "of the"') == {"d"}


def test_phrases_are_not_stemmed(store: Store) -> None:
    write(store, article("one", "A guarded bridge."), article("many", "They guard bridges."))
    assert found(store, "guards bridge") == {"one", "many"}
    assert found(store, '"guarded bridge"') == {"one"}


def test_proximity_keeps_the_order(store: Store) -> None:
    write(
        store,
        article("near", "Troops of the northern army crossed."),
        article("far", "Troops of the northern and the western army crossed."),
        article("turned", "The army has troops there."),
        article("both", "An army of troops, an army."),
        article("split", "They crossed the army", title="Troops"),
    )
    assert found(store, '"troops army"') == set()
    assert found(store, '"troops army"~3') == {"near", "both"}
    assert found(store, '"troops army"~2') == {"both"}
    assert found(store, '"army troops"~1') == {"turned", "both"}
    assert found(store, '"troops army"~6') == {"near", "far", "both"}
    assert found(store, '"troops northern crossed"~3') == {"near"}
    assert found(store, '"army army"~3') == {"both"}
    assert found(store, '"troops army"~3 NOT "an army"') == {"near"}
    assert found(store, 'title:"troops army"~9') == set()


def test_wildcards_at_the_end(store: Store) -> None:
    write(
        store,
        article("a", "Deployment"),
        article("b", "They deploy"),
        article("c", "Depot"),
        article("d", "Дислокация"),
    )
    assert found(store, "deplo*") == {"a", "b"}
    assert found(store, "dep*") == {"a", "b", "c"}
    assert found(store, "title:dep*") == set()
    assert found(store, "дисло*") == {"d"}


def test_chinese_japanese_and_korean_words_inside_sentences(store: Store) -> None:
    write(
        store,
        article("zh", "朝鲜向俄罗斯派遣了约一万名士兵。", title="部署军队", lang="zh"),
        article("ja", "政府は部隊をクルスク州に派遣した。", lang="ja"),
        article("ko", "정부는 군대를 파견했다.", lang="ko"),
    )
    assert found(store, "俄罗斯") == {"zh"} == found(store, '"俄罗斯"')
    assert found(store, "派遣") == {"zh", "ja"}
    assert found(store, "军") == {"zh"}
    assert found(store, "罗俄") == set()
    assert found(store, "クルスク") == {"ja"}
    assert found(store, "군대") == {"ko"}
    assert found(store, "俄罗*") == {"zh"}
    assert found(store, '"朝鲜 俄罗斯"~1') == {"zh"}


def test_arabic(store: Store) -> None:
    write(store, article("ar", "أرسلت الحكومةُ جنودًا إلى الحدود الشرقيّة.", lang="ar"))
    assert found(store, "حكومة") == {"ar"}
    assert found(store, "الحكومه") == {"ar"}
    assert found(store, "ارسلت") == {"ar"}
    assert found(store, '"إلى الحدود"') == {"ar"} == found(store, '"الي الحدود"')
    assert found(store, "الحدو*") == {"ar"}


def test_numbers_in_text(store: Store) -> None:
    write(store, article("en", "Some 11,000 men and an F-16."), article("fr", "Quelque 11 000 hommes.", lang="fr"))
    assert found(store, '"11,000"') == {"en", "fr"} == found(store, "11.000")
    assert found(store, "F-16") == {"en"} == found(store, '"f 16"')


def test_values(store: Store) -> None:
    write(
        store,
        article("a", authors=("Jean Dupont", "Ann Lee"), lang="fr", country="FR", source="courrier.example"),
        article("b", authors=("Jean Dupont-Martin",), topics=("sanctions",), country=None),
    )
    assert found(store, 'author:"jean DUPONT"') == {"a"}
    assert found(store, "author:Dupont") == set(), "authors match by their whole names"
    assert found(store, "country:fr lang:FR source:www.courrier.example") == {"a"}
    assert found(store, "topic:sanctions") == {"b"}
    assert found(store, "NOT country:FR") == {"b"}
    assert found(store, "*") == {"a", "b"}


def test_entities(store: Store) -> None:
    write(
        store,
        article("linked", entities=(entity(NORTH_KOREA, "Corée du Nord"),)),
        article("port", entities=(entity("Q2", "Port"),)),
        article("unlinked", entities=(Entity("", "Colonel Varga", "person", 1, ("colonel varga", "varga")),)),
    )
    assert found(store, 'entity:"North Korea"') == {"linked"} == found(store, "entity:q423")
    assert found(store, 'entity:"corée du nord"') == {"linked"}
    assert found(store, "entity:port") == {"port"}, "any of the QIDs of an ambiguous name"
    assert found(store, "entity:VARGA") == {"unlinked"} == found(store, 'entity:"colonel  varga"')
    assert found(store, "entity:nobody") == set()


def test_times(store: Store) -> None:
    write(
        store,
        article("old", published=NOW - timedelta(days=5)),
        article("new", published=NOW),
        article("undated", published=None, seen=NOW - timedelta(days=1)),
    )
    assert found(store, "published:2024-11-05") == {"old"}
    assert found(store, "published:[2024-11-05 TO 2024-11-10]") == {"old", "new"}
    assert found(store, "published:{2024-11-05 TO *]") == {"new"}
    assert found(store, "NOT published:[* TO *]") == {"undated"}
    assert found(store, "timestamp:2024-11-09 AND seen:2024-11-09") == {"undated"}
    assert found(store, "published:<2024-11-10T12:00") == {"old"}
    assert found(store, "published:2024-11-10T12:00") == {"new"}


def test_event_clauses_hold_for_one_and_the_same_event(store: Store) -> None:
    write(
        store,
        article(
            "mixed", events=(event(FRANCE, count=(1000, 1000)), event(NORTH_KOREA, target=RUSSIA, count=(10_000, None)))
        ),
        article("french", events=(event(FRANCE, target=UKRAINE, count=(5000, 6000)),)),
        article("plain"),
    )
    assert found(store, "actor:France AND quantity:>=5000") == {"french"}
    assert found(store, "actor:France AND (quantity:>=5000 AND *)") == {"french"}
    assert found(store, "(actor:France OR actor:Ukraine) AND quantity:>=5000") == {"french"}
    assert found(store, "(actor:France OR actor:Russia OR actor:Q423) quantity:>=5000") == {"mixed", "french"}
    assert found(store, "actor:France OR quantity:>=50000") == {"mixed", "french"}
    assert found(store, "actor:France AND target:Russia") == set()
    assert found(store, "actor:France NOT target:Ukraine") == {"mixed"}
    assert found(store, "NOT actor:France") == {"plain"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("quantity:>=300", {"exact", "atleast", "range"}),
        ("quantity:>300", {"range"}),
        ("quantity:300", {"exact", "atleast"}),
        ("quantity:<=300", {"exact", "atleast", "upto"}),
        ("quantity:[300 TO 500]", {"exact", "atleast", "range"}),
        ("quantity:[300 TO 499]", {"exact", "atleast"}),
        ("quantity:{300 TO 500]", {"range"}),
        ("quantity:[* TO *]", {"exact", "atleast", "range", "upto"}),
        ("actor:France NOT quantity:[* TO *]", {"none"}),
    ],
)
def test_quantities(store: Store, query: str, expected: set[str]) -> None:
    write(
        store,
        article("exact", events=(event(FRANCE, count=(300, 300)),)),
        article("atleast", events=(event(FRANCE, count=(300, None)),)),
        article("range", events=(event(FRANCE, count=(400, 500)),)),
        article("upto", events=(event(FRANCE, count=(None, 200)),)),
        article("none", events=(event(FRANCE),)),
    )
    assert found(store, query) == expected


def test_denied_events_take_part_only_where_status_is_named(store: Store) -> None:
    write(
        store,
        article("denied", events=(event(FRANCE, target=UKRAINE, status="denied"),)),
        article("said", events=(event(FRANCE, status="announced"),)),
    )
    assert found(store, "actor:France") == {"said"}
    assert found(store, "actor:France AND status:denied") == {"denied"}
    assert found(store, "actor:France AND (status:denied OR status:announced)") == {"denied", "said"}
    assert found(store, "actor:France AND NOT status:announced") == set()
    assert found(store, "target:Ukraine") == set()


def test_places_without_a_qid_match_by_label(store: Store) -> None:
    write(store, article("a", events=(event("Free Hill Brigade", place="Old Mill"),)), article("b", events=(event(),)))
    assert found(store, 'actor:"free hill  BRIGADE"') == {"a"}
    assert found(store, 'place:"old mill" AND actor:"Free Hill Brigade"') == {"a"}
    assert found(store, "place:mill") == set()


def test_relevance_prefers_titles_and_shorter_texts(store: Store) -> None:
    padding = "Weather, trade and harvest filled the rest of the page. " * 20
    write(
        store,
        article("long", f"A convoy. {padding}"),
        article("short", "A convoy came."),
        article("title", padding, title="A convoy"),
        *(article(f"other-{n}", padding) for n in range(5)),
    )
    page = store.search(q("convoy"))
    assert [hit.article.tagged.article.id for hit in page.hits] == ["title", "short", "long"]
    assert page.hits[0].score > page.hits[1].score > page.hits[2].score > 0


def test_pages_over_ties_repeat_and_leave_out_nothing(store: Store) -> None:
    write(store, *(article(f"a{n:02}", "Convoy", published=NOW - HOUR * (n % 3)) for n in range(25)))
    for sort in ("relevance", "newest", "oldest"):
        seen, cursor = [], None
        while True:
            page = store.search(q("convoy"), sort=sort, limit=4, cursor=cursor)
            assert page.total == 25
            seen += page.hits
            cursor = page.cursor
            if cursor is None:
                break
        ids = [hit.article.tagged.article.id for hit in seen]
        assert sorted(ids) == [f"a{n:02}" for n in range(25)]
        whole = store.search(q("convoy"), sort=sort, limit=100)
        assert [hit.article.tagged.article.id for hit in whole.hits] == ids
        times = [hit.article.tagged.article.timestamp for hit in seen]
        assert times == sorted(times, reverse=sort != "oldest")


def test_new_articles_do_not_disturb_paging_by_time(store: Store) -> None:
    write(store, *(article(f"a{n}", "Convoy", published=NOW - HOUR * n) for n in range(4)))
    first = store.search(q("convoy"), sort="newest", limit=2)
    write(store, article("b", "Convoy", published=NOW + HOUR), run="run-2")
    second = store.search(q("convoy"), sort="newest", limit=2, cursor=first.cursor)
    assert [hit.article.tagged.article.id for hit in second.hits] == ["a2", "a3"]
    assert second.total == 5


@pytest.mark.parametrize("cursor", ["nonsense", "W10=", "!"])
def test_a_cursor_of_something_else_is_refused(store: Store, cursor: str) -> None:
    write(store, *(article(f"a{n}", "Convoy") for n in range(3)))
    with pytest.raises(InputError, match="start again"):
        store.search(q("convoy"), cursor=cursor)
    other = store.search(q("*"), limit=1).cursor
    with pytest.raises(InputError, match="start again"):
        store.search(q("convoy"), cursor=other)


def test_facets(store: Store) -> None:
    write(
        store,
        article("a", lang="fr", topics=("sanctions", "mobilisation"), entities=(entity(FRANCE, "France"),)),
        article("b", lang="fr", topics=("sanctions",), published=NOW - timedelta(days=1)),
        article("c", lang="en", topics=("peace-talks",), country=None),
    )

    def bars(query: str, field: str, **more: object) -> list[tuple[str, str, int]]:
        return [(bar.key, bar.split, bar.count) for bar in store.facet(q(query), field, **more)]

    assert bars("*", "topic") == [("sanctions", "", 2), ("mobilisation", "", 1), ("peace-talks", "", 1)]
    assert bars("*", "topic", limit=1) == [("sanctions", "", 2)]
    assert bars("lang:fr", "entity") == [(FRANCE, "", 1)]
    assert bars("*", "country") == [("GB", "", 2)]
    assert bars("*", "day") == [("2024-11-09", "", 1), ("2024-11-10", "", 2)]
    assert bars("*", "day", split="lang") == [("2024-11-09", "fr", 1), ("2024-11-10", "en", 1), ("2024-11-10", "fr", 1)]
    assert bars("*", "lang", split="topic", limit=2)[0] == ("fr", "sanctions", 2)
    with pytest.raises(InputError, match="colour"):
        store.facet(q("*"), "colour")


def test_a_topic_joined_with_event_clauses_is_the_topic_of_that_event(store: Store) -> None:
    both = ("troop-deployment", "military-casualties")
    sent, lost = event(NORTH_KOREA, count=(3500, 3500)), event(NORTH_KOREA, count=(12, 12), topic="military-casualties")
    write(
        store,
        article("few-lost", topics=both, events=(sent, lost)),
        article("many-lost", topics=both, events=(event(NORTH_KOREA, count=(400, None), topic="military-casualties"),)),
    )
    assert found(store, "topic:military-casualties AND quantity:>=100") == {"many-lost"}
    assert found(store, "topic:troop-deployment AND quantity:>=100") == {"few-lost"}
    either = "(topic:troop-deployment OR topic:military-casualties)"
    assert found(store, f"{either} quantity:>=100") == {"few-lost", "many-lost"}
    assert found(store, 'topic:military-casualties AND (actor:"North Korea" AND quantity:<=20)') == {"few-lost"}
    assert found(store, "topic:military-casualties OR quantity:>=100000") == {"few-lost", "many-lost"}


def test_facets_come_with_the_hits_and_count_them_all(store: Store) -> None:
    write(
        store,
        article("a", "Convoy", lang="fr", topics=("sanctions", "mobilisation"), entities=(entity(FRANCE, "France"),)),
        article("b", "Convoy", lang="fr", topics=("sanctions",), published=NOW - timedelta(days=1)),
        article("c", "Column", topics=("sanctions",)),
    )
    page = store.search(q("convoy"), limit=1, facets=("topic", "day", "entity", "country"))
    assert len(page.hits) == 1
    assert {field: [(bar.key, bar.count) for bar in bars] for field, bars in page.facets.items()} == {
        "topic": [("sanctions", 2), ("mobilisation", 1)],
        "day": [("2024-11-09", 1), ("2024-11-10", 1)],
        "entity": [(FRANCE, 1)],
        "country": [("GB", 2)],
    }
    assert store.search(q("convoy")).facets == {}
    assert store.search(q("nothing"), facets=("topic",)).facets == {"topic": ()}
    with pytest.raises(InputError, match="colour"):
        store.search(q("*"), facets=("colour",))


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_a_scan_gives_what_paging_gives(store: Store, sort: Sort) -> None:
    write(store, *(article(f"a{n:03}", f"Convoy {'came ' * (n % 7)}", published=NOW - HOUR * n) for n in range(450)))
    write(store, article("other", "Column"), run="run-2")
    scanned = list(store.scan(q("convoy"), sort=sort))
    assert scanned == list(store.search(q("convoy"), sort=sort, limit=1000).hits)
    assert len(scanned) == 450
    assert [hit.highlights for hit in store.scan(q("column"), highlight=False)] == [()]


def test_a_scan_sees_the_store_as_it_was_when_it_began(store: Store) -> None:
    write(store, *(article(f"a{n:03}", "Convoy") for n in range(250)))
    scanning = store.scan(q("convoy"), sort="newest")
    first = next(scanning)
    write(store, article("b", "Convoy", published=NOW - HOUR), run="run-2")
    assert found(store, "lang:en") >= {"b", "a000"}
    others = [hit.article.tagged.article.id for hit in scanning]
    assert sorted([first.article.tagged.article.id, *others]) == [f"a{n:03}" for n in range(250)]


def test_a_scan_of_nothing_and_one_that_is_left(store: Store) -> None:
    assert list(store.scan(q("*"))) == []
    write(store, *(article(f"a{n:03}", "Convoy") for n in range(250)))
    scanning = store.scan(q("convoy"))
    next(scanning)
    scanning.close()
    assert len(list(store.scan(q("convoy")))) == 250
