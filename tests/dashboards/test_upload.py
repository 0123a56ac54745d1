"""veille dashboards import, against a server that answers as Kibana's import route does."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from processors.config import Settings
from processors.dashboards.build import built
from processors.dashboards.upload import upload
from processors.exceptions import KibanaError, SettingsError
from tests.cli.conftest import call
from tests.dashboards.kibana import Kibana, basic, running

SEEDS = Path(__file__).parents[2] / "seeds" / "kibana"
SECRET = "c2VjcmV0OnNlY3JldA=="


@pytest.fixture
def kibana() -> Iterator[Kibana]:
    with running() as server:
        yield server


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


def refused(why: str, *, success: bool = False) -> bytes:
    errors = [{"type": "lens", "id": "a", "error": {"type": why, "message": "boom"}}]
    return json.dumps({"success": success, "errors": errors}).encode()


def test_all_objects_arrive_as_they_were_built(kibana: Kibana) -> None:
    data = built(SEEDS)
    assert upload(settings(kibana_url=kibana.address), data) == len(kibana.objects) == len(data.splitlines())
    assert list(kibana.objects.values()) == [json.loads(line) for line in data.splitlines()]


def test_imported_twice_replaces(kibana: Kibana) -> None:
    given = settings(kibana_url=f"{kibana.address}/")
    assert upload(given, built(SEEDS)) == upload(given, built(SEEDS)) == len(kibana.objects)


def test_a_space_is_part_of_the_path(kibana: Kibana) -> None:
    kibana.spaces = ("news-room",)
    upload(settings(kibana_url=kibana.address), built(SEEDS), space="news-room")
    assert kibana.paths == ["/s/news-room/api/saved_objects/_import?overwrite=true"]


@pytest.mark.parametrize("space", ["../api", "News", "a b", "a/b"])
def test_a_space_that_cannot_be_one_is_not_asked_for(kibana: Kibana, space: str) -> None:
    with pytest.raises(SettingsError, match="no space"):
        upload(settings(kibana_url=kibana.address), b"", space=space)
    assert kibana.paths == []


@pytest.mark.parametrize(
    ("credentials", "given"),
    [
        (basic("elastic", "pässwort:1"), {"kibana_user": "elastic", "kibana_password": "pässwort:1"}),
        (f"ApiKey {SECRET}", {"kibana_api_key": SECRET}),
    ],
)
def test_it_lets_itself_in(kibana: Kibana, credentials: str, given: dict[str, str]) -> None:
    kibana.credentials = credentials
    assert upload(settings(kibana_url=kibana.address, **given), built(SEEDS)) > 0


@pytest.mark.parametrize("given", [{}, {"kibana_user": "veille", "kibana_password": "hidden-word"}])
def test_wrong_credentials_are_told_and_never_shown(kibana: Kibana, given: dict[str, str]) -> None:
    kibana.credentials = "ApiKey right"
    with pytest.raises(KibanaError, match=r"refuses the credentials.*VEILLE_KIBANA_API_KEY") as raised:
        upload(settings(kibana_url=kibana.address, **given), built(SEEDS))
    assert "hidden-word" not in str(raised.value)
    assert kibana.objects == {}


def test_a_key_that_is_none_is_not_sent_and_not_shown(kibana: Kibana) -> None:
    with pytest.raises(SettingsError) as raised:
        upload(settings(kibana_url=kibana.address, kibana_api_key="hidden\nword"), b"")
    assert "hidden" not in str(raised.value)
    assert kibana.paths == []


def test_refused_objects_are_told_though_the_status_is_200(kibana: Kibana) -> None:
    lines = [
        line for line in built(SEEDS).splitlines(keepends=True) if b'"id":"veille-articles","attributes"' not in line
    ]
    with pytest.raises(KibanaError) as raised:
        upload(settings(kibana_url=kibana.address), b"".join(lines))
    assert "lens veille-coverage-topics: refers to what is not there: index-pattern veille-articles" in str(
        raised.value
    )


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b'{"success": false, "successCount": 36, "errors": []}', "some of the objects"),
        (200, refused("conflict", success=True), "lens a: is there"),
        (200, refused("unknown"), "lens a: boom"),
        (200, refused("unsupported_type"), "lens a: is of a type"),
        (200, b"<html>Sign in</html>", "does not answer as Kibana"),
        (200, b'["success"]', "does not answer as Kibana"),
        (200, b"{}", "does not answer as Kibana"),
        (201, b'{"success": true}', "answers 201"),
        (302, b"", "answers 302"),
        (400, b'{"message": "Invalid file extension .txt"}', "answers 400: Invalid file extension .txt"),
        (403, b"{}", "may not import"),
        (404, b"{}", "no such address"),
        (500, b"", "answers 500: no explanation"),
        (503, b"\xff\xfe not ready", "answers 503"),
    ],
)  # fmt: skip
def test_anything_but_a_whole_success_is_an_error(kibana: Kibana, status: int, body: bytes, told: str) -> None:
    kibana.answer = (status, body)
    with pytest.raises(KibanaError, match=told):
        upload(settings(kibana_url=kibana.address), built(SEEDS))


def test_without_a_server_the_message_says_what_to_check() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"  # bound, and nobody listens
        with pytest.raises(KibanaError, match="cannot be reached: check that it runs"):
            upload(settings(kibana_url=address), b"")


@pytest.mark.parametrize("url", ["", "localhost:5601", "ftp://kibana", "http://", "http://kibana:5601?a=b"])
def test_an_address_that_cannot_be_one(url: str) -> None:
    with pytest.raises(SettingsError, match="VEILLE_KIBANA_URL"):
        upload(settings(kibana_url=url), b"")


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="VEILLE_KIBANA_USER") as raised:
        upload(settings(kibana_url="http://me:hidden-word@kibana:5601"), b"")
    assert "hidden-word" not in str(raised.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.serial_number(7).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
        key, hashes.SHA256()
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "kibana.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(made.public_bytes(pem) + private)
    return path


def test_a_certificate_is_known_by_its_authority_or_fingerprint(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text().partition("-----BEGIN PRIVATE")[0])
    with running(context) as kibana:
        for trust in ({"kibana_ca_certs": certificate}, {"kibana_fingerprint": hashlib.sha256(der).hexdigest()}):
            assert upload(settings(kibana_url=kibana.address, **trust), built(SEEDS)) == len(kibana.objects)
        for distrust in ({}, {"kibana_fingerprint": "00" * 32}):
            with pytest.raises(KibanaError, match="certificate is not accepted: set VEILLE_KIBANA_CA_CERTS"):
                upload(settings(kibana_url=kibana.address, **distrust), built(SEEDS))
        assert len(kibana.paths) == 2


def test_an_authority_s_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"VEILLE_KIBANA_CA_CERTS: .*none\.pem: no such file"):
        upload(settings(kibana_url="https://kibana.example", kibana_ca_certs=tmp_path / "none.pem"), b"")


def test_the_command(kibana: Kibana, tmp_path: Path) -> None:
    kibana.credentials = basic("elastic", "s3cret")
    options = {"VEILLE_KIBANA_USER": "elastic", "VEILLE_KIBANA_PASSWORD": "s3cret"}
    done = call(tmp_path, "dashboards", "import", "--kibana", kibana.address, "--json", **options)
    assert json.loads(done.stdout)["imported"] == len(kibana.objects) == len(built(SEEDS).splitlines())
    refused = call(tmp_path, "dashboards", "import", VEILLE_KIBANA_URL=kibana.address)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "refuses the credentials" in refused.stderr
    assert "s3cret" not in done.stdout + done.stderr + refused.stderr


def test_a_file_of_one_s_own(kibana: Kibana, tmp_path: Path) -> None:
    (tmp_path / "mine.ndjson").write_bytes(built(SEEDS).splitlines(keepends=True)[0])
    done = call(tmp_path, "dashboards", "import", "mine.ndjson", "--kibana", kibana.address)
    assert (done.returncode, len(kibana.objects)) == (0, 1), done.stderr
    missing = call(tmp_path, "dashboards", "import", "none.ndjson", "--kibana", kibana.address)
    assert (missing.returncode, missing.stderr.strip()) == (
        1,
        "veille: none.ndjson: cannot be read: No such file or directory",
    )
