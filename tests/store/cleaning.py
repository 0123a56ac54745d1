"""Empties a test's indices: much faster than making them anew for each test."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from processors.config import Settings
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect


def empty_indices(url: str) -> None:
    """Deletes all documents."""
    cluster = _cluster(url)
    client: Elasticsearch = cluster.client
    names = f"{cluster.prefix}-*"
    client.indices.refresh(index=names, ignore_unavailable=True)
    while hits := client.search(index=names, size=5000, source=False, ignore_unavailable=True)["hits"]["hits"]:
        client.bulk(operations=[{"delete": {"_index": hit["_index"], "_id": hit["_id"]}} for hit in hits], refresh=True)
    cluster.close()


def delete_indices(url: str) -> None:
    cluster = _cluster(url)
    found = cluster.client.indices.get(index=f"{cluster.prefix}-*")
    if found:
        cluster.client.indices.delete(index=",".join(found))
    cluster.close()


def _cluster(url: str) -> Cluster:
    return connect(Settings(store=url, _env_file=None))
