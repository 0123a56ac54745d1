"""YAML seed files (rules, topics, …) read into typed records, with errors that name file, line and field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import yaml
from msgspec import Struct

from processors.exceptions import SeedError

T = TypeVar("T")

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")


class Document(Struct, Generic[T], frozen=True):
    """A YAML file as a typed value, with its lines for errors found later. root: the composed YAML."""

    path: Path
    value: T
    root: Any

    def error(self, place: str, message: str, field: str | None = None) -> SeedError:
        """An error at a place of the file, written as msgspec does (".[2].query"). field: what the message names."""
        return SeedError(self.path, message, line_of(self.root, place), field)


def load_yaml(path: Path, type_: type[T]) -> T:
    """The file's one YAML document as `type_` (a msgspec type). Raises SeedError: not readable, not YAML, or wrong."""
    return read_yaml(path, type_).value


def read_yaml(path: Path, type_: type[T]) -> Document[T]:
    """As load_yaml, with the place of each value."""
    root, data = _parsed(path)
    _refuse_twice(path, root)
    try:
        return Document(path, msgspec.convert(data, type_), root)
    except msgspec.ValidationError as error:
        message = str(error)
        found = _PATH.search(message)
        place = found["path"] if found else ""
        if unknown := _UNKNOWN.search(message):
            place += f".{unknown['key']}"
        raise SeedError(path, _PATH.sub("", message), line_of(root, place), place.lstrip(".") or None) from None


def _parsed(path: Path) -> tuple[yaml.Node | None, Any]:
    """The composed document and its plain value."""
    root = None
    try:
        loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))  # the safe loader, in C
        try:
            root = loader.get_single_node()
            return root, None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(path, f"cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SeedError(path, f"is not valid YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise SeedError(path, f"is not valid YAML: {error}") from error
    except ValueError as error:  # 2024-13-01 looks like a date, and is none
        raise SeedError(path, f"has a value that cannot be read: {error}", _bad_value(root)) from error


def line_of(root: yaml.Node | None, path: str) -> int | None:
    """The 1-based line at which a msgspec path (".rules[2].query") stands in a composed YAML document."""
    node = root
    for step in _STEP.finditer(path):
        child = _child(node, step)
        if child is None:
            break
        node = child
    return node.start_mark.line + 1 if node is not None else None


def _child(node: yaml.Node | None, step: re.Match[str]) -> yaml.Node | None:
    children: dict[str, yaml.Node] = {}
    if isinstance(node, yaml.MappingNode):
        children = {str(key.value): value for key, value in node.value}
    elif isinstance(node, yaml.SequenceNode):
        children = {str(index): value for index, value in enumerate(node.value)}
    return children.get(step["key"] or step["index"])


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    if root is not None:
        yield root
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield from _nodes(key)
            yield from _nodes(value)
    elif isinstance(root, yaml.SequenceNode):
        for item in root.value:
            yield from _nodes(item)


def _bad_value(root: yaml.Node | None) -> int | None:
    """The line of the first scalar that YAML takes for a date or number and cannot construct."""
    for node in _nodes(root):
        if isinstance(node, yaml.ScalarNode):
            try:
                yaml.load(node.value, Loader=yaml.CSafeLoader)  # the safe loader, in C
            except ValueError:
                return node.start_mark.line + 1
            except yaml.YAMLError:
                continue  # quoted text that is no YAML of its own
    return None


def _refuse_twice(path: Path, root: yaml.Node | None) -> None:
    """Raises SeedError where a mapping has a key twice: YAML would silently keep the last."""
    for node in _nodes(root):
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise SeedError(path, "stands twice in the same place", key.start_mark.line + 1, str(key.value))
                seen.add(key.value)
