"""Scrapy's settings for the crawler. What is not here has Scrapy's default."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from processors.config import load_settings


def _user_agent() -> str:
    try:
        release = version("veille")
    except PackageNotFoundError:  # run from a checkout that is not installed
        release = "0"
    contact = "".join(load_settings().contact.split())  # a header has one line
    return f"Veille/{release}" + (f" (+{contact})" if contact else "")


BOT_NAME = "veille"
SPIDER_MODULES = ["crawlers.spiders"]
USER_AGENT = _user_agent()
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,"
    "application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "*",
}

# Good manners
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Veille"
COOKIES_ENABLED = False
REFERER_ENABLED = True
REFERRER_POLICY = "no-referrer"
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0  # seconds between requests to a host; private networks are not slowed (RouteMiddleware)
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 15.0

# Limits
DOWNLOAD_TIMEOUT = 30  # seconds for one response, slow drips included
DNS_TIMEOUT = 15
DOWNLOAD_MAXSIZE = 12 * 1024 * 1024  # bytes, also after decompression; below PAGE_LIMIT of the archive's reader
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 8
METAREFRESH_ENABLED = False
URLLENGTH_LIMIT = 0  # crawlers.addresses.public_host has the limit: an outcome, not a silent drop
CLOSESPIDER_TIMEOUT = 3600  # seconds; the lease of a plan's feeds outlasts it
FEED_MAX_NEW_ENTRIES = 500  # taken up in one poll of a feed; the others wait for its next poll
ARCHIVE_FILE_BYTES = 1024**3  # a WARC file of about this size is followed by another (the standard's advice)

# One more try within the crawl, for what a second try can mend; the next run tries again in any case
RETRY_TIMES = 1
RETRY_HTTP_CODES = [429, 500, 502, 503, 504, 522, 524, 408, 425]
RETRY_EXCEPTIONS = ["scrapy.exceptions.DownloadFailedError", "scrapy.exceptions.ResponseDataLossError"]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"

# Nothing listens, nothing but HTTP is fetched, certificates are checked
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
TWISTED_DNS_RESOLVER = "crawlers.resolver.PinnedResolver"
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DOWNLOAD_VERIFY_CERTIFICATES = True

HTTPERROR_ALLOW_ALL = True  # every status is an outcome, and the spider's to judge
DOWNLOADER_MIDDLEWARES = {
    "crawlers.middlewares.route.RouteMiddleware": 10,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.middlewares.retry.PatientRetryMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawlers.middlewares.compression.CompressionMiddleware": 590,
}
ITEM_PIPELINES = {"crawlers.archive.ArchivePipeline": 100}
EXTENSIONS = {
    "crawlers.extensions.ledger.Ledger": 100,
    "crawlers.extensions.pages_only.PagesOnly": 100,
    "crawlers.extensions.progress.Progress": 100,
    "scrapy.extensions.logstats.LogStats": None,
}

LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
