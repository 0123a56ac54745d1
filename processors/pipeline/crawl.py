"""crawl: the Scrapy process over a plan, its pages into the archive, its outcomes into polls.jsonl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from processors.archive.places import Place, found, is_there, send
from processors.exceptions import InputError, VeilleError
from processors.pipeline.measure import StageLine, Stopwatch, say
from processors.pipeline.workspace import RunFolder

POLLS = "polls.jsonl"
_PASSED = re.compile(
    r"PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|PYTHON\w*|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy",
    re.IGNORECASE,
)


class CrawlError(VeilleError):
    """The crawler ended without a whole crawl."""


def archived(archive: Place, run_id: str, made_at: datetime) -> Place:
    """The folder of the archive that holds a run's WARC files. made_at: its plan's."""
    return archive / made_at.strftime("%Y-%m") / run_id


def crawled(folder: RunFolder, archive: Place) -> list[Place]:
    """The WARC files of a run whose crawl is whole. Raises InputError where it is not."""
    if not is_there(folder.polls):
        raise InputError(f"run {folder.run_id} has no whole crawl; `veille crawl {folder.run_id}` comes first")
    return found(archived(archive, folder.run_id, folder.read_plan().made_at), "*.warc.gz")


def crawl(folder: RunFolder, archive: Place, *, contact: str = "", keep_open: Sequence[int] = ()) -> None:
    """Crawls the folder's plan once: a crawl that was whole is not repeated, one cut short begins anew.

    keep_open: file descriptors that the crawler inherits (the home's lock). Raises CrawlError.
    """
    if is_there(folder.polls):
        return
    here = Path(str(folder.crawl))  # the crawler writes on this machine
    if not (here / POLLS).exists():
        shutil.rmtree(here, ignore_errors=True)
        run_crawler(Path(str(folder.plan)), here, here.with_name("crawl.log"), contact, keep_open)
    move_up(here, archived(archive, folder.run_id, folder.read_plan().made_at), folder.polls)


def move_up(out: Path, target: Place, polls: Place) -> None:
    """The crawler's files into the archive; the polls last: their presence says that the crawl is whole."""
    for file in sorted(out.glob("*.warc.gz")):
        send(file, target / file.name)
    send(out / POLLS, polls)


def environment(variables: Mapping[str, str], contact: str) -> dict[str, str]:
    """What the crawler may know of its parent's environment: it reads what strangers write, and needs no password."""
    passed = {name: value for name, value in variables.items() if _PASSED.fullmatch(name)}
    return {**passed, "VEILLE_CONTACT": contact}


def run_crawler(plan: Path, out: Path, log: Path, contact: str, keep_open: Sequence[int] = ()) -> None:
    """One crawl of a plan into a folder of this machine. Raises CrawlError where it is not whole."""
    out.mkdir(parents=True, exist_ok=True)
    watch = Stopwatch()
    with log.open("ab") as output:
        ended = subprocess.run(
            [sys.executable, "-m", "crawlers", str(plan.resolve()), str(out.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(os.environ, contact),
            pass_fds=keep_open,
            check=False,
        )
    if ended.returncode != 0 or not (out / POLLS).exists():
        last = " ".join(log.read_text(errors="replace").strip().splitlines()[-1:])[:500]
        raise CrawlError(
            f"the crawl of {plan.parent.name} is not whole (exit code {ended.returncode}): {last}; see {log}, "
            "then run again"
        )
    say(StageLine("crawl", watch.seconds, plan.parent.name, {"files": len(list(out.glob("*.warc.gz")))}))
