"""Who wrote an article, by the ways in which pages say so. Pages and people are made up."""

from __future__ import annotations

import json

import pytest

from processors.extraction.extract import extract
from tests.extraction.pages import PARAGRAPHS, document

SITE = '<meta property="og:site_name" content="The Outlet">'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def authors_of(head: str, body: str = "") -> tuple[str, ...]:
    return extract(document(SITE + head, f"<h1>Convoy leaves</h1>{body}<article>{PARAGRAPHS}</article>")).authors


def script(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        pytest.param({"@type": "Person", "name": "Ann Cee"}, ("Ann Cee",), id="a person"),
        pytest.param([{"@type": "Person", "name": "Ann Cee"}, "Bob Dee"], ("Ann Cee", "Bob Dee"), id="a list"),
        pytest.param({"@list": [{"name": "Ann Cee"}, {"name": "Bob Dee"}]}, ("Ann Cee", "Bob Dee"), id="@list"),
        pytest.param({"@type": "Person", "givenName": "Ann", "familyName": "Cee"}, ("Ann Cee",), id="names in parts"),
        pytest.param({"name": ["Ann Cee", "Bob Dee"]}, ("Ann Cee", "Bob Dee"), id="a list of names"),
        pytest.param("By Ann Cee and Bob Dee", ("Ann Cee", "Bob Dee"), id="by, and"),
        pytest.param("Par Ann Cee et Bob Dee", ("Ann Cee", "Bob Dee"), id="par, et"),
        pytest.param("Анна Це и Борис Де", ("Анна Це", "Борис Де"), id="и"),
        pytest.param("Ann Cee y Bob Dee", ("Ann Cee", "Bob Dee"), id="y"),
        pytest.param("José Cee y Dee", ("José Cee y Dee",), id="a surname of two parts"),
        pytest.param("John E Cee", ("John E Cee",), id="an initial is no conjunction"),
        pytest.param("Ann Cee, Defence Correspondent", ("Ann Cee",), id="a role after the name"),
        pytest.param("Ann Cee, Bob Dee, Senior Reporter", ("Ann Cee", "Bob Dee"), id="a role after two names"),
        pytest.param("Ann Cee, envoyée spéciale", ("Ann Cee",), id="a role in French"),
        pytest.param("Outlet Staff Reporter", ("Outlet Staff Reporter",), id="a role that is all there is"),
        pytest.param("Cee, Ann", ("Ann Cee",), id="surname first"),
        pytest.param("AFP, DPA", ("AFP", "DPA"), id="two agencies"),
        pytest.param("Ann Cee (Image: Getty/iStock)", ("Ann Cee",), id="a picture's source in brackets"),
        pytest.param(["Ann Cee", "ann cee", "Bob Dee"], ("Ann Cee", "Bob Dee"), id="one name twice"),
        pytest.param(["Ann Cee", "AFP"], ("Ann Cee", "AFP"), id="an agency beside a person"),
        pytest.param([{"name": "Ann Cee"}, {"name": "The Outlet"}], ("Ann Cee",), id="the site beside a person"),
        pytest.param("https://outlet.example/people/ann", (), id="an address is no name"),
        pytest.param("김철수 기자", ("김철수",), id="a role in Korean"),
        pytest.param("鈴木一郎記者", ("鈴木一郎",), id="a role in Japanese"),
    ],
)
def test_authors_of_json_ld(author: object, names: tuple[str, ...]) -> None:
    assert authors_of(script({"@type": "NewsArticle", "headline": "Convoy leaves", "author": author})) == names


def test_a_second_node_of_the_same_article_names_its_author() -> None:
    full = {"@type": "NewsArticle", "headline": "Convoy leaves", "datePublished": "2026-03-03", "image": "/a.jpg"}
    named = {"@type": "Article", "headline": "Convoy leaves", "author": {"name": "Ann Cee"}}
    other = {"@type": "Article", "headline": "Harvest begins", "author": {"name": "Bob Dee"}}
    assert authors_of(script(full, other, named)) == ("Ann Cee",)


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        pytest.param(meta("author", "The Outlet"), "<a rel='author'>Ann Cee</a>", ("Ann Cee",), id="rel"),
        pytest.param(
            meta("article:author", "https://www.facebook.com/anncee"),
            "<p class='byline'>By <a>Ann Cee</a></p>",
            ("Ann Cee",),
            id="article:author may be an address",
        ),
        pytest.param(
            "",
            "<div itemprop='author' itemscope><meta itemprop='name' content='Ann Cee'><span>Sea and land</span></div>",
            ("Ann Cee",),
            id="microdata: the name within the author",
        ),
        pytest.param(
            "",
            "<div class='article-byline'><span>Ann Cee</span> <span>Bob Dee</span></div>",
            ("Ann Cee", "Bob Dee"),
            id="a span a name",
        ),
        pytest.param(
            "",
            "<div class='author'><a href='/ann'>Ann Cee</a><span>Lifestyle Writer</span></div>",
            ("Ann Cee",),
            id="a linked name with a role after it",
        ),
        pytest.param(
            "", "<p class='byline'>By Ann Cee and <a>Bob Dee</a></p>", ("Ann Cee", "Bob Dee"), id="one of two linked"
        ),
        pytest.param(
            meta("author", "The Outlet"),
            "<p class='byline'>Editing: Ann Cee and <a>Bob Dee</a></p>",
            ("The Outlet",),
            id="those who edited it",
        ),
        pytest.param("", "<p class='byline'><span>By</span><b>Ann Cee</b></p>", ("Ann Cee",), id="by without a space"),
        pytest.param("", "<span class='author-name bold'>Ann Cee</span>", ("Ann Cee",), id="one class of two"),
        pytest.param("", "<span class='ArticleAuthorName'>Ann Cee</span>", ("Ann Cee",), id="a class in camel case"),
        pytest.param("", "<span class='Byline_author__x7Yq2'>Ann Cee</span>", ("Ann Cee",), id="a CSS module's class"),
        pytest.param("", "<span class='author-bio'>Ann Cee</span>", (), id="what tells of an author names none"),
        pytest.param(
            meta("author", "The Outlet (www.outlet.example)"),
            "<ul><li><b>Date</b> 3 March 2026</li><li><b>Author</b> Ann Cee</li></ul>",
            ("Ann Cee",),
            id="a label and what follows it",
        ),
        pytest.param(
            "",
            "<dl><dt>Autorin/Autor:</dt><dd>Ann Cee, Bob Dee</dd></dl>",
            ("Ann Cee", "Bob Dee"),
            id="a label of a list of terms",
        ),
        pytest.param(
            "<title>Convoy leaves</title>",
            "<aside><b>By</b> Bob Dee</aside><p><b>By</b> <i>Ann Cee</i></p>",
            ("Ann Cee",),
            id="a label beside the text is another article's",
        ),
        pytest.param("", "<p class='byline'>Ann Cee 3 March 2026, 12:30</p>", ("Ann Cee",), id="a date after the name"),
        pytest.param("", "<p><b>Authors</b> of two plays were heard too.</p>", (), id="a word in a sentence"),
    ],
)
def test_authors_that_the_page_shows(head: str, body: str, names: tuple[str, ...]) -> None:
    assert authors_of(head, body) == names


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("<p><strong>Ann Cee</strong></p>", "", ("Ann Cee",)),
        ("<p>Nobody hurt</p><p><strong>Ann Cee/Bob Dee</strong></p>", "", ("Ann Cee", "Bob Dee")),
        ("", "<p><strong>Ann Cee</strong></p>", ("Ann Cee",)),
        ("<p><strong>القافلة تغادر</strong></p>", "", ()),  # without case nothing tells a name from a heading
        (PARAGRAPHS + "<p><strong>Ann Cee</strong></p>", "", ()),  # a heading within the text
    ],
)
def test_a_name_in_bold_before_or_after_the_text(before: str, after: str, names: tuple[str, ...]) -> None:
    page = document(meta("author", "Outlet") + SITE, f"<article>{before}{PARAGRAPHS}{after}</article>")
    assert extract(page).authors == (names or ("Outlet",))
