"""The mail server, without sending a mail."""

from __future__ import annotations

from collections.abc import Iterator

from processors.config import Settings
from processors.delivery.transport import SmtpTransport, Unreachable
from processors.doctor.findings import Finding, fail, ok, warn

TIMEOUT = 10.0  # seconds


def mail(settings: Settings) -> Iterator[Finding]:
    """Connects, takes up TLS and logs in, as a mail would."""
    if settings.smtp_url is None:
        yield ok("mail", f"VEILLE_SMTP_URL is empty: mails are files in {settings.home / 'mail'}")
        return
    transport = SmtpTransport(settings.smtp_url.get_secret_value(), timeout=TIMEOUT)
    try:
        encrypted = transport.probe()
    except Unreachable as error:
        yield fail("mail", str(error), "check VEILLE_SMTP_URL and the mail server; alerts wait in the outbox meanwhile")
        return
    if settings.mail_from.endswith("@localhost"):
        yield warn("mail", f"mails would come from {settings.mail_from}", "set VEILLE_MAIL_FROM to an address of yours")
    else:
        yield ok("mail", f"the server takes mails from {settings.mail_from}{'' if encrypted else ', without TLS'}")
