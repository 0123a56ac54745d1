"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from processors.exceptions import VeilleError


class Status(StrEnum):
    """warn: it works, and somebody should look at it."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(Struct, frozen=True):
    """One line of `veille doctor`. what: the part looked at; said: what is so; remedy: what to do, unless it is ok."""

    what: str
    status: Status
    said: str
    remedy: str = ""


Check = Callable[[], Iterable[Finding]]


def ok(what: str, said: str) -> Finding:
    return Finding(what, Status.OK, said)


def warn(what: str, said: str, remedy: str) -> Finding:
    return Finding(what, Status.WARN, said, remedy)


def fail(what: str, said: str, remedy: str = "") -> Finding:
    return Finding(what, Status.FAIL, said, remedy)


def examine(checks: Iterable[tuple[str, Check]]) -> Iterator[Finding]:
    """All findings of the named checks: one that breaks is a finding too, and hides none of the others."""
    for name, check in checks:
        try:
            yield from check()
        except VeilleError as error:
            yield fail(name, str(error))
        except Exception as error:  # noqa: BLE001  (whatever it is, the other checks still have something to say)
            yield fail(name, f"the check itself failed: {type(error).__name__}: {error}", "report this as a bug")
