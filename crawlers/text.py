"""Bytes of a feed → text, where the declared character set may be wrong: pure."""

from __future__ import annotations

import codecs
import re

_DECLARATION = re.compile(r"^(\s*<\?xml[^>]{0,200}?encoding\s*=\s*)([\"'])[^\"'>]*\2")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ESCAPES = b"\x1b"  # ISO-2022 character sets are written in ASCII bytes


def decoded(body: bytes, charset: str | None = None) -> str:
    """The text, its XML declaration saying utf-8. Null characters are dropped.

    What is valid UTF-8 is UTF-8, whatever header and declaration say; else the first that fits of charset (the HTTP
    header's), the declaration's and windows-1252. Bytes that fit nothing become U+FFFD.
    """
    text = _decode(body, charset).replace("\0", "")
    return _DECLARATION.sub(r"\1\2utf-8\2", text, count=1)


def _decode(body: bytes, charset: str | None) -> str:
    for bom, marked in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(marked, "replace")
    if body[:4] in (b"<\0?\0", b"\0<\0?"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be", "replace")
    stated = re.match(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", body)
    names = [charset, stated[1].decode("ascii") if stated else None, "windows-1252"]
    for name in names if _ESCAPES in body else ["utf-8", *names]:
        text = _strictly(body, name) if name else None
        if text is not None:
            return text
    return body.decode("utf-8", "replace")


def _strictly(body: bytes, name: str) -> str | None:
    """The text, or None where it does not fit; a last character that was cut off is dropped."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(body, final=False)
    except (LookupError, UnicodeError, ValueError):
        return None
