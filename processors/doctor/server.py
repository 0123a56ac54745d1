"""The Elasticsearch that VEILLE_STORE names. Each question is asked once, and given up after a few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from elasticsearch import ApiError

from processors.config import Settings
from processors.doctor.findings import Check, Finding, examine, fail, ok, warn
from processors.exceptions import StoreError
from processors.store.elasticsearch import schema
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect

TIMEOUT = 5.0  # seconds
MAJOR = "9."
SKEW, TOO_MUCH_SKEW = 5.0, 300.0  # seconds between two clocks
WRITING = (  # as docs/elasticsearch-roles.yml
    "read",
    "write",
    "create_index",
    "indices:admin/aliases",
    "indices:admin/analyze",
    "maintenance",
    "monitor",
    "view_index_metadata",
)
_ROLES = "docs/elasticsearch.md, Security"
_INIT = "run `veille store init`"


def elasticsearch(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Without an answer to the first question no other is asked."""
    cluster = connect(settings, timeout=TIMEOUT)
    try:
        yield from _health(cluster)
        checks: list[tuple[str, Check]] = [
            ("elasticsearch", lambda: _version(cluster)),
            ("clock", lambda: _skew(cluster, clock)),
            ("permissions", lambda: _permissions(cluster)),
            ("mappings", lambda: _mappings(cluster)),
            ("analyzers", lambda: _analyzers(cluster)),
        ]
        yield from examine(checks)
    finally:
        cluster.close()


def _health(cluster: Cluster) -> Iterator[Finding]:
    names = f"{cluster.prefix}-*"
    health = cluster.once(cluster.client.cluster.health, index=names, timeout="2s")
    said = f"{cluster.address} answers; the indices {names} are {health['status']}"
    if health["status"] == "red":
        yield fail("store", said, "shards are missing: see GET _cluster/allocation/explain")
    else:
        yield ok("store", said)


def _version(cluster: Cluster) -> Iterator[Finding]:
    nodes = cluster.once(cluster.client.nodes.info, metric="os", filter_path="nodes.*.version")["nodes"]
    found = sorted({node["version"] for node in nodes.values()})
    said = f"{', '.join(found)} on {len(nodes)} node{'s' * (len(nodes) != 1)}"
    if all(one.startswith(MAJOR) for one in found):
        yield ok("elasticsearch", said)
    else:
        yield warn("elasticsearch", said, f"Veille is tested on {MAJOR}x: upgrade these nodes")


def _skew(cluster: Cluster, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Leases and retries compare the times of several machines. The nodes tell theirs in their statistics."""
    before = clock()
    nodes = cluster.once(cluster.client.nodes.stats, metric="os", filter_path="nodes.*.timestamp")["nodes"]
    after = clock()
    skews = [max(before.timestamp() - at, at - after.timestamp(), 0.0) for at in _seconds(nodes)]
    said = f"this machine and the nodes differ by {max(skews):.1f} s at most"
    if max(skews) <= SKEW:
        yield ok("clock", said)
    else:
        found = fail if max(skews) > TOO_MUCH_SKEW else warn
        yield found("clock", said, "let all machines take their time from NTP: leases end at a time")


def _seconds(nodes: dict[str, dict[str, int]]) -> list[float]:
    return [node["timestamp"] / 1000 for node in nodes.values()]


def _permissions(cluster: Cluster) -> Iterator[Finding]:
    names = f"{cluster.prefix}-*"
    wanted = [{"names": [names], "privileges": list(WRITING)}]
    try:
        answer = cluster.once(cluster.client.security.has_privileges, index=wanted)
    except ApiError:  # it has no such question
        remedy = "switch it on, or let nobody but Veille reach the server"
        yield warn("permissions", "security is switched off: everybody may do everything", remedy)
        return
    has = answer["index"][names]
    user, lacking = answer["username"], [privilege for privilege in WRITING if not has[privilege]]
    if not lacking:
        yield ok("permissions", f"{user} may read and write {names}")
    elif "read" in lacking:
        yield fail("permissions", f"{user} may not read {names}", f"give it the role of a reader or writer: {_ROLES}")
    else:
        remedy = f"enough for searches; to write, give it the role of a writer: {_ROLES}"
        yield warn("permissions", f"{user} may read {names}, and lacks {', '.join(lacking)}", remedy)


def _mappings(cluster: Cluster) -> Iterator[Finding]:
    """Versions, and the aliases by which Veille knows its indices."""
    there = schema.installed(cluster)
    old = [one.index for one in there if one.version < schema.version(one.kind)]
    missing = [cluster.name(kind) for kind in schema.UNDATED if kind not in {one.kind for one in there}]
    twice = [kind for kind in schema.UNDATED if len({one.index for one in there if one.kind == kind}) > 1]
    if old:
        yield fail("mappings", f"older than this Veille: {', '.join(old)}", _INIT)
    if missing:
        yield fail("mappings", f"not there: {', '.join(missing)}", _INIT)
    for kind in twice:
        names = ", ".join(one.index for one in there if one.kind == kind)
        yield fail("mappings", f"{cluster.name(kind)} has several indices behind it: {names}", _INIT)
    if not (old or missing or twice):
        yield ok("mappings", f"{len(there)} indices, all as this Veille writes them")


def _analyzers(cluster: Cluster) -> Iterator[Finding]:
    lacking = []
    for lang, made in schema.analyzers().items():
        custom = made["type"] == "custom"
        filters = [schema.analysis()["filter"].get(name, name) for name in made.get("filter", ())]
        asked = {"tokenizer": made["tokenizer"], "filter": filters} if custom else {"analyzer": made["type"]}
        try:
            cluster.once(cluster.client.indices.analyze, text="a", **asked)
        except ApiError:
            lacking.append(lang)
        except StoreError:  # 403: it takes a privilege on the cluster that no role of Veille needs otherwise
            yield warn(
                "analyzers", "not looked at: this user may not ask", "`veille store init` says if one is missing"
            )
            return
    if lacking:
        plugins = " ".join(schema.PLUGINS)
        remedy = f"on every node: bin/elasticsearch-plugin install {plugins}; then restart it"
        yield fail("analyzers", f"none for {', '.join(lacking)}", remedy)
    else:
        yield ok("analyzers", f"all {len(schema.analyzers())} languages have theirs")
