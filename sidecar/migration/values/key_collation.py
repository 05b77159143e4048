"""References as the keys they point at are spelled.

MySQL takes texts for the same that differ in case, in accents or in spaces at their end, in foreign
keys too; other databases do not. So of a source on MySQL each reference to a text key is looked up
there, and follows to the key.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.directus.pages import NUMERIC_KEYS
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Resource
from sidecar.resources.vendors import MYSQL

MAX_KNOWN = 20_000


def folded(text: str) -> str:
    """Near to what MySQL goes by: without case, accents and spaces at the end."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).rstrip(" ")


class KeyCollation:
    """Of the references in the rows of one resource; the rows stay as they are where both sides are
    of one vendor, or the source is not on MySQL."""

    def __init__(self, source: Instance, destination: Instance, resource: Resource) -> None:
        self._source = source
        self._resource = resource
        self._active = source.vendor == MYSQL != destination.vendor
        self._known: dict[str, dict[str, str]] = {}

    def of_keys(self, rows: Sequence[Row]) -> Sequence[Row]:
        """``rows`` with their references spelled like the keys; what points nowhere stays as it
        is."""
        if not self._active:
            return rows
        wanted: dict[str, set[str]] = {}
        for row in rows:
            for _, target, value in self._references(row):
                wanted.setdefault(target, set()).add(value)
        for target, values in wanted.items():
            self._look_up(target, values)
        return [
            {
                **row,
                **{
                    column: self._known[target].get(value, value)
                    for column, target, value in self._references(row)
                },
            }
            for row in rows
        ]

    def _references(self, row: Row) -> Iterator[tuple[str, str, str]]:
        """Column, collection and key of each reference to a text key."""
        pairs = [(one.column, one.target) for one in self._resource.references]
        pairs += [
            (one.item, str(row.get(one.collection))) for one in self._resource.item_references
        ]
        for column, name in pairs:
            value, target = row.get(column), self._source.model.resources.get(name)
            if (
                isinstance(value, str)
                and target
                and not target.singleton
                and target.key_type not in NUMERIC_KEYS
            ):
                yield column, name, value

    def _look_up(self, name: str, values: Iterable[str]) -> None:
        known = self._known.setdefault(name, {})
        if len(known) > MAX_KNOWN:
            known.clear()
        target = self._source.model.resources[name]
        keys = self._keys(target, sorted(set(values) - known.keys()))
        by_fold: dict[str, list[str]] = {}
        for key in keys:
            by_fold.setdefault(folded(key), []).append(key)
        for value in set(values) - known.keys():
            found = by_fold.get(folded(value), [])
            if value in found:
                known[value] = value
            elif len(found) == 1:
                known[value] = found[0]
            else:
                # What MySQL goes by is its own; asked for one value, it answers with the one row
                # that it means.
                known[value] = next(iter(self._keys(target, [value])), value)

    def _keys(self, target: Resource, values: Sequence[str]) -> list[str]:
        found = self._source.rows.by_key(target, values, [target.key]) if values else {}
        return [str(row[target.key]) for row in found.values()]
