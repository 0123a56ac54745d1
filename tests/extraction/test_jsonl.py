from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from processors.extraction.jsonl import extract_lines

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def test_lines_keep_their_order_and_a_bad_one_costs_itself_only() -> None:
    lines = [
        b'{"id": "a", "url": "https://o.example/a#top", "html": "<title>One</title><p>The first convoy left.</p>"}\n',
        b"no json\n",
        b"\n",
        b'{"id": 4}\n',
        b'{"id": 5, "text": "Le convoi est parti ce matin.", "title": "Deux", "published_at": "2026-03-01"}',
    ]
    found = [msgspec.json.decode(line) for line in extract_lines(lines, NOW)]
    assert [line.get("id", line.get("line")) for line in found] == ["a", 2, 4, 5]
    assert ["error" in line for line in found] == [False, True, True, False]
    assert found[0] == {
        "id": "a",
        "title": "One",
        "authors": [],
        "published_at": None,
        "lang": "en",
        "text": "The first convoy left.",
        "canonical_url": "https://o.example/a",
        "image": None,
        "paywalled": None,
    }
    assert (found[3]["lang"], found[3]["published_at"]) == ("fr", "2026-03-01T00:00:00Z")
