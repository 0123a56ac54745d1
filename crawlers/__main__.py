"""python -m crawlers PLAN OUT [-s NAME=VALUE]...: one crawl. Exit 0: it is whole, and OUT/polls.jsonl is there."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import certifi
import msgspec
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

from crawlers.spiders.coverage import CoverageSpider
from processors.exceptions import InputError, VeilleError
from processors.models.feeds import Plan


def main(arguments: list[str] | None = None) -> int:
    """0: whole. 1: not whole (run it again in an empty folder). 2: the arguments or settings are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m crawlers", description="Crawl a plan.", epilog="Example: python -m crawlers plan.json out"
    )
    parser.add_argument("plan", type=Path, help="a plan.json, made by `veille plan`")
    parser.add_argument("out", type=Path, help="an empty folder for *.warc.gz and polls.jsonl")
    parser.add_argument("-s", metavar="NAME=VALUE", action="append", default=[], help="a Scrapy setting")
    given = parser.parse_args(arguments)
    try:
        return _crawl(given.plan, given.out, dict(setting.split("=", 1) for setting in given.s))
    except VeilleError as error:
        print(f"crawlers: {error}", file=sys.stderr)
        return error.exit_code


def _crawl(plan: Path, out: Path, overrides: dict[str, str]) -> int:
    try:
        msgspec.json.decode(plan.read_bytes(), type=Plan)
        out.mkdir(parents=True, exist_ok=True)
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(f"{plan}: no readable plan, or no folder {out}: {error}") from error
    if any(out.iterdir()):
        raise InputError(f"{out}: is not empty; a crawl that was cut short begins anew in an empty folder")
    os.environ["SCRAPY_SETTINGS_MODULE"] = "crawlers.settings"
    os.environ.setdefault("SSL_CERT_FILE", certifi.where())  # machines without ca-certificates
    settings = get_project_settings()
    settings.setdict(overrides, priority="cmdline")
    process = CrawlerProcess(settings)
    process.crawl(CoverageSpider, plan=str(plan), out=str(out))
    process.start()
    return 0 if (out / "polls.jsonl").exists() and not process.bootstrap_failed else 1


if __name__ == "__main__":
    sys.exit(main())
