"""How long a search takes: a page of ten hits with highlights and three facets, one client after warm-up.

    python -m benchmarks.search --store ADDRESS     as `python -m benchmarks.elasticsearch load` prints it

The mix of queries is search_mix.json: {en:50-3000} is a word of the generated vocabulary by its rank (with :4, its
first four letters), {00-59} a number. Hardly a query is asked twice.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time

import msgspec

from benchmarks.elasticsearch.articles import vocabulary
from processors.config import Settings
from processors.query.parse import parse
from processors.query.tree import Query
from processors.store.interface import Sort
from processors.store.open import open_store

FACETS = ("topic", "entity", "day")
_MIX = Path(__file__).with_name("search_mix.json")
_PLACE = re.compile(r"\{(?:([a-z]{2}):)?(\d+)-(\d+)(?::(\d+))?\}")


class Kind(msgspec.Struct):
    """share: of all queries, in hundredths."""

    kind: str
    share: int
    query: str
    sort: Sort = "relevance"


class Took(msgspec.Struct):
    """Seconds. client: processor time of this process."""

    kind: str
    all: float
    client: float


class _NoNames:
    def resolve(self, name: str) -> tuple[str, ...]:
        return ()

    def label(self, qid: str) -> str:
        return f"entity {qid}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--warm-up", type=int, default=200)
    options = parser.parse_args()
    store = open_store(Settings(store=options.store, _env_file=None))
    asked = _queries(options.warm_up + options.queries)
    took = []
    for kind, query in asked:
        began, worked = perf_counter(), process_time()
        store.search(query, sort=kind.sort, limit=10, facets=FACETS)
        took.append(Took(kind.kind, perf_counter() - began, process_time() - worked))
    print(f"{store.count(parse('*', _NoNames())):,} articles")
    _report(took[options.warm_up :])
    store.close()


def _queries(count: int) -> list[tuple[Kind, Query]]:
    """The same for a count."""
    random = Random(0)
    kinds = msgspec.json.decode(_MIX.read_bytes(), type=list[Kind])
    drawn = random.choices(kinds, [kind.share for kind in kinds], k=count)
    return [(kind, parse(_PLACE.sub(lambda found: _filled(found, random), kind.query), _NoNames())) for kind in drawn]


def _filled(found: re.Match[str], random: Random) -> str:
    lang, low, high, letters = found.groups()
    number = random.randint(int(low), int(high))
    if lang is None:
        return str(number).zfill(len(low))
    return vocabulary(lang)[number][: int(letters) if letters else None]


def _report(took: list[Took]) -> None:
    print(f"{'':40} {'queries':>7} {'p50':>7} {'p95':>7}  client")
    for kind in ("", *dict.fromkeys(one.kind for one in took)):
        chosen = [one for one in took if kind in ("", one.kind)]
        whole = sorted(1000 * one.all for one in chosen)
        cuts = quantiles(whole, n=20, method="inclusive") if len(whole) > 1 else whole * 19
        share = sum(one.client for one in chosen) / sum(one.all for one in chosen)
        print(f"{kind or 'all':40} {len(chosen):7} {cuts[9]:7.1f} {cuts[18]:7.1f}  {share:6.0%}")


if __name__ == "__main__":
    main()
