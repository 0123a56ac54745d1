"""Runs and what they write: visibility, revisions, duplicates, tombstones, stories, quarantine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from processors.models.runs import Disposition, QuarantineItem, Run, RunState
from processors.models.stories import Story
from processors.store.interface import CANDIDATES, Known, Store
from tests.store.building import HOUR, NOW, article, found, run_of, write


def test_a_run_is_opened_once(store: Store) -> None:
    first = store.open_run(run_of("r", NOW))
    assert store.open_run(run_of("r", NOW + HOUR)) == first
    assert store.runs() == [first]
    assert first.state is RunState.OPEN


def test_runs_oldest_first_and_by_state(store: Store) -> None:
    write(store, run="later", at=NOW + HOUR)
    write(store, run="early", at=NOW)
    store.open_run(run_of("open", NOW - HOUR))
    assert [run.id for run in store.runs()] == ["open", "early", "later"]
    assert [run.id for run in store.runs(RunState.COMMITTED)] == ["early", "later"]
    store.record_matches("early", NOW, [], [], [])
    assert [run.id for run in store.runs(RunState.COMMITTED)] == ["later"]
    assert [(run.id, run.matched_at) for run in store.runs(RunState.MATCHED)] == [("early", NOW)]


def test_counts_and_languages_are_kept(store: Store) -> None:
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        writer.commit(replace(run, committed_at=NOW, languages=("fr",), counts={Disposition.INDEXED: 3}))
    assert store.runs() == [
        replace(run, state=RunState.COMMITTED, committed_at=NOW, languages=("fr",), counts={"indexed": 3})
    ]


def test_articles_come_back_whole_and_in_the_order_asked_for(store: Store) -> None:
    pairs = [article(id_, f"Text of {id_} \0 ½ 😀", lang="fr") for id_ in ("a", "b", "c")]
    write(store, *pairs)
    assert store.articles(["c", "nobody", "a"]) == [pairs[2][0], pairs[0][0]]


def test_nothing_of_an_uncommitted_run_is_seen(store: Store) -> None:
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        writer.put_articles([article("a", "Convoy")])
        assert found(store, "convoy") == set()
        assert store.articles(["a"]) == []
        assert writer.known(["a"])["a"].revision == 0, "the writer itself sees what it wrote"
        writer.commit(run)
    assert found(store, "convoy") == {"a"}


def write_and_fail(store: Store, run: Run, bad: QuarantineItem) -> None:
    with store.writing(run) as writer:
        writer.put_articles([article("a", "Convoy")])
        writer.put_quarantine([bad])
        writer.commit(run)
        raise ZeroDivisionError


def test_an_error_takes_everything_back(store: Store) -> None:
    run = store.open_run(run_of())
    bad = QuarantineItem("1", "index", "x", "bad", NOW)
    with pytest.raises(ZeroDivisionError):
        write_and_fail(store, run, bad)
    with store.writing(run) as writer:
        writer.put_articles([article("b", "Convoy")])
    assert found(store, "*") == set()
    assert store.quarantine() == []
    assert [run.state for run in store.runs()] == [RunState.OPEN]


def test_known_tells_content_story_revision_and_removal(store: Store) -> None:
    pair = article("a", "Convoy", story="s", revision=2)
    write(store, pair, article("gone", "Convoy"))
    store.remove_article("gone", "asked for", NOW)
    with store.writing(run_of()) as writer:
        assert writer.known(["a", "gone", "new"]) == {
            "a": Known(pair[0].tagged.article.content_hash, "s", 2),
            "gone": Known("", "", 0, removed=True),
        }


def test_a_revision_takes_the_place_of_the_old_body(store: Store) -> None:
    write(store, article("a", "The old convoy", topics=("sanctions",)), run="one")
    write(store, article("a", "A new column", revision=1, topics=("mobilisation",), run="two"), run="two")
    assert found(store, "convoy") == set() == found(store, "topic:sanctions")
    assert found(store, "column") == {"a"} == found(store, "topic:mobilisation")
    assert [indexed.revision for indexed in store.articles(["a"])] == [1]


def test_the_same_article_written_twice_is_one(store: Store) -> None:
    write(store, article("a", "Convoy convoy"), article("a", "Convoy convoy"))
    write(store, article("a", "Convoy convoy"), run="again")
    assert found(store, "convoy") == {"a"}


def test_a_removed_article_never_comes_back(store: Store, store_factory: Callable[[], Store]) -> None:
    write(store, article("a", "Convoy"), article("b", "Convoy"))
    assert store.remove_article("a", "court order", NOW)
    assert not store.remove_article("a", "again", NOW)
    assert not store.remove_article("nobody", "x", NOW)
    write(store, article("a", "Convoy"), run="again")
    for again in (store, store_factory()):
        assert found(again, "convoy") == {"b"}
        assert again.articles(["a", "b"]) == store.articles(["b"])


def story(id_: str, *, size: int = 1, into: str | None = None, title: str = "A story") -> Story:
    return Story(id_, title, NOW, NOW, size, into)


def test_candidates_share_a_key_and_are_recent(store: Store) -> None:
    first, second, old = (
        article("a", keys=("k1", "k2"), story="s1"),
        article("b", keys=("k3",), story="s2"),
        article("c", keys=("k1",), story="s3", published=NOW - HOUR),
    )
    write(store, first, second, old)
    with store.writing(run_of("two")) as writer:
        assert writer.candidates(["k1", "k2", "k9"], NOW) == [("s1", first[1])]
        assert writer.candidates(["k1", "k3"], NOW - HOUR) == [("s1", first[1]), ("s2", second[1]), ("s3", old[1])]
        assert writer.candidates([], NOW) == []
        new = article("d", keys=("k3",), story="s2")
        writer.put_articles([new])
        assert writer.candidates(["k3"], NOW) == [("s2", second[1]), ("s2", new[1])]


def test_candidates_are_few_however_busy_a_key(store: Store) -> None:
    """So that a war does not slow each article down; a rarer key keeps what it has."""
    busy = [article(f"a{n:02}", keys=("war",), published=NOW + HOUR * (n % 50)) for n in range(CANDIDATES + 5)]
    rare = article("rare", keys=("rare",), published=NOW)
    write(store, rare, *busy)
    with store.writing(store.open_run(run_of("two"))) as writer:
        assert len(writer.candidates(["war"], NOW)) == CANDIDATES
        new = article("new", keys=("war",), published=NOW + 99 * HOUR)
        writer.put_articles([new])
        found_ = [member.article_id for _, member in writer.candidates(["rare", "war"], NOW)]
        assert found_ == ["rare", *(f"a{n:02}" for n in range(7, CANDIDATES + 5)), "new"]


def test_candidates_that_share_more_keys_come_before_newer_ones(store: Store) -> None:
    old = [article(f"old{n}", keys=("a", "b", "c"), published=NOW) for n in range(3)]
    write(store, *old, *(article(f"n{n:02}", keys=("a",), published=NOW + HOUR) for n in range(CANDIDATES - 3)))
    asked = (("a", "b", "c"), NOW)
    with store.writing(store.open_run(run_of("two"))) as writer:
        writer.expect([asked, (("b",), NOW)], ["unknown"])
        writer.put_articles([article("mine", keys=("a", "b"), published=NOW + HOUR, run="two")])
        found_ = [member.article_id for _, member in writer.candidates(*asked)]
        assert len(found_) == CANDIDATES
        assert {"old0", "old1", "old2", "mine"} < set(found_)
        assert [member.article_id for _, member in writer.candidates(("b",), NOW)] == ["old0", "old1", "old2", "mine"]


def test_merged_stories_are_looked_through(store: Store) -> None:
    write(store, article("a", story="s1"), article("b", story="s2"), article("c", story="s3", keys=("k",)))
    for run, merge in (("m1", ("s1", "s2")), ("m2", ("s2", "s3"))):
        with store.writing(run_of(run)) as writer:
            writer.put_stories([story(id_) for id_ in ("s1", "s2", "s3")])
            writer.put_stories([story(merge[0], into=merge[1])])
            writer.commit(run_of(run))
    for id_ in ("s1", "s2", "s3"):
        assert store.story(id_) == story("s3")
        assert found(store, f"story:{id_}") == {"a", "b", "c"}
    assert {indexed.story_id for indexed in store.articles(["a", "b", "c"])} == {"s3"}
    assert store.story("unknown") is None
    with store.writing(run_of("m3")) as writer:
        assert [story_id for story_id, _ in writer.candidates(["k"], NOW)] == ["s3"]
        writer.put_stories([story("s2", size=9)])
        assert writer.story("s2") == story("s3"), "a merge lasts"


def test_a_takedown_takes_the_title_off_its_story(store: Store) -> None:
    with store.writing(store.open_run(run_of())) as writer:
        writer.put_articles(
            [
                article("a", title="Named wrongly", story="s", published=NOW - HOUR),
                article("b", title="Second", story="s"),
            ]
        )
        writer.put_stories([story("s", size=2, title="Named wrongly")])
        writer.commit(run_of())
    store.remove_article("a", "libel", NOW)
    assert store.story("s") == story("s", size=2, title="Second")
    store.remove_article("b", "libel", NOW)
    assert store.story("s") == story("s", size=2, title="")


def test_quarantine_is_listed_and_released(store: Store) -> None:
    items = [QuarantineItem(str(n), "tag", f"line {n}", "why", NOW + HOUR * (3 - n)) for n in range(3)]
    with store.writing(store.open_run(run_of())) as writer:
        writer.put_quarantine([*items, replace(items[0], reason="newer reason")])
        writer.commit(run_of())
    assert store.quarantine() == [items[2], items[1], replace(items[0], reason="newer reason")]
    store.release_quarantine(["1", "2", "none"])
    assert [item.id for item in store.quarantine()] == ["0"]
