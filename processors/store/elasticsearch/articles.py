"""Articles and their events: written together, read, removed together."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Iterator, Sequence

from msgspec.structs import replace

from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.store.elasticsearch import bulk, claims, documents, runs, stories
from processors.store.elasticsearch.bulk import Action, Outcome
from processors.store.elasticsearch.cluster import Cluster, Found, Source
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.schema import ensure_month

Pair = tuple[IndexedArticle, StoryMember]


def add(cluster: Cluster, articles: Iterable[tuple[Pair, Source]]) -> list[Outcome]:
    """Writes documents; a claim with each says the month, and how many events an earlier document had.

    The outcomes that the server refused.
    """
    return [outcome for outcome in bulk.write(cluster, _actions(cluster, articles)) if not outcome.done]


def _actions(cluster: Cluster, articles: Iterable[tuple[Pair, Source]]) -> Iterator[Action]:
    order = time.time_ns()
    for place, ((indexed, member), claim) in enumerate(articles):
        id_ = indexed.tagged.article.id
        name = ensure_month(cluster, "articles", claim["month"])
        yield Action("index", name, id_, documents.article(indexed, member, order + place))
        events = documents.events(indexed)
        if events or claim["events"]:
            name = ensure_month(cluster, "events", claim["month"])
            yield from (Action("index", name, event_id, source) for event_id, source in events)
            yield from surplus(name, id_, len(events), claim["events"])


def surplus(name: str, article_id: str, first: int, end: int) -> Iterator[Action]:
    return (Action("delete", name, documents.event_id(article_id, place)) for place in range(first, end))


def replaced(cluster: Cluster, pairs: Sequence[Pair]) -> list[Outcome]:
    """Writes new bodies under ids that are there already; tombstones stay. Refused documents keep their old claims."""
    found = cluster.mget(claims.KIND, [pair[0].tagged.article.id for pair in pairs])
    taken = [(pair, found[pair[0].tagged.article.id]) for pair in pairs if _is_alive(found, pair)]
    refused = add(cluster, [(pair, claim.source) for pair, claim in taken])
    lost = {outcome.action.id for outcome in refused}
    renewed = [claims.renew(cluster, claim, pair[0]) for pair, claim in taken if claim.id not in lost]
    # one that somebody changed meanwhile is a tombstone, or as new as ours
    bulk.write(cluster, renewed)
    return refused


def _is_alive(found: dict[str, Found], pair: Pair) -> bool:
    claim = found.get(pair[0].tagged.article.id)
    return claim is not None and not claim.source["removed"]


def decoded(cluster: Cluster, found: Sequence[Source]) -> list[IndexedArticle]:
    """The articles of documents, in their stories of now."""
    return in_their_stories(cluster, [as_record(source["document"], IndexedArticle) for source in found])


def in_their_stories(cluster: Cluster, made: Sequence[IndexedArticle]) -> list[IndexedArticle]:
    """Articles as they were written, in the stories that theirs went into since."""
    roots = stories.roots(lambda ids: stories.stored(cluster, ids), {one.story_id for one in made})
    return [one if roots[one.story_id] == one.story_id else replace(one, story_id=roots[one.story_id]) for one in made]


def fetch(cluster: Cluster, ids: Sequence[str]) -> list[IndexedArticle]:
    """In the order asked for; of committed runs only."""
    by_month: dict[str, list[str]] = {}
    for claim in cluster.mget(claims.KIND, list(dict.fromkeys(ids))).values():
        if not claim.source["removed"]:
            by_month.setdefault(claim.source["month"], []).append(claim.id)
    sources: dict[str, Source] = {}
    for month, wanted in by_month.items():
        name = ensure_month(cluster, "articles", month)
        sources |= {one.id: one.source for one in cluster.mget("articles", wanted, name=name).values()}
    hidden = set(runs.open_ids(cluster))
    return decoded(cluster, [sources[id_] for id_ in ids if id_ in sources and sources[id_]["run"] not in hidden])


def stored(cluster: Cluster, claim: Found) -> IndexedArticle | None:
    """The article of a claim, of whatever run, removed or not."""
    name = ensure_month(cluster, "articles", claim.source["month"])
    found = cluster.mget("articles", [claim.id], name=name)
    return decoded(cluster, [found[claim.id].source])[0] if found else None


def discard(cluster: Cluster, found: Iterable[Found]) -> None:
    """Deletes the documents of articles and their events; their claims stay."""
    actions: list[Action] = []
    for claim in found:
        month, events = claim.source["month"], claim.source["events"]
        actions.append(Action("delete", cluster.name("articles", month), claim.id))
        if events:
            actions += surplus(cluster.name("events", month), claim.id, 0, events)
    bulk.put(cluster, actions)


def left_over(cluster: Cluster, run_id: str, written: Container[str]) -> list[Found]:
    """The claims of articles that an attempt at this run, cut off, wrote, and that are not among those written."""
    found = cluster.scan("articles", {"term": {"run": run_id}}, [{"id": "asc"}], source=False)
    ids = [one.id for one in found if one.id not in written]
    return [claim for claim in cluster.mget(claims.KIND, ids).values() if claim.source["run"] == run_id]
