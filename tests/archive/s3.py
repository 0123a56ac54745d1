"""A real S3 server in this process, and a bucket in it for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from processors.archive.places import place


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Its address; AWS_* variables name it for as long as the tests run."""
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield address
    server.stop()


@pytest.fixture
def bucket(s3_server: str) -> str:
    """The URL of an empty bucket."""
    url = f"s3://veille-{secrets.token_hex(6)}"
    place(url).fs.mkdir(url)
    return url
