"""Settings: every one is listed with a meaning, and a wrong one is named before anything is done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processors.config import Settings, load_settings, variable
from processors.exceptions import SettingsError

EXAMPLE = Path(__file__).parents[1] / ".env.example"
LINE = re.compile(r"(VEILLE_[A-Z_]+)=")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


def test_the_example_lists_every_setting_under_a_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    listed = [found[1] for line in lines if (found := LINE.match(line))]
    assert sorted(listed) == sorted(variable(field) for field in Settings.model_fields)
    assert lines[0].startswith("#")
    assert all(field.description for field in Settings.model_fields.values())


def test_the_example_as_it_stands_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_bytes(EXAMPLE.read_bytes())
    given = load_settings()
    Path(".env").unlink()
    assert given == load_settings()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("store", "postgres://db", "must start with sqlite:///, http:// or https://"),
        ("store", "/srv/veille.sqlite", "must start with sqlite:///, http:// or https://"),
        ("archive", "ftp://files.example/archive", "must be a"),
        ("rules", "nowhere", "nowhere: no such folder"),
        ("seeds", "nowhere", "nowhere: no such folder"),
        ("mail_from", "Veille", "must be a mail address"),
        ("mail_from", "veille@", "must be a mail address"),
        ("smtp_url", "smtp://ann:secret-word@mail.example:smtp", "the port is no number"),
        ("smtp_url", "http://ann:secret-word@mail.example", "must look like smtp://"),
        ("workers", "many", "valid integer"),
        ("workers", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, field: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable(field), value)
    with pytest.raises(SettingsError, match=f"^{variable(field)}: .*{re.escape(said)}") as raised:
        load_settings()
    assert "secret-word" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_STORE", "postgres://db")
    monkeypatch.setenv("VEILLE_MAIL_FROM", "Veille")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert {line.split(":")[0] for line in str(raised.value).splitlines()} == {"VEILLE_STORE", "VEILLE_MAIL_FROM"}
