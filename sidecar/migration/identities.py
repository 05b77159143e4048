"""Identity map: who is who on the two sides, for references to rows that this run does not move itself.

A user with the same e-mail (any case) is that user, a role of the same name that role; whatever else is referred to
is recognised by its id alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.pages import read_pages
from sidecar.migration.instance import Instance
from sidecar.resources.base import NATURAL_KEYS, NaturalKey, Resource, system_path


@dataclass(frozen=True, slots=True)
class Identities:
    """Source id → destination id, by collection. An id that is not in it has no counterpart."""

    ids: Mapping[str, Mapping[Any, Any]]
    ambiguous: tuple[tuple[str, str], ...] = ()

    def covers(self, collection: str) -> bool:
        return collection in self.ids

    def counterpart(self, collection: str, key: Any) -> Any:
        """The destination's id for ``key``, or None when it has none."""
        return self.ids[collection].get(key)


def identify(source: Instance, destination: Instance, resources: Collection[Resource]) -> Identities:
    """Match what ``resources`` refer to without it being moved. Reads only.

    ``ambiguous`` names (collection, natural key) where two candidates exist; neither is taken.
    """
    moved = {resource.name for resource in resources}
    targets = {reference.target for resource in resources for reference in resource.references} - moved
    wanted = sorted(target for target in targets if target.startswith("directus_"))
    ids: dict[str, dict[Any, Any]] = {}
    ambiguous: list[tuple[str, str]] = []
    for collection in wanted:
        natural = NATURAL_KEYS.get(collection) or NaturalKey(system_path(collection))
        here, there = (_read(instance, collection, natural) for instance in (source, destination))
        ids[collection] = _match(collection, natural, here, there, ambiguous)
    return Identities(ids, tuple(ambiguous))


def _read(instance: Instance, collection: str, natural: NaturalKey) -> list[Row]:
    if collection not in instance.model.columns:
        return []
    fields = ["id", natural.column] if natural.column else ["id"]
    pages = read_pages(instance.client, natural.path, key="id", key_type="uuid", fields=fields,
                       limit=instance.query_limit)
    return [row for page in pages for row in page]


def _match(collection: str, natural: NaturalKey, here: list[Row], there: list[Row],
           ambiguous: list[tuple[str, str]]) -> dict[Any, Any]:
    known = {row["id"] for row in there}
    by_natural_key: dict[str, list[Any]] = defaultdict(list)
    for row in there:
        if name := _folded(row, natural):
            by_natural_key[name].append(row["id"])
    matched = {}
    for row in here:
        candidates = by_natural_key.get(_folded(row, natural), [])
        if row["id"] in known:
            matched[row["id"]] = row["id"]
        elif len(candidates) == 1:
            matched[row["id"]] = candidates[0]
        elif candidates:
            ambiguous.append((collection, _folded(row, natural)))
    return matched


def _folded(row: Row, natural: NaturalKey) -> str:
    return str(row[natural.column] or "").casefold() if natural.column else ""
