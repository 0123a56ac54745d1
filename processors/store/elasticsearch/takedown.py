"""Taking an article down for good: the tombstone first, then everything that quotes it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from processors.store.elasticsearch import articles, bulk, claims, outbox, runs, stories
from processors.store.elasticsearch.cluster import Cluster


def remove(cluster: Cluster, article_id: str, reason: str, now: datetime) -> bool:
    """False: no such article."""
    claim = cluster.get(claims.KIND, article_id)
    found = articles.fetch(cluster, [article_id])
    if claim is None or not found:
        return False
    outcome = claims.remove(cluster, claim, reason, now)
    if not outcome.done:
        raise bulk.refused(cluster, outcome)
    articles.discard(cluster, [claim])
    _forget_title(cluster, found[0].story_id, found[0].tagged.article.title)
    outbox.forget_evidence(cluster, article_id)
    return True


def _forget_title(cluster: Cluster, story_id: str, title: str) -> None:
    """Takes a removed article's title off its story: the earliest article left gives its own."""
    story = stories.stored(cluster, [story_id]).get(story_id)
    if story is None or story.title != title:
        return
    left = cluster.search(
        "articles",
        query={
            "bool": {
                "filter": [{"terms": {"story": sorted(stories.family(cluster, [story_id]))}}],
                "must_not": [{"terms": {"run": runs.open_ids(cluster)}}],
            }
        },
        sort=[{"timestamp": "asc"}, {"id": "asc"}],
        size=1,
        source=["headline"],
    )["hits"]["hits"]
    stories.put(cluster, [replace(story, title=left[0]["_source"]["headline"] if left else "")])
