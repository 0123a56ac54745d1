"""One real run: Airflow, Elasticsearch, the sample site over HTTP, a mail server; nothing in between is pretended."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.dags.chain import Chain, body, follow, running
from tests.dags.fixtures import needs_airflow
from tests.dags.world import OPERATOR, PASSWORD, STORE_PASSWORD
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)
from tests.store.cleaning import delete_indices

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def chain(elasticsearch_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:  # noqa: F811
    needs_airflow()
    store = f"{elasticsearch_address}?prefix=test-{secrets.token_hex(4)}"
    try:
        with running(tmp_path_factory.mktemp("chain"), store) as (airflow, around):
            yield follow(airflow, around)
    finally:
        delete_indices(store)


def test_the_alert_about_the_seed_article_arrives(chain: Chain) -> None:
    mails = chain.mails("entre *11 000* et *30 000* soldats")
    assert mails
    assert {str(mail["From"]) for mail in mails} == {"Veille <veille@news.example>"}
    assert any("North Korean troops abroad" in str(mail["Subject"]) for mail in mails)


def test_alerts_about_the_sample_site_arrive_once(chain: Chain) -> None:
    subjects = [str(mail["Subject"]) for mail in chain.world.post.mails]
    hosts = {
        host for mail in chain.world.post.mails for host in re.findall(r"https?://([\w.-]+\.example)/", body(mail))
    }
    assert len(hosts) >= 5
    assert len({mail["Message-ID"] for mail in chain.world.post.mails}) == len(subjects)
    assert not any("failed" in subject for subject in subjects)


def test_all_of_it_came_by_the_assets(chain: Chain) -> None:
    for dag in ("raise_alerts", "send_notifications"):
        assert "asset_triggered" in {run["run_type"] for run in chain.airflow.runs(dag)}


def test_the_crawl_was_mapped_over_shards_and_indexed_once(chain: Chain) -> None:
    tasks = chain.airflow.tasks("ingest_coverage", chain.coverage)
    mapped = {name: [t for t in tasks if t["task_id"] == name and t["map_index"] >= 0] for name in ("crawl", "tag")}
    assert len(mapped["crawl"]) == 4  # shards, unless a param says otherwise
    assert mapped["tag"]
    assert [task["map_index"] for task in tasks if task["task_id"] == "index"] == [-1]
    assert {task["state"] for task in tasks} == {"success"}


def test_the_log_of_a_task_has_its_stage_s_line(chain: Chain) -> None:
    logs = [path.read_text().splitlines() for path in chain.airflow.home.glob("logs/dag_id=ingest_coverage/**/*.log")]
    said = [json.loads(line) for lines in logs for line in lines if '"veille.pipeline"' in line]
    stages = [json.loads(line["event"]) for line in said]
    assert {one["stage"] for one in stages} == {"crawl", "tag", "index"}
    (indexed,) = (one for one in stages if one["stage"] == "index" and one["run"])
    assert set(indexed["counts"]) == {"indexed", "duplicate", "revision", "filtered", "quarantined"}
    assert sum(indexed["counts"].values()) == sum(one["counts"]["inputs"] for one in stages if one["stage"] == "tag")


@pytest.mark.parametrize(
    ("dag", "params", "said"),
    [
        ("ingest_coverage", {"shards": 0}, "minimum of 1"),
        ("ingest_coverage", {"shards": 65}, "maximum of 64"),
        ("reprocess_coverage", {"months": ["2026-13"]}, "does not match"),
        ("backfill_archive", {}, "required|not set|NOTSET|No value passed"),
        ("backfill_archive", {"files": ["ftp://x/a.warc.gz"]}, "does not match"),
    ],
)
def test_a_param_out_of_range_is_refused_with_its_range(chain: Chain, dag: str, params: object, said: str) -> None:
    with pytest.raises(AssertionError, match=f"4[02][02] .*({said})"):
        chain.airflow.ask("POST", f"/dags/{dag}/dagRuns", {"logical_date": None, "conf": params})


def test_the_operator_is_told_of_a_task_that_failed(chain: Chain) -> None:
    run = chain.airflow.trigger("ingest_seed", sources=["/there/is/no/such-file.html"])
    assert chain.airflow.finished("ingest_seed", run) == "failed"
    told = [mail for mail in chain.world.post.received(OPERATOR) if "ingest_seed.ingest" in str(mail["Subject"])]
    assert len(told) == 1
    assert "such-file.html" in body(told[0])
    assert [task["try_number"] for task in chain.airflow.tasks("ingest_seed", run)] == [1]  # a retry would not help


def test_without_a_token_nothing_is_told(chain: Chain) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{chain.airflow.address}/api/v2/dags", timeout=30)


def test_no_secret_is_in_logs_xcom_or_tables(chain: Chain) -> None:
    home = chain.airflow.home
    with sqlite3.connect(home / "airflow.db") as database:
        database.execute("PRAGMA wal_checkpoint(FULL)")
        assert database.execute("SELECT count(*) FROM xcom").fetchone()[0] > 3
        assert database.execute("SELECT count(*) FROM rendered_task_instance_fields").fetchone()[0] > 3
    assert len(list(home.glob("logs/dag_id=*/**/*.log"))) > 5
    secret = [value.encode() for value in (PASSWORD, STORE_PASSWORD)]
    files = [path for path in home.parent.rglob("*") if path.is_file()]
    assert [str(path) for path in files if any(one in path.read_bytes() for one in secret)] == []
    assert json.dumps(chain.airflow.runs("ingest_coverage")).find(STORE_PASSWORD) == -1
