"""Every setting of Veille: its environment variable, type, default and meaning."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from processors.exceptions import SettingsError

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
ARCHIVES = ("file", "s3", "gs", "abfs", "az", "memory")  # file systems that can replace a file whole


class Settings(BaseSettings):
    """Read from the environment (prefix VEILLE_) and from a .env file in the working directory."""

    model_config = SettingsConfigDict(
        env_prefix="VEILLE_", env_file=".env", extra="ignore", frozen=True, str_strip_whitespace=True
    )

    home: Path = Field(Path("var"), description="Where the embedded store, archive, runs and mails live.")
    store: str = Field(
        "",
        description="sqlite:///PATH, or http(s)://HOST:PORT of Elasticsearch (?prefix=NAME of indices, else veille); "
        "empty: veille.sqlite in VEILLE_HOME.",
    )
    elasticsearch_user: str = Field("", description="User of Elasticsearch, where it asks for one.")
    elasticsearch_password: SecretStr | None = Field(None, description="Password of VEILLE_ELASTICSEARCH_USER.")
    elasticsearch_api_key: SecretStr | None = Field(
        None, description="API key of Elasticsearch (base64), instead of user and password."
    )
    elasticsearch_ca_certs: Path | None = Field(
        None, description="PEM file of the authority that signed Elasticsearch's certificate."
    )
    elasticsearch_fingerprint: str = Field(
        "", description="SHA-256 fingerprint of Elasticsearch's certificate, instead of an authority."
    )
    kibana_url: str = Field("", description="http(s)://HOST:PORT of Kibana, for `veille dashboards import`.")
    kibana_user: str = Field("", description="User of Kibana, where it asks for one.")
    kibana_password: SecretStr | None = Field(None, description="Password of VEILLE_KIBANA_USER.")
    kibana_api_key: SecretStr | None = Field(None, description="API key (base64), instead of user and password.")
    kibana_ca_certs: Path | None = Field(
        None, description="PEM file of the authority that signed Kibana's certificate."
    )
    kibana_fingerprint: str = Field(
        "", description="SHA-256 fingerprint of Kibana's certificate, instead of an authority."
    )
    archive: str = Field(
        "",
        description="file:///FOLDER or s3://BUCKET/FOLDER of the WARC archive (keys in AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, other servers in AWS_ENDPOINT_URL); empty: archive/ in VEILLE_HOME.",
    )
    retention_months: int = Field(
        0, ge=0, le=1200, description="Whole months of coverage that `veille maintain` keeps; 0: all."
    )
    seeds: Path = Field(SEEDS, description="Topics, gazetteer, rules and feeds to start from.")
    rules: Path | None = Field(None, description="Folder of rule files; empty: rules/ in VEILLE_SEEDS.")
    smtp_url: SecretStr | None = Field(
        None,
        description="smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…; empty: mails are *.eml in VEILLE_HOME/mail.",
    )
    mail_from: str = Field("veille@localhost", description="Sender of alert mails.")
    operator: str = Field("", description="Address that is told of tasks that fail under Airflow; empty: nobody.")
    contact: str = Field("", description="A URL or address that sites may write to; it goes into the User-Agent.")
    log: Literal["text", "json"] = Field(
        "text", description="json: a line of JSON a stage on standard error, for log collectors; text: none."
    )
    workers: int = Field(0, ge=0, le=64, description="Processes that tag; 0: one a core.")

    @field_validator(
        "rules",
        "smtp_url",
        "elasticsearch_password",
        "elasticsearch_api_key",
        "elasticsearch_ca_certs",
        "kibana_password",
        "kibana_api_key",
        "kibana_ca_certs",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("seeds", mode="before")
    @classmethod
    def _empty_is_ours(cls, value: object) -> object:
        return SEEDS if value == "" else value

    @field_validator("smtp_url")
    @classmethod
    def _can_be_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                parts = urlsplit(value.get_secret_value())
                _ = parts.port
            except ValueError:
                raise ValueError("the port is no number from 0 to 65535") from None
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("must look like smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        return value

    @field_validator("mail_from")
    @classmethod
    def _can_be_a_sender(cls, value: str) -> str:
        name, at, host = parseaddr(value)[1].rpartition("@")
        if not (name and at and host) or any(sign in value for sign in "\r\n"):
            raise ValueError("must be a mail address such as veille@example.org or Veille <veille@example.org>")
        return value

    @field_validator("store")
    @classmethod
    def _can_be_a_store(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "http://", "https://")):
            raise ValueError("must start with sqlite:///, http:// or https://")
        return value

    @field_validator("archive")
    @classmethod
    def _can_be_an_archive(cls, value: str) -> str:
        if value and ("://" not in value or urlsplit(value).scheme not in ARCHIVES):
            raise ValueError(f"must be a URL such as file:///FOLDER or s3://BUCKET/FOLDER ({', '.join(ARCHIVES)})")
        return value

    @property
    def store_is_server(self) -> bool:
        """Whether VEILLE_STORE names an Elasticsearch."""
        return urlsplit(self.store).scheme in ("http", "https")

    @property
    def store_path(self) -> Path:
        """The SQLite file. Raises SettingsError when VEILLE_STORE names a server."""
        if not self.store:
            return self.home / "veille.sqlite"
        parts = urlsplit(self.store)
        if parts.scheme != "sqlite":
            raise SettingsError("VEILLE_STORE names a server: this needs the embedded store, sqlite:///PATH")
        return Path(unquote(parts.path.removeprefix("/")))  # sqlite:///relative, sqlite:////absolute

    @property
    def archive_url(self) -> str:
        """The archive's folder: a URL, or a path below VEILLE_HOME."""
        return self.archive or str(self.home / "archive")

    @property
    def rules_path(self) -> Path:
        return self.rules or self.seeds / "rules"


def load_settings(**given: object) -> Settings:
    """The settings in force. given: fields that outrank the environment.

    Raises SettingsError naming the variable that is wrong; never shows a secret.
    """
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # pydantic reads the rest in the environment
    except ValidationError as error:
        problems = [
            f"{variable(str(problem['loc'][0]))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsError("\n".join(problems)) from None
    for field, folder in (("seeds", settings.seeds), ("rules", settings.rules)):
        if folder is not None and not folder.is_dir():
            raise SettingsError(f"{variable(field)}: {folder}: no such folder")
    return settings


def variable(field: str) -> str:
    """The environment variable of a field of Settings."""
    return f"VEILLE_{field.upper()}"
