"""Canonical URLs, and the ids made from them."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from courlan import clean_url
from url_normalize import url_normalize

ID_DIGITS = 20  # 80 bits: at a billion articles the odds of one collision are below one in a million


def canonical_url(url: str) -> str | None:
    """The address that one page is known by, or None where it is no HTTP address.

    Scheme and host in lower case, default ports, fragments and tracking parameters gone (courlan's list), the rest
    normalised as RFC 3986 says. Idempotent.
    """
    try:
        normalised = url_normalize(url.strip())
        cleaned = clean_url(normalised) if normalised else None
        parts = urlsplit(cleaned or "")
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or cleaned is None:
        return None
    return cleaned.split("#", 1)[0]


def source_of(url: str) -> str:
    """The host without "www.", or "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def digest(*parts: str) -> str:
    """20 hex digits that stand for these strings, in this order."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:ID_DIGITS]
