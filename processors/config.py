"""Every setting of Veille: its environment variable, type, default and meaning."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from processors.exceptions import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent


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
    archive: str = Field("", description="URL of the WARC archive; empty: archive/ in VEILLE_HOME.")
    seeds: Path = Field(REPOSITORY / "seeds", description="Topics, gazetteer, rules and feeds to start from.")
    rules: Path | None = Field(None, description="Folder of rule files; empty: rules/ in VEILLE_SEEDS.")
    smtp_url: SecretStr | None = Field(
        None,
        description="smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…; empty: mails are *.eml in VEILLE_HOME/mail.",
    )
    mail_from: str = Field("veille@localhost", description="Sender of alert mails.")
    contact: str = Field("", description="A URL or address that sites may write to; it goes into the User-Agent.")
    workers: int = Field(0, ge=0, le=64, description="Processes that tag; 0: one a core.")

    @field_validator(
        "rules",
        "smtp_url",
        "elasticsearch_password",
        "elasticsearch_api_key",
        "elasticsearch_ca_certs",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("must look like smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        return value

    @model_validator(mode="after")
    def _store_scheme(self) -> Settings:
        if self.store and urlsplit(self.store).scheme not in ("sqlite", "http", "https"):
            raise ValueError("VEILLE_STORE must start with sqlite:///, http:// or https://")
        if self.archive and urlsplit(self.archive).scheme not in ("file", ""):
            raise ValueError("VEILLE_ARCHIVE must be a file:// URL")
        return self

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
    def archive_path(self) -> Path:
        """The archive's folder."""
        return Path(unquote(urlsplit(self.archive).path)) if self.archive else self.home / "archive"

    @property
    def rules_path(self) -> Path:
        return self.rules or self.seeds / "rules"


def load_settings() -> Settings:
    """The settings in force. Raises SettingsError naming the variable that is wrong; never shows its value."""
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic-settings reads the environment
    except ValidationError as error:
        problems = [
            f"VEILLE_{'_'.join(str(part) for part in problem['loc']).upper() or '*'}: {problem['msg']}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsError("\n".join(problems)) from None
