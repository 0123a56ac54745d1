"""Alerts composed into mails: HTML with inlined styles, the same in plain text, and headers that mail software trusts.

The same notification always gives the same bytes: Message-ID, Date and boundary derive from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from processors.alerting.wording import clean, when
from processors.delivery.view import AlertView
from processors.models.alerts import Notification, Severity
from processors.urls import digest

MAX_SUBJECT = 160  # characters; more is cut off by all mail programs
_ORDER = [severity.value for severity in reversed(Severity)]


class _Policy(EmailPolicy):
    """Folds subjects by email.header: the folding of EmailPolicy in Python 3.11 drops and doubles spaces between
    encoded words."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() != "subject":
            plain: str = super().fold(name, value)
            return plain
        header = Header(str(value), "us-ascii" if value.isascii() else "utf-8", header_name=name)
        folded: str = header.encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() == "subject" else super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")


def alert_mail(notification: Notification, alert: AlertView, sender: str) -> EmailMessage:
    """The mail of one alert to one recipient. sender: an address, with or without a name."""
    return _mail(
        notification.id,
        notification.recipient,
        sender,
        at=notification.created_at,
        list_name=alert.rule_id,
        subject=f"[{alert.severity}] {alert.rule}: {alert.passages[0].headline}",
        alerts=[alert],
        intro="",
    )


def digest_mail(notifications: Sequence[Notification], alerts: Sequence[AlertView], sender: str) -> EmailMessage:
    """One mail for all these notifications of one recipient and one digest time, gravest alerts first."""
    first = notifications[0]
    at = first.not_before or first.created_at
    count = f"{len(alerts)} alert{'' if len(alerts) == 1 else 's'}"
    alerts = sorted(alerts, key=lambda alert: _ORDER.index(alert.severity))
    return _mail(
        digest("digest", *sorted(notification.id for notification in notifications)),
        first.recipient,
        sender,
        at=at,
        list_name="digest",
        subject=f"[digest] {count}: {'; '.join(dict.fromkeys(alert.rule for alert in alerts))}",
        alerts=alerts,
        intro=f"{count} in the digest of {when(at)}",
    )


def _mail(
    id_: str,
    recipient: str,
    sender: str,
    *,
    at: datetime,
    list_name: str,
    subject: str,
    alerts: Sequence[AlertView],
    intro: str,
) -> EmailMessage:
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2] or "localhost"
    subject = _cut(clean(subject).replace("=?", "= ?"))  # else a headline could bring encoded words of its own
    rules = list(dict.fromkeys(f"“{alert.rule}”" for alert in alerts))
    plural = "s" if len(rules) > 1 else ""
    reason = f"You get this mail as a recipient of the Veille rule{plural} {', '.join(rules)}."
    values = {"subject": subject, "alerts": alerts, "intro": intro, "reason": reason}
    message = EmailMessage(_POLICY)
    message["From"] = Address(name or "Veille", addr_spec=address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id_}@{domain}>"
    message["List-Id"] = f"<{list_name}.veille.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Veille-Severity"] = alerts[0].severity
    if alerts[0].severity == Severity.CRITICAL:
        message["Importance"] = "high"
    message.set_content(_templates().get_template("mail.txt.j2").render(values), cte="quoted-printable")
    html = _inliner().inline(_templates().get_template("mail.html.j2").render(values))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_veille_{id_}")
    return message


def _cut(subject: str) -> str:
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1].rstrip() + "…"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("processors.delivery"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    """Keeps the at-rules (narrow screens, dark scheme) in a style element; fetches nothing."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
