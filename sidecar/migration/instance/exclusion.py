"""Leaves whole collections out of a source, as if it did not have them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sidecar.directus.client import Row
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
    collections = _reduced_collections(source.collections, names)
    fields = [row for row in source.fields if row["collection"] not in names]
    relations = _reduced_relations(source.relations, names)
    snapshot = {
        **source.snapshot,
        "collections": _reduced_collections(source.snapshot["collections"], names),
        "fields": [row for row in source.snapshot["fields"] if row["collection"] not in names],
        "relations": _reduced_relations(source.snapshot["relations"], names),
    }
    return replace(
        source,
        snapshot=snapshot,
        collections=tuple(collections),
        fields=tuple(fields),
        relations=tuple(relations),
        model=build_data_model(collections, fields, relations),
        excluded=exclusions,
        excluded_relations={
            (row["collection"], row["field"]): row["related_collection"]
            for row in source.relations
            if row["collection"] in tracked - names and row.get("related_collection") in names
        },
    )


def _reduced_collections(rows: Iterable[Row], names: Collection[str]) -> list[Row]:
    """Directus does not create a collection inside of one that does not exist."""
    return [_without_group(row, names) for row in rows if row["collection"] not in names]


def _without_group(row: Row, names: Collection[str]) -> Row:
    meta = row.get("meta") or {}
    return {**row, "meta": {**meta, "group": None}} if meta.get("group") in names else row


def _reduced_relations(rows: Iterable[Row], names: Collection[str]) -> list[Row]:
    return [
        row
        for row in rows
        if row["collection"] not in names and row.get("related_collection") not in names
    ]
