"""python -m benchmarks.elasticsearch load|matching|bulk|stop: see each one's --help, and benchmarks/README.md."""

from __future__ import annotations

import argparse

from benchmarks.elasticsearch import bulk, load, matching


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.elasticsearch", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    loading = verbs.add_parser("load", help="an archive of generated articles; prints its address")
    loading.add_argument("--articles", type=int, default=500_000)
    loading.add_argument("--prefix", default=load.PREFIX)
    matched = verbs.add_parser("matching", help="10,000 rules against a run of 500 articles, skipped and unskipped")
    matched.add_argument("--prefix", default=load.PREFIX, help="the archive beside which the run lies")
    matched.add_argument("--times", type=int, default=3, help="the best of so many is printed")
    matched.add_argument("--skipped-only", action="store_true", help="leave out the same queries unskipped")
    written = verbs.add_parser("bulk", help="indexing beside the bare client's helpers.parallel_bulk")
    written.add_argument("--articles", type=int, default=2_000)
    written.add_argument("--times", type=int, default=3, help="the best of so many is printed")
    verbs.add_parser("stop", help="end the server; its data stay")
    options = parser.parse_args()
    match options.verb:
        case "load":
            print(load.load(options.articles, options.prefix))
        case "matching":
            matching.report(options.prefix, options.times, unskipped=not options.skipped_only)
        case "bulk":
            bulk.report(options.articles, options.times)
        case "stop":
            print("stopped" if load.stop_server() else "not running")


if __name__ == "__main__":
    main()
