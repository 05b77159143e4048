"""Follows rows that have another id at the destination: people, roles and policies by their names,
and rows that get their number there by what they say."""

from collections.abc import Mapping

from tests.databases.comparison.snapshot import Key, Snapshot, Values, key_text

NAMES = {"directus_users": "email", "directus_roles": "name", "directus_policies": "name"}


class Identities:
    """Both sides' rows with the ids of the destination."""

    def __init__(self, source: Snapshot, there: Snapshot) -> None:
        self._source = source
        self._there = there
        self._moved = _moved(source, there)

    def of_source(self, table: str) -> dict[Key, list[Values]]:
        """The source's rows as they have to be at the destination."""
        found: dict[Key, list[Values]] = {}
        for key, rows in self._source.rows[table].items():
            followed = tuple(map(self._follow, key))
            found.setdefault(followed, []).extend(
                {name: self._follow(value) for name, value in row.items()} for row in rows
            )
        return found

    def of_destination(self, table: str) -> Mapping[Key, list[Values]]:
        """The destination's rows."""
        return self._there.rows.get(table, {})

    def _follow(self, value: str | None) -> str | None:
        if value is None or len(value) < 36:
            return value
        for here, there in self._moved.items():
            if here in value:
                value = value.replace(here, there)
        return value


def _moved(source: Snapshot, there: Snapshot) -> dict[str, str]:
    """The ids of the source's rows that have another one at the destination."""
    moved: dict[str, str] = {}
    for table, column in NAMES.items():
        here, beyond = (_by_name(side, table, column) for side in (source, there))
        moved |= {
            here[name]: beyond[name]
            for name in here.keys() & beyond.keys()
            if here[name] != beyond[name]
        }
    return moved


def _by_name(side: Snapshot, table: str, column: str) -> dict[str, str]:
    """The ids by name, of names that are there once."""
    ids: dict[str, list[str]] = {}
    for key, rows in side.rows.get(table, {}).items():
        for row in rows:
            ids.setdefault((row[column] or "").lower(), []).append(key_text(key))
    return {name: found[0] for name, found in ids.items() if name and len(found) == 1}
