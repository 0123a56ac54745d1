"""What extraction says when a page gives no article."""

from __future__ import annotations

from processors.exceptions import VeilleError


class ExtractionError(VeilleError):
    """A page or an input line gives no article. Its text says why."""
