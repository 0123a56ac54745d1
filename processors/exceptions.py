"""Errors that a user can mend. Their text says what is wrong, where, and what to do; exit codes sit beside them."""

from __future__ import annotations


class VeilleError(Exception):
    """Base of all errors that end a command with a message instead of a traceback."""

    exit_code = 1


class SettingsError(VeilleError):
    """A setting is missing or invalid."""

    exit_code = 2


class SeedError(VeilleError):
    """A rule, topic, gazetteer or OPML file is invalid: names file, line and field."""

    exit_code = 2

    def __init__(self, path: object, message: str, line: int | None = None, field: str | None = None) -> None:
        where = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{where}: {f'{field}: ' if field else ''}{message}")
        self.path, self.line, self.field = path, line, field


class QueryError(VeilleError):
    """A query cannot be understood. position: a 0-based offset into the query."""

    exit_code = 2

    def __init__(self, message: str, query: str, position: int) -> None:
        super().__init__(f"{message}\n  {query}\n  {' ' * position}^")
        self.reason, self.query, self.position = message, query, position


class StoreError(VeilleError):
    """The store cannot do what was asked: not reachable, a schema that is too new, no space."""


class LeaseHeld(StoreError):
    """Somebody else holds the lease. Says who, and until when."""


class InputError(VeilleError):
    """An input file cannot be read at all."""


class NotFound(VeilleError):
    """No such article, alert, rule or feed."""


class KibanaError(VeilleError):
    """Kibana did not take the dashboards. Says why, and what to do."""


class DeliveryError(VeilleError):
    """A notification could not be delivered; permanent says whether to try again."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class ArchiveError(VeilleError):
    """The archive cannot serve: not reachable, no such bucket, no credentials, no space. Says what to do."""
