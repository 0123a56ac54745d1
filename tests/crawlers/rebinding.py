"""A resolver whose answers change, as an attacker's name server's would."""

from __future__ import annotations

from scrapy.crawler import Crawler
from twisted.internet.base import ReactorBase

from crawlers.resolver import PinnedResolver

ANSWERS = {
    "inner.example": ["127.0.0.1"],
    # TEST-NET-1 addresses are not public either; 192.88.99.1 is, and nothing answers there.
    "rebind.example": ["192.88.99.1", "127.0.0.1", "127.0.0.1", "127.0.0.1"],
}


class RebindingResolver(PinnedResolver):
    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> RebindingResolver:
        answers = {name: iter(given) for name, given in ANSWERS.items()}
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"), lambda name: next(answers[name]))
