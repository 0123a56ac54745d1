"""Settings the Airflow way: the connections veille_elasticsearch and veille_smtp, else environment variables.

Called inside tasks only, so that nothing of it is ever rendered, passed between tasks or stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processors.config import Settings, load_settings
from processors.exceptions import SettingsError

if TYPE_CHECKING:
    from airflow.sdk import Connection

ELASTICSEARCH, SMTP = "veille_elasticsearch", "veille_smtp"
NO_STORE = (
    "no store: add the connection veille_elasticsearch (`airflow connections add veille_elasticsearch --conn-type http "
    "--conn-host elastic.example.org --conn-port 9200 --conn-login veille --conn-password …`), or give every worker "
    "the environment variable VEILLE_STORE"
)
NO_ARCHIVE = (
    "no archive: give every worker the environment variable VEILLE_ARCHIVE, s3://BUCKET/FOLDER (with AWS_* variables) "
    "or, where all workers share a disk, file:///FOLDER"
)
NO_MAIL = (
    "no mail server: add the connection veille_smtp (`airflow connections add veille_smtp --conn-type smtp --conn-host "
    "mail.example.org --conn-port 587 --conn-login … --conn-password … --conn-extra "
    '\'{"disable_ssl": true, "from_email": "veille@example.org"}\'`), or give every worker the environment variable '
    "VEILLE_SMTP_URL"
)


def load() -> Settings:
    """The settings in force. Raises SettingsError saying what is missing and how to add it."""
    return resolve(_connection(ELASTICSEARCH), _connection(SMTP))


def load_for_mail() -> Settings:
    """As load(), and there is a mail server: *.eml files on some worker's disk are read by nobody."""
    settings = load()
    if settings.smtp_url is None:
        raise SettingsError(NO_MAIL)
    return settings


def resolve(elasticsearch: Connection | None, smtp: Connection | None) -> Settings:
    """Connections outrank the environment. Raises SettingsError."""
    given = {**(_store(elasticsearch) if elasticsearch else {}), **(_mail(smtp) if smtp else {})}
    settings = load_settings(**given)
    if not settings.store:
        raise SettingsError(NO_STORE)
    if not settings.archive:
        raise SettingsError(NO_ARCHIVE)
    return settings


def _connection(name: str) -> Connection | None:
    """The connection, None where there is none. Airflow masks its password in all logs from here on."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return Connection.get(name)
    except AirflowNotFoundException:
        return None


def _store(connection: Connection) -> dict[str, Any]:
    """Type or schema https, or an extra; extras: prefix, ca_certs, fingerprint, api_key."""
    extra = connection.extra_dejson
    if not connection.host:
        raise SettingsError(f"connection {ELASTICSEARCH}: it has no host; set one (`airflow connections get` shows it)")
    scheme = "https" if "https" in (connection.conn_type, connection.schema) else "http"
    host = f"[{connection.host}]" if ":" in connection.host else connection.host
    port = f":{connection.port}" if connection.port else ""
    prefix = f"?prefix={extra['prefix']}" if extra.get("prefix") else ""
    return {
        "store": f"{scheme}://{host}{port}{prefix}",
        "elasticsearch_user": connection.login or "",
        "elasticsearch_password": connection.password,
        "elasticsearch_api_key": extra.get("api_key"),
        "elasticsearch_ca_certs": extra.get("ca_certs"),
        "elasticsearch_fingerprint": extra.get("fingerprint", ""),
    }


def _mail(connection: Connection) -> dict[str, Any]:
    """As Airflow's own SMTP hook reads it: TLS from the start unless the extra disable_ssl is true; from_email."""
    from urllib.parse import quote

    extra = connection.extra_dejson
    if not connection.host:
        raise SettingsError(f"connection {SMTP}: it has no host; set one (`airflow connections get` shows it)")
    scheme = "smtp" if str(extra.get("disable_ssl", "")).lower() in ("true", "1") else "smtps"
    login = (
        f"{quote(connection.login, safe='')}:{quote(connection.password or '', safe='')}@" if connection.login else ""
    )
    port = f":{connection.port}" if connection.port else ""
    sender = {"mail_from": extra["from_email"]} if extra.get("from_email") else {}
    return {"smtp_url": f"{scheme}://{login}{connection.host}{port}", **sender}
