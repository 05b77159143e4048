"""Leaves whole collections out of a source, as if it did not have them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sidecar.directus.client import Row
from sidecar.migration.instance.collection_groups import without_members
from sidecar.migration.instance.instance import Exclusion, Instance
from sidecar.resources.data_model import build_data_model, is_tracked


def without_collections(source: Instance, exclusions: Mapping[str, Exclusion]) -> Instance:
    """The source without the collections ``exclusions``, and without the relations to them.

    References to them keep their values, as those without a relation do. ``excluded`` and
    ``excluded_relations`` of the result tell what is missing.
    """
    if not exclusions:
        return source
    names = exclusions.keys()
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    return replace(
        without_tables(source, names, frozenset(names)),
        excluded=exclusions,
        excluded_relations={
            (row["collection"], row["field"]): row["related_collection"]
            for row in source.relations
            if row["collection"] in tracked - names and row.get("related_collection") in names
        },
    )


def without_tables(source: Instance, names: Collection[str], targets: Collection[str]) -> Instance:
    """The source without the collections ``names``, and without relations to ``targets``."""
    collections = without_members(source.collections, names)
    fields = [row for row in source.fields if row["collection"] not in names]
    relations = _reduced_relations(source.relations, names, targets)
    snapshot = {
        **source.snapshot,
        "collections": without_members(source.snapshot["collections"], names),
        "fields": [row for row in source.snapshot["fields"] if row["collection"] not in names],
        "relations": _reduced_relations(source.snapshot["relations"], names, targets),
    }
    return replace(
        source,
        snapshot=snapshot,
        collections=tuple(collections),
        fields=tuple(fields),
        relations=tuple(relations),
        model=build_data_model(collections, fields, relations),
    )


def _reduced_relations(
    rows: Iterable[Row], names: Collection[str], targets: Collection[str]
) -> list[Row]:
    return [
        row
        for row in rows
        if row["collection"] not in names and row.get("related_collection") not in targets
    ]
