"""A hostile site in one place: what it serves, and the outcome that a good crawler gives each address."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from typing import Any

from processors.demo.site import Response

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<html><head><title>t</title></head><body><p>text</p></body></html>"
BOMB = gzip.compress(b"\0" * 30_000_000)  # 29 kB that become 30 MB

# path of an entry of main.example → (outcome, a part of the detail, least number of requests that reach the server)
ENTRIES: dict[str, tuple[str, str, int]] = {
    "/ok": ("fetched", "", 1),
    "/relative": ("fetched", "", 1),
    "/moved": ("fetched", "", 1),
    "/null-bytes": ("fetched", "", 1),
    "/empty": ("fetched", "", 1),
    "/no-type": ("fetched", "", 1),
    "/heals": ("fetched", "", 2),
    "/not-found": ("gone", "HTTP 404", 1),
    "/gone": ("gone", "HTTP 410", 1),
    "/forbidden": ("gone", "HTTP 403", 1),
    "/gone-json": ("gone", "HTTP 404", 1),
    "/broken": ("failed", "HTTP 500", 2),
    "/busy": ("failed", "HTTP 429", 1),
    "/slow": ("failed", "took longer", 1),
    "/bad-gzip": ("failed", "", 1),
    "/loop": ("failed", "max redirections", 9),
    "/fifty-mb": ("too-large", "larger than", 1),
    "/bomb": ("too-large", "once decompressed", 1),
    "/video": ("not-html", "video/mp4", 1),
    "/heals-as-text": ("fetched", "", 2),
    "/private/page": ("robots", "robots.txt", 0),
    "/to-loopback": ("refused", "127.0.0.1 is not a public address", 1),
    "/to-metadata": ("refused", "169.254.169.254 is not a public address", 1),
    "/to-ipv6": ("refused", "::1 is not a public address", 1),
    "/to-decimal": ("refused", "2130706433 is not a public address", 1),
    "/to-localhost": ("refused", "localhost is not a public address", 1),
    "/to-file": ("refused", "only http and https", 1),
}

# links of main.example that must cost no request at all
REFUSED_LINKS = (
    "http://10.0.0.1/x",
    "http://0x7f.1/x",
    "http://[::ffff:127.0.0.1]/x",
    "http://100.64.0.1/x",
    "http://224.0.0.1/x",
    "http://localhost./x",
    "http://db.internal/x",
    "http://main.example@127.0.0.1/x",
    "ftp://main.example/x",
    "http://main.example:99999/x",
    "http://main.example/" + "x" * 5000,
)


def rss(items: str, head: str = "") -> bytes:
    channel = f"<channel><title>t</title>{head}{items}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'.encode()


def item(link: str, guid: str | None = None, date: str = "", title: str = "a title") -> str:
    when = f"<pubDate>{date}</pubDate>" if date else ""
    name = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<item><title>{title}</title><link>{link}</link>{name}{when}</item>"


def feed(body: bytes | Callable[[], bytes], **headers: str) -> Response:
    return Response(200, {"Content-Type": "application/rss+xml", **headers}, body)


def pages(released: threading.Event) -> dict[str, Response]:
    """Every URL of the site. The slow page answers once `released` is set, or after 20 seconds."""
    site: dict[str, Response] = {}
    site.update(_main(released))
    site.update(_others())
    return site


def _main(released: threading.Event) -> dict[str, Response]:
    def slow() -> bytes:
        released.wait(20)
        return PAGE

    def to(location: str, status: int = 302) -> Response:
        return Response(status, {"Location": location}, b"moved")

    answers = {
        "/ok": Response(200, HTML, PAGE),
        "/relative": Response(200, HTML, PAGE),
        "/moved": to("/new-place", 301),
        "/new-place": Response(200, HTML, PAGE),
        "/null-bytes": Response(200, HTML, b"\0\0" + PAGE + b"\0"),
        "/empty": Response(200, HTML, b""),
        "/no-type": Response(200, {}, PAGE),
        "/heals": Response(200, HTML, PAGE, first=Response(503, {"Retry-After": "0"}, b"wait")),
        "/heals-as-text": Response(
            200, HTML, PAGE, first=Response(503, {"Retry-After": "0", "Content-Type": "text/plain"}, b"wait")
        ),
        "/gone": Response(410, HTML, b"gone"),
        "/forbidden": Response(403, HTML, b"no"),
        "/gone-json": Response(404, {"Content-Type": "application/json"}, b"{}"),
        "/broken": Response(500, {"Retry-After": "0", **HTML}, b"oops"),
        "/busy": Response(429, {"Retry-After": "3600", **HTML}, b"busy"),
        "/slow": Response(200, HTML, slow),
        "/bad-gzip": Response(200, {"Content-Encoding": "gzip", **HTML}, b"this is no gzip"),
        "/loop": to("/loop"),
        "/fifty-mb": Response(200, {"Content-Length": "52428800", **HTML}, b"x" * 1000),
        "/bomb": Response(200, {"Content-Encoding": "gzip", **HTML}, BOMB),
        "/video": Response(200, {"Content-Type": "video/mp4"}, b"v" * 100_000),
        "/private/page": Response(200, HTML, PAGE),
        "/to-loopback": to("http://127.0.0.1/secret"),
        "/to-metadata": to("http://169.254.169.254/latest/meta-data"),
        "/to-ipv6": to("http://[::1]/secret"),
        "/to-decimal": to("http://2130706433/secret"),
        "/to-localhost": to("http://localhost/secret"),
        "/to-file": to("file:///etc/passwd"),
        "/twins/a": Response(200, HTML, PAGE),
        "/twins/b": Response(200, HTML, PAGE),
        "/year-9999": Response(200, HTML, PAGE),
        "/robots.txt": Response(200, {"Content-Type": "text/plain"}, b"User-agent: Veille\nDisallow: /private/\n"),
        "/feed.xml": feed(_main_feed(), ETag='"main-1"', **{"Cache-Control": "public, max-age=1200"}),
    }
    return {f"http://main.example{path}": answer for path, answer in answers.items()}


def _main_feed() -> bytes:
    listed = [item(path if path == "/relative" else f"http://main.example{path}", f"guid {path}") for path in ENTRIES]
    listed += [item(link.replace("&", "&amp;"), f"bad {number}") for number, link in enumerate(REFUSED_LINKS)]
    listed += [
        item("http://main.example/ok", "guid /ok", title="listed twice"),
        item("http://main.example/twins/a", "twin"),
        item("http://main.example/twins/b", "twin"),
        item("http://main.example/year-9999", "guid /year-9999", "Mon, 06 Jan 9999 10:00:00 +0000"),
        "<item><title>no link</title></item>",
    ]
    return rss("".join(listed), "<ttl>45</ttl>")


def _others() -> dict[str, Response]:
    def urlset(*paths: str) -> Response:
        urls = "".join(f"<url><loc>http://maps.example{path}</loc></url>" for path in paths)
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return Response(200, {"Content-Type": "application/xml"}, text.encode())

    children = "".join(
        f"<sitemap><loc>http://maps.example/{year}.xml</loc><lastmod>{year}-01-01</lastmod></sitemap>"
        for year in range(2020, 2026)
    )
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    many = "".join(item(f"http://many.example/{n}", f"m{n}", "Mon, 05 Jan 2026 10:00:00 +0000") for n in range(10_000))
    whole = rss("".join(item(f"http://cut.example/{n}", f"c{n}") for n in range(4)))
    site: dict[str, Any] = {
        "http://cut.example/feed.xml": feed(whole[: whole.index(b"cut.example/3")]),
        "http://web.example/": Response(200, HTML, PAGE),
        "http://null.example/feed.xml": feed(b""),
        "http://none.example/feed.xml": feed(rss("")),
        "http://bomb.example/feed.xml": feed(BOMB, **{"Content-Encoding": "gzip"}),
        "http://old.example/feed.xml": Response(301, {"Location": "http://new.example/feed.xml"}, b"moved"),
        "http://new.example/feed.xml": feed(rss(item("http://main.example/ok", "same page"))),
        "http://dead.example/feed.xml": Response(410, {}, b"gone"),
        "http://ill.example/feed.xml": Response(503, {"Retry-After": "7200"}, b"wait"),
        "http://inward.example/feed.xml": Response(302, {"Location": "http://192.168.1.1/feed"}, b""),
        "http://shut.example/robots.txt": Response(200, {}, b"User-agent: *\nDisallow: /\n"),
        "http://shut.example/feed.xml": feed(rss(item("http://shut.example/a"))),
        "http://many.example/feed.xml": feed(rss(many), ETag='"many-1"'),
        "http://maps.example/index.xml": Response(200, {"Content-Type": "text/xml"}, index.encode()),
        "http://maps.example/2025.xml": urlset("/five"),
        "http://maps.example/2024.xml": Response(404, {}, b""),
        "http://maps.example/2023.xml": urlset("/three"),
        "http://json.example/feed.json": Response(
            200,
            {"Content-Type": "application/feed+json"},
            b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/one"},7,null]}',
        ),
    }
    for url in ("cut.example/0", "cut.example/1", "cut.example/2", "maps.example/five", "maps.example/three"):
        site[f"http://{url}"] = Response(200, HTML, PAGE)
    for number in range(5):
        site[f"http://many.example/{number}"] = Response(200, HTML, PAGE)
    return site
