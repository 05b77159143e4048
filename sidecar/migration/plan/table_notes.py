"""Names the tables that Directus knows of at the source and that are not migrated."""

from sidecar.migration.check.left_out import (
    HIDDEN_SCHEMA,
    NO_TABLE,
    ONLY_IN_DATABASE,
    WITHOUT_TABLE,
    left_out,
)
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.progress import Progress
from sidecar.migration.schema.refused_changes import SCHEMA_REFUSED

# By the code of the reason: what is said of each table.
MESSAGES = {
    "NO_KEY": (
        "Directus finds no rows of this table by their key, because it has no primary key of one "
        "column, or one that is neither text nor number nor time. So the table is not migrated"
    ),
    "IGNORED": (
        "Directus cannot show the rows of a table with a space or a dot in its name, so the table "
        "is not migrated. Rename it at the source"
    ),
    "UNTRACKED": "Directus does not track this table, so it is not migrated",
    "INACTIVE": "It is deactivated at the source, so its rows cannot be read and are not migrated",
    NO_TABLE: WITHOUT_TABLE,
}
WITHOUT_RELATION = (
    "{}: the relation to {} is not created, because {} is not migrated. The values are migrated "
    "without it; the run that migrates {} creates the relation"
)
# Notes about no single collection.
SCHEMA_NOTES = "schema"


def report_left_out(source: Instance, progress: Progress) -> None:
    """A note for each table that is left out, and one for all tables that SQL has made."""
    for code, names in left_out(source).items():
        if code == HIDDEN_SCHEMA:
            _report_hidden(names, progress)
            continue
        for name in names:
            progress.note(name, code, None, MESSAGES[code].format(name), 1)


def report_excluded(source: Instance, destination: Instance, progress: Progress) -> None:
    """A problem for each collection that cannot be migrated as a whole, and for each relation to it
    that the destination does not have."""
    for name, exclusion in sorted(source.excluded.items()):
        progress.problem(name, None, exclusion.code, exclusion.message)
    existing = {
        (row["collection"], row["field"], row.get("related_collection"))
        for row in destination.relations
    }
    for (collection, column), target in sorted(source.excluded_relations.items()):
        if (collection, column, target) not in existing:
            message = WITHOUT_RELATION.format(column, target, target, target)
            progress.problem(collection, None, SCHEMA_REFUSED, message, [column])


def _report_hidden(names: list[str], progress: Progress) -> None:
    if names:
        message = ONLY_IN_DATABASE.format(", ".join(names))
        progress.note(SCHEMA_NOTES, HIDDEN_SCHEMA, None, message, len(names))
