"""Rule files: what is read, what is refused and in what words, what is warned of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.alerting.rules import check_rules, load_rules
from processors.exceptions import SeedError
from processors.models.alerts import Delivery, Severity

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Names:
    """Two countries, and a name that may be either of two cities."""

    def resolve(self, name: str) -> tuple[str, ...]:
        known = {"north korea": ("Q423",), "france": ("Q142",), "paris": ("Q90", "Q830149")}
        return known.get(name.casefold(), ())

    def label(self, id: str) -> str:
        return id


def write(folder: Path, text: str, name: str = "rules.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_all_fields_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "# a comment\n"
        "- id: french-troops\n"
        "  name: French   troops\n"
        "  query: actor:France\n"
        "  severity: high\n"
        "  recipients: [a@example.org, b+c@example.org, a@example.org]\n"
        "  delivery: digest\n"
        "  active_from: 2026-01-31\n"
        "- {id: all, name: All, query: '*'}\n",
    )
    every, french = load_rules(tmp_path, Names())
    assert (french.path, french.line) == (path, 2)
    assert french.rule.name == "French troops"
    assert french.rule.severity is Severity.HIGH
    assert french.rule.delivery is Delivery.DIGEST
    assert french.rule.recipients == ("a@example.org", "b+c@example.org")
    assert french.rule.active_from == datetime(2026, 1, 31, tzinfo=UTC)
    assert (every.rule.severity, every.rule.delivery, every.rule.active_from) == ("medium", "immediate", None)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-01-31T06:00:00Z", 6),
        ("2026-01-31T06:00:00+02:00", 4),
        ("'2026-01-31T06:00'", 6),
        ("2026-01-31 06:00:00", 6),
    ],
)
def test_active_from_is_an_instant(tmp_path: Path, written: str, hour: int) -> None:
    write(tmp_path, f"- {{id: a, name: A, query: '*', active_from: {written}}}\n")
    (only,) = load_rules(tmp_path, Names())
    assert only.rule.active_from == datetime(2026, 1, 31, hour, tzinfo=UTC)


GOOD = "- id: good\n  name: Good\n  query: actor:France\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "  severty: high\n", "rules.yaml:4: [0].severty: Object contains unknown field `severty`"),
        (GOOD + "  active_from: 2024-13-01\n", "rules.yaml:4: has a value that cannot be read: month must be in 1..12"),
        (GOOD + "  name: Again\n", "rules.yaml:4: name: stands twice in the same place"),
        (GOOD + "  severity: grave\n", "rules.yaml:4: [0].severity: Invalid enum value 'grave'"),
        (GOOD + "  delivery: weekly\n", "rules.yaml:4: [0].delivery: Invalid enum value 'weekly'"),
        (GOOD + "  recipients: a@example.org\n", "rules.yaml:4: [0].recipients: Expected `array`, got `str`"),
        (
            GOOD + "  recipients:\n    - a@example.org\n    - 'b@example.org, c@example.org'\n",
            "rules.yaml:6: recipients[1]: 'b@example.org, c@example.org' is no e-mail address",
        ),
        (GOOD + '  recipients: ["a@example.org\\nBcc: x@example.org"]\n', "rules.yaml:4: recipients[0]: "),
        (GOOD + "  recipients: [élise@example.org]\n", "rules.yaml:4: recipients[0]: 'élise@example.org' is no"),
        (GOOD + "  active_from: soon\n", "rules.yaml:4: active_from: 'soon' is no time; write 2026-01-31"),
        (GOOD + "  active_from: 7\n", "rules.yaml:4: active_from: 7 is no time"),
        (GOOD + "- {id: b, name: B, query: ' '}\n", "rules.yaml:4: query: is empty; write a search"),
        (GOOD + "- {id: b, name: B}\n", "rules.yaml:4: [1]: Object missing required field `query`"),
        (GOOD + "- {id: B c, name: B, query: '*'}\n", "rules.yaml:4: [1].id: Expected `str` matching regex"),
        (GOOD + "- {id: good, name: B, query: '*'}\n", "rules.yaml:4: id: 'good' is already the id of the rule at "),
        ("rules: []\n", "rules.yaml:1: Expected `array`, got `object`"),
        (GOOD + "   bad: [\n", "rules.yaml:4: is not valid YAML"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SeedError) as caught:
        load_rules(tmp_path, Names())
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_bad_query_shows_a_caret(tmp_path: Path) -> None:
    write(tmp_path, "- id: a\n  name: A\n  severity: low\n  query: actor:France AND wether:rain\n")
    with pytest.raises(SeedError) as caught:
        load_rules(tmp_path, Names())
    first, query, caret = str(caught.value).splitlines()
    assert "rules.yaml:4: query: " in first
    assert query.strip() == "actor:France AND wether:rain"
    assert query[caret.index("^") :].startswith("wether")


def test_an_id_may_not_be_used_in_two_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, "\n" + GOOD, "b.yaml")
    with pytest.raises(SeedError, match=r"b\.yaml:2: id: 'good' is already the id of the rule at .*a\.yaml:1"):
        load_rules(tmp_path, Names())


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="no such folder of rules; set VEILLE_RULES"):
        load_rules(tmp_path / "none", Names())


def test_check_warns_of_what_may_not_be_meant(tmp_path: Path) -> None:
    write(
        tmp_path,
        "- {id: a, name: A, query: 'actor:Atlantis', recipients: [a@example.org]}\n"
        "- {id: b, name: B, query: 'entity:Paris', recipients: [a@example.org]}\n"
        "- {id: c, name: C, query: 'topic:troops', active_from: 2027-01-01}\n"
        "- {id: d, name: D, query: 'topic:nuclear-weapons  AND actor:France', recipients: [a@example.org]}\n"
        "- {id: e, name: E, query: 'topic:nuclear-weapons AND actor:France', recipients: [a@example.org]}\n"
        "- {id: f, name: F, query: 'actor:France AND NOT topic:other', recipients: [a@example.org]}\n",
    )
    warnings = check_rules(load_rules(tmp_path, Names()), NOW, ["nuclear-weapons", "sanctions"])
    by_rule = {rule: [w for w in warnings if f": {rule}: " in w] for rule in "abcdef"}
    assert "Atlantis" in by_rule["a"][0]
    assert "Paris" in by_rule["b"][0]
    assert [warning.split(": c: ")[1][:24] for warning in by_rule["c"]] == [
        "no topic has the id 'tro",
        "no recipients: its alert",
        "active_from is in the fu",
    ]
    assert by_rule["d"] == []
    assert "the same query as rule 'd'" in by_rule["e"][0]
    assert warnings[0].startswith(str(tmp_path / "rules.yaml") + ":1: a: ")


def test_the_shipped_rules_are_sound() -> None:
    from processors.gazetteer import Gazetteer

    rules = load_rules(SEEDS / "rules", Gazetteer.load(SEEDS / "gazetteer"))
    topics = [path.stem for path in (SEEDS / "topics").glob("*.yaml")]
    assert check_rules(rules, NOW, topics) == []
    assert {rule.rule.severity for rule in rules} == set(Severity)
    assert {rule.rule.delivery for rule in rules} == set(Delivery)
