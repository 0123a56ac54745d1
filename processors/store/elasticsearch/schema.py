"""The indices: their mappings (mappings/*.json), names, aliases and versions.

A kind is the name of a mapping file. Readers use the alias PREFIX-KIND. Undated kinds have one index behind it,
PREFIX-KIND-vN; dated ones an index a month, PREFIX-KIND-YYYY-MM-vN, with an alias without the version too, so that a
new version can take an old one's place. Every write requires an alias: a mistyped or deleted index is never made anew
with guessed fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import ApiError
from msgspec import Struct

from processors.exceptions import StoreError
from processors.store.elasticsearch import failures
from processors.store.elasticsearch.cluster import Cluster

DATED = ("articles", "events", "polls")
_MAPPINGS = Path(__file__).parent / "mappings"
KINDS = tuple(sorted(path.stem for path in _MAPPINGS.glob("*.json")))
UNDATED = tuple(kind for kind in KINDS if kind not in DATED)
_ANALYSIS = Path(__file__).parent / "analyzers.json"
_CJK = ("zh", "ja", "ko")
PLUGINS = ("analysis-stempel", "analysis-ukrainian")
_VERSION = re.compile(r"-v\d+(-r\d+)?$")  # -rN: built anew (maintenance.py)
_UNKNOWN_ANALYZER = re.compile(r"Unknown analyzer type|failed to find filter")


@cache
def mapping(kind: str) -> dict[str, Any]:
    return _read(_MAPPINGS / f"{kind}.json")


def analyzers() -> dict[str, Any]:
    """Named by what they are for: a language, or cjk."""
    found: dict[str, Any] = analysis()["analyzer"]
    return found


@cache
def analysis() -> dict[str, Any]:
    """The analyzers, and the filters that they name."""
    return _read(_ANALYSIS)


def analyzer_of(lang: str) -> str:
    """The analyzer of texts in a language (ISO 639-1), and the end of its fields' names; "" where there is none."""
    name = "cjk" if lang in _CJK else lang
    return name if name in analyzers() else ""


def settings(kind: str) -> dict[str, Any]:
    """default_field: what Kibana's search bar looks into where no field is named."""
    made: dict[str, Any] = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
    if kind == "articles":
        words = [f"{field}{end}" for field in ("title", "body") for end in ("", "_*")]
        made |= {"analysis": analysis(), "query": {"default_field": words}}
    return made


def version(kind: str) -> int:
    return int(mapping(kind)["_meta"]["version"])


def month_of(moment: datetime) -> str:
    """The month of a moment in UTC, as dated indices are named: 2024-11."""
    return moment.astimezone(UTC).strftime("%Y-%m")


class Installed(Struct, frozen=True):
    """An index that is there. base: its name without the version, which is an alias."""

    kind: str
    base: str
    index: str
    version: int

    @property
    def month(self) -> str:
        """Of a dated index; else empty."""
        return self.base[-len("2024-11") :] if self.kind in DATED else ""


def installed(cluster: Cluster) -> list[Installed]:
    """All indices behind our aliases. Raises StoreError where a newer Veille wrote one."""
    found = cluster.mappings([cluster.name(kind) for kind in KINDS])
    there = [
        Installed(kind, _VERSION.sub("", index), index, int(answer["mappings"].get("_meta", {}).get("version", 0)))
        for kind in KINDS
        for index, answer in sorted(found.items())
        if index.startswith(f"{cluster.name(kind)}-")
    ]
    for one in there:
        if one.version > version(one.kind):
            raise StoreError(
                f"{cluster.address}: {one.index} was written by a newer Veille (mapping {one.version}, this one knows "
                f"{version(one.kind)}): upgrade this installation, or name another store in VEILLE_STORE"
            )
    return there


def prepare(cluster: Cluster) -> None:
    """Checks the versions of the indices that are there, and makes the undated ones that are not.

    Raises StoreError where they are of another version.
    """
    there = installed(cluster)
    for one in there:
        if one.version < version(one.kind):
            raise StoreError(
                f"{cluster.address}: {one.index} has the older mapping {one.version} (this Veille needs "
                f"{version(one.kind)}): run `veille store init`, or wait until it is done"
            )
    make_missing(cluster, there)


def make_missing(cluster: Cluster, there: Collection[Installed]) -> list[str]:
    """The names of the undated indices that were not there, and now are."""
    kinds = {one.kind for one in there}
    missing = [kind for kind in UNDATED if kind not in kinds]
    for kind in missing:
        create(cluster, kind, cluster.name(kind), aliases=(cluster.name(kind),))
    return [cluster.name(kind) for kind in missing]


def ensure_month(cluster: Cluster, kind: str, month: str) -> str:
    """The name to write a month's documents to; its index is made where it is not there."""
    name = cluster.name(kind, month)
    if name not in cluster.made:
        if not cluster.call(cluster.client.indices.exists_alias, name=name):
            create(cluster, kind, name, aliases=(name, cluster.name(kind)))
        cluster.made.add(name)
    return name


def create(cluster: Cluster, kind: str, base: str, aliases: Iterable[str]) -> str:
    """Makes the index of this version; its name. Raises StoreError where the server lacks an analyzer."""
    index = f"{base}-v{version(kind)}"
    try:
        cluster.create_index(
            index, aliases={alias: {} for alias in aliases}, mappings=mapping(kind), settings=settings(kind)
        )
    except ApiError as error:
        _, reason = failures.cause(error)
        if not _UNKNOWN_ANALYZER.search(reason):
            raise
        raise StoreError(
            f"{cluster.address}: lacks an analyzer: on every node run `bin/elasticsearch-plugin install "
            f"{' '.join(PLUGINS)}`, restart it, then `veille store init` ({reason})"
        ) from None
    return index


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    return found
