"""Which references runs have left empty at a destination, by the targets that were missing.

There are few targets, however many rows refer to them. A later run can tell by them a reference
that waits for its target from one that somebody has emptied.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# A column with more missing targets counts as one where all are missing.
MAX_KEYS = 5_000
# The same when all keys together have more characters: a request has to hold them.
MAX_CHARACTERS = 500_000
ALL = "all"
# The keys of missing targets, as text. None: all.
Keys = frozenset[str] | None
Columns = Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class ClearedReferences:
    """The keys of missing targets by collection and column.

    Where a collection that is in it was looked through, a target that is not named has left nothing
    empty.
    """

    columns: Mapping[str, Columns] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, Any]]) -> "ClearedReferences":
        """What ``document`` has written. Raises an error of Python for anything else."""
        return cls(
            {
                collection: {
                    column: None if keys == ALL else names_of(keys)
                    for column, keys in columns.items()
                }
                for collection, columns in document.items()
            }
        )

    def document(self) -> dict[str, dict[str, Any]]:
        """Plain data, in a stable order."""
        return {
            collection: {
                column: ALL if keys is None else sorted(keys)
                for column, keys in sorted(columns.items())
            }
            for collection, columns in sorted(self.columns.items())
        }

    def knows(self, collection: str) -> bool:
        """Whether a run has recorded anything of ``collection``."""
        return collection in self.columns

    def misses(self, collection: str, column: str, key: str) -> bool:
        """Whether a run has left ``column`` empty because the target ``key`` was missing."""
        keys = self.columns.get(collection, {}).get(column, frozenset())
        return keys is None or key in keys

    def plus(self, collection: str, columns: Columns) -> "ClearedReferences":
        """The same with missing targets of ``columns`` added."""
        before = self.columns.get(collection, {})
        added = {
            column: united(before.get(column, frozenset()), keys)
            for column, keys in columns.items()
        }
        return self._with(collection, {**before, **added})

    def only(self, collection: str, columns: Columns) -> "ClearedReferences":
        """The same with these missing targets of ``collection`` and no others."""
        return self._with(
            collection, {column: keys for column, keys in columns.items() if keys != frozenset()}
        )

    def _with(self, collection: str, columns: Columns) -> "ClearedReferences":
        return ClearedReferences(_bounded({**self.columns, collection: columns}))


def names_of(document: Any) -> frozenset[str]:
    """The names in a list of plain data. Raises TypeError for anything else."""
    if not isinstance(document, list) or not all(isinstance(name, str) for name in document):
        raise TypeError("no list of names")
    return frozenset(document)


def united(keys: Keys, more: Keys) -> Keys:
    """All keys of both, unless there are too many."""
    if keys is None or more is None:
        return None
    together = keys | more
    return None if len(together) > MAX_KEYS else together


def _bounded(collections: Mapping[str, Columns]) -> Mapping[str, Columns]:
    """``collections``. While there are too many keys, the longest column counts as all."""
    sizes = {
        (collection, column): sum(len(key) for key in keys)
        for collection, column, keys in _listed(collections)
    }
    while sum(sizes.values()) > MAX_CHARACTERS:
        collection, column = max(sizes, key=sizes.__getitem__)
        del sizes[collection, column]
        collections = {
            **collections,
            collection: {**collections[collection], column: None},
        }
    return collections


def _listed(
    collections: Mapping[str, Columns],
) -> Iterator[tuple[str, str, Collection[str]]]:
    for collection, columns in collections.items():
        for column, keys in columns.items():
            if keys is not None:
                yield collection, column, keys
