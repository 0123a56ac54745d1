"""What a failed request means: whether to try it again, and a sentence that an operator can act on.

No sentence has more than the address, the server's own reason and the names of settings: never a password or key.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError
from elasticsearch.exceptions import UnsupportedProductError

from processors.exceptions import StoreError

BUSY = (429, 502, 503, 504)
BLOCKED = "cluster_block_exception"
NOT_THE_DOCUMENTS = (  # any other document would be refused just so
    BLOCKED,
    "security_exception",
    "index_not_found_exception",
    "strict_dynamic_mapping_exception",
)
FULL = (
    "is read-only because a disk is nearly full (flood stage): free space on its nodes or add a node; it lifts the "
    "block by itself; then run again"
)


class Failure(NamedTuple):
    """error: to raise. trouble: what the server did, where trying again may help; else empty."""

    error: Exception
    trouble: str = ""


def told(address: str, error: Exception) -> Failure:
    """Of an error that the client raised. An ApiError that only a mistake of ours explains stays as it is."""
    match error:
        case ApiError():
            return _answered(address, error)
        case TlsError():
            return Failure(StoreError(f"{address}: {_distrusted(str(error.message))}"))
        case ConnectionTimeout():
            said = "Elasticsearch does not answer in time: see what its nodes are busy with; " + _SAFE
            return Failure(StoreError(f"{address}: {said}"), "did not answer in time")
        case NoConnection():
            said = (
                "Elasticsearch cannot be reached: check that it runs, that VEILLE_STORE names it, and that http or "
                "https is right; "
            )
            return Failure(StoreError(f"{address}: {said}{_SAFE}"), "did not answer")
        case SerializationError():
            return Failure(StoreError(f"{address}: does not answer as Elasticsearch does: check VEILLE_STORE"))
        case UnsupportedProductError():
            return Failure(StoreError(f"{address}: is no Elasticsearch: check VEILLE_STORE ({error})"))
        case TransportError():
            return Failure(StoreError(f"{address}: the request failed ({type(error).__name__})"))
        case _:
            return Failure(error)


_MAY_NOT = (
    "the user of VEILLE_ELASTICSEARCH_USER or _API_KEY may not do that: give it a role with the privileges in "
    "docs/elasticsearch.md, Security"
)
_SAFE = "what was committed is safe, run again"


def refusal(address: str, name: str, id_: str, status: int, kind: str, reason: str) -> StoreError:
    """Of one document among many: the server took the request, and refused this one."""
    match kind:
        case "cluster_block_exception":
            return StoreError(f"{address}: {_blocked(reason)} ({status} {kind}: {reason})")
        case "security_exception":
            return StoreError(f"{address}: {_MAY_NOT} ({status} {kind}: {reason})")
        case "index_not_found_exception":
            return StoreError(f"{address}: there is no {name}: make it with `veille store init` ({status} {kind})")
        case "strict_dynamic_mapping_exception":
            remedy = "the index lacks fields that this Veille writes: `veille store init` brings it up to date"
            return StoreError(f"{address}: {name}: {remedy} ({status} {kind}: {reason})")
        case _:
            return StoreError(f"{address}: {name}/{id_} was refused: {status} {reason}")


def cause(error: ApiError) -> tuple[str, str]:
    """The kind of an error and its reason, as the server tells them."""
    body = error.body if isinstance(error.body, dict) else {}
    said = body.get("error", {})
    if not isinstance(said, dict):
        return "error", str(said)
    root = (said.get("root_cause") or [said])[0]
    caused: dict[str, Any] = said.get("caused_by") or {}
    kind = caused.get("type") if caused.get("type") == "too_many_nested_clauses" else root.get("type", "error")
    return str(kind), str(root.get("reason", ""))


def _answered(address: str, error: ApiError) -> Failure:
    kind, reason = cause(error)
    trouble = ""
    match error.status_code:
        case 401:
            remedy = "refuses the credentials: check VEILLE_ELASTICSEARCH_USER and _PASSWORD, or _API_KEY"
        case _ if kind == BLOCKED:
            remedy = _blocked(reason)
        case 403:
            remedy = _MAY_NOT
        case status if status in BUSY:
            trouble = busy(status)
            remedy = "is too busy or not ready: see GET _cluster/health, run again later; what was committed is safe"
        case 400 if kind == "too_many_nested_clauses":
            remedy = "the query has too many clauses for this cluster: shorten it"
        case 400 if "no write index" in reason or "more than one index associated" in reason:
            remedy = "an alias has more than one index behind it: `veille doctor` names it"
        case 404 if kind in ("index_not_found_exception", "search_context_missing_exception"):
            remedy = "what was being read has been replaced or deleted meanwhile, or was left too long: run it again"
        case 413:
            remedy = "refuses a request of this size: raise its http.max_content_length"
        case _:
            return Failure(error)  # a mistake of ours
    return Failure(StoreError(f"{address}: {remedy} ({error.status_code} {kind}: {reason})"), trouble)


def busy(status: int) -> str:
    """What a server did that answered so: one of BUSY."""
    return "was too busy" if status == 429 else f"was not ready ({status})"


def _blocked(reason: str) -> str:
    if "flood-stage" in reason or "read-only-allow-delete" in reason or "read-only / allow delete" in reason:
        return FULL
    return (
        "is read-only: if `veille store init` is at work, wait for it; if it was cut off, run it again; else lift the "
        "block (index.blocks in the index's settings); then run again"
    )


def _distrusted(message: str) -> str:
    if "ingerprint" in message:
        return (
            "the certificate is not the one that VEILLE_ELASTICSEARCH_FINGERPRINT names: if it was renewed, set "
            "its SHA-256 fingerprint; if not, somebody may stand between"
        )
    if any(mark in message for mark in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "record layer")):
        return "speaks no TLS: write http:// in VEILLE_STORE, or switch TLS on there"
    return (
        "the certificate is not accepted: set VEILLE_ELASTICSEARCH_CA_CERTS to the PEM file of the authority that "
        f"signed it, or VEILLE_ELASTICSEARCH_FINGERPRINT ({message})"
    )
