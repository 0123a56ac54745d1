"""Taking an article down for good: the tombstone first, then everything that quotes it, its document last.

Cut off in between, the same call again finishes it.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from processors.models.articles import IndexedArticle
from processors.store.elasticsearch import articles, bulk, claims, outbox, runs, stories
from processors.store.elasticsearch.cluster import Cluster


def remove(cluster: Cluster, article_id: str, reason: str, now: datetime) -> bool:
    """False: no such article."""
    claim = cluster.get(claims.KIND, article_id)
    if claim is None:
        return False
    if not claim.source["removed"]:
        if not articles.fetch(cluster, [article_id]):
            return False
        outcome = claims.remove(cluster, claim, reason, now)
        if not outcome.done:
            raise bulk.refused(cluster, outcome)
    there = articles.stored(cluster, claim)
    if there is None:
        return False
    _forget_title(cluster, there)
    outbox.forget_evidence(cluster, article_id)
    articles.discard(cluster, [claim])
    return True


def _forget_title(cluster: Cluster, removed: IndexedArticle) -> None:
    """Takes a removed article's title off its story: the earliest article left gives its own."""
    story_id, article = removed.story_id, removed.tagged.article
    story = stories.stored(cluster, [story_id]).get(story_id)
    if story is None or story.title != article.title:
        return
    left = cluster.search(
        "articles",
        query={
            "bool": {
                "filter": [{"terms": {"story": sorted(stories.family(cluster, [story_id]))}}],
                "must_not": [{"terms": {"run": runs.open_ids(cluster)}}, {"term": {"id": article.id}}],
            }
        },
        sort=[{"timestamp": "asc"}, {"id": "asc"}],
        size=1,
        source=["headline"],
    )["hits"]["hits"]
    stories.put(cluster, [replace(story, title=left[0]["_source"]["headline"] if left else "")])
