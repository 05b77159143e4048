"""Identity map: who is who on the two sides.

References follow it, in foreign keys, in references to items and in ids quoted in JSON and text. How rows are
recognised is told in ``recognition``.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sidecar.migration.instance import Instance
from sidecar.migration.parallel import side_by_side
from sidecar.migration.recognition import (
    Match,
    Reader,
    match_alike,
    match_by_id,
    match_policies,
    match_roles,
    match_users,
)
from sidecar.resources.base import POLICIES, ROLES, USERS, Resource

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PEOPLE = {USERS: match_users, ROLES: match_roles, POLICIES: match_policies}


@dataclass(frozen=True, slots=True)
class Identities:
    """Source id → destination id, by collection. Rows of the ``moved`` collections that are not in it are new and
    keep their id; of others, an id that is not in it has no counterpart."""

    ids: Mapping[str, Mapping[Any, Any]]
    moved: frozenset[str] = frozenset()
    unclear: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
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
        """The destination's id for ``key``, or None when it has none."""
        found = self.ids[collection].get(key)
        is_new = found is None and collection in self.moved and key not in self.unclear.get(collection, ())
        return key if is_new else found

    def rewrite(self, value: Any) -> Any:
        """``value``, a text or a JSON document, with every id of a person, role or policy quoted in it mapped."""
        if not self._quoted or value is None:
            return value
        before = value if isinstance(value, str) else orjson.dumps(value).decode()
        after = UUID.sub(lambda found: self._quoted.get(found[0].lower(), found[0]), before)
        if after == before:
            return value
        return after if isinstance(value, str) else orjson.loads(after)


def _changed(ids: Mapping[Any, Any]) -> dict[Any, Any]:
    return {before: after for before, after in ids.items() if before != after}


def identify(source: Instance, destination: Instance, resources: Collection[Resource]) -> Identities:
    """Match people, roles and policies, what else ``resources`` refer to, and those of them whose rows may have other
    ids there. Reads only."""
    names = {resource.name for resource in resources}
    targets = {reference.target for resource in resources for reference in resource.references} | PEOPLE.keys()
    recognised = {resource.name for resource in resources if resource.natural}
    wanted = ((targets - names) & source.model.columns.keys()) | recognised
    reader = Reader(source, destination)
    matches: dict[str, Match] = {}
    for name in sorted(wanted - recognised) + sorted(recognised & PEOPLE.keys()):
        matches[name] = PEOPLE.get(name, match_by_id)(reader, name)
    known = _identities(matches, names)
    others = [resource for resource in resources if resource.natural and resource.name not in PEOPLE]
    alike = side_by_side(lambda resource: match_alike(reader, resource, known.counterpart, known.covers), others)
    matches |= {resource.name: match for resource, match in zip(others, alike, strict=True)}
    return _identities(matches, names)


def _identities(matches: Mapping[str, Match], moved: Collection[str]) -> Identities:
    ids = {name: match.ids for name, match in matches.items()}
    return Identities(ids, frozenset(moved), {name: match.unclear for name, match in matches.items()})
