"""polls.jsonl."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from processors.exceptions import InputError
from processors.feeds.polls import read_polls
from processors.models.feeds import Entry, EntryOutcome, EntryPoll, FeedOutcome, FeedPoll

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLLS = [
    FeedPoll("http://f.example/", NOW, FeedOutcome.OK, 200, entry_ids=("a",), new_entries=1),
    EntryPoll("http://f.example/", Entry("a", "http://f.example/a"), NOW, EntryOutcome.FETCHED, 200),
]


def test_outcomes_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "polls.jsonl"
    path.write_bytes(msgspec.json.Encoder().encode_lines(POLLS))
    assert list(read_polls(path)) == POLLS


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "polls.jsonl"
    path.write_bytes(msgspec.json.encode(POLLS[0]) + b'\n{"kind": "feed"}\n')
    with pytest.raises(InputError, match=r"polls\.jsonl:2: .*feed_url"):
        list(read_polls(path))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_polls(tmp_path / "absent.jsonl"))
