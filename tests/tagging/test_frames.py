"""Events of topics whose file gives roles: who, to whom, where, how many."""

import shutil
from pathlib import Path

import pytest
import yaml

from processors.alerting.wording import MUTUAL
from processors.config import SEEDS
from processors.exceptions import SeedError
from processors.tagging.topics import Frame, Taxonomy

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


def test_a_claim_by_one_side_is_marked_so(tagger):
    (event,) = tagger.tag("Ukraine says that Russia fired 40 missiles at Kharkiv overnight.", lang="en").events[:1]
    assert (event.actor.label, event.status, event.claimed_by.label) == ("Russia", "claimed", "Ukraine")


@pytest.mark.parametrize(
    ("lang", "text", "status"),
    [
        ("en", "Ukraine denied that peace talks had begun.", "denied"),
        ("fr", "Le Soudan dément la reprise des pourparlers de paix.", "denied"),
        ("en", "Sudan plans to open peace talks next week in Geneva.", "announced"),
    ],
)
def test_talks_of_one_party_keep_their_status(tagger, lang, text, status):
    assert [event.status for event in tagger.tag(text, lang=lang).events] == [status]


def test_two_mentions_of_one_strike_are_one_event(tagger):
    text = "Israeli airstrikes on Tyre killed nine people. The airstrikes by Israel on Tyre came at dawn."
    assert _told(tagger.tag(text, lang="en").events, "armed-attack") == [["Israel", "Lebanon", "Tyre", ""]]


def test_strikes_on_two_places_are_two_events(tagger):
    text = "Russian drone strikes hit Kharkiv on Monday. Russian missile strikes on Odesa followed on Tuesday."
    told = _told(tagger.tag(text, lang="en").events, "armed-attack")
    assert told == [["Russia", "Ukraine", "Kharkiv", ""], ["Russia", "Ukraine", "Odesa", ""]]


def test_topics_of_parties_alike_are_those_that_mails_write_so(tagger):
    topics = tagger.taxonomy.topics
    assert {t.id for t in topics if isinstance(t.events, Frame) and t.events.mutual} == MUTUAL


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("events: {act: [sanction], actor: {cues: {subjekt: 3}}}", "events.actor.cues"),
        ("events: {act: [sanktion], actor: {cues: {subject: 3}}}", "events"),
        ("events: {act: [sanction]}", "events"),
    ],
)
def test_a_mistake_in_a_frame_names_file_and_field(tmp_path, line, field):
    topics = tmp_path / "topics"
    shutil.copytree(SEEDS / "topics", topics)
    path = topics / "sanctions.yaml"
    kept = [
        each
        for each in path.read_text().splitlines()
        if not each.startswith(("events:", "  act:", "  actor:", "  target:"))
    ]
    path.write_text("\n".join([*kept, line, ""]))
    with pytest.raises(SeedError, match="sanctions") as error:
        Taxonomy.load(topics)
    assert field in str(error.value)
