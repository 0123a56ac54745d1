"""What commands share: settings, store, names, and the time."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import typer

from processors.config import Settings, load_settings
from processors.gazetteer import Gazetteer, load_gazetteer
from processors.pipeline.measure import LOG, StageFormatter
from processors.store.interface import Store
from processors.store.open import open_store

_AGO = re.compile(r"(?P<n>\d{1,4})(?P<unit>[hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def now() -> datetime:
    """The time that a command passes down; nothing below the CLI asks the clock."""
    return datetime.now(UTC)


def configured() -> Settings:
    """The settings in force; what the pipeline logs goes to standard error where VEILLE_LOG asks for it."""
    settings = load_settings()
    if settings.log == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(StageFormatter())
        logging.basicConfig(handlers=[handler], level=logging.WARNING)
        LOG.setLevel(logging.INFO)
    return settings


@contextmanager
def opened() -> Iterator[tuple[Settings, Store]]:
    """The settings, and the store they name, closed afterwards."""
    settings = configured()
    store = open_store(settings)
    try:
        yield settings, store
    finally:
        store.close()


def gazetteer(seeds: Path) -> Gazetteer:
    """Names and QIDs; loaded once a process, for queries and tagger together."""
    return load_gazetteer(seeds / "gazetteer")


def instant(text: str | None, *, end: bool = False) -> datetime | None:
    """ "2024-11-05", "2024-11-05T10:00", or how long ago: "36h", "7d", "2w". end: a day means its end."""
    if text is None:
        return None
    if ago := _AGO.fullmatch(text):
        return now() - int(ago["n"]) * _UNITS[ago["unit"]]
    try:
        if len(text) == len("2024-11-05"):
            day = datetime.combine(date.fromisoformat(text), time(), UTC)
            return day + timedelta(days=1) if end else day
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time: write 2024-11-05, 2024-11-05T10:00, 36h, 7d or 2w") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
