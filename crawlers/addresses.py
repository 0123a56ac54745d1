"""Which addresses a feed may lead to: pure."""

from __future__ import annotations

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

URL_LIMIT = 4096  # characters

Address = IPv4Address | IPv6Address

_CGNAT = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, 2.5.5.1: obsolete, still routed by some stacks


def public_host(url: str) -> str:
    """The host of an HTTP address, in lower case. Raises ValueError saying what is wrong with it.

    A user name is refused: parsers disagree on which host such an address names.
    """
    if len(url) > URL_LIMIT:
        raise ValueError(f"the address is longer than {URL_LIMIT:,} characters")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{parts.scheme or 'no'} address: only http and https are fetched")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise ValueError("addresses with a user name are not fetched")
    _ = parts.port  # raises ValueError where it is no port
    host = (parts.hostname or "").rstrip(".").lower()
    if not host:
        raise ValueError("the address names no host")
    return host


def literal(host: str) -> Address | None:
    """The IP address that a host is written as, in any form that resolvers take (127.1, 0x7f000001); else None."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host)) if host.isascii() and host[:1].isdigit() else None
    except OSError:
        return None


def is_local_name(host: str) -> bool:
    """localhost and its kin (RFC 6761, RFC 6762), whatever a resolver says of them."""
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def is_public(address: Address) -> bool:
    """Whether the address, and any IPv4 address that it wraps, lies on the public Internet."""
    if isinstance(address, IPv6Address):
        inner = _wrapped(address)
        return is_public(inner) if inner is not None else address.is_global and not address.is_multicast
    return address.is_global and not address.is_multicast and address not in _CGNAT


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv4-mapped, 6to4, Teredo, NAT64 or IPv4-compatible one."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
