"""`veille evaluate` on labelled passages."""

import json

import pytest
from typer.testing import CliRunner

from processors.cli.main import app
from processors.exceptions import InputError

GOOD = {
    "id": "a",
    "lang": "en",
    "text": "Norway sent 200 soldiers to Lithuania.",
    "topics": ["troop-deployment"],
    "events": [{"topic": "troop-deployment", "actor": "Norway", "target": "Lithuania", "quantity": [200, 200]}],
}
MISSED = {"id": "b", "lang": "en", "text": "It rained in Lisbon.", "topics": ["sanctions"]}


def run(tmp_path, lines, *options):
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return CliRunner().invoke(app, ["evaluate", str(path), *options])


def test_figures_as_json(tmp_path):
    figures = json.loads(run(tmp_path, [GOOD, MISSED], "--json", "--baseline", "and").stdout)
    assert figures["passages"] == 2
    assert figures["topics"]["troop-deployment"]["f1"] == 1
    assert figures["topics"]["sanctions"]["missed"] == 1
    assert figures["slots"]["quantity"]["right"] == 1
    assert (figures["baseline"]["name"], figures["baseline"]["f1"]) == ("and", 1)
    assert figures["failures"] == [{"passage": "b", "topic": "sanctions", "missed": True}]


def test_failed_passages_are_shown(tmp_path):
    told = run(tmp_path, [GOOD, MISSED], "--failures").stdout
    assert "missed  sanctions  b" in told
    assert "It rained in Lisbon." in told


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        ([GOOD, "{oops"], (), "labelled.jsonl:2"),
        ([{**GOOD, "topics": ["nope"]}], (), "passage 'a': no topic is called 'nope'"),
        ([], (), "holds no passages"),
        ([GOOD], ("--baseline", "best"), "any-keyword"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, lines, options, message):
    outcome = run(tmp_path, lines, *options)
    assert isinstance(outcome.exception, InputError)
    assert message in str(outcome.exception)
