"""What a schema diff changes, in numbers and in names."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice

MAX_NAMES = 100


@dataclass(frozen=True, slots=True)
class SchemaCounts:
    """Numbers of collections, fields and relations."""

    added: int
    changed: int
    # Only the destination has them.
    kept: int

    def document(self) -> dict[str, int]:
        """Plain data for the report. ``dropped`` is always 0: a migration drops nothing."""
        return {**asdict(self), "dropped": 0}


@dataclass(frozen=True, slots=True)
class SchemaNames:
    """Names of collections (``posts``) and fields (``posts.title``), at most MAX_NAMES of each.

    A collection stands for all of its fields.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]


def shorten(names: Iterable[str]) -> tuple[str, ...]:
    """Remove duplicates and the fields of named collections; keep the first MAX_NAMES names."""
    unique = dict.fromkeys(names)
    collections = {name for name in unique if "." not in name}
    listed = (
        name for name in unique if name in collections or name.partition(".")[0] not in collections
    )
    return tuple(islice(listed, MAX_NAMES))
