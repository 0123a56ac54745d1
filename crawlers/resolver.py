"""Names resolved once a crawl: what was checked is what is connected to, so DNS rebinding has no second answer."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any

from scrapy.crawler import Crawler
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolverSimple
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer  # type: ignore[import-untyped]


@implementer(IResolverSimple)
class PinnedResolver:
    """Connections go only to names that pin() has resolved before. IPv4, as Scrapy's own default resolver."""

    def __init__(
        self, reactor: ReactorBase, timeout: float, lookup: Callable[[str], str] = socket.gethostbyname
    ) -> None:
        self._reactor: Any = reactor
        self._timeout = timeout
        self._lookup = lookup
        self._pins: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PinnedResolver:
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        self._reactor.installResolver(self)

    def pin(self, host: str) -> Deferred[str]:
        """The host's address, the same for the whole crawl. Fails with DNSLookupError."""
        if host in self._pins:
            return succeed(self._pins[host])
        answer: Deferred[str] = deferToThreadPool(self._reactor, self._reactor.getThreadPool(), self._lookup, host)
        answer.addTimeout(self._timeout, self._reactor)
        # Two requests may ask at once: the answer that comes first is the one that stays.
        answer.addCallback(lambda address: self._pins.setdefault(host, address))
        answer.addErrback(lambda failure: fail(DNSLookupError(f"{host}: {failure.getErrorMessage()}")))
        return answer

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """What pin() found. Fails with DNSLookupError where nobody has asked it."""
        address = self._pins.get(name.rstrip(".").lower())
        return succeed(address) if address else fail(DNSLookupError(f"{name} was not checked before connecting"))
