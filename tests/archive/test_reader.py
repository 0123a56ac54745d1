from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.warcwriter import WARCWriter

from processors.archive.framing import RECORD_LIMIT, BadRecord
from processors.archive.reader import PAGE_LIMIT, read_page, read_pages
from processors.exceptions import InputError, NotFound
from processors.models.articles import Page
from tests.archive.warcs import HTML, add_note, add_response, page_body, pages_warc

COUNT = 6
SMALL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(folder: Path, data: bytes, name: str = "x.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def made(folder: Path, fill: Callable[[WARCWriter], object]) -> Path:
    file = BytesIO()
    fill(WARCWriter(file, gzip=True))
    return written(folder, file.getvalue())


def split(path: Path) -> tuple[list[Page], list[BadRecord]]:
    items = list(read_pages(path))
    return [item for item in items if isinstance(item, Page)], [item for item in items if isinstance(item, BadRecord)]


def test_page_with_the_note_that_follows_it(tmp_path: Path) -> None:
    note = {
        "kind": "page",
        "feed_url": "https://outlet.example/feed",
        "entry": {"id": "g1", "url": "https://outlet.example/a", "title": "A title"},
        "country": "FR",
        "language": "fr",
        "redirected_from": ["https://outlet.example/old"],
    }

    def fill(writer: WARCWriter) -> None:
        about = add_response(writer, "https://outlet.example/a", page_body(1))
        add_note(writer, "https://outlet.example/a", about, note)

    (page,), bad = split(made(tmp_path, fill))
    assert bad == []
    assert (page.url, page.body, page.feed_url) == (
        "https://outlet.example/a",
        page_body(1),
        "https://outlet.example/feed",
    )
    assert page.entry is not None
    assert (page.entry.title, page.country, page.language) == ("A title", "FR", "fr")
    assert page.fetched_at == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_feeds_errors_and_other_types_are_no_pages(tmp_path: Path) -> None:
    def fill(writer: WARCWriter) -> None:
        feed = add_response(writer, "https://outlet.example/feed", b"<rss/>", HTML)
        add_note(writer, "https://outlet.example/feed", feed, {"kind": "feed", "feed_url": "https://outlet.example/f"})
        add_response(writer, "https://outlet.example/gone", page_body(1), status="404 Not Found")
        add_response(writer, "https://outlet.example/img", b"\x89PNG", [("Content-Type", "image/png")])
        add_response(writer, "https://outlet.example/p", page_body(2))

    pages, bad = split(made(tmp_path, fill))
    assert [page.url for page in pages] == ["https://outlet.example/p"]
    assert bad == []


def test_a_damaged_note_costs_the_note_alone(tmp_path: Path) -> None:
    def fill(writer: WARCWriter) -> None:
        about = add_response(writer, "https://outlet.example/a", page_body(1))
        add_note(writer, "https://outlet.example/a", about, "no object")

    pages, bad = split(made(tmp_path, fill))
    assert [page.url for page in pages] == ["https://outlet.example/a"]
    assert [item.url for item in bad] == ["https://outlet.example/a"]


@pytest.mark.parametrize(
    ("header", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("gzip", bytes),  # archived decoded under its old header
    ],
)
def test_content_encodings(tmp_path: Path, header: str, encode: Callable[[bytes], bytes]) -> None:
    headers = [*HTML, ("Content-Encoding", header)]
    path = made(tmp_path, lambda writer: add_response(writer, "https://outlet.example/", encode(page_body(3)), headers))
    (page,), bad = split(path)
    assert page.body == page_body(3)
    assert bad == []


def test_chunked_payload(tmp_path: Path) -> None:
    body = page_body(4)
    chunked = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    headers = [*HTML, ("Transfer-Encoding", "chunked")]
    path = made(tmp_path, lambda writer: add_response(writer, "https://outlet.example/", chunked, headers))
    (page,), _ = split(path)
    assert page.body == body


def test_zip_bomb_and_oversized_record_are_named_and_cost_nothing_else(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>" + bytes(PAGE_LIMIT * 4))

    def fill(writer: WARCWriter) -> None:
        add_response(writer, "https://outlet.example/bomb", bomb, [*HTML, ("Content-Encoding", "gzip")])
        add_response(writer, "https://outlet.example/big", bytes(RECORD_LIMIT + 1))
        add_response(writer, "https://outlet.example/ok", page_body(5))

    pages, bad = split(made(tmp_path, fill))
    assert [page.url for page in pages] == ["https://outlet.example/ok"]
    assert [(item.url, "larger than" in item.reason) for item in bad] == [
        ("https://outlet.example/bomb", True),
        ("https://outlet.example/big", True),
    ]


@pytest.mark.parametrize("zipped", [True, False])
@SMALL
@given(data=st.data())
def test_a_flipped_bit_costs_at_most_the_record_it_is_in(tmp_path: Path, zipped: bool, data: st.DataObject) -> None:
    whole, starts = pages_warc(COUNT, gzip=zipped)
    position = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    hit = max(index for index, start in enumerate(starts) if start <= position)
    pages, bad = split(written(tmp_path, bytes(flipped), "x.warc.gz" if zipped else "x.warc"))
    bodies = {page.body for page in pages}
    assert {page_body(number) for number in range(COUNT) if number != hit} <= bodies
    assert bodies <= {page_body(number) for number in range(COUNT)}, "a damaged body was handed on"
    assert len(bad) <= 1 or not zipped


@pytest.mark.parametrize("zipped", [True, False])
@SMALL
@given(data=st.data())
def test_a_file_cut_short_gives_its_whole_records_and_names_the_cut_one(
    tmp_path: Path, zipped: bool, data: st.DataObject
) -> None:
    whole, starts = pages_warc(COUNT, gzip=zipped)
    end = data.draw(st.integers(1, len(whole) - 1))
    complete = sum(start <= end for start in [*starts[1:], len(whole)])
    pages, bad = split(written(tmp_path, whole[:end]))
    assert [page.body for page in pages][:complete] == [page_body(number) for number in range(complete)]
    assert len(pages) == complete
    assert len(bad) == (end not in starts)


@SMALL
@given(junk=st.binary(max_size=300))
def test_junk_between_records(tmp_path: Path, junk: bytes) -> None:
    whole, starts = pages_warc(3, gzip=True)
    pages, _ = split(written(tmp_path, whole[: starts[1]] + junk + whole[starts[1] :]))
    assert [page.body for page in pages] == [page_body(number) for number in range(3)]


@SMALL
@given(data=st.binary(max_size=2000))
def test_any_bytes_are_read_without_another_exception(tmp_path: Path, data: bytes) -> None:
    assert all(isinstance(item, Page | BadRecord) for item in read_pages(written(tmp_path, data)))
    list(read_pages(written(tmp_path, gzip.compress(data))))
    list(read_pages(written(tmp_path, gzip.compress(b"WARC/1.0\r\nContent-Length: 9\r\n" + data))))


def test_one_gzip_member_around_the_whole_file(tmp_path: Path) -> None:
    plain, _ = pages_warc(COUNT, gzip=False)
    pages, bad = split(written(tmp_path, gzip.compress(plain)))
    assert [page.body for page in pages] == [page_body(number) for number in range(COUNT)]
    assert bad == []


@pytest.mark.parametrize("zipped", [True, False])
def test_a_page_is_found_again_by_its_locator(tmp_path: Path, zipped: bool) -> None:
    path = written(tmp_path, pages_warc(COUNT, gzip=zipped)[0])
    for page in split(path)[0]:
        assert read_page(path, page.locator) == page
    last = split(path)[0][-1]
    with pytest.raises(NotFound):
        read_page(path, last.locator, "https://elsewhere.example/")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent"):
        list(read_pages(tmp_path / "absent.warc.gz"))
