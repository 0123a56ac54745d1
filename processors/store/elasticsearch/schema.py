"""The indices: their mappings (mappings/*.json), names, aliases and versions.

A kind is the name of a mapping file. Readers use the alias PREFIX-KIND. Undated kinds have one index behind it,
PREFIX-KIND-vN; dated ones an index a month, PREFIX-KIND-YYYY-MM-vN, with an alias without the version too, so that a
new version can take an old one's place. Every write requires an alias: a mistyped or deleted index is never made anew
with guessed fields.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from processors.exceptions import StoreError
from processors.store.elasticsearch.cluster import Cluster

DATED = ("articles", "events", "polls")
_MAPPINGS = Path(__file__).parent / "mappings"
KINDS = tuple(sorted(path.stem for path in _MAPPINGS.glob("*.json")))
UNDATED = tuple(kind for kind in KINDS if kind not in DATED)
_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


@cache
def mapping(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((_MAPPINGS / f"{kind}.json").read_bytes())
    return found


def version(kind: str) -> int:
    return int(mapping(kind)["_meta"]["version"])


def month_of(moment: datetime) -> str:
    """The month of a moment in UTC, as dated indices are named: 2024-11."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def prepare(cluster: Cluster) -> None:
    """Checks the versions of the indices that are there, and makes the undated ones that are not.

    Raises StoreError where they are of another version.
    """
    there = _versions(cluster)
    for (kind, index), found in there.items():
        if found > version(kind):
            raise StoreError(
                f"{cluster.address}: {index} was written by a newer Veille (mapping {found}, this one knows "
                f"{version(kind)}): upgrade this installation, or name another store in VEILLE_STORE"
            )
        if found < version(kind):
            raise StoreError(f"{cluster.address}: {index} has the older mapping {found}: it must be rebuilt")
    kinds = {kind for kind, _ in there}
    for kind in UNDATED:
        if kind not in kinds:
            _create(cluster, kind, cluster.name(kind))


def ensure_month(cluster: Cluster, kind: str, month: str) -> str:
    """The name to write a month's documents to; its index is made where it is not there."""
    name = cluster.name(kind, month)
    if name not in cluster.made:
        _create(cluster, kind, name)
        cluster.made.add(name)
    return name


def _create(cluster: Cluster, kind: str, name: str) -> None:
    cluster.create_index(
        f"{name}-v{version(kind)}",
        aliases={alias: {} for alias in (name, cluster.name(kind))},
        mappings=mapping(kind),
        settings=_SETTINGS,
    )


def _versions(cluster: Cluster) -> dict[tuple[str, str], int]:
    """(kind, index) → the version of its mapping, of all indices behind our aliases."""
    found = cluster.mappings([cluster.name(kind) for kind in KINDS])
    return {
        (kind, index): int(answer["mappings"].get("_meta", {}).get("version", 0))
        for kind in KINDS
        for index, answer in found.items()
        if index.startswith(f"{cluster.name(kind)}-")
    }
