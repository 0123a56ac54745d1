"""veille doctor."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from processors.cli.context import now
from processors.cli.output import console, print_json
from processors.config import load_settings
from processors.doctor.findings import Finding, Status

_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "bold red"}


def register(app: typer.Typer) -> None:
    app.command(name="doctor")(doctor)


def doctor(
    json: Annotated[bool, typer.Option("--json", help="One JSON document: a list of findings.")] = False,
) -> None:
    """Look at every part of this installation; each line says ok, or what to do. Changes nothing, sends no mail.

    Exit code 1 where a part cannot work. Examples:

    - `veille doctor`

    - `veille doctor --json | jq '.[] | select(.status != "ok")'`
    """
    from processors.doctor.checks import diagnose

    findings = []
    for finding in diagnose(load_settings(), now):
        findings.append(finding)
        if not json:
            console().print(line(finding), soft_wrap=True)
    if json:
        print_json(findings)
    if any(finding.status is Status.FAIL for finding in findings):
        raise typer.Exit(1)


def line(finding: Finding) -> Text:
    remedy = f"; {finding.remedy}" if finding.remedy else ""
    return Text.assemble((f"{finding.status:<5}", _STYLES[finding.status]), f"{finding.what:<14}", finding.said, remedy)
