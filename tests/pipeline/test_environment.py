"""The crawler reads what strangers write: it is given no password of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from processors.models.feeds import Plan
from processors.pipeline.crawl import run_crawler

TELL = (
    "import json, os, pathlib; pathlib.Path(__file__).with_name('told.json').write_text(json.dumps(dict(os.environ)))"
)


def test_the_crawler_inherits_what_it_needs_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(TELL)  # Python runs it as it starts
    (tmp_path / "plan.json").write_bytes(msgspec.json.encode(Plan("run", datetime(2026, 3, 2, tzinfo=UTC), ())))
    secrets = (
        "VEILLE_SMTP_URL",
        "VEILLE_ELASTICSEARCH_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "AIRFLOW_CONN_VEILLE_SMTP",
        "VEILLE_ELASTICSEARCH_PASSWORD_HTTP_PROXY",
    )
    for name in secrets:
        monkeypatch.setenv(name, "secret-word")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    run_crawler(tmp_path / "plan.json", tmp_path / "out", tmp_path / "crawl.log", "mailto:a@b.example")
    told = json.loads((tmp_path / "told.json").read_text())
    assert "secret-word" not in told.values()
    assert not told.keys() & set(secrets)
    assert (told["VEILLE_CONTACT"], told["https_proxy"]) == ("mailto:a@b.example", "http://127.0.0.1:9")
    assert "PATH" in told
