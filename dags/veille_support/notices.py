"""Tells the operator, by Veille's own mail, of a task that failed for good."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from email.message import EmailMessage

    from processors.config import Settings

LOG = logging.getLogger("veille")


def tell_operator(context: Any) -> None:
    """Airflow's on_failure_callback: one mail to VEILLE_OPERATOR. Never raises; without an address, or where the mail
    does not leave, it says so in the task's log."""
    try:
        from processors.delivery.transport import open_transport
        from veille_support.connections import load

        settings = load()
        if not settings.operator:
            LOG.warning("nobody is told of this failure: VEILLE_OPERATOR is empty")
            return
        open_transport(settings).send(notice(settings, context), settings.operator)
    except Exception as error:  # noqa: BLE001  whatever happens here, the failure of the task is the news
        LOG.warning("the notice of this failure did not leave: %s", error)


def notice(settings: Settings, context: Any) -> EmailMessage:
    """What failed, why, and where to look. The reason is the exception's own text, which names no secret."""
    from email.message import EmailMessage
    from email.utils import format_datetime

    from processors.urls import digest

    task, error = context["ti"], context.get("exception")
    number = f"[{task.map_index}]" if task.map_index >= 0 else ""
    what = f"{task.dag_id}.{task.task_id}{number}"
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = settings.operator
    message["Subject"] = f"[veille] {what} failed"
    message["Date"] = format_datetime(task.start_date)
    domain = settings.mail_from.rpartition("@")[2].strip("> ") or "localhost"
    message["Message-ID"] = f"<{digest(what, task.run_id, str(task.try_number))}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        f"{what} failed in run {task.run_id}, at try {task.try_number}.\n\n"
        f"{type(error).__name__}: {error}\n\n"
        f"Its log: {task.log_url}\n"
        "What to do: docs/operations.md, part Airflow. After mending it, clear the task and it runs again.\n"
    )
    return message
