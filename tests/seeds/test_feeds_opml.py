"""The bundled feed list: well formed, unique, described, and every address traced to where it was read."""

from __future__ import annotations

import csv
import ipaddress
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel import Locale

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
OPML = SEEDS / "feeds.opml"
SOURCES = SEEDS / "feeds-sources.csv"

CATEGORIES = {
    "agency",
    "national-media",
    "defence-press",
    "ministry",
    "think-tank",
    "international-organisation",
}
REQUIRED = ("type", "text", "title", "xmlUrl", "htmlUrl", "language", "country", "category")
LANGUAGES = {code for code in Locale("en").languages if re.fullmatch(r"[a-z]{2}", code)}
# Territories the locale data knows that ISO 3166-1 does not assign to a country.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
COUNTRIES = {code for code in Locale("en").territories if re.fullmatch(r"[A-Z]{2}", code)} - NOT_COUNTRIES
UNWANTED_HOSTS = ("news.google.com", "rsshub.app", "feeds.reuters.com", "feedburner.com")
REPOSITORY_PATH = re.compile(r"[\w.-]+/[\w.-]+:[^\s:/][^\s]*")


@pytest.fixture(scope="module")
def root() -> ET.Element:
    return ET.fromstring(OPML.read_bytes())


@pytest.fixture(scope="module")
def feeds(root: ET.Element) -> list[ET.Element]:
    return [node for node in root.iter("outline") if "xmlUrl" in node.attrib]


@pytest.fixture(scope="module")
def sources() -> list[dict[str, str]]:
    with SOURCES.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        assert reader.fieldnames == ["xml_url", "source"]
        return list(reader)


def normalised(url: str) -> str:
    """The address without what rarely tells two feeds apart: scheme, www, host case, final slash."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def test_is_opml_2(root: ET.Element) -> None:
    assert root.tag == "opml"
    assert root.get("version") == "2.0"
    assert [child.tag for child in root] == ["head", "body"]
    assert root.findtext("head/title")


def test_folders_are_the_categories(root: ET.Element, feeds: list[ET.Element]) -> None:
    folders = root.findall("body/outline")
    assert {folder.get("category") for folder in folders} == CATEGORIES
    assert len(folders) == len(CATEGORIES)
    for folder in folders:
        assert folder.get("text")
        assert len(folder) > 0
        assert {child.get("category") for child in folder} == {folder.get("category")}
    assert sum(len(folder) for folder in folders) == len(feeds)


def test_enough_feeds_and_languages(feeds: list[ET.Element]) -> None:
    assert len(feeds) >= 150
    languages = {feed.get("language") for feed in feeds}
    assert len(languages) >= 10
    assert {"fr", "en", "uk", "ru", "de", "es", "ar", "pl", "it", "pt", "tr", "nl"} <= languages


def test_required_attributes(feeds: list[ET.Element]) -> None:
    for feed in feeds:
        where = feed.get("xmlUrl")
        for name in REQUIRED:
            value = feed.get(name, "")
            assert value, f"{where}: no {name}"
            assert value == value.strip(), f"{where}: blanks around {name}"
        assert feed.get("type") == "rss", where
        assert feed.get("text") == feed.get("title"), where
        assert feed.get("language") in LANGUAGES, where
        assert feed.get("country") in COUNTRIES | {"INT"}, where
        assert feed.get("category") in CATEGORIES, where


def test_addresses_are_unique(feeds: list[ET.Element]) -> None:
    counts = Counter(normalised(feed.get("xmlUrl", "")) for feed in feeds)
    assert [url for url, count in counts.items() if count > 1] == []


def test_titles_are_unique(feeds: list[ET.Element]) -> None:
    counts = Counter((feed.get("title"), feed.get("language")) for feed in feeds)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("attribute", ["xmlUrl", "htmlUrl"])
def test_addresses_are_public_web_addresses(feeds: list[ET.Element], attribute: str) -> None:
    for feed in feeds:
        url = feed.get(attribute, "")
        assert re.fullmatch(r"[!-~]+", url), url
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}, url
        assert parts.username is None, url
        assert parts.password is None, url
        assert parts.port is None, url
        assert parts.fragment == "", url
        host = parts.hostname or ""
        assert re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host), url
        assert not host.endswith((".local", ".localhost", ".internal", ".lan", ".test", ".example")), url
        with pytest.raises(ValueError):
            ipaddress.ip_address(host)
        assert not any(host == bad or host.endswith(f".{bad}") for bad in UNWANTED_HOSTS), url
        assert "rsshub" not in url, url


def test_every_address_has_one_source_and_back(feeds: list[ET.Element], sources: list[dict[str, str]]) -> None:
    counts = Counter(row["xml_url"] for row in sources)
    assert [url for url, count in counts.items() if count > 1] == []
    assert set(counts) == {feed.get("xmlUrl") for feed in feeds}


def test_sources_name_a_file_or_a_page(sources: list[dict[str, str]]) -> None:
    for row in sources:
        source = row["source"]
        page = urlsplit(source)
        is_page = page.scheme in {"http", "https"} and bool(page.hostname)
        assert is_page or REPOSITORY_PATH.fullmatch(source), source
