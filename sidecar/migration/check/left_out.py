"""What Directus knows of at the source and does not migrate: tables, and what SQL made of them."""

from collections.abc import Iterator

from sidecar.migration.check.listing import list_names
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.schema.field_name import field_name
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.data_model import (
    ignored_tables,
    inactive_tables,
    is_tracked,
    untracked_tables,
)

NO_TABLE, HIDDEN_SCHEMA = "NO_TABLE", "HIDDEN_SCHEMA"
# The icon that Data Studio gives to each new folder (`collection-dialog.vue` in `@directus/app`).
FOLDER_ICON = "folder"
ONLY_IN_DATABASE = (
    "Some tables were not made with Directus ({}). Directus does not show check constraints, "
    "triggers, deferrable foreign keys, unique indexes that are no constraints (PostgreSQL), keys "
    "and indexes with several columns or a condition, or how many digits of a second a column of "
    "times keeps. If these tables have any, create them by hand"
)
WITHOUT_TABLE = (
    "Directus shows no table and no content for {}. If it is an empty folder, nothing is missing. "
    "If the database has a view, a foreign table or a partitioned table of this name, it is not "
    "migrated: create it by hand"
)
MESSAGES = {
    "NO_KEY": (
        "Directus finds no rows of tables without a primary key of one column, or with one that is "
        "neither text nor number nor time, so these are not migrated: {}. Copy them with the tools "
        "of the database"
    ),
    "IGNORED": (
        "Directus cannot show the rows of tables with a space or a dot in their name, so these are "
        "not migrated: {}. Rename them at the source"
    ),
    "UNTRACKED": "Directus does not track these tables, so they are not migrated: {}",
    "INACTIVE": "These are deactivated at the source, so their rows are not migrated: {}",
    NO_TABLE: WITHOUT_TABLE,
    HIDDEN_SCHEMA: ONLY_IN_DATABASE,
}


def left_out(source: Instance) -> dict[str, list[str]]:
    """The names of what is left out, by the code of the reason. Sends nothing."""
    return {
        "NO_KEY": sorted(source.model.keyless - _with_unknown_key(source)),
        "IGNORED": ignored_tables(source.collections),
        "UNTRACKED": untracked_tables(source.collections),
        "INACTIVE": inactive_tables(source.collections),
        NO_TABLE: _without_table(source),
        HIDDEN_SCHEMA: _adopted_tables(source),
    }


def left_out_findings(source: Instance) -> Iterator[Finding]:
    """A finding for each reason why something is left out. Sends nothing."""
    for code, names in left_out(source).items():
        if names:
            yield Finding(code, MESSAGES[code].format(list_names(names)))


def _with_unknown_key(source: Instance) -> set[str]:
    """Tables with a key of a type that Directus does not know. A finding about the key says so."""
    keys = {
        field_name(row) for row in source.fields if (row.get("schema") or {}).get("is_primary_key")
    }
    return {name[0] for name in unsupported_columns(source, source.snapshot).keys() & keys}


def _without_table(source: Instance) -> list[str]:
    """What Directus shows without a table, and should have one: a relation names it, or nothing
    tells that it is a folder. Views look like empty folders."""
    groups = {(row.get("meta") or {}).get("group") for row in source.collections}
    related = {
        name
        for row in source.relations
        for name in (row["collection"], row.get("related_collection"))
    }
    return sorted(
        row["collection"]
        for row in source.collections
        if row.get("meta") is not None
        and row.get("schema") is None
        and (
            row["collection"] in related
            or not (row["collection"] in groups or row["meta"].get("icon") == FOLDER_ICON)
        )
    )


def _adopted_tables(source: Instance) -> list[str]:
    """Tracked tables whose key Directus has no metadata of. Most of them were made by SQL."""
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    adopted = {
        row["collection"]
        for row in source.fields
        if row.get("meta") is None and (row.get("schema") or {}).get("is_primary_key")
    }
    return sorted(tracked & adopted)
