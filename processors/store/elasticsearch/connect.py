"""From the settings to a cluster."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from elasticsearch import Elasticsearch

from processors.config import Settings
from processors.exceptions import SettingsError
from processors.store.elasticsearch.cluster import Cluster

TIMEOUT = 60.0  # seconds that a request may take
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}", re.ASCII)


def connect(settings: Settings) -> Cluster:
    """VEILLE_STORE is http(s)://HOST:PORT, or …?prefix=NAME where several Veilles share a cluster.

    Raises SettingsError; nothing is sent yet.
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
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    address = f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}"
    client = Elasticsearch(
        address,
        request_timeout=TIMEOUT,
        max_retries=0,  # Cluster tries again, and waits in between
        retry_on_timeout=False,
        http_compress=False,
        **_credentials(settings),
        **_trust(settings, parts.scheme),
    )
    return Cluster(client, address, prefix)


def _credentials(settings: Settings) -> dict[str, Any]:
    if settings.elasticsearch_api_key:
        return {"api_key": settings.elasticsearch_api_key.get_secret_value()}
    if settings.elasticsearch_user:
        password = settings.elasticsearch_password
        return {"basic_auth": (settings.elasticsearch_user, password.get_secret_value() if password else "")}
    return {}


def _trust(settings: Settings, scheme: str) -> dict[str, Any]:
    if scheme != "https":
        return {}
    trust: dict[str, Any] = {}
    if settings.elasticsearch_ca_certs:
        if not settings.elasticsearch_ca_certs.is_file():
            raise SettingsError(f"VEILLE_ELASTICSEARCH_CA_CERTS: {settings.elasticsearch_ca_certs}: no such file")
        trust["ca_certs"] = str(settings.elasticsearch_ca_certs)
    if settings.elasticsearch_fingerprint:
        trust["ssl_assert_fingerprint"] = settings.elasticsearch_fingerprint
    return trust
