"""How a mail leaves: by SMTP, or as a file."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from processors.config import Settings
from processors.exceptions import DeliveryError, SettingsError

TIMEOUT = 30.0  # seconds a connection or answer may take
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


class Unreachable(DeliveryError):
    """The server cannot be used at all: trying the next mail now would fail in the same way."""


class Transport(Protocol):
    """Takes a mail for one recipient. The same mail may come twice, with the same Message-ID, after a crash."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Raises DeliveryError: not accepted; permanent says whether to try again."""
        ...


def open_transport(settings: Settings) -> Transport:
    """SMTP where VEILLE_SMTP_URL is set, else files in VEILLE_HOME/mail."""
    if settings.smtp_url is None:
        return EmlTransport(settings.home / "mail")
    return SmtpTransport(settings.smtp_url.get_secret_value())


class EmlTransport:
    """Writes each mail to FOLDER/<Message-ID's local part>.eml; the same mail again replaces its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, recipient: str) -> None:
        name = _UNSAFE.sub("_", parseaddr(message["Message-ID"])[1].partition("@")[0])
        path = self._folder / f"{name}.eml"
        aside = path.with_name(f".{path.name}.tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except OSError as error:
            raise Unreachable(f"{path}: cannot be written ({error.strerror or error})") from error


class SmtpTransport:
    """Sends by smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…, one connection a mail: alerts are few.

    smtp:// takes up STARTTLS when it is offered; ports by default: 587 with a user, 25 without, 465 for smtps://.
    Certificates are checked, but for a server on this machine; a password goes nowhere else without TLS, and appears
    in no error.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise SettingsError("VEILLE_SMTP_URL: the port is not a number") from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError("VEILLE_SMTP_URL must look like smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._port = port or (465 if self._implicit_tls else 587 if self._user else 25)
        self._timeout = timeout

    def send(self, message: EmailMessage, recipient: str) -> None:
        server = f"{self._host}:{self._port}"
        try:
            with self._session() as session:
                session.send_message(message, from_addr=parseaddr(message["From"])[1], to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[recipient]
            raise _refused(server, f"{recipient}: ", code, text) from None
        except smtplib.SMTPAuthenticationError as error:
            said = f"{server} does not accept the user and password of VEILLE_SMTP_URL"
            raise Unreachable(f"{said} ({error.smtp_code})") from None
        except smtplib.SMTPResponseException as error:
            raise _refused(server, "", error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Unreachable(f"{server}: {error}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{server} cannot be reached: {error or type(error).__name__}") from None

    def probe(self) -> bool:
        """Whether the server, which took the user and password, speaks TLS. Sends no mail. Raises Unreachable."""
        server = f"{self._host}:{self._port}"
        try:
            with self._session() as session:
                return isinstance(session.sock, ssl.SSLSocket)
        except smtplib.SMTPAuthenticationError as error:
            said = f"{server} does not accept the user and password of VEILLE_SMTP_URL"
            raise Unreachable(f"{said} ({error.smtp_code})") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{server} cannot be reached: {error or type(error).__name__}") from None

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted if the server can, and logged in if there is a user."""
        context = ssl.create_default_context()
        if local := self._host in _THIS_MACHINE:  # mail servers come with a certificate that names nobody
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        session = (
            smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
            if self._implicit_tls
            else smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        )
        try:
            session.ehlo_or_helo_if_needed()
            encrypted = self._implicit_tls
            if not encrypted and session.has_extn("starttls"):
                session.starttls(context=context)
                encrypted = True
            if self._user:
                if not encrypted and not local:
                    raise Unreachable(f"{self._host} offers no TLS: the password is not sent; use smtps://")
                session.login(self._user, self._password)
            yield session
            with suppress(smtplib.SMTPException, OSError):  # the mail is accepted, whatever is said to QUIT
                session.quit()
        finally:
            session.close()


def _refused(server: str, whom: str, code: int, text: bytes | str) -> DeliveryError:
    """RFC 5321, section 4.2.1: 4yz may succeed later, 5yz will not."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return DeliveryError(f"{server} answered {code} {whom}{' '.join(said.split())[:300]}", permanent=code >= 500)
