"""A small server that answers POST [/s/SPACE]/api/saved_objects/_import as Kibana's route does."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROUTE = "/api/saved_objects/_import"


@dataclass
class Kibana:
    """address: for VEILLE_KIBANA_URL. credentials: the authorization header it wants, "" for none.

    answer: (status, body) in place of what it would say. objects: what it holds, by type and id.
    """

    address: str = ""
    credentials: str = ""
    spaces: tuple[str, ...] = ()
    answer: tuple[int, bytes] | None = None
    objects: dict[str, Any] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Kibana]:
    kibana = Kibana()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kibana.paths.append(self.path)
            status, answer = kibana.answer or _answer(kibana, self, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kibana.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield kibana
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(kibana: Kibana, request: Any, body: bytes) -> tuple[int, bytes]:
    parts = urlsplit(request.path)
    path = parts.path.removeprefix("/s/" + kibana.spaces[0]) if kibana.spaces else parts.path
    if path != ROUTE:
        return _said(404, "Not Found")
    if kibana.credentials and request.headers["authorization"] != kibana.credentials:
        return _said(401, "Unauthorized")
    if not request.headers["kbn-xsrf"]:
        return _said(400, "Request must contain a kbn-xsrf header.")
    form = message_from_bytes(
        b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + body, policy=HTTP
    )
    files = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    if set(files) != {"file"}:
        return _said(400, "[request body.file]: expected value of type [Stream]")
    if not (files["file"].get_filename() or "").endswith(".ndjson"):
        return _said(400, "Invalid file extension")
    lines = [json.loads(line) for line in files["file"].get_payload(decode=True).splitlines()]
    return 200, json.dumps(_imported(kibana, lines, parse_qs(parts.query))).encode()


def _imported(kibana: Kibana, lines: list[Any], query: dict[str, list[str]]) -> dict[str, Any]:
    """Success only if nothing is there already (but for overwrite), and all data views and searches referred to are."""
    given = {f"{one['type']}:{one['id']}": one for one in lines}
    errors = []
    for one in lines:
        missing = [
            {"type": ref["type"], "id": ref["id"]}
            for ref in one["references"]
            if ref["type"] in ("index-pattern", "search") and f"{ref['type']}:{ref['id']}" not in given
        ]
        if missing:
            error: dict[str, Any] = {"type": "missing_references", "references": missing}
            errors.append({"type": one["type"], "id": one["id"], "error": error})
    if query.get("overwrite") != ["true"]:
        errors += [
            {"type": given[key]["type"], "id": given[key]["id"], "error": {"type": "conflict"}}
            for key in given.keys() & kibana.objects.keys()
        ]
    if errors:
        return {"success": False, "successCount": len(lines) - len(errors), "errors": errors}
    kibana.objects |= given
    return {"success": True, "successCount": len(lines), "successResults": []}


def _said(status: int, message: str) -> tuple[int, bytes]:
    return status, json.dumps({"statusCode": status, "message": message}).encode()
