"""Runs, the dispositions of articles, and the quarantine."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class RunState(StrEnum):
    OPEN = "open"  # its record is written, its articles are not all there
    COMMITTED = "committed"
    MATCHED = "matched"


class Disposition(StrEnum):
    """Each article that enters a run ends in exactly one of these."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"  # the same id with the same content
    REVISION = "revision"  # the same id with other content
    FILTERED = "filtered"  # taken down before
    QUARANTINED = "quarantined"


class Run(Struct, frozen=True):
    """One pass of the verbs. id: derived from its inputs. alerting=False (backfill): matches are recorded, no alert."""

    id: str
    state: RunState
    opened_at: datetime
    alerting: bool = True
    committed_at: datetime | None = None
    matched_at: datetime | None = None
    languages: tuple[str, ...] = ()
    counts: dict[str, int] = {}


class QuarantineItem(Struct, frozen=True):
    """An input that could not be processed, kept so that it can be tried again.

    id: 20 hex digits of stage and input. stage: extract, tag or index. input: URL, or file and record.
    payload: the input itself (a page's archive locator or a line), as JSON.
    """

    id: str
    stage: str
    input: str
    reason: str
    at: datetime
    run_id: str = ""
    payload: str = ""
