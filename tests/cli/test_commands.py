"""The other commands, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Veille, call


def test_an_alert_has_its_articles_and_evidence(veille: Veille) -> None:
    alerts = json.loads(veille("alerts", "--json").stdout)
    assert alerts
    for alert in alerts:
        assert set(alert) == {"id", "rule", "story", "severity", "status", "articles", "evidence", "raised"}
        assert alert["articles"]
        assert alert["evidence"]
    assert len({(alert["rule"], alert["story"]) for alert in alerts}) == len(alerts)


def test_a_closed_alert_stays_closed(own_demo: Path) -> None:
    first = json.loads(call(own_demo, "alerts", "--json").stdout)[0]
    assert call(own_demo, "alerts", "close", first["id"]).returncode == 0
    closed = json.loads(call(own_demo, "alerts", "--status", "closed", "--json").stdout)
    assert [alert["id"] for alert in closed] == [first["id"]]


def test_a_removed_article_is_found_no_more_and_never_comes_back(own_demo: Path) -> None:
    def seed() -> list[str]:
        found = json.loads(call(own_demo, "search", "title:inébranlable", "--json").stdout)
        return [hit["id"] for hit in found["hits"]]

    (article_id,) = seed()
    assert call(own_demo, "articles", "remove", article_id).returncode == 0
    assert seed() == []
    assert call(own_demo.parent, "demo").returncode == 0
    copy = own_demo / "seed.txt"
    copy.write_text(Path("seeds/articles/000_a7e639ebb8fc95ac.txt").read_text() + "\n")
    assert "1 filtered" in call(own_demo, "ingest", str(copy)).stdout
    assert seed() == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("alerts", "close", "nothing"), "veille alerts"),
        (("articles", "show", "nothing"), "veille search"),
        (("feeds", "remove", "http://nothing.example/"), "veille feeds list"),
        (("quarantine", "retry", "nothing"), "veille quarantine list"),
        (("ingest", "nothing.warc.gz"), "nothing.warc.gz"),
        (("crawl", "nothing"), "veille plan"),
        (("rules", "test", "nothing"), "veille rules list"),
        (("report", "--out", "no-folder/report.html"), "no-folder/report.html"),
        (("feeds", "export", "--out", "no-folder/feeds.opml"), "no-folder/feeds.opml"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(tmp_path: Path, arguments: tuple[str, ...], hint: str) -> None:
    ended = call(tmp_path, *arguments)
    assert ended.returncode == 1
    assert hint in ended.stderr
    assert "Traceback" not in ended.stderr


def test_feeds_come_and_go(tmp_path: Path) -> None:
    url = "https://outlet.example/rss.xml"
    assert call(tmp_path, "feeds", "add", url, "--language", "en").returncode == 0
    exported = call(tmp_path, "feeds", "export").stdout
    assert url in exported
    (tmp_path / "feeds.opml").write_text(exported)
    assert "1 feeds read" in call(tmp_path, "feeds", "import", "feeds.opml").stdout
    (feed,) = json.loads(call(tmp_path, "feeds", "list", "--json").stdout)
    assert (feed["url"], feed["language"], feed["state"]) == (url, "en", None)
    assert call(tmp_path, "feeds", "remove", url).returncode == 0
    assert json.loads(call(tmp_path, "feeds", "list", "--json").stdout) == []


def test_tag_reads_and_writes_lines_in_order(tmp_path: Path) -> None:
    lines = [
        '{"id":"a","text":"La France a envoyé 300 soldats en Roumanie lundi, a annoncé le ministère."}',
        "not json",
        '{"id":"c","text":"The recipe needs two eggs and a cup of flour."}',
    ]
    ended = call(tmp_path, "tag", "--jsonl", stdin="\n".join(lines) + "\n")
    first, second, third = (json.loads(line) for line in ended.stdout.splitlines())
    assert ended.returncode == 1
    assert set(first) == {"id", "lang", "entities", "topics", "events"}
    assert first["topics"] == ["troop-deployment"]
    (event,) = first["events"]
    assert (event["actor"], event["target"], event["quantity"]) == ("France", "Romania", [300, 300])
    assert second["line"] == 2
    assert second["error"]
    assert (third["id"], third["topics"], third["events"]) == ("c", [], [])


def test_extract_reads_and_writes_lines_in_order(tmp_path: Path) -> None:
    text = "The harbour master said on Monday that two tugs would stay until the storm is over. " * 3
    page = f"<html lang=en><title>Storm</title><body><article><h1>Storm</h1><p>{text}</p></article></body></html>"
    stdin = json.dumps({"id": "a", "url": "https://outlet.example/storm", "html": page}) + "\n{}\n"
    ended = call(tmp_path, "extract", "--jsonl", stdin=stdin)
    first, second = (json.loads(line) for line in ended.stdout.splitlines())
    assert ended.returncode == 1
    assert set(first) == {
        "id",
        "title",
        "authors",
        "published_at",
        "lang",
        "text",
        "canonical_url",
        "image",
        "paywalled",
    }
    assert (first["title"], first["lang"], first["published_at"]) == ("Storm", "en", None)
    assert second["line"] == 2


def test_a_bad_rule_stops_everything_with_file_and_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text("- id: a\n  name: A\n  query: 'topik:x'\n")
    for arguments in (("rules", "check"), ("run",), ("match",)):
        ended = call(tmp_path, *arguments, VEILLE_RULES=str(rules))
        assert ended.returncode == 2, arguments
        assert "mine.yaml:3: query" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_the_shipped_rules_have_no_warnings(tmp_path: Path) -> None:
    ended = call(tmp_path, "rules", "check")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_rule_shows_what_it_would_find(veille: Veille) -> None:
    rules = json.loads(veille("rules", "list", "--json").stdout)
    assert "articles" in veille("rules", "test", rules[0]["id"]).stdout


def test_a_wrong_setting_is_named_and_not_shown(tmp_path: Path) -> None:
    ended = call(tmp_path, "alerts", VEILLE_SMTP_URL="http://user:hunter2@mail.example")
    assert ended.returncode == 2
    assert "VEILLE_SMTP_URL" in ended.stderr
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize(
    "command", ["", "run", "search", "ingest", "alerts", "rules", "feeds", "report", "demo", "tag"]
)
def test_every_help_text_is_there(tmp_path: Path, command: str) -> None:
    ended = call(tmp_path, *filter(None, (command, "--help")))
    assert ended.returncode == 0
    assert "Usage" in ended.stdout


def test_a_title_that_looks_like_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    added = call(tmp_path, "feeds", "add", "https://feeds.example/rss", "--title", "[/x] [bold]Wire[/bold]")
    assert added.returncode == 0, added.stderr
    listed = call(tmp_path, "feeds", "list")
    assert listed.returncode == 0, listed.stderr
    assert "[/x] [bold]Wire[/bold]" in listed.stdout
