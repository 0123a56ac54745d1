"""Events of topics whose file gives roles: who, to whom, where, how many."""

from pathlib import Path

import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).parent / "fixtures" / "frames.yaml").read_text(encoding="utf-8"))


def _told(events, topic):
    return sorted(
        [
            *(party.label if party else "" for party in (event.actor, event.target, event.place)),
            event.quantity.min if event.quantity else "",
        ]
        for event in events
        if event.topic == topic
    )


@pytest.mark.parametrize(("lang", "topic", "text", "expected"), [(*case[:3], case[3:]) for case in CASES])
def test_roles_are_filled(tagger, lang, topic, text, expected):
    events = tagger.tag(text, lang=lang).events
    assert _told(events, topic) == sorted([slot or "" for slot in event] for event in expected)
