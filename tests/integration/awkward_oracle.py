"""What the awkward tables have to be at the destination."""

from typing import Any

import requests

from tests.integration.command import Finished
from tests.integration.oracle import differences
from tests.stack import awkward
from tests.stack.awkward.watched import OWN
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.seed.api import Api
from tests.stack.sidecar_client import as_admin

TABLES = [*awkward.COLLECTIONS, "directus_folders", "directus_files"]
LOST = ("directus_files", awkward.LOST_FILE)
OF_COLUMNS = (
    "default_value",
    "max_length",
    "numeric_precision",
    "numeric_scale",
    "is_unique",
    "is_primary_key",
    "has_auto_increment",
    "foreign_key_column",
    "foreign_key_table",
)


def problems(done: Finished) -> set[tuple[str, str, str]]:
    return {
        (problem["resource"], problem["key"], problem["code"])
        for problem in done.document["problems"]
    }


def besides_lost(done: Finished) -> set[tuple[str, str, str]]:
    """The problems that are not about the file whose bytes are gone."""
    return {problem for problem in problems(done) if problem[:2] != LOST}


def schema_changes(here: Api, there: Api) -> set[tuple[str, str | None]]:
    """Collections and fields that ``/schema/diff`` of the source against the destination speaks of,
    as far as the source tracks them: the snapshot of 11.1.2 lists other tables and columns too,
    which are compared by SQL."""
    snapshot = here.get("/schema/snapshot")
    untracked = {
        _name(row)
        for part in ("collections", "fields", "relations")
        for row in snapshot[part]
        if row["meta"] is None
    }
    changes = there.post("/schema/diff", snapshot)
    entries = [entry for part in changes["diff"].values() for entry in part] if changes else []
    return {_name(entry) for entry in entries} - untracked


def _name(entry: dict[str, Any]) -> tuple[str, str | None]:
    return entry["collection"], entry.get("field")


def own_fields(database: str) -> set[tuple[str, str | None]]:
    """What only the destination has, and what Directus made there unasked."""
    unasked = awkward.RELATED_BY_DIRECTUS | awkward.NOTED_BY_DIRECTUS.get(database, set())
    return {(OWN, None), (OWN, "id"), (OWN, "key"), *unasked}


def different_rows(source: DirectusInstance, destination: DirectusInstance) -> set[tuple[str, str]]:
    """Table and key of the rows that the oracle names."""
    lines = differences(
        source.database, destination.database, [name for name in TABLES if "label" in name]
    )
    return {(line.split()[0], line.split()[1].partition(".")[0].rstrip(":")) for line in lines}


def columns(api: Api, table: str) -> dict[str, object]:
    """What the database says of the columns of ``table``."""
    return {
        field["field"]: (field["type"], *(field["schema"][word] for word in OF_COLUMNS))
        for field in api.get(f"/fields/{table}")
    }


def noted_columns(api: Api, table: str) -> set[str]:
    """The columns that Directus keeps metadata for."""
    return {field["field"] for field in api.get(f"/fields/{table}") if field["meta"] is not None}


def empty(instance: DirectusInstance, collection: str) -> None:
    """Remove all rows; a key beyond 2^53 has to be sent as text."""
    delete(
        instance,
        f"/items/{collection}",
        [str(row["id"]) for row in dump(instance.database)[collection]],
    )


def delete(instance: DirectusInstance, path: str, keys: list[str]) -> None:
    answer = requests.delete(instance.url + path, json=keys, headers=as_admin(instance), timeout=60)
    answer.raise_for_status()
