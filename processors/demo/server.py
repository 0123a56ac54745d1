"""The HTTP server under the sample site: a proxy that answers from a table of pages and forwards nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from processors.demo.render import Response


class Request(NamedTuple):
    """One line of the request log."""

    method: str
    url: str
    status: int


class SampleServer(ThreadingHTTPServer):
    """A running site. `requests` is the log so far; `reset` forgets the log and which pages have healed."""

    daemon_threads = True
    request_queue_size = 128  # a crawl opens many connections at once

    def __init__(self, pages: Mapping[str, Response], port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._pages = pages
        self._hosts = {urlsplit(url).netloc for url in pages}
        self._lock = threading.Lock()
        self._log: list[Request] = []
        self._asked: set[str] = set()

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def requests(self) -> tuple[Request, ...]:
        with self._lock:
            return tuple(self._log)

    def reset(self) -> None:
        with self._lock:
            self._log.clear()
            self._asked.clear()

    def answer(self, url: str, headers: Message) -> Response:
        """The response to a GET of `url` with these request headers."""
        page = self._pages.get(url)
        if page is None:
            return self._missing(url)
        with self._lock:
            is_first = url not in self._asked
            self._asked.add(url)
        if page.first is not None and is_first:
            return page.first
        return _not_modified(page) if _is_current(page, headers) else page

    def record(self, request: Request) -> None:
        with self._lock:
            self._log.append(request)

    def _missing(self, url: str) -> Response:
        host = urlsplit(url).netloc
        if host in self._hosts:
            return _text(404, f"No page {url} on the sample site.\n")
        return _text(502, f"The sample site serves no host {host!r} and forwards nothing.\n")


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a SampleServer: absolute-form requests as a proxy, origin-form ones by Host."""

    protocol_version = "HTTP/1.1"
    server: SampleServer
    timeout = 30

    def do_GET(self) -> None:
        url = self._url()
        response = self.server.answer(url, self.headers)
        self.server.record(Request(self.command, url, response.status))
        try:
            self._send(response)
        except ConnectionError:
            self.close_connection = True  # the client has hung up, as one that caps page sizes does

    do_HEAD = do_GET

    def do_CONNECT(self) -> None:
        self.server.record(Request("CONNECT", self.path, 502))
        self.close_connection = True
        self._send(_text(502, "The sample site opens no tunnels; use http:// URLs.\n"))

    def _url(self) -> str:
        if self.path.startswith("/"):
            return normal(f"http://{self.headers.get('Host', '')}{self.path}")
        return normal(self.path)

    def _send(self, response: Response) -> None:
        body = response.body if isinstance(response.body, bytes) else response.body()
        self.send_response(response.status, _phrase(response.status))
        for name, value in response.headers.items():
            self.send_header(name, value)
        if any(name.lower() == "content-length" for name in response.headers):
            self.close_connection = True  # a length that lies must not spoil the next response
        elif response.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and response.status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep standard error clean: `requests` is the log."""


def normal(url: str) -> str:
    """The URL with a lower-case host, without port 80, fragment or an empty path."""
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix(":80")
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))


def _is_current(page: Response, headers: Message) -> bool:
    """Whether the client's copy is the one we hold; an If-None-Match outranks a date (RFC 9110, 13.2.2)."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        return page.headers.get("ETag", "") in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since, modified = headers.get("If-Modified-Since"), page.headers.get("Last-Modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False  # a date that cannot be read is ignored (RFC 9110, 13.1.3)


def _not_modified(page: Response) -> Response:
    kept = {name: value for name, value in page.headers.items() if name in ("ETag", "Last-Modified")}
    return Response(304, kept)


def _text(status: int, message: str) -> Response:
    return Response(status, {"Content-Type": "text/plain; charset=utf-8"}, message.encode())


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
