"""How a row of one side is recognised on the other, where ids may differ.

A user with the same e-mail address, in any case, is the same user. A role or policy is known by its
id, else by its name and the access that it gives. When each side has one administrators' role or
policy left, they are the same. Other rows are the same when their id or their natural key is. The
migration never guesses between two candidates.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import ACCESS, POLICIES, ROLES, Resource

TWO_THERE = (
    "{} is more than one at the destination; rename or merge them, so that it is clear which one "
    "is meant"
)
TWO_HERE = "{} is more than one at the source and one at the destination; rename or merge them"
SEVERAL = (
    "{} makes administrators, and so do other names at the destination; give it the name of the "
    "one that is meant"
)
OTHER_ID = (
    "{} is one user by its e-mail and another by its id at the destination; change the e-mail of "
    "one of them"
)


@dataclass(slots=True)
class Match:
    """The counterparts of the rows of one collection."""

    # Source id → destination id.
    ids: dict[Any, Any] = field(default_factory=dict)
    # Source ids with more than one candidate, and which.
    unclear: dict[Any, str] = field(default_factory=dict)
    # Source ids without a candidate.
    missing: frozenset[Any] = frozenset()

    def of(self, source_ids: Iterable[Any]) -> "Match":
        """The same, where these are all ids of the source."""
        self.missing = frozenset(source_ids) - self.ids.keys() - self.unclear.keys()
        return self


class Reader:
    """Reads what rows are recognised by, on both sides, each collection once."""

    def __init__(self, source: Instance, destination: Instance) -> None:
        self.sides = source, destination
        self._cache: dict[tuple[str, tuple[str, ...]], list[list[Row]]] = {}

    def both(self, collection: str, *columns: str) -> list[list[Row]]:
        """The rows of source and destination, with id and ``columns``."""
        if (collection, columns) not in self._cache:
            self._cache[collection, columns] = side_by_side(
                lambda side: _rows(side, collection, columns), self.sides
            )
        return self._cache[collection, columns]

    def keys(self, collection: str) -> Iterator[list[Any]]:
        """All primary keys of each side."""
        for side in self.sides:
            is_system = collection.startswith("directus_") and collection in side.model.columns
            if collection in side.model.resources or is_system:
                resource = side.resource(collection)
                pages = side.all_rows.pages(resource, [resource.key])
                yield [row[resource.key] for page in pages for row in page]
            else:
                yield []


def match_by_id(reader: Reader, collection: str) -> Match:
    """Match rows with the same key.

    Numbers of Directus' own tables, such as its activity, mean other rows at each instance.
    """
    source_keys, destination_keys = reader.keys(collection)
    if collection.startswith("directus_") and any(isinstance(key, int) for key in source_keys):
        return Match().of(source_keys)
    # One side may show a number as text.
    known = {str(key): key for key in destination_keys}
    return Match({key: known[str(key)] for key in source_keys if str(key) in known}).of(source_keys)


def match_users(reader: Reader, collection: str) -> Match:
    """Match by e-mail, which must not contradict the id. Users without an e-mail match by id."""
    names = _Names(*(_emails(rows) for rows in reader.both(collection, "email")))
    match = names.match()
    by_email = {email: key for key, email in names.source.items() if email}
    for key in names.source.keys() & names.destination.keys():
        for other in _contradicting(key, names, by_email):
            match.ids.pop(other, None)
            match.unclear[other] = OTHER_ID.format(names.source[other])
    return match.of(names.source)


def _emails(rows: Iterable[Row]) -> dict[Any, str]:
    return {row["id"]: (row["email"] or "").casefold() for row in rows}


def _contradicting(key: Any, names: "_Names", by_email: Mapping[str, Any]) -> list[Any]:
    """The users that the id ``key`` and the e-mails of both sides disagree about."""
    email, their_email = names.source[key], names.destination[key]
    is_elsewhere = bool(email) and any(other != key for other in names.candidates(email))
    owner = by_email.get(their_email, key)
    return ([key] if is_elsewhere else []) + ([key, owner] if owner != key else [])


def match_roles(reader: Reader, collection: str) -> Match:
    """Match by id, else by name among roles that give the same access."""
    natures = [
        _natures(*rows)
        for rows in zip(
            reader.both(ROLES, "name", "parent"),
            reader.both(ACCESS, "role", "policy"),
            reader.both(POLICIES, "name", "admin_access", "app_access"),
            strict=True,
        )
    ]
    return _match_by_nature(*natures, powerful=lambda nature: bool(nature[1]))


def match_policies(reader: Reader, collection: str) -> Match:
    """Match by id, else by name among policies that give the same access."""
    natures = [
        {row["id"]: (row["name"], row["admin_access"], row["app_access"]) for row in rows}
        for rows in reader.both(POLICIES, "name", "admin_access", "app_access")
    ]
    return _match_by_nature(*natures, powerful=lambda nature: bool(nature[1]))


def match_by_natural_key(
    reader: Reader,
    resource: Resource,
    counterpart: Callable[[str, Any], Any],
    covers: Callable[[str], bool],
) -> Match:
    """Match rows with the same natural key, the first with the first, the second with the
    second."""
    columns = (resource.key, *resource.rules.natural_key)
    source_rows, destination_rows = side_by_side(
        lambda side: [row for page in side.all_rows.pages(resource, columns) for row in page],
        reader.sides,
    )
    match = Match(_same_keys(resource, source_rows, destination_rows))
    targets = {
        reference.column: reference.target
        for reference in resource.references
        if covers(reference.target)
    }
    free: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in destination_rows:
        if row[resource.key] not in match.ids:
            natural_key = tuple(row[column] for column in resource.rules.natural_key)
            free[natural_key].append(row[resource.key])
    for row in source_rows:
        natural_key = tuple(
            _mapped(row, column, targets, counterpart) for column in resource.rules.natural_key
        )
        if row[resource.key] not in match.ids and free[natural_key]:
            match.ids[row[resource.key]] = free[natural_key].pop(0)
    return match.of(row[resource.key] for row in source_rows)


def _same_keys(
    resource: Resource, source_rows: Iterable[Row], destination_rows: Iterable[Row]
) -> dict[Any, Any]:
    """The keys that both sides have. A key that the server assigns says nothing."""
    if resource.rules.server_assigned_key:
        return {}
    known = {row[resource.key] for row in destination_rows}
    keys = (row[resource.key] for row in source_rows)
    return {key: key for key in keys if key in known}


def _mapped(
    row: Row, column: str, targets: Mapping[str, str], counterpart: Callable[[str, Any], Any]
) -> Any:
    value = row[column]
    if value is None or column not in targets:
        return value
    # A reference without a counterpart equals no row there. That is not null.
    return counterpart(targets[column], value) or (column, value)


class _Names:
    """Ids and names of both sides. A row that has the same id on both is no candidate for
    another."""

    def __init__(self, source: Mapping[Any, Any], destination: Mapping[Any, Any]) -> None:
        self.source, self.destination = source, destination
        self._by_name: dict[Any, list[Any]] = defaultdict(list)
        for key, name in destination.items():
            self._by_name[name].append(key)

    def candidates(self, name: Any) -> list[Any]:
        """The ids at the destination that have this name."""
        return self._by_name.get(name, [])

    def match(self) -> Match:
        """Match by id, else by name."""
        match = Match({key: key for key in self.source if key in self.destination})
        occurrences = Counter(
            name for key, name in self.source.items() if key not in self.destination
        )
        for key, name in self.source.items():
            candidates = [other for other in self.candidates(name) if other not in match.ids]
            if key in match.ids or not name or not candidates:
                continue
            if len(candidates) > 1 or occurrences[name] > 1:
                message = TWO_THERE if len(candidates) > 1 else TWO_HERE
                match.unclear[key] = message.format(name if isinstance(name, str) else name[0])
            else:
                match.ids[key] = candidates[0]
        return match


def _match_by_nature(
    source: Mapping[Any, Any],
    destination: Mapping[Any, Any],
    *,
    powerful: Callable[[Any], bool],
) -> Match:
    match = _Names(source, destination).match()
    taken = set(match.ids.values())
    decided = match.ids.keys() | match.unclear.keys()
    left = [key for key, nature in source.items() if powerful(nature) and key not in decided]
    candidates = [key for key, nature in destination.items() if powerful(nature)]
    if not candidates or taken.intersection(candidates):
        return match.of(source)
    if len(left) == 1 and len(candidates) == 1:
        match.ids[left[0]] = candidates[0]
    else:
        match.unclear.update({key: SEVERAL.format(source[key][0]) for key in left})
    return match.of(source)


def _natures(
    roles: Sequence[Row], access: Iterable[Row], policies: Iterable[Row]
) -> dict[Any, Any]:
    """(name, makes administrators, opens the app) of each role, by its policies and those of the
    roles above it."""
    parents = {row["id"]: row["parent"] for row in roles}
    grants = {row["id"]: (bool(row["admin_access"]), bool(row["app_access"])) for row in policies}
    by_role: dict[Any, list[tuple[bool, bool]]] = defaultdict(list)
    for row in access:
        by_role[row["role"]].append(grants.get(row["policy"], (False, False)))

    def grants_of(role: Any) -> list[tuple[bool, bool]]:
        result, visited = [], set()
        while role is not None and role not in visited:
            visited.add(role)
            result += by_role[role]
            role = parents.get(role)
        return result

    return {
        row["id"]: (
            row["name"],
            any(admin for admin, _ in grants_of(row["id"])),
            any(app for _, app in grants_of(row["id"])),
        )
        for row in roles
    }


def _rows(side: Instance, collection: str, columns: Sequence[str]) -> list[Row]:
    if collection not in side.model.columns:
        return []
    pages = side.all_rows.pages(side.resource(collection), ["id", *columns])
    return [row for page in pages for row in page]
