"""The embedded store's schema versions: an old file is brought up to date, a newer one is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from processors.config import Settings
from processors.exceptions import StoreError
from processors.store.open import open_store
from processors.store.sqlite.database import to_json
from processors.store.sqlite.schema import VERSION
from tests.store.building import article, found, q, run_of, write

FIXTURES = Path(__file__).parent / "fixtures"


def first_version(path: Path) -> None:
    """A store as schema 1 wrote it, with one article whose words an older analysis had made."""
    indexed, member = article("a", "Les soldats partent.", lang="fr")
    made = indexed.tagged.article
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / "schema-1.sql").read_text(encoding="utf-8"))
    connection.execute("INSERT INTO runs VALUES ('run-1', 'committed', 0, ?)", (to_json(run_of()),))
    connection.execute(
        "INSERT INTO articles VALUES (7, 'a', 'run-1', 's', 0, ?, 0, 0, 0, ?, ?)",
        (made.content_hash, to_json(member), to_json(indexed.tagged)),
    )
    connection.execute(
        "INSERT INTO text (rowid, title, body, title_stems, body_stems) VALUES (7, '', 'oldword', '', '')"
    )
    connection.execute("INSERT INTO terms VALUES (7, 'entity', 'VEILLE:BORDER-GUARD'), (7, 'entity', 'Q142')")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


def test_an_old_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "veille.sqlite"
    first_version(path)
    store = open_store(Settings(store=f"sqlite:///{path}", _env_file=None))
    assert found(store, "soldat") == {"a"}, "its words are made anew"
    assert found(store, "oldword") == set()
    write(store, article("b", "Un soldat.", lang="fr", run="new"), run="new")
    assert found(store, "soldat") == {"a", "b"}
    assert store.search(q("soldat")).hits[0].highlights
    assert {bar.key for bar in store.facet(q("*"), "entity")} >= {"veille:border-guard", "Q142"}
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "veille.sqlite"
    open_store(Settings(store=f"sqlite:///{path}", _env_file=None)).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match=rf"{path}: written by a newer Veille .* upgrade"):
        open_store(Settings(store=f"sqlite:///{path}", _env_file=None))
