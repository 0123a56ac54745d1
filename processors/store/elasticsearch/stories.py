"""Stories and their merges. Articles keep the story they came to; whoever reads looks through the merges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.stories import Story
from processors.store.elasticsearch import bulk
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Source
from processors.store.elasticsearch.documents import as_record, stamp

KIND = "stories"

Lookup = Callable[[Collection[str]], Mapping[str, Story]]


def stored(cluster: Cluster, ids: Collection[str]) -> dict[str, Story]:
    """The records with these very ids, as they are at this moment."""
    found = cluster.mget(KIND, sorted(ids))
    return {id_: as_record(one.source["record"], Story) for id_, one in found.items()}


def roots(lookup: Lookup, ids: Collection[str]) -> dict[str, str]:
    """Each id → the story that it went into in the end, or itself."""
    found = {id_: id_ for id_ in ids}
    moving = set(found)
    while moving:
        records = lookup({found[id_] for id_ in moving})
        targets = {id_: record.merged_into for id_, record in records.items() if record.merged_into}
        moving = {id_ for id_ in moving if found[id_] in targets}
        for id_ in moving:
            found[id_] = targets[found[id_]]
    return found


def get(lookup: Lookup, story_id: str) -> Story | None:
    root = roots(lookup, [story_id])[story_id]
    return lookup([root]).get(root)


def merged(lookup: Lookup, story: Story) -> Story:
    """The record to write. A merge lasts: a later record of the merged story does not undo it."""
    wanted = story.merged_into or story.id
    target = roots(lookup, [wanted])[wanted]
    if story.merged_into and target == story.id:
        raise StoreError(f"story {story.id} cannot be merged into itself")
    return replace(story, merged_into=target if target != story.id else None)


def family(cluster: Cluster, ids: Collection[str]) -> set[str]:
    """The stories that these went into, and all stories that went into those, over any number of steps."""
    found = set(roots(lambda wanted: stored(cluster, wanted), ids).values())
    newest = found
    while newest:
        query = {"terms": {"merged_into": sorted(newest)}}
        newest = {one.id for one in cluster.scan(KIND, query, [{"id": "asc"}], source=["id"])} - found
        found = found | newest
    return found


def put(cluster: Cluster, stories: Iterable[Story]) -> None:
    bulk.put(cluster, (Action("index", cluster.name(KIND), story.id, _document(story)) for story in stories))


def _document(story: Story) -> Source:
    return {
        "id": story.id,
        "merged_into": story.merged_into,
        "title": story.title,
        "first_at": stamp(story.first_at),
        "last_at": stamp(story.last_at),
        "size": story.size,
        "record": story,
    }
