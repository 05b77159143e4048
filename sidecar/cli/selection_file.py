"""Reads a selection from a file, in YAML or JSON."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

from sidecar.errors import InvalidRequest
from sidecar.migration.selection import wrong_selection

MAX_BYTES = 1_000_000
# What is referred to more than once counts each time.
MAX_VALUES = 100_000
NAMES = (
    "options",
    "parts",
    "collections",
    "exclude",
    "filters",
    "since",
    "references",
    "existing",
    "conflicts",
    "overwrite_settings",
)
TAG = "tag:yaml.org,2002:"
INTEGER = "-?(?:0|[1-9][0-9]*)"
NUMBERS = list("-0123456789")
# The bare words that YAML is to take for something else than text, and how they begin.
PLAIN = {
    f"{TAG}null": ("~|null|", ["~", "n", ""]),
    f"{TAG}bool": ("true|false", ["t", "f"]),
    f"{TAG}int": (INTEGER, NUMBERS),
    f"{TAG}float": (rf"{INTEGER}(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", NUMBERS),
    f"{TAG}merge": ("<<", ["<"]),
}
KINDS = {*PLAIN, f"{TAG}str", f"{TAG}seq", f"{TAG}map"}


class _Loader(yaml.SafeLoader):
    """Reads the values that JSON has. A country ``no`` is no boolean, and a bare date is a text."""

    # Those of the parent, except for kinds of values that JSON does not have.
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        tag: construct
        for tag, construct in yaml.SafeLoader.yaml_constructors.items()
        if tag in KINDS
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise _mistake(node, f"{', '.join(twice)}: twice in one object")
        return super().construct_mapping(node, deep)


def _mistake(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _refuse(_: _Loader, node: yaml.Node) -> None:
    kinds = "text, numbers, true, false, null, lists and objects"
    raise _mistake(node, f"{node.tag.replace(TAG, '!!')} is none of {kinds}")


_Loader.add_constructor(None, _refuse)
_Loader.yaml_implicit_resolvers = {}
for _tag, (_words, _first) in PLAIN.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_words})\Z"), _first)


def read_selection_file(path: Path) -> dict[str, Any]:
    """The document in ``path``. Raises InvalidRequest."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(path, f"it is larger than {MAX_BYTES:,} bytes")
        read = _Loader(path.read_text(encoding="utf-8-sig")).get_single_data()
        document = _plain(read, iter(range(MAX_VALUES)))
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise _wrong(path, f"{line}{error.problem}") from error
    except RecursionError as error:
        raise _wrong(path, "it refers to itself, or it is nested too deeply") from error
    except OSError as error:
        raise _wrong(path, error.strerror or str(error)) from error
    except (ValueError, yaml.YAMLError) as error:
        raise _wrong(path, str(error)) from error
    if not isinstance(document, dict):
        raise _wrong(path, "it is no object with collections, filters and the like")
    if unknown := sorted(document.keys() - {*NAMES}):
        raise _wrong(path, f"it can have {', '.join(NAMES)}, but not {', '.join(unknown)}")
    return document


def _plain(value: Any, left: Iterator[int]) -> Any:
    """A copy of ``value`` with all names as text. Raises ValueError if it is too large."""
    if next(left, None) is None:
        raise ValueError(f"it has more than {MAX_VALUES:,} values")
    if isinstance(value, dict):
        return {str(name): _plain(one, left) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, left) for one in value]
    return value


def _wrong(path: Path, why: str) -> InvalidRequest:
    message = f"The selection in {path} cannot be read: {why}"
    return wrong_selection(message)
