"""Files that appear whole on a disk, in memory and on a real S3 server, and what is said when they cannot be had."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from processors.archive.framing import BadRecord
from processors.archive.inputs import open_inputs
from processors.archive.places import (
    Place,
    below,
    fetch,
    found,
    is_there,
    name_below,
    place,
    read_whole,
    remove_tree,
    replacing,
    send,
    write_whole,
)
from processors.archive.reader import read_page, read_pages
from processors.exceptions import ArchiveError, InputError
from processors.models.articles import Page
from tests.archive.s3 import bucket, s3_server  # noqa: F401  (fixtures)
from tests.archive.test_inputs import NOW


@pytest.fixture(params=["file", "memory", "s3"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty folder of each kind."""
    if request.param == "file":
        return place(f"file://{tmp_path}/archive")
    if request.param == "memory":
        return place(f"memory://{secrets.token_hex(6)}/archive")
    return place(f"{request.getfixturevalue('bucket')}/archive")


def test_a_file_is_written_read_listed_and_removed(folder: Place) -> None:
    write_whole(folder / "runs" / "a.json", b"first")
    write_whole(folder / "runs" / "a.json", b"second")
    assert read_whole(folder / "runs" / "a.json") == b"second"
    assert [name_below(path, folder) for path in found(folder / "runs", "*.json")] == ["runs/a.json"]
    remove_tree(folder / "runs")
    assert not is_there(folder / "runs" / "a.json")
    assert found(folder / "runs", "*") == []
    remove_tree(folder / "runs")


def test_a_file_that_was_cut_off_is_not_there(folder: Place) -> None:
    def cut_off() -> None:
        with replacing(folder / "a.json") as file:
            file.write(b"half of")
            raise KeyError

    with pytest.raises(KeyError):
        cut_off()
    assert not is_there(folder / "a.json")


def test_a_finished_file_moves_up_and_comes_back(folder: Place, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"data")
    send(tmp_path / "x.bin", folder / "deep" / "x.bin")
    assert not (tmp_path / "x.bin").exists()
    assert fetch(folder / "deep" / "x.bin", tmp_path / "back.bin").read_bytes() == b"data"


def test_inputs_are_archived_once_and_read_at_an_offset(folder: Place, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.html").write_text(f"<p>page {number}")
    (archived,) = open_inputs([tmp_path / "in"], folder, NOW)
    assert open_inputs([str(tmp_path / "in")], folder, NOW) == [archived]
    pages = [page for page in read_pages(archived) if isinstance(page, Page)]
    assert [page.body for page in pages] == [b"<p>page 0", b"<p>page 1", b"<p>page 2"]
    assert read_page(archived, pages[2].locator) == pages[2]


def test_a_warc_elsewhere_is_copied_into_the_archive_and_damage_costs_one_record(folder: Place, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "one"}\n{"text": "two"}\n{"text": "three"}\n')
    (whole,) = open_inputs([tmp_path / "in.jsonl"], tmp_path / "other", NOW)
    damaged = bytearray(read_whole(whole))
    second = damaged.index(b"\x1f\x8b", 10)
    damaged[second + 30] ^= 0xFF
    (tmp_path / "damaged.warc.gz").write_bytes(damaged)
    (kept,) = open_inputs([str(tmp_path / "damaged.warc.gz")], folder, NOW)
    assert name_below(kept, folder) == kept.name
    results = list(read_pages(kept))
    assert [result.offset for result in results if isinstance(result, BadRecord)] == [second]
    assert [page.body for page in results if isinstance(page, Page)] == [b'{"text": "one"}', b'{"text": "three"}']


def test_a_url_is_an_input_and_a_folder_of_them_too(bucket: str, tmp_path: Path) -> None:  # noqa: F811
    write_whole(place(f"{bucket}/in/a.html"), b"<p>a")
    write_whole(place(f"{bucket}/in/b.html"), b"<p>b")
    (one,) = open_inputs([f"{bucket}/in/a.html"], tmp_path, NOW)
    (both,) = open_inputs([f"{bucket}/in"], tmp_path, NOW)
    assert [len(list(read_pages(path))) for path in (one, both)] == [1, 2]
    with pytest.raises(InputError, match=r"in/c\.html.*no such file"):
        open_inputs([f"{bucket}/in/c.html"], tmp_path, NOW)


def test_names_that_lead_out_are_refused(folder: Place) -> None:
    for name in ("../x", "a/../../x", "/etc/passwd"):
        with pytest.raises(InputError):
            below(folder, name)


def test_a_missing_file_and_a_missing_bucket_are_told_apart(bucket: str) -> None:  # noqa: F811
    with pytest.raises(InputError, match="no such file"):
        read_whole(place(f"{bucket}/absent"))
    with pytest.raises(ArchiveError, match=r"s3://no-such-bucket.*no such bucket.*VEILLE_ARCHIVE"):
        read_whole(place("s3://no-such-bucket/absent"))
    with pytest.raises(ArchiveError, match="no such bucket"):
        write_whole(place("s3://no-such-bucket/absent"), b"")


def test_an_unreachable_server_and_missing_keys_are_said(
    s3_server: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ArchiveError, match=r"s3://b/x: cannot be reached.*AWS_ENDPOINT_URL"):
        read_whole(place("s3://b/x"))
    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ArchiveError, match=r"s3://b/x: no credentials: set AWS_ACCESS_KEY_ID"):
        read_whole(place("s3://b/x"))
    s3fs.S3FileSystem.clear_instance_cache()


def test_an_unknown_kind_of_url_is_said() -> None:
    with pytest.raises(ArchiveError, match="nosuch://x"):
        place("nosuch://x")
