"""Which addresses are public."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import is_local_name, is_public, literal, public_host


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("host", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_addresses_that_are_public(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert is_public(address)


def test_names_are_no_literals() -> None:
    assert literal("example.org") is None
    assert literal("10.example") is None
    assert is_local_name("localhost")
    assert is_local_name("db.internal")
    assert not is_local_name("localhost.example")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://site.example/", "only http and https"),
        ("/relative", "only http and https"),
        ("http://user@site.example/", "user name"),
        ("http://127.0.0.1\\@site.example/", "user name"),
        ("http:///path", "names no host"),
        ("http://site.example:99999/", "Port out of range"),
    ],
)
def test_what_is_no_public_address_says_why(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        public_host(url)


def test_a_host_is_compared_in_one_form() -> None:
    assert public_host("HTTP://WWW.Site.Example.:80/x") == "www.site.example"


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    assert is_public(mapped) == is_public(address)


@given(st.text())
def test_no_host_raises(host: str) -> None:
    literal(host)
