"""A server that asks for passwords over TLS: roles of docs/elasticsearch-roles.yml, certificates made for it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct

from processors.config import Settings
from processors.pipeline.workspace import locked
from processors.urls import digest
from tests.elasticsearch.fixtures import enter_server
from tests.elasticsearch.node import Account, Node, Security

PASSWORDS = {name: f"{name}-Passwort-7f3k" for name in ("elastic", "init", "writer", "reader", "nobody")}
ROLES = Path(__file__).parents[2] / "docs" / "elasticsearch-roles.yml"
_YEAR = timedelta(days=365)


class Secured(Struct, frozen=True):
    """authority: PEM file that signed the certificate; stranger: one that did not. fingerprint: of the certificate."""

    address: str
    authority: Path
    stranger: Path
    fingerprint: str

    def variables(self, user: str, **changed: str) -> dict[str, str]:
        """The settings of an account, as environment variables."""
        return {
            "VEILLE_STORE": self.address,
            "VEILLE_ELASTICSEARCH_USER": user,
            "VEILLE_ELASTICSEARCH_PASSWORD": PASSWORDS[user],
            "VEILLE_ELASTICSEARCH_CA_CERTS": str(self.authority),
            **changed,
        }

    def settings(self, user: str, **changed: str) -> Settings:
        values = {name.removeprefix("VEILLE_").lower(): value for name, value in self.variables(user).items()}
        return Settings.model_validate({**values, **changed})


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The server, one for all test processes of this session."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "secured"
    node = Node(
        f"secured-{digest(str(shared))[:8]}",
        security=Security(
            PASSWORDS["elastic"],
            tuple(Account(name, PASSWORDS[name], (f"veille_{name}",)) for name in ("init", "writer", "reader")),
            ROLES.read_text(encoding="utf-8"),
        ),
        settings={
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.key": "http.key",
            "xpack.security.http.ssl.certificate": "http.crt",
        },
    )
    with locked(shared, wait=True):
        if not (shared / "fingerprint").exists():
            _make_certificates(shared)
        config = node.folder / "config"
        config.mkdir(parents=True, exist_ok=True)
        for name in ("http.key", "http.crt"):
            (config / name).write_bytes((shared / name).read_bytes())
    with ExitStack() as stack:
        address = enter_server(stack, node)
        yield Secured(address, shared / "ca.crt", shared / "stranger.crt", (shared / "fingerprint").read_text())


def _make_certificates(folder: Path) -> None:
    key, authority = _authority("Veille test authority")
    (folder / "ca.crt").write_bytes(_pem(authority))
    (folder / "stranger.crt").write_bytes(_pem(_authority("A stranger")[1]))
    server_key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder("127.0.0.1", server_key)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "http.crt").write_bytes(_pem(certificate))
    (folder / "http.key").write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "fingerprint").write_text(certificate.fingerprint(hashes.SHA256()).hex(":"))


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(name, key)
        .issuer_name(_name(name))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _builder(name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEAR)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
