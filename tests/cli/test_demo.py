"""veille demo: from feeds to mails, once."""

from __future__ import annotations

import email
import json
from email import policy
from pathlib import Path

from tests.cli.conftest import call


def test_the_summary_shows_what_was_found(demo: Path) -> None:
    shown = (demo.parent / "demo.out").read_text()
    for part in ("Articles by language", "Topics", "Alerts", "veille search"):
        assert part in shown
    assert "entre 11 000 et 30 000 soldats" in " ".join(shown.split())


def test_an_alert_mail_carries_the_evidence(demo: Path) -> None:
    mails = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in demo.glob("mail/*.eml")]
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]
    assert any("entre *11 000* et *30 000* soldats" in " ".join(text.split()) for text in texts)
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)


def test_run_again_there_is_nothing_new(own_demo: Path) -> None:
    home = own_demo.parent
    before = json.loads(call(own_demo, "alerts", "--json").stdout)
    mails = sorted(path.name for path in own_demo.glob("mail/*.eml"))
    articles = json.loads(call(own_demo, "search", "*", "--json", "--limit", "1").stdout)["total"]
    assert call(home, "demo").returncode == 0
    assert json.loads(call(own_demo, "alerts", "--json").stdout) == before
    assert sorted(path.name for path in own_demo.glob("mail/*.eml")) == mails
    assert json.loads(call(own_demo, "search", "*", "--json", "--limit", "1").stdout)["total"] == articles
