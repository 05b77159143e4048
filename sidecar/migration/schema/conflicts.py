"""What is one thing at the source and another at the destination, so that a migration would have to
drop one."""

from collections import defaultdict
from collections.abc import Iterable

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.resources.data_model import is_tracked

CODE = "SCHEMA_CONFLICT"
DIFFERENT_THINGS = (
    "{}: one thing at the source and another at the destination (such as a table and a folder, "
    "or a text and a number). Rename or remove one of them; a migration drops neither"
)
RETARGETED = (
    "{} points to {} at the source and to {} at the destination. A migration does not change "
    "where a relation points. Point it to the same collection on both sides, or delete the field "
    "{} at the destination (its values there are lost), and the next run creates it again"
)
ANY = "any collection (many-to-any)"


def schema_conflicts(
    source: Instance, destination: Instance, diff: SchemaDiff | None
) -> list[Finding]:
    """A finding for each kind of conflict; ``diff`` is what Directus says of the two schemas, where
    it could."""
    names = ", ".join(diff.conflicts) if diff else ""
    return [
        *([Finding(CODE, DIFFERENT_THINGS.format(names))] if names else []),
        *(Finding(CODE, message) for message in _retargeted(source, destination)),
    ]


def _retargeted(source: Instance, destination: Instance) -> Iterable[str]:
    """Relations that point to another collection. Directus would leave the foreign key at the old
    one, and add another row to ``directus_relations``."""
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    own = {(row["collection"], row["field"]) for row in source.snapshot["fields"]}
    present = _targets(destination.relations)
    for (collection, field), wanted in sorted(_targets(source.relations).items()):
        if collection not in tracked and (collection, field) not in own:
            continue
        found = present.get((collection, field), wanted)
        if found != wanted:
            name = f"{collection}.{field}"
            yield RETARGETED.format(name, _words(wanted), _words(found), name)


def _targets(relations: Iterable[Row]) -> dict[tuple[str, str], set[str]]:
    """What each field points at, by its metadata and by its foreign key; the two should be the
    same."""
    targets: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in relations:
        any_to_many = ANY if (row.get("meta") or {}).get("one_collection_field") else None
        for target in (
            row.get("related_collection"),
            (row.get("schema") or {}).get("foreign_key_table"),
            any_to_many,
        ):
            if target is not None:
                targets[row["collection"], row["field"]].add(target)
    return targets


def _words(targets: set[str]) -> str:
    return " and ".join(sorted(targets))
