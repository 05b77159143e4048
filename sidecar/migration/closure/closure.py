"""Finds the rows that travel: the selected ones, and all that they need, directly or not.

Each row is read once for what it needs. Circles end, because a key is followed once. Keys are kept
on disk.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from more_itertools import chunked

from sidecar.directus.client import Row
from sidecar.directus.pages import PageSize
from sidecar.errors import DirectusRejected
from sidecar.migration.closure.edges import Needs, needs_of
from sidecar.migration.concurrency import map_ahead, read_ahead
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_filter import filter_of_keys
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.rows import Filter
from sidecar.resources.base import FILES, Resource

KEYS_PER_REQUEST = 500
# What follows the first part of an id. A pattern that begins with a character is found much faster.
UUID = re.compile(r"-(?<=[0-9a-f]{8}-)(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
FIRST_PART = 8


@dataclass
class Closure:
    """The rows that travel from ``source``."""

    source: Instance
    # Resources that were selected: all of their rows (None), or those that match a filter.
    selected: Mapping[str, Filter | None]
    # All resources whose rows may travel, those that are selected among them.
    reachable: Mapping[str, Resource]
    keys: KeySets
    # Whether rows that are not selected come along.
    brings: bool = True

    @cached_property
    def whole(self) -> frozenset[str]:
        """Resources of which every row travels. ``keys`` has none of them."""
        return frozenset(name for name, filter in self.selected.items() if filter is None)

    def compute(self) -> None:
        """Fill ``keys``. Raises DirectusError."""
        for name, filter in self.selected.items():
            self._select(self.reachable[name], filter)
        self.follow()

    def follow(self) -> None:
        """Bring all that the rows brought so far need."""
        while names := self.keys.unfollowed():
            for name in names:
                self._follow(self._resources[name])

    def choose(self, resource: Resource, keys: Sequence[Any], filter: Filter | None) -> None:
        """Select the rows with ``keys`` that match a filter. Raises DirectusError."""
        for portion in chunked(keys, KEYS_PER_REQUEST):
            some = filter_of_keys(resource.key, portion)
            self._select(resource, {"_and": [some, filter]} if filter else some)

    def bring(self, resource: Resource, keys: Iterable[Any]) -> None:
        """Bring rows of ``resource``, which need not be reachable."""
        self._resources[resource.name] = resource
        self.keys.bring(resource.name, keys)

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        return dict(self.reachable)

    def _select(self, resource: Resource, filter: Filter | None) -> None:
        """Follow the selected rows of a resource. Of a whole one only what points elsewhere."""
        needs = self._needs(resource)
        if filter is not None or needs.columns:
            for page in read_ahead(self._pages(resource, needs, filter)):
                if filter is not None:
                    self.keys.choose(resource.name, (row[resource.key] for row in page))
                    self._bring_parts(resource, needs, page)
                self._bring_targets(needs, page)
        if filter is None:
            for part in needs.parts:
                child = self.reachable[part.collection]
                belongs: Filter = {part.column: {"_nnull": True}}
                for rows in self.source.rows.pages(child, [child.key], belongs):
                    self.keys.bring(child.name, (row[child.key] for row in rows))

    def _follow(self, resource: Resource) -> None:
        """Follow the rows that were brought along."""
        needs = self._needs(resource)
        fields = [resource.key, *needs.columns]
        size = PageSize(None)

        def read(batch: Sequence[Any]) -> tuple[Sequence[Any], dict[Any, Row]]:
            return batch, self._by_key(resource, batch, fields)

        batches = iter(lambda: self.keys.take(resource, size.rows), [])
        for batch, rows in map_ahead(read, batches):
            # Where no row exists, the answer was small.
            size.learn(list(rows.values()) or [{}])
            found = {str(key) for key in rows}
            self.keys.drop(resource.name, [key for key in batch if str(key) not in found])
            # Some databases find a key under another spelling.
            self.keys.bring(resource.name, found - {str(key) for key in batch})
            self._bring_parts(resource, needs, list(rows.values()))
            self._bring_targets(needs, rows.values())

    def _by_key(
        self, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
    ) -> dict[Any, Row]:
        """The rows that exist. A database refuses a text that cannot be a key, with those beside
        it."""
        try:
            return self.source.rows.by_key(resource, keys, fields)
        except DirectusRejected:
            half = len(keys) // 2
            if half == 0:
                return {}
        return {
            **self._by_key(resource, keys[:half], fields),
            **self._by_key(resource, keys[half:], fields),
        }

    def _pages(
        self, resource: Resource, needs: Needs, filter: Filter | None
    ) -> Iterable[list[Row]]:
        fields = [resource.key, *(name for name in needs.columns if name != resource.key)]
        yield from self.source.rows.pages(resource, fields, filter)

    def _needs(self, resource: Resource) -> Needs:
        """What can be brought along: nothing of a whole resource."""
        if not self.brings:
            return Needs()
        partial = {name: other for name, other in self.reachable.items() if name not in self.whole}
        return needs_of(self.source, resource, partial)

    def _bring_targets(self, needs: Needs, rows: Iterable[Row]) -> None:
        found: dict[str, set[Any]] = defaultdict(set)
        for row in rows:
            for reference in needs.references:
                found[reference.target].add(row[reference.column])
            for item in needs.items:
                if row[item.collection] in item.targets:
                    found[row[item.collection]].add(row[item.item])
            for column in needs.texts:
                found[FILES] |= _ids_in(str(row[column]))
        for name, keys in found.items():
            if name in self.reachable and name not in self.whole:
                self.keys.bring(name, keys - {None})

    def _bring_parts(self, resource: Resource, needs: Needs, rows: Sequence[Row]) -> None:
        keys = [row[resource.key] for row in rows]
        for part in needs.parts:
            child = self.reachable[part.collection]
            for portion in chunked(keys, KEYS_PER_REQUEST):
                belongs = filter_of_keys(part.column, portion)
                for page in self.source.rows.pages(child, [child.key], belongs):
                    self.keys.bring(child.name, (row[child.key] for row in page))


def _ids_in(text: str) -> set[str]:
    """The ids of files that ``text`` may quote."""
    return {text[match.start() - FIRST_PART : match.end()].lower() for match in UUID.finditer(text)}
