"""How much of a tag task is loading: a fresh process tags one batch of archive files, as a worker does.

    python -m benchmarks.batches --bytes 64000000

The batch is the real pages of VEILLE_BENCH_DATA, repeated. Loading is what the process does before its first page:
imports, gazetteer, topics and language models.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from time import perf_counter, process_time


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batches", description="Loading and tagging a batch.")
    parser.add_argument("--bytes", type=int, default=64_000_000, help="compressed bytes of the batch")
    parser.add_argument("--workers", type=int, default=1, help="processes that tag")
    options = parser.parse_args(arguments)
    pages = Path(os.environ.get("VEILLE_BENCH_DATA", "../shared/data")) / "pages-dev" / "pages.warc.gz"
    with tempfile.TemporaryDirectory(prefix="veille-") as scratch:
        archive = Path(scratch) / "archive"
        archive.mkdir()
        sources = _repeated(pages, archive, options.bytes)
        begun, begun_cpu = perf_counter(), process_time()
        from processors.config import Settings
        from processors.pipeline.tag import read_lines, tag, tag_batch
        from processors.tagging.names import MODELS, load_models

        seeds = Settings().seeds
        tag_batch(seeds, [])
        load_models(MODELS)
        loaded, loaded_cpu = perf_counter(), process_time()
        tagged = tag(sources, Path(scratch) / "tagged", seeds, archive=archive, workers=options.workers)
        ended, ended_cpu = perf_counter(), process_time()
        articles = sum(1 for path in tagged for _ in read_lines(path))
    size = len(sources) * pages.stat().st_size
    print(f"{size / 1e6:.0f} MB, {articles} pages")
    for name, load, work in (
        ("clock", loaded - begun, ended - loaded),
        ("CPU of this process", loaded_cpu - begun_cpu, ended_cpu - loaded_cpu),
    ):
        print(f"{name}: loading {load:.1f} s, tagging {work:.1f} s, loading is {load / (load + work):.1%} of the task")


def _repeated(pages: Path, archive: Path, size: int) -> list[Path]:
    copies = [archive / f"{number:03}.warc.gz" for number in range(max(1, round(size / pages.stat().st_size)))]
    for copy in copies:
        os.link(pages, copy) if pages.stat().st_dev == archive.stat().st_dev else copy.write_bytes(pages.read_bytes())
    return copies


if __name__ == "__main__":
    main()
