"""Articles, their side tables and their words: written together, removed together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from processors.models.articles import Event, IndexedArticle, Party, TaggedArticle
from processors.models.stories import StoryMember
from processors.query.values import keyword, label
from processors.store import analysis
from processors.store.sqlite.database import Database, Row, as_list, micros, to_json

_COLUMNS = "a.story_id, a.run_id, a.revision, a.document"


def add(db: Database, indexed: IndexedArticle, member: StoryMember) -> None:
    """Inside a transaction. Takes the place of an article with the same id."""
    article = indexed.tagged.article
    discard(db, article.id)
    doc = db.insert(
        "INSERT INTO articles VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            indexed.run_id,
            indexed.story_id,
            indexed.revision,
            article.content_hash,
            article.published_at and micros(article.published_at),
            micros(article.seen_at),
            micros(article.timestamp),
            to_json(member),
            to_json(indexed.tagged),
        ),
    )
    db.many("INSERT INTO terms VALUES (?, ?, ?)", ((doc, *term) for term in _terms(indexed.tagged)))
    db.many(
        f"INSERT INTO events VALUES ({', '.join('?' * 12)})",
        ((doc, place, *_event(event)) for place, event in enumerate(indexed.tagged.tags.events)),
    )
    at = micros(member.timestamp)
    db.many("INSERT INTO story_keys VALUES (?, ?, ?)", ((key, at, doc) for key in set(member.keys)))
    add_words(db, doc, indexed.tagged)


def discard(db: Database, article_id: str) -> TaggedArticle | None:
    """Inside a transaction. The article that was there."""
    found = db.row("SELECT doc, document FROM articles WHERE id = ?", (article_id,))
    if found is None:
        return None
    tagged = msgspec.json.decode(found[1], type=TaggedArticle)
    db.run(
        "INSERT INTO text (text, rowid, title, body, title_stems, body_stems) VALUES ('delete', ?, ?, ?, ?, ?)",
        (found[0], *_words(tagged)),
    )
    db.run("DELETE FROM articles WHERE doc = ?", (found[0],))
    return tagged


def add_words(db: Database, doc: int, tagged: TaggedArticle) -> None:
    db.run(
        "INSERT INTO text (rowid, title, body, title_stems, body_stems) VALUES (?, ?, ?, ?, ?)",
        (doc, *_words(tagged)),
    )


def index_words_anew(db: Database) -> None:
    """Makes the text index anew where another version of the analysis made it."""
    if db.row("SELECT 1 FROM text_index WHERE analysis = ?", (analysis.VERSION,)):
        return
    with db.transaction():
        db.run("INSERT INTO text (text) VALUES ('delete-all')")
        for (doc,) in db.rows("SELECT doc FROM articles"):
            row = db.row("SELECT document FROM articles WHERE doc = ?", (doc,))
            add_words(db, doc, msgspec.json.decode(row[0] if row else "", type=TaggedArticle))
        db.run("UPDATE text_index SET analysis = ?", (analysis.VERSION,))


def fetch(db: Database, ids: Sequence[str]) -> list[IndexedArticle]:
    """In the order asked for, without those that are not there."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM json_each(?) AS wanted JOIN articles AS a ON a.id = wanted.value ORDER BY wanted.key",
        (as_list(ids),),
    )
    return [_indexed(row) for row in rows]


def of_run(db: Database, run_id: str, size: int) -> Iterator[list[tuple[IndexedArticle, StoryMember]]]:
    """The run's articles in chunks of at most `size`."""
    docs = [doc for (doc,) in db.rows("SELECT doc FROM articles WHERE run_id = ? ORDER BY doc", (run_id,))]
    for start in range(0, len(docs), size):
        rows = db.rows(
            f"SELECT {_COLUMNS}, a.member FROM articles AS a"
            " WHERE doc IN (SELECT value FROM json_each(?)) ORDER BY doc",
            (as_list(docs[start : start + size]),),
        )
        yield [(_indexed(row), msgspec.json.decode(row[4], type=StoryMember)) for row in rows]


def _indexed(row: Row) -> IndexedArticle:
    story_id, run_id, revision, document, *_ = row
    return IndexedArticle(msgspec.json.decode(document, type=TaggedArticle), story_id, run_id, revision)


def _terms(tagged: TaggedArticle) -> set[tuple[str, str]]:
    article, tags = tagged.article, tagged.tags
    values = chain(
        (("topic", topic.id) for topic in tags.topics),
        (("author", author) for author in article.authors),
        (("lang", article.lang), ("source", article.source), ("country", article.country or "")),
        (("entity", entity.id) for entity in tags.entities),
        (("form", form) for entity in tags.entities for form in entity.forms),
        (("form", entity.name) for entity in tags.entities if not entity.id),
    )
    return {(field, keyword(field, value)) for field, value in values if value}


def _event(event: Event) -> tuple[object, ...]:
    low, high = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    return (*_party(event.actor), *_party(event.target), *_party(event.place), low, high, event.status, event.topic)


def _party(party: Party | None) -> tuple[str, str]:
    return (party.id, label(party.label)) if party else ("", "")


def _words(tagged: TaggedArticle) -> tuple[str, str, str, str]:
    article = tagged.article
    title, title_stems = analysis.analysed(article.title, article.lang)
    body, body_stems = analysis.analysed(article.text, article.lang)
    mark = f"{article.lang}:" if article.lang in analysis.STEMMED else ""
    return " ".join(title), " ".join(body), _marked(title_stems, mark), _marked(body_stems, mark)


def _marked(stems: list[str], mark: str) -> str:
    return mark + f" {mark}".join(stems) if stems else ""
