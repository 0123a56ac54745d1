"""Exits with 0 where the address answers, and calls no part of itself unhealthy; else with 1 and what it said.

    python healthy.py http://127.0.0.1:8974/health

Airflow's API server and its scheduler answer {"metadatabase": {"status": "healthy"}, ...}. The API server reports on
the other services too, so only the first part counts.
"""

from __future__ import annotations

import json
import sys
import urllib.request


def main(address: str) -> int:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever http_proxy says
    try:
        with direct.open(address, timeout=5) as response:
            answer = json.load(response)
    except (OSError, ValueError) as error:
        print(f"{address}: {error}", file=sys.stderr)
        return 1
    status = answer["metadatabase"]["status"]
    print(f"{address}: {status}")
    return 0 if status == "healthy" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
