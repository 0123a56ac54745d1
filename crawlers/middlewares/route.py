"""Sends each request by its feed's route, and refuses addresses that are not public (SSRF)."""

from __future__ import annotations

import ipaddress
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

from crawlers.addresses import is_local_name, is_public, literal, public_host
from crawlers.exceptions import Refused
from crawlers.items import Route
from crawlers.resolver import PinnedResolver


class RouteMiddleware:
    """Runs first, for redirects and for robots.txt too: a robots.txt goes by the route of the page that wants it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._routes: dict[tuple[str, str], Route] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RouteMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused, or DNSLookupError where the host has no address."""
        parts = urlsplit(request.url)
        site = parts.scheme, parts.netloc
        route = cast("Route | None", request.meta.get("route")) or self._routes.get(site)
        if route is None:
            raise Refused(f"{request.url}: belongs to no feed")
        try:
            host = public_host(request.url)
        except ValueError as error:
            raise Refused(str(error)) from None
        await self._check(host, route)
        self._routes.setdefault(site, route)
        request.meta["route"] = route
        request.meta["proxy"] = route.proxy  # None: not even the environment's proxy
        self._pace(request, host, route)

    async def _check(self, host: str, route: Route) -> None:
        written = literal(host)
        if not route.allow_private and (is_local_name(host) or (written and not is_public(written))):
            raise self._refusal(host, host)
        if route.proxy:  # it resolves the target's name; we resolve only its own
            await _pin(urlsplit(route.proxy).hostname or "")
            return
        address = await _pin(host)
        if not route.allow_private and not is_public(ipaddress.ip_address(address)):
            raise self._refusal(host, address)

    def _refusal(self, host: str, address: str) -> Refused:
        self._stats.inc_value("route/refused")
        what = host if host == address else f"{host} is {address}, which"
        return Refused(f"{what} is not a public address; allow_private in the feed's settings permits it")

    def _pace(self, request: Request, host: str, route: Route) -> None:
        """Other people's servers are spared; a feed on a private network is the operator's own and is not slowed."""
        slot = f"private {host}" if route.allow_private else host
        request.meta["download_slot"] = slot
        if route.allow_private:
            request.meta["autothrottle_dont_adjust_delay"] = True
            slots = self._crawler.engine.downloader.per_slot_settings
            slots.setdefault(slot, {"delay": 0, "concurrency": 4})

    @property
    def _stats(self) -> Any:
        return self._crawler.stats


async def _pin(host: str) -> str:
    from twisted.internet import reactor

    resolver = reactor.resolver
    if not isinstance(resolver, PinnedResolver):
        raise DNSLookupError("TWISTED_DNS_RESOLVER must be crawlers.resolver.PinnedResolver")
    return await maybe_deferred_to_future(resolver.pin(host))
