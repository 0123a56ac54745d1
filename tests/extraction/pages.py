"""A made-up page for the tests, with gaps for the head and the body."""

from __future__ import annotations

from datetime import UTC, datetime

from processors.models.articles import ArchiveLocator, Page

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
URL = "https://www.outlet.example/2026/03/03/convoy"
TEXT = (
    "The ministry said that three hundred soldiers had left the garrison for the eastern border on Monday morning.",
    "They will stay there until the summer, a spokeswoman said, and be relieved by a second battalion after that.",
    "Nobody was hurt when a lorry of the convoy left the road near the river, the regional police told reporters.",
)
PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)


def page(html: str | bytes, content_type: str = "text/html", **fields: object) -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(URL, body, NOW, ArchiveLocator("x.warc.gz", 7), content_type, **fields)  # type: ignore[arg-type]


def document(head: str = "", body: str = f"<article><h1>Convoy leaves</h1>{PARAGRAPHS}</article>") -> Page:
    return page(f"<html lang='en'><head>{head}</head><body>{body}</body></html>")
