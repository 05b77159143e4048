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
    """The source without the collections ``names``, and without relations to ``targets``.

    A field that shows rows of other collections goes with its relation: without one, Directus takes
    it for a column, and can no longer read the collection.
    """
    collections = without_members(source.collections, names)
    relations = _reduced_relations(source.relations, names, targets)
    lost = _shown(source.relations) - _shown(relations)
    fields = _reduced_fields(source.fields, names, lost)
    snapshot = {
        **source.snapshot,
        "collections": without_members(source.snapshot["collections"], names),
        "fields": _reduced_fields(source.snapshot["fields"], names, lost),
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


def _shown(relations: Iterable[Row]) -> set[tuple[str, str]]:
    """The fields without a column that show the rows behind ``relations``."""
    return {
        (row["related_collection"], meta["one_field"])
        for row in relations
        if (meta := row.get("meta") or {}).get("one_field") and row.get("related_collection")
    }


def _reduced_fields(
    rows: Iterable[Row], names: Collection[str], lost: Collection[tuple[str, str]]
) -> list[Row]:
    return [
        row
        for row in rows
        if row["collection"] not in names and (row["collection"], row["field"]) not in lost
    ]


def _reduced_relations(
    rows: Iterable[Row], names: Collection[str], targets: Collection[str]
) -> list[Row]:
    return [
        row
        for row in rows
        if row["collection"] not in names and row.get("related_collection") not in targets
    ]
