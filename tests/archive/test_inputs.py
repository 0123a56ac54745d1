from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from processors.archive.framing import BadRecord
from processors.archive.inputs import STDIN, open_inputs
from processors.archive.reader import PAGE_LIMIT, read_pages
from processors.exceptions import InputError
from processors.models.articles import Page
from tests.archive.warcs import pages_warc

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "in"
    (inputs / "deep").mkdir(parents=True)
    (inputs / "a.txt").write_text("Title\nAuteur: A B\nText.")
    (inputs / "deep" / "b.html").write_text("<p>Page</p>")
    (inputs / "c.jsonl").write_text('{"text": "one"}\n\n{"text": "three"}\n')
    (inputs / "notes.md").write_text("not an input")
    return inputs


def read(paths: list[Path]) -> list[Page]:
    return [page for path in paths for page in read_pages(path) if isinstance(page, Page)]


def test_files_become_records_that_name_file_and_line(folder: Path, tmp_path: Path) -> None:
    (archived,) = open_inputs([folder], tmp_path / "archive", NOW)
    assert [(page.url, page.body, page.content_type) for page in read([archived])] == [
        ("input:in/a.txt", b"Title\nAuteur: A B\nText.", "text/plain; charset=utf-8"),
        ("input:in/c.jsonl#1", b'{"text": "one"}', "application/json"),
        ("input:in/c.jsonl#3", b'{"text": "three"}', "application/json"),
        ("input:in/deep/b.html", b"<p>Page</p>", "text/html"),
    ]


def test_the_same_input_is_archived_once_and_keeps_its_first_time(folder: Path, tmp_path: Path) -> None:
    first = open_inputs([folder], tmp_path / "archive", NOW)
    assert open_inputs([folder], tmp_path / "archive", LATER) == first
    assert {page.fetched_at for page in read(first)} == {NOW}
    (folder / "a.txt").write_text("Another title")
    assert open_inputs([folder], tmp_path / "archive", LATER) != first


def test_standard_input(tmp_path: Path) -> None:
    paths = open_inputs([STDIN], tmp_path / "archive", NOW, BytesIO(b'{"text": "x"}\n'))
    assert [page.url for page in read(paths)] == ["input:stdin#1"]


def test_a_warc_from_outside_is_kept_and_one_in_the_archive_stays_where_it_is(tmp_path: Path) -> None:
    outside = tmp_path / "cc.warc.gz"
    outside.write_bytes(pages_warc(2, gzip=True)[0])
    (kept,) = open_inputs([outside], tmp_path / "archive", NOW)
    assert kept.parent == tmp_path / "archive"
    assert len(read([kept])) == 2
    assert open_inputs([kept], tmp_path / "archive", NOW) == [kept]


def test_an_input_that_is_too_large_is_named(tmp_path: Path) -> None:
    big = tmp_path / "big.jsonl"
    big.write_bytes(b'{"text": "' + b"x" * (PAGE_LIMIT + 1) + b'"}\n{"text": "small"}\n')
    (archived,) = open_inputs([big], tmp_path / "archive", NOW)
    first, second = read_pages(archived)
    assert isinstance(first, BadRecord)
    assert first.url == "input:big.jsonl#1"
    assert isinstance(second, Page)


@pytest.mark.parametrize("name", ["absent.html", "in/notes.md", "empty"])
def test_paths_that_cannot_be_read_are_named(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=Path(name).name):
        open_inputs([tmp_path / name], tmp_path / "archive", NOW)


def test_no_half_written_archive_is_left_behind(folder: Path, tmp_path: Path) -> None:
    (folder / "z.html").symlink_to(folder / "z.html")  # cannot be opened: a loop
    with pytest.raises(InputError):
        open_inputs([folder / "a.txt", folder / "z.html"], tmp_path / "archive", NOW)
    assert list((tmp_path / "archive").glob("*")) == [] or not (tmp_path / "archive").exists()
