"""Read and check the sample site's files: outlets, languages, articles and the expected labels.

Everything here is a pure reading of files into frozen records; nothing is rendered and no clock is read.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from processors.exceptions import VeilleError

T = TypeVar("T")

Topic = Literal[
    "troop-deployment",
    "troop-withdrawal",
    "military-casualties",
    "arms-transfer",
    "defence-pact",
    "military-exercise",
    "missile-launch",
    "nuclear-weapons",
    "armed-attack",
    "sanctions",
    "mobilisation",
    "peace-talks",
]
Status = Literal["reported", "announced", "claimed", "denied"]
FeedKind = Literal["rss", "atom", "json", "news-sitemap"]

_OFFSET = re.compile(r"-(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class ContentError(VeilleError):
    """A file of the sample site is wrong; the message names the file and the field."""


class FeedSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed of an outlet. `cut` keeps only that share of its bytes, as a broken transfer would."""

    kind: FeedKind
    path: str
    cut: float | None = None


class DeadLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed entry whose page is gone (404)."""

    title: str
    path: str
    published: str


class Outlet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One invented news site. `utc_offset` (hours) is the zone of the dates that it prints."""

    host: str
    name: str
    language: str
    country: str
    category: str
    template: str
    feeds: tuple[FeedSpec, ...]
    utc_offset: int = 0
    disallow: tuple[str, ...] = ()
    dead_links: tuple[DeadLink, ...] = ()
    canonical: bool = True
    lang_attribute: bool = True

    @property
    def base(self) -> str:
        return f"http://{self.host}"


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of a site's furniture. `weekdays` run from Monday, each with its preposition ("on Monday")."""

    weekdays: tuple[str, str, str, str, str, str, str]
    by: str
    published: str
    nav: tuple[str, ...]
    related: str
    cookies: str
    accept: str
    newsletter: str
    footer: str
    comments: str
    direction: str = "ltr"


class Charset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Three places that may disagree: the bytes, the HTTP header (null: says nothing) and the meta element."""

    bytes: str = "utf-8"
    header: str | None = "utf-8"
    meta: str = "utf-8"


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page, as its file describes it; the keys after `published` exist for technical cases."""

    slug: str
    host: str
    title: str
    path: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...] = ()
    published: str | None = None
    guid: str | None = None
    charset: Charset = Charset()
    redirect_from: str | None = None
    fail_first: int | None = None
    pad_to: int | None = None

    @property
    def key(self) -> str:
        return f"{self.host}/{self.slug}"

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    @property
    def listed_url(self) -> str:
        """The address that feeds give: the old one where the page has moved."""
        return f"http://{self.host}{self.redirect_from or self.path}"


class ExpectedEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as an analyst would code it. Labels are English; `quantity` is [min, max], an end may be null."""

    topic: Literal["troop-deployment", "military-casualties"]
    actor: str | None
    target: str | None
    quantity: tuple[int | None, int | None] | None
    status: Status


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a careful reader says of an article. `indexed` is false where a crawler gets no text to index."""

    lang: str
    story: str | None
    topics: tuple[Topic, ...]
    copy_of: str | None = None
    events: tuple[ExpectedEvent, ...] = ()
    indexed: bool = True


def offset(text: str) -> timedelta:
    """The time before the first run, "-26h", "-40m" or "-3d", as a negative timedelta.

    Raises ValueError for any other form.
    """
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time before the first run; write -40m, -26h or -3d")
    return -timedelta(**{_UNITS[match[2]]: int(match[1])})


def load_outlets(directory: Path) -> tuple[Outlet, ...]:
    """The outlets of `outlets.yaml`, in file order. Raises ContentError."""
    path = directory / "outlets.yaml"
    outlets = _convert(_yaml(path, _read(path)), tuple[Outlet, ...], path)
    hosts = [outlet.host for outlet in outlets]
    for host in hosts:
        if not host.endswith(".example"):
            raise ContentError(f"{path}: host: {host} is not an .example name")
        if hosts.count(host) > 1:
            raise ContentError(f"{path}: host: {host} appears twice")
    return outlets


def load_languages(directory: Path) -> dict[str, Language]:
    """The furniture of `languages.yaml`, by language code. Raises ContentError."""
    path = directory / "languages.yaml"
    return _convert(_yaml(path, _read(path)), dict[str, Language], path)


def load_articles(directory: Path) -> tuple[Article, ...]:
    """Every `articles/<host>/<slug>.md`, ordered by host and slug. Raises ContentError."""
    return tuple(_article(path) for path in sorted(directory.glob("articles/*/*.md")))


def load_expected(directory: Path) -> dict[str, Expected]:
    """The labels of `expected.yaml`, by "<host>/<slug>". Raises ContentError."""
    path = directory / "expected.yaml"
    return _convert(_yaml(path, _read(path)), dict[str, Expected], path)


def _article(path: Path) -> Article:
    parts = _read(path).split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise ContentError(f"{path}: front matter: the file must start with a block between two '---' lines")
    head = _yaml(path, parts[1])
    if not isinstance(head, dict):
        raise ContentError(f"{path}: front matter: must be 'key: value' lines")
    paragraphs = [" ".join(block.split()) for block in parts[2].split("\n\n") if block.strip()]
    record = {**head, "slug": path.stem, "host": path.parent.name, "paragraphs": paragraphs}
    article = _convert(record, Article, path)
    if not article.path.startswith("/"):
        raise ContentError(f"{path}: path: {article.path!r} must start with '/'")
    if article.published is not None:
        try:
            offset(article.published)
        except ValueError as error:
            raise ContentError(f"{path}: published: {error}") from error
    return article


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _yaml(path: Path, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContentError(f"{path}: not valid YAML: {error}") from error


def _convert(value: Any, kind: type[T], path: Path) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ContentError(f"{path}: {error}") from error
