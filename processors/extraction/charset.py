"""Bytes of a page → text, whatever they claim to be."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
_HEAD = 4096  # bytes in which a page declares its encoding
_SAMPLE = 64 * 1024  # bytes that detection looks at

# Labels that browsers read as a superset (WHATWG Encoding Standard), so that no byte of those pages is lost.
_SUPERSETS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page, for any bytes.

    A byte order mark decides; valid UTF-8 that is not plain ASCII is UTF-8, whatever is declared; then come the HTTP
    header's charset, the page's own declaration, and detection, in that order: the first that decodes without an
    error. Where none does, the declared one with replacement characters.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    try:
        return body.decode("utf-8")  # bytes of another encoding that pass as UTF-8 are plain ASCII in practice
    except UnicodeDecodeError as error:
        mostly_utf8 = _is_mostly_utf8(body, error)
    if mostly_utf8:
        return body.decode("utf-8", "replace")
    declared = [name for name in _declared(body, content_type) if name != "utf-8"]
    for encoding in declared:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(_text_sample(body)).best()
    return body.decode(best.encoding if best else (declared or ["utf-8"])[0], "replace")


def _is_mostly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    """Whether this is UTF-8 with a few broken bytes (a cut, an advert in Latin-1): nine good sequences to a bad one."""
    sample = body[: _SAMPLE * 4]
    text = sample.decode("utf-8", "replace")
    broken = text.count("�")
    good = sum(1 for character in text if character > "\x7f") - broken
    return good > 9 * broken and error.start >= 0


def _declared(body: bytes, content_type: str | None) -> list[str]:
    labels = [found[1] for found in [_HEADER.search(content_type or "")] if found]
    labels += [(found[1] or found[2]).decode("ascii", "replace") for found in [_META.search(body[:_HEAD])] if found]
    return [encoding for label in labels if (encoding := _known(label))]


def _known(label: str) -> str | None:
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding or info.name.startswith(("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode")):
        return None  # a page whose ASCII markup could be read is in none of these
    return _SUPERSETS.get(info.name, info.name)


def _text_sample(body: bytes) -> bytes:
    """Bytes around the first that are not ASCII: detection has nothing to learn from markup."""
    words = re.findall(rb"[^\x00-\x7f][^<>{}]{0,400}", body[: 16 * _SAMPLE])
    return b" ".join(words)[:_SAMPLE] or body[:_SAMPLE]
