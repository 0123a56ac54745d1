"""A connection to a server on which bad things happen, at the will of a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

Fate = Literal["pass", "mute", "cut", "refuse"]
"""What becomes of a request: answered; delivered, and the answer never comes; the connection ends before it is sent; a
503 instead, as a node or a balancer in front of it gives that is not ready."""

_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)

Meddle = Callable[[bytes], Fate]
"""Given what the client sends: the bytes of a request's head and body come in one or more pieces."""


@contextmanager
def meddled(address: str, meddle: Meddle) -> Iterator[str]:
    """The address that leads to `address` through meddle; each piece of each request goes by it."""
    parts = urlsplit(address)
    assert parts.hostname
    target = (parts.hostname, parts.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=_accept, args=(listening, target, meddle), daemon=True)
        accepting.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{f'?{parts.query}' if parts.query else ''}"
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listening: socket.socket, target: tuple[str, int], meddle: Meddle) -> None:
    with suppress(OSError):  # it is closed when the test is over
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_serve, args=(client, target, meddle), daemon=True).start()


def _serve(client: socket.socket, target: tuple[str, int], meddle: Meddle) -> None:
    muted = threading.Event()
    server: socket.socket | None = None
    with client, suppress(OSError):
        while piece := client.recv(65536):
            fate = meddle(piece)
            if fate == "cut":
                break
            if fate == "refuse":
                client.sendall(_REFUSAL)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):  # what is left of the request, so that the answer is not lost
                    pass
                break
            if server is None:
                server = socket.create_connection(target)
                threading.Thread(target=_answer, args=(server, client, muted), daemon=True).start()
            if fate == "mute":
                muted.set()
            server.sendall(piece)
    if server is not None:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


def _answer(server: socket.socket, client: socket.socket, muted: threading.Event) -> None:
    with suppress(OSError):
        while piece := server.recv(65536):
            if not muted.is_set():
                client.sendall(piece)
        if not muted.is_set():
            client.shutdown(socket.SHUT_RDWR)
