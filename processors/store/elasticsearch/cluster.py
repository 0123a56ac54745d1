"""The connection to a cluster: requests that are tried again where that helps, and failures told so that an operator
can act. No address, message or cause ever shows a password or key."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.exceptions import UnsupportedProductError

from processors.store.elasticsearch import failures
from processors.store.elasticsearch.patience import Patience

_FAILURES = (ApiError, TransportError, UnsupportedProductError)
_LOG = logging.getLogger("veille")
PAGE = 1000  # documents of one page of a scan
_WHOLE = b'{"allow_partial_search_results":false}'

Source = dict[str, Any]


class Found(NamedTuple):
    """A document, and the state of it that a conditional write names."""

    id: str
    source: Source
    seq_no: int
    term: int


class Cluster:
    """One cluster and the prefix of our names in it."""

    def __init__(
        self,
        client: Elasticsearch,
        address: str,
        prefix: str = "veille",
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = _LOG.warning,
    ) -> None:
        """address: for messages, without credentials. say: a line for the operator; unless told otherwise, the log's
        default, which is standard error."""
        self.client = client
        self.address = address
        self.prefix = prefix
        self.made: set[str] = set()  # names of dated indices known to be there
        self.clock = clock
        self._sleep = sleep
        self._say = say

    def close(self) -> None:
        self.client.close()

    def name(self, kind: str, month: str = "") -> str:
        return f"{self.prefix}-{kind}-{month}" if month else f"{self.prefix}-{kind}"

    def call(self, request: Callable[..., Any], *, patience: Patience | None = None, **arguments: Any) -> Any:
        """The answer's body. Tries again while the server is away or busy, and says so once it is back.

        Raises StoreError with what to do; ApiError where our request was wrong.
        """
        patience = patience or self.patience()
        while True:
            asked_at = self.clock()
            try:
                answer = request(**arguments).body
            except _FAILURES as error:
                failure = failures.told(self.address, error)
                if not (failure.trouble and patience.wait(failure.trouble, asked_at)):
                    raise failure.error from None
            else:
                patience.over()
                return answer

    def once(self, request: Callable[..., Any], **arguments: Any) -> Any:
        """As `call`, asked once: opening a store, or looking at it, must not take minutes to fail."""
        try:
            return request(**arguments).body
        except _FAILURES as error:
            raise failures.told(self.address, error).error from None

    def patience(self) -> Patience:
        """For one request, or for one that the server takes in parts."""
        return Patience(f"Elasticsearch at {self.address}", self._say, self._sleep, self.clock)

    # indices
    def create_index(self, index: str, **body: Any) -> None:
        """Makes it; one that is there stays as it is."""
        try:
            self.call(self.client.indices.create, index=index, **body)
        except ApiError as error:
            if failures.cause(error)[0] != "resource_already_exists_exception":
                raise

    def mappings(self, names: Collection[str]) -> dict[str, Any]:
        """Of all indices behind these names."""
        found: dict[str, Any] = self.once(
            self.client.options(ignore_status=404).indices.get_mapping,
            index=sorted(names),
            ignore_unavailable=True,
            allow_no_indices=True,
        )
        return {} if "error" in found else found

    def refresh(self, names: Collection[str]) -> None:
        if names:
            self.call(self.client.indices.refresh, index=sorted(names), ignore_unavailable=True, allow_no_indices=True)

    # documents
    def get(self, kind: str, id_: str) -> Found | None:
        return self.mget(kind, [id_]).get(id_)

    def mget(self, kind: str, ids: Sequence[str], *, name: str = "") -> dict[str, Found]:
        """The documents that are there, as they are at this moment, refreshed or not."""
        found = {}
        for start in range(0, len(ids), PAGE):
            answer = self.call(
                self.client.mget, index=name or self.name(kind), ids=list(ids[start : start + PAGE]), realtime=True
            )
            for doc in answer["docs"]:
                if doc.get("found"):
                    found[doc["_id"]] = Found(doc["_id"], doc["_source"], doc["_seq_no"], doc["_primary_term"])
        return found

    def search(self, kind: str, *, names: Sequence[str] = (), **body: Any) -> dict[str, Any]:
        """All or nothing: a shard that does not answer is an error to try again, not hits that are silently missing.

        names: of some indices of that kind only.
        """
        answer: dict[str, Any] = self.call(
            self.client.search,
            index=names or self.name(kind),
            ignore_unavailable=True,
            allow_no_indices=True,
            allow_partial_search_results=False,
            **body,
        )
        return answer

    def msearch(self, names: str | Sequence[str], searches: Sequence[bytes], filter_path: str) -> list[dict[str, Any]]:
        """The answers in the order of the searches, each all or nothing; tried again while a shard is away.

        An answer with an `error` is for the caller, who knows whose search it is.
        """
        lines = [line for search in searches for line in (_WHOLE, search)]
        patience = self.patience()
        while True:
            asked_at = self.clock()
            answers: list[dict[str, Any]] = self.call(
                self.client.msearch,
                index=names,
                ignore_unavailable=True,
                searches=lines,
                filter_path=f"responses.status,responses.error,{filter_path}",
            )["responses"]
            busy = [one["status"] for one in answers if "error" in one and one["status"] in failures.BUSY]
            if not (busy and patience.wait(failures.busy(busy[0]), asked_at)):
                patience.over()
                return answers

    def scan(self, kind: str, query: dict[str, Any], sort: Sequence[Any], **body: Any) -> Iterator[Found]:
        """All that match, page by page. sort: must end in a field that no two documents share."""
        after: dict[str, Any] = {}
        while True:
            answer = self.search(
                kind,
                query=query,
                sort=sort,
                size=PAGE,
                seq_no_primary_term=True,
                track_total_hits=False,
                **body,
                **after,
            )
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield Found(hit["_id"], hit.get("_source", {}), hit["_seq_no"], hit["_primary_term"])
            if len(hits) < PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}
