"""Pages that are broken, or made to break what reads them."""

from __future__ import annotations

import pytest

from processors.extraction.extract import extract
from tests.extraction.pages import PARAGRAPHS, TEXT, document, page


def script(*texts: str) -> str:
    return "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)


ANN = '{"@type": "NewsArticle", "headline": "Convoy leaves", "author": {"name": "Ann Cee"}}'


@pytest.mark.parametrize("tag", ["div", "span", "font", "ul><li", "article", "a href=x", "blockquote", "table><tr><td"])
@pytest.mark.parametrize("depth", [300, 100_000])
def test_elements_nested_deeper_than_the_parser_goes_lose_no_text(tag: str, depth: int) -> None:
    nested = f"<{tag}>" * depth
    article = extract(document("<title>Convoy leaves</title>", f"<h1>Convoy leaves</h1>{nested}{PARAGRAPHS}"))
    assert (article.title, article.text.split("\n")) == ("Convoy leaves", list(TEXT))


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(script('{"@type": "Organization", "name": ', ANN), id="a broken block before"),
        pytest.param(script(ANN, "[[[{"), id="a broken block after"),
        pytest.param(script(ANN.replace('"NewsArticle"', '["Thing", "NewsArticle"]')), id="types in a list"),
        pytest.param(script(f'{{"@graph": [{{"@type": "WebSite"}}, {ANN}]}}'), id="@graph"),
        pytest.param(script(ANN.replace("NewsArticle", "https://schema.org/NewsArticle")), id="a type's address"),
        pytest.param(script(ANN.replace("}}", "},}")), id="a comma too many"),
        pytest.param(script(ANN + ";"), id="a semicolon after it"),
        pytest.param(script(f"//<![CDATA[\n{ANN}\n//]]>"), id="CDATA in a comment"),
        pytest.param(script(ANN.replace('"', "&quot;")), id="escaped as if it were text"),
        pytest.param(script('{"@type": "WebSite"}' + ANN), id="two values in a block"),
        pytest.param(script(ANN.replace("Convoy leaves", "Convoy\nleaves")), id="a line end in a string"),
    ],
)
def test_json_ld_as_it_is_found(scripts: str) -> None:
    article = extract(document(scripts))
    assert (article.title, article.authors) == ("Convoy leaves", ("Ann Cee",))


def test_a_page_of_microdata_only() -> None:
    body = f"""<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">Convoy leaves</h2>
    <span itemprop="author" itemscope><b itemprop="name">Ann Cee</b></span>
    <time itemprop="datePublished" datetime="2026-03-02T08:00:00Z">Monday</time>
    <div itemprop="articleBody">{PARAGRAPHS}</div></div>"""
    article = extract(page(f"<title>Convoy leaves</title>{body}"))  # neither html nor head nor body
    assert (article.title, article.authors, article.text.split("\n")) == ("Convoy leaves", ("Ann Cee",), list(TEXT))
    assert (str(article.published_at), article.published_from) == ("2026-03-02 08:00:00+00:00", "text")


def test_a_page_from_right_to_left() -> None:
    sentence = "قالت الوزارة إن ثلاثمئة جندي غادروا الثكنة نحو الحدود الشرقية صباح يوم الاثنين، وسيبقون هناك حتى الصيف."
    title = "القافلة تغادر الثكنة"
    head = f'<meta name="author" content="\u202bآن سي\u202c"><meta property="og:title" content="\u200f{title}">'
    body = f"<h1>\u200f{title}</h1><article>{f'<p>{sentence}</p>' * 2}</article>"
    article = extract(page(f"<html lang=ar dir=rtl><head>{head}</head><body>{body}"))
    assert (article.title, article.authors, article.lang) == (title, ("آن سي",), "ar")
    assert article.text.split("\n")[0] == sentence


@pytest.mark.parametrize(
    "part",
    [
        "<span class='author" + "_" * 200_000 + "x'>Ann Cee</span>",
        "<span class='" + "author- " * 50_000 + "'>Ann Cee</span>",
        "<b>Author</b> of some. " * 20_000,
        "<div itemprop=author><b itemprop=name>Outlet</b></div>" * 20_000,
        "<title>" + "outlet - " * 50_000 + "</title>",
        "<h1>" + "a word " * 50_000 + "</h1>",
        "<h2>Another convoy</h2>" * 50_000,
        "<link rel=canonical href='https://elsewhere.example/'>" * 50_000,
        "<meta name=author content='" + "Ann Cee y " * 50_000 + "'>",
        "<meta name=author content='" + "(" * 50_000 + "'>",
    ],
)
def test_titles_and_authors_of_pages_made_to_take_long(part: str) -> None:
    """Each takes about a second at most; where time grows with the square of the length, a minute."""
    assert extract(document(body=f"{part}<article>{PARAGRAPHS}</article>")).text.endswith(TEXT[-1])
