"""How a row of one side is recognised at the other, where ids may differ.

A user with the same e-mail (any case) is that user; a role or policy is known by its id, else by
its name and nature, and where each side has one administrators' role or policy left, they are the
same. Other rows are the same when their id or their natural columns are. Two candidates are never
guessed between.
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
    """Source id → destination id. ``unclear`` ids have two candidates, and the message says which;
    ``missing`` ones have none."""

    ids: dict[Any, Any] = field(default_factory=dict)
    unclear: dict[Any, str] = field(default_factory=dict)
    missing: frozenset[Any] = frozenset()

    def of(self, source: Iterable[Any]) -> "Match":
        """The same, told of all ids of the ``source``."""
        self.missing = frozenset(source) - self.ids.keys() - self.unclear.keys()
        return self


class Reader:
    """Reads what rows are recognised by, on both sides, each collection once."""

    def __init__(self, source: Instance, destination: Instance) -> None:
        self.sides = source, destination
        self._read: dict[tuple[str, tuple[str, ...]], list[list[Row]]] = {}

    def both(self, collection: str, *columns: str) -> list[list[Row]]:
        """The rows of the source and those of the destination, with ``columns`` and id."""
        if (collection, columns) not in self._read:
            self._read[collection, columns] = side_by_side(
                lambda side: _rows(side, collection, columns), self.sides
            )
        return self._read[collection, columns]

    def keys(self, collection: str) -> Iterator[tuple[str, list[Row]]]:
        """Of each side the name of the key and the rows, which have nothing else."""
        for side in self.sides:
            resource = side.model.resources.get(collection)
            if resource is None:
                yield (
                    "id",
                    _rows(side, collection, ()) if collection.startswith("directus_") else [],
                )
            else:
                yield (
                    resource.key,
                    [row for page in side.rows.pages(resource, [resource.key]) for row in page],
                )


def match_by_id(reader: Reader, collection: str) -> Match:
    """Rows are the same when their key is. Numbers of Directus' own tables, such as its activity,
    mean other rows at each instance."""
    here, there = ([row[key] for row in rows] for key, rows in reader.keys(collection))
    if collection.startswith("directus_") and any(isinstance(key, int) for key in here):
        return Match().of(here)
    # A number may be at hand as text on one side.
    known = {str(key): key for key in there}
    return Match({key: known[str(key)] for key in here if str(key) in known}).of(here)


def match_users(reader: Reader, collection: str) -> Match:
    """By e-mail, which must not contradict the id; users without an e-mail by id."""
    here, there = reader.both(collection, "email")
    names = _Names(
        {row["id"]: (row["email"] or "").casefold() for row in here},
        {row["id"]: (row["email"] or "").casefold() for row in there},
    )
    match = names.match()
    by_name = {name: key for key, name in names.here.items() if name}
    for key in names.here.keys() & names.there.keys():
        # Its e-mail is that of somebody else there, or the e-mail there that of somebody else here.
        mine, theirs = names.here[key], names.there[key]
        elsewhere = any(other != key for other in names.candidates(mine)) if mine else False
        for one in ([key] if elsewhere else []) + (
            [key, by_name[theirs]] if by_name.get(theirs, key) != key else []
        ):
            match.ids.pop(one, None)
            match.unclear[one] = OTHER_ID.format(names.here[one])
    return match.of(names.here)


def match_roles(reader: Reader, collection: str) -> Match:
    """By id, else by name among those that give the same access: to everything, to the app, to
    neither."""
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
    """By id, else by name among those that give the same access."""
    natures = [
        {row["id"]: (row["name"], row["admin_access"], row["app_access"]) for row in rows}
        for rows in reader.both(POLICIES, "name", "admin_access", "app_access")
    ]
    return _match_by_nature(*natures, powerful=lambda nature: bool(nature[1]))


def match_alike(
    reader: Reader,
    resource: Resource,
    counterpart: Callable[[str, Any], Any],
    covers: Callable[[str], bool],
) -> Match:
    """Rows with the same natural columns are the same, first with first and second with second."""
    columns = (resource.key, *resource.rules.natural_key)
    here, there = side_by_side(
        lambda side: [row for page in side.rows.pages(resource, columns) for row in page],
        reader.sides,
    )
    same = {} if resource.rules.server_assigned_key else {row[resource.key] for row in there}
    match = Match(
        {row[resource.key]: row[resource.key] for row in here if row[resource.key] in same}
    )
    targets = {
        reference.column: reference.target
        for reference in resource.references
        if covers(reference.target)
    }
    free: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in there:
        if row[resource.key] not in match.ids:
            free[tuple(row[column] for column in resource.rules.natural_key)].append(
                row[resource.key]
            )
    for row in here:
        mapped = tuple(
            _mapped(row, column, targets, counterpart) for column in resource.rules.natural_key
        )
        if row[resource.key] not in match.ids and free[mapped]:
            match.ids[row[resource.key]] = free[mapped].pop(0)
    return match.of(row[resource.key] for row in here)


def _mapped(
    row: Row, column: str, targets: Mapping[str, str], counterpart: Callable[[str, Any], Any]
) -> Any:
    value = row[column]
    if value is None or column not in targets:
        return value
    # Without a counterpart it is like no row there; that is another thing than null.
    return counterpart(targets[column], value) or (column, value)


class _Names:
    """Ids and names of both sides; rows that have the same id on both are no candidates for
    another."""

    def __init__(self, here: Mapping[Any, Any], there: Mapping[Any, Any]) -> None:
        self.here, self.there = here, there
        self._by_name: dict[Any, list[Any]] = defaultdict(list)
        for key, name in there.items():
            self._by_name[name].append(key)

    def candidates(self, name: Any) -> list[Any]:
        return self._by_name.get(name, [])

    def match(self) -> Match:
        match = Match({key: key for key in self.here if key in self.there})
        wanted = Counter(name for key, name in self.here.items() if key not in self.there)
        for key, name in self.here.items():
            found = (
                [other for other in self.candidates(name) if other not in match.ids] if name else []
            )
            if key in match.ids or not found:
                continue
            if len(found) > 1 or wanted[name] > 1:
                message = TWO_THERE if len(found) > 1 else TWO_HERE
                match.unclear[key] = message.format(name if isinstance(name, str) else name[0])
            else:
                match.ids[key] = found[0]
        return match


def _match_by_nature(
    here: Mapping[Any, Any], there: Mapping[Any, Any], *, powerful: Callable[[Any], bool]
) -> Match:
    match = _Names(here, there).match()
    taken = set(match.ids.values())
    settled = match.ids.keys() | match.unclear.keys()
    mine = [key for key, nature in here.items() if powerful(nature) and key not in settled]
    theirs = [key for key, nature in there.items() if powerful(nature)]
    if not theirs or taken.intersection(theirs):
        return match.of(here)
    if len(mine) == 1 and len(theirs) == 1:
        match.ids[mine[0]] = theirs[0]
    else:
        match.unclear.update({key: SEVERAL.format(here[key][0]) for key in mine})
    return match.of(here)


def _natures(
    roles: Sequence[Row], access: Iterable[Row], policies: Iterable[Row]
) -> dict[Any, Any]:
    """(name, makes administrators, opens the app) of each role, by its own policies or those of a
    role above it."""
    parents = {row["id"]: row["parent"] for row in roles}
    grants = {row["id"]: (bool(row["admin_access"]), bool(row["app_access"])) for row in policies}
    own: dict[Any, list[tuple[bool, bool]]] = defaultdict(list)
    for row in access:
        own[row["role"]].append(grants.get(row["policy"], (False, False)))

    def grants_of(role: Any) -> list[tuple[bool, bool]]:
        found, seen = [], set()
        while role is not None and role not in seen:
            seen.add(role)
            found += own[role]
            role = parents.get(role)
        return found

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
    pages = side.rows.pages(side.resource(collection), ["id", *columns])
    return [row for page in pages for row in page]
