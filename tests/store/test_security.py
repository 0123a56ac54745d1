"""Who may do what on a server that asks for passwords over TLS, and that no secret ever shows."""

from __future__ import annotations

import base64
import logging
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from processors.config import Settings
from processors.exceptions import SettingsError, StoreError
from processors.store.elasticsearch.connect import connect
from processors.store.open import open_store
from tests.elasticsearch.secured import PASSWORDS, Secured, secured  # noqa: F401  (a fixture)
from tests.store.building import HOUR, NOW, article, notification_of, q, write

pytestmark = pytest.mark.elasticsearch
VEILLE = str(Path(sys.executable).with_name("veille"))
SEED = Path(__file__).parents[2] / "seeds" / "articles"


def veille(home: Path, variables: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and all output; none of its processes shows a password among its arguments."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    environment = {**clean, "VEILLE_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1", **variables}
    with (home / "out.txt").open("w+b") as out:
        process = subprocess.Popen([VEILLE, *arguments], env=environment, cwd=home, stdout=out, stderr=out)
        while process.poll() is None:
            shown = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            assert not any(password in shown for password in PASSWORDS.values())
        out.seek(0)
        said = out.read().decode()
    assert not any(password in said for password in PASSWORDS.values())
    return process.returncode, said


@pytest.fixture(scope="session")
def initialised(secured: Secured, tmp_path_factory: pytest.TempPathFactory) -> Secured:  # noqa: F811
    """The server with the indices that `veille store init` made under the init role."""
    code, said = veille(tmp_path_factory.mktemp("init"), secured.variables("init"), "store", "init")
    assert code == 0, said
    return secured


def test_the_writer_runs_the_whole_pipeline_and_the_reader_searches(initialised: Secured, tmp_path: Path) -> None:
    writer, reader = initialised.variables("writer"), initialised.variables("reader")
    code, said = veille(tmp_path, writer, "ingest", str(SEED))
    assert code == 0, said
    assert "1 indexed" in said
    code, said = veille(tmp_path, writer, "match")
    assert code == 0, said
    code, said = veille(tmp_path, writer, "notify")
    assert code == 0, said
    assert re.search(r"[1-9]\d* notifications sent, 0 failed", said), said
    assert list((tmp_path / "mail").glob("*.eml"))
    code, said = veille(tmp_path, reader, "search", '"Kim Jong Un"', "--json")
    assert code == 0, said
    assert '"title": "Guerre en Ukraine' in said
    code, said = veille(tmp_path, reader, "ingest", str(SEED))
    assert code == 1
    assert re.search(r"the user of VEILLE_ELASTICSEARCH_USER or _API_KEY may not do that: .* privileges", said), said
    assert len(said.strip().splitlines()) == 1, "one line, no traceback"


def test_the_reader_changes_nothing(initialised: Secured) -> None:
    store = open_store(initialised.settings("reader"))
    for change in (
        lambda: write(store, article("r", "Intruder"), run="intruder"),
        lambda: store.put_notification(notification_of("intruder")),
        lambda: store.remove_feed("https://a.example/rss"),
        lambda: store.acquire_lease("pipeline", "me", NOW, NOW + HOUR),
    ):
        with pytest.raises(StoreError, match="may not do that"):
            change()
    assert store.notifications() is not None
    store.close()


def test_the_writer_sees_no_other_index(initialised: Secured) -> None:
    elastic = connect(initialised.settings("elastic"))
    elastic.create_index("payroll")
    elastic.client.index(index="payroll", document={"salary": 1}, refresh=True)
    for user in ("writer", "reader"):
        cluster = connect(initialised.settings(user))
        with pytest.raises(StoreError, match="may not do that"):
            cluster.once(cluster.client.search, index="payroll")
    with pytest.raises(StoreError, match="may not do that"):
        cluster.once(cluster.client.indices.delete, index=cluster.name("runs"))


def test_credentials_that_the_server_does_not_know(secured: Secured) -> None:  # noqa: F811
    for changed in (
        {"elasticsearch_password": "another-secret"},
        {"elasticsearch_user": "nobody"},
        {"elasticsearch_user": "", "elasticsearch_password": ""},
        {"elasticsearch_api_key": "YW5vdGhlci1zZWNyZXQ6YW5vdGhlci1zZWNyZXQ="},
    ):
        with pytest.raises(StoreError, match=r"check VEILLE_ELASTICSEARCH_USER and _PASSWORD, or _API_KEY") as raised:
            open_store(secured.settings("writer", **changed))
        shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert not any(secret in shown for secret in (*PASSWORDS.values(), "another-secret", "YW5vd"))


def test_no_secret_in_logs_or_reprs(initialised: Secured, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = initialised.settings("writer")
    cluster = connect(settings)
    cluster.once(cluster.client.cluster.health)
    encoded = base64.b64encode(f"writer:{PASSWORDS['writer']}".encode()).decode()
    shown = caplog.text + repr((settings, cluster, cluster.client, cluster.client.transport, settings.model_dump()))
    assert PASSWORDS["writer"] not in shown
    assert encoded not in shown


@pytest.mark.parametrize("key", ["secret-wörd", "secret word", "secret-word\r\nX-Evil: 1"])
def test_an_api_key_that_cannot_be_one_is_not_shown(key: str) -> None:
    settings = Settings(store="http://es.example:9200", elasticsearch_api_key=key, _env_file=None)
    with pytest.raises(SettingsError, match="VEILLE_ELASTICSEARCH_API_KEY") as raised:
        open_store(settings)
    assert "secret" not in "".join(traceback.format_exception(raised.value))


def test_the_right_authority_or_fingerprint_is_enough(initialised: Secured) -> None:
    for changed in (
        {},
        {"elasticsearch_ca_certs": "", "elasticsearch_fingerprint": initialised.fingerprint},
        {"elasticsearch_ca_certs": "", "elasticsearch_fingerprint": initialised.fingerprint.replace(":", "").upper()},
    ):
        store = open_store(initialised.settings("reader", **changed))
        assert store.count(q("intruder")) == 0
        store.close()


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (lambda on: {"elasticsearch_ca_certs": str(on.stranger)}, "certificate is not accepted: .*_CA_CERTS"),
        (lambda on: {"elasticsearch_ca_certs": ""}, "certificate is not accepted: .*_CA_CERTS"),
        (
            lambda on: {"elasticsearch_ca_certs": "", "elasticsearch_fingerprint": "ab" * 32},
            "not the one that VEILLE_ELASTICSEARCH_FINGERPRINT names",
        ),
        (lambda on: {"store": on.address.replace("https", "http")}, "http or https is right"),
    ],
)
def test_a_server_that_cannot_be_trusted(
    secured: Secured,  # noqa: F811
    change: Callable[[Secured], dict[str, str]],
    advice: str,
) -> None:
    with pytest.raises(StoreError, match=advice):
        open_store(secured.settings("writer", **change(secured)))


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("elasticsearch_fingerprint", "AB:CD", "64 hexadecimal digits"),
        ("elasticsearch_ca_certs", __file__, "no certificate in PEM form"),
        ("elasticsearch_ca_certs", "/nowhere/ca.pem", "No such file"),
    ],
)
def test_trust_that_cannot_be_set(variable: str, value: str, advice: str) -> None:
    settings = Settings.model_validate({"store": "https://es.example", variable: value})
    with pytest.raises(SettingsError, match=f"VEILLE_{variable.upper()}: .*{advice}"):
        open_store(settings)
