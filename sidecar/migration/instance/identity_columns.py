"""Finds identity columns of PostgreSQL that are no keys.

``/fields`` shows such a column as one without a default. Only GraphQL's description of a collection
knows that the database gives it a value: there, the column may be null.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.resources.data_model import is_tracked
from sidecar.resources.vendors import POSTGRES

GRAPHQL = "/graphql"
# GraphQL has no collections of other names.
NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
INTEGERS = frozenset({"smallint", "integer", "bigint"})
# Directus limits the length of a question.
PER_QUESTION = 50


def with_identity_columns(source: Instance) -> Instance:
    """Add the identity columns that are no keys to a source.

    Sends a request only where a column may be one. A source that does not describe itself by
    GraphQL has none. Raises DirectusError.
    """
    candidates = _candidates(source)
    names = sorted(candidates)
    found = {
        (collection, column)
        for start in range(0, len(names), PER_QUESTION)
        for collection, column in _nullable(source.client, names[start : start + PER_QUESTION])
        if column in candidates[collection]
    }
    return replace(source, identity_columns=frozenset(found))


def _candidates(source: Instance) -> Mapping[str, set[str]]:
    """By collection: integers that are required, and have no default as far as Directus shows."""
    columns: dict[str, set[str]] = defaultdict(set)
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    if source.vendor == POSTGRES:
        for field in source.fields:
            collection = field["collection"]
            if collection in tracked and NAME.fullmatch(collection) and _may_be_identity(field):
                columns[collection].add(field["field"])
    return columns


def _may_be_identity(field: Row) -> bool:
    schema = field.get("schema") or {}
    is_required = schema.get("is_nullable") is False and schema.get("default_value") is None
    is_key = schema.get("is_primary_key") or schema.get("foreign_key_table")
    return schema.get("data_type") in INTEGERS and is_required and not is_key


def _nullable(client: Directus, collections: list[str]) -> Iterator[tuple[str, str]]:
    """Collection and name of the values that GraphQL describes as nullable."""
    parts = [
        f'c{number}: __type(name: "{name}") {{ fields {{ name type {{ kind }} }} }}'
        for number, name in enumerate(collections)
    ]
    try:
        answer = client.get(GRAPHQL, query=f"{{ {' '.join(parts)} }}")
    except DirectusRejected:
        return
    for number, name in enumerate(collections):
        described = (answer or {}).get(f"c{number}") or {}
        for field in described.get("fields") or ():
            # A reference, which is an object, may always be null.
            if field["type"]["kind"] == "SCALAR":
                yield name, field["name"]
