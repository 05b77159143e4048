"""Finds what the two sides define differently, so that a migration would have to delete one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.key_conflicts import different_keys
from sidecar.resources.data_model import is_tracked

CODE = "SCHEMA_CONFLICT"
DIFFERENT_KINDS = (
    "{}: the source and the destination define this differently (for example, as a table and as a "
    "folder, or as a text and as a number). Rename or remove one of them; a migration deletes "
    "neither"
)
RETARGETED = (
    "{} points to {} at the source and to {} at the destination. A migration does not change "
    "where a relation points. Point it to the same collection on both sides, or delete the field "
    "{} at the destination (its values there are lost); the next run creates it again"
)
ANY = "any collection (many-to-any)"


def schema_conflicts(
    source: Instance, destination: Instance, diff: SchemaDiff | None
) -> list[Finding]:
    """One finding about all different definitions, and one for each different primary key and for
    each retargeted relation.

    ``diff`` is None when Directus could not compare the schemas.
    """
    names = ", ".join(diff.conflicts) if diff else ""
    return [
        *([Finding(CODE, DIFFERENT_KINDS.format(names))] if names else []),
        *(Finding(CODE, message) for message in different_keys(source, destination)),
        *(Finding(CODE, message) for message in _retargeted(source, destination)),
    ]


def _retargeted(source: Instance, destination: Instance) -> Iterator[str]:
    """Messages about relations that point to different collections on the two sides.

    Directus would leave the foreign key at the old one and add another row to
    ``directus_relations``.
    """
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    migrated_fields = {field_name(row) for row in source.snapshot["fields"]}
    destination_targets = _targets(destination.relations)
    for name, source_targets in sorted(_targets(source.relations).items()):
        if name[0] not in tracked and name not in migrated_fields:
            continue
        targets = destination_targets.get(name, source_targets)
        if targets != source_targets:
            label = ".".join(name)
            yield RETARGETED.format(label, _listed(source_targets), _listed(targets), label)


def _targets(relations: Iterable[Row]) -> dict[FieldName, set[str]]:
    """The collections that each field points to, by metadata and by foreign key.

    The two name the same collection, unless somebody changed one of them.
    """
    targets: dict[FieldName, set[str]] = defaultdict(set)
    for row in relations:
        meta, schema = row.get("meta") or {}, row.get("schema") or {}
        names = (
            row.get("related_collection"),
            schema.get("foreign_key_table"),
            ANY if meta.get("one_collection_field") else None,
        )
        for name in names:
            if name is not None:
                targets[field_name(row)].add(name)
    return targets


def _listed(targets: set[str]) -> str:
    return " and ".join(sorted(targets))
