"""The fixture that gives tests a running server: import it in a conftest.py, or in the test module that uses it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.elasticsearch.install import Unavailable
from tests.elasticsearch.node import Node
from tests.elasticsearch.server import running_server


def enter_server(stack: ExitStack, node: Node | None = None) -> str:
    """The address of a server that runs until the stack is left; without what it needs: a skip, in CI a failure."""
    try:
        return stack.enter_context(running_server(node))
    except Unavailable as reason:
        message = f"{reason} Or set VEILLE_TEST_ELASTICSEARCH to the address of a server of your own."
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def elasticsearch_address() -> Iterator[str]:
    """The address of the server that all test processes share; whoever uses it names indices of its own."""
    with ExitStack() as stack:
        yield enter_server(stack)
