"""Writes rows over Directus' REST interface."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Directus
from sidecar.migration.instance.rows import EncodedRow
from sidecar.resources.base import FILES, Resource, segment


@dataclass(frozen=True, slots=True)
class RestRowWriter:
    """A RowWriter of the instance behind ``client``."""

    client: Directus

    @property
    def refusals(self) -> int:
        return self.client.limiter.refusals

    def create(self, resource: Resource, rows: Sequence[EncodedRow]) -> list[Any]:
        # A repeated request must not create a row twice when the server assigns the key.
        repeatable = not resource.rules.server_assigned_key
        # Of files Directus takes one row a request.
        alone = resource.rules.one_by_one or resource.name == FILES
        bodies = [row.json for row in rows] if alone else [_list(rows)]
        keys: list[Any] = []
        for body in bodies:
            created = self.client.create(
                resource.path, body, fields=[resource.key], repeatable=repeatable
            )
            # Directus adds permissions without a key to its answers; no table holds them.
            keys += [row[resource.key] for row in _rows(created) if resource.key in row]
        return keys

    def create_large(self, resource: Resource, row: EncodedRow) -> None:
        """Import the row as a file: the limit of a JSON body does not apply to files."""
        file = {"file": ("row.json", _list([row]), "application/json")}
        self.client.send("POST", f"/utils/import/{segment(resource.name)}", files=file)

    def update(
        self, resource: Resource, rows: Sequence[EncodedRow], *, one_by_one: bool = False
    ) -> None:
        fields = [resource.key]
        if resource.singleton and not resource.is_user_collection:
            # Directus answers 200 to a list for the settings, and does nothing. A singleton of the
            # project is an ordinary collection while its rows are written.
            for row in rows:
                self.client.update(resource.path, row.json, fields=fields)
        elif one_by_one or resource.rules.one_by_one:
            for row in rows:
                path = f"{resource.path}/{segment(row.values[resource.key])}"
                self.client.update(path, row.json, fields=fields)
        else:
            self._update_many(resource, rows)

    def _update_many(self, resource: Resource, rows: Sequence[EncodedRow]) -> None:
        """In a list, Directus takes the key 0 for none."""
        zero = [row for row in rows if str(row.values[resource.key]) == "0"]
        others = [row for row in rows if str(row.values[resource.key]) != "0"]
        if zero:
            self.update(resource, zero, one_by_one=True)
        if others:
            self.client.update(resource.path, _list(others), fields=[resource.key])

    def delete(self, resource: Resource, keys: Sequence[Any]) -> None:
        self.client.send("DELETE", resource.path, body=list(keys))


def _list(rows: Sequence[EncodedRow]) -> bytes:
    return b"[" + b",".join(row.json for row in rows) + b"]"


def _rows(created: Any) -> list[Any]:
    """Directus answers a list to a list, and an object to an object."""
    if created is None:
        return []
    return created if isinstance(created, list) else [created]
