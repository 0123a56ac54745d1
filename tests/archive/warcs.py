"""WARC files for the tests, made with warcio: a writer that is not ours."""

from __future__ import annotations

import uuid
from io import BytesIO

import msgspec
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = [("Content-Type", "text/html; charset=utf-8")]


def page_body(number: int) -> bytes:
    return f"<html><body><p>Convoy number {number} crossed the river at dawn.</p></body></html>".encode()


def add_response(
    writer: WARCWriter, url: str, body: bytes, headers: list[tuple[str, str]] = HTML, status: str = "200 OK"
) -> str:
    """Write a response; its record id."""
    record = writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": "2026-03-04T05:06:07Z",
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}>",
        },
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Record-ID"))


def add_note(writer: WARCWriter, url: str, about: str, note: object) -> None:
    writer.write_record(
        writer.create_warc_record(
            url,
            "metadata",
            payload=BytesIO(msgspec.json.encode(note)),
            warc_content_type="application/json",
            warc_headers_dict={"WARC-Concurrent-To": about},
        )
    )


def pages_warc(count: int, *, gzip: bool) -> tuple[bytes, list[int]]:
    """A WARC of so many pages (url https://outlet.example/N), and where each record starts."""
    file, starts = BytesIO(), []
    writer = WARCWriter(file, gzip=gzip)
    for number in range(count):
        starts.append(file.tell())
        add_response(writer, f"https://outlet.example/{number}", page_body(number))
    return file.getvalue(), starts
