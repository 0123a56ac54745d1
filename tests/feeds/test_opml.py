"""Feed lists: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.exceptions import SeedError
from processors.feeds.opml import read_opml, write_opml
from processors.models.feeds import Feed

REPOSITORY = Path(__file__).resolve().parents[2]


def _write(folder: Path, body: str) -> Path:
    path = folder / "feeds.opml"
    path.write_text(
        f'<?xml version="1.0"?>\n<opml version="2.0">\n<body>\n{body}\n</body>\n</opml>\n', encoding="utf-8"
    )
    return path


def test_attributes_and_folders(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        """<outline text="Agencies">
        <outline type="rss" text="A" xmlUrl="https://a.example/rss" htmlUrl="https://a.example/" language="fr-CA"
          country="ca"/>
        <outline title="B" text="other" xmlUrl="https://b.example/rss" category="ministry" country="INT"/>
        <outline text="A again" xmlUrl="https://a.example/rss"/>
        </outline>""",
    )
    assert read_opml(path) == [
        Feed("https://a.example/rss", "A", "fr", "CA", "Agencies", "https://a.example/"),
        Feed("https://b.example/rss", "B", None, "INT", "ministry"),
    ]


@pytest.mark.parametrize(
    ("outline", "line", "field"),
    [
        ('<outline text="A" xmlUrl="ftp://a.example/"/>', 4, "xmlUrl"),
        ('<outline text="A" xmlUrl=""/>', 4, "xmlUrl"),
        ('<outline text="A" type="rss"/>', 4, "xmlUrl"),
        ('\n<outline text="A" xmlUrl="http://a.example/" language="french"/>', 5, "language"),
        ('<outline text="A" xmlUrl="http://a.example/" country="France"/>', 4, "country"),
        ('<outline text="A" xmlUrl="http://a.example/" htmlUrl="javascript:x"/>', 4, "htmlUrl"),
        ('<outline xmlUrl="http://a.example/"/>', 4, "title"),
    ],
)
def test_errors_name_file_line_and_field(tmp_path: Path, outline: str, line: int, field: str) -> None:
    path = _write(tmp_path, outline)
    with pytest.raises(SeedError) as caught:
        read_opml(path)
    assert (caught.value.line, caught.value.field) == (line, field)
    assert str(caught.value).startswith(f"{path}:{line}: {field}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<opml><body><outline", "not well-formed"),
        ("", "not well-formed"),
        ("<rss/>", "is not OPML"),
        ("<opml/>", "is not OPML"),
        ("<opml><body/></opml>", "lists no feeds"),
        ('<!DOCTYPE opml [<!ENTITY x "y">]><opml><body><outline text="&x;"/></body></opml>', "DTD"),
        ('<!DOCTYPE opml SYSTEM "http://127.0.0.1/x.dtd"><opml><body/></opml>', "DTD"),
    ],
)
def test_files_that_are_no_feed_list(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(text)
    with pytest.raises(SeedError, match=message):
        read_opml(path)
    with pytest.raises(SeedError, match="cannot be read"):
        read_opml(tmp_path / "absent.opml")


_words = st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(lambda text: text and text.isprintable())
_feeds = st.builds(
    Feed,
    st.integers(0, 10**6).map(lambda n: f"https://site.example/feed?n={n}&x=<y>"),
    _words,
    st.sampled_from(["fr", "uk", None]),
    st.sampled_from(["FR", "INT", None]),
    st.none() | _words,
    st.none() | st.just("https://site.example/"),
)


@given(st.lists(_feeds, min_size=1, unique_by=lambda feed: feed.url))
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, feeds: list[Feed]) -> None:
    path = tmp_path_factory.getbasetemp() / "written.opml"
    path.write_text(write_opml(feeds), encoding="utf-8")
    assert read_opml(path) == feeds


@pytest.mark.skipif(not (REPOSITORY / "seeds" / "feeds.opml").exists(), reason="no seeds/feeds.opml")
def test_the_seed_list_is_read() -> None:
    feeds = read_opml(REPOSITORY / "seeds" / "feeds.opml")
    assert all(feed.language and feed.country and feed.category for feed in feeds)
