"""Identity map: who is who on the two sides.

References follow it, in foreign keys, in references to items and in ids quoted in JSON and text.
How rows are recognised is told in ``recognition``.

Rows of some collections (presets, permissions, content versions) get their key from the
destination. Until such a row is written, a reference to it is pending: it names the row by its key
at the source.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.matching import (
    Match,
    Reader,
    match_alike,
    match_by_id,
    match_policies,
    match_roles,
    match_users,
)
from sidecar.resources.base import POLICIES, ROLES, USERS, Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

PENDING = "\0pending"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PEOPLE = {USERS: match_users, ROLES: match_roles, POLICIES: match_policies}


@dataclass(frozen=True, slots=True)
class Identities:
    """Source id → destination id, by collection. Rows of the ``moved`` collections that are not in
    it are new and keep their id; of others, an id that is not in it has no counterpart. ``missing``
    are the source's ids without one. Rows of the ``arriving`` collections are still to get their id
    from the destination."""

    ids: dict[str, Mapping[Any, Any]]
    moved: frozenset[str] = frozenset()
    unclear: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    missing: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    arriving: frozenset[str] = frozenset()
    _quoted: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in PEOPLE:
            self._quoted.update(_changed(self.ids.get(name, {})))

    def changed(self) -> dict[str, int]:
        """How many people, roles and policies have another id at the destination, by collection."""
        return {name: count for name in PEOPLE if (count := len(_changed(self.ids.get(name, {}))))}

    def covers(self, collection: str) -> bool:
        return collection in self.ids

    def counterpart(self, collection: str, key: Any) -> Any:
        """The destination's id for ``key``: None when it has none, a pending one when it is still
        to be given."""
        found = self.ids[collection].get(key)
        if found is None and collection in SERVER_ASSIGNED_KEYS:
            is_new = collection in self.arriving and key in self.missing[collection]
            return [PENDING, collection, key] if is_new else None
        is_new = (
            found is None
            and collection in self.moved
            and key not in self.unclear.get(collection, ())
        )
        return key if is_new else found

    def item(self, collection: str, key: Any) -> Any:
        """The same for a reference that names its collection beside it, and holds the key as a text
        mostly."""
        if not self.covers(collection):
            return None if collection in SERVER_ASSIGNED_KEYS else key
        if collection not in SERVER_ASSIGNED_KEYS:
            return self.counterpart(collection, key) or key
        found = self.counterpart(collection, _number(key))
        return str(found) if isinstance(key, str) and isinstance(found, int) else found

    def is_missing(self, collection: str, key: Any) -> bool:
        """Whether ``key``, perhaps as a text, is that of a source row that has no counterpart, or
        more than one."""
        places = self.missing[collection], self.unclear[collection]
        return any(key in place or _number(key) in place for place in places)

    def misses(self, collection: str) -> bool:
        """Whether any row of ``collection`` at the source has no counterpart, or more than one."""
        return bool(self.missing[collection] or self.unclear[collection])

    def settled(self, value: Any) -> Any:
        """A ``value`` that may be a pending id, once the row has been written: None when that
        failed."""
        return self.ids[value[1]].get(value[2]) if is_pending(value) else value

    def with_arrived(self, collection: str, match: Match) -> "Identities":
        """The same, once the destination has assigned the keys of ``collection``."""
        ids = {**self.ids, collection: match.ids}
        return replace(self, ids=ids, arriving=self.arriving - {collection})

    def rewrite(self, value: Any) -> Any:
        """``value``, a text or a JSON document, with every id of a person, role or policy quoted in
        it mapped."""
        if not self._quoted or value is None:
            return value
        before = value if isinstance(value, str) else orjson.dumps(value).decode()
        after = UUID.sub(lambda found: self._quoted.get(found[0].lower(), found[0]), before)
        if after == before:
            return value
        return after if isinstance(value, str) else orjson.loads(after)


def is_pending(value: Any) -> bool:
    """Whether this is an id that the destination is still to give; it can be kept as JSON."""
    return isinstance(value, list) and value[:1] == [PENDING]


def _number(key: Any) -> Any:
    """``key`` as the number that it may be the text of."""
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
    """Match people, roles and policies, what else ``resources`` refer to, and those of them whose
    rows may have other ids there. Reads only. ``arrived`` says that their rows have been written,
    as far as they could be."""
    names = {resource.name for resource in resources}
    recognised = {resource.name for resource in resources if resource.rules.natural_key}
    others = _targets(resources) - names
    by_id = (others | PEOPLE.keys()) - names - SERVER_ASSIGNED_KEYS
    reader = Reader(source, destination)
    matches: dict[str, Match] = {}
    for name in sorted(by_id & source.model.columns.keys()) + sorted(recognised & PEOPLE.keys()):
        matches[name] = PEOPLE.get(name, match_by_id)(reader, name)
    known = _identities(matches, names, frozenset())
    alike = [
        resource
        for resource in resources
        if resource.rules.natural_key and resource.name not in PEOPLE
    ]
    alike += [
        source.model.resources[name]
        for name in sorted(others & SERVER_ASSIGNED_KEYS & source.model.resources.keys())
    ]
    found = side_by_side(
        lambda resource: match_alike(reader, resource, known.counterpart, known.covers), alike
    )
    matches |= {resource.name: match for resource, match in zip(alike, found, strict=True)}
    return _identities(matches, names, frozenset() if arrived else SERVER_ASSIGNED_KEYS & names)


def match_arrived(
    identities: Identities, source: Instance, destination: Instance, resource: Resource
) -> Identities:
    """``identities`` with the rows of ``resource`` matched again. The destination has assigned
    their keys by now."""
    match = match_alike(
        Reader(source, destination), resource, identities.counterpart, identities.covers
    )
    return identities.with_arrived(resource.name, match)


def awaited(resources: Collection[Resource]) -> set[str]:
    """Collections whose rows get their ids from the destination, and are pointed at by rows of
    ``resources``."""
    return _targets(resources) & SERVER_ASSIGNED_KEYS


def _targets(resources: Collection[Resource]) -> set[str]:
    """What is pointed at by foreign keys, and of any-to-many what may have other ids at the
    destination."""
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
