"""Stories and their merges. An article always points to the story that took all others over."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.stories import Story
from processors.store.sqlite.database import Database, as_list, to_json


def root(db: Database, story_id: str) -> str:
    """The id of the story that this one went into, or its own. One step: `put` keeps the ways short."""
    found = db.row("SELECT merged_into FROM stories WHERE id = ?", (story_id,))
    return found[0] if found and found[0] else story_id


def get(db: Database, story_id: str) -> Story | None:
    found = db.row("SELECT record FROM stories WHERE id = ?", (root(db, story_id),))
    return msgspec.json.decode(found[0], type=Story) if found else None


def with_merged(db: Database, ids: Iterable[str]) -> set[str]:
    """The stories that these went into, and all stories that went into those."""
    roots = {root(db, story_id) for story_id in ids}
    rows = db.rows("SELECT id FROM stories WHERE merged_into IN (SELECT value FROM json_each(?))", (as_list(roots),))
    return roots | {story_id for (story_id,) in rows}


def put(db: Database, story: Story) -> None:
    """Inside a transaction. A merge lasts: a later record of the merged story does not undo it."""
    target = root(db, story.merged_into or story.id)
    merged = target if target != story.id else None
    if story.merged_into and merged is None:
        raise StoreError(f"story {story.id} cannot be merged into itself")
    db.run(
        "INSERT INTO stories VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET merged_into = ?2, record = ?3",
        (story.id, merged, to_json(replace(story, merged_into=merged))),
    )
    if merged:
        db.run("UPDATE articles SET story_id = ? WHERE story_id = ?", (merged, story.id))
        db.run("UPDATE stories SET merged_into = ? WHERE merged_into = ?", (merged, story.id))


def forget_title(db: Database, story_id: str, title: str) -> None:
    """Takes a removed article's title off its story: the earliest article left gives its own."""
    story = get(db, story_id)
    if story is None or story.title != title:
        return
    left = db.row(
        "SELECT json_extract(document, '$.article.title') FROM articles WHERE story_id = ? ORDER BY timestamp, id",
        (story.id,),
    )
    put(db, replace(story, title=left[0] if left else ""))
