"""crawl: the Scrapy process over a plan, its pages into the archive, its outcomes into polls.jsonl."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from processors.exceptions import VeilleError
from processors.pipeline.workspace import RunFolder


class CrawlError(VeilleError):
    """The crawler ended without a whole crawl."""


def archived(folder: RunFolder, archive: Path) -> Path:
    """The folder of the archive that holds this run's WARC files."""
    return archive / folder.read_plan().made_at.strftime("%Y-%m") / folder.run_id


def crawl(folder: RunFolder, archive: Path, *, contact: str = "", keep_open: Sequence[int] = ()) -> None:
    """Crawls the folder's plan once: a crawl that was whole is not repeated, one cut short begins anew.

    keep_open: file descriptors that the crawler inherits (the home's lock). Raises CrawlError.
    """
    if folder.polls.exists():
        return
    if not (folder.crawl / "polls.jsonl").exists():
        shutil.rmtree(folder.crawl, ignore_errors=True)
        folder.crawl.mkdir(parents=True)
        _run_crawler(folder, contact, keep_open)
    target = archived(folder, archive)
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.crawl.glob("*.warc.gz")):
        shutil.move(file, target / file.name)
    (folder.crawl / "polls.jsonl").replace(folder.polls)


def _run_crawler(folder: RunFolder, contact: str, keep_open: Sequence[int]) -> None:
    log = folder.path / "crawl.log"
    environment = {**os.environ, "VEILLE_CONTACT": contact}
    with log.open("ab") as output:
        ended = subprocess.run(
            [sys.executable, "-m", "crawlers", str(folder.plan.resolve()), str(folder.crawl.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=keep_open,
            check=False,
        )
    if ended.returncode != 0 or not (folder.crawl / "polls.jsonl").exists():
        raise CrawlError(
            f"the crawl of run {folder.run_id} is not whole (exit code {ended.returncode}); see {log}, then run again"
        )
