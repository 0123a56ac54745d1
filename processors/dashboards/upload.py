"""Saved objects → a running Kibana, over its route saved_objects/_import."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3
from msgspec import DecodeError, Struct, ValidationError, field, json
from urllib3.util import Timeout

from processors.config import Settings
from processors.dashboards.build import FILE
from processors.exceptions import KibanaError, SettingsError

TIMEOUT = Timeout(connect=10.0, read=120.0)  # seconds; a new Kibana migrates each object
_API_KEY = re.compile(r"[A-Za-z0-9+/_-]+=*", re.ASCII)
_SPACE = re.compile(r"[a-z0-9_-]+", re.ASCII)


class _Problem(Struct, frozen=True):
    type: str = ""
    id: str = ""
    error: dict[str, Any] = {}


class _Answer(Struct, frozen=True):
    success: bool
    count: int = field(name="successCount", default=0)
    errors: tuple[_Problem, ...] = ()


def upload(settings: Settings, objects: bytes, *, space: str = "") -> int:
    """Imports an NDJSON file; how many objects Kibana took. Objects of the same ids are replaced.

    settings: VEILLE_KIBANA_URL and what it needs to let us in. space: a Kibana space's id, "" for the default one.
    Raises SettingsError for an address that cannot be one, KibanaError with what to do for anything but a success.
    """
    address = _address(settings, space)
    headers = {"kbn-xsrf": "true", **_credentials(settings)}
    with urllib3.PoolManager(**_trust(settings)) as pool:
        try:
            answer = pool.request(
                "POST",
                f"{address}/api/saved_objects/_import?overwrite=true",
                fields={"file": (FILE, objects, "application/ndjson")},
                headers=headers,
                timeout=TIMEOUT,
                retries=False,
                redirect=False,  # the credentials are for this address only
            )
        except urllib3.exceptions.SSLError:
            raise KibanaError(
                f"{address}: its certificate is not accepted: set VEILLE_KIBANA_CA_CERTS or VEILLE_KIBANA_FINGERPRINT"
            ) from None
        except urllib3.exceptions.ReadTimeoutError:
            raise KibanaError(f"{address}: Kibana does not answer in time; run the import again") from None
        except urllib3.exceptions.HTTPError as error:
            raise KibanaError(
                f"{address}: Kibana cannot be reached: check that it runs and that VEILLE_KIBANA_URL names it "
                f"({type(error).__name__})"
            ) from None
    return _taken(address, answer.status, answer.data)


def _address(settings: Settings, space: str) -> str:
    """Without the space where it is the default one."""
    if not settings.kibana_url:
        raise SettingsError("where is Kibana? Name it with --kibana http(s)://HOST:PORT, or in VEILLE_KIBANA_URL")
    parts = urlsplit(settings.kibana_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError("VEILLE_KIBANA_URL: write http(s)://HOST:PORT, with Kibana's base path if it has one")
    if parts.username or parts.password:
        raise SettingsError("VEILLE_KIBANA_URL: put user and password into VEILLE_KIBANA_USER and _PASSWORD")
    if space and not _SPACE.fullmatch(space):
        raise SettingsError(f"{space!r} is no space: its id has small letters, digits, - and _ only")
    base = settings.kibana_url.rstrip("/")
    return f"{base}/s/{quote(space)}" if space else base


def _credentials(settings: Settings) -> Mapping[str, str]:
    if settings.kibana_api_key:
        key = settings.kibana_api_key.get_secret_value()
        if not _API_KEY.fullmatch(key):  # as a header it would stand in an error's text
            raise SettingsError("VEILLE_KIBANA_API_KEY: is no API key in base64, as Kibana shows it once")
        return {"authorization": f"ApiKey {key}"}
    if settings.kibana_user:
        password = settings.kibana_password.get_secret_value() if settings.kibana_password else ""
        return {"authorization": f"Basic {b64encode(f'{settings.kibana_user}:{password}'.encode()).decode()}"}
    return {}


def _trust(settings: Settings) -> dict[str, Any]:
    if urlsplit(settings.kibana_url).scheme != "https":
        return {}
    trust: dict[str, Any] = {}
    if settings.kibana_ca_certs:
        if not settings.kibana_ca_certs.is_file():
            raise SettingsError(f"VEILLE_KIBANA_CA_CERTS: {settings.kibana_ca_certs}: no such file")
        trust["ca_certs"] = str(settings.kibana_ca_certs)
    if settings.kibana_fingerprint:
        trust["assert_fingerprint"] = settings.kibana_fingerprint
        trust["cert_reqs"] = "CERT_NONE"  # the fingerprint is checked instead of an authority
    return trust


def _taken(address: str, status: int, body: bytes) -> int:
    """The count of a whole success. Kibana answers 200 even where objects were refused."""
    match status:
        case 200:
            pass
        case 401:
            raise KibanaError(
                f"{address}: refuses the credentials: check VEILLE_KIBANA_USER and _PASSWORD, or VEILLE_KIBANA_API_KEY"
            )
        case 403:
            raise KibanaError(
                f"{address}: this user may not import: it needs the Kibana privilege Saved Objects Management: All"
            )
        case 404:
            raise KibanaError(f"{address}: no such address: check VEILLE_KIBANA_URL, its base path, and the space")
        case _:
            raise KibanaError(f"{address}: answers {status}: {_message(body)}")
    try:
        answer = json.decode(body, type=_Answer)
    except (DecodeError, ValidationError):
        raise KibanaError(f"{address}: does not answer as Kibana does: check VEILLE_KIBANA_URL") from None
    if not answer.success or answer.errors:
        lines = [f"{address}: {len(answer.errors) or 'some'} of the objects were not imported:", *_told(answer.errors)]
        raise KibanaError("\n  ".join(lines))
    return answer.count


def _told(problems: tuple[_Problem, ...]) -> Iterator[str]:
    """Each error in words."""
    for problem in problems:
        kind = problem.error.get("type", "unknown")
        if kind == "missing_references":
            missing = ", ".join(f"{one.get('type')} {one.get('id')}" for one in problem.error.get("references", []))
            why = f"refers to what is not there: {missing}"
        elif kind == "conflict":
            why = "is there already, and may not be replaced"
        elif kind == "unsupported_type":
            why = "is of a type that this Kibana does not know"
        else:
            why = str(problem.error.get("message") or problem.error.get("reason") or kind)
        yield f"{problem.type} {problem.id}: {why}"


def _message(body: bytes) -> str:
    """What Kibana says went wrong, cut short."""
    try:
        told = json.decode(body)
    except DecodeError:
        told = None
    message = told.get("message") if isinstance(told, dict) else None
    return str(message or "no explanation")[:500]
