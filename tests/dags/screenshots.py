"""Takes the pictures of docs/airflow.md: the DAGs after a real run, in headless Chromium.

    python -m tests.dags.screenshots [FOLDER]        docs/ where left out; needs Chromium and what the tests need

Runs the same chain as test_chain.py and keeps it up until the pictures are taken.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.dags.chain import Chain, follow, running
from tests.dags.standalone import PASSWORDS, REPOSITORY
from tests.elasticsearch.server import running_server
from tests.store.cleaning import delete_indices

WIDTH = 1400
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 90_000  # milliseconds that a page may take


def main(folder: Path) -> None:
    """Writes airflow-*.png."""
    with TemporaryDirectory() as scratch, running_server() as address, sync_playwright() as playwright:
        store = f"{address}?prefix=pictures-{secrets.token_hex(4)}"
        try:
            with running(Path(scratch), store) as (airflow, around):
                chain = follow(airflow, around)
                chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                take(browser, chain, folder)
                browser.close()
        finally:
            delete_indices(store)


def take(browser: Browser, chain: Chain, folder: Path) -> None:
    """One picture a page; a page is ready when the text that it is about stands on it."""
    page = browser.new_page(color_scheme="light")
    page.set_default_timeout(PATIENCE)
    sign_in(page, chain)
    coverage = f"/dags/ingest_coverage/runs/{quote(chain.coverage, safe='')}"
    assets = {asset["name"]: asset["id"] for asset in chain.airflow.ask("GET", "/assets")["assets"]}
    for name, path, text, height in (
        ("dags", "/dags", "send_notifications", 1400),
        ("run", coverage, "index", 860),
        ("asset", f"/assets/{assets['coverage']}", "raise_alerts", 640),
    ):
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.goto(f"{chain.airflow.address}{path}")
        page.get_by_text(text, exact=False).first.wait_for()
        page.wait_for_load_state("networkidle")
        if name == "run" and (graph := page.get_by_role("button", name="Graph")).count():
            graph.first.click()
            page.locator(".react-flow__node").nth(4).wait_for()
            page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"airflow-{name}.png")
        print(folder / f"airflow-{name}.png")


def sign_in(page: Page, chain: Chain) -> None:
    """As a person does, with the password that Airflow made."""
    password = json.loads((chain.airflow.home / PASSWORDS).read_text())["admin"]
    page.goto(f"{chain.airflow.address}/auth/login")
    page.locator('input[name="username"]').fill("admin")
    page.locator('input[name="password"]').fill(password)
    page.locator('button[type="submit"]').click()
    page.get_by_text("Dags", exact=False).first.wait_for()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "docs")
