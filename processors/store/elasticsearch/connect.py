"""From the settings to a cluster."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from elasticsearch import Elasticsearch
from elasticsearch.serializer import JsonSerializer

from processors.config import Settings
from processors.exceptions import SettingsError
from processors.store.elasticsearch.cluster import Cluster

TIMEOUT = 60.0  # seconds that a request may take
_API_KEY = re.compile(r"[A-Za-z0-9+/_-]+=*", re.ASCII)
_FINGERPRINT = re.compile(r"(?:[0-9A-Fa-f]{2}:?){32}", re.ASCII)
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}", re.ASCII)


class _Json(JsonSerializer):
    """Answers take less time to read than with the standard library."""

    def json_loads(self, data: bytes) -> Any:
        return msgspec.json.decode(data)


def connect(
    settings: Settings,
    *,
    timeout: float = TIMEOUT,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Cluster:
    """VEILLE_STORE is http(s)://HOST:PORT, or …?prefix=NAME where several Veilles share a cluster.

    sleep, clock: how the waits between tries pass. Raises SettingsError; nothing is sent yet.
    """
    parts = urlsplit(settings.store)
    options = parse_qs(parts.query, keep_blank_values=True)
    prefix = options.pop("prefix", ["veille"])[-1]
    if parts.username or parts.password:
        raise SettingsError("VEILLE_STORE: put user and password into VEILLE_ELASTICSEARCH_USER and _PASSWORD")
    if not parts.hostname or options:
        raise SettingsError("VEILLE_STORE: write http(s)://HOST:PORT or http(s)://HOST:PORT?prefix=NAME")
    if not _PREFIX.fullmatch(prefix):
        raise SettingsError("VEILLE_STORE: a prefix has small letters, digits, - and _ only, such as ?prefix=veille")
    try:
        given = parts.port
    except ValueError:
        raise SettingsError("VEILLE_STORE: the port is no number from 1 to 65535") from None
    port = given or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
    client = Elasticsearch(
        address,
        request_timeout=timeout,
        max_retries=0,  # Cluster tries again, and waits in between
        retry_on_timeout=False,
        http_compress=False,
        serializer=_Json(),
        **_credentials(settings),
        **_trust(settings, parts.scheme),
    )
    return Cluster(client, address, prefix, sleep=sleep, clock=clock)


def _credentials(settings: Settings) -> dict[str, Any]:
    if settings.elasticsearch_api_key:
        key = settings.elasticsearch_api_key.get_secret_value()
        if not _API_KEY.fullmatch(key):  # else it would stand in the error of whoever builds the header
            raise SettingsError('VEILLE_ELASTICSEARCH_API_KEY: give the key in base64, as "encoded" where it was made')
        return {"api_key": key}
    if settings.elasticsearch_user:
        password = settings.elasticsearch_password
        return {"basic_auth": (settings.elasticsearch_user, password.get_secret_value() if password else "")}
    return {}


def _trust(settings: Settings, scheme: str) -> dict[str, Any]:
    """Whom to believe that it is the server: an authority, one certificate, or the system's authorities."""
    if scheme != "https":
        return {}
    if print_ := settings.elasticsearch_fingerprint:
        if not _FINGERPRINT.fullmatch(print_):
            raise SettingsError("VEILLE_ELASTICSEARCH_FINGERPRINT: give the SHA-256 in 64 hexadecimal digits")
        return {"ssl_assert_fingerprint": print_.replace(":", "")}
    if path := settings.elasticsearch_ca_certs:
        try:
            ssl.create_default_context(cafile=path)
        except ssl.SSLError:
            raise SettingsError(f"VEILLE_ELASTICSEARCH_CA_CERTS: {path}: has no certificate in PEM form") from None
        except OSError as error:
            raise SettingsError(f"VEILLE_ELASTICSEARCH_CA_CERTS: {path}: {error.strerror}") from None
        return {"ca_certs": str(path)}
    return {}
