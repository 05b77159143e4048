"""Spells references exactly like the keys that they point to.

MySQL's collation ignores case, accents and trailing spaces, also in foreign keys. Other databases
do not. For a source on MySQL, each reference to a text key is therefore looked up there and
replaced by the key itself.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Resource
from sidecar.resources.vendors import MYSQL

# Keys remembered for each collection.
MAX_CACHED_KEYS = 20_000


class _TextReference(NamedTuple):
    """A value of a row that refers to a text key."""

    column: str
    collection: str
    value: str


def fold(text: str) -> str:
    """Approximate MySQL's collation: remove case, accents and trailing spaces."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(" ")


class KeyCollation:
    """Spells the references in the rows of one resource like the keys.

    Rows change only when the source is on MySQL and the destination is not.
    """

    def __init__(self, source: Instance, destination: Instance, resource: Resource) -> None:
        self._source = source
        self._resource = resource
        self._active = source.vendor == MYSQL != destination.vendor
        # By collection and then by spelling: the key.
        self._cache: dict[str, dict[str, str]] = {}

    def align_references(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Copy rows with each reference spelled like its key.

        A reference that points to no row stays as it is. Raises DirectusError.
        """
        if not self._active:
            return rows
        spellings: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for reference in self._references(row):
                spellings[reference.collection].add(reference.value)
        for collection, values in spellings.items():
            self._look_up(collection, values)
        return [{**row, **self._keys_in(row)} for row in rows]

    def _keys_in(self, row: Row) -> dict[str, str]:
        """By column: the keys that the references in a row point to."""
        return {
            reference.column: self._cache[reference.collection].get(
                reference.value, reference.value
            )
            for reference in self._references(row)
        }

    def _references(self, row: Row) -> Iterator[_TextReference]:
        columns = [(one.column, one.target) for one in self._resource.references]
        columns += [
            (one.item, str(row.get(one.collection))) for one in self._resource.item_references
        ]
        for column, collection in columns:
            value = row.get(column)
            if isinstance(value, str) and self._has_text_key(collection):
                yield _TextReference(column, collection, value)

    def _has_text_key(self, collection: str) -> bool:
        target = self._source.model.resources.get(collection)
        return bool(target and not target.singleton and target.key_type not in NUMERIC_KEYS)

    def _look_up(self, collection: str, values: Collection[str]) -> None:
        """Remember the key for each of the values."""
        cache = self._cache.setdefault(collection, {})
        if len(cache) > MAX_CACHED_KEYS:
            cache.clear()
        target = self._source.model.resources[collection]
        unknown = sorted(set(values) - cache.keys())
        keys_by_fold = _by_fold(self._read_keys(target, unknown))
        for value in unknown:
            cache[value] = self._key_of(target, value, keys_by_fold.get(fold(value), []))

    def _key_of(self, target: Resource, value: str, candidates: Sequence[str]) -> str:
        if value in candidates:
            return value
        if len(candidates) == 1:
            return candidates[0]
        # Only MySQL knows its collation: asked for one value, it returns the row that matches.
        return next(iter(self._read_keys(target, [value])), value)

    def _read_keys(self, target: Resource, values: Sequence[str]) -> list[str]:
        """The keys of the rows that MySQL finds by the values."""
        rows = self._source.rows.by_key(target, values, [target.key]) if values else {}
        return [str(row[target.key]) for row in rows.values()]


def _by_fold(keys: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        grouped[fold(key)].append(key)
    return grouped
