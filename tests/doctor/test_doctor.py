"""`veille doctor` on healthy and broken installations: it names what is wrong, and hides nothing else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from processors.archive.places import place
from processors.config import SEEDS, Settings
from processors.doctor.checks import diagnose
from processors.doctor.findings import Finding, Status, examine, ok
from processors.doctor.mail import mail as check_mail
from processors.doctor.server import elasticsearch
from processors.store.open import open_store
from tests.archive.s3 import bucket, s3_server  # noqa: F401  (fixtures)
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)
from tests.elasticsearch.secured import PASSWORDS, Secured, secured  # noqa: F401  (a fixture)
from tests.store.cleaning import delete_indices

VEILLE = str(Path(sys.executable).with_name("veille"))
PARTS = {"veille", "python", "models", "sqlite", "store", "archive", "disk", "rules", "topics", "feeds", "mail"}
PASSWORD = "right-Passwort"


def now() -> datetime:
    return datetime.now(UTC)


def findings(settings: Settings) -> dict[str, Finding]:
    """By what they look at."""
    return {finding.what: finding for finding in diagnose(settings, now)}


def troubles(found: dict[str, Finding]) -> dict[str, Status]:
    return {what: finding.status for what, finding in found.items() if finding.status is not Status.OK}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", _env_file=None)


def test_a_new_installation_is_well_and_stays_as_it_is(settings: Settings) -> None:
    found = findings(settings)
    assert troubles(found) == {}
    assert found.keys() == PARTS
    assert not settings.home.exists()


def test_a_store_that_is_there_is_opened(settings: Settings) -> None:
    open_store(settings).close()
    assert findings(settings)["store"].said.endswith("0 feeds, 0 runs")


def test_each_fault_is_told_and_hides_no_other(tmp_path: Path) -> None:
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds", ignore=shutil.ignore_patterns("sample_site", "sources")))
    (seeds / "feeds.opml").write_text("<opml><body><outline xmlUrl='nonsense'/></body></opml>")
    next((seeds / "rules").glob("*.yaml")).write_text("- id: a\n  query: [\n")
    (tmp_path / "store.sqlite").write_text("Dear diary, this is no database. " * 100)
    (tmp_path / "file").write_text("")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = findings(
            Settings(
                home=tmp_path,
                seeds=seeds,
                store=f"sqlite:///{tmp_path}/store.sqlite",
                smtp_url=f"smtp://ann:secret-word@127.0.0.1:{closed.getsockname()[1]}",
                _env_file=None,
            )
        )
    assert troubles(found) == dict.fromkeys(("store", "seeds", "feeds", "mail"), Status.FAIL)
    assert "no SQLite file" in found["store"].said
    assert str(seeds / "rules") in found["seeds"].said
    assert "feeds.opml" in found["feeds"].said
    assert "cannot be reached" in found["mail"].said
    assert "VEILLE_SMTP_URL" in found["mail"].remedy
    assert "secret-word" not in str(found)


def test_a_check_that_breaks_is_a_finding() -> None:
    def broken() -> list[Finding]:
        raise RuntimeError("boom")

    found = list(examine([("one", broken), ("two", lambda: [ok("two", "well")])]))
    assert [(one.what, one.status) for one in found] == [("one", Status.FAIL), ("two", Status.OK)]
    assert "RuntimeError: boom" in found[0].said


def test_an_archive_that_cannot_be_written_to(tmp_path: Path) -> None:
    """As an account that may not: the superuser may write anywhere."""
    folder = tmp_path / "archive"
    folder.mkdir(mode=0o500)
    tmp_path.chmod(0o755)
    code = (
        "import os; from datetime import UTC, datetime; from pathlib import Path\n"
        "from processors.config import Settings; from processors.doctor import local\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setuid(65534)\n"
        f"[one] = local.archive(Settings(archive={folder.as_uri()!r}, home=Path('/'), _env_file=None))\n"
        "print(one.status, one.said, one.remedy)"
    )
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            folder = Path("/proc")  # nobody may write there, either
    code = code.replace((tmp_path / "archive").as_uri(), folder.as_uri())
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("fail"), ended.stderr
    assert f"{folder} cannot be written to" in ended.stdout
    assert "VEILLE_ARCHIVE" in ended.stdout


class OnAnyPort(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mail_server() -> Iterator[str]:
    """host:port of one that takes the user ann with PASSWORD."""

    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    controller = OnAnyPort(
        object(), hostname="127.0.0.1", port=0, authenticator=login, auth_required=True, auth_require_tls=False
    )
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


def test_mail(mail_server: str, tmp_path: Path) -> None:
    def mail(**given: str) -> Finding:
        [found] = check_mail(Settings.model_validate({"home": tmp_path, **given}))
        return found

    right = f"smtp://ann:{PASSWORD}@{mail_server}"
    assert mail(smtp_url=right, mail_from="veille@example.org").status is Status.OK
    assert mail(smtp_url=right).remedy == "set VEILLE_MAIL_FROM to an address of yours"
    wrong = mail(smtp_url=f"smtp://ann:wrong-Passwort@{mail_server}", mail_from="veille@example.org")
    assert wrong.status is Status.FAIL
    assert "does not accept the user and password of VEILLE_SMTP_URL" in wrong.said
    assert "Passwort" not in str(wrong)


def command(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    environment = {**clean, "VEILLE_HOME": str(home), "NO_COLOR": "1", **variables}
    return subprocess.run(
        [VEILLE, "doctor", *arguments], env=environment, cwd=home, capture_output=True, text=True, check=False
    )


def test_the_command(tmp_path: Path) -> None:
    ended = command(tmp_path, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert {one["what"] for one in json.loads(ended.stdout)} == PARTS
    ended = command(tmp_path, VEILLE_STORE="http://127.0.0.1:9")
    assert ended.returncode == 1
    [line] = [line for line in ended.stdout.splitlines() if not line.startswith("ok ")]
    assert line.startswith("fail store         http://127.0.0.1:9: Elasticsearch cannot be reached: check that it runs")


@pytest.mark.elasticsearch
def test_a_server_without_security(elasticsearch_address: str, tmp_path: Path) -> None:  # noqa: F811
    url = f"{elasticsearch_address}?prefix=doctor-{os.getpid()}"
    settings = Settings(home=tmp_path, store=url, _env_file=None)
    found = findings(settings)
    assert troubles(found) == {"mappings": Status.FAIL, "permissions": Status.WARN}
    assert found["mappings"].remedy == "run `veille store init`"
    open_store(settings).close()
    found = findings(settings)
    assert troubles(found) == {"permissions": Status.WARN}
    assert found["elasticsearch"].said.startswith("9.")
    assert {"clock", "analyzers"} < found.keys()
    delete_indices(url)


@pytest.mark.elasticsearch
def test_a_clock_that_is_wrong(elasticsearch_address: str) -> None:  # noqa: F811
    settings = Settings(store=elasticsearch_address, _env_file=None)
    for late, status in ((timedelta(seconds=30), Status.WARN), (timedelta(minutes=10), Status.FAIL)):
        for sign in (1, -1):
            found = elasticsearch(settings, lambda by=sign * late: now() + by)  # type: ignore[misc]
            [clock] = [one for one in found if one.what == "clock"]
            assert clock.status is status
            assert "NTP" in clock.remedy


@pytest.mark.elasticsearch
def test_who_may_do_what(secured: Secured, tmp_path: Path) -> None:  # noqa: F811
    open_store(secured.settings("init")).close()
    for user, expected in (("writer", Status.OK), ("reader", Status.WARN)):
        found = findings(secured.settings(user, home=str(tmp_path)))
        assert {what for what, status in troubles(found).items() if status is Status.FAIL} == set(), found
        assert found["permissions"].status is expected
        assert user in found["permissions"].said
    found = findings(secured.settings("reader", home=str(tmp_path), elasticsearch_password="wrong-Passwort"))
    assert troubles(found) == {"store": Status.FAIL}
    assert "check VEILLE_ELASTICSEARCH_USER and _PASSWORD" in found["store"].said
    assert not any(password in str(found) for password in (*PASSWORDS.values(), "wrong-Passwort"))


def test_an_archive_on_an_object_store(bucket: str, tmp_path: Path) -> None:  # noqa: F811
    settings = Settings(home=tmp_path, archive=f"{bucket}/veille", _env_file=None)
    found = findings(settings)
    assert troubles(found) == {}
    assert found["archive"].said == f"{bucket}/veille can be written to and read"
    assert place(bucket).fs.find(bucket) == [], "nothing is left behind"
    gone = findings(settings.model_copy(update={"archive": f"{bucket}-gone/veille"}))
    assert troubles(gone) == {"archive": Status.FAIL}
    assert "there is no such bucket" in gone["archive"].said


def test_an_object_store_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ended = command(
            tmp_path,
            VEILLE_ARCHIVE="s3://bucket/veille",
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{closed.getsockname()[1]}",
            AWS_ACCESS_KEY_ID="ann",
            AWS_SECRET_ACCESS_KEY="secret-word",
        )
    assert ended.returncode == 1
    [line] = [line for line in ended.stdout.splitlines() if not line.startswith("ok ")]
    assert line.startswith("fail archive")
    assert "AWS_ENDPOINT_URL" in line
    assert "secret-word" not in ended.stdout + ended.stderr
