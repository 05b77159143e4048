"""What Directus knows of at the source and does not migrate: tables, and what SQL made of them."""

from collections.abc import Iterator

from sidecar.migration.check.listing import list_names
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.resources.data_model import (
    ignored_tables,
    inactive_tables,
    is_tracked,
    untracked_tables,
)

NO_KEY, NO_TABLE, HIDDEN_SCHEMA = "NO_KEY", "NO_TABLE", "HIDDEN_SCHEMA"
WITHOUT_KEY = (
    "Directus shows no rows of tables without a primary key of one column, so these are not "
    "migrated: {}. Copy them with the tools of the database"
)
NAMED_WITH_SPACE = (
    "Directus cannot show the rows of tables with a space or a dot in their name, so these are not "
    "migrated: {}. Rename them at the source"
)
NOT_TRACKED = "Directus does not track these tables, so they are not migrated: {}"
DEACTIVATED = "These are deactivated at the source, so their rows are not migrated: {}"
WITHOUT_TABLE = (
    "Directus shows no table and no content for {}. An empty folder is migrated as it is. A view, "
    "a foreign table or a partitioned table is not: create it by hand"
)
ONLY_IN_DATABASE = (
    "Some tables were not made with Directus ({}). Directus does not show their check constraints "
    "and triggers, keys and indexes of several columns or with conditions, and deferrable foreign "
    "keys. If they have such, create them by hand"
)


def left_out_findings(source: Instance) -> Iterator[Finding]:
    """A finding for each reason why something is left out. Sends nothing."""
    groups = (
        (NO_KEY, WITHOUT_KEY, sorted(source.model.keyless)),
        ("IGNORED", NAMED_WITH_SPACE, ignored_tables(source.collections)),
        ("UNTRACKED", NOT_TRACKED, untracked_tables(source.collections)),
        ("INACTIVE", DEACTIVATED, inactive_tables(source.collections)),
        (NO_TABLE, WITHOUT_TABLE, without_table(source)),
        (HIDDEN_SCHEMA, ONLY_IN_DATABASE, adopted_tables(source)),
    )
    for code, message, names in groups:
        if names:
            yield Finding(code, message.format(list_names(names)))


def without_table(source: Instance) -> list[str]:
    """What Directus shows as a folder with nothing in it. Views look the same."""
    groups = {(row.get("meta") or {}).get("group") for row in source.collections}
    return sorted(
        row["collection"]
        for row in source.collections
        if row.get("meta") is not None
        and row.get("schema") is None
        and row["collection"] not in groups
    )


def adopted_tables(source: Instance) -> list[str]:
    """Tracked tables whose key Directus has no metadata of. Most of them were made by SQL."""
    tracked = {row["collection"] for row in source.collections if is_tracked(row)}
    adopted = {
        row["collection"]
        for row in source.fields
        if row.get("meta") is None and (row.get("schema") or {}).get("is_primary_key")
    }
    return sorted(tracked & adopted)
