"""The connection to a cluster: requests that are tried again where that helps, and failures told so that an operator
can act. No address, message or cause ever shows a password or key."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, SerializationError, TlsError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.exceptions import UnsupportedProductError

from processors.exceptions import StoreError

TRIES = 12  # over two minutes, about: a server that is restarted comes back in less
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds; doubled at each try
BUSY = (429, 502, 503, 504)
PAGE = 1000  # documents of one page of a scan

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
    ) -> None:
        """address: for messages, without credentials."""
        self.client = client
        self.address = address
        self.prefix = prefix
        self.made: set[str] = set()  # names of dated indices known to be there
        self._sleep = sleep

    def close(self) -> None:
        self.client.close()

    def name(self, kind: str, month: str = "") -> str:
        return f"{self.prefix}-{kind}-{month}" if month else f"{self.prefix}-{kind}"

    def call(self, request: Callable[..., Any], *, tries: int = TRIES, **arguments: Any) -> Any:
        """The answer's body. Raises StoreError with what to do; ApiError where our request was wrong."""
        for attempt in range(tries):
            try:
                return request(**arguments).body
            except ApiError as error:
                if error.status_code not in BUSY or attempt == tries - 1:
                    raise self._explained(error) from None
            except TlsError as error:
                raise StoreError(
                    f"{self.address}: the certificate is not accepted: set VEILLE_ELASTICSEARCH_CA_CERTS or "
                    f"VEILLE_ELASTICSEARCH_FINGERPRINT ({error.message})"
                ) from None
            except (NoConnection, ConnectionTimeout) as error:
                if attempt == tries - 1:
                    raise StoreError(
                        f"{self.address}: Elasticsearch cannot be reached: check that it runs and that VEILLE_STORE "
                        f"names it ({type(error).__name__}); what was committed is safe, run again"
                    ) from None
            except SerializationError as error:
                raise StoreError(f"{self.address}: does not answer as Elasticsearch does ({error.message})") from None
            except UnsupportedProductError as error:
                raise StoreError(f"{self.address}: is no Elasticsearch: check VEILLE_STORE ({error})") from None
            self.wait(attempt)
        raise AssertionError("the last try returns or raises")

    def wait(self, attempt: int) -> None:
        """Backs off with jitter, so that many writers do not come back at the same moment."""
        self._sleep(min(LONGEST_WAIT, FIRST_WAIT * 2**attempt) * random.uniform(0.5, 1.0))

    def _explained(self, error: ApiError) -> Exception:
        kind, reason = _cause(error)
        match error.status_code:
            case 401:
                remedy = "refuses the credentials: check VEILLE_ELASTICSEARCH_USER and _PASSWORD, or _API_KEY"
            case 403 if kind != "cluster_block_exception":
                remedy = "this user may not do that: give it the privileges that the documentation lists"
            case 403 | 429 if kind == "cluster_block_exception":
                remedy = "is read-only: free disk space on its nodes (flood stage), or lift the block, and run again"
            case status if status in BUSY:
                remedy = "is too busy: run again later, or give it more nodes"
            case 400 if kind == "too_many_nested_clauses":
                remedy = "the query has too many clauses for this cluster: shorten it"
            case 413:
                remedy = "refuses a request of this size: raise its http.max_content_length"
            case _:
                return error  # a mistake of ours
        return StoreError(f"{self.address}: {remedy} ({error.status_code} {kind}: {reason})")

    # indices
    def create_index(self, index: str, **body: Any) -> None:
        """Makes it; one that is there stays as it is."""
        try:
            self.call(self.client.indices.create, index=index, **body)
        except ApiError as error:
            if _cause(error)[0] != "resource_already_exists_exception":
                raise

    def mappings(self, names: Collection[str]) -> dict[str, Any]:
        """Of all indices behind these names. Asked once: opening a store must not take minutes to fail."""
        found: dict[str, Any] = self.call(
            self.client.options(ignore_status=404).indices.get_mapping,
            tries=1,
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

    def search(self, kind: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.call(
            self.client.search, index=self.name(kind), ignore_unavailable=True, allow_no_indices=True, **body
        )
        return answer

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


def _cause(error: ApiError) -> tuple[str, str]:
    """The kind of an error and its reason, as the server tells them."""
    body = error.body if isinstance(error.body, dict) else {}
    told = body.get("error", {})
    if not isinstance(told, dict):
        return "error", str(told)
    root = (told.get("root_cause") or [told])[0]
    caused: dict[str, Any] = told.get("caused_by") or {}
    kind = caused.get("type") if caused.get("type") == "too_many_nested_clauses" else root.get("type", "error")
    return str(kind), str(root.get("reason", ""))
