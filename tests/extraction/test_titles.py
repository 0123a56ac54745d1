"""Which of a page's wordings is its title. Each case is a way of marking up a heading, on pages made up for it."""

from __future__ import annotations

import json

import pytest

from processors.extraction.extract import extract
from tests.extraction.pages import PARAGRAPHS, document

SITE = '<meta property="og:site_name" content="The Outlet">'
NAMES_HEADING = "<nav><ol><li>Home</li><li><h1>Border: Three hundred soldiers sent east in a hurry</h1></li></ol></nav>"


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


def headline(title: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": title})}</script>'


def title_of(head: str, body: str) -> str:
    return extract(document(f"{SITE}{head}", f"{body}<article>{PARAGRAPHS}</article>")).title


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        pytest.param(
            og("Border: Three hundred soldiers sent east in a hurry")
            + headline("A garrison empties overnight")
            + "<title>Border: Three hundred soldiers sent east in a hurry</title>",
            NAMES_HEADING + "<hgroup><p>Border</p><h2>A garrison empties overnight</h2></hgroup>",
            "A garrison empties overnight",
            id="an h1 in a nav names the place in a menu; the heading below it is the article's",
        ),
        pytest.param(
            og("A garrison empties overnight")
            + headline("Border: Three hundred soldiers sent east in a hurry")
            + "<title>Border: Three hundred soldiers sent east in a hurry - The Outlet</title>",
            NAMES_HEADING + "<h2><span>Convoy on the move</span> A garrison empties overnight</h2>",
            "A garrison empties overnight",
            id="the heading below also holds a kicker that og:title leaves out",
        ),
        pytest.param(
            og("A garrison empties overnight")
            + headline("How large is the convoy?")
            + "<title>How large is the convoy? - The Outlet</title>",
            "<p>Home &gt; <span><h1>How large is the convoy?</h1></span></p>"
            "<h2 itemprop='headline'>A garrison empties overnight</h2>",
            "A garrison empties overnight",
            id="microdata says which heading is the headline",
        ),
        pytest.param(
            og("A garrison empties overnight"),
            "<div itemscope><h3 itemprop='headline'>Harvest begins early</h3></div>"
            "<h1>A garrison empties overnight</h1>",
            "A garrison empties overnight",
            id="the headline of a teaser is not the page's",
        ),
        pytest.param(
            og("A garrison empties overnight"),
            "<h1>Save this</h1><h1>A garrison empties overnight</h1>",
            "A garrison empties overnight",
            id="the first h1 is a button's name",
        ),
        pytest.param(
            "<title>A garrison empties overnight | The Outlet</title>",
            "<h1>The Outlet</h1>",
            "A garrison empties overnight",
            id="the h1 is the site's name",
        ),
        pytest.param(
            "<title>The Outlet</title>", "<h1>The Outlet</h1>", "The Outlet", id="there is nothing but the site's name"
        ),
        pytest.param(
            og("A garrison empties overnight") + "<title>A garrison empties overnight</title>",
            "<nav><header><h1>A garrison empties overnight</h1></header></nav>",
            "A garrison empties overnight",
            id="the only heading is in a nav",
        ),
        pytest.param(
            og("Soldiers, lorries, silence") + headline("A garrison empties overnight"),
            "<h1>A garrison empties overnight</h1><h2>Soldiers, lorries, silence</h2>",
            "A garrison empties overnight",
            id="an h1 outside navigation comes before an h2",
        ),
        pytest.param(
            og("A garrison empties overnight") + "<title>A garrison empties overnight</title>",
            "<h1><span>Border</span><span>A garrison empties overnight</span></h1>",
            "A garrison empties overnight",
            id="a kicker within the h1, with no space after it",
        ),
        pytest.param(
            headline("Border: A garrison empties overnight"),
            "<h1><span>Border</span> <span>A garrison empties overnight</span></h1>",
            "Border: A garrison empties overnight",
            id="the heading's parts are joined as the page itself writes them",
        ),
        pytest.param(
            og("Silence"),
            "<h1>Soldiers left, then silence</h1>",
            "Soldiers left, then silence",
            id="no kicker that long",
        ),
        pytest.param(
            headline("Three hundred soldiers left a garrison that the…")
            + og("Three hundred soldiers left a garrison that the ..."),
            "<h1>Three hundred soldiers left a garrison that the ministry had closed</h1>",
            "Three hundred soldiers left a garrison that the ministry had closed",
            id="a wording cut short speaks for the whole one",
        ),
        pytest.param(
            "<title>Three hundred soldiers left | The Outlet | by Ann Cee</title>",
            "",
            "Three hundred soldiers left",
            id="what follows the site's name",
        ),
        pytest.param(
            "<title>Three hundred soldiers left * The Outlet</title>", "", "Three hundred soldiers left", id="a star"
        ),
        pytest.param(
            "<title>A garrison empties - Outlet war - what next</title>",
            "",
            "A garrison empties - Outlet war - what next",
            id="a part that only resembles the site's name stays",
        ),
        pytest.param(
            '<meta itemprop="headline" content="A garrison empties overnight">',
            "",
            "A garrison empties overnight",
            id="a headline in a meta element",
        ),
    ],
)
def test_titles(head: str, body: str, title: str) -> None:
    assert title_of(head, body) == title
