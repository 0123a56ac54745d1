"""YAML seed files (rules, topics, …) read into typed records, with errors that name file, line and field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from processors.exceptions import SeedError

T = TypeVar("T")

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")


def load_yaml(path: Path, type_: type[T]) -> T:
    """The file's one YAML document as `type_` (a msgspec type). Raises SeedError: not readable, not YAML, or wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)  # the safe loader, in C
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(path, f"cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SeedError(path, f"is not valid YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise SeedError(path, f"is not valid YAML: {error}") from error
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        message = str(error)
        found = _PATH.search(message)
        field = found["path"].lstrip(".") if found else None
        line = line_of(root, found["path"] if found else "")
        raise SeedError(path, _PATH.sub("", message), line, field) from None


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
