"""veille dashboards: Kibana's dashboards, built and imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.cli.output import console, print_json
from processors.config import load_settings
from processors.dashboards.build import FILE, built, up_to_date
from processors.dashboards.upload import upload
from processors.exceptions import InputError

app = typer.Typer(help="Kibana's dashboards: build them from seeds/kibana/*.yaml, import them.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Argument(help="Folder of sources; seeds/kibana where left out.")]


@app.command()
def build(
    folder: Folder = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if the file is out of date.")
    ] = False,
) -> None:
    """Make veille.ndjson, Kibana's saved objects, from the YAML files beside it.

    Examples: `veille dashboards build`, `veille dashboards build --check`
    """
    sources = folder or load_settings().seeds / "kibana"
    path = sources / FILE
    if check:
        if not up_to_date(sources):
            raise InputError(f"{path} is not what its sources make: run `veille dashboards build`")
        console().print(f"{path} is up to date", markup=False, soft_wrap=True)
        return
    data = built(sources)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    console().print(f"{len(data.splitlines())} objects in {path}", markup=False, soft_wrap=True)


@app.command(name="import")
def import_(
    path: Annotated[Path | None, typer.Argument(help="An NDJSON file; what the sources make where left out.")] = None,
    kibana: Annotated[str, typer.Option(help="http(s)://HOST:PORT; VEILLE_KIBANA_URL where left out.")] = "",
    space: Annotated[str, typer.Option(help="A Kibana space's id; the default space where left out.")] = "",
    json: Annotated[bool, typer.Option("--json", help="A JSON object.")] = False,
) -> None:
    """Import the dashboards into Kibana; those imported before are replaced, and changes made to them there are lost.

    User and password, or an API key: VEILLE_KIBANA_USER and _PASSWORD, or VEILLE_KIBANA_API_KEY.

    Examples: `veille dashboards import --kibana http://localhost:5601`, `veille dashboards import --space newsroom`
    """
    settings = load_settings()
    if kibana:
        settings = settings.model_copy(update={"kibana_url": kibana.strip()})
    count = upload(settings, _read(path) if path else built(settings.seeds / "kibana"), space=space)
    if json:
        print_json({"kibana": settings.kibana_url, "space": space or "default", "imported": count})
        return
    where = f"space {space} of {settings.kibana_url}" if space else settings.kibana_url
    console().print(f"{count} objects imported into {where}; open Dashboards there", markup=False, soft_wrap=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
