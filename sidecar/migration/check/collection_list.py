"""The collections of a side, for people who choose among them: as Directus' content navigation
shows them, with their numbers of rows."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected
from sidecar.migration.check.scope import part_of
from sidecar.migration.instance.counting import count_readable
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.refusal import words_of
from sidecar.options import OPTION_PARTS, PARTS

NO_KEY = "it has no primary key of one column, so Directus cannot show its rows"


@dataclass(frozen=True, slots=True)
class ListedCollection:
    """A collection or a folder of collections."""

    collection: str
    # "collection" or "folder".
    kind: str
    # The collection or folder that it lies in.
    group: str | None
    sort: int | None
    icon: str | None
    color: str | None
    note: str | None
    # Each with ``language`` and ``translation``.
    translations: tuple[dict[str, str], ...]
    hidden: bool
    # "open", "closed" or "locked": how Directus shows what lies in it.
    collapse: str
    singleton: bool
    # The rows. None: it is a folder, or they cannot be counted.
    rows: int | None
    # Why they cannot.
    problem: str | None = None

    def document(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "translations": list(self.translations)}


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A part of a migration, with what its system collections have."""

    name: str
    # The option that includes it. None: every option does.
    option: str | None
    # The rows of its system collections. None: it has no rows, or they are not counted.
    rows: int | None


def list_collections(side: Instance) -> list[ListedCollection]:
    """The collections of the project that Directus tracks, in the order of its content navigation.
    Reads only. Raises DirectusError when the side cannot be reached."""
    rows = [
        row
        for row in side.collections
        if row.get("meta") is not None and not row["collection"].startswith("directus_")
    ]
    names = {row["collection"] for row in rows}
    counts, failures = count_readable(
        side, [one for name, one in side.model.resources.items() if name in names]
    )
    listed = [_listed(row, names, counts, failures) for row in rows]
    return sorted(listed, key=_position)


def collections_of(side: Directus) -> frozenset[str]:
    """The names of all collections. Reads only. Raises DirectusError."""
    rows = side.get("/collections")
    with parse_guard(side.url + "/collections"):
        return frozenset(str(row["collection"]) for row in rows)


def list_parts(side: Instance) -> list[ListedPart]:
    """The parts of a migration. Reads only. Raises DirectusError."""
    resources = [one for one in side.model.resources.values() if not one.is_user_collection]
    counts, _ = count_readable(side, resources)
    rows: dict[str, int] = {}
    for name, count in counts.items():
        rows[part_of(name)] = rows.get(part_of(name), 0) + count
    options = {part: option for option, parts in OPTION_PARTS.items() for part in parts}
    return [ListedPart(part, options.get(part), rows.get(part)) for part in PARTS]


def _listed(
    row: Row,
    names: Collection[str],
    counts: dict[str, int],
    failures: dict[str, DirectusRejected],
) -> ListedCollection:
    name, meta = row["collection"], row["meta"] or {}
    is_folder = row.get("schema") is None
    problem = None
    if not is_folder and name not in counts:
        problem = words_of(failures[name]) if name in failures else NO_KEY
    group = meta.get("group")
    return ListedCollection(
        collection=name,
        kind="folder" if is_folder else "collection",
        group=group if group in names else None,
        sort=meta.get("sort"),
        icon=meta.get("icon"),
        color=meta.get("color"),
        note=meta.get("note"),
        translations=tuple(_translations(meta.get("translations"))),
        hidden=bool(meta.get("hidden")),
        collapse=meta.get("collapse") or "open",
        singleton=bool(meta.get("singleton")),
        rows=counts.get(name),
        problem=problem,
    )


def _translations(value: Any) -> Iterator[dict[str, str]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and one.get("language") and one.get("translation"):
            yield {"language": str(one["language"]), "translation": str(one["translation"])}


def _position(one: ListedCollection) -> tuple[bool, int, str]:
    return one.sort is None, one.sort or 0, one.collection
