"""The identity map: which row of the destination a row of the source is.

References follow it: in foreign keys, in references to items, and in ids quoted in JSON and text.
``matching`` fills it.

The destination assigns the keys of some collections (presets, permissions, content versions). Until
such a row is written, a reference to it is pending: it names the row by its key at the source.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.mapping.matching import (
    Match,
    Reader,
    match_by_id,
    match_by_natural_key,
    match_policies,
    match_roles,
    match_users,
)
from sidecar.resources.base import POLICIES, ROLES, USERS, Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

PENDING = "\0pending"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MATCHERS = {USERS: match_users, ROLES: match_roles, POLICIES: match_policies}


@dataclass(frozen=True, slots=True)
class Identities:
    """Which id a row of the source has at the destination."""

    # Source id → destination id, by collection.
    ids: dict[str, Mapping[Any, Any]]
    # Collections that move. Their rows that are not in ``ids`` are new and keep their id.
    moved: frozenset[str] = frozenset()
    # Source ids with more than one candidate, and why, by collection.
    unclear: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    # Source ids without a counterpart, by collection.
    missing: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    # Ids that rows refer to and that no source row has, by collection.
    dangling: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    # Collections whose rows still have to get their id from the destination.
    arriving: frozenset[str] = frozenset()
    # Which rows of the source travel. None: all of what moves.
    selected: SelectedRows | None = None
    # The ids of users, roles and policies that are quoted in texts and differ.
    _quoted: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in MATCHERS:
            self._quoted.update(_changed(self.ids.get(name, {})))

    def changed(self) -> dict[str, int]:
        """How many users, roles and policies have another id at the destination, by collection."""
        counts = {name: len(_changed(self.ids.get(name, {}))) for name in MATCHERS}
        return {name: count for name, count in counts.items() if count}

    def covers(self, collection: str) -> bool:
        """Whether rows of ``collection`` may have other ids at the destination."""
        return collection in self.ids

    def counterpart(self, collection: str, key: Any) -> Any:
        """The destination's id for ``key``. None: it has none. The id may be pending."""
        if self.is_dangling(collection, key):
            return None
        if not self.covers(collection):
            return key
        known = self.ids[collection].get(key)
        if known is not None:
            return known
        if collection in SERVER_ASSIGNED_KEYS:
            is_new = collection in self.arriving and key in self.missing[collection]
            return [PENDING, collection, key] if is_new else None
        is_new = collection in self.moved and key not in self.unclear.get(collection, ())
        return key if is_new and self._travels(collection, key) else None

    def _travels(self, collection: str, key: Any) -> bool:
        return self.selected is None or self.selected.shows(collection, key)

    def source_keys(self, collection: str, keys: Collection[Any]) -> list[Any]:
        """The source's keys of rows that have ``keys`` at the destination."""
        known = {after: before for before, after in self.ids.get(collection, {}).items()}
        return [known.get(key, key) for key in keys]

    def item(self, collection: str, key: Any) -> Any:
        """The same for a reference that names its collection. It mostly holds the key as text."""
        if not self.covers(collection):
            return None if collection in SERVER_ASSIGNED_KEYS else key
        if collection not in SERVER_ASSIGNED_KEYS:
            return self.counterpart(collection, key) or key
        counterpart = self.counterpart(collection, _number(key))
        is_text = isinstance(key, str) and isinstance(counterpart, int)
        return str(counterpart) if is_text else counterpart

    def is_dangling(self, collection: str, key: Any) -> bool:
        """Whether rows refer to ``key`` although no source row has it."""
        return key in self.dangling.get(collection, ())

    def is_missing(self, collection: str, key: Any) -> bool:
        """Whether ``key``, perhaps as text, is that of a source row without a clear counterpart."""
        places = self.missing[collection], self.unclear[collection]
        return any(key in place or _number(key) in place for place in places)

    def misses(self, collection: str) -> bool:
        """Whether any source row of ``collection`` has no clear counterpart."""
        return bool(self.missing[collection] or self.unclear[collection])

    def settled(self, value: Any) -> Any:
        """The id that a pending id has become, once the row was written. None: it was not.
        Other values stay as they are."""
        return self.ids[value[1]].get(value[2]) if is_pending(value) else value

    def with_arrived(self, collection: str, match: Match) -> "Identities":
        """The same, once the destination has assigned the keys of ``collection``."""
        ids = {**self.ids, collection: match.ids}
        return replace(self, ids=ids, arriving=self.arriving - {collection})

    def rewrite(self, value: Any) -> Any:
        """``value``, a text or a JSON document, with the quoted ids of users, roles and policies
        mapped."""
        if not self._quoted or value is None:
            return value
        before = value if isinstance(value, str) else orjson.dumps(value).decode()
        after = UUID.sub(lambda uuid: self._quoted.get(uuid[0].lower(), uuid[0]), before)
        if after == before:
            return value
        return after if isinstance(value, str) else orjson.loads(after)


def is_pending(value: Any) -> bool:
    """Whether the destination still has to assign this id. A pending id is valid JSON."""
    return isinstance(value, list) and value[:1] == [PENDING]


def _number(key: Any) -> Any:
    """``key`` as a number where it is the text of one."""
    return int(key) if isinstance(key, str) and key.isascii() and key.isdecimal() else key


def _changed(ids: Mapping[Any, Any]) -> dict[Any, Any]:
    return {before: after for before, after in ids.items() if before != after}


def identify(
    source: Instance,
    destination: Instance,
    resources: Collection[Resource],
    *,
    arrived: bool = False,
) -> Identities:
    """Match users, roles, policies, and everything else that ``resources`` refer to. Reads only.

    ``arrived`` says that the rows of ``resources`` have been written.
    """
    names = {resource.name for resource in resources}
    reader = Reader(source, destination)
    matches = {
        name: MATCHERS.get(name, match_by_id)(reader, name)
        for name in _matched_first(source, resources)
    }
    known = replace(_identities(matches, names, frozenset()), selected=source.selected)
    others = _matched_by_natural_key(source, resources)
    matched = side_by_side(
        lambda resource: match_by_natural_key(reader, resource, known.counterpart, known.covers),
        others,
    )
    matches |= {resource.name: match for resource, match in zip(others, matched, strict=True)}
    arriving = frozenset() if arrived else SERVER_ASSIGNED_KEYS & names
    return replace(_identities(matches, names, arriving), selected=source.selected)


def match_arrived(
    identities: Identities, source: Instance, destination: Instance, resource: Resource
) -> Match:
    """Match the rows of ``resource`` again. The destination has assigned their keys by now."""
    return match_by_natural_key(
        Reader(source, destination), resource, identities.counterpart, identities.covers
    )


def awaited(resources: Collection[Resource]) -> set[str]:
    """Collections with keys of the destination that rows of ``resources`` refer to."""
    return _targets(resources) & SERVER_ASSIGNED_KEYS


def _matched_first(source: Instance, resources: Collection[Resource]) -> list[str]:
    """Collections that are matched by id, and users, roles and policies. The others refer to
    them."""
    names = {resource.name for resource in resources}
    by_id = (_targets(resources) | MATCHERS.keys()) - names - SERVER_ASSIGNED_KEYS
    by_natural_key = {resource.name for resource in resources if resource.rules.natural_key}
    return sorted(by_id & source.model.columns.keys()) + sorted(by_natural_key & MATCHERS.keys())


def _matched_by_natural_key(source: Instance, resources: Collection[Resource]) -> list[Resource]:
    """Resources whose rows may have other ids, also those that do not move and are referred to."""
    names = {resource.name for resource in resources}
    moving = [
        resource
        for resource in resources
        if resource.rules.natural_key and resource.name not in MATCHERS
    ]
    targets = (_targets(resources) - names) & SERVER_ASSIGNED_KEYS & source.model.resources.keys()
    return [*moving, *(source.model.resources[name] for name in sorted(targets))]


def _targets(resources: Collection[Resource]) -> set[str]:
    """What foreign keys refer to, and of any-to-many what may have other ids at the destination."""
    by_key = {reference.target for resource in resources for reference in resource.references}
    named = {
        target
        for resource in resources
        for reference in resource.item_references
        for target in reference.targets
    }
    return by_key | (named & SERVER_ASSIGNED_KEYS)


def _identities(
    matches: Mapping[str, Match], moved: Collection[str], arriving: Collection[str]
) -> Identities:
    return Identities(
        {name: match.ids for name, match in matches.items()},
        frozenset(moved),
        unclear={name: match.unclear for name, match in matches.items()},
        missing={name: match.missing for name, match in matches.items()},
        arriving=frozenset(arriving),
    )
