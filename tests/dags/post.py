"""A real SMTP server that asks for a password and keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.dags.ports import free_port


class PostOffice:
    """mails: in the order in which they came; came: when each did."""

    def __init__(self, user: str, password: str) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.came: list[datetime] = []
        self._login = LoginPassword(user.encode(), password.encode())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        message = message_from_bytes(bytes(envelope.content or b""), policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.came.append(datetime.now(UTC))
        return "250 2.0.0 Ok"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: object) -> AuthResult:
        return AuthResult(success=data == self._login)

    def received(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if recipient in str(mail["To"])]


@contextmanager
def post_office(user: str, password: str) -> Iterator[PostOffice]:
    """The server, on 127.0.0.1, until the block ends."""
    office = PostOffice(user, password)
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        authenticator=office.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
