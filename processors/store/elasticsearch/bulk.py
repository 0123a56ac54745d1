"""Writes in bulk: bounded requests, refusals of a busy server tried again one by one, each outcome told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from processors.exceptions import StoreError
from processors.store.elasticsearch import failures
from processors.store.elasticsearch.cluster import Cluster, Source

REQUEST_BYTES = 5_000_000  # of one bulk request, about; one longer document goes alone
REQUEST_ACTIONS = 1000

Operation = Literal["index", "create", "delete"]
CONFLICT = 409  # there already, or changed meanwhile


class Action(NamedTuple):
    """One write. name: an alias with one index behind it. seq_no, term: write only if the document is still so."""

    operation: Operation
    name: str
    id: str
    source: Source | None = None
    seq_no: int | None = None
    term: int | None = None


class Outcome(NamedTuple):
    """status: HTTP's; reason, kind: the server's, where it refused."""

    action: Action
    status: int
    reason: str = ""
    kind: str = ""

    @property
    def done(self) -> bool:
        return self.status < 300 or (self.status == 404 and self.action.operation == "delete")

    @property
    def busy(self) -> bool:
        """To be tried again. A block on a full disk, which has the same status, does not go by itself so soon."""
        return self.status in (429, 503) and self.kind != failures.BLOCKED


def write(cluster: Cluster, actions: Iterable[Action], *, refresh: bool = False) -> list[Outcome]:
    """The outcome of each, in order. refresh: searches that begin after the return find what was written.

    Raises StoreError where the index and not the document is at fault: a full disk, no privilege, other fields.
    """
    outcomes = [outcome for request in _requests(actions) for outcome in _sent(cluster, request)]
    if refresh:
        cluster.refresh({outcome.action.name for outcome in outcomes})
    return outcomes


def put(cluster: Cluster, actions: Iterable[Action], *, refresh: bool = True) -> None:
    """Writes that have to succeed; a document to create that is there already is left as it is. Raises StoreError."""
    for outcome in write(cluster, actions, refresh=refresh):
        if not outcome.done and not (outcome.action.operation == "create" and outcome.status == CONFLICT):
            raise refused(cluster, outcome)


def refused(cluster: Cluster, outcome: Outcome) -> StoreError:
    action = outcome.action
    return failures.refusal(cluster.address, action.name, action.id, outcome.status, outcome.kind, outcome.reason)


def _requests(actions: Iterable[Action]) -> Iterator[list[tuple[Action, list[bytes]]]]:
    pending: list[tuple[Action, list[bytes]]] = []
    size = 0
    for action in actions:
        lines = _lines(action)
        length = sum(map(len, lines))
        if pending and (size + length > REQUEST_BYTES or len(pending) == REQUEST_ACTIONS):
            yield pending
            pending, size = [], 0
        pending.append((action, lines))
        size += length
    if pending:
        yield pending


def _lines(action: Action) -> list[bytes]:
    head: dict[str, object] = {"_index": action.name, "_id": action.id, "require_alias": True}
    if action.seq_no is not None:
        head |= {"if_seq_no": action.seq_no, "if_primary_term": action.term}
    if action.operation == "delete":
        del head["require_alias"]  # deletes do not take it, and make nothing
        return [msgspec.json.encode({"delete": head})]
    return [msgspec.json.encode({action.operation: head}), msgspec.json.encode(action.source)]


def _sent(cluster: Cluster, request: list[tuple[Action, list[bytes]]]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(request)))
    patience = cluster.patience()
    while waiting:
        asked_at = cluster.clock()
        operations = [line for place in waiting for line in request[place][1]]
        answer = cluster.call(cluster.client.bulk, patience=patience, operations=operations)
        for place, item in zip(waiting, answer["items"], strict=True):
            outcomes[place] = _outcome(request[place][0], next(iter(item.values())))
        waiting = [place for place in waiting if outcomes[place].busy]
        if waiting and not patience.wait("was too busy", asked_at):
            raise refused(cluster, outcomes[waiting[0]])
    patience.over()
    for outcome in outcomes.values():
        if outcome.kind in failures.NOT_THE_DOCUMENTS:
            raise refused(cluster, outcome)
    if patience.troubled:
        outcomes |= _settled(cluster, outcomes)
    return [outcomes[place] for place in range(len(request))]


def _outcome(action: Action, told: dict[str, Any]) -> Outcome:
    error = told.get("error") or {}
    caused = (error.get("caused_by") or {}).get("reason", "")
    reason = ": ".join(filter(None, [error.get("reason", ""), caused]))
    return Outcome(action, told["status"], reason, error.get("type", ""))


def _settled(cluster: Cluster, outcomes: Mapping[int, Outcome]) -> dict[int, Outcome]:
    """Of a request that was sent again: a conflict with the very document that it wanted to write is none.

    The first try wrote it, and its answer was lost.
    """
    lost = {place: one for place, one in outcomes.items() if one.status == CONFLICT and one.action.source is not None}
    settled = {}
    for name in {one.action.name for one in lost.values()}:
        mine = {place: one for place, one in lost.items() if one.action.name == name}
        found = cluster.mget("", [one.action.id for one in mine.values()], name=name)
        for place, one in mine.items():
            there = found.get(one.action.id)
            if there and there.source == msgspec.json.decode(msgspec.json.encode(one.action.source)):
                settled[place] = Outcome(one.action, 200)
    return settled
