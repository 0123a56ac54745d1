"""SMTP against a real server on loopback, and mails as files."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from processors.config import Settings
from processors.delivery.transport import EmlTransport, SmtpTransport, Unreachable, open_transport
from processors.exceptions import DeliveryError, SettingsError
from tests.alerting.coverage import article
from tests.delivery.mails import mail, part, read

PASSWORD = "s3cret p@ss"
USER_PART = "desk:s3cret%20p%40ss@"


class Inbox:
    """Answers RCPT and DATA as told, else takes everything."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.over_tls: list[bool] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.data:
            return self.data.pop(0)
        self.over_tls.append(session.ssl is not None)
        self.received.append(envelope)
        return "250 OK"


class OnAnyPort(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Serve = Callable[..., str]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def serve(inbox: Inbox) -> Iterator[Serve]:
    """serve(**controller options) starts a server and gives "127.0.0.1:PORT"."""
    running: list[Controller] = []

    def start(**options: Any) -> str:
        controller = OnAnyPort(inbox, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        return f"127.0.0.1:{controller.port}"

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's context with a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def accept(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"desk", PASSWORD.encode()), handled=False)


def test_a_mail_arrives_whole(serve: Serve, inbox: Inbox) -> None:
    sent = mail([article(1, title="Кореї у Курську")])
    SmtpTransport(f"smtp://{serve()}").send(sent, "desk@example.org")
    (envelope,) = inbox.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("veille@news.example", ["desk@example.org"])
    assert isinstance(envelope.content, bytes)
    arrived = read(envelope.content)
    assert arrived["Subject"] == sent["Subject"]
    assert arrived["Message-ID"] == sent["Message-ID"]
    assert part(arrived, "html") == part(sent, "html")


def test_a_refusal_for_now_is_not_permanent(serve: Serve, inbox: Inbox) -> None:
    inbox.rcpt = ["451 try again later"]
    transport = SmtpTransport(f"smtp://{serve()}")
    with pytest.raises(DeliveryError, match=r"answered 451 desk@example\.org: try again later") as caught:
        transport.send(mail(), "desk@example.org")
    assert not caught.value.permanent
    transport.send(mail(), "desk@example.org")
    assert len(inbox.received) == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_refusal_for_good_is_permanent(serve: Serve, inbox: Inbox, stage: str) -> None:
    setattr(inbox, stage, ["550 no such user"])
    with pytest.raises(DeliveryError, match=r"answered 550 .*no such user") as caught:
        SmtpTransport(f"smtp://{serve()}").send(mail(), "desk@example.org")
    assert caught.value.permanent
    assert not isinstance(caught.value, Unreachable)


def test_nobody_there(inbox: Inbox) -> None:
    with socket.socket() as bound:  # bound, but not listening
        bound.bind(("127.0.0.1", 0))
        url = f"smtp://{USER_PART}127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(Unreachable, match=r"cannot be reached: .*refused") as caught:
            SmtpTransport(url).send(mail(), "desk@example.org")
    assert not caught.value.permanent
    assert "s3cret" not in str(caught.value)


def test_a_server_that_says_nothing(inbox: Inbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = SmtpTransport(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)
        with pytest.raises(Unreachable, match="timed out"):
            transport.send(mail(), "desk@example.org")


def test_starttls_and_login(serve: Serve, inbox: Inbox, tls: ssl.SSLContext) -> None:
    address = serve(tls_context=tls, require_starttls=True, authenticator=accept, auth_required=True)
    SmtpTransport(f"smtp://{USER_PART}{address}").send(mail(), "desk@example.org")
    assert inbox.over_tls == [True]


def test_smtps(serve: Serve, inbox: Inbox, tls: ssl.SSLContext) -> None:
    SmtpTransport(f"smtps://{serve(ssl_context=tls)}").send(mail(), "desk@example.org")
    assert len(inbox.received) == 1


def test_a_wrong_password_is_named_but_not_shown(serve: Serve, tls: ssl.SSLContext) -> None:
    address = serve(tls_context=tls, authenticator=accept, auth_required=True)
    with pytest.raises(Unreachable, match="does not accept the user and password of VEILLE_SMTP_URL") as caught:
        SmtpTransport(f"smtp://desk:wr0ng@{address}").send(mail(), "desk@example.org")
    assert "wr0ng" not in repr(caught.value) + str(caught.value.__cause__)


def test_a_server_without_login(serve: Serve) -> None:
    with pytest.raises(Unreachable, match="AUTH") as caught:
        SmtpTransport(f"smtp://{USER_PART}{serve()}").send(mail(), "desk@example.org")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://mail.example", "smtp://", "smtp://mail.example:many", "mail.example"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError, match="VEILLE_SMTP_URL"):
        SmtpTransport(url)


def test_files_without_a_server(tmp_path: Path) -> None:
    transport = open_transport(Settings(_env_file=None, home=tmp_path, smtp_url=None))  # type: ignore[call-arg]
    assert isinstance(transport, EmlTransport)
    sent = mail()
    transport.send(sent, "desk@example.org")
    transport.send(sent, "desk@example.org")
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == sent["Message-ID"].strip("<>").split("@")[0] + ".eml"
    assert read(path.read_bytes())["Subject"] == sent["Subject"]


def test_smtp_where_it_is_set(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path, smtp_url="smtp://mail.example")  # type: ignore[call-arg]
    assert isinstance(open_transport(settings), SmtpTransport)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file in the way")
    with pytest.raises(Unreachable, match=r"mail/.*\.eml: cannot be written"):
        EmlTransport(tmp_path / "mail").send(mail(), "desk@example.org")
