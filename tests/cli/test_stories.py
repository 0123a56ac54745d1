"""The sample site's stories, as its own labels have them: copies are one story, and no story holds two."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from processors.config import Settings
from processors.demo.content import load_articles
from processors.demo.site import SampleSite
from tests.cli.conftest import Veille

SAMPLE_SITE = Settings(_env_file=None).seeds / "sample_site"


@pytest.fixture
def stories(veille: Veille) -> dict[str, str]:
    """The story of each article of the demo, by address."""
    found = json.loads(veille("search", "*", "--json", "--limit", "200").stdout)
    return {hit["url"]: hit["story"] for hit in found["hits"]}


def test_a_copy_is_in_the_story_of_its_original(stories: dict[str, str]) -> None:
    urls = {article.key: article.url for article in load_articles(SAMPLE_SITE)}
    expected = SampleSite.load(SAMPLE_SITE, datetime(2026, 1, 1, tzinfo=UTC)).expected
    copies = {url: urls[truth.copy_of] for url, truth in expected.items() if truth.copy_of}
    assert copies
    assert {url: stories[url] for url in copies} == {url: stories[original] for url, original in copies.items()}


def test_no_story_holds_two(stories: dict[str, str]) -> None:
    expected = SampleSite.load(SAMPLE_SITE, datetime(2026, 1, 1, tzinfo=UTC)).expected
    told = defaultdict(set)
    for url, story in stories.items():
        if url in expected:
            told[story].add(expected[url].story or url)
    assert {story: names for story, names in told.items() if len(names) > 1} == {}
